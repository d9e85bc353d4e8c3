package emailtest

import (
	"io"
	"net"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is an IMAP connection: the memory server's, but for the sign-ins that a test
// wants refused and the letters that it wants spoilt.
type session struct {
	imapserver.SessionIMAP4rev2
	server *Server
}

func (s *session) Login(username, password string) error {
	s.server.mu.Lock()
	refuse := s.server.refused > 0
	if refuse {
		s.server.refused--
	}
	s.server.mu.Unlock()
	if refuse {
		return imapserver.ErrAuthFailed
	}
	return s.SessionIMAP4rev2.Login(strings.ToLower(username), password)
}

// AuthenticateMechanisms are the ways to sign in beside LOGIN.
func (s *session) AuthenticateMechanisms() []string { return []string{sasl.Plain, "XOAUTH2"} }

// Authenticate begins one of them.
func (s *session) Authenticate(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, username, password string) error { return s.Login(username, password) }), nil
	case "XOAUTH2":
		return &xoauth2{server: s.server, refuse: imapserver.ErrAuthFailed, enter: func(address string) error {
			s.server.mu.Lock()
			password := s.server.mailboxes[address].Password
			s.server.mu.Unlock()
			return s.SessionIMAP4rev2.Login(address, password)
		}}, nil
	}
	return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Text: "SASL mechanism not supported"}
}

func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	s.server.mu.Lock()
	spoiled := slices.Clone(s.server.spoiled)
	s.server.mu.Unlock()
	for _, uid := range spoiled {
		if uids, ok := set.(imap.UIDSet); ok && len(options.BodySection) > 0 && uids.Contains(uid) {
			return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeServerBug, Text: "Some messages could not be read"}
		}
	}
	return s.SessionIMAP4rev2.Fetch(w, set, options)
}

// submission is a connection to the submission server.
type submission struct {
	server  *Server
	conn    *smtp.Conn
	account Mailbox
	from    string
	to      []string
}

func (s *submission) AuthMechanisms() []string { return []string{sasl.Plain, "XOAUTH2"} }

func (s *submission) Auth(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case sasl.Plain:
	case "XOAUTH2":
		return &xoauth2{server: s.server, refuse: smtp.ErrAuthFailed, enter: func(address string) error {
			s.server.mu.Lock()
			defer s.server.mu.Unlock()
			s.account = s.server.mailboxes[address]
			return nil
		}}, nil
	default:
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return sasl.NewPlainServer(func(_, username, password string) error {
		if s.server.meets(SignInRefused) != "" {
			return smtp.ErrAuthFailed
		}
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		m, ok := s.server.mailboxes[strings.ToLower(username)]
		if !ok || m.Password != password {
			return smtp.ErrAuthFailed
		}
		s.account = m
		return nil
	}), nil
}

func (s *submission) Mail(from string, _ *smtp.MailOptions) error {
	from = strings.ToLower(from)
	switch {
	case s.account.Address == "":
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	case from == "" && !s.account.EmptySender:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Empty sender not allowed on submission"}
	case from != "" && from != s.account.Address && from != s.account.Bounce:
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Sender address rejected: not owned by user"}
	}
	s.from = from
	return nil
}

func (s *submission) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch s.server.meets(Busy, Unknown, CutBeforeData) {
	case CutBeforeData:
		return s.cut()
	case Busy:
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "Mailbox full, try later"}
	case Unknown:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user"}
	}
	if name, host, ok := strings.Cut(to, "@"); !ok || name == "" || !strings.Contains(host, ".") {
		return &smtp.SMTPError{Code: 501, EnhancedCode: smtp.EnhancedCode{5, 1, 3}, Message: "Bad recipient address syntax"}
	}
	s.to = append(s.to, strings.ToLower(to))
	return nil
}

func (s *submission) Data(r io.Reader) error {
	failure := s.server.meets(CutBeforeDot, CutAfterDot)
	if failure == CutBeforeDot {
		if _, err := r.Read(make([]byte, 256)); err != nil {
			return err
		}
		return s.cut()
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.accept(Mail{Account: s.account.Address, From: s.from, To: slices.Clone(s.to), Raw: raw}); err != nil {
		return err
	}
	if failure == CutAfterDot {
		return s.cut()
	}
	return nil
}

// cut ends the connection as a crash does, not with a farewell.
func (s *submission) cut() error {
	c := s.conn.Conn()
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // where that fails the connection ends a little politer
	}
	return c.Close()
}

func (s *submission) Reset() { s.from, s.to = "", nil }

func (s *submission) Logout() error { return nil }

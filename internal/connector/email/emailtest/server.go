package emailtest

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"
)

// AuthServID is the name under which the stand-in's mail server would write
// Authentication-Results.
const AuthServID = "mx.standin.example"

// Mailbox is an official account's: the address is the name that it signs in with.
type Mailbox struct {
	Address  string
	Password string
	// Bounce is a further address that it may send as; EmptySender lets it send without one.
	Bounce      string
	EmptySender bool
}

// Options change how the stand-in runs; the zero value is right for most.
type Options struct {
	// OnMail is told of every letter that was accepted, after it lies in the mailbox of
	// the one it went to. It runs in a goroutine of its own; Close waits for it.
	OnMail func(Mail)
	TLS    *tls.Config      // encrypts both ports from the first byte
	App    App              // who asks for consent; DefaultApp when zero
	Now    func() time.Time // stamps letters; time.Now when nil
}

// Mail is a letter that an official account sent.
type Mail struct {
	Account   string // who signed in
	From      string // envelope sender, empty for none
	To        []string
	MessageID string
	Raw       []byte
	At        time.Time
}

// Server is a running stand-in.
type Server struct {
	opts       Options
	imapServer *imapserver.Server
	smtpServer *smtp.Server
	imapLn     *listener
	smtpLn     net.Listener
	users      *imapmemserver.Server
	running    sync.WaitGroup

	mu        sync.Mutex
	mailboxes map[string]Mailbox
	inboxes   map[string]*imapmemserver.User
	stored    map[string][]storedMail
	sent      []Mail
	failures  []Failure
	refused   int // sign-ins to IMAP still to be refused
	spoiled   []imap.UID
	bouncing  map[string]string
	closed    bool

	mux          *http.ServeMux
	redirects    []string
	codes        map[string]*consent
	access       map[string]*consent // by access token
	refresh      map[string]*consent // by refresh token
	consentLife  time.Duration
	tokenTrouble int
}

type storedMail struct {
	raw []byte
	at  time.Time
}

// Start runs a stand-in with these mailboxes on free loopback ports.
func Start(opts Options, mailboxes ...Mailbox) (*Server, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.App == (App{}) {
		opts.App = DefaultApp
	}
	s := &Server{
		codes: map[string]*consent{}, access: map[string]*consent{}, refresh: map[string]*consent{},
		opts: opts, users: imapmemserver.New(),
		mailboxes: map[string]Mailbox{}, inboxes: map[string]*imapmemserver.User{},
		stored: map[string][]storedMail{}, bouncing: map[string]string{},
	}
	for _, m := range mailboxes {
		m.Address = strings.ToLower(m.Address)
		user := imapmemserver.NewUser(m.Address, m.Password)
		if err := user.Create("INBOX", nil); err != nil {
			return nil, fmt.Errorf("create mailbox %s: %w", m.Address, err)
		}
		s.mailboxes[m.Address], s.inboxes[m.Address] = m, user
		s.users.AddUser(user)
	}
	s.routes()
	quiet := log.New(io.Discard, "", 0)
	s.imapServer = imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{SessionIMAP4rev2: s.users.NewSession().(imapserver.SessionIMAP4rev2), server: s}, nil, nil
		},
		InsecureAuth: true,
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		Logger:       quiet,
	})
	s.smtpServer = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &submission{server: s, conn: c}, nil
	}))
	s.smtpServer.Domain, s.smtpServer.AllowInsecureAuth, s.smtpServer.ErrorLog = "localhost", true, quiet
	s.smtpServer.MaxMessageBytes, s.smtpServer.EnableSMTPUTF8 = 30<<20, true
	imapLn, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for IMAP: %w", err)
	}
	smtpLn, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for SMTP: %w", err), imapLn.Close())
	}
	s.imapLn, s.smtpLn = &listener{Listener: imapLn}, smtpLn
	var serveIMAP, serveSMTP net.Listener = s.imapLn, smtpLn
	if opts.TLS != nil {
		serveIMAP, serveSMTP = tls.NewListener(s.imapLn, opts.TLS), tls.NewListener(smtpLn, opts.TLS)
	}
	s.running.Go(func() { _ = s.imapServer.Serve(serveIMAP) }) // ends with Close
	s.running.Go(func() { _ = s.smtpServer.Serve(serveSMTP) })
	return s, nil
}

// T is what New and StartDovecot need of a test.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
	TempDir() string
}

// New starts a stand-in for the length of a test.
func New(t T, opts Options, mailboxes ...Mailbox) *Server {
	t.Helper()
	s, err := Start(opts, mailboxes...)
	if err != nil {
		t.Fatalf("start the mail stand-in: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Close ends both servers and every connection.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	_ = s.imapServer.Close() // nothing to do about errors of a server that goes away
	_ = s.smtpServer.Close()
	_ = s.imapLn.Close() // a server that had not begun to serve does not know its listener
	_ = s.smtpLn.Close()
	s.imapLn.cutAll()
	s.running.Wait()
}

// IMAPAddr is host and port of the IMAP server, SMTPAddr those of the submission server.
func (s *Server) IMAPAddr() string { return s.imapLn.Addr().String() }

// SMTPAddr is host and port of the submission server.
func (s *Server) SMTPAddr() string { return s.smtpLn.Addr().String() }

// Deliver puts a letter into the mailbox of an official account, as its mail server would.
func (s *Server) Deliver(address string, raw []byte) error {
	return s.DeliverAt(address, raw, s.opts.Now())
}

// DeliverAt delivers a letter that arrived at a given time.
func (s *Server) DeliverAt(address string, raw []byte, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	address = strings.ToLower(address)
	user := s.inboxes[address]
	if user == nil {
		return fmt.Errorf("deliver: no mailbox %s", address)
	}
	s.stored[address] = append(s.stored[address], storedMail{raw, at})
	return appendMail(user, raw, at)
}

func appendMail(user *imapmemserver.User, raw []byte, at time.Time) error {
	_, err := user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{Time: at})
	return err
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// Sent lists the letters that official accounts sent, in order.
func (s *Server) Sent() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// SentTo lists what lies in a citizen's mailbox.
func (s *Server) SentTo(address string) []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	var got []Mail
	for _, m := range s.sent {
		if slices.Contains(m.To, strings.ToLower(address)) {
			got = append(got, m)
		}
	}
	return got
}

// Count tells how often a letter with this Message-ID was accepted.
func (s *Server) Count(messageID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, m := range s.sent {
		if m.MessageID == messageID {
			n++
		}
	}
	return n
}

// accept keeps a letter that the submission server took: it lies with its recipients,
// bounces if it must, and the citizens behind OnMail hear of it.
func (s *Server) accept(m Mail) error {
	if msg, err := mail.ReadMessage(bytes.NewReader(m.Raw)); err == nil {
		m.MessageID = msg.Header.Get("Message-Id")
	}
	m.At = s.opts.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the stand-in is closed")
	}
	s.sent = append(s.sent, m)
	for _, to := range m.To {
		if user := s.inboxes[to]; user != nil {
			s.stored[to] = append(s.stored[to], storedMail{m.Raw, m.At})
			if err := appendMail(user, m.Raw, m.At); err != nil {
				return err
			}
		}
		if status := s.bouncing[to]; status != "" && m.From != "" {
			if err := s.bounce(m, to, status); err != nil {
				return err
			}
		}
	}
	if s.opts.OnMail != nil {
		s.running.Go(func() { s.opts.OnMail(m) })
	}
	return nil
}

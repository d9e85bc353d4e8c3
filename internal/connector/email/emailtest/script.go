package emailtest

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Failure is what the submission server does to one letter instead of taking it.
type Failure string

// The failures that can be asked for.
const (
	Busy          Failure = "452 busy"
	Unknown       Failure = "550 unknown recipient"
	SignInRefused Failure = "535 sign-in refused"
	// CutBeforeDot drops the connection while the letter is being sent, CutBeforeData when
	// its recipient is named. CutAfterDot takes the letter whole and drops the connection instead
	// of saying so.
	CutBeforeData Failure = "cut before DATA"
	CutBeforeDot  Failure = "cut before the final dot"
	CutAfterDot   Failure = "cut after the final dot"
)

// Fail makes the next letters fail, one failure each, in this order.
func (s *Server) Fail(failures ...Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(s.failures, failures...)
}

// meets takes the next failure if it is one of these.
func (s *Server) meets(of ...Failure) Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failures) > 0 {
		for _, f := range of {
			if s.failures[0] == f {
				s.failures = s.failures[1:]
				return f
			}
		}
	}
	return ""
}

// RefuseSignIn makes the IMAP server refuse the next n sign-ins.
func (s *Server) RefuseSignIn(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = n
}

// Spoil makes the IMAP server refuse to hand over the letter with this UID, as servers do
// with a damaged file.
func (s *Server) Spoil(uid uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoiled = append(s.spoiled, imap.UID(uid))
}

// CutIMAP drops the IMAP connection that writes the n-th byte from now on; 0 drops all
// connections at once.
func (s *Server) CutIMAP(n int64) {
	if n == 0 {
		s.imapLn.cutAll()
		return
	}
	s.imapLn.mu.Lock()
	s.imapLn.left = n
	s.imapLn.mu.Unlock()
}

// SetBouncing lets letters to the address come back with the status ("5.1.1"); an empty
// status ends that.
func (s *Server) SetBouncing(address, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bouncing[strings.ToLower(address)] = status
}

// NewUIDs numbers a mailbox anew, as after a restore of the mail server: UIDVALIDITY
// changes and its connections are dropped.
func (s *Server) NewUIDs(address string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	address = strings.ToLower(address)
	user := s.inboxes[address]
	if user == nil {
		return fmt.Errorf("new UIDs: no mailbox %s", address)
	}
	if err := refill(user, s.stored[address]); err != nil {
		return err
	}
	s.imapLn.cutAll()
	return nil
}

func refill(user *imapmemserver.User, letters []storedMail) error {
	if err := user.Delete("INBOX"); err != nil {
		return err
	}
	if err := user.Create("INBOX", nil); err != nil {
		return err
	}
	for _, m := range letters {
		if err := appendMail(user, m.raw, m.at); err != nil {
			return err
		}
	}
	return nil
}

// bounce returns a letter to its envelope sender (RFC 3464).
func (s *Server) bounce(m Mail, to, status string) error {
	from := strings.ToLower(m.From)
	user := s.inboxes[from]
	if user == nil {
		user, from = s.inboxes[m.Account], m.Account // the bounce address of the mailbox
	}
	action := "failed"
	if strings.HasPrefix(status, "4") {
		action = "delayed"
	}
	head, _, _ := bytes.Cut(m.Raw, []byte("\r\n\r\n"))
	raw := fmt.Appendf(nil, "Return-Path: <>\r\nFrom: MAILER-DAEMON@standin.example\r\nTo: %s\r\nSubject: Undelivered Mail Returned to Sender\r\n"+
		"Date: %s\r\nMessage-ID: <bounce.%d.%s@standin.example>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=\"report\"\r\n\r\n"+
		"--report\r\nContent-Type: text/plain\r\n\r\nThe letter to %s could not be delivered.\r\n"+
		"--report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; standin.example\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\n\r\n"+
		"--report\r\nContent-Type: text/rfc822-headers\r\n\r\n%s\r\n--report--\r\n",
		from, m.At.Format(time.RFC1123Z), len(s.sent), strings.ReplaceAll(to, "@", "."), to, to, action, status, head)
	s.stored[from] = append(s.stored[from], storedMail{raw, m.At})
	return appendMail(user, raw, m.At)
}

// listener remembers its connections so that they can be cut.
type listener struct {
	net.Listener
	mu    sync.Mutex
	conns map[*cutConn]struct{}
	left  int64 // bytes until the cut, 0: none is due
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	conn := &cutConn{Conn: c, from: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		l.conns = map[*cutConn]struct{}{}
	}
	l.conns[conn] = struct{}{}
	return conn, nil
}

func (l *listener) cutAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.Conn.Close() // cutting is the purpose
	}
	clear(l.conns)
}

type cutConn struct {
	net.Conn
	from *listener
}

func (c *cutConn) Write(b []byte) (int, error) {
	c.from.mu.Lock()
	due := c.from.left > 0 && c.from.left <= int64(len(b))
	if due {
		b = b[:c.from.left]
		c.from.left = 0
	} else if c.from.left > 0 {
		c.from.left -= int64(len(b))
	}
	c.from.mu.Unlock()
	n, err := c.Conn.Write(b)
	if due && err == nil {
		return n, c.Conn.Close()
	}
	return n, err
}

func (c *cutConn) Close() error {
	c.from.mu.Lock()
	delete(c.from.conns, c)
	c.from.mu.Unlock()
	return c.Conn.Close()
}

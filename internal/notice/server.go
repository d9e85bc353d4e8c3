package notice

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Server is the mail server that takes the program's own mail.
type Server struct {
	Scheme   string // smtps: encrypted from the first byte; submission: STARTTLS or nothing; smtp: STARTTLS where offered
	Host     string // empty: no mail
	Port     int
	Username string
	Password string
	From     string // Name <address>
	Timeout  time.Duration
}

// ParseServer reads the address of a mail server, smtps://user@host:port.
func ParseServer(address, from, password string, timeout time.Duration) (Server, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Server{}, fmt.Errorf("mail server: %w", err)
	}
	port, known := map[string]int{"smtps": 465, "submission": 587, "smtp": 25}[u.Scheme]
	if !known || u.Hostname() == "" {
		return Server{}, errors.New("mail server: its address begins with smtps://, submission:// or smtp:// and names a host")
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return Server{}, fmt.Errorf("mail server: %w", err)
		}
	}
	if _, err := mail.ParseAddress(from); err != nil {
		return Server{}, fmt.Errorf("mail sender: %w", err)
	}
	return Server{Scheme: u.Scheme, Host: u.Hostname(), Port: port, Username: u.User.Username(), Password: password, From: from, Timeout: timeout}, nil
}

// conversation is an open connection to the mail server.
type conversation struct{ client *gomail.Client }

func (s Server) dial(ctx context.Context) (*conversation, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(s.Timeout), gomail.WithoutNoop()}
	switch {
	case s.Scheme == "smtps":
		options = append(options, gomail.WithSSL())
	case s.Scheme == "submission":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if s.Username != "" {
		// Automatic choice takes no mechanism that shows the password on a plain connection.
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.Username), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return nil, err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, err
	}
	return &conversation{client}, nil
}

func (c *conversation) close() { _ = c.client.Close() } // what was said is said

// message writes the letter; id stays the same over tries, so that a second copy can be told.
func (s Server) message(l Letter, id string, at time.Time) (*gomail.Msg, error) {
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	if err := errors.Join(m.FromFormat(from.Name, from.Address), m.To(l.To)); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	m.Subject(strings.Join(strings.Fields(l.Subject), " "))
	m.SetDateWithValue(at)
	m.SetMessageIDWithValue("notice." + id + "@" + domain)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	return m, nil
}

// fate is what is known of a letter after a try.
type fate int

const (
	arrived fate = iota
	notNow       // surely not taken; another try may help
	refused      // surely not taken, and will not be
	unknown      // the server had all of it and did not answer
)

// hand gives the letter to the server and tells its fate, with a class and code for the
// record; the server's words stay out of it.
func (c *conversation) hand(msg *gomail.Msg) (fate, string) {
	err := c.client.Send(msg)
	if err == nil || msg.IsDelivered() {
		return arrived, ""
	}
	failure, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return notNow, "connection"
	}
	code := failure.ErrorCode()
	problem := strings.ReplaceAll(failure.Reason.String(), " ", "_") + " " + strconv.Itoa(code)
	switch {
	case code >= 500:
		return refused, problem
	case code == 0 && failure.Reason == gomail.ErrSMTPDataClose:
		return unknown, problem
	}
	return notNow, problem
}

// dialProblem says in a word why the server could not be talked to.
func dialProblem(err error) string {
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		return "sign_in " + strconv.Itoa(said.Code)
	}
	if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() {
		return "no_answer"
	}
	return "no_connection"
}

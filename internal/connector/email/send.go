package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wneessen/go-mail/smtp"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// dotPause is how long we look, before the final dot, whether the server is still there.
// Until then a loss is surely no delivery and may be tried again.
const dotPause = 25 * time.Millisecond

// MaySend refuses what must not go out: automatic letters to robots, to forged senders
// and to ourselves, and whatever has nobody to go to.
func (c *Connector) MaySend(out connector.Outgoing) error {
	to, key := out.To.Author.ExternalID, ""
	a, ok := parseAddress(to)
	switch facts := out.To.Mail; {
	case c.smtp.host == "":
		key = KeyNoSender
	case !ok || a.addr != strings.ToLower(to):
		key = KeyNoAddress
	case c.options().own(to):
		key = KeyOwnAddress
	case strings.TrimSpace(out.Text) == "":
		key = KeyEmpty
	case out.Automatic && facts != nil && facts.DMARCFail:
		key = KeyForged
	case out.Automatic && facts != nil && facts.Automatic:
		key = KeyAutomatic
	}
	if key != "" {
		return &connector.Failure{Class: connector.Refused, Key: key}
	}
	if out.MessageID == "" {
		return &connector.Failure{Class: connector.Broken, Err: errors.New("a letter needs a Message-ID that stays over retries")}
	}
	return nil
}

// Send hands the letter to the submission server. It went out when the server accepted
// it after the final dot.
func (c *Connector) Send(ctx context.Context, out connector.Outgoing) (connector.Sent, error) {
	if err := c.MaySend(out); err != nil {
		return connector.Sent{}, err
	}
	raw, err := c.compose(out)
	if err != nil {
		return connector.Sent{}, &connector.Failure{Class: connector.Broken, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	from := c.cfg.Address
	if out.Automatic {
		from = c.cfg.BounceAddress
		if c.cfg.EmptySender {
			from = ""
		}
	}
	if at, err := c.submit(ctx, from, out.To.Author.ExternalID, raw); err != nil {
		return connector.Sent{}, smtpFailure(at, err)
	}
	return connector.Sent{ExternalID: out.MessageID, MessageID: out.MessageID, At: c.cfg.Now()}, nil
}

// Find cannot look: a mail server does not tell what it passed on, so an officer decides.
func (c *Connector) Find(context.Context, connector.Outgoing, time.Time) ([]connector.Sent, error) {
	return nil, &connector.Failure{Class: connector.Doubtful, Err: errors.New("a letter that was sent cannot be looked up")}
}

// Length counts characters; a letter may be of any length.
func (c *Connector) Length(text string, _ grievance.Way) (n, limit int) {
	return utf8.RuneCountInString(text), 0
}

// submit speaks SMTP to the end of the letter and tells how far it came.
func (c *Connector) submit(ctx context.Context, from, to string, raw []byte) (phase, error) {
	client, conn, at, err := c.enter(ctx)
	if err != nil {
		return at, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // unblocks every step
	defer stop()
	defer client.Close()
	client.SkipSMTPUTF8(isASCII(from + to))
	if err := client.Mail("<" + from + ">"); err != nil {
		return addressing, err
	}
	if err := client.Rcpt("<" + to + ">"); err != nil {
		return addressing, err
	}
	w, err := client.Data()
	if err != nil {
		return transmitting, err
	}
	if _, err := w.Write(raw); err != nil {
		return transmitting, err
	}
	if err := client.Text.W.Flush(); err != nil {
		return transmitting, err
	}
	if err := stillThere(conn, client); err != nil {
		return transmitting, err
	}
	if err := w.Close(); err != nil {
		return ended, err
	}
	_ = client.Quit() // the letter is delivered, whatever becomes of the farewell
	return ended, nil
}

// enter connects to the submission server and signs in.
func (c *Connector) enter(ctx context.Context) (client *smtp.Client, conn net.Conn, at phase, err error) {
	if c.cfg.Tokens == nil {
		return c.enterBy(ctx, c.passwordAuth)
	}
	// The library hangs up after a refused sign-in, so a second try is a second connection.
	err = c.withToken(ctx, func(token string) (err error) {
		client, conn, at, err = c.enterBy(ctx, func(*smtp.Client) smtp.Auth { return smtp.XOAuth2Auth(c.cfg.Username, token) })
		return err
	}, func(err error) bool {
		said, ok := errors.AsType[*textproto.Error](err)
		return ok && at == signing && said.Code >= 500
	})
	return client, conn, at, err
}

func (c *Connector) enterBy(ctx context.Context, auth func(*smtp.Client) smtp.Auth) (*smtp.Client, net.Conn, phase, error) {
	conn, plain, err := c.smtp.dial(ctx, c.cfg)
	if err != nil {
		return nil, nil, connecting, fmt.Errorf("connect to the SMTP server: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	client, err := smtp.NewClient(conn, c.smtp.host)
	if err != nil {
		return nil, nil, connecting, errors.Join(err, conn.Close())
	}
	at, err := c.encrypt(client, plain)
	if err == nil {
		at, err = signing, client.Auth(auth(client))
	}
	if err != nil {
		_ = client.Close() // the error says why
		return nil, nil, at, err
	}
	return client, conn, signing, nil
}

// encrypt greets and makes the connection private unless it is, or need not be.
func (c *Connector) encrypt(client *smtp.Client, plain bool) (phase, error) {
	if err := client.Hello(domain(c.cfg.Address)); err != nil {
		return connecting, err
	}
	if c.smtp.tls || plain {
		return connecting, nil
	}
	if ok, _ := client.Extension("STARTTLS"); !ok {
		return connecting, &insecureError{errors.New("the SMTP server offers no encryption")}
	}
	if err := client.StartTLS(c.smtp.tlsConfig(c.cfg.TLS)); err != nil {
		return connecting, fmt.Errorf("encrypt: %w", err)
	}
	return connecting, nil
}

func (c *Connector) passwordAuth(client *smtp.Client) smtp.Auth {
	_, mechanisms := client.Extension("AUTH")
	// That the connection is private was settled when it was opened.
	if !strings.Contains(mechanisms, "PLAIN") && strings.Contains(mechanisms, "LOGIN") {
		return smtp.LoginAuth(c.cfg.Username, c.cfg.Password, c.smtp.host, true)
	}
	return smtp.PlainAuth("", c.cfg.Username, c.cfg.Password, c.smtp.host, true)
}

// stillThere notices a server that went away, or that already refused, while the letter
// was being sent.
func stillThere(conn net.Conn, client *smtp.Client) error {
	if err := conn.SetReadDeadline(time.Now().Add(dotPause)); err != nil {
		return err
	}
	_, err := client.Text.R.Peek(1)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	if err == nil { // an answer before the end can only be a refusal
		_, _, err = client.Text.ReadResponse(250)
		return errors.Join(err, io.ErrUnexpectedEOF)
	}
	return conn.SetReadDeadline(time.Time{})
}

func domain(address string) string {
	_, host, _ := strings.Cut(address, "@")
	return host
}

func isASCII(s string) bool { return !hasHigh([]byte(s)) }

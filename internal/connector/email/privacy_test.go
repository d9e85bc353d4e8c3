package email

import (
	"net"
	"testing"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"nivaran/internal/connector"
	"nivaran/internal/connector/email/emailtest"
)

// The stand-in offers no STARTTLS: from elsewhere than loopback nothing may be said to it.
func TestNoPasswordWithoutEncryption(t *testing.T) {
	s := emailtest.New(t, emailtest.Options{}, emailtest.Mailbox{Address: "dc@rohtak.example", Password: "secret"})
	c, err := New(Config{
		Address: "dc@rohtak.example", Password: "secret", Now: time.Now,
		IMAPURL: "imap://" + s.IMAPAddr(), SMTPURL: "smtp://" + s.SMTPAddr(),
	})
	if err != nil {
		t.Fatal(err)
	}
	dial := func(addr string) net.Conn {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	if _, err := c.begin(dial(s.IMAPAddr()), false); connector.ClassOf(imapFailure(err)) != connector.Forbidden || err == nil {
		t.Errorf("IMAP: %v", err)
	}
	client, err := smtp.NewClient(dial(s.SMTPAddr()), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	at, err := c.encrypt(client, false)
	if err == nil || connector.ClassOf(smtpFailure(at, err)) != connector.Forbidden {
		t.Errorf("SMTP: %v", err)
	}
}

func TestXOAUTH2(t *testing.T) {
	x := &xoauth2{"dc@rohtak.example", "ya29"}
	mech, first, err := x.Start()
	if mech != "XOAUTH2" || string(first) != "user=dc@rohtak.example\x01auth=Bearer ya29\x01\x01" || err != nil {
		t.Errorf("%s %q %v", mech, first, err)
	}
	if answer, err := x.Next([]byte(`{"status":"400"}`)); len(answer) != 0 || err != nil {
		t.Errorf("answer to an error: %q %v", answer, err)
	}
}

func TestEndpoints(t *testing.T) {
	for raw, want := range map[string]endpoint{
		"imaps://mail.gov.in":    {"mail.gov.in", "993", true},
		"imap://mail.gov.in":     {"mail.gov.in", "143", false},
		"imap://mail.gov.in:144": {"mail.gov.in", "144", false},
	} {
		if got, err := parseEndpoint(raw, "imap", "143", "993"); got != want || err != nil {
			t.Errorf("%s: %+v %v", raw, got, err)
		}
	}
}

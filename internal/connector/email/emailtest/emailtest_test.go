package emailtest_test

import (
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"nivaran/internal/connector/email/emailtest"
)

var dc = emailtest.Mailbox{Address: "dc@rohtak.example", Password: "secret"}

func count(t *testing.T, addr, user, password string) uint32 {
	t.Helper()
	c, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(user, password).Wait(); err != nil {
		t.Fatal(err)
	}
	box, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	return box.NumMessages
}

func TestMailboxesAreApart(t *testing.T) {
	cm := emailtest.Mailbox{Address: "cm@haryana.example", Password: "other"}
	s := emailtest.New(t, emailtest.Options{}, dc, cm)
	if err := s.Deliver("DC@rohtak.example", emailtest.Draft{From: "ram@citizen.example", To: dc.Address, Text: "x"}.Bytes()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s.IMAPAddr(), dc.Address, dc.Password); n != 1 {
		t.Errorf("dc has %d letters", n)
	}
	if n := count(t, s.IMAPAddr(), cm.Address, cm.Password); n != 0 {
		t.Errorf("cm has %d letters", n)
	}
	c, err := imapclient.DialInsecure(s.IMAPAddr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(dc.Address, "other").Wait(); err == nil {
		t.Error("another mailbox's password was taken")
	}
	if err := s.Deliver("nobody@rohtak.example", nil); err == nil {
		t.Error("a letter to a mailbox that does not exist was taken")
	}
}

func send(s *emailtest.Server, from, to string) error {
	auth := smtp.PlainAuth("", dc.Address, dc.Password, "127.0.0.1")
	raw := "From: <" + from + ">\r\nTo: <" + to + ">\r\nSubject: Your grievance\r\nMessage-ID: <1@rohtak.example>\r\n\r\nDone.\r\n"
	return smtp.SendMail(s.SMTPAddr(), auth, from, []string{to}, []byte(raw))
}

func TestSubmission(t *testing.T) {
	heard := make(chan emailtest.Mail, 1)
	s := emailtest.New(t, emailtest.Options{OnMail: func(m emailtest.Mail) { heard <- m }}, dc)
	if err := send(s, dc.Address, "Ram@citizen.example"); err != nil {
		t.Fatal(err)
	}
	got := s.SentTo("ram@citizen.example")
	if len(got) != 1 || got[0].Text() != "Done." || got[0].Subject() != "Your grievance" || s.Count("<1@rohtak.example>") != 1 || len(s.Sent()) != 1 {
		t.Errorf("the citizen has %+v", got)
	}
	select {
	case m := <-heard:
		if err := s.Deliver(dc.Address, m.Reply(dc.Address, "धन्यवाद", time.Now()).Bytes()); err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the citizen was not told")
	}
	if n := count(t, s.IMAPAddr(), dc.Address, dc.Password); n != 1 {
		t.Errorf("the answer did not arrive: %d letters", n)
	}
}

func TestSubmissionRefuses(t *testing.T) {
	s := emailtest.New(t, emailtest.Options{}, dc)
	for name, tt := range map[string]struct{ from, to, want string }{
		"another sender": {"cm@haryana.example", "ram@citizen.example", "553"},
		"empty sender":   {"", "ram@citizen.example", "550"},
		"no address":     {dc.Address, "ram", "501"},
	} {
		if err := send(s, tt.from, tt.to); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	for _, f := range []emailtest.Failure{emailtest.Busy, emailtest.Unknown, emailtest.SignInRefused, emailtest.CutBeforeData} {
		s.Fail(f)
		if err := send(s, dc.Address, "ram@citizen.example"); err == nil {
			t.Errorf("%s did not happen", f)
		}
	}
	if err := smtp.SendMail(s.SMTPAddr(), nil, dc.Address, []string{"ram@citizen.example"}, []byte("x")); err == nil {
		t.Error("a letter was taken without sign-in")
	}
	if len(s.Sent()) != 0 {
		t.Error("a refused letter was kept")
	}
	s.Fail(emailtest.CutAfterDot)
	if err := send(s, dc.Address, "ram@citizen.example"); err == nil || s.Count("<1@rohtak.example>") != 1 {
		t.Errorf("cut after the dot: %v, kept %d", err, s.Count("<1@rohtak.example>"))
	}
}

func TestBounces(t *testing.T) {
	s := emailtest.New(t, emailtest.Options{}, dc)
	s.SetBouncing("gone@citizen.example", "5.1.1")
	if err := send(s, dc.Address, "gone@citizen.example"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s.IMAPAddr(), dc.Address, dc.Password); n != 1 {
		t.Errorf("%d reports came back, want 1", n)
	}
}

func TestDovecot(t *testing.T) {
	d := emailtest.StartDovecot(t, dc)
	if err := d.Deliver(emailtest.Draft{From: "ram@citizen.example", To: "dc@rohtak.example", Text: "x"}.Bytes()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d.IMAPAddr(), d.Address, d.Password); n != 1 {
		t.Errorf("%d letters, want 1", n)
	}
}

package email_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/email"
	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/grievance"
)

const ourID = "<GRV-2026-0042117.r3.abcdefghijklmnop@rohtak.example>"

func reply(text string) connector.Outgoing {
	return connector.Outgoing{
		Text: text, Title: "Re: सड़क टूटी है", Way: grievance.LetterWay, Account: dc.Address, MessageID: ourID, Now: time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC),
		To: grievance.Post{
			ExternalID: "<2@citizen.example>", Author: grievance.Author{ExternalID: "ram@citizen.example"},
			Mail: &grievance.MailFacts{MessageID: "<2@citizen.example>", References: []string{"<1@citizen.example>"}},
		},
	}
}

func TestSend(t *testing.T) {
	s, c := memory(t)
	text := "आपकी सड़क ठीक कर दी गई है।\n\nLine with = and trailing\n.dot\n" + strings.Repeat("लंबी पंक्ति ", 60)
	out := reply(text)
	out.Files = []connector.Attachment{{Name: "रिपोर्ट.pdf", Type: "application/pdf", Data: []byte("%PDF-1.4")}}
	sent, err := c.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	if sent.MessageID != ourID || sent.ExternalID != ourID || s.Count(ourID) != 1 {
		t.Errorf("sent %+v, accepted %d", sent, s.Count(ourID))
	}
	m := s.SentTo("ram@citizen.example")[0]
	if m.Text() != text {
		t.Errorf("the citizen reads %q", m.Text())
	}
	for key, want := range map[string]string{
		"Subject": "Re: सड़क टूटी है", "In-Reply-To": "<2@citizen.example>", "References": "<1@citizen.example> <2@citizen.example>",
		"Message-ID": ourID, "X-Nivaran-Loop": "1", "Auto-Submitted": "", "X-Auto-Response-Suppress": "", "User-Agent": "", "X-Mailer": "",
		"Date": "Tue, 24 Nov 2026 05:00:00 +0000",
	} {
		if got := m.Header(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	if m.From != dc.Address {
		t.Errorf("envelope sender %q", m.From)
	}
	back := email.Parse(m.Raw, email.Options{})
	if back.FromName != "Deputy Commissioner, Rohtak" || !back.Automatic || len(back.Attachments) != 1 || back.Attachments[0].Name != "रिपोर्ट.pdf" {
		t.Errorf("read back: %+v", back)
	}
}

func TestSendAutomatically(t *testing.T) {
	s, c := memory(t)
	out := reply("दर्ज")
	out.Automatic = true
	if _, err := c.Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	m := s.Sent()[0]
	if m.From != dc.Bounce || m.Header("Auto-Submitted") != "auto-replied" || m.Header("X-Auto-Response-Suppress") != "All" {
		t.Errorf("sender %q, headers %q %q", m.From, m.Header("Auto-Submitted"), m.Header("X-Auto-Response-Suppress"))
	}
}

func TestSendWithoutSender(t *testing.T) {
	box := dc
	box.EmptySender = true
	s := emailtest.New(t, emailtest.Options{}, box)
	cfg := config(s.IMAPAddr(), s.SMTPAddr())
	cfg.EmptySender = true
	out := reply("दर्ज")
	out.Automatic = true
	if _, err := open(t, cfg).Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if m := s.Sent()[0]; m.From != "" {
		t.Errorf("envelope sender %q, want none", m.From)
	}
}

func TestSendFailures(t *testing.T) {
	tests := []struct {
		failure  emailtest.Failure
		class    connector.Class
		key      string
		accepted int
	}{
		{emailtest.Busy, connector.Temporary, "", 0},
		{emailtest.Unknown, connector.Refused, email.KeyRecipient, 0},
		{emailtest.SignInRefused, connector.SignIn, email.KeySignIn, 0},
		{emailtest.CutBeforeData, connector.Temporary, "", 0},
		{emailtest.CutBeforeDot, connector.Temporary, "", 0},
		{emailtest.CutAfterDot, connector.Doubtful, "", 1},
	}
	for _, tt := range tests {
		t.Run(string(tt.failure), func(t *testing.T) {
			s, c := memory(t)
			out := reply("दर्ज")
			if tt.failure == emailtest.CutBeforeDot { // more than the connection holds on its way
				out.Files = []connector.Attachment{{Name: "a.bin", Type: "application/octet-stream", Data: make([]byte, 15<<20)}}
			}
			s.Fail(tt.failure)
			_, err := c.Send(t.Context(), out)
			f, ok := err.(*connector.Failure)
			if !ok || f.Class != tt.class || f.Key != tt.key {
				t.Fatalf("err = %#v", err)
			}
			if strings.Contains(err.Error(), "citizen.example") {
				t.Errorf("the error names a citizen: %v", err)
			}
			if n := s.Count(ourID); n != tt.accepted {
				t.Errorf("accepted %d times, want %d", n, tt.accepted)
			}
			if tt.class == connector.Doubtful {
				return
			}
			out.Files = nil
			if _, err := c.Send(t.Context(), out); err != nil || s.Count(ourID) != 1 {
				t.Errorf("second try: %v, accepted %d", err, s.Count(ourID))
			}
		})
	}
}

func TestSendToNobodyListening(t *testing.T) {
	s := emailtest.New(t, emailtest.Options{}, dc)
	addr := s.SMTPAddr()
	c := open(t, config(s.IMAPAddr(), addr))
	s.Close()
	if _, err := c.Send(t.Context(), reply("x")); connector.ClassOf(err) != connector.Temporary || err == nil {
		t.Errorf("err = %v", err)
	}
}

func TestMaySend(t *testing.T) {
	s, c := memory(t)
	tests := []struct {
		name   string
		change func(*connector.Outgoing)
		key    string
	}{
		{"a citizen", func(*connector.Outgoing) {}, ""},
		{"nobody", func(o *connector.Outgoing) { o.To.Author.ExternalID = "" }, email.KeyNoAddress},
		{"two addresses", func(o *connector.Outgoing) { o.To.Author.ExternalID = "a@x.example, b@x.example" }, email.KeyNoAddress},
		{"another command", func(o *connector.Outgoing) { o.To.Author.ExternalID = "a@x.example>\r\nRCPT TO:<b@x.example" }, email.KeyNoAddress},
		{"ourselves", func(o *connector.Outgoing) { o.To.Author.ExternalID = dc.Address }, email.KeyOwnAddress},
		{"no words", func(o *connector.Outgoing) { o.Text = " \n" }, email.KeyEmpty},
		{"an officer to a forged sender", func(o *connector.Outgoing) { o.To.Mail.DMARCFail = true }, ""},
		{"automatic to a forged sender", func(o *connector.Outgoing) { o.Automatic, o.To.Mail.DMARCFail = true, true }, email.KeyForged},
		{"automatic to a robot", func(o *connector.Outgoing) { o.Automatic, o.To.Mail.Automatic = true, true }, email.KeyAutomatic},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := reply("दर्ज")
			tt.change(&out)
			key := ""
			if f, ok := c.MaySend(out).(*connector.Failure); ok {
				key = f.Key
			}
			if key != tt.key {
				t.Errorf("key = %q, want %q", key, tt.key)
			}
		})
	}
	archive := open(t, config(s.IMAPAddr(), ""))
	if f, ok := archive.MaySend(reply("x")).(*connector.Failure); !ok || f.Key != email.KeyNoSender {
		t.Error("a mailbox without a submission server cannot send")
	}
}

func TestEncryptedServers(t *testing.T) {
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	t.Cleanup(web.Close)
	s := emailtest.New(t, emailtest.Options{TLS: &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}}, dc)
	cfg := config(s.IMAPAddr(), s.SMTPAddr())
	cfg.IMAPURL, cfg.SMTPURL = "imaps://"+s.IMAPAddr(), "smtps://"+s.SMTPAddr()

	strict := open(t, cfg)
	if _, err := strict.Fetch(t.Context(), strict.Sources(nil)[0], ""); err == nil {
		t.Error("a certificate that nobody vouches for was taken")
	}
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	cfg.TLS = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	c := open(t, cfg)
	deliver(t, s, letter("secret"))
	if items, _ := fetchAll(t, c, ""); len(items) != 1 {
		t.Errorf("%d letters", len(items))
	}
	if _, err := c.Send(t.Context(), reply("x")); err != nil {
		t.Error(err)
	}
}

func TestCancelledSend(t *testing.T) {
	_, c := memory(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Send(ctx, reply("x")); connector.ClassOf(err) != connector.Temporary || err == nil {
		t.Errorf("err = %v", err)
	}
}

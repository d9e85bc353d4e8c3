// Package demo is a believable office of Haryana to try the program on: the stand-ins of
// the channels, officers and official accounts, a year of past cases, and citizens who
// write, answer and react before the reader's eyes. All of it is invented.
package demo

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/connector/x/xtest"
)

// StandIns are the services of the demonstration, on loopback.
type StandIns struct {
	X        *xtest.Server
	Facebook *facebooktest.Server
	Mail     *emailtest.Server

	XURL, FacebookURL, MailURL, PageURL string

	servers []*http.Server
	wg      sync.WaitGroup
}

// mailboxes of the demonstration and their password.
const (
	cmMailbox    = "cm@grievance.haryana.example"
	hisarMailbox = "dc-hisar@grievance.haryana.example"
	mailPassword = "demo-mail"
	// spareMailbox waits to be connected by whoever tries the program, as do SpareHandle
	// and SparePage.
	spareMailbox = "dc-rohtak@grievance.haryana.example"
)

// What waits to be connected, beside a mailbox.
const (
	SpareHandle = "DCRohtakNivaran"
	SparePage   = "DC Rohtak Nivaran"
)

// StartStandIns starts the three services and the page that shows what citizens see.
func StartStandIns() (*StandIns, error) {
	s := &StandIns{}
	hc := &http.Client{Timeout: 10 * time.Second}
	s.X = xtest.New(xtest.Options{Now: time.Now, Client: hc})
	s.Facebook = facebooktest.New(facebooktest.Options{Now: time.Now, Client: hc, AppSecret: "demo-facebook-secret", VerifyToken: "demo-verify"})
	var err error
	s.Mail, err = emailtest.Start(emailtest.Options{}, emailtest.Mailbox{Address: cmMailbox, Password: mailPassword}, emailtest.Mailbox{Address: hisarMailbox, Password: mailPassword}, emailtest.Mailbox{Address: spareMailbox, Password: mailPassword})
	if err != nil {
		return nil, fmt.Errorf("stand-in of mail: %w", err)
	}
	s.X.AddUser(xtest.User{Username: SpareHandle, Name: "DC Rohtak"})
	s.Facebook.AddPage(facebooktest.Page{Name: SparePage})
	for _, part := range []struct {
		url     *string
		handler http.Handler
	}{{&s.XURL, s.X}, {&s.FacebookURL, s.Facebook}, {&s.MailURL, s.Mail}, {&s.PageURL, http.HandlerFunc(s.page)}} {
		if *part.url, err = s.listen(part.handler); err != nil {
			return nil, errors.Join(fmt.Errorf("stand-in: %w", err), s.Close())
		}
	}
	return s, nil
}

// AllowRedirects registers the program at base with the services, so that owners of
// accounts come back to it from their consent.
func (s *StandIns) AllowRedirects(base string) {
	connect := base + "/channels/connect/"
	s.X.AllowRedirect(connect + "x/callback")
	s.Facebook.AllowRedirect(connect + "facebook/callback")
	s.Mail.AllowRedirect(connect + "google/callback")
	s.Mail.AllowRedirect(connect + "microsoft/callback")
}

// Settings point the program to the stand-ins and hold its keys there.
func (s *StandIns) Settings() map[string]string {
	facebook := s.FacebookURL + facebooktest.Version
	set := map[string]string{
		"NIVARAN_X_URL": s.XURL, "NIVARAN_X_AUTHORIZE_URL": s.XURL + "/i/oauth2/authorize", "NIVARAN_X_CONSUMER_SECRET": s.X.ConsumerSecret(),
		"NIVARAN_X_CLIENT_ID": s.X.ClientID(), "NIVARAN_X_CLIENT_SECRET": s.X.ClientSecret(), "NIVARAN_X_BEARER": s.X.AppToken(),
		"NIVARAN_FACEBOOK_URL": facebook, "NIVARAN_FACEBOOK_DIALOG_URL": facebook + "/dialog/oauth", "NIVARAN_FACEBOOK_APP_ID": s.Facebook.AppID(),
		"NIVARAN_FACEBOOK_APP_SECRET": s.Facebook.AppSecret(), "NIVARAN_FACEBOOK_VERIFY_TOKEN": s.Facebook.VerifyToken(),
		"NIVARAN_GOOGLE_REVOKE_URL": s.MailURL + "/google/revoke", "NIVARAN_PRIVATE_FETCH": "true",
	}
	for _, style := range []emailtest.Style{emailtest.Google, emailtest.Microsoft} {
		name, base := "NIVARAN_"+strings.ToUpper(string(style)), s.MailURL+"/"+string(style)
		set[name+"_CLIENT_ID"], set[name+"_CLIENT_SECRET"] = emailtest.DefaultApp.ClientID, emailtest.DefaultApp.ClientSecret
		set[name+"_AUTHORIZE_URL"], set[name+"_TOKEN_URL"] = base+"/authorize", base+"/token"
		set[name+"_IMAP"], set[name+"_SMTP"] = "imap://"+s.Mail.IMAPAddr(), "smtp://"+s.Mail.SMTPAddr()
	}
	return set
}

// Addresses tell where each stand-in is, for whoever makes citizens write there.
func (s *StandIns) Addresses() map[string]string {
	return map[string]string{"x": s.XURL, "facebook": s.FacebookURL, "mail": s.MailURL, "imap": s.Mail.IMAPAddr(), "smtp": s.Mail.SMTPAddr(), "page": s.PageURL}
}

func (s *StandIns) listen(h http.Handler) (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	s.servers = append(s.servers, server)
	s.wg.Go(func() { _ = server.Serve(ln) }) // ends with Close
	return "http://" + ln.Addr().String(), nil
}

// Close ends the services.
func (s *StandIns) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, server.Close())
		}
	}
	s.wg.Wait()
	s.Mail.Close()
	return errors.Join(errs...)
}

// seen is a conversation as a citizen sees it.
type seen struct {
	Channel string
	Lines   []line
}

type line struct {
	Who, Text string
	Ours      bool
	At        time.Time
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5"><title>What citizens see</title>
<style>body{font:16px/1.6 "Noto Sans","Noto Sans Devanagari",sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem}article{border:1px solid #ccc;border-radius:6px;margin:0 0 1rem;padding:.5rem .75rem}p{margin:.25rem 0;white-space:pre-wrap}.ours{background:#e2eff2;padding:.25rem .5rem;border-radius:4px}small{color:#555}</style></head>
<body><h1>What citizens see</h1><p>The stand-ins of X, Facebook and the mail server: invented people, nothing leaves this machine.</p>
{{range .}}<article><small>{{.Channel}}</small>{{range .Lines}}<p{{if .Ours}} class="ours"{{end}}><b>{{.Who}}</b> <small>{{.At.Local.Format "15:04:05"}}</small><br>{{.Text}}</p>{{end}}</article>{{else}}<p>Nobody has written yet.</p>{{end}}</body></html>`))

func (s *StandIns) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pageTemplate.Execute(w, s.conversations()) // a reader that went away
}

// conversations are the newest of all channels.
func (s *StandIns) conversations() []*seen {
	const most = 60
	threads := map[string]*seen{}
	of := func(channel, id string) *seen {
		if threads[channel+id] == nil {
			threads[channel+id] = &seen{Channel: channel}
		}
		return threads[channel+id]
	}
	for _, p := range s.X.Posts() {
		t := of("X", p.ThreadID)
		t.Lines = append(t.Lines, line{Who: "@" + p.Author, Text: p.Text, Ours: p.API, At: p.At})
	}
	for _, p := range s.Facebook.Posts() {
		t := of("Facebook", p.ThreadID)
		t.Lines = append(t.Lines, line{Who: p.Author, Text: p.Text, Ours: p.API, At: p.At})
	}
	for _, m := range s.Mail.Sent() {
		t := of("E-mail to "+m.To[0], "")
		t.Lines = append(t.Lines, line{Who: m.Account, Text: m.Subject() + "\n" + m.Text(), Ours: true, At: m.At})
	}
	all := slices.SortedFunc(maps.Values(threads), func(a, b *seen) int { return b.last().Compare(a.last()) })
	return all[:min(most, len(all))]
}

// last is when somebody last said something.
func (s *seen) last() time.Time { return s.Lines[len(s.Lines)-1].At }

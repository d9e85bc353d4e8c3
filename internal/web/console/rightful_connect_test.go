package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
)

// consents stands for the page of consent of a service: it remembers what it was asked,
// and takes the code "good".
type consents struct {
	last    connector.Consent
	missing []string
}

func (z *consents) Address(c connector.Consent) string {
	z.last = c
	return "https://service.example/consent?state=" + c.State
}

func (z *consents) Redeem(_ context.Context, _ connector.Consent, code string) ([]connector.Grant, error) {
	if code != "good" {
		return nil, &connector.Failure{Class: connector.SignIn, Code: "invalid_grant"}
	}
	var all []connector.Grant
	for _, name := range []string{"DC Rohtak", "DC Nuh"} {
		all = append(all, connector.Grant{ExternalID: name, Handle: name, Name: name, Secret: connector.Secret{Token: "t"}, Standing: connector.Standing{Missing: z.missing}})
	}
	return all, nil
}

func (z *consents) Revoke(context.Context, connector.Secret) error { return nil }
func (z *consents) Scopes() []string                               { return []string{"pages_messaging", "pages_show_list"} }

// rightfulConnect is a successful request for each route of the connection of accounts, in
// the order in which an officer makes them.
func rightfulConnect() map[string]step {
	admin := grievance.Administrator
	fixed := func(path string, form url.Values) func(*world) (string, url.Values) {
		return func(*world) (string, url.Values) { return path, form }
	}
	of := func(suffix string, form func(w *world) url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			var f url.Values
			if form != nil {
				f = form(w)
			}
			return "/channels/" + itoa(w.page.ID) + suffix, f
		}
	}
	cell := func(w *world) url.Values {
		return url.Values{"service": {"facebook"}, "office": {itoa(w.Office.StateCell())}}
	}
	return map[string]step{
		"GET /channels/connect":         {role: admin, ready: at("/channels/connect")},
		"POST /channels/connect":        {role: admin, ready: func(w *world) (string, url.Values) { return "/channels/connect", cell(w) }},
		"GET /channels/connect/consent": {role: admin, ready: at("/channels/connect/consent")},
		"GET /channels/connect/{service}/callback": {role: admin, want: http.StatusSeeOther, ready: func(w *world) (string, url.Values) {
			return "/channels/connect/facebook/callback?code=good&state=" + w.service.last.State, nil
		}},
		"GET /channels/connect/pages":   {role: admin, ready: at("/channels/connect/pages")},
		"POST /channels/connect/pages":  {role: admin, ready: fixed("/channels/connect/pages", url.Values{"page": {"DC Nuh"}})},
		"GET /channels/connect/mailbox": {role: admin, ready: at("/channels/connect/mailbox")},
		"POST /channels/connect/mailbox": {role: admin, ready: func(w *world) (string, url.Values) {
			return "/channels/connect/mailbox", mailboxForm(w)
		}},
		"GET /channels/{account}":            {role: grievance.Auditor, ready: of("", nil)},
		"POST /channels/{account}/reconnect": {role: admin, ready: of("/reconnect", nil)},
		"GET /channels/{account}/change":     {role: admin, ready: of("/change", nil)},
		"POST /channels/{account}/change": {role: admin, ready: of("/change", func(w *world) url.Values {
			return url.Values{"name": {"Nivaran"}, "office": {itoa(w.Office.StateCell())}, "budget": {"1,200.50"}}
		})},
		"GET /channels/{account}/disconnect":  {role: admin, ready: of("/disconnect", nil)},
		"POST /channels/{account}/disconnect": {role: admin, ready: of("/disconnect", func(*world) url.Values { return url.Values{"reason": {"the office was closed"}} })},
	}
}

func mailboxForm(w *world) url.Values {
	return url.Values{"office": {itoa(w.Office.StateCell())}, "address": {"dc@rohtak.example"}, "password": {"app-password"}, "imap_host": {"imap.rohtak.example"}, "imap_port": {"993"}, "imap_tls": {"tls"},
		"smtp_host": {"smtp.rohtak.example"}, "smtp_port": {"587"}, "smtp_tls": {"starttls"}}
}

// What goes wrong on the way is said, with a way back to the beginning; nothing typed is
// lost but the password, and nothing is connected.
func TestConnectingGoesWrong(t *testing.T) {
	w := newWorld(t)
	b := w.as(grievance.Administrator)
	begin := func() {
		t.Helper()
		if a := b.do(http.MethodPost, "/channels/connect", url.Values{"service": {"facebook"}, "office": {itoa(w.Office.StateCell())}}); a.location != "/channels/connect/consent" {
			t.Fatalf("begin: %d to %q", a.status, a.location)
		}
		if a := b.get("/channels/connect/consent"); a.status != http.StatusOK || !strings.Contains(a.body, "https://service.example/consent") {
			t.Fatalf("consent: %d", a.status)
		}
	}
	wrong := func(name, path string) {
		t.Helper()
		a := b.get(path)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="/channels/connect"`) {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	const back = "/channels/connect/facebook/callback?"
	wrong("nothing begun", back+"code=good&state=x")
	begin()
	wrong("another state", back+"code=good&state=guessed")
	wrong("used once, though in vain", back+"code=good&state="+w.service.last.State)
	begin()
	wrong("cancelled", back+"error=access_denied&state="+w.service.last.State)
	begin()
	wrong("another service", "/channels/connect/x/callback?code=good&state="+w.service.last.State)
	begin()
	wrong("a code that the service will not take", back+"code=bad&state="+w.service.last.State)
	wrong("the pages without a consent", "/channels/connect/pages")
	begin()
	w.service.missing = []string{"pages_messaging"}
	b.get(back + "code=good&state=" + w.service.last.State)
	if a := b.get("/channels/connect/pages"); a.status != http.StatusOK || !strings.Contains(a.body, "to read and answer messages") {
		t.Errorf("what is not allowed is not shown: %d %s", a.status, excerpt(a.body))
	}
	if a := b.do(http.MethodPost, "/channels/connect/pages", nil); a.status != http.StatusUnprocessableEntity {
		t.Errorf("no page chosen: %d", a.status)
	}
	if a := b.do(http.MethodPost, "/channels/connect", url.Values{"service": {"x"}, "office": {itoa(w.Office.StateCell())}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a service that is not set up: %d", a.status)
	}
	w.refuse = grievance.Invalid("smtp_host", "error.mail_unreachable")
	a := b.do(http.MethodPost, "/channels/connect/mailbox", mailboxForm(w))
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-smtp_host"`) || !strings.Contains(a.body, "imap.rohtak.example") || strings.Contains(a.body, "app-password") {
		t.Errorf("a server that does not answer: %d %s", a.status, excerpt(a.body))
	}
	all, err := w.Desk.Channels(w.ctx(), w.actor(grievance.Administrator))
	if err != nil || len(all) != 3 {
		t.Errorf("%d accounts, want the three of before: %v", len(all), err)
	}
}

// The page of an account offers to change it to whoever may, and shows every warning with
// its remedy.
func TestAccountPage(t *testing.T) {
	w := newWorld(t)
	path := "/channels/" + itoa(w.page.ID)
	for role, may := range map[grievance.Role]bool{grievance.Administrator: true, grievance.StateNodal: true, grievance.DistrictNodal: false, grievance.Auditor: false} {
		a := w.as(role).get(path)
		if a.status != http.StatusOK || strings.Contains(a.body, path+"/disconnect") != may || strings.Contains(a.body, path+"/change") != may {
			t.Errorf("%s: %d, offers to change: want %v", role, a.status, may)
		}
	}
	if a := w.as(grievance.Administrator).get("/channels/4711"); a.status != http.StatusNotFound {
		t.Errorf("no such account: %d", a.status)
	}
	kinds := []office.WarningKind{office.WarnSignIn, office.WarnSending, office.WarnUnpaid, office.WarnOverdue, office.WarnRenewing, office.WarnEnds, office.WarnPermission, office.WarnSpent, office.WarnBudget, office.WarnUsage}
	for _, lang := range []string{"en", "hi"} {
		p := w.Web.Texts.In(lang)
		for _, k := range kinds {
			for _, key := range []string{"warning." + string(k), "warning." + string(k) + "_text", "warning_flag." + string(k), "notice.account_" + string(k)} {
				if words := p.T(key, "Name", "N", "Time", "T", "Share", 1, "Missing", "M"); words == "" || strings.Contains(words, key) {
					t.Errorf("%s has no words in %s", key, lang)
				}
			}
		}
	}
}

package email_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/connectortest"
	"nivaran/internal/connector/email"
	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/grievance"
)

// provided is a mail service with pages of consent, and its clock.
type provided struct {
	*emailtest.Server
	web   *httptest.Server
	clock time.Time
}

const redirect = "http://localhost/channels/connect/google/callback"

func newProvided(t *testing.T) *provided {
	p := &provided{clock: time.Now()}
	p.Server = emailtest.New(t, emailtest.Options{Now: p.now}, dc, emailtest.Mailbox{Address: "other@rohtak.example", Password: "x"})
	p.AllowRedirect(redirect)
	p.web = httptest.NewServer(p.Server)
	t.Cleanup(p.web.Close)
	return p
}

func (p *provided) now() time.Time { return p.clock }

func (p *provided) authorizer(style emailtest.Style) *email.Authorizer {
	base := p.web.URL + "/" + string(style)
	pr := email.Provider{
		Name: string(style), AuthorizeURL: base + "/authorize", TokenURL: base + "/token", IMAPURL: "imap://" + p.IMAPAddr(), SMTPURL: "smtp://" + p.SMTPAddr(),
		ClientID: emailtest.DefaultApp.ClientID, ClientSecret: emailtest.DefaultApp.ClientSecret, Scope: email.MicrosoftScopes,
	}
	if style == emailtest.Google {
		pr.RevokeURL, pr.Scope, pr.Extra = base+"/revoke", email.GoogleScopes, map[string]string{"access_type": "offline", "prompt": "consent"}
	}
	return &email.Authorizer{Provider: pr, HTTP: http.DefaultClient, Now: p.now, Try: func(ctx context.Context, cfg email.Config) error {
		c, err := email.New(cfg)
		if err != nil {
			return err
		}
		return c.Try(ctx)
	}}
}

var asked = connector.Consent{Redirect: redirect, State: "s", Verifier: strings.Repeat("v", 43), Mailbox: dc.Address}

func granting(scopes []string) url.Values {
	return url.Values{"decision": {"authorize"}, "address": {dc.Address}, "scope": scopes}
}

// held keeps tokens in memory.
type held struct {
	connector.Tokens
	renewals int
}

func (h *held) get() connector.Tokens { return h.Tokens }

type keeper struct{ *held }

func (k keeper) Tokens(context.Context) (connector.Tokens, error) { return k.get(), nil }
func (k keeper) Replace(ctx context.Context, stale string, renew func(context.Context, connector.Tokens) (connector.Tokens, error)) (connector.Tokens, error) {
	fresh, err := renew(ctx, k.get())
	if err == nil {
		k.held.Tokens = fresh
		k.renewals++
	}
	return fresh, err
}

// The whole road at both services: consent, letters in and out, the token renewed when it
// ends, the consent withdrawn.
func TestMailboxByConsent(t *testing.T) {
	for _, style := range []emailtest.Style{emailtest.Google, emailtest.Microsoft} {
		t.Run(string(style), func(t *testing.T) {
			p := newProvided(t)
			z := p.authorizer(style)
			back := connectortest.Consent(t, z.Address(asked), granting(z.Scope))
			if back.Get("state") != "s" {
				t.Fatalf("came back with %v", back)
			}
			grants, err := z.Redeem(t.Context(), asked, back.Get("code"))
			if err != nil || len(grants) != 1 || grants[0].ExternalID != dc.Address || len(grants[0].Standing.Missing) > 0 {
				t.Fatalf("grants %+v, %v", grants, err)
			}
			g := grants[0]
			k := keeper{&held{Tokens: connector.Tokens{Access: g.Secret.Access, Refresh: g.Secret.Refresh, ExpiresAt: g.Secret.Expires}}}
			c := open(t, email.Config{Address: dc.Address, IMAPURL: g.Settings["imap"], SMTPURL: g.Settings["smtp"], Tokens: k, Provider: z.Provider, HTTP: z.HTTP, Now: p.now})
			fetch := func() error {
				_, err := c.Fetch(t.Context(), c.Sources(nil)[0], "")
				return err
			}
			if err := fetch(); err != nil || k.renewals != 0 {
				t.Fatalf("fetch: %v, %d renewals", err, k.renewals)
			}
			p.clock = p.clock.Add(emailtest.TokenLife + time.Minute)
			p.CutIMAP(0)
			if _, err := c.Send(t.Context(), reply("x")); err != nil || k.renewals != 1 {
				t.Fatalf("send after an hour: %v, %d renewals", err, k.renewals)
			}
			p.Revoke(dc.Address)
			if err := fetch(); connector.ClassOf(err) != connector.SignIn {
				t.Errorf("fetch after the consent was withdrawn: %v", err)
			}
			if _, err := c.Send(t.Context(), reply("x")); connector.ClassOf(err) != connector.SignIn {
				t.Errorf("send after the consent was withdrawn: %v", err)
			}
		})
	}
}

// A token that its service withdrew before its time is renewed once.
func TestStaleTokenIsRenewed(t *testing.T) {
	p := newProvided(t)
	z := p.authorizer(emailtest.Google)
	grants, err := z.Redeem(t.Context(), asked, connectortest.Consent(t, z.Address(asked), granting(z.Scope)).Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	k := keeper{&held{Tokens: connector.Tokens{Access: "stale", Refresh: grants[0].Secret.Refresh, ExpiresAt: p.clock.Add(time.Hour)}}}
	c := open(t, email.Config{Address: dc.Address, IMAPURL: z.IMAPURL, SMTPURL: z.SMTPURL, Tokens: k, Provider: z.Provider, HTTP: z.HTTP, Now: p.now})
	if _, err := c.Fetch(t.Context(), c.Sources(nil)[0], ""); err != nil || k.renewals != 1 {
		t.Errorf("fetch: %v, %d renewals", err, k.renewals)
	}
	k.held.Tokens.Access = "stale again"
	if _, err := c.Send(t.Context(), reply("x")); err != nil || k.renewals != 2 {
		t.Errorf("send: %v, %d renewals", err, k.renewals)
	}
}

func TestMailConsentRefusals(t *testing.T) {
	p := newProvided(t)
	z := p.authorizer(emailtest.Microsoft)
	code := func() string { return connectortest.Consent(t, z.Address(asked), granting(z.Scope)).Get("code") }
	signin := func(name string, c connector.Consent, code string) {
		t.Helper()
		if _, err := z.Redeem(t.Context(), c, code); connector.ClassOf(err) != connector.SignIn {
			t.Errorf("%s: %v, want signin", name, err)
		}
	}
	used := code()
	if _, err := z.Redeem(t.Context(), asked, used); err != nil {
		t.Fatal(err)
	}
	signin("a used code", asked, used)
	other := asked
	other.Verifier = strings.Repeat("w", 43)
	signin("another verifier", other, code())
	late := code()
	p.clock = p.clock.Add(31 * time.Second)
	signin("a code after half a minute", asked, late)
	grants, err := z.Redeem(t.Context(), asked, connectortest.Consent(t, z.Address(asked), granting(z.Scope[:1])).Get("code"))
	if err != nil || !slices.Equal(grants[0].Standing.Missing, z.Scope[1:2]) {
		t.Errorf("a scope withheld: %+v, %v", grants, err)
	}
	form := granting(z.Scope)
	form.Set("address", "other@rohtak.example")
	_, err = z.Redeem(t.Context(), asked, connectortest.Consent(t, z.Address(asked), form).Get("code"))
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Field != "password" {
		t.Errorf("a consent to another mailbox: %v", err)
	}
	if back := connectortest.Consent(t, z.Address(asked), url.Values{"decision": {"cancel"}}); back.Get("error") != "access_denied" || back.Has("code") {
		t.Errorf("cancelled: %v", back)
	}
	bad := asked
	bad.Redirect = "http://evil.example/"
	if back := connectortest.Consent(t, z.Address(bad), granting(z.Scope)); back != nil {
		t.Errorf("a wrong redirect leads on: %v", back)
	}
}

func TestTryNamesTheField(t *testing.T) {
	p := newProvided(t)
	good := email.Config{Address: dc.Address, Password: dc.Password, IMAPURL: "imap://" + p.IMAPAddr(), SMTPURL: "smtp://" + p.SMTPAddr(), Now: p.now, Timeout: 5 * time.Second}
	try := func(change func(*email.Config)) error {
		cfg := good
		change(&cfg)
		return open(t, cfg).Try(t.Context())
	}
	if err := try(func(*email.Config) {}); err != nil {
		t.Errorf("right settings: %v", err)
	}
	for name, tt := range map[string]struct {
		change     func(*email.Config)
		field, key string
	}{
		"wrong password":     {func(c *email.Config) { c.Password = "no" }, "password", "error.mail_password"},
		"no IMAP there":      {func(c *email.Config) { c.IMAPURL = "imap://127.0.0.1:1" }, "imap_host", "error.mail_unreachable"},
		"no SMTP there":      {func(c *email.Config) { c.SMTPURL = "smtp://127.0.0.1:1" }, "smtp_host", "error.mail_unreachable"},
		"no such mailbox":    {func(c *email.Config) { c.Mailbox = "Grievances" }, "imap_host", "error.mail_no_mailbox"},
		"TLS where none is":  {func(c *email.Config) { c.IMAPURL = "imaps://" + p.IMAPAddr() }, "imap_host", ""},
		"SMTP sign-in fails": {func(*email.Config) { p.Fail(emailtest.SignInRefused) }, "password", "error.mail_smtp_password"},
	} {
		invalid, ok := errors.AsType[*grievance.InvalidError](try(tt.change))
		if !ok || invalid.Field != tt.field || tt.key != "" && invalid.Key != tt.key {
			t.Errorf("%s: %+v", name, invalid)
		}
	}
}

package facebook_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/connectortest"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/connector/facebook/facebooktest"
)

const redirect = "https://nivaran.example/channels/connect/facebook/callback"

// owner is the authorizer of the app at the rig's stand-in.
func owner(r *rig) *facebook.Authorizer {
	r.fb.AllowRedirect(redirect)
	srv := httptest.NewServer(r.fb)
	r.Cleanup(srv.Close)
	base := srv.URL + facebooktest.Version
	return &facebook.Authorizer{DialogURL: base + "/dialog/oauth", BaseURL: base, AppID: r.fb.AppID(), AppSecret: r.fb.AppSecret(), HTTP: &http.Client{Transport: r}, Now: r.clock}
}

var ask = connector.Consent{Redirect: redirect, State: "state"}

func granting(z *facebook.Authorizer, pages ...string) url.Values {
	return url.Values{"decision": {"authorize"}, "page": pages, "permission": z.Scopes()}
}

func TestAuthorize(t *testing.T) {
	r := newRig(t)
	z := owner(r)
	second := r.fb.AddPage(facebooktest.Page{Name: "DC Hisar"})
	back := connectortest.Consent(t, z.Address(ask), granting(z, r.page.ID, second.ID))
	if back.Get("state") != "state" {
		t.Fatalf("came back with %v", back)
	}
	grants, err := z.Redeem(t.Context(), ask, back.Get("code"))
	if err != nil || len(grants) != 2 || grants[0].ExternalID != r.page.ID || grants[1].Name != "DC Hisar" || len(grants[0].Standing.Missing) > 0 {
		t.Fatalf("grants %+v, %v", grants, err)
	}
	r.page.Token = grants[0].Secret.Token
	standing, err := r.Whoami(t.Context())
	if err != nil || standing.Account.ExternalID != r.page.ID || !standing.Ends.Equal(r.clock().Add(90*24*time.Hour)) {
		t.Errorf("standing %+v, %v", standing, err)
	}
	if err := r.Subscribe(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := z.Revoke(t.Context(), grants[0].Secret); err != nil {
		t.Errorf("revoke: %v", err)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	r := newRig(t)
	z := owner(r)
	code := func() string { return connectortest.Consent(t, z.Address(ask), granting(z, r.page.ID)).Get("code") }
	signin := func(name string, z *facebook.Authorizer, c connector.Consent, code string) {
		t.Helper()
		if _, err := z.Redeem(t.Context(), c, code); connector.ClassOf(err) != connector.SignIn {
			t.Errorf("%s: %v, want signin", name, err)
		}
	}
	used := code()
	if _, err := z.Redeem(t.Context(), ask, used); err != nil {
		t.Fatal(err)
	}
	signin("a used code", z, ask, used)
	other := ask
	other.Redirect += "2"
	signin("another redirect", z, other, code())
	stranger := *z
	stranger.AppSecret = "guessed"
	signin("another app", &stranger, ask, code())
	late := code()
	r.pass(31 * time.Second)
	signin("a code after half a minute", z, ask, late)
	form := granting(z, r.page.ID)
	form["permission"] = slices.DeleteFunc(slices.Clone(z.Scopes()), func(p string) bool { return p == "pages_messaging" })
	grants, err := z.Redeem(t.Context(), ask, connectortest.Consent(t, z.Address(ask), form).Get("code"))
	if err != nil || !slices.Equal(grants[0].Standing.Missing, []string{"pages_messaging"}) {
		t.Errorf("a permission withheld: %+v, %v", grants, err)
	}
	if back := connectortest.Consent(t, z.Address(ask), url.Values{"decision": {"cancel"}}); back.Get("error") != "access_denied" || back.Has("code") {
		t.Errorf("cancelled: %v", back)
	}
	for name, address := range map[string]string{
		"unknown app":    strings.Replace(z.Address(ask), "client_id=4000", "client_id=1", 1),
		"wrong redirect": strings.Replace(z.Address(ask), "nivaran.example", "evil.example", 1),
		"unknown scope":  strings.Replace(z.Address(ask), "pages_messaging", "ads_management", 1),
	} {
		if back := connectortest.Consent(t, address, granting(z, r.page.ID)); back != nil {
			t.Errorf("%s leads on: %v", name, back)
		}
	}
}

package x_test

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/connectortest"
	"nivaran/internal/connector/x"
	"nivaran/internal/connector/x/xtest"
)

const redirect = "https://nivaran.example/channels/connect/x/callback"

// owner is the authorizer of an app at a stand-in that knows the redirect.
func owner(r *rig) *x.Authorizer {
	r.x.AllowRedirect(redirect)
	srv := httptest.NewServer(r.x)
	r.Cleanup(srv.Close)
	return &x.Authorizer{AuthorizeURL: srv.URL + "/i/oauth2/authorize", BaseURL: srv.URL, ClientID: r.x.ClientID(), ClientSecret: r.x.ClientSecret(), HTTP: srv.Client(), Now: r.clock}
}

func TestAuthorize(t *testing.T) {
	r := newRig(t)
	z := owner(r)
	ask := connector.Consent{Redirect: redirect, State: "state", Verifier: strings.Repeat("v", 43)}
	yes := url.Values{"decision": {"authorize"}, "handle": {"cmo_test"}}
	back := connectortest.Consent(t, z.Address(ask), yes)
	if back.Get("state") != "state" {
		t.Fatalf("came back with %v", back)
	}
	grants, err := z.Redeem(t.Context(), ask, back.Get("code"))
	if err != nil || len(grants) != 1 || grants[0].ExternalID != r.us.ID || len(grants[0].Standing.Missing) > 0 {
		t.Fatalf("grants %+v, %v", grants, err)
	}
	s := grants[0].Secret
	if !s.Expires.Equal(r.clock().Add(xtest.TokenLife)) || s.Refresh == "" {
		t.Errorf("secret ends %s, refresh token given: %v", s.Expires, s.Refresh != "")
	}
	r.tokens.held = connector.Tokens{Access: s.Access, Refresh: s.Refresh, ExpiresAt: s.Expires}
	if _, err := r.Whoami(t.Context()); err != nil {
		t.Errorf("the tokens do not work: %v", err)
	}
	if err := z.Revoke(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Whoami(t.Context()); connector.ClassOf(err) != connector.SignIn {
		t.Errorf("after the consent was ended: %v, want signin", err)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	r := newRig(t)
	z := owner(r)
	ask := connector.Consent{Redirect: redirect, State: "state", Verifier: strings.Repeat("v", 43)}
	yes := url.Values{"decision": {"authorize"}, "handle": {"cmo_test"}}
	code := func() string { return connectortest.Consent(t, z.Address(ask), yes).Get("code") }
	signin := func(name string, z *x.Authorizer, c connector.Consent, code string) {
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
	other.Verifier = strings.Repeat("w", 43)
	signin("another verifier", z, other, code())
	other = ask
	other.Redirect += "2"
	signin("another redirect", z, other, code())
	stranger := *z
	stranger.ClientSecret = "guessed"
	signin("another app", &stranger, ask, code())
	late := code()
	r.pass(31 * time.Second)
	signin("a code after half a minute", z, ask, late)
	if back := connectortest.Consent(t, z.Address(ask), url.Values{"decision": {"cancel"}}); back.Get("error") != "access_denied" || back.Has("code") {
		t.Errorf("cancelled: %v", back)
	}
	for name, change := range map[string]func(url.Values){
		"unknown client": func(q url.Values) { q.Set("client_id", "x") },
		"wrong redirect": func(q url.Values) { q.Set("redirect_uri", "https://evil.example/") },
		"no scope":       func(q url.Values) { q.Del("scope") },
		"unknown scope":  func(q url.Values) { q.Set("scope", "everything") },
		"plain verifier": func(q url.Values) { q.Set("code_challenge_method", "plain") },
	} {
		u, err := url.Parse(z.Address(ask))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		change(q)
		u.RawQuery = q.Encode()
		if back := connectortest.Consent(t, u.String(), yes); back != nil {
			t.Errorf("%s leads on: %v", name, back)
		}
	}
}

// What X does not grant is told, and without offline.access nothing can be renewed.
func TestScopesWithheld(t *testing.T) {
	r := newRig(t)
	z := owner(r)
	ask := connector.Consent{Redirect: redirect, State: "state", Verifier: strings.Repeat("v", 43)}
	address := strings.Replace(strings.Replace(z.Address(ask), "tweet.write+", "", 1), "+offline.access", "", 1)
	grants, err := z.Redeem(t.Context(), ask, connectortest.Consent(t, address, url.Values{"decision": {"authorize"}, "handle": {"cmo_test"}}).Get("code"))
	if err != nil || !slices.Equal(grants[0].Standing.Missing, []string{"tweet.write", "offline.access"}) || grants[0].Secret.Refresh != "" {
		t.Errorf("grants %+v, %v", grants, err)
	}
}

// A token that cannot be renewed in time is used to its end.
func TestARefreshThatFailsInTime(t *testing.T) {
	r := newRig(t)
	r.pass(xtest.TokenLife - 4*time.Minute)
	r.x.FailNext(xtest.Token, 2, xtest.Unavailable()) // net/http does not ask again after an answer
	r.round(mentions(), "")
	if r.tokens.stores != 0 || r.x.Calls(xtest.Token) != 1 {
		t.Errorf("%d renewals, %d calls for tokens", r.tokens.stores, r.x.Calls(xtest.Token))
	}
	r.pass(4 * time.Minute)
	if _, err := r.Fetch(t.Context(), mentions(), ""); connector.ClassOf(err) != connector.Temporary {
		t.Errorf("after its end: %v", err)
	}
	r.round(mentions(), "")
	if r.tokens.stores != 1 {
		t.Errorf("%d renewals, want 1", r.tokens.stores)
	}
}

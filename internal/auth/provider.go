package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"nivaran/internal/grievance"
)

// ProviderOptions say with which identity provider officers may sign in, and what its
// claims mean here.
type ProviderOptions struct {
	Issuer       string
	ClientID     string
	ClientSecret string // empty: a public client
	Name         string // what officers call it
	Scopes       []string
	RoleClaim    string // dots lead into objects; empty: charges are given here only
	Roles        []RoleMapping
	Factors      []string // amr:VALUE or acr:VALUE that stand for a second factor
	PublicURL    string   // of this program
	HTTP         *http.Client
	Now          func() time.Time
}

// RoleMapping says what a value of the role claim is here: the charge of the role in the
// office, or (Office empty) whatever charges of the role the officer holds here.
type RoleMapping struct {
	Value  string
	Role   grievance.Role
	Office string // code
}

// ErrProviderDown says that the identity provider cannot be reached or does not answer as
// it should; the way in by password stays.
var ErrProviderDown = errors.New("identity provider cannot be reached")

// Provider is the identity provider. It is asked for its addresses and keys when somebody
// first signs in with it, so that one that is down keeps nothing else from working.
type Provider struct {
	ProviderOptions

	mu     sync.Mutex
	known  *discovered
	failed time.Time // of the last vain question
}

// discovered is what the provider says of itself.
type discovered struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	signOut  string // empty: it offers none
	at       time.Time
}

// NewProvider knows the provider by its settings; it asks it nothing.
func NewProvider(o ProviderOptions) *Provider { return &Provider{ProviderOptions: o} }

// ReturnPath is where the provider sends a browser back to.
const ReturnPath = "/sign-in/provider/return"

// A vain question is not repeated for askAgain, so that a provider that is down is not
// waited for by everybody. Before a browser is sent there the provider has answered within
// answeredLately: who meets a dead address finds no way back.
const (
	askAgain       = 5 * time.Second
	answeredLately = 30 * time.Second
)

// reach gives what the provider says of itself, once it has answered lately.
func (p *Provider) reach(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Now()
	if p.known != nil && now.Sub(p.known.at).Abs() < answeredLately {
		return p.known, nil
	}
	if now.Sub(p.failed).Abs() < askAgain {
		return nil, ErrProviderDown
	}
	d, err := p.ask(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.failed = p.Now()
		}
		return nil, errors.Join(ErrProviderDown, fmt.Errorf("ask %s: %w", p.Issuer, withoutBody(err)))
	}
	p.known = d
	return d, nil
}

// discover gives what the provider has said of itself, asking where it never did here.
func (p *Provider) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	known := p.known
	p.mu.Unlock()
	if known != nil {
		return known, nil
	}
	return p.reach(ctx)
}

func (p *Provider) ask(ctx context.Context) (*discovered, error) {
	// The provider keeps the client of this context, not its end.
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, p.HTTP), p.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		SignOut string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	return &discovered{
		provider: provider,
		oauth: oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: provider.Endpoint(), Scopes: p.Scopes,
			RedirectURL: p.PublicURL + ReturnPath},
		verifier: provider.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.Now}),
		signOut:  more.SignOut,
		at:       p.Now(),
	}, nil
}

// withoutBody keeps what a server answered out of logs: only the first line, cut short.
func withoutBody(err error) error {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(clip(first, 200))
}

// claims are what the provider says of who signed in.
type claims struct {
	subject  string
	email    string
	verified bool
	factor   bool // a second factor was asked for
	roles    []string
	until    time.Time // of the identity token
	raw      string    // the identity token, to sign out with
}

// redeem exchanges the code for what the provider says, and checks that it says it to us,
// now, and in answer to this very question.
func (p *Provider) redeem(ctx context.Context, d *discovered, code string, t providerTry) (claims, error) {
	ctx = oidc.ClientContext(ctx, p.HTTP)
	token, err := d.oauth.Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok && answer.Response.StatusCode < 500 {
			return claims{}, &RefusedError{Key: "auth.provider_again"}
		}
		return claims{}, errors.Join(ErrProviderDown, fmt.Errorf("redeem code: %w", withoutBody(err)))
	}
	c := claims{}
	c.raw, _ = token.Extra("id_token").(string)
	id, err := d.verifier.Verify(ctx, c.raw)
	if err != nil {
		if strings.Contains(err.Error(), "fetching keys") {
			return c, errors.Join(ErrProviderDown, fmt.Errorf("keys: %w", withoutBody(err)))
		}
		return c, &RefusedError{Key: "auth.provider_again"}
	}
	if id.Nonce != t.Nonce || id.AccessTokenHash != "" && id.VerifyAccessToken(token.AccessToken) != nil {
		return c, &RefusedError{Key: "auth.provider_again"}
	}
	c.subject, c.until = id.Subject, id.Expiry
	said := map[string]any{}
	if err := id.Claims(&said); err != nil {
		return c, fmt.Errorf("read claims: %w", err)
	}
	if party, given := said["azp"]; given && party != p.ClientID {
		return c, &RefusedError{Key: "auth.provider_again"}
	}
	c.factor = p.factorShown(said)
	c.take(said, p.RoleClaim)
	if c.email != "" && (p.RoleClaim == "" || lookUp(said, p.RoleClaim) != nil) {
		return c, nil
	}
	return c, p.askMore(ctx, d, token, &c)
}

// askMore reads what the identity token leaves out and the userinfo endpoint knows.
func (p *Provider) askMore(ctx context.Context, d *discovered, token *oauth2.Token, c *claims) error {
	if d.provider.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := d.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return errors.Join(ErrProviderDown, fmt.Errorf("userinfo: %w", withoutBody(err)))
	}
	if info.Subject != c.subject {
		return &RefusedError{Key: "auth.provider_again"}
	}
	said := map[string]any{}
	if err := info.Claims(&said); err != nil {
		return fmt.Errorf("read userinfo: %w", err)
	}
	c.take(said, p.RoleClaim)
	return nil
}

// take reads address and roles where they are said.
func (c *claims) take(said map[string]any, roleClaim string) {
	if email, _ := said["email"].(string); email != "" {
		c.email = clean(email)
		c.verified = said["email_verified"] == true || said["email_verified"] == "true"
	}
	if roles := lookUp(said, roleClaim); roles != nil {
		c.roles = words(roles)
	}
}

// lookUp finds a claim by its name, or by the path that its dots make.
func lookUp(said map[string]any, name string) any {
	if name == "" {
		return nil
	}
	if v, ok := said[name]; ok {
		return v
	}
	first, rest, more := strings.Cut(name, ".")
	inner, _ := said[first].(map[string]any)
	if !more || inner == nil {
		return nil
	}
	return lookUp(inner, rest)
}

// words are the values of a claim: one text, a list, or the names of an object.
func words(claim any) (all []string) {
	switch v := claim.(type) {
	case string:
		all = []string{v}
	case []any:
		for _, x := range v {
			if text, ok := x.(string); ok {
				all = append(all, text)
			}
		}
	case map[string]any:
		for name := range v {
			all = append(all, name)
		}
	}
	return all
}

// factorShown says whether the token shows a second factor that suffices here.
func (p *Provider) factorShown(said map[string]any) bool {
	var shown []string
	for _, how := range words(said["amr"]) {
		shown = append(shown, "amr:"+how)
	}
	for _, class := range words(said["acr"]) {
		shown = append(shown, "acr:"+class)
	}
	return slices.ContainsFunc(p.Factors, func(f string) bool { return slices.Contains(shown, f) })
}

// signOutURL is where the provider ends its own session, or empty.
func (p *Provider) signOutURL(ctx context.Context, raw string) string {
	d, err := p.discover(ctx)
	if err != nil || d.signOut == "" {
		return ""
	}
	u, err := url.Parse(d.signOut)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.ClientID)
	q.Set("post_logout_redirect_uri", p.PublicURL+"/sign-in")
	if raw != "" {
		q.Set("id_token_hint", raw)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

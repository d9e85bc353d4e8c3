package auth

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"nivaran/internal/auth/oidctest"
	"nivaran/internal/grievance"
)

// provided is a world whose officers may come through a real provider on loopback.
type provided struct {
	*world
	p *oidctest.Provider
}

// newProvided knows the clerk there as asha, by the same address.
func newProvided(t *testing.T, charges int, change func(o *ProviderOptions), users ...oidctest.User) *provided {
	t.Helper()
	w := newWorld(t, charges)
	p := oidctest.Start(t, program, append(users, oidctest.User{Name: "asha", Email: "clerk@cell.example", Roles: []string{"cell"}})...)
	o := ProviderOptions{Issuer: p.URL, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Name: "State ID", Scopes: []string{"openid", "email"},
		PublicURL: program, HTTP: &http.Client{Timeout: 10 * time.Second}, Now: func() time.Time { return w.now }}
	if change != nil {
		change(&o)
	}
	w.Auth.Provider = NewProvider(o)
	return &provided{w, p}
}

// mapped maps the roles of the tests.
func mapped(o *ProviderOptions) {
	o.RoleClaim, o.Factors = "realm_access.roles", []string{"amr:pwd"}
	o.Roles = []RoleMapping{{"cell", grievance.Clerk, ""}, {"dc hisar", grievance.DistrictNodal, "dc-hisar"}, {"ghost", "no_such_role", ""}, {"nowhere", grievance.Clerk, "no-such-office"}}
}

// factor lets the provider's own factor suffice.
func factor(o *ProviderOptions) { o.Factors = []string{"amr:mfa", "amr:pwd"} }

func (b *browser) toProvider(t *testing.T, quiet bool) (to string, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { to, err = b.w.ToProvider(ctx, "/cases/7", quiet, "10.0.0.1") })
	return to, err
}

func (b *browser) fromProvider(t *testing.T, answer url.Values) (r Returned, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { r, err = b.w.FromProvider(ctx, answer, "10.0.0.1") })
	return r, err
}

// through goes to the provider as the user and back.
func (p *provided) through(t *testing.T, b *browser, user string) (Returned, error) {
	t.Helper()
	to, err := b.toProvider(t, false)
	if err != nil {
		t.Fatal(err)
	}
	return b.fromProvider(t, p.p.SignIn(t, to, user))
}

// enters is through for one who gets in at once.
func (p *provided) enters(t *testing.T, user string) *browser {
	t.Helper()
	b := &browser{w: p.world}
	if r, err := p.through(t, b, user); err != nil || r.Stage != SignedIn || r.Next != "/cases/7" {
		t.Fatalf("through the provider as %s: %+v, %v", user, r, err)
	}
	return b
}

func (b *browser) charges(t *testing.T) (roles []grievance.Role) {
	t.Helper()
	b.visit(t, func(ctx context.Context) {
		all, err := b.w.Charges(ctx)
		if err != nil {
			t.Error(err)
		}
		for _, c := range all {
			roles = append(roles, c.Role)
		}
	})
	return roles
}

// events counts the entries of the kind in the office log.
func (p *provided) events(t *testing.T, kind string) (n int) {
	t.Helper()
	for _, e := range p.logged(t) {
		if e == kind {
			n++
		}
	}
	return n
}

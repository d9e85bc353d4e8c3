// Package oidctest runs a real identity provider on loopback for tests: the example server
// of zitadel/oidc, with users, roles and faults of the test's own.
package oidctest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The program's registration at the provider, and every user's password there.
const (
	ClientID     = "nivaran"
	ClientSecret = "secret of the client"
	Password     = "a password of the provider"
)

// User is somebody whom the provider knows.
type User struct {
	Name       string // to sign in with; the subject too
	Email      string
	Unverified bool // the provider has not checked the address
	Roles      []string
}

// Provider is a running identity provider. Its fields may change between requests.
type Provider struct {
	URL string // the issuer

	mu       sync.Mutex
	program  string // address of the program that is registered
	users    map[string]User
	lifetime time.Duration // of identity tokens
	inToken  bool          // address and roles stand in the identity token, not in userinfo
	nonce    string        // put in place of what was asked for
	session  string        // who is signed in at the provider, in the one browser that tests have
	ended    int           // sessions that were ended by signing out

	storage *backend
	handler http.Handler
	listen  string
	server  *http.Server
}

// Start runs a provider for the program at the address until the test ends.
func Start(t testing.TB, program string, users ...User) *Provider {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{URL: "http://localhost:" + port(ln), listen: ln.Addr().String(), program: program, users: map[string]User{}, lifetime: time.Hour}
	for _, u := range users {
		p.users[u.Name] = u
	}
	client := storage.WebClient(ClientID, ClientSecret)
	p.storage = &backend{Storage: storage.NewStorageWithClients(people{p}, map[string]*storage.Client{ClientID: client}), p: p, unseen: map[string]bool{}}
	router := exampleop.SetupServer(p.URL, p.storage, slog.New(slog.DiscardHandler), false)
	p.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Who is signed in at the provider is not asked again.
		if id := r.URL.Query().Get("authRequestID"); r.Method == http.MethodGet && p.storage.isUnseen(id) {
			http.Redirect(w, r, "/auth/callback?id="+url.QueryEscape(id), http.StatusFound)
			return
		}
		router.ServeHTTP(w, r)
	})
	p.serve(ln)
	t.Cleanup(p.Stop)
	return p
}

func port(ln net.Listener) string {
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}

func (p *Provider) serve(ln net.Listener) {
	server := &http.Server{Handler: p.handler, ReadHeaderTimeout: 10 * time.Second}
	p.server = server
	go func() { _ = server.Serve(ln) }()
}

// Stop takes the provider down: nobody listens at its address any more.
func (p *Provider) Stop() {
	if p.server != nil {
		_ = p.server.Close()
		p.server = nil
	}
}

// Resume brings the provider up again at the same address.
func (p *Provider) Resume(t testing.TB) {
	t.Helper()
	ln, err := net.Listen("tcp", p.listen)
	if err != nil {
		t.Fatal(err)
	}
	p.serve(ln)
}

// Serve registers another address of the program, for one that starts after the provider.
func (p *Provider) Serve(program string) { p.set(func() { p.program = program }) }

func (p *Provider) at(path string) (address string) {
	p.set(func() { address = p.program + path })
	return address
}

// SetRoles gives the user other roles.
func (p *Provider) SetRoles(name string, roles ...string) {
	p.set(func() {
		u := p.users[name]
		u.Roles = roles
		p.users[name] = u
	})
}

// SetLifetime says how long identity tokens hold from now on.
func (p *Provider) SetLifetime(d time.Duration) { p.set(func() { p.lifetime = d }) }

// SayInToken moves address and roles from userinfo to the identity token.
func (p *Provider) SayInToken() { p.set(func() { p.inToken = true }) }

// SwapNonce makes the provider answer with another nonce than it was asked with.
func (p *Provider) SwapNonce(nonce string) { p.set(func() { p.nonce = nonce }) }

// Forget ends the session at the provider.
func (p *Provider) Forget() { p.set(func() { p.session = "" }) }

// Ended counts the sessions that were ended by signing out.
func (p *Provider) Ended() (n int) {
	p.set(func() { n = p.ended })
	return n
}

func (p *Provider) set(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

// SignIn goes from the address that the program gave through the provider's pages, as the
// user where it asks, and gives the answer that it sends the browser back with.
func (p *Provider) SignIn(t testing.TB, address, user string) url.Values {
	t.Helper()
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	step := func(r *http.Response, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		to, err := r.Location()
		if err != nil {
			t.Fatalf("%s: %s", r.Request.URL.Path, r.Status)
		}
		return to.String()
	}
	at := step(client.Get(address))
	for range 5 {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case !strings.HasPrefix(at, p.URL):
			return u.Query()
		case u.Path == "/login/username" && !p.storage.isUnseen(u.Query().Get("authRequestID")):
			at = step(client.PostForm(p.URL+u.Path, url.Values{"id": {u.Query().Get("authRequestID")}, "username": {user}, "password": {Password}}))
		default:
			at = step(client.Get(at))
		}
	}
	t.Fatal("the provider sends in circles")
	return nil
}

// people are the provider's users as its storage wants them.
type people struct{ p *Provider }

func (s people) ExampleClientID() string { return storage.ServiceUserID }

func (s people) GetUserByUsername(name string) *storage.User { return s.GetUserByID(name) }

func (s people) GetUserByID(name string) (found *storage.User) {
	s.p.set(func() {
		if u, ok := s.p.users[name]; ok {
			found = &storage.User{ID: u.Name, Username: u.Name, Password: Password, FirstName: u.Name, Email: u.Email, EmailVerified: !u.Unverified}
		}
	})
	return found
}

// backend is the example's storage with the test's roles and faults.
type backend struct {
	*storage.Storage
	p *Provider

	mu     sync.Mutex
	unseen map[string]bool // requests that are answered without a page
}

func (b *backend) isUnseen(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.unseen[id]
}

// CreateAuthRequest answers at once who is signed in here, and refuses to ask where it
// must not.
func (b *backend) CreateAuthRequest(ctx context.Context, r *oidc.AuthRequest, userID string) (op.AuthRequest, error) {
	var session string
	b.p.set(func() {
		session = b.p.session
		if b.p.nonce != "" {
			r.Nonce = b.p.nonce
		}
	})
	if slices.Contains(r.Prompt, oidc.PromptNone) && session != "" {
		r.Prompt = nil
	}
	made, err := b.Storage.CreateAuthRequest(ctx, r, userID)
	if err != nil || session == "" {
		return made, err
	}
	request, ok := made.(*storage.AuthRequest)
	if !ok {
		return nil, errors.New("the example server makes other requests")
	}
	request.UserID = session
	b.mu.Lock()
	b.unseen[request.ID] = true
	b.mu.Unlock()
	return request, b.AuthRequestDone(request.ID)
}

// CheckUsernamePassword begins the session at the provider.
func (b *backend) CheckUsernamePassword(name, password, id string) error {
	err := b.Storage.CheckUsernamePassword(name, password, id)
	if err == nil {
		b.p.set(func() { b.p.session = name })
	}
	return err
}

// TerminateSession ends the session at the provider.
func (b *backend) TerminateSession(ctx context.Context, userID, clientID string) error {
	b.p.set(func() { b.p.session, b.p.ended = "", b.p.ended+1 })
	return b.Storage.TerminateSession(ctx, userID, clientID)
}

// SetUserinfoFromRequest says roles in the identity token where the test wants that.
func (b *backend) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, r op.IDTokenRequest, scopes []string) error {
	var inToken bool
	b.p.set(func() { inToken = b.p.inToken })
	if inToken {
		b.addRoles(info, r.GetSubject())
	}
	return b.Storage.SetUserinfoFromRequest(ctx, info, r, scopes)
}

// SetUserinfoFromToken says roles at the userinfo endpoint.
func (b *backend) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	b.addRoles(info, subject)
	return b.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin)
}

func (b *backend) addRoles(info *oidc.UserInfo, subject string) {
	b.p.set(func() { info.AppendClaims("realm_access", map[string]any{"roles": b.p.users[subject].Roles}) })
}

// GetClientByClientID gives the program's registration with what the test changes of it.
func (b *backend) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := b.Storage.GetClientByClientID(ctx, id)
	return client{c, b}, err
}

type client struct {
	op.Client
	b *backend
}

func (c client) RedirectURIs() []string { return []string{c.b.p.at("/sign-in/provider/return")} }

func (c client) PostLogoutRedirectURIs() []string { return []string{c.b.p.at("/sign-in")} }

func (c client) IDTokenLifetime() (d time.Duration) {
	c.b.p.set(func() { d = c.b.p.lifetime })
	return d
}

func (c client) IDTokenUserinfoClaimsAssertion() (in bool) {
	c.b.p.set(func() { in = c.b.p.inToken })
	return in
}

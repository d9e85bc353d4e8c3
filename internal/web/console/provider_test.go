package console

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/auth/oidctest"
	"nivaran/internal/grievance"
)

// provided is a console with a real identity provider on loopback, which knows the
// district nodal officer as meena. ahead is by how much its clock runs ahead.
func provided(t *testing.T) (w *world, p *oidctest.Provider, ahead *atomic.Int64) {
	t.Helper()
	w, ahead = newWorld(t), &atomic.Int64{}
	w.Auth.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	p = oidctest.Start(t, w.server.URL,
		oidctest.User{Name: "meena", Email: string(grievance.DistrictNodal) + "@nivaran.example"},
		oidctest.User{Name: "stranger", Email: "stranger@nivaran.example"})
	w.Auth.Provider = auth.NewProvider(auth.ProviderOptions{
		Issuer: p.URL, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Name: "Haryana State ID", Scopes: []string{"openid", "email"}, Factors: []string{"amr:pwd"},
		PublicURL: w.server.URL, HTTP: &http.Client{Timeout: 10 * time.Second}, Now: w.Auth.Now,
	})
	return w, p, ahead
}

// through presses the button and lets the provider send the browser back.
func (b *browser) through(t *testing.T, p *oidctest.Provider, from, user string) answer {
	t.Helper()
	out := b.get(from)
	if out.status != http.StatusSeeOther || !strings.HasPrefix(out.location, p.URL) {
		t.Fatalf("%s leads with %d to %q", from, out.status, out.location)
	}
	return b.get(auth.ReturnPath + "?" + p.SignIn(t, out.location, user).Encode())
}

func TestSignInThroughProvider(t *testing.T) {
	w, p, _ := provided(t)
	b := w.browser()
	page := b.get("/sign-in?next=/cases")
	if !strings.Contains(page.body, "Sign in with Haryana State ID") || !strings.Contains(page.body, `href="/sign-in/provider?next=%2fcases"`) && !strings.Contains(page.body, `href="/sign-in/provider?next=%2Fcases"`) {
		t.Fatalf("the sign-in page offers no provider:\n%s", excerpt(page.body))
	}
	if a := b.through(t, p, "/sign-in/provider?next=/cases", "meena"); a.location != "/cases" {
		t.Fatalf("back from the provider: %d to %q\n%s", a.status, a.location, excerpt(a.body))
	}
	if a := b.get("/cases"); a.status != http.StatusOK {
		t.Errorf("the page that was asked for: %d", a.status)
	}
	if a := b.get("/settings/id"); !strings.Contains(a.body, "Linked with "+p.URL) {
		t.Error("the officer does not see the link")
	}
	if a := w.browser().through(t, p, "/sign-in/provider?next=https://evil.example/", "meena"); a.location != "/" {
		t.Errorf("led out of the program to %q", a.location)
	}
	p.Forget()
	stranger := w.browser()
	if a := stranger.through(t, p, "/sign-in/provider", "stranger"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "No official ID has the e-mail") {
		t.Errorf("a stranger: %d\n%s", a.status, excerpt(a.body))
	}
	if a := stranger.get("/cases"); !strings.HasPrefix(a.location, "/sign-in?") {
		t.Error("the stranger is in")
	}
	if a := w.browser().get(auth.ReturnPath + "?code=x&state=y"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "begin again") {
		t.Errorf("an answer that nobody asked for: %d", a.status)
	}
}

// When the token is over, a page goes through the provider unseen and comes back to
// itself; a form that was open is taken; work goes on while the provider is down; who is
// signed out there signs in again and comes back.
func TestProviderSessionAtWork(t *testing.T) {
	w, p, ahead := provided(t)
	b := w.browser()
	b.through(t, p, "/sign-in/provider", "meena")
	ahead.Store(int64(time.Hour + 2*time.Second))
	p.SetLifetime(90 * time.Minute)
	if a := b.post("/notices/read", url.Values{}); a.location != "/notices" {
		t.Errorf("a form of an open page: %d to %q", a.status, a.location)
	}
	a := b.get("/cases?state=assigned")
	if !strings.HasPrefix(a.location, "/sign-in/provider?quiet=1&next=%2Fcases") {
		t.Fatalf("after the token: %d to %q", a.status, a.location)
	}
	p.Stop()
	w.Auth.Provider = auth.NewProvider(w.Auth.Provider.ProviderOptions) // knows nothing of it yet
	if down := b.get(a.location); down.location != "/cases?state=assigned" || b.get("/cases?state=assigned").status != http.StatusOK {
		t.Errorf("while the provider is down: %d to %q", down.status, down.location)
	}
	p.Resume(t)
	ahead.Store(int64(time.Hour + 10*time.Minute))
	if back := b.through(t, p, b.get("/cases?state=assigned").location, "nobody"); back.location != "/cases?state=assigned" || b.get(back.location).status != http.StatusOK {
		t.Errorf("unseen and back: %d to %q", back.status, back.location)
	}
	p.Forget()
	if unasked := b.get("/sign-in/provider?quiet=1&next=/cases"); unasked.location != "/cases" || b.get("/cases").status != http.StatusOK {
		t.Errorf("a link from elsewhere reached a session that is not to be renewed: %d to %q", unasked.status, unasked.location)
	}
	ahead.Store(int64(92 * time.Minute))
	if over := b.through(t, p, "/sign-in/provider?quiet=1&next=/cases", "nobody"); over.location != "/sign-in?over=1&next=%2Fcases" {
		t.Fatalf("signed out there: %d to %q", over.status, over.location)
	}
	if page := b.get("/sign-in?over=1&next=%2Fcases"); !strings.Contains(page.body, "has ended") {
		t.Errorf("not told why:\n%s", excerpt(page.body))
	}
	p.SetLifetime(24 * time.Hour)
	if again := b.through(t, p, "/sign-in/provider?next=/cases", "meena"); again.location != "/cases" {
		t.Errorf("signed in again: %d to %q", again.status, again.location)
	}
}

func TestProviderDownPage(t *testing.T) {
	w, p, _ := provided(t)
	p.Stop()
	b := w.browser()
	a := b.get("/sign-in/provider?next=/cases")
	if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "Haryana State ID does not answer") || !strings.Contains(a.body, `href="/sign-in?next=`) {
		t.Errorf("a provider that is down: %d\n%s", a.status, excerpt(a.body))
	}
	if who := w.as(grievance.DistrictNodal).get("/cases"); who.status != http.StatusOK {
		t.Errorf("by password: %d", who.status)
	}
}

func TestProviderSignOutPage(t *testing.T) {
	w, p, _ := provided(t)
	b := w.browser()
	b.through(t, p, "/sign-in/provider", "meena")
	a := b.post("/sign-out", nil)
	if a.status != http.StatusOK || !strings.Contains(a.body, "You are signed out") || !strings.Contains(a.body, `href="`+p.URL+`/end_session?`) {
		t.Errorf("signing out: %d\n%s", a.status, excerpt(a.body))
	}
	if b.get("/cases").status != http.StatusSeeOther {
		t.Error("still signed in here")
	}
}

// Without a provider in the settings its addresses lead nowhere, and the sign-in page does
// not speak of it.
func TestNoProvider(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if a := b.get("/sign-in/provider"); a.status != http.StatusNotFound {
		t.Errorf("to no provider: %d", a.status)
	}
	if a := b.get(auth.ReturnPath + "?code=x&state=y"); a.status != http.StatusNotFound {
		t.Errorf("from no provider: %d", a.status)
	}
	if a := b.get("/sign-in"); strings.Contains(a.body, "/sign-in/provider") {
		t.Error("the sign-in page offers no provider that is there")
	}
}

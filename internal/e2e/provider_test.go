//go:build browser

package e2e

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"nivaran/internal/auth/oidctest"
)

// TestIdentityProvider signs a clerk in through a real identity provider in a browser:
// out to its page and back to the page asked for, with our second factor between; signing
// out ends its session too; and while it is down the page says so and the password opens.
func TestIdentityProvider(t *testing.T) {
	dir := t.TempDir()
	printed, err := exec.Command(binary, "bench", "seed", "--cases", "20", "--data", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var d demo
	if err := json.Unmarshal(printed, &d); err != nil {
		t.Fatal(err)
	}
	p := oidctest.Start(t, "", oidctest.User{Name: "asha", Email: d.email(t, "clerk"), Roles: []string{"cell"}})
	s := serve(t, dir, "NIVARAN_PRIVATE_FETCH=true", "NIVARAN_OIDC_ISSUER="+p.URL, "NIVARAN_OIDC_CLIENT_ID="+oidctest.ClientID, "NIVARAN_OIDC_CLIENT_SECRET="+oidctest.ClientSecret,
		"NIVARAN_OIDC_NAME=Haryana State ID", "NIVARAN_OIDC_ROLE_CLAIM=realm_access.roles", "NIVARAN_OIDC_ROLES=cell = clerk")
	p.Serve(s.URL)
	d.URL = s.URL
	ctx := open(t, 1440, true)
	examine(t, ctx, d.URL+"/sign-in", "provider-sign-in")
	do(t, ctx, chromedp.Navigate(d.URL+"/cases?lang=en"), chromedp.WaitReady(`a[href^="/sign-in/provider"]`), chromedp.Click(`a[href^="/sign-in/provider"]`),
		chromedp.WaitVisible(`#username`), chromedp.SendKeys(`#username`, "asha"), chromedp.SendKeys(`#password`, oidctest.Password+"\r"),
		chromedp.WaitVisible(`#code`), chromedp.SendKeys(`#code`, d.code(t, "clerk")), submit(`form[action="/sign-in/code"]`))
	if at := read(t, ctx, chromedp.Location()); !strings.HasPrefix(at, d.URL+"/cases") {
		t.Errorf("signed in at %s, not at the page that was asked for", at)
	}
	examine(t, ctx, d.URL+"/settings/id", "provider-linked")
	examine(t, ctx, d.URL+"/settings", "own-settings")
	examine(t, ctx, d.URL+"/notices", "own-notices")
	do(t, ctx, chromedp.Navigate(d.URL+"/cases"), chromedp.WaitReady(`form[action="/sign-out"]`), submit(`form[action="/sign-out"]`), chromedp.WaitReady(`#email`))
	if at := read(t, ctx, chromedp.Location()); !strings.HasPrefix(at, d.URL+"/sign-in") || p.Ended() != 1 {
		t.Errorf("signed out at %s, %d sessions ended at the provider", at, p.Ended())
	}
	p.Stop()
	do(t, ctx, chromedp.Navigate(d.URL+"/sign-in?lang=en"), chromedp.WaitReady(`#email`))
	for deadline := time.Now().Add(time.Minute); ; <-time.After(time.Second) { // it has answered lately
		if r := read(t, ctx, chromedp.Evaluate[string](`fetch("/sign-in/provider?next=/cases", {redirect: "manual"}).then(r => "" + r.status)`, chromedp.EvalAwaitPromise)); r == "503" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the program does not notice that the provider is down")
		}
	}
	examine(t, ctx, d.URL+"/sign-in/provider?next=/cases", "provider-down")
	d.password(t, ctx, "clerk")
}

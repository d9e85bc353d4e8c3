//go:build browser

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// connected is an account that is connected in the browser, and how it is spoken to and
// its token killed at the stand-in.
type connected struct {
	name, service string
	consent       []step // on the service's page
	pages         bool   // Facebook: a page is chosen after the consent
	say           func(words string)
	revoke        func()
}

const rohtakMail = "dc-rohtak@grievance.haryana.example"

func (d *demo) toConnect(t *testing.T) []connected {
	var all struct{ Pages []struct{ ID, Name string } }
	order(t, d.StandIns.Facebook+"/_control/pages", nil, &all)
	page := ""
	for _, p := range all.Pages {
		if p.Name == "DC Rohtak Nivaran" {
			page = p.ID
		}
	}
	n := 0
	return []connected{
		{name: "DC Rohtak", service: "x", consent: []step{chromedp.SendKeys(`#handle`, "DCRohtakNivaran")},
			say: func(words string) {
				order(t, d.StandIns.X+"/_control/post", map[string]string{"author": "asha_rohtak", "text": "@DCRohtakNivaran " + words}, new(any))
			},
			revoke: func() {
				order(t, d.StandIns.X+"/_control/revoke", map[string]string{"username": "DCRohtakNivaran"}, new(any))
			}},
		{name: "DC Rohtak Nivaran", service: "facebook", pages: true, consent: []step{chromedp.Click(fmt.Sprintf(`input[value="%s"]`, page))},
			say: func(words string) {
				order(t, d.StandIns.Facebook+"/_control/post", map[string]string{"page": page, "author": "Asha Rohtak", "text": words}, new(any))
			},
			revoke: func() { order(t, d.StandIns.Facebook+"/_control/revoke", map[string]string{"page": page}, new(any)) }},
		{name: rohtakMail, service: "google",
			say: func(words string) {
				n++
				order(t, d.StandIns.Mail+"/_control/letter", map[string]string{"from": "asha@example.org", "to": rohtakMail, "subject": words, "text": words, "id": fmt.Sprintf("<%d@example.org>", n)}, new(any))
			},
			revoke: func() {
				order(t, d.StandIns.Mail+"/_control/revoke", map[string]string{"address": rohtakMail}, new(any))
			}},
	}
}

// TestConnect connects an account of X, a page and a mailbox through the pages of their
// services; then the token dies: the warning appears, the account is connected again from
// it, and what was said meanwhile arrives.
func TestConnect(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "5")
	admin, clerk := open(t, 1440, true), open(t, 1440, true)
	d.signIn(t, admin, "administrator")
	d.signIn(t, clerk, "clerk")
	examine(t, admin, d.URL+"/channels/connect", "connect")
	examine(t, admin, d.URL+"/channels/connect/mailbox", "connect-mailbox")
	examine(t, admin, d.URL+"/channels/connect/x/callback?state=guessed", "unconnected")
	for _, c := range d.toConnect(t) {
		t.Run(c.service, func(t *testing.T) {
			d.connect(t, admin, c)
			account := read(t, admin, chromedp.Location())
			examine(t, admin, account, "account-"+c.service)
			c.say("the drain of ward 4 overflows, said on " + c.service)
			d.arrives(t, clerk, "said on "+c.service)

			c.revoke()
			c.say("the pump of ward 6 stands still, unheard on " + c.service)
			warning := `.need-late:has(form[action$="/reconnect"])`
			waitFor(t, admin, "the warning that "+c.name+" refuses us", func() bool {
				do(t, admin, chromedp.Navigate(d.URL+"/channels"), chromedp.WaitReady(`main`))
				return read(t, admin, chromedp.Evaluate[bool](fmt.Sprintf(`!!document.querySelector(%q)`, warning)))
			})
			if words := read(t, admin, chromedp.TextContent(warning)); !strings.Contains(words, c.name) {
				t.Errorf("the warning says %q", words)
			}
			examine(t, admin, d.URL+"/channels", "channels-stopped-"+c.service)
			do(t, admin, chromedp.Navigate(d.URL+"/channels?lang=en"), chromedp.WaitReady(warning), chromedp.Click(warning+` button`))
			d.consent(t, admin, c)
			if banner := read(t, admin, chromedp.TextContent(`.banner-ok`)); !strings.Contains(banner, "where it stopped") {
				t.Errorf("after connecting again: %q", banner)
			}
			d.arrives(t, clerk, "unheard on "+c.service)
		})
	}
	do(t, admin, chromedp.Navigate(d.URL+"/notices?lang=en"), chromedp.WaitReady(`main`))
	shoot(t, admin, "connect-notices")
	if n := strings.Count(read(t, admin, chromedp.TextContent(`main`)), "refuses our sign-in"); n != 3 {
		t.Errorf("the administrator was told %d times that an account refuses us, want once for each of three", n)
	}
}

// connect connects an account to the district administration of Rohtak.
func (d *demo) connect(t *testing.T, ctx context.Context, c connected) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(d.URL+"/channels/connect?lang=en"), chromedp.WaitReady(`#f-office`), chromedp.Click(`input[name="service"][value="`+c.service+`"]`),
		chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-office").value = [...document.querySelectorAll("#f-office option")].find(o => /Rohtak/.test(o.textContent)).value; 0`))
	if c.service == "google" {
		do(t, ctx, chromedp.SendKeys(`#f-address`, rohtakMail))
	}
	do(t, ctx, chromedp.Click(`main form button[type=submit]`))
	d.consent(t, ctx, c)
	shoot(t, ctx, "connected-"+c.service)
	if banner := read(t, ctx, chromedp.TextContent(`.banner-ok`)); !strings.Contains(banner, "on hold") {
		t.Errorf("after connecting: %q", banner)
	}
}

// consent goes from our page before the service's to the account's page.
func (d *demo) consent(t *testing.T, ctx context.Context, c connected) {
	t.Helper()
	do(t, ctx, chromedp.WaitReady(`a[rel="noreferrer"]`))
	shoot(t, ctx, "consent-"+c.service)
	do(t, ctx, chromedp.Click(`a[rel="noreferrer"]`), chromedp.WaitReady(`button[value="authorize"]`))
	shoot(t, ctx, "stand-in-"+c.service)
	do(t, ctx, c.consent...)
	do(t, ctx, chromedp.Click(`button[value="authorize"]`))
	if c.pages {
		do(t, ctx, chromedp.WaitReady(`form[action="/channels/connect/pages"]`))
		examine(t, ctx, d.URL+"/channels/connect/pages", "connect-pages")
		do(t, ctx, chromedp.Navigate(d.URL+"/channels/connect/pages?lang=en"), chromedp.WaitReady(`form[action="/channels/connect/pages"]`))
		shoot(t, ctx, "pages")
		do(t, ctx, chromedp.Click(`form[action="/channels/connect/pages"] button`))
	}
	do(t, ctx, chromedp.WaitReady(`.banner-ok`))
}

// arrives waits until the words stand before the clerk.
func (d *demo) arrives(t *testing.T, ctx context.Context, words string) {
	t.Helper()
	waitFor(t, ctx, words, func() bool {
		do(t, ctx, chromedp.Navigate(d.URL+"/sorting"), chromedp.WaitReady(`main`))
		return strings.Contains(read(t, ctx, chromedp.TextContent(`main`)), words)
	})
}

// TestEmptyDemonstration opens the link that an empty demonstration prints.
func TestEmptyDemonstration(t *testing.T) {
	d := startDemo(t, "--empty")
	if len(d.SignIns) != 0 || d.StandIns.X == "" || d.StandIns.Mail == "" {
		t.Errorf("sign-ins %v, stand-ins %v", d.SignIns, d.StandIns)
	}
	ctx := open(t, 1440, true)
	do(t, ctx, chromedp.Navigate(d.FirstAdministrator), chromedp.WaitReady(`main input[type=password]`))
	if words := read(t, ctx, chromedp.TextContent(`main`)); !strings.Contains(words, "First Administrator") {
		t.Errorf("the link leads to %q", words)
	}
}

//go:build browser

package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	accountLinks = regexp.MustCompile(`href="(/channels/\d+)"`)
	editLinks    = regexp.MustCompile(`href="(/cases/\d+/replies/\d+/edit)`)
)

// TestMakerAndChecker lets a reply from the Chief Minister's account pass a second person,
// on a phone and at a desk that run no script: drafted on a phone under the district's name, sent back,
// changed, approved, and received by the service as it was approved; then everything is
// held and let go.
func TestMakerAndChecker(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "60")
	state, magistrate, approver := plain{t, open(t, 1440, true)}, plain{t, open(t, 360, false)}, plain{t, open(t, 1440, false)}
	d.signIn(t, state.ctx, "state_nodal")
	d.signIn(t, magistrate.ctx, "district_nodal")
	d.signIn(t, approver.ctx, "approver")
	if where := read(t, approver.ctx, chromedp.Location()); where != d.URL+"/approvals" {
		t.Errorf("the approver begins at %s", where)
	}

	// What everybody can read from the account of the state needs a second person.
	do(t, state.ctx, chromedp.Navigate(d.URL+"/channels"), chromedp.WaitReady(`main`))
	account := accountLinks.FindStringSubmatch(state.html())
	if account == nil {
		t.Fatal("no link to an account")
	}
	do(t, state.ctx, chromedp.Navigate(d.URL+account[1]), chromedp.WaitReady(`a[href$="/rights"]`))
	state.click(`a[href$="/rights"]`)
	rights := account[1] + "/rights"
	do(t, state.ctx, chromedp.WaitReady(`input[name=approval][value=public]`), chromedp.Click(`input[name=approval][value=public]`))
	state.click(`form[action$="/approval"] button[type=submit]`)
	if !strings.Contains(state.html(), "Kept. Those concerned are told.") {
		t.Error("the policy is not kept")
	}
	shoot(t, state.ctx, "rights-1440")

	said := d.onX("")(t, "savita_w9", trouble+"savita_w9")
	clerk := open(t, 1440, true)
	d.signIn(t, clerk, "clerk")
	d.sortByKeyboard(t, clerk, "savita_w9")
	number := caseNumber.FindString(said.await(t, "GRV-"))
	id := d.findCase(t, clerk, number)
	at := d.URL + "/cases/" + id

	do(t, magistrate.ctx, chromedp.Navigate(at), chromedp.WaitReady(`#t-public`))
	page := magistrate.html()
	for _, part := range []string{"Send for approval", "goes out after approval", "Under it stands: "} {
		if !strings.Contains(page, part) {
			t.Errorf("the composer does not say %q", part)
		}
	}
	do(t, magistrate.ctx, chromedp.ScrollIntoView(`#composer .doit`))
	shoot(t, magistrate.ctx, "composer-360")
	do(t, magistrate.ctx, chromedp.SendKeys(`#t-public`, "आज शाम टैंकर आएगा।"))
	magistrate.click(`.mode-public .doit button[type=submit]`)
	do(t, magistrate.ctx, chromedp.ScrollIntoView(`.replyacts`))
	shoot(t, magistrate.ctx, "waits-360")

	do(t, approver.ctx, chromedp.Navigate(d.URL+"/approvals"), chromedp.WaitReady(`.pending`))
	if !strings.Contains(approver.html(), "आज शाम टैंकर आएगा।\n— ") {
		t.Errorf("the approver does not see the whole text")
	}
	shoot(t, approver.ctx, "approvals-1440")
	examine(t, state.ctx, d.URL+"/approvals", "publish-approvals")
	if edit := editLinks.FindStringSubmatch(approver.html()); edit != nil {
		examine(t, state.ctx, d.URL+edit[1], "publish-edit")
	} else {
		t.Error("no link to change the words")
	}
	do(t, state.ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(d.URL+"/channels?lang=en"))
	do(t, approver.ctx, chromedp.Click(`.sendback summary`), chromedp.SendKeys(`.sendback input[name=reason]`, "say which ward"))
	approver.click(`.sendback form button[type=submit]`)

	do(t, magistrate.ctx, chromedp.Navigate(at), chromedp.WaitReady(`.replyacts a`))
	if !strings.Contains(magistrate.html(), "say which ward") {
		t.Error("the author does not see why it came back")
	}
	magistrate.click(`.replyacts a[href*="/edit"]`)
	shoot(t, magistrate.ctx, "edit-360")
	do(t, magistrate.ctx, chromedp.SetValue(`#f-text`, "आज शाम वार्ड 9 में टैंकर आएगा।"))
	magistrate.click(`form:has(#f-text) button[type=submit]`)

	do(t, state.ctx, chromedp.Navigate(d.URL+"/channels"), chromedp.WaitReady(`#f-what`), chromedp.SetValue(`#f-what`, "all"), chromedp.SendKeys(`#f-reason`, "wrong figures went out"))
	state.click(`form[action="/channels/hold"] button[type=submit]`)
	shoot(t, state.ctx, "held-1440")

	do(t, approver.ctx, chromedp.Navigate(d.URL+"/approvals"), chromedp.WaitReady(`.pending`))
	if !strings.Contains(approver.html(), "wrong figures went out") {
		t.Error("the bar does not say what is held and why")
	}
	approver.click(`form[action$="/approve"] button`)
	if n := said.ours(t); n != 1 {
		t.Errorf("we said %d things while all is held", n)
	}
	shoot(t, approver.ctx, "approvals-none-1440")
	do(t, state.ctx, chromedp.Navigate(d.URL+"/channels"), chromedp.WaitReady(`form[action$="/lift"]`))
	state.click(`form[action$="/lift"] button`)
	if text := said.await(t, "आज शाम"); text != "आज शाम वार्ड 9 में टैंकर आएगा।" {
		t.Errorf("published %q", text)
	}
	do(t, magistrate.ctx, chromedp.Navigate(at+"?lang=hi"), chromedp.WaitReady(`.composer`))
	shoot(t, magistrate.ctx, "case-after-360-hi")
	do(t, state.ctx, chromedp.Navigate(d.URL+rights+"?lang=hi"), darkness(true), chromedp.WaitReady(`main`))
	shoot(t, state.ctx, "rights-1440-hi-dark")
	for _, look := range []string{rights, account[1] + "/replies", account[1] + "/posts"} {
		examine(t, clerk, d.URL+look, "publish"+strings.ReplaceAll(look, "/", "-"))
	}
}

//go:build browser

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestRoles composes a role, examines its pages, and looks at what another officer may do.
func TestRoles(t *testing.T) {
	d := startDemo(t, "--every", "2s", "--past", "20")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "administrator")
	examine(t, ctx, d.URL+"/roles", "roles")
	examine(t, ctx, d.URL+"/roles/clerk", "role-clerk")
	examine(t, ctx, d.URL+"/roles/new", "roles-new")
	do(t, ctx, chromedp.Navigate(d.URL+"/roles/new?lang=en"), chromedp.WaitReady(`#f-name_en`), chromedp.SendKeys(`#f-name_en`, "Road inspector"), chromedp.SendKeys(`#f-name_hi`, "सड़क निरीक्षक"),
		chromedp.Click(`input[name=reach][value=own]`), chromedp.Click(`input[name=grants][value="case.read"]`), chromedp.Click(`input[name=grants][value="case.report"]`),
		chromedp.Click(`input[name=grants][value="roles.manage"]`), chromedp.Click(`.actform button[type=submit]`), chromedp.WaitReady(`.errsum`))
	axe(t, ctx, "a role that is refused")
	shoot(t, ctx, "role-refused")
	do(t, ctx, chromedp.Click(`input[name=grants][value="roles.manage"]`), chromedp.Click(`.actform button[type=submit]`), chromedp.WaitReady(`.banner-ok`))
	if at := read(t, ctx, chromedp.Location()); !strings.HasSuffix(at, "/roles/road_inspector") {
		t.Fatalf("the new role is at %s", at)
	}
	examine(t, ctx, d.URL+"/roles/road_inspector", "role")
	examine(t, ctx, d.URL+"/roles/road_inspector/change", "role-change")

	do(t, ctx, chromedp.Navigate(d.URL+"/see-as?lang=en"), chromedp.WaitReady(`#f-find`), chromedp.SendKeys(`#f-find`, "Sangwan"), chromedp.Click(`button[value=find]`), chromedp.WaitReady(`input[name=charge]`))
	axe(t, ctx, "whom to look as")
	shoot(t, ctx, "see-as-found")
	do(t, ctx, chromedp.Click(`input[name=charge]`), chromedp.SendKeys(`#f-number`, "GRV-2026-0000001-9"), chromedp.SendKeys(`#f-reason`, "she cannot find a case"), chromedp.Click(`button[value=look]`), chromedp.WaitReady(`.errsum, .maynot`))
	shoot(t, ctx, "see-as-number")
	do(t, ctx, chromedp.Navigate(d.URL+"/see-as?lang=en"), chromedp.WaitReady(`#f-find`), chromedp.SendKeys(`#f-find`, "Sangwan"), chromedp.Click(`button[value=find]`), chromedp.WaitReady(`input[name=charge]`),
		chromedp.Click(`input[name=charge]`), chromedp.SendKeys(`#f-reason`, "she cannot find a case"), chromedp.Click(`button[value=look]`), chromedp.WaitReady(`.maynot`))
	examine(t, ctx, read(t, ctx, chromedp.Location()), "see-as-look")
}

// TestAgainst shows the page on which a clerk says whom a post complains of.
func TestAgainst(t *testing.T) {
	d := startDemo(t, "--every", "1s", "--past", "20")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "clerk")
	do(t, ctx, chromedp.Navigate(d.URL+"/sorting?lang=en"), chromedp.WaitReady(`.cands input[name=against]`))
	if !read(t, ctx, chromedp.Evaluate[bool](`document.querySelector("input[name=against]").checked`)) {
		do(t, ctx, chromedp.Click(`input[name=against]`))
	}
	do(t, ctx, chromedp.Click(`.cands .btn-do`), chromedp.WaitReady(`button[value=keep]`), chromedp.SendKeys(`#f-find`, "Beniwal"), chromedp.Click(`button[value=find]`), chromedp.WaitReady(`input[name=whom][value^=officer]`))
	axe(t, ctx, "whom it complains of")
	shoot(t, ctx, "against-1440")
	do(t, ctx, chromedp.EmulateViewport(360, 900))
	noSideways(t, ctx, "whom it complains of, 360")
	shoot(t, ctx, "against-360")
	do(t, ctx, chromedp.Click(`input[name=whom][value^=officer]`), chromedp.Click(`button[value=open]`), chromedp.WaitReady(`.sortbar .flag-ok`))
	if said := read(t, ctx, chromedp.TextContent(`.sortbar .flag-ok`)); !strings.Contains(said, "GRV-") {
		t.Errorf("after opening: %q", said)
	}
}

//go:build browser

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The state nodal officer finds a gap and closes it, takes officers in by a file, ends a
// charge with its handover, and enters the own leave: every page of the organisation.
func TestOrganisation(t *testing.T) {
	d := startDemo(t, "--every", "5s", "--past", "60")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "state_nodal")
	see := func(path, want string) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(d.URL+path), chromedp.WaitReady(`main`))
		if text := read(t, ctx, chromedp.TextContent(`main`)); !strings.Contains(text, want) {
			t.Errorf("%s does not say %q:\n%.600s", path, want, text)
		}
	}
	press := func(form string) {
		t.Helper()
		do(t, ctx, chromedp.Click(`form[action^="`+form+`"] button[type=submit]`), chromedp.WaitReady(`.banner-ok, .banner-late, .errsum, h1`))
	}
	// The office of Hisar's water is closed without a successor: a gap.
	see("/offices?tier=field&district=63", "Public Health")
	water := read(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll('main td a')].find(a => a.textContent.startsWith("Public Health")).getAttribute("href")`))
	examine(t, ctx, d.URL+water, "office")
	do(t, ctx, chromedp.Navigate(d.URL+water+"/close?lang=en"), chromedp.WaitReady(`main form.actform`))
	press(water + "/close")
	do(t, ctx, chromedp.WaitReady(`.banner-ok`))
	see(water+"?lang=en", "Closed")
	see("/offices/matrix", "1 gap")
	gap := read(t, ctx, chromedp.Evaluate[string](`document.querySelector("a.cell-gap").getAttribute("href")`))
	examine(t, ctx, d.URL+strings.TrimSuffix(gap, "#cell"), "matrix-gap")
	see("/offices/check?lang=en", "No office answers")
	examine(t, ctx, d.URL+"/offices/check", "check")

	// Officers by a file: a wrong line first, then all of it.
	file := func(lines string) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(d.URL+"/organisation/csv?lang=en"), chromedp.WaitReady(`#f-kind`),
			chromedp.SetValue(`#f-kind`, "officers"), chromedp.SetValue(`#f-lines`, "email,name_en,office,role,title_en\n"+lines),
			chromedp.Click(`form[action="/organisation/csv"] button[type=submit]`), chromedp.WaitReady(`section table .flag`))
	}
	file("new.engineer@nivaran.example,New Engineer,no-such-office,field_officer,Engineer\n")
	if text := read(t, ctx, chromedp.TextContent(`main`)); !strings.Contains(text, "no-such-office") || !strings.Contains(text, "nothing is applied") {
		t.Errorf("a wrong line is not told: %.600s", text)
	}
	file("new.engineer@nivaran.example,New Engineer,hq-public_health,field_officer,Engineer\n")
	examine(t, ctx, read(t, ctx, chromedp.Location()), "import")
	press("/organisation/imports/")
	do(t, ctx, chromedp.WaitReady(`.banner-ok`))
	examine(t, ctx, d.URL+"/organisation/csv", "csv")
	see("/officers?lang=en&find=New+Engineer", "New Engineer")
	officer := read(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll('main td a')].find(a => a.textContent == "New Engineer").getAttribute("href")`))
	examine(t, ctx, d.URL+officer, "officer")

	// The charge ends; both sign the list.
	do(t, ctx, chromedp.Navigate(d.URL+officer+"?lang=en"), chromedp.WaitReady(`main`), chromedp.Click(`main a[href^="/charges/"][href$="/end"]`), chromedp.WaitReady(`form.actform`))
	press("/charges/")
	do(t, ctx, chromedp.WaitReady(`.signs`))
	examine(t, ctx, read(t, ctx, chromedp.Location()), "handover")

	// Own leave, with a substitute, ended again.
	do(t, ctx, chromedp.Navigate(d.URL+"/leave/new?lang=en"), chromedp.WaitReady(`form.actform`),
		chromedp.SetValue(`#f-to`, "2099-01-31"), chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-substitute").selectedIndex = 1`))
	press("/leave/new")
	do(t, ctx, chromedp.WaitReady(`form[action^="/leaves/"]`))
	examine(t, ctx, d.URL+"/leave", "leave")
	press("/leaves/")
	do(t, ctx, chromedp.WaitReady(`.banner-ok`))
	see("/leave?lang=en", "No leave is entered")
	examine(t, ctx, d.URL+"/offices", "offices")
	examine(t, ctx, d.URL+"/offices/new", "office-new")
}

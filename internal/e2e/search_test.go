//go:build browser

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestSearchAcrossScripts types Latin letters and finds Devanagari, marked; puts a mistyped
// word right; and goes from a case to similar ones.
func TestSearchAcrossScripts(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "60")
	clerk := open(t, 1440, true)
	d.signIn(t, clerk, "clerk")
	d.onX("")(t, "citizen_1", "हमारे गांव की व्यवस्था खराब है, टंकी का ढक्कन टूटा पड़ा है")
	search := func(words, until string) {
		do(t, clerk, chromedp.Navigate(d.URL+"/search"), chromedp.WaitReady(`main input[name=q]`),
			chromedp.SendKeys(`main input[name=q]`, words+"\r"), chromedp.WaitReady(until))
	}
	marked := func() string {
		return read(t, clerk, chromedp.Evaluate[string](`[...document.querySelectorAll("main .hits mark")].map(m => m.textContent).join(" ")`))
	}
	waitFor(t, clerk, "the post in the index", func() bool {
		search("vyawasta tanki", `main [role=status]`)
		return marked() != ""
	})
	if got := marked(); !strings.Contains(got, "व्यवस्था") || !strings.Contains(got, "टंकी") {
		t.Errorf("marked: %q", got)
	}
	found := read(t, clerk, chromedp.Location())
	if strings.Contains(found, "vyawasta") {
		t.Errorf("what was typed stands in the address: %s", found)
	}
	examine(t, clerk, found, "search-found")
	do(t, clerk, chromedp.Click(`main .searchnarrow summary`), chromedp.WaitVisible(`main #f-district`))
	shoot(t, clerk, "search-narrow")
	search(`"tanki ka dhakkan" -bijli`, `main .hits mark`)
	search("paani", `main .hits mark`)
	if got := marked(); !strings.Contains(got, "पानी") {
		t.Errorf("marked: %q", got)
	}
	search("zqxwvutsr", `main .blank`)
	examine(t, clerk, read(t, clerk, chromedp.Location()), "search-nothing")
	search("transfomrer", `main form.instead button, main .hits`)
	examine(t, clerk, read(t, clerk, chromedp.Location()), "search-instead")
	search("pani", `main .hits a.regno`)
	do(t, clerk, chromedp.Click(`main .hits a.regno`), chromedp.WaitReady(`main a[href$="/similar"]`), chromedp.Click(`main a[href$="/similar"]`), chromedp.WaitReady(`main h1`))
	examine(t, clerk, read(t, clerk, chromedp.Location()), "search-similar")
}

//go:build browser

package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestAudit is an auditor's morning: who saw which case, what was done to it, the sealed
// days, and an export that is written while the auditor waits.
func TestAudit(t *testing.T) {
	d := startDemo(t, "--every", "5s", "--past", "60")
	officer, auditor := open(t, 1440, true), open(t, 1440, true)
	d.signIn(t, officer, "state_nodal")
	do(t, officer, chromedp.Navigate(d.URL+"/cases"), chromedp.Click(`main a[href^="/cases/"]`), chromedp.WaitReady(`main.casepage, main h1`))
	number := caseNumber.FindString(read(t, officer, chromedp.TextContent(`main`)))
	d.signIn(t, auditor, "auditor")
	shows := func(path, words string) {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; {
			do(t, auditor, chromedp.Navigate(d.URL+path), chromedp.WaitReady(`main`))
			if strings.Contains(read(t, auditor, chromedp.TextContent(`main`)), words) {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s does not show %q within a minute", path, words)
			}
		}
	}
	shows("/audit/reads?lang=en&number="+number, "GET /cases/{id}")
	for _, tab := range []string{"/audit", "/audit/reads", "/audit/office", "/audit/days", "/audit/exports", "/audit/heads"} {
		examine(t, auditor, d.URL+tab, "audit"+strings.ReplaceAll(tab, "/", "-"))
	}
	do(t, auditor, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(d.URL+"/audit/exports?lang=en"), chromedp.Click(`form.filters button`), chromedp.WaitReady(`.logtable`))
	shows("/audit/exports?lang=en", "Download")
	shoot(t, auditor, "audit-export-written")
}

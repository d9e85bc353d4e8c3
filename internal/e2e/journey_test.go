//go:build browser

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// signIn walks the sign-in as the role's officer.
func (d *demo) signIn(t *testing.T, ctx context.Context, role string) {
	t.Helper()
	for _, s := range d.SignIns {
		if s.Role != role {
			continue
		}
		do(t, ctx,
			chromedp.Navigate(d.URL+"/sign-in"),
			chromedp.SendKeys(`#email`, s.Email),
			chromedp.SendKeys(`#password`, s.Password),
			chromedp.Click(`form[action="/sign-in"] button[type=submit]`),
			chromedp.WaitVisible(`#code`),
			chromedp.SendKeys(`#code`, d.code(t, role)),
			chromedp.Click(`form[action="/sign-in/code"] button[type=submit]`),
			chromedp.WaitReady(`main:not(.sign)`))
		return
	}
	t.Fatalf("no sign-in for %s", role)
}

// pages are what each role opens; every one is shown at three widths, in both languages,
// and examined.
var pages = map[string][]string{
	"clerk":          {"/inbox", "/sorting", "/cases"},
	"state_nodal":    {"/inbox", "/figures", "/channels", "/offices"},
	"district_nodal": {"/inbox?folder=all"},
	"field_officer":  {"/inbox"},
	"administrator":  {"/channels", "/offices"},
}

// TestPages opens the pages of every role and expects no fault that axe-core finds.
func TestPages(t *testing.T) {
	d := startDemo(t, "--every", "2s", "--past", "150")
	for role, list := range pages {
		t.Run(role, func(t *testing.T) {
			ctx := open(t, 1440, true)
			d.signIn(t, ctx, role)
			for _, width := range []int64{1440, 768, 360} {
				do(t, ctx, chromedp.EmulateViewport(width, 900))
				for _, p := range list {
					do(t, ctx, chromedp.Navigate(d.URL+p), chromedp.WaitReady(`main`))
					axe(t, ctx, role+" "+p)
					shoot(t, ctx, fileName(role, p, width))
				}
			}
		})
	}
}

func fileName(role, page string, width int64) string {
	return fmt.Sprintf("%s%s-%d", role, strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(page), width)
}

//go:build browser

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
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

// looks are how every page is examined: each width, both languages, light and dark.
var looks = []struct {
	width int64
	lang  string
	dark  bool
}{{1440, "en", false}, {768, "hi", false}, {360, "hi", true}, {360, "en", false}, {1440, "hi", true}}

// darkness lets the browser ask for the dark or light look.
func darkness(dark bool) step {
	value := "light"
	if dark {
		value = "dark"
	}
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
		return err
	})
}

// noSideways expects a page that does not scroll sideways.
func noSideways(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if over := read(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - window.innerWidth`)); over > 0 {
		t.Errorf("%s scrolls sideways by %d px", name, over)
	}
}

// TestPages opens the pages of every role and expects no fault that axe-core finds.
func TestPages(t *testing.T) {
	d := startDemo(t, "--every", "2s", "--past", "150")
	for role, list := range pages {
		t.Run(role, func(t *testing.T) {
			ctx := open(t, 1440, true)
			d.signIn(t, ctx, role)
			for _, look := range looks {
				do(t, ctx, chromedp.EmulateViewport(look.width, 900), darkness(look.dark))
				for _, p := range list {
					sep := "?"
					if strings.Contains(p, "?") {
						sep = "&"
					}
					do(t, ctx, chromedp.Navigate(d.URL+p+sep+"lang="+look.lang), chromedp.WaitReady(`main`))
					name := fmt.Sprintf("%s-%s-dark-%v", fileName(role, p, look.width), look.lang, look.dark)
					axe(t, ctx, name)
					noSideways(t, ctx, name)
					shoot(t, ctx, name)
				}
			}
		})
	}
}

func fileName(role, page string, width int64) string {
	return fmt.Sprintf("%s%s-%d", role, strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(page), width)
}

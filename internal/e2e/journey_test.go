//go:build browser

package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// signIn walks the sign-in as the role's officer.
func (d *demo) signIn(t *testing.T, ctx context.Context, role string) {
	t.Helper()
	d.password(t, ctx, role)
	do(t, ctx,
		chromedp.SendKeys(`#code`, d.code(t, role)),
		chromedp.Click(`form[action="/sign-in/code"] button[type=submit]`),
		chromedp.WaitReady(`main:not(.sign)`))
}

// password walks to where the sign-in asks for the code.
func (d *demo) password(t *testing.T, ctx context.Context, role string) {
	t.Helper()
	for _, s := range d.SignIns {
		if s.Role == role {
			do(t, ctx,
				chromedp.Navigate(d.URL+"/sign-in"),
				chromedp.SendKeys(`#email`, s.Email),
				chromedp.SendKeys(`#password`, s.Password),
				chromedp.Click(`form[action="/sign-in"] button[type=submit]`),
				chromedp.WaitVisible(`#code`))
			return
		}
	}
	t.Fatalf("no sign-in for %s", role)
}

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

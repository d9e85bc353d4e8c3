//go:build browser

package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestSlash writes a reply from a template by keyboard alone: "/" opens the list, letters
// narrow it, Enter fills the words in and leads to the first gap.
func TestSlash(t *testing.T) {
	d := startDemo(t, "--every", "2s", "--past", "60")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "state_nodal")
	do(t, ctx, chromedp.Navigate(d.URL+"/cases?state=in_progress"), chromedp.WaitReady(`main`), chromedp.Click(`main a.regno, main a[href^="/cases/"]`), chromedp.WaitReady(`#composer`))
	box := "#" + read(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll(".mode textarea")].find(a => a.offsetParent).id`))
	do(t, ctx, chromedp.Focus(box), chromedp.SendKeys(box, "/"), chromedp.WaitVisible(`.slash [role="option"]`))
	axe(t, ctx, "the list of templates")
	shoot(t, ctx, "slash-open")
	do(t, ctx, chromedp.SendKeys(box, "interim"))
	if n := read(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll('.slash [role="option"]').length`)); n == 0 || n > 4 {
		t.Errorf("%d templates are left by typing", n)
	}
	// As a keyboard does: what a script takes for itself types nothing.
	do(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Enter", Code: "Enter"})
		return err
	}), chromedp.WaitNotPresent(`.slash`))
	shoot(t, ctx, "slash-filled")
	words := read(t, ctx, chromedp.Value(box))
	marked := read(t, ctx, chromedp.Evaluate[string](`(() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd); })()`))
	if !strings.HasPrefix(words, "GRV-") || strings.Contains(words, "/interim") || !strings.HasPrefix(marked, "⟦") || !strings.HasSuffix(marked, "⟧") {
		t.Errorf("the box holds %q, marked is %q", words, marked)
	}
	if read(t, ctx, chromedp.Value(`.mode:has(`+box+`) [name="template"]`)) == "" {
		t.Error("which template was used is not kept")
	}
}

// TestTemplatePages examines the pages of templates as they are for whoever writes and
// whoever approves.
func TestTemplatePages(t *testing.T) {
	d := startDemo(t, "--every", "2s", "--past", "5")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "state_nodal")
	examine(t, ctx, d.URL+"/templates", "templates")
	examine(t, ctx, d.URL+"/templates/new", "templates-new")
	do(t, ctx, chromedp.Navigate(d.URL+"/templates"), chromedp.WaitReady(`main`), chromedp.Click(`main td a`), chromedp.WaitReady(`#versions-h`))
	examine(t, ctx, read(t, ctx, chromedp.Location()), "template")
}

// TestCitizensPages examines the pages of citizens' data and of how long data is kept.
func TestCitizensPages(t *testing.T) {
	d := startDemo(t, "--every", "2s", "--past", "40")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "state_nodal")
	examine(t, ctx, d.URL+"/citizens", "citizens")
	do(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(d.URL+"/inbox"), chromedp.WaitReady(`.caserow .one`))
	name := read(t, ctx, chromedp.TextContent(`.caserow .one`))
	do(t, ctx, chromedp.Navigate(d.URL+"/citizens"), chromedp.WaitReady(`#words`), chromedp.SendKeys(`#words`, name), chromedp.Submit(`#words`), chromedp.WaitReady(`main table`))
	examine(t, ctx, read(t, ctx, chromedp.Location()), "citizens-found")
	do(t, ctx, chromedp.Click(`main td a`), chromedp.WaitReady(`#requests-h`))
	citizen := read(t, ctx, chromedp.Location())
	citizen, _, _ = strings.Cut(citizen, "?")
	examine(t, ctx, citizen, "citizen")
	examine(t, ctx, citizen+"/erase", "citizen-erase")
	admin := open(t, 1440, true)
	d.signIn(t, admin, "administrator")
	examine(t, admin, d.URL+"/retention", "retention")
}

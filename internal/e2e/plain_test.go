//go:build browser

package e2e

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// plain is a window in which no script of a page runs: what is asked about a page is read
// from its text, and only clicks and keys act.
type plain struct {
	t   *testing.T
	ctx context.Context
}

// html is the text of the page.
func (p plain) html() string {
	p.t.Helper()
	return read(p.t, p.ctx, chromedp.OuterHTML(`html`))
}

// click sends a form by its button, or follows a link, and waits for the next page.
func (p plain) click(selector string) {
	p.t.Helper()
	do(p.t, p.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		before, err := cdp.Call(ctx, target, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return err
		}
		if _, err := chromedp.Click(selector)(ctx, target); err != nil {
			return err
		}
		for {
			now, err := cdp.Call(ctx, target, page.GetFrameTree, cdp.Empty{})
			if err == nil && now.FrameTree.Frame.LoaderID != before.FrameTree.Frame.LoaderID {
				return nil
			}
			if ctx.Err() != nil {
				return fmt.Errorf("%s leads nowhere: %w", selector, ctx.Err())
			}
		}
	}), chromedp.WaitReady(`body`))
}

var (
	queueLinks = regexp.MustCompile(`href="(/sorting/\d+)"`)
	caseOfLink = regexp.MustCompile(`/(?:cases|inbox)/(\d{10,})`)
)

// TestRoadWithoutScripts walks a matter to its end, and looks at the pages on the way,
// in browsers that run no script.
func TestRoadWithoutScripts(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "100")
	clerk, magistrate, field := plain{t, open(t, 1440, false)}, plain{t, open(t, 768, false)}, plain{t, open(t, 360, false)}
	d.signIn(t, clerk.ctx, "clerk")
	d.signIn(t, magistrate.ctx, "district_nodal")
	d.signIn(t, field.ctx, "field_officer")
	if strings.Contains(clerk.html(), "htmx-indicator") {
		t.Fatal("scripts run in a window without scripts")
	}
	said := d.onX("")(t, "babita_w9", trouble+"babita_w9")
	waitFor(t, clerk.ctx, "the post", func() bool {
		do(t, clerk.ctx, chromedp.Navigate(d.URL+"/sorting"), chromedp.WaitReady(`main`))
		if strings.Contains(clerk.html(), "babita_w9</h2>") {
			return true
		}
		for _, link := range queueLinks.FindAllStringSubmatch(clerk.html(), -1) {
			do(t, clerk.ctx, chromedp.Navigate(d.URL+link[1]), chromedp.WaitReady(`main`))
			if strings.Contains(clerk.html(), "babita_w9</h2>") {
				return true
			}
		}
		return false
	})
	clerk.click(`form.cands button[type=submit]`)
	number := caseNumber.FindString(said.await(t, "GRV-"))

	do(t, magistrate.ctx, chromedp.Navigate(d.URL+"/search"), chromedp.WaitReady(`main input[name=q]`), chromedp.SendKeys(`main input[name=q]`, number))
	magistrate.click(`main form button[type=submit]`)
	id := caseOfLink.FindStringSubmatch(read(t, magistrate.ctx, chromedp.Location()) + magistrate.html())[1]
	do(t, magistrate.ctx, chromedp.Navigate(d.URL+"/cases/"+id+"/assign"), chromedp.WaitReady(`main form [name=officer]`), chromedp.Focus(`main form [name=officer]`), chromedp.KeyEvent(kb.ArrowDown))
	magistrate.click(`main form:has([name=officer]) button[type=submit]`)

	do(t, field.ctx, chromedp.Navigate(d.URL+"/field/"+id), chromedp.WaitReady(`main`))
	field.click(`form[action="/cases/` + id + `/accept"] button`)
	do(t, field.ctx, chromedp.Navigate(d.URL+"/cases/"+id+"/report"), chromedp.WaitReady(`#f-text`), chromedp.SendKeys(`#f-text`, done),
		chromedp.SetUploadFiles(`input[type=file]`, []string{picture(t)}))
	field.click(`form:has(#f-text) button[type=submit]`)

	do(t, magistrate.ctx, chromedp.Navigate(d.URL+"/cases/"+id), chromedp.WaitReady(`main`))
	magistrate.click(`.approve form[action$="/approve"] button`)
	said.await(t, done)

	clerk.shows(d.URL, "/sorting", "/sorting/kept", "/cases", "/cases?state=closed", "/keys", "/settings", "/notices", "/offices", "/officers", "/channels", "/channels/unreadable", "/channels/replies")
	magistrate.shows(d.URL, "/inbox?folder=all", "/inbox/folders", "/inbox/"+id, "/inbox/"+id+"/details", "/cases/"+id, "/figures", "/search")
	field.shows(d.URL, "/field", "/field?list=done", "/field/"+id)
	stranger := plain{t, open(t, 360, false)}
	stranger.shows(d.URL, "/sign-in", "/track", "/n/"+number)
}

// shows expects that each page shows what it is about, and its links, by itself.
func (p plain) shows(base string, pages ...string) {
	p.t.Helper()
	for _, at := range pages {
		do(p.t, p.ctx, chromedp.Navigate(base+at), chromedp.WaitReady(`main`))
		words := strings.TrimSpace(read(p.t, p.ctx, chromedp.TextContent(`main`)))
		if where := read(p.t, p.ctx, chromedp.Location()); where != base+at || len(words) < 20 {
			p.t.Errorf("%s shows %q at %s", at, words, where)
		}
	}
}

//go:build browser

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var caseNumber = regexp.MustCompile(`GRV-\d{4}-\d+`)

// road is one matter from the citizen's first word to the last.
type road struct {
	name, author string
	state        string // where the case stands after the verdict
	write        func(t *testing.T, author, words string) conversation
}

// conversation is what the citizen of a road sees and does outside of the program.
type conversation interface {
	// await gives the newest of our words that hold part, once they are there.
	await(t *testing.T, part string) string
	// verdict answers our last words.
	verdict(t *testing.T)
	// ours counts what we have said.
	ours(t *testing.T) int
}

const (
	trouble = "हिसार के वार्ड 9 में 4 दिन से पीने का पानी नहीं आ रहा, टैंकर भी नहीं भेजा। "
	done    = "बूस्टर पंप की मोटर बदल दी गई है, पानी चालू है।"
)

// TestRoad walks matters from their arrival to the citizen's word, on every channel:
// sorted by keyboard, acknowledged, assigned, accepted and reported on a phone with a
// photograph, approved by another, answered in the same thread; settled, and once not.
func TestRoad(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "100")
	photo := picture(t)
	clerk, magistrate, field := open(t, 1440, true), open(t, 1440, true), open(t, 360, true)
	d.signIn(t, clerk, "clerk")
	d.signIn(t, magistrate, "district_nodal")
	d.signIn(t, field, "field_officer")
	for _, r := range []road{
		{name: "x, settled", author: "suresh_w9", state: "Closed", write: d.onX("हां, पानी आ गया, धन्यवाद")},
		{name: "x, not settled", author: "meena_w9", state: "Assigned", write: d.onX("नहीं, अभी भी पानी नहीं आ रहा")},
		{name: "facebook comment, settled", author: "Kavita Rani", state: "Closed", write: d.onFacebook("हां, पानी आ गया, धन्यवाद")},
		{name: "letter, settled by the secret link", author: "Balbir Singh", state: "Closed", write: d.byMail},
	} {
		t.Run(r.name, func(t *testing.T) {
			said := r.write(t, r.author, trouble+r.author)
			d.sortByKeyboard(t, clerk, r.author)
			number := caseNumber.FindString(said.await(t, "GRV-"))
			id := d.findCase(t, magistrate, number)
			assign(t, magistrate, d.URL, id)
			d.workOnPhone(t, field, id, photo, r.author)
			d.approve(t, magistrate, id, r.author)
			said.await(t, done)
			said.verdict(t)
			d.awaitState(t, magistrate, id, r.state)
			if n := said.ours(t); n != 2 {
				t.Errorf("we said %d things, want the acknowledgement and the answer", n)
			}
			shoot(t, magistrate, "road-end-"+r.author)
			if r.state == "Assigned" {
				do(t, magistrate, chromedp.Navigate(d.URL+"/cases/"+id), chromedp.WaitReady(`main`))
				if level := read(t, magistrate, chromedp.TextContent(`main`)); !strings.Contains(level, "level 1") {
					t.Errorf("the case does not say that it was reopened: %s", level)
				}
			}
		})
	}
}

// workOnPhone accepts the case and reports what was done, with a photograph.
func (d *demo) workOnPhone(t *testing.T, field context.Context, id, photo, author string) {
	t.Helper()
	do(t, field,
		chromedp.Navigate(d.URL+"/field/"+id), chromedp.WaitReady(`form[action="/cases/`+id+`/accept"]`),
		submit(`form[action="/cases/`+id+`/accept"]`),
		chromedp.Navigate(d.URL+"/cases/"+id+"/report"), chromedp.WaitReady(`#f-text`),
		chromedp.SendKeys(`#f-text`, done),
		chromedp.SetUploadFiles(`input[type=file]`, []string{photo}))
	shoot(t, field, "road-report-"+author)
	do(t, field, submit(`form:has(#f-text)`))
}

// approve lets another officer approve the report.
func (d *demo) approve(t *testing.T, by context.Context, id, author string) {
	t.Helper()
	do(t, by, chromedp.Navigate(d.URL+"/cases/"+id), chromedp.WaitReady(`.approve form[action$="/approve"]`))
	shoot(t, by, "road-approve-"+author)
	axe(t, by, "case before approval")
	do(t, by, submit(`.approve form[action$="/approve"]`))
}

// submit sends a form and waits until the page that answers is there.
func submit(form string) step {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		send := fmt.Sprintf("window.before = true; document.querySelector(%q).requestSubmit(); true", form)
		if _, err := chromedp.Evaluate[bool](send)(ctx, target); err != nil {
			return err
		}
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
			// While one page gives way to the next there is nothing to ask.
			arrived, err := chromedp.Evaluate[bool](`!window.before && document.readyState === "complete"`)(ctx, target)
			if err == nil && arrived {
				return nil
			}
		}
	})
}

// sortByKeyboard opens the citizen's post with one key, once it is before the clerk.
func (d *demo) sortByKeyboard(t *testing.T, ctx context.Context, author string) {
	t.Helper()
	waitFor(t, ctx, "the post of "+author+" on the sorting desk", func() bool {
		do(t, ctx, chromedp.Navigate(d.URL+"/sorting"), chromedp.WaitReady(`main`))
		href := read(t, ctx, chromedp.Evaluate[string](fmt.Sprintf(`(() => {
			if (document.querySelector(".bigpost")?.textContent.includes(%q)) return "here";
			for (const a of document.querySelectorAll(".queue a")) if (a.textContent.includes("वार्ड 9")) return a.getAttribute("href");
			return "";
		})()`, author)))
		if strings.HasPrefix(href, "/") {
			do(t, ctx, chromedp.Navigate(d.URL+href), chromedp.WaitReady(`.bigpost`))
			href = read(t, ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(".bigpost").textContent.includes(%q) ? "here" : ""`, author)))
		}
		return href == "here"
	})
	shoot(t, ctx, "road-sorting-"+author)
	do(t, ctx, chromedp.KeyEvent("\r"))
	waitFor(t, ctx, "the next post", func() bool {
		return !read(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`!!document.querySelector(".bigpost")?.textContent.includes(%q)`, author)))
	})
}

// findCase searches for the number and gives the id of its case.
func (d *demo) findCase(t *testing.T, ctx context.Context, number string) string {
	t.Helper()
	var id string
	waitFor(t, ctx, "case "+number, func() bool {
		do(t, ctx, chromedp.Navigate(d.URL+"/search"), chromedp.WaitReady(`main input[name=q]`),
			chromedp.SendKeys(`main input[name=q]`, number+"\r"), chromedp.WaitReady(`main`))
		<-time.After(500 * time.Millisecond)
		id = read(t, ctx, chromedp.Evaluate[string](`(document.querySelector('main a[href^="/cases/"], main a[href^="/inbox/"]')?.getAttribute("href") || "").match(/\d{10,}/)?.[0] || ""`))
		return id != ""
	})
	return id
}

// assign gives the case to the first officer of its office.
func assign(t *testing.T, ctx context.Context, url, id string) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(url+"/cases/"+id+"/assign"), chromedp.WaitReady(`main form [name=officer]`))
	read(t, ctx, chromedp.Evaluate[bool](`(() => { const s = document.querySelector('main form [name=officer]'); if (s.tagName === "SELECT") s.selectedIndex = 1; else s.checked = true; s.form.requestSubmit(); return true })()`))
	do(t, ctx, chromedp.WaitReady(`main`))
	waitFor(t, ctx, "the assignment", func() bool {
		where := read(t, ctx, chromedp.Location())
		return !strings.HasSuffix(where, "/assign")
	})
}

// awaitState waits until the case's page shows the state.
func (d *demo) awaitState(t *testing.T, ctx context.Context, id, state string) {
	t.Helper()
	waitFor(t, ctx, "state "+state, func() bool {
		do(t, ctx, chromedp.Navigate(d.URL+"/cases/"+id), chromedp.WaitReady(`main .state`))
		return strings.Contains(read(t, ctx, chromedp.TextContent(`main .state`)), state)
	})
}

// waitFor repeats until ok, for at most half a minute.
func waitFor(t *testing.T, ctx context.Context, what string, ok func() bool) {
	t.Helper()
	waitLong(t, ctx, 30*time.Second, what, ok)
}

// waitLong is waitFor for what comes with the round of a minute, or later.
func waitLong(t *testing.T, ctx context.Context, long time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(long); time.Now().Before(deadline); <-time.After(300 * time.Millisecond) {
		if ok() {
			return
		}
	}
	shoot(t, ctx, "failed-"+strings.ReplaceAll(t.Name(), "/", "-"))
	t.Fatalf("%s did not come", what)
}

// picture is a small photograph on disk.
func picture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 320, 240))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pump.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

//go:build browser

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// xPost is a post as the stand-in of X shows it.
type xPost struct {
	ID, Text, Author string
	ThreadID         string `json:"thread_id"`
	ReplyTo          string `json:"reply_to"`
	API              bool
}

// say lets a citizen write on X.
func (d *demo) say(t *testing.T, author, text, replyTo string) xPost {
	t.Helper()
	body, err := json.Marshal(map[string]string{"author": author, "text": text, "reply_to": replyTo})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(d.StandIns.X+"/_control/post", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var p xPost
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.ID == "" {
		t.Fatalf("the stand-in answered %d: %v", resp.StatusCode, err)
	}
	return p
}

// thread reads a conversation on X as the citizen sees it.
func (d *demo) thread(t *testing.T, id string) []xPost {
	t.Helper()
	resp, err := http.Get(d.StandIns.X + "/_control/threads/" + id)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var all struct{ Posts []xPost }
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all.Posts
}

// awaitReply waits until we have answered in the thread with words that hold part.
func (d *demo) awaitReply(t *testing.T, thread, part string) xPost {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); <-time.After(300 * time.Millisecond) {
		for _, p := range d.thread(t, thread) {
			if p.API && strings.Contains(p.Text, part) {
				return p
			}
		}
	}
	t.Fatalf("no reply with %q in the thread: %+v", part, d.thread(t, thread))
	return xPost{}
}

var caseNumber = regexp.MustCompile(`GRV-\d{4}-\d+`)

// TestRoad walks a mention on X from its arrival to the citizen's word: sorted by
// keyboard, acknowledged, assigned, accepted and reported on a phone with a photograph,
// approved by another, answered in the same thread; once settled, once not.
func TestRoad(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "100")
	photo := picture(t)
	clerk, magistrate, field := open(t, 1440, true), open(t, 1440, true), open(t, 360, true)
	d.signIn(t, clerk, "clerk")
	d.signIn(t, magistrate, "district_nodal")
	d.signIn(t, field, "field_officer")

	for _, tt := range []struct{ author, verdict, state string }{
		{"suresh_w9", "हां, पानी आ गया, धन्यवाद", "Closed"},
		{"meena_w9", "नहीं, अभी भी पानी नहीं आ रहा", "Assigned"},
	} {
		t.Run(tt.author, func(t *testing.T) {
			post := d.say(t, tt.author, "@NivaranHR हिसार के वार्ड 9 में 4 दिन से पीने का पानी नहीं आ रहा, टैंकर भी नहीं भेजा। "+tt.author, "")
			d.sortByKeyboard(t, clerk, tt.author)
			ack := d.awaitReply(t, post.ThreadID, "GRV-")
			number := caseNumber.FindString(ack.Text)
			id := d.findCase(t, magistrate, number)

			assign(t, magistrate, d.URL, id)
			do(t, field,
				chromedp.Navigate(d.URL+"/field/"+id), chromedp.WaitReady(`form[action="/cases/`+id+`/accept"]`),
				submit(`form[action="/cases/`+id+`/accept"]`),
				chromedp.Navigate(d.URL+"/cases/"+id+"/report"), chromedp.WaitReady(`#f-text`),
				chromedp.SendKeys(`#f-text`, "बूस्टर पंप की मोटर बदल दी गई है, पानी चालू है।"),
				chromedp.SetUploadFiles(`input[type=file]`, []string{photo}))
			shoot(t, field, "road-report-"+tt.author)
			do(t, field, submit(`form:has(#f-text)`))

			do(t, magistrate, chromedp.Navigate(d.URL+"/cases/"+id), chromedp.WaitReady(`.approve form[action$="/approve"]`))
			shoot(t, magistrate, "road-approve-"+tt.author)
			axe(t, magistrate, "case before approval")
			do(t, magistrate, submit(`.approve form[action$="/approve"]`))

			answer := d.awaitReply(t, post.ThreadID, "बूस्टर पंप")
			if answer.ReplyTo != post.ID {
				t.Errorf("the answer goes to %s, the citizen wrote %s", answer.ReplyTo, post.ID)
			}
			d.say(t, tt.author, tt.verdict, answer.ID)
			d.awaitState(t, magistrate, id, tt.state)
			if n := countAPI(d.thread(t, post.ThreadID)); n != 2 {
				t.Errorf("%d of our posts in the thread, want the acknowledgement and the answer", n)
			}
			shoot(t, magistrate, "road-end-"+tt.author)
		})
	}
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

func countAPI(posts []xPost) (n int) {
	for _, p := range posts {
		if p.API {
			n++
		}
	}
	return n
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
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-time.After(300 * time.Millisecond) {
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

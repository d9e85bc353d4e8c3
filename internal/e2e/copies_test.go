//go:build browser

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestAlike lets two citizens say the same, one in Devanagari, one in Latin letters: the
// clerk sees both in full and why, tells one pair apart by one key and makes one case of
// another by one key; beside that case stands what says the same.
func TestAlike(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "10")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "clerk")
	say := d.onX("")
	say(t, "lata_v", "शीला बाईपास के पास रोहतक में सीवर का ढक्कन दस दिन से टूटा है, बच्चे गिर सकते हैं")
	say(t, "omvir_d", "Sheela bypass ke paas Rohtak mein sewer ka dhakkan das din se tuta hai, bachche gir sakte hain")
	atPost := func(words string) {
		t.Helper()
		waitFor(t, ctx, "the post "+words, func() bool {
			do(t, ctx, chromedp.Navigate(d.URL+"/sorting?lang=en"), chromedp.WaitReady(`main`))
			return read(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(() => { const a = [...document.querySelectorAll(".queue a")].find(a => a.textContent.includes(%q)); if (a) a.click(); return !!a; })()`, words)))
		})
		waitFor(t, ctx, "the post large", func() bool {
			return read(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.querySelector(".bigpost .said")?.textContent.includes(%q) || false`, words)))
		})
	}
	atPost("Sheela bypass")
	pair := read(t, ctx, chromedp.TextContent(`.dup`))
	for _, part := range []string{"ढक्कन", "dhakkan", "same meaning", "Open both as one case", "Not the same"} {
		if !strings.Contains(pair, part) {
			t.Errorf("the proposal lacks %q: %s", part, pair)
		}
	}
	post := read(t, ctx, chromedp.Location())
	examine(t, ctx, post, "alike")
	do(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(post+"?lang=en"), chromedp.WaitReady(`.dup`), chromedp.KeyEvent("x"), chromedp.WaitNotPresent(`.dup`))
	atPost("शीला बाईपास")
	if read(t, ctx, chromedp.Evaluate[bool](`!!document.querySelector(".dup")`)) {
		t.Error("what was told apart is proposed again")
	}

	say(t, "kavita_n", "Kaithal Karnal road pe Kutana ke paas pulia toot gayi hai, school bus nahi nikal paati")
	say(t, "dharam_s", "कैथल करनाल रोड पर कुटाना के पास पुलिया टूट गई है, स्कूल बस नहीं निकल पाती")
	atPost("Kutana")
	do(t, ctx, chromedp.WaitReady(`.dup`), chromedp.KeyEvent("j"), chromedp.WaitVisible(`.sortbar .flag-ok`))
	said := read(t, ctx, chromedp.TextContent(`.sortbar .flag-ok`))
	number := strings.TrimSpace(said[strings.LastIndex(said, " ")+1:])
	say(t, "suman_r", "Kutana ke paas Kaithal Karnal road ki pulia toot gayi hai, bus nahi nikal sakti")
	do(t, ctx, chromedp.Navigate(d.URL+"/cases?lang=en"), chromedp.WaitReady(`main`))
	if !read(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(() => { const a = [...document.querySelectorAll('main a[href^="/cases/"]')].find(a => a.textContent.includes(%q)); if (a) a.click(); return !!a; })()`, number))) {
		t.Fatalf("the list of cases lacks %q, which was opened: %q", number, said)
	}
	do(t, ctx, chromedp.WaitReady(`.casehead`))
	address := read(t, ctx, chromedp.Location())
	waitFor(t, ctx, "the proposal beside the case", func() bool {
		do(t, ctx, chromedp.Navigate(address), chromedp.WaitReady(`main`))
		return read(t, ctx, chromedp.Evaluate[bool](`!!document.querySelector(".alikes")`))
	})
	do(t, ctx, chromedp.Click(`.alikes summary`), chromedp.WaitVisible(`.alikes .dup`))
	shoot(t, ctx, "alike-case")
	axe(t, ctx, "a case with a proposal")
	do(t, ctx, chromedp.Click(`.alikes form[action$="/join"] button`), chromedp.WaitVisible(`.banner-ok`))
	if text := read(t, ctx, chromedp.TextContent(`.thread`)); !strings.Contains(text, "bus nahi nikal sakti") {
		t.Errorf("the post did not join: %s", text)
	}
}

// TestFlood lets a district complain of the same matter: it is offered as one within the
// minute, one click makes it one case.
func TestFlood(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "10")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "clerk")
	say := d.onX("")
	for i, words := range []string{"since morning", "and the tank is empty", "children go to school thirsty", "nobody answers the phone", "third time this week", "please send a tanker", "the motor stands still", "my mother is ill", "taps are dry", "no notice was given"} {
		say(t, fmt.Sprintf("hansi_%d", i), fmt.Sprintf("Hisar ward %d: no water supply, %s", 3+i, words))
	}
	waitLong(t, ctx, 150*time.Second, "the flood", func() bool {
		do(t, ctx, chromedp.Navigate(d.URL+"/clusters?lang=en"), chromedp.WaitReady(`main`))
		return read(t, ctx, chromedp.Evaluate[bool](`!!document.querySelector('main td a[href^="/clusters/"]')`))
	})
	shoot(t, ctx, "floods")
	do(t, ctx, chromedp.Click(`main td a[href^="/clusters/"]`), chromedp.WaitReady(`.flood`))
	at := read(t, ctx, chromedp.Location())
	if n := read(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll('[name="posts"]:checked').length`)); n < 8 {
		t.Errorf("%d posts are ticked", n)
	}
	examine(t, ctx, at, "flood")
	do(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(at+"?lang=en"), chromedp.WaitReady(`.flood`))
	ticked := read(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".floodposts li:has(:checked) .said")].map(p => p.textContent.split(", ").pop())`))
	do(t, ctx, chromedp.Click(`.flood button[type=submit]`), chromedp.WaitVisible(`.banner-ok`))
	do(t, ctx, chromedp.Click(`.pagehead a.regno`), chromedp.WaitReady(`.thread`))
	text := read(t, ctx, chromedp.TextContent(`main`))
	for _, words := range ticked { // the flood may have been offered before the last of them came
		if !strings.Contains(text, words) {
			t.Errorf("the case lacks a post of the flood: %q", words)
		}
	}
	shoot(t, ctx, "flood-case")
}

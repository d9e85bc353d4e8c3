//go:build browser

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// posts is how many a clerk has before them on a bad morning.
const posts = 1000

// TestMorning sorts all posts of a bad morning with nothing but the keyboard: each is opened,
// opened as another candidate, kept with its reason, put off or undone, and the desk is
// empty at the end.
func TestMorning(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "100")
	for i := range posts {
		d.onX("")(t, fmt.Sprintf("citizen_%d", i), morning(i))
	}
	clerk := open(t, 1440, true)
	d.signIn(t, clerk, "clerk")
	waitLong(t, clerk, 2*time.Minute, "a full desk", func() bool {
		do(t, clerk, chromedp.Navigate(d.URL+"/sorting"), chromedp.WaitReady(`main`))
		return waiting(t, clerk) >= posts
	})
	shoot(t, clerk, "morning")
	begin, keys, putOff := time.Now(), 0, 0
	press := func(stroke string) {
		for _, key := range strings.Split(stroke, " ") {
			do(t, clerk, chromedp.KeyEvent(key))
			keys++
		}
	}
	for n := 0; ; n++ {
		post := shown(t, clerk)
		if post == "" {
			break
		}
		if n > posts+50 {
			t.Fatalf("%d posts were sorted and the desk is not empty", n)
		}
		switch {
		case n%97 == 50 && putOff < 5: // later: it comes again
			putOff++
			press("l")
		case n%10 == 0:
			press("n w") // news
		case n%10 == 1:
			press("n m") // spam
		case n%10 == 2 && n < 100: // a slip, taken back, then right
			press("n a")
			awaitOther(t, clerk, post)
			press("u")
			awaitPost(t, clerk, post, "===")
			press(opening(t, clerk))
		case n%10 == 3:
			press("0 \r") // without a subject: the state cell decides
		default:
			press(opening(t, clerk))
		}
		awaitOther(t, clerk, post)
	}
	took := time.Since(begin)
	t.Logf("%d posts with %d keys in %s: %.0f ms a post", posts, keys, took.Round(time.Second), float64(took.Milliseconds())/float64(posts))
	do(t, clerk, chromedp.Navigate(d.URL+"/sorting"), chromedp.WaitReady(`main .blank`))
	shoot(t, clerk, "morning-done")
}

// opening is what a clerk presses to open the post as the first candidate: of what is
// probably no grievance none is chosen beforehand.
func opening(t *testing.T, clerk context.Context) string {
	t.Helper()
	if read(t, clerk, chromedp.Evaluate[bool](`document.querySelector("[name=candidate]:checked") !== null`)) {
		return "\r"
	}
	return "1 \r"
}

// morning invents what the i-th citizen writes.
func morning(i int) string {
	troubles := []string{
		"वार्ड %d में पानी नहीं आ रहा, मकान %d", "ward %d me bijli nahi hai, gali %d", "No street light in ward %d, lane %d", "वार्ड %d की सड़क टूटी है, गली %d",
		"ward %d me kuda nahi utha, makan %d", "Sewer overflows in ward %d, house %d", "वार्ड %d में आवारा पशु, गली %d",
	}
	districts := []string{"हिसार", "Karnal", "Rohtak", "सिरसा", "Ambala", "जींद"}
	return districts[i%len(districts)] + " " + fmt.Sprintf(troubles[i%len(troubles)], 1+i%37, i)
}

// waiting reads how many posts the head of the queue speaks of.
func waiting(t *testing.T, ctx context.Context) int {
	t.Helper()
	return read(t, ctx, chromedp.Evaluate[int](`Number((document.querySelector(".queue h2")?.textContent.match(/[\d,]+\s*$/)?.[0] || "0").replaceAll(",", ""))`))
}

// shown is the address that the post before the clerk is opened at; empty: none waits.
func shown(t *testing.T, ctx context.Context) string {
	t.Helper()
	return read(t, ctx, chromedp.Evaluate[string](`document.querySelector("form.cands")?.getAttribute("action") || ""`))
}

// awaitOther waits until another post, or none, is before the clerk.
func awaitOther(t *testing.T, ctx context.Context, post string) {
	t.Helper()
	awaitPost(t, ctx, post, "!==")
}

// awaitPost waits until the post before the clerk is, or is not, this one.
func awaitPost(t *testing.T, ctx context.Context, post, is string) {
	t.Helper()
	read(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((done) => {
		const look = setInterval(() => {
			if (!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added") && (document.querySelector("form.cands")?.getAttribute("action") || "") %s %q) { clearInterval(look); done(true); }
		}, 5);
	})`, is, post), chromedp.EvalAwaitPromise))
}

//go:build browser

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"nivaran/internal/assist/assisttest"
	"nivaran/internal/connector/email/emailtest"
)

// shownWay is something under the way to write that is chosen.
func shownWay(what string) string {
	return `.composer:has(#m-public:checked) .mode-public ` + what + `, .composer:has(#m-private:checked) .mode-private ` + what
}

// TestHelper lets an officer ask the language helper in a case, and looks at its pages;
// nothing goes out by itself.
func TestHelper(t *testing.T) {
	model := assisttest.New(t)
	model.Answer(func(m []assisttest.Message) string {
		if strings.Contains(m[0].Content, "Summarise") {
			return "The citizen has had no water in the ward for four days.\nThe office has the case; it has not reported yet."
		}
		return "महोदय, आपकी बात मिल गई है। ⟦क्या किया गया⟧ शीघ्र बताया जाएगा।"
	})
	for name, value := range map[string]string{"URL": model.Base(), "MODEL": assisttest.Model, "KEY": assisttest.Key, "PRIVATE_HOST": "127.0.0.1"} {
		t.Setenv("NIVARAN_ASSIST_"+name, value)
	}
	d := startDemo(t, "--every", "5s", "--past", "60")
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "state_nodal")
	do(t, ctx, chromedp.Navigate(d.URL+"/cases?state=in_progress"), chromedp.WaitReady(`main`), chromedp.Click(`main a.regno, main a[href^="/cases/"]`), chromedp.WaitReady(`#composer .helprow`))
	address, _, _ := strings.Cut(read(t, ctx, chromedp.Location()), "#")
	examine(t, ctx, address, "helper-offered")
	widths := func(name string) {
		for _, width := range []int64{1440, 768, 360} {
			do(t, ctx, chromedp.EmulateViewport(width, 900))
			noSideways(t, ctx, name)
			axe(t, ctx, name)
			shoot(t, ctx, fmt.Sprintf("helper-%s-%d", name, width))
		}
		do(t, ctx, chromedp.EmulateViewport(1440, 900))
	}
	do(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(address+"?lang=hi"), chromedp.WaitReady(`#helper`), chromedp.Click(`#helper button`), chromedp.WaitReady(`#helper .proposal`))
	widths("summary")
	do(t, ctx, chromedp.Click(shownWay(`button[formaction*="/draft"]`)), chromedp.WaitReady(`#composer .proposal`))
	widths("draft")
	do(t, ctx, chromedp.Click(shownWay(`button[formaction*="/take"]`)), chromedp.WaitNotPresent(`#composer .proposal`))
	words := read(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("#composer textarea")].map(a => a.value).join("|")`))
	if !strings.Contains(words, "आपकी बात मिल गई है") {
		t.Errorf("the field holds %q", words)
	}
	shoot(t, ctx, "helper-taken")
	if model.Asked() != 2 {
		t.Errorf("the model was asked %d times", model.Asked())
	}
}

// TestLegacyFontPages looks at a letter typed in Kruti Dev, at the sorting desk.
func TestLegacyFontPages(t *testing.T) {
	d := startDemo(t, "--every", "1h", "--past", "10")
	const letter = "lsok esa]\n\negksn;] fglkj ds okMZ 9 esa 4 fnu ls ikuh ugha vk jgk gS] ihus dk ikuh ugha gSA VSadj Hkh ugha HkstkA\n\nizkFkhZ"
	d.byMailWith(t, "Ram Kumar", letter, []emailtest.File{{Name: "letter.txt", Type: "text/plain", Data: []byte(letter)}})
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "clerk")
	d.arrives(t, ctx, "वार्ड 9 में पानी")
	address := d.URL + read(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll(".queue a")].find(a => a.textContent.includes("वार्ड 9 में पानी")).getAttribute("href")`))
	do(t, ctx, chromedp.Navigate(address), chromedp.WaitReady(`.otherreading`))
	if words := read(t, ctx, chromedp.TextContent(`main`)); !strings.Contains(words, "पीने का पानी नहीं है") {
		t.Errorf("the desk shows %q", words)
	}
	examine(t, ctx, address, "legacy-font")
	do(t, ctx, chromedp.EmulateViewport(360, 900), chromedp.Click(`.otherreading summary`))
	noSideways(t, ctx, "legacy font, as it came")
	shoot(t, ctx, "legacy-font-as-it-came")
	file := d.URL + read(t, ctx, chromedp.Evaluate[string](`document.querySelector('a[href$="/words"]').getAttribute("href")`))
	examine(t, ctx, file, "file-words")
}

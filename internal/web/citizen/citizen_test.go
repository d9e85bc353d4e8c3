package citizen

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
)

// rawKey finds a message key that was shown in place of its text.
var rawKey = regexp.MustCompile(`>\s*(?:citizen|done|error|common|console)\.[a-z0-9_.]+\s*<`)

// Every page in each language, whole and without a text that is missing.
func TestPages(t *testing.T) {
	w := newWorld(t)
	open, asked := w.Case(w.Open("Asha")), w.Case(w.photographed("Binod"))
	link := w.link(asked.ID, "Binod")
	coded := w.visitor()
	coded.post("/n/"+asked.Number+"/code", "/n/"+asked.Number, url.Values{})
	tests := []struct {
		b      *visitor
		path   string
		status int
		hi, en string
	}{
		{w.visitor(), "/track", 200, "अपनी शिकायत की स्थिति देखें", "Track your matter"},
		{w.visitor(), "/n/" + open.Number, 200, "यह कार्यालय के पास है", "It lies with the office"},
		{w.visitor(), "/n/" + asked.Number, 200, "कोड दिखाएं", "Show the code"},
		{coded, "/n/" + asked.Number, 200, "मैंने लिख दिया है", "I have written it"},
		{w.visitor(), "/n/GRV-1", 422, "पंजीकरण संख्या", "This is no registration number"},
		{w.visitor(), "/n/" + grievance.RegistrationNumber(w.Clock, 999999), 404, "इस संख्या का कोई मामला", "We know no matter with this number"},
		{w.visitor(), link, 200, "क्या आप संतुष्ट हैं?", "Are you satisfied?"},
		{w.visitor(), "/audit/heads", 200, "अभिलेख की मुहरें", "No day is sealed yet"},
		{w.visitor(), "/c/unknown", 404, "यह लिंक मान्य नहीं है", "This link opens nothing"},
	}
	for _, tt := range tests {
		for lang, want := range map[string]string{"hi": tt.hi, "en": tt.en} {
			name := tt.path + " in " + lang
			a := tt.b.get(tt.path + "?lang=" + lang)
			if a.status != tt.status {
				t.Errorf("%s: status %d, want %d", name, a.status, tt.status)
			}
			a.holds(t, name, want, `<html lang="`+lang+`"`, "</html>", `name="robots" content="noindex"`, "-no value", "- style=", "-<script>", "-Officer")
			if key := rawKey.FindString(a.body); key != "" {
				t.Errorf("%s shows the key %s", name, key)
			}
			if a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("X-Robots-Tag") != "noindex" {
				t.Errorf("%s: the address is told to others: %v", name, a.header)
			}
		}
	}
}

// Pages speak Hindi to whoever did not choose, and English to whoever wrote English.
func TestLanguage(t *testing.T) {
	w := newWorld(t)
	c := w.Case(w.Resolved("Asha"))
	link, english := w.link(c.ID, "Asha"), []string{"Accept-Language", "en-IN,en"}
	b := w.visitor()
	b.get("/n/"+c.Number, english...).holds(t, "number page", `<html lang="hi"`)
	b.get(link, "Accept-Language", "hi").holds(t, "link of one who wrote English", `<html lang="en"`)
	b.get(link+"?lang=hi").holds(t, "link after the switch", `<html lang="hi"`)
	b.get(link).holds(t, "link later", `<html lang="hi"`)
}

func TestFind(t *testing.T) {
	w := newWorld(t)
	b, number := w.visitor(), w.Case(w.Open("Asha")).Number
	b.post("/track", "/n/"+number, url.Values{"number": {" " + strings.ToLower(strings.ReplaceAll(number, "-", " "))}})
	a := b.do(http.MethodPost, "/track", url.Values{"number": {"GRV-2026-000<1>"}})
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("a malformed number: %d", a.status)
	}
	a.holds(t, "form again", `value="GRV-2026-000&lt;1&gt;"`, `aria-invalid="true"`, `id="number-e"`)
}

// The number alone shows no word and no person, whatever the state.
func TestNumberPageShowsNobody(t *testing.T) {
	w := newWorld(t)
	for _, c := range []*grievance.Case{w.Case(w.Open("Asha")), w.Case(w.Reported("Binod")), w.Case(w.photographed("Chanda"))} {
		a := w.visitor().get("/n/" + c.Number + "?lang=en")
		a.holds(t, string(c.State), c.Number, "2 November 2026", "-Asha", "-Binod", "-Chanda", "-water", "-"+c.Title, "-मोटर", "-motor", "-Engineer", "-/files/", "-Hisar")
	}
}

// The code shown in one browser, written in the thread by the complainant, unlocks one
// verdict there and nowhere else.
func TestVerdictByCode(t *testing.T) {
	for _, f := range []grievance.Feedback{grievance.FeedbackYes, grievance.FeedbackNo} {
		t.Run(string(f), func(t *testing.T) {
			w := newWorld(t)
			id := w.Resolved("Asha")
			page := "/n/" + w.Case(id).Number
			b, other := w.visitor(), w.visitor()
			other.post(page+"/code", page, url.Values{})
			b.post(page+"/code", page, url.Values{})
			ck := b.cookie(page)
			if ck == nil || len(ck.Value) < 22 {
				t.Fatalf("cookie of the browser: %v", ck)
			}
			a := b.get(page + "?lang=en")
			a.holds(t, "with a code", "-satisfied", `hx-trigger="every 5s"`)
			digits := regexp.MustCompile(`(\d{3}) (\d{3})</p>`).FindStringSubmatch(a.body)
			if digits == nil {
				t.Fatalf("no code on the page:\n%s", a.body)
			}
			if a := b.get(page, "HX-Request", "true"); a.status != http.StatusNoContent || a.header.Get("HX-Refresh") != "" {
				t.Errorf("while the code waits: %d, refresh %q", a.status, a.header.Get("HX-Refresh"))
			}
			if a := b.do(http.MethodPost, page+"/verdict", feedback(f, "")); a.status != http.StatusConflict {
				t.Errorf("verdict before the code was written: %d", a.status)
			}
			w.Must(w.Say(id, "Asha", "my code is "+digits[1]+digits[2]))
			if a := b.get(page, "HX-Request", "true"); a.header.Get("HX-Refresh") != "true" {
				t.Errorf("once the code is written, the page is not renewed")
			}
			b.get(page).holds(t, "unlocked", `value="satisfied"`, `value="not_satisfied"`, "-hx-get", "-htmx.min.js")
			other.get(page).holds(t, "another browser", `-value="satisfied"`)
			if a := b.do(http.MethodPost, page+"/verdict", feedback("perhaps", "")); a.status != http.StatusUnprocessableEntity {
				t.Errorf("no verdict at all: %d", a.status)
			}
			b.post(page+"/verdict", page, feedback(f, ""))
			b.get(page+"?lang=en").holds(t, "after the verdict", "Your answer has reached us", `-value="satisfied"`)
			if got, want := w.Case(id).State == grievance.Closed, f == grievance.FeedbackYes; got != want {
				t.Errorf("closed = %v after %s", got, f)
			}
			if a := b.do(http.MethodPost, page+"/verdict", feedback(f, "")); a.status != http.StatusNotFound {
				t.Errorf("a second verdict by the same code: %d", a.status)
			}
			w.Sound()
		})
	}
}

func (b *visitor) cookie(page string) *http.Cookie {
	u, err := url.Parse(b.base + page)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.http.Jar.Cookies(u) {
		if c.Name == browserCookie {
			return c
		}
	}
	return nil
}

// A stranger's code in the thread unlocks nothing, and one that is over is not shown.
func TestCodeOfOthers(t *testing.T) {
	w := newWorld(t)
	id := w.Resolved("Asha")
	page, b := "/n/"+w.Case(id).Number, w.visitor()
	b.post(page+"/code", page, url.Values{})
	w.Post("Stranger", "", "123456")
	b.get(page).holds(t, "a stranger wrote", `-value="satisfied"`, "code6")
	w.Clock = w.Clock.Add(time.Hour)
	b.get(page).holds(t, "code is over", "-code6", page+"/code")
	if a := w.visitor().do(http.MethodPost, "/n/"+w.Case(w.Open("Binod")).Number+"/code", url.Values{}); a.status != http.StatusConflict {
		t.Errorf("code for a case without an answer: %d", a.status)
	}
}

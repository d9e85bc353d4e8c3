package citizen

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
)

// The link shows what its owner wrote and what was done, word for word, and nothing of
// another complainant.
func TestLink(t *testing.T) {
	w := newWorld(t)
	id := w.Open("Asha")
	w.Must(w.Desk.Join(t.Context(), w.Clerk, desk.JoinRequest{PostID: w.Post("Binod", "", "Binod has a dry tap as well"), CaseID: id}))
	b := w.visitor()
	asha, binod := w.link(id, "Asha"), w.link(id, "Binod")
	b.get(asha).holds(t, "link of Asha", "Asha has no water for four days", "-Binod", "-What was done", `-name="feedback"`)
	b.get(binod).holds(t, "link of Binod", "Binod has a dry tap as well", "-Asha")

	id = w.photographed("Chanda")
	a := b.get(w.link(id, "Chanda"))
	a.holds(t, "answered", "बूस्टर पंप की मोटर बदल दी गई है।\nपानी चालू है &lt;पूरे दबाव से&gt;।", `lang="hi"`, "Photograph 1", "order.pdf", "2 November 2026, 10:00 am", `value="satisfied"`, `value="not_satisfied"`)
	if now, road := strings.Index(a.body, `id="now"`), strings.Index(a.body, `id="steps"`); now < 0 || road < now {
		t.Errorf("the sentence stands at %d, the steps at %d", now, road)
	}
	if strings.Contains(a.body, "checked") {
		t.Error("one of the answers is chosen beforehand")
	}
}

// Where the desk had no subject the title is the first complainant's own words; others do
// not read them.
func TestTitleOfOthers(t *testing.T) {
	w := newWorld(t)
	r := w.Request(w.Post("Asha", "", "Asha of house 12 has no water"))
	r.SubjectID, r.DepartmentID = 0, w.Desk.Office.Departments()[0].ID
	opened, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{r})
	w.Must(err)
	id := opened[0].CaseID
	w.Must(w.Desk.Join(t.Context(), w.Clerk, desk.JoinRequest{PostID: w.Post("Binod", "", "A dry tap here as well"), CaseID: id}))
	b := w.visitor()
	b.get(w.link(id, "Asha")).holds(t, "link of Asha", `<h1 class="chead">Asha of house 12`)
	b.get(w.link(id, "Binod")).holds(t, "link of Binod", `<h1 class="chead">Your matter`, "-house 12")
}

func TestVerdictByLink(t *testing.T) {
	for f, want := range map[grievance.Feedback]string{grievance.FeedbackYes: "You said that it is settled", grievance.FeedbackNo: "You said that it is not settled"} {
		t.Run(string(f), func(t *testing.T) {
			w := newWorld(t)
			id := w.Resolved("Asha")
			link, b := w.link(id, "Asha"), w.visitor()
			a := b.do(http.MethodPost, link+"/verdict", feedback("", "half of it <is> done"))
			if a.status != http.StatusUnprocessableEntity {
				t.Errorf("no answer chosen: %d", a.status)
			}
			a.holds(t, "again", "Please choose one", "half of it &lt;is&gt; done</textarea>")
			if a := b.do(http.MethodPost, link+"/verdict", feedback(f, strings.Repeat("न", wordsLimit+1))); a.status != http.StatusUnprocessableEntity {
				t.Errorf("too many words: %d", a.status)
			}
			b.post(link+"/verdict", link, feedback(f, "the pump <runs>"))
			b.get(link).holds(t, "after the verdict", want, "Your answer has reached us", `-name="feedback"`)
			if got := w.Case(id).State == grievance.Closed; got != (f == grievance.FeedbackYes) {
				t.Errorf("closed = %v after %s", got, f)
			}
			v, err := w.Desk.Case(t.Context(), w.State, id)
			w.Must(err)
			kept := false
			for _, e := range v.History {
				kept = kept || e.Text == "the pump <runs>"
			}
			if !kept {
				t.Error("the citizen's words are not in the history")
			}
			w.Sound()
		})
	}
}

// A link that is over opens nothing, and takes no verdict.
func TestLinkIsOver(t *testing.T) {
	w := newWorld(t)
	link, b := w.link(w.photographed("Asha"), "Asha"), w.visitor()
	file := regexp.MustCompile(`src="(/c/[^"]+)"`).FindStringSubmatch(b.get(link).body)[1]
	w.Clock = w.Clock.Add(25 * time.Hour)
	for _, p := range []string{link, file} {
		if a := b.get(p); a.status != http.StatusNotFound {
			t.Errorf("a page of a link that is over: %d", a.status)
		}
	}
	if a := b.do(http.MethodPost, link+"/verdict", feedback(grievance.FeedbackYes, "")); a.status != http.StatusNotFound {
		t.Errorf("verdict by a link that is over: %d", a.status)
	}
}

// Photographs are shown, all else is downloaded, and only files of the answer.
func TestFile(t *testing.T) {
	w := newWorld(t)
	link, b := w.link(w.photographed("Asha"), "Asha"), w.visitor()
	other := w.link(w.Resolved("Binod"), "Binod")
	body := b.get(link).body
	for _, tt := range []struct{ pattern, kind, how, begin string }{
		{`src="/c/[^/]+(/files/[^"]+)"`, "image/png", "inline; filename=pump.png", "\x89PNG"},
		{`href="/c/[^/]+(/files/[^"]+)"><svg`, "application/octet-stream", "attachment; filename=order.pdf", "%PDF"},
	} {
		m := regexp.MustCompile(tt.pattern).FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("no file %s on the page", tt.how)
		}
		a := b.get(link + m[1])
		h := a.header
		if a.status != http.StatusOK || h.Get("Content-Type") != tt.kind || h.Get("Content-Disposition") != tt.how || !strings.HasPrefix(a.body, tt.begin) {
			t.Errorf("%s: %d, %v", tt.how, a.status, h)
		}
		if h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s is not kept to its reader: %v", tt.how, h)
		}
		if a := b.get(other + m[1]); a.status != http.StatusNotFound {
			t.Errorf("%s by the link of another: %d", tt.how, a.status)
		}
	}
}

// The log tells the kind of page, never the address that gives rights.
func TestTokenIsNotLogged(t *testing.T) {
	w := newWorld(t)
	link, b := w.link(w.photographed("Asha"), "Asha"), w.visitor()
	b.get(link)
	b.get(link + "/files/none")
	b.do(http.MethodPost, link+"/verdict", feedback("", ""))
	b.post(link+"/verdict", link, feedback(grievance.FeedbackYes, "my private words"))
	b.do(http.MethodPost, "/track", url.Values{"number": {"GRV-9"}})
	w.server.Close() // waits for the last line
	log := w.log.String()
	if !strings.Contains(log, "/c/{token}") {
		t.Errorf("the log does not tell the route:\n%s", log)
	}
	for _, secret := range []string{strings.TrimPrefix(link, "/c/"), "private words", "Asha"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

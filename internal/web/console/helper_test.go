package console

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"nivaran/internal/assist/assisttest"
	"nivaran/internal/grievance"
)

var hiddenProposal = regexp.MustCompile(`name="proposal" value="([^"]*)"`)

// A draft is asked for, read, taken into the field and sent by the officer: until the last
// press nothing goes out.
func TestHelper(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.mail, "Suresh Yadav")
	at := "/cases/" + c.ID.String()
	district := w.as(grievance.DistrictNodal)
	if page := district.get(at).body; strings.Contains(page, "helper") {
		t.Fatalf("without a helper something of it is seen:\n%s", excerpt(page))
	}
	if a := district.post(at+"/helper/summary", url.Values{}); a.status != http.StatusNotFound {
		t.Errorf("without a helper: %d", a.status)
	}

	model := w.assisted()
	model.Answer(func([]assisttest.Message) string {
		return "Dear [NAME_1], <b>the pump</b> in ward 9 is being mended. https://evil.example/x"
	})
	cv, err := w.Desk.Case(w.ctx(), w.actor(grievance.DistrictNodal), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"mode": {"private"}, "complainant": {cv.Complainants[0].ID.String()}, "account": {itoa(w.mail.ID)}, "text": {""}}
	page := district.post(at+"/helper/draft", form).body
	for _, want := range []string{"read it before you use it", "Dear Suresh Yadav, &lt;b&gt;the pump&lt;/b&gt; in ward 9 is being mended. (…)", "Put it into the field"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the draft lacks %q:\n%s", want, excerpt(page))
		}
	}
	found := hiddenProposal.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no draft to take:\n%s", excerpt(page))
	}
	form.Set("proposal", html.UnescapeString(found[1]))
	form.Set("proposal_kind", "draft")
	page = district.post(at+"/helper/take", form).body
	if !regexp.MustCompile(`<textarea[^>]*>Dear Suresh Yadav, `).MatchString(page) {
		t.Errorf("the draft is not in the field:\n%s", excerpt(page))
	}
	if cv, err = w.Desk.Case(w.ctx(), w.actor(grievance.DistrictNodal), c.ID); err != nil || len(cv.Replies) != 0 {
		t.Fatalf("something went out before the officer sent it: %v, %v", cv.Replies, err)
	}
	form.Set("text", "Dear Suresh Yadav, the pump in ward 9 is being mended.")
	if a := district.post(at+"/reply", form); a.status != http.StatusSeeOther {
		t.Fatalf("send: %d\n%s", a.status, excerpt(a.body))
	}
	if cv, err = w.Desk.Case(w.ctx(), w.actor(grievance.DistrictNodal), c.ID); err != nil || len(cv.Replies) != 1 || !strings.HasPrefix(cv.Replies[0].Text, form.Get("text")) {
		t.Fatalf("what the officer sent: %v, %v", cv.Replies, err)
	}
}

func TestHelperReads(t *testing.T) {
	w := newWorld(t)
	model := w.assisted()
	c := w.assigned(w.mail, "Suresh Yadav")
	at := "/cases/" + c.ID.String()
	district := w.as(grievance.DistrictNodal)
	cv, err := w.Desk.Case(w.ctx(), w.actor(grievance.DistrictNodal), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	model.Answer(func([]assisttest.Message) string { return "No water in ward 9 for four days." })
	post := at + "/helper/post/" + cv.Posts[0].ID.String()
	if page := district.get(at).body; !strings.Contains(page, "Summarise the case") || !strings.Contains(page, post) {
		t.Errorf("the case does not offer the helper:\n%s", excerpt(page))
	}
	for path, head := range map[string]string{at + "/helper/summary": "Summary by the language helper", post: "Translation by the language helper"} {
		if a := district.post(path, url.Values{}); a.status != http.StatusOK || !strings.Contains(a.body, head) || !strings.Contains(a.body, "No water in ward 9") {
			t.Errorf("%s: %d\n%s", path, a.status, excerpt(a.body))
		}
	}
	form := url.Values{"mode": {"private"}, "complainant": {cv.Complainants[0].ID.String()}, "text": {"पंप ठीक हो रहा है"}, "to": {"en"}}
	if a := district.post(at+"/helper/translate", form); !strings.Contains(a.body, "Translation by the language helper") || !strings.Contains(a.body, "पंप ठीक हो रहा है</textarea>") {
		t.Errorf("a translation beside what was typed: %d\n%s", a.status, excerpt(a.body))
	}
	form.Set("text", "")
	if a := district.post(at+"/helper/translate", form); !strings.Contains(a.body, "Write something first") {
		t.Errorf("a translation of nothing: %d\n%s", a.status, excerpt(a.body))
	}
	model.Next(assisttest.Fault)
	if a := district.post(at+"/helper/draft", form); a.status != http.StatusOK || !strings.Contains(a.body, "does not answer now") || strings.Contains(a.body, "name=\"proposal\"") {
		t.Errorf("a helper that is down: %d\n%s", a.status, excerpt(a.body))
	}
	if cv, err = w.Desk.Case(w.ctx(), w.actor(grievance.DistrictNodal), c.ID); err != nil || len(cv.Replies) != 0 {
		t.Errorf("something went out: %v, %v", cv.Replies, err)
	}
}

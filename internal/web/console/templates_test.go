package console

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// Without scripts a button fills a template into the composer; what is then sent is what
// stood there, and what is still to be filled in is named.
func TestInsertTemplateWithoutScripts(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.x, "Asha <b> Devi")
	b := w.as(grievance.DistrictNodal)
	path := "/cases/" + c.ID.String()
	id, err := w.Desk.SaveTemplate(w.ctx(), w.actor(grievance.DistrictNodal), 0, false, grievance.TemplateText{Way: grievance.PublicWay, NameHI: "पंप <i>", TextHI: "{number}: पंप <b>ठीक</b> हो रहा है & {words}"})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"mode": {"public"}, "complainant": {w.complainant(c).String()}, "account": {itoa(w.x.ID)}, "template": {id.String()}, "text": {"नमस्ते"}}
	a := b.post(path+"/insert", form)
	words := "नमस्ते\n" + c.Number + ": पंप <b>ठीक</b> हो रहा है & ⟦यहाँ लिखें⟧"
	if a.status != http.StatusOK || !strings.Contains(a.body, ">"+html.EscapeString(words)+"</textarea>") {
		t.Fatalf("insert: %d, the box does not hold %q\n%s", a.status, words, excerpt(a.body))
	}
	if strings.Contains(a.body, "पंप <i>") || strings.Contains(a.body, "पंप <b>") {
		t.Error("words of a template stand on the page unescaped")
	}
	if !strings.Contains(a.body, `<option value="`+id.String()+`" selected>`) {
		t.Error("the template that was used is not the one chosen")
	}
	form.Set("text", words)
	if a = b.post(path+"/reply", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Something is still to be filled in: यहाँ लिखें") {
		t.Errorf("sent with a gap: %d", a.status)
	}
	words = strings.Replace(words, "⟦यहाँ लिखें⟧", "कल पानी आएगा", 1)
	form.Set("text", words)
	if a = b.post(path+"/reply", form); a.status != http.StatusSeeOther {
		t.Fatalf("reply: %d\n%s", a.status, excerpt(a.body))
	}
	v, err := w.Desk.Case(w.ctx(), w.actor(grievance.StateNodal), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	district, _ := w.Office.Office(w.actor(grievance.DistrictNodal).OfficeID)
	words += "\n— " + district.Name("hi") // the state's account carries the district's words
	if got := v.Replies[len(v.Replies)-1].Text; got != words {
		t.Errorf("sent %q, written %q", got, words)
	}
}

// The script gets the same words and their length on the channel; a name never stands in
// what everybody reads.
func TestTemplatesForTheScript(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.mail, "Asha Devi")
	b := w.as(grievance.DistrictNodal)
	ask := func(mode string) (all []fittingTemplate) {
		a := b.get("/cases/" + c.ID.String() + "/templates?mode=" + mode + "&complainant=" + w.complainant(c).String())
		if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" {
			t.Fatalf("templates: %d %s", a.status, a.body)
		}
		if err := json.Unmarshal([]byte(a.body), &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	letters := ask("private")
	if len(letters) == 0 || !strings.Contains(letters[0].Text, "Asha Devi") || letters[0].Limit != 0 {
		t.Errorf("letters: %+v", letters)
	}
	for _, n := range ask("note") {
		if strings.Contains(n.Text, "Asha") {
			t.Errorf("the citizen's name stands in the note %s", n.Name)
		}
	}
	if a := b.get("/cases/" + c.ID.String() + "/templates?mode=nonsense"); a.status != http.StatusNotFound {
		t.Errorf("a mode that is none: %d", a.status)
	}
}

func TestTemplateForms(t *testing.T) {
	w := newWorld(t)
	b := w.as(grievance.DistrictNodal)
	form := url.Values{"owner": {"state"}, "way": {"public"}, "name_hi": {"पंप"}, "text_hi": {"{number} {nummer}"}}
	a := b.post("/templates", form)
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "There is no field {nummer}") || !strings.Contains(a.body, ">{number} {nummer}</textarea>") {
		t.Fatalf("an unknown field: %d\n%s", a.status, excerpt(a.body))
	}
	form.Set("text_hi", "{number}")
	if a = b.post("/templates", form); a.status != http.StatusSeeOther {
		t.Fatalf("saved: %d\n%s", a.status, excerpt(a.body))
	}
	path := a.location
	if a = b.get(path); !strings.Contains(a.body, "waits for another officer") || strings.Contains(a.body, path+"/approve") {
		t.Error("its author is not told that another approves it, or may approve")
	}
	approver := w.as(grievance.Approver)
	if a = approver.get(path); !strings.Contains(a.body, path+"/approve") {
		t.Error("the approver finds no button")
	}
	if a = approver.post(path+"/approve", url.Values{"version": {"1"}}); a.status != http.StatusSeeOther {
		t.Errorf("approve: %d", a.status)
	}
	if a = approver.get("/templates?owner=state&state=used&way=public"); !strings.Contains(a.body, path) {
		t.Error("the approved template is not in the list of those in use")
	}
	if a = approver.get("/templates?state=waits"); strings.Contains(a.body, path) {
		t.Error("the approved template still waits")
	}
}

package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

const (
	kruti   = "egksn;] fglkj ds okMZ 9 esa 4 fnu ls ikuh ugha vk jgk gS] ihus dk ikuh ugha gSA VSadj Hkh ugha HkstkA"
	unicode = "महोदय, हिसार के वार्ड 9 में 4 दिन से पानी नहीं आ रहा है, पीने का पानी नहीं है। टैंकर भी नहीं भेजा।"
)

// A letter typed in Kruti Dev is read in Unicode everywhere, found under its words, and
// stays as it came.
func TestLegacyFont(t *testing.T) {
	w := newWorld(t)
	post := w.post(w.mail, "Suresh Yadav", kruti)
	clerk := w.as(grievance.Clerk)
	page := clerk.get("/sorting/" + post.String()).body
	for _, want := range []string{"<mark>", "पीने का पानी", "read as Kruti Dev", "Typed in Kruti Dev", "okMZ 9 esa 4 fnu"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sorting desk lacks %q:\n%s", want, excerpt(page))
		}
	}
	a := clerk.post("/sorting/"+post.String()+"/open", url.Values{"candidate": {"0"}, "kind": {"grievance"}, "urgency": {"urgent"}, "district": {itoa(w.Office.DistrictByName("Hisar"))}})
	id, err := w.Desk.CaseNumbered(w.ctx(), w.actor(grievance.StateNodal), strings.TrimPrefix(a.location, "/sorting?opened="))
	if err != nil {
		t.Fatalf("open: %d to %q: %v", a.status, a.location, err)
	}
	if c := w.read(id); !strings.HasPrefix(unicode, strings.TrimSuffix(c.Excerpt, "…")) {
		t.Errorf("excerpt = %q", c.Excerpt)
	}
	at := "/cases/" + id.String()
	page = clerk.get(at).body
	if !strings.Contains(page, unicode) || !strings.Contains(page, "As it came") || !strings.Contains(page, "okMZ 9 esa") {
		t.Errorf("the case lacks the words in Unicode, or as they came:\n%s", excerpt(page))
	}
	search := clerk.post("/search", url.Values{"q": {"टैंकर भेजा"}})
	if found := clerk.get(search.location).body; !strings.Contains(found, at) {
		t.Errorf("not found under its words, at %q:\n%s", search.location, excerpt(found))
	}
	w.tx(func(tx *store.Tx) error {
		p, err := tx.Post(w.ctx(), post)
		if err == nil && p.Text != kruti {
			t.Errorf("the letter was changed: %q", p.Text)
		}
		return err
	})
	// Nothing leaves in that font.
	reply := url.Values{"mode": {"private"}, "text": {"egksn;] vkidh f'kdk;r ij dk;Zokgh dh tk jgh gSA"}, "account": {itoa(w.mail.ID)}}
	cv, err := w.Desk.Case(w.ctx(), w.actor(grievance.DistrictNodal), id)
	if err != nil {
		t.Fatal(err)
	}
	reply.Set("complainant", cv.Complainants[0].ID.String())
	if a := w.as(grievance.DistrictNodal).post(at+"/reply", reply); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "please type it in Unicode") {
		t.Errorf("a reply in Kruti Dev: %d\n%s", a.status, excerpt(a.body))
	}
}

// What an attachment says is read beside it, at the sorting desk and in the case.
func TestFileWords(t *testing.T) {
	w := newWorld(t)
	post, file := w.letterWith("letter.txt", []byte(kruti))
	clerk := w.as(grievance.Clerk)
	if page := clerk.get("/sorting/" + post.String()).body; !strings.Contains(page, file+"/words") || !strings.Contains(page, "Read as text") {
		t.Errorf("the sorting desk does not lead to the words:\n%s", excerpt(page))
	}
	page := clerk.get(file + "/words").body
	if !strings.Contains(page, unicode) || !strings.Contains(page, "okMZ 9 esa") || !strings.Contains(page, "Typed in Kruti Dev") {
		t.Errorf("the words of the file, and as they came:\n%s", excerpt(page))
	}
	c := w.openIn(post)
	hash := file[strings.LastIndex(file, "/")+1:]
	at := "/cases/" + c.ID.String()
	if page := clerk.get(at).body; !strings.Contains(page, at+"/files/"+hash+"/words") {
		t.Errorf("the case does not lead to the words:\n%s", excerpt(page))
	}
	if a := clerk.get(at + "/files/" + hash + "/words"); a.status != http.StatusOK || !strings.Contains(a.body, unicode) {
		t.Errorf("the words in the case: %d\n%s", a.status, excerpt(a.body))
	}
	_, broken := w.letterWith("letter.docx", []byte("PK\x03\x04 no document"))
	if a := clerk.get(broken + "/words"); a.status != http.StatusOK || !strings.Contains(a.body, "cannot be read here") {
		t.Errorf("a broken document: %d\n%s", a.status, excerpt(a.body))
	}
	if a := clerk.get(strings.Replace(file, post.String(), "4242", 1) + "/words"); a.status != http.StatusNotFound {
		t.Errorf("the file of another post: %d", a.status)
	}
}

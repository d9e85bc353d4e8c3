package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// A closed office stays findable, with what it held; its open cases are found where they
// passed to.
func TestClosedOfficesAreFound(t *testing.T) {
	w := newWorld(t)
	open, ended := w.assigned(w.x, "Suresh Yadav"), w.assigned(w.x, "Rakesh Goyal")
	if err := w.Desk.Withdraw(w.ctx(), w.actor(grievance.StateNodal), ended.ID, "the citizen takes it back"); err != nil {
		t.Fatal(err)
	}
	at := strconv.Itoa(open.OfficeID)
	b := w.as(grievance.StateNodal)
	if a := b.post("/offices/"+at+"/close", url.Values{}); a.status != http.StatusSeeOther {
		t.Fatalf("close: %d %s", a.status, excerpt(a.body))
	}
	if a := b.get("/offices?closed=yes"); !strings.Contains(a.body, `href="/offices/`+at+`"`) {
		t.Error("the closed office is not listed")
	}
	if a := b.get("/offices/" + at); a.status != http.StatusOK || !strings.Contains(a.body, "Its work is with") {
		t.Errorf("the closed office: %d %s", a.status, excerpt(a.body))
	}
	if a := b.get("/cases?state=closed&office=" + at); !strings.Contains(a.body, ended.Number) || !strings.Contains(a.body, "(closed)") {
		t.Errorf("the ended case of the closed office is not found: %s", excerpt(a.body))
	}
	if a := b.get("/cases?office=" + strconv.Itoa(w.read(open.ID).OfficeID)); !strings.Contains(a.body, open.Number) {
		t.Error("the open case is not found where it passed to")
	}
}

// What was typed comes back with the reason at its field, and nothing is done.
func TestOrganisationFormsSayWhy(t *testing.T) {
	w := newWorld(t)
	b := w.as(grievance.StateNodal)
	tests := []struct {
		path string
		form url.Values
		says string
	}{
		{"/offices/new", url.Values{"code": {"bad code"}, "name_en": {"Kept Name"}}, "Letters, digits, dot"},
		{"/districts/new", url.Values{"lgd": {"seven"}, "name_en": {"Kept Name"}}, "is a number"},
		{"/officers/new", url.Values{"email": {"no address"}, "name_en": {"Kept Name"}}, "no e-mail address"},
		{"/departments/new", url.Values{"code": {"power"}, "name_en": {"Kept Name"}}, "code is taken"},
	}
	for _, tt := range tests {
		a := b.post(tt.path, tt.form)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, tt.says) || !strings.Contains(a.body, "Kept Name") {
			t.Errorf("%s: %d %s", tt.path, a.status, excerpt(a.body))
		}
	}
}

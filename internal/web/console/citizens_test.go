package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// A citizen is found by a form that posts: no name stands in an address. Erasing while a
// case is open asks first and keeps what was typed.
func TestCitizensPages(t *testing.T) {
	w := newWorld(t)
	w.assigned(w.x, "Suresh Yadav")
	b := w.as(grievance.StateNodal)
	a := b.post("/citizens", url.Values{"q": {"suresh"}})
	if a.status != http.StatusSeeOther || strings.Contains(strings.ToLower(a.location), "suresh") {
		t.Fatalf("search: %d to %q", a.status, a.location)
	}
	a = b.get(a.location)
	_, rest, ok := strings.Cut(a.body, `href="/citizens/`)
	for ok && !strings.Contains("0123456789", rest[:1]) {
		_, rest, ok = strings.Cut(rest, `href="/citizens/`)
	}
	if !ok || !strings.Contains(a.body, "1 citizen found") || !strings.Contains(a.body, "Suresh Yadav") {
		t.Fatalf("found: %s", excerpt(a.body))
	}
	id, _, _ := strings.Cut(rest, `"`)
	path := "/citizens/" + id
	form := url.Values{"asked_at": {"2026-01-05"}, "way": {"letter"}, "identity": {"document"}, "reason": {"own_wish"}, "anyway": {"no"}}
	if a = b.post(path+"/erase", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "1 case is still open") || !strings.Contains(a.body, `value="2026-01-05"`) {
		t.Errorf("erased with an open case: %d\n%s", a.status, excerpt(a.body))
	}
	form.Set("asked_at", "")
	if a = b.post(path+"/copy", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Give the day on which the citizen asked") {
		t.Errorf("a copy without a day: %d", a.status)
	}
	if a = b.post("/citizens", url.Values{"q": {"su"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("two letters: %d", a.status)
	}
	a = b.get(w.copied())
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("copy: %d %s", a.status, a.header.Get("Content-Type"))
	}
}

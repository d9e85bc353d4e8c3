package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Long lists of officers come in pages and are searched by name or address.
func TestOfficersInPages(t *testing.T) {
	w := newWorld(t)
	err := w.Desk.Store.Tx(w.ctx(), func(tx *store.Tx) error {
		for i := range listRows {
			if err := tx.SaveOfficer(w.ctx(), grievance.Officer{ID: tx.NewID(w.Desk.Now()), Email: fmt.Sprintf("clerk%03d@x.example", i), NameEN: fmt.Sprintf("Aaa Clerk %03d", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := w.as(grievance.StateNodal)
	first := b.get("/ids")
	if !strings.Contains(first.body, "clerk099@") || !strings.Contains(first.body, `href="/ids?from=100"`) {
		t.Errorf("the first page: %s", excerpt(first.body))
	}
	if a := b.get("/ids?from=100"); a.status != http.StatusOK || strings.Contains(a.body, "clerk099@") || strings.Contains(a.body, "from=200") {
		t.Errorf("the second page: %d %s", a.status, excerpt(a.body))
	}
	if a := b.get("/ids?find=CLERK+07"); !strings.Contains(a.body, "clerk075@") || strings.Contains(a.body, "clerk080@") || !strings.Contains(a.body, `value="CLERK 07"`) {
		t.Errorf("the search: %s", excerpt(a.body))
	}
	for _, path := range []string{"/ids?from=9999", "/officers?from=9999", "/offices?from=x"} {
		if a := b.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := b.get("/officers?find=nobody+of+this+name"); !strings.Contains(a.body, "Nothing") {
		t.Errorf("nobody found: %s", excerpt(a.body))
	}
}

// A dry run names offices and roles in words; what was pasted comes back with a refusal.
func TestDryRunInWords(t *testing.T) {
	w := newWorld(t)
	b := w.as(grievance.StateNodal)
	if a := b.post("/organisation/csv", url.Values{"lines": {"email,nonsense"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "email,nonsense</textarea>") {
		t.Errorf("without a file: %d %s", a.status, excerpt(a.body))
	}
	lines := "email,name_en,name_hi,office,role,title_en,from\nnew@x.example,Asha Rani,आशा रानी,cell,clerk,Sorting desk,2026-11-24\n"
	a := b.post("/organisation/csv", url.Values{"kind": {"officers"}, "lines": {lines}})
	page := b.get(a.location)
	for _, want := range []string{"Asha Rani", "new@x.example", "Role: Sorting clerk", "Office: State Grievance Cell", "24 November 2026"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the dry run lacks %q: %s", want, excerpt(page.body))
		}
	}
	if strings.Contains(page.body, "new@x.example cell clerk") {
		t.Error("the dry run shows codes")
	}
}

// An administrator, who reads no case, sees no card without content.
func TestNoEmptyCards(t *testing.T) {
	w := newWorld(t)
	if a := w.as(grievance.Administrator).get("/channels"); a.status != http.StatusOK || strings.Contains(a.body, `id="out-h"`) {
		t.Errorf("the channels of an administrator: %d %s", a.status, excerpt(a.body))
	}
}

package citizen

import (
	"encoding/json"
	"net/http"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Strangers see days and hashes of the record, and nothing of what they are made of.
func TestHeads(t *testing.T) {
	w := newWorld(t)
	c := w.Case(w.Open("Asha"))
	w.Clock = w.Clock.AddDate(0, 0, 400)
	_, err := w.Desk.Due(t.Context())
	w.Must(err)
	var heads []grievance.DailyHead
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
		heads, err = tx.DailyHeads(t.Context(), "", 1000)
		return err
	}))
	if len(heads) != 400 {
		t.Fatalf("%d heads of 400 days", len(heads))
	}
	b := w.visitor()
	newest, oldest := grievance.HashText(heads[0].Hash), grievance.HashText(heads[399].Hash)
	for _, path := range []string{"/audit/heads?lang=en", "/audit/heads.json"} {
		b.get(path).holds(t, path, heads[0].Day, newest, "before="+heads[365].Day, "-"+oldest, "-"+c.Number, "-"+c.ID.String(), "-"+grievance.HashText(heads[399].CasesHash), "-Asha")
	}
	b.get("/audit/heads?lang=en&before="+heads[365].Day).holds(t, "older ones", oldest, "-Older")
	var list struct {
		Heads []map[string]string `json:"heads"`
		Older string              `json:"older"`
	}
	w.Must(json.Unmarshal([]byte(b.get("/audit/heads.json").body), &list))
	if len(list.Heads) != 366 || len(list.Heads[0]) != 2 || list.Heads[0]["hash"] != newest || list.Older != "/audit/heads.json?before="+heads[365].Day {
		t.Errorf("%d heads, the first %v, older %q", len(list.Heads), list.Heads[0], list.Older)
	}
	if a := b.get("/audit/heads?before=yesterday"); a.status != http.StatusNotFound {
		t.Errorf("before no day: %d", a.status)
	}
}

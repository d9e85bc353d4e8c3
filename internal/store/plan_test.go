package store

import (
	"database/sql"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// What every page asks is answered from an index on SQLite, whose planner takes a partial
// one only for the very words of its condition.
func TestHotConditionsUseTheirIndexes(t *testing.T) {
	s, err := Open(t.Context(), Options{Address: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all := grievance.Scope{All: true}
	files := ofCase("t", 7)
	files.and("t.owner = ?", "note")
	for index, tt := range map[string]struct {
		table string
		w     *where
	}{
		"posts_case":        {"posts p", ofCase("p", 7)},
		"attachments_case":  {"attachments t", files},
		"cases_danger":      {"cases c", CaseFilter{Open: true, Danger: true}.where(all)},
		"cases_watched":     {"cases c", CaseFilter{Open: true, Watched: true}.where(all)},
		"cases_undelivered": {"cases c", CaseFilter{Open: true, Undelivered: true}.where(all)},
	} {
		err := s.View(t.Context(), func(tx *Tx) error {
			rows, err := tx.QueryContext(t.Context(), `EXPLAIN QUERY PLAN SELECT 1 FROM `+tt.table+` WHERE `+tt.w.String(), tt.w.args...)
			plan, err := collect(rows, err, func(r *sql.Rows) (step string, err error) {
				var ids [3]int
				return step, r.Scan(&ids[0], &ids[1], &ids[2], &step)
			})
			if err == nil && !strings.Contains(strings.Join(plan, "; ")+" ", "INDEX "+index+" ") {
				t.Errorf("%s: %q, want the index %s", tt.table, plan, index)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

package store_test

import (
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

func TestVerifyFindsEveryChange(t *testing.T) {
	for name, tamper := range map[string]string{
		"a changed entry":  `UPDATE history SET event = 'closed' WHERE n = 2`,
		"a changed time":   `UPDATE history SET at = at + 1 WHERE n = 1`,
		"a removed entry":  `DELETE FROM history WHERE n = 3`,
		"the last removed": `DELETE FROM history WHERE n = 4`,
		"a swapped pair":   `UPDATE history SET n = CASE n WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE n END`,
		"a changed text":   `UPDATE history_texts SET text = 'other' WHERE n = 2`,
		"a wrong counter":  `UPDATE case_counters SET n = n + 1`,
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.New(t)
			c := addCase(t, s, grievance.Case{OfficeID: 1, DistrictID: 63})
			for i := range 4 {
				tx(t, s, func(tx *store.Tx) error {
					return tx.Record(t.Context(), grievance.System, grievance.Noted, c, c.State, map[string]any{"i": i}, "said", noon)
				})
			}
			checkSound(t, s)
			tx(t, s, func(tx *store.Tx) error {
				_, err := tx.ExecContext(t.Context(), tamper)
				return err
			})
			r, err := s.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Faults) == 0 {
				t.Error("the change was not found")
			}
		})
	}
}

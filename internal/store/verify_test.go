package store_test

import (
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

func TestVerifyFindsEveryChange(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]string{
		"a changed entry":        `UPDATE history SET event = 'closed' WHERE n = 2`,
		"a changed time":         `UPDATE history SET at = at + 1 WHERE n = 1`,
		"changed data":           `UPDATE history SET data = '{"i":9}' WHERE n = 3`,
		"a removed entry":        `DELETE FROM history WHERE n = 3`,
		"the first removed":      `DELETE FROM history WHERE n = 1`,
		"the last removed":       `DELETE FROM history WHERE n = 5`,
		"the last taken back":    `UPDATE cases SET entries = 4, head = (SELECT hash FROM history WHERE n = 4)`,
		"a swapped pair":         `UPDATE history SET n = CASE n WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE n END`,
		"a changed text":         `UPDATE history_texts SET text = 'other' WHERE n = 2`,
		"a text taken away":      `DELETE FROM history_texts WHERE n = 3`,
		"a case without history": `DELETE FROM history`,
		"a case taken out":       `DELETE FROM cases`,
		"a wrong counter":        `UPDATE case_counters SET n = n + 1`,
		"a lost counter":         `DELETE FROM case_counters`,
		"an uncounted post":      `UPDATE posts SET sorted = 'kept'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.New(t)
			keep(t, s, addAccount(t, s), post("1", "words"))
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

// A case that is gone with its whole history leaves a gap in the numbers of its year.
func TestVerifyMissesAWholeCase(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tx(t, s, func(tx *store.Tx) error {
		first, err := tx.NextSerials(t.Context(), 2026, 3)
		if err != nil {
			return err
		}
		for i := range int64(3) {
			c := &grievance.Case{ID: tx.NewID(noon), Number: grievance.RegistrationNumber(noon, first+i), OfficeID: 1, State: grievance.Received}
			if err := tx.InsertCase(t.Context(), c); err != nil {
				return err
			}
			if err := tx.Record(t.Context(), grievance.System, grievance.Opened, c, "", nil, "", noon); err != nil {
				return err
			}
		}
		return nil
	})
	checkSound(t, s)
	tx(t, s, func(tx *store.Tx) error {
		for _, q := range []string{`DELETE FROM history WHERE case_id = (SELECT MIN(id) FROM cases)`, `DELETE FROM cases WHERE id = (SELECT MIN(id) FROM cases)`, `UPDATE case_counters SET n = 2`} {
			if _, err := tx.ExecContext(t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})
	if r, err := s.Verify(t.Context()); err != nil || len(r.Faults) != 1 {
		t.Errorf("Verify = %q, %v; want the gap", r.Faults, err)
	}
}

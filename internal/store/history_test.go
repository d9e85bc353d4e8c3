package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// Several processes write the history of one case at once: it stays one chain.
func TestAHistoryDoesNotFork(t *testing.T) {
	t.Parallel()
	address := storetest.Address(t)
	stores := []*store.Store{storetest.Open(t, address, false), storetest.Open(t, address, false)}
	c := addCase(t, stores[0], grievance.Case{OfficeID: 1})
	const writers, each = 6, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if err := stores[w%2].Tx(t.Context(), func(tx *store.Tx) error {
					return tx.Record(t.Context(), grievance.System, grievance.Noted, c, c.State, map[string]any{"i": i}, fmt.Sprint("note ", w), noon)
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	view(t, stores[0], func(tx *store.Tx) error {
		entries, err := tx.History(t.Context(), c.ID)
		if len(entries) != 1+writers*each {
			t.Errorf("%d entries, want %d", len(entries), 1+writers*each)
		}
		return err
	})
	checkSound(t, stores[0])
}

func TestTwoOfficersAtOnceChangeACaseOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := addCase(t, s, grievance.Case{OfficeID: 1})
	mine, theirs := *c, *c
	mine.OfficerID, theirs.OfficerID = 5, 6
	tx(t, s, func(tx *store.Tx) error { return tx.UpdateCase(t.Context(), &mine) })
	err := s.Tx(t.Context(), func(tx *store.Tx) error { return tx.UpdateCase(t.Context(), &theirs) })
	if !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("the second change: %v, want a conflict", err)
	}
	view(t, s, func(tx *store.Tx) error {
		got, err := tx.Case(t.Context(), grievance.Scope{All: true}, c.ID)
		if err == nil && (got.OfficerID != 5 || got.Version != 2) {
			t.Errorf("officer %s, version %d; want 5, 2", got.OfficerID, got.Version)
		}
		return err
	})
	checkSound(t, s)
}

func TestATransactionThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := addCase(t, s, grievance.Case{OfficeID: 1})
	broken := errors.New("broken")
	told := false
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		tx.AfterCommit(func() { told = true })
		c.State = grievance.Closed
		if err := tx.UpdateCase(t.Context(), c); err != nil {
			return err
		}
		if err := tx.Record(t.Context(), grievance.System, grievance.Noted, c, c.State, nil, "", noon); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) || told {
		t.Errorf("Tx = %v, told %t", err, told)
	}
	view(t, s, func(tx *store.Tx) error {
		got, err := tx.Case(t.Context(), grievance.Scope{All: true}, c.ID)
		if err == nil && got.State != grievance.Assigned {
			t.Errorf("the case is %s", got.State)
		}
		return err
	})
	checkSound(t, s)
}

func TestTheOfficeLogIsOneChain(t *testing.T) {
	t.Parallel()
	address := storetest.Address(t)
	stores := []*store.Store{storetest.Open(t, address, false), storetest.Open(t, address, false)}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for range 5 {
				if err := stores[w%2].Tx(t.Context(), func(tx *store.Tx) error {
					return tx.RecordOffice(t.Context(), grievance.System, "hold.set", map[string]any{"account": w}, noon)
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	checkSound(t, stores[0])
	tx(t, stores[0], func(tx *store.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE office_log SET data = '{}' WHERE n = 7`)
		return err
	})
	if r, err := stores[0].Verify(t.Context()); err != nil || len(r.Faults) == 0 {
		t.Errorf("Verify = %v, %v; want the change", r.Faults, err)
	}
}

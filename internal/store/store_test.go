package store_test

import (
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

var noon = time.Date(2026, 11, 2, 6, 30, 0, 0, time.UTC)

func addAccount(t *testing.T, s *store.Store) (id int) {
	t.Helper()
	tx(t, s, func(tx *store.Tx) (err error) {
		id, err = tx.AddAccount(t.Context(), grievance.OfficialAccount{Channel: grievance.X, Name: "CM", Handle: "@cm", ExternalID: "1", OfficeID: 1, CanSend: true, ConnectedAt: noon})
		return err
	})
	return id
}

func addCase(t *testing.T, s *store.Store, c grievance.Case) *grievance.Case {
	t.Helper()
	c.ID, c.State, c.Kind, c.Urgency, c.ReceivedAt = s.NewID(noon), grievance.Assigned, grievance.Grievance, grievance.Ordinary, noon
	c.Number = "GRV-" + c.ID.String()
	tx(t, s, func(tx *store.Tx) error {
		if err := tx.InsertCase(t.Context(), &c); err != nil {
			return err
		}
		return tx.Record(t.Context(), grievance.System, grievance.Opened, &c, "", nil, "", noon)
	})
	return &c
}

func keep(t *testing.T, s *store.Store, account int, it store.Incoming) store.PostResult {
	t.Helper()
	return keepAll(t, s, account, []store.Incoming{it})[0]
}

func keepAll(t *testing.T, s *store.Store, account int, items []store.Incoming) (r []store.PostResult) {
	t.Helper()
	tx(t, s, func(tx *store.Tx) (err error) {
		r, err = tx.StorePosts(t.Context(), account, items, noon)
		return err
	})
	return r
}

func checkSound(t *testing.T, s *store.Store) {
	t.Helper()
	r, err := s.Verify(t.Context())
	if err != nil || len(r.Faults) > 0 {
		t.Errorf("Verify = %v, %v", r.Faults, err)
	}
}

func tx(t *testing.T, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.Tx(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

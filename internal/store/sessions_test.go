package store_test

import (
	"errors"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// What is over is forgotten; what stands, stays.
func TestForgetSignIns(t *testing.T) {
	s := storetest.New(t)
	now := time.Now()
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		for token, expiry := range map[string]time.Time{"old": now.Add(-time.Second), "new": now.Add(time.Hour)} {
			if err := tx.SaveSession(t.Context(), store.Session{Token: token, Data: []byte("{}"), Expiry: expiry, OfficerID: 7, ID: tx.NewID(now), Began: now, Seen: now, Address: "10.0.0.1"}); err != nil {
				return err
			}
			if err := tx.SaveAttempts(t.Context(), token, store.Attempts{N: 1, Since: expiry.Add(-24 * time.Hour)}); err != nil {
				return err
			}
			if err := tx.SaveInvitation(t.Context(), store.Invitation{OfficerID: grievance.ID(expiry.Unix()), Hash: []byte(token), MadeAt: now, ExpiresAt: expiry}); err != nil {
				return err
			}
		}
		return tx.ForgetSignIns(t.Context(), now)
	})
	if err != nil {
		t.Fatal(err)
	}
	view(t, s, func(tx *store.Tx) error {
		for _, table := range []string{"sessions", "sign_in_attempts", "invitations"} {
			var n int
			if err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil {
				return err
			}
			if n != 1 {
				t.Errorf("%s holds %d rows", table, n)
			}
		}
		return nil
	})
	if err := s.View(t.Context(), func(tx *store.Tx) error { _, err := tx.Session(t.Context(), "old", now); return err }); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("the old session: %v", err)
	}
}

package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"nivaran/internal/secret"
	"nivaran/internal/store"
)

// The key rotates while the program runs: whoever opens and seals meanwhile notices
// nothing, afterwards the new key alone opens everything, and a copy of the old one nothing.
func TestKeyRotatesWhileTheProgramRuns(t *testing.T) {
	w := newWorld(t, false)
	ctx := t.Context()
	stolen := filepath.Join(t.TempDir(), "stolen.key")
	b, err := os.ReadFile(w.cfg.KeyPath())
	must(t, err)
	must(t, os.WriteFile(stolen, b, 0o600))
	before := w.allSealed()

	working, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var turns atomic.Int64
	for _, a := range w.accounts {
		wg.Go(func() {
			for n := 0; working.Err() == nil; n++ {
				err := w.store.Tx(ctx, func(tx *store.Tx) error { // as a refresh of tokens does
					kept, err := tx.Account(ctx, a.ID)
					if err != nil {
						return err
					}
					s, err := w.parts.accounts.Secret(kept)
					if err != nil {
						return err
					}
					s.Expires = s.Expires.Add(1)
					return w.parts.accounts.Seal(ctx, tx, a.ID, s)
				})
				if err != nil {
					t.Error(err)
					return
				}
				turns.Add(1)
			}
		})
	}
	for i := range 3 {
		for at := turns.Load(); turns.Load() < at+20 && !t.Failed(); {
		}
		if _, err := inPlace(t, w.env, "key", "rotate"); err != nil {
			t.Errorf("rotation %d: %v", i, err)
		}
	}
	stop()
	wg.Wait()
	if n, err := w.keys.Count(); err != nil || n != 4 {
		t.Errorf("%d keys after three rotations, %v", n, err)
	}
	_, err = inPlace(t, w.env, "key", "drop")
	must(t, err)
	if n, err := w.keys.Count(); err != nil || n != 1 {
		t.Errorf("%d keys after the drop, %v", n, err)
	}
	if faults, err := w.sealedFaults(ctx); err != nil || len(faults) > 0 {
		t.Errorf("faults: %v, %v", faults, err)
	}
	old, err := secret.Load(stolen)
	must(t, err)
	after := w.allSealed()
	for what, sealed := range after {
		if _, err := old.Open(sealed, what); err == nil {
			t.Errorf("the old key opens %s", what)
		}
	}
	for what, sealed := range before {
		if _, err := w.keys.Open(sealed, what); err == nil {
			t.Errorf("what was sealed of %s with the old key still opens", what)
		}
	}
	if len(before) < 10 || len(after) != len(before) {
		t.Errorf("%d secrets before and %d after", len(before), len(after))
	}
}

func (w *world) allSealed() map[string][]byte {
	w.t.Helper()
	all := map[string][]byte{}
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) error {
		found, err := tx.AllSealed(w.t.Context())
		for _, x := range found {
			all[x.What] = x.Bytes
		}
		return err
	}))
	return all
}

// Doctor names each fault with its remedy, and ends with an error only for faults.
func TestDoctor(t *testing.T) {
	w := newWorld(t, false)
	ctx := t.Context()
	must(t, os.Chmod(w.cfg.Data, 0o700))
	clean, err := inPlace(t, w.env, "doctor")
	must(t, err)
	for _, want := range []string{"database", "opens every secret", "none was taken yet", "was never read to its end", "the clocks agree"} {
		wantSaid(t, clean, want)
	}
	_, err = w.backup(ctx, filepath.Join(t.TempDir(), "b.zip"), false)
	must(t, err)
	w.hear("@NivaranHR")
	must(t, w.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.RecordFailure(ctx, w.accounts["@DCHisarNivaran"].ID, false, "signin", "401", w.desk.Now(), w.desk.Now()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE charges SET to_at = 1 WHERE office_id = $1`, w.office.OfficeByCode("public_health-hisar"))
		return err
	}))
	must(t, os.Chmod(w.cfg.KeyPath(), 0o644))
	ill, err := inPlace(t, w.env, "doctor")
	if err == nil {
		t.Error("doctor finds no fault")
	}
	for _, want := range []string{"chmod 600", "has refused our sign-in", "when the account is connected again", "1 × nobody works in an office that answers", "complete up to", "the last is of"} {
		wantSaid(t, ill, want)
	}
	must(t, os.Chmod(w.cfg.KeyPath(), 0o600))
	env := w.elsewhere(w.cfg.Data)
	env["NIVARAN_DB"] = w.env["NIVARAN_DB"]
	env["NIVARAN_KEY_FILE"] = filepath.Join(t.TempDir(), "other.key")
	lost, err := inPlace(t, env, "doctor")
	if err == nil {
		t.Error("doctor is content with another key")
	}
	for _, a := range w.accounts {
		wantSaid(t, lost, fmt.Sprintf("the secret of accounts %d does not open", a.ID))
	}
}

func wantSaid(t *testing.T, said, want string) {
	t.Helper()
	if !strings.Contains(said, want) {
		t.Errorf("%q is not in:\n%s", want, said)
	}
}

package office_test

import (
	"errors"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// One-time links go to an officer's address, and the state's provider is believed by it:
// whoever may not take over an ID does not change its address.
func TestAddressOfAnotherIsNotTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	admin := w.small.Actor(grievance.Administrator)
	w.takeUp(grievance.StateNodal)
	state := w.small.Officers[grievance.StateNodal]
	was := state.Email

	stolen := state
	stolen.Email = "somebody.else@nivaran.example"
	_, err := w.org.SaveOfficer(ctx, admin, stolen)
	w.invalid(err, "email")
	renamed := state
	renamed.NameEN = "State Nodal Officer, Haryana"
	if _, err := w.org.SaveOfficer(ctx, admin, renamed); err != nil {
		t.Errorf("a new name: %v", err)
	}
	w.tx(func(tx *store.Tx) error {
		o, err := tx.Officer(ctx, state.ID)
		if o.Email != was || o.NameEN != renamed.NameEN {
			t.Errorf("the officer is %+v", o)
		}
		return err
	})

	// What was sent to an address that was wrong opens nothing any more.
	id := w.hire("tpyo@nivaran.example")
	hash := []byte("hash of a link")
	w.tx(func(tx *store.Tx) error {
		return tx.SaveInvitation(ctx, store.Invitation{OfficerID: id, Hash: hash, MadeAt: w.now, ExpiresAt: w.now.Add(time.Hour)})
	})
	if _, err := w.org.SaveOfficer(ctx, admin, grievance.Officer{ID: id, Email: "typo@nivaran.example", NameEN: "New Officer"}); err != nil {
		t.Fatal(err)
	}
	err = w.store.View(ctx, func(tx *store.Tx) error {
		_, err := tx.Invitation(ctx, hash, w.now)
		return err
	})
	if !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("the link of the old address: %v", err)
	}
}

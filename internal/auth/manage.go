package auth

import (
	"context"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// roll is who holds what and who has taken up an ID: what decides whose ID an actor may
// have in hand.
type roll struct {
	office  *office.Directory
	by      grievance.Actor
	ids     map[grievance.ID]store.Identity
	charges map[grievance.ID][]grievance.Charge // acted under now or from a coming day on
	taken   []grievance.Charge                  // of those who have taken up an ID
}

func (a *Auth) roll(ctx context.Context, tx *store.Tx, by grievance.Actor) (*roll, error) {
	if !by.May(grievance.MayManageOfficers) {
		return nil, grievance.ErrForbidden
	}
	now := a.Now()
	r := &roll{office: a.Office, by: by}
	var err error
	if r.ids, err = tx.Identities(ctx, now); err != nil {
		return nil, err
	}
	if r.taken, err = tx.TakenUp(ctx, now); err != nil {
		return nil, err
	}
	r.charges, err = office.ActedUnder(ctx, tx, now)
	return r, err
}

// What is done to an ID: some acts would let the actor sign in as the officer.
type handling int

const (
	control  handling = iota // suspends, ends sessions, unlocks
	takeOver                 // sets a new password or second factor
)

// refusal says why the actor may not have the officer's ID in hand, or nil. Nobody has
// the own; else office.InHand decides.
func (r *roll) refusal(officer grievance.ID, act handling) error {
	if r.by.Kind == grievance.SystemActor {
		return nil
	}
	if r.by.Is(officer) {
		return grievance.Invalid("officer", "auth.own_id")
	}
	if !r.office.InHand(r.by, r.charges[officer], r.taken, act == takeOver && r.ids[officer].TakenUp) {
		return grievance.ErrForbidden
	}
	return nil
}

// managed reads an officer whose ID the actor may have in hand.
func (a *Auth) managed(ctx context.Context, tx *store.Tx, by grievance.Actor, officer grievance.ID, act handling) (grievance.Officer, error) {
	r, err := a.roll(ctx, tx, by)
	if err != nil {
		return grievance.Officer{}, err
	}
	o, err := tx.Officer(ctx, officer)
	if err != nil {
		return o, err
	}
	return o, r.refusal(officer, act)
}

// manage does one thing to an officer's ID and keeps it in the office log.
func (a *Auth) manage(ctx context.Context, by grievance.Actor, officer grievance.ID, event string, act handling, do func(tx *store.Tx, o grievance.Officer, now time.Time) error) error {
	now := a.Now()
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		o, err := a.managed(ctx, tx, by, officer, act)
		if err != nil {
			return err
		}
		if err := do(tx, o, now); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, event, map[string]any{"officer": officer}, now)
	})
	if err != nil {
		return fmt.Errorf("%s of officer %s: %w", event, officer, err)
	}
	return nil
}

// ResetFactor takes away an officer's second factors and recovery codes: the next sign-in
// sets up new ones. It ends the officer's sessions and tells the officer.
func (a *Auth) ResetFactor(ctx context.Context, by grievance.Actor, officer grievance.ID) error {
	return a.manage(ctx, by, officer, "id.factor_reset", takeOver, func(tx *store.Tx, o grievance.Officer, now time.Time) error {
		if err := tx.ForgetFactors(ctx, officer); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, officer, 0, now); err != nil {
			return err
		}
		return tx.Notify(ctx, store.Notice{OfficerID: officer, Kind: "notice.factor_reset", At: now})
	})
}

// Suspend ends an officer's sign-in, open pages and streams at once. The charges stay.
func (a *Auth) Suspend(ctx context.Context, by grievance.Actor, officer grievance.ID) error {
	return a.manage(ctx, by, officer, "id.suspended", control, func(tx *store.Tx, o grievance.Officer, now time.Time) error {
		if !o.SuspendedAt.IsZero() {
			return grievance.ErrConflict
		}
		if err := tx.EndInvitation(ctx, officer); err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: officer, Kind: "notice.suspended", At: now}); err != nil {
			return err
		}
		return tx.Suspend(ctx, officer, now)
	})
}

// LiftSuspension lets an officer sign in again, and tells the officer.
func (a *Auth) LiftSuspension(ctx context.Context, by grievance.Actor, officer grievance.ID) error {
	return a.manage(ctx, by, officer, "id.suspension_lifted", control, func(tx *store.Tx, o grievance.Officer, now time.Time) error {
		if o.SuspendedAt.IsZero() {
			return grievance.ErrConflict
		}
		if err := tx.LiftSuspension(ctx, officer); err != nil {
			return err
		}
		return tx.Notify(ctx, store.Notice{OfficerID: officer, Kind: "notice.suspension_lifted", At: now})
	})
}

// Holder is an officer with the state of the official ID.
type Holder struct {
	Officer  grievance.Officer
	Identity store.Identity
	Charges  []grievance.Charge // acted under now or from a coming day on
	May      bool               // the actor may suspend, unlock and end sessions
	MaySet   bool               // and invite, and reset the second factor
	Links    []store.ProviderLink
}

func (r *roll) holder(o grievance.Officer) Holder {
	return Holder{Officer: o, Identity: r.ids[o.ID], Charges: r.charges[o.ID], May: r.refusal(o.ID, control) == nil, MaySet: r.refusal(o.ID, takeOver) == nil}
}

// Holders lists all officers by name with the state of their IDs.
func (a *Auth) Holders(ctx context.Context, by grievance.Actor) (all []Holder, err error) {
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		r, err := a.roll(ctx, tx, by)
		if err != nil {
			return err
		}
		officers, err := tx.Officers(ctx)
		for _, o := range officers {
			all = append(all, r.holder(o))
		}
		return err
	})
	return all, err
}

// Holder is one officer with the state of the official ID and the sessions that stand.
func (a *Auth) Holder(ctx context.Context, by grievance.Actor, officer grievance.ID) (h Holder, sessions []store.Session, err error) {
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		r, err := a.roll(ctx, tx, by)
		if err != nil {
			return err
		}
		o, err := tx.Officer(ctx, officer)
		if err != nil {
			return err
		}
		h = r.holder(o)
		if h.Links, err = tx.ProviderLinks(ctx, officer); err != nil {
			return err
		}
		sessions, err = tx.Sessions(ctx, officer, a.Now())
		return err
	})
	return h, sessions, err
}

// EndSession ends one session of another officer, with its pages and streams, and tells
// the officer.
func (a *Auth) EndSession(ctx context.Context, by grievance.Actor, officer, session grievance.ID) error {
	return a.manage(ctx, by, officer, "id.session_ended", control, func(tx *store.Tx, o grievance.Officer, now time.Time) error {
		if err := tx.EndSession(ctx, officer, session, now); err != nil {
			return err
		}
		return tx.Notify(ctx, store.Notice{OfficerID: officer, Kind: "notice.session_ended", At: now})
	})
}

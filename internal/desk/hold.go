package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// HoldRequest stops what goes out: of one account, of an office with all below it, or of
// everything (both 0).
type HoldRequest struct {
	AccountID int
	OfficeID  int
	Reason    string
}

// commands says whether the office lies at or below the actor's own: how far holds and
// rights on accounts reach.
func (d *Desk) commands(by grievance.Actor, officeID int) bool {
	return officeID == by.OfficeID || slices.Contains(d.Office.Above(officeID), by.OfficeID)
}

// Hold stops what goes out, at once; nothing that waits is lost. It reaches the accounts
// of the actor's office and of those below; everything only from the state cell.
func (d *Desk) Hold(ctx context.Context, by grievance.Actor, r HoldRequest) error {
	if !by.May(grievance.MayHold) {
		return grievance.ErrForbidden
	}
	reason, err := remark("reason", r.Reason, 5)
	if err != nil {
		return err
	}
	if r.AccountID != 0 && r.OfficeID != 0 {
		return grievance.Invalid("what", "error.choose")
	}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		now := d.Now()
		h := store.Hold{ID: tx.NewID(now), AccountID: r.AccountID, OfficeID: r.OfficeID, SetAt: now, SetBy: by.ID, Reason: reason}
		if err := d.mayHold(ctx, tx, by, h); err != nil {
			return err
		}
		if err := tx.SetHold(ctx, h); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "outgoing.held", map[string]any{"hold": h.ID, "account": h.AccountID, "office": h.OfficeID}, now); err != nil {
			return err
		}
		return d.tellHold(ctx, tx, h, "notice.held")
	})
	if err != nil {
		return fmt.Errorf("hold account %d, office %d: %w", r.AccountID, r.OfficeID, err)
	}
	return nil
}

// officeOfHold is the office whose accounts a hold stops.
func (d *Desk) officeOfHold(ctx context.Context, tx *store.Tx, h store.Hold) (int, error) {
	switch {
	case h.OfficeID != 0:
		if _, ok := d.Office.Office(h.OfficeID); !ok {
			return 0, grievance.ErrNotFound
		}
		return h.OfficeID, nil
	case h.AccountID != 0:
		a, err := tx.Account(ctx, h.AccountID)
		if isNone(err) {
			err = grievance.ErrNotFound
		}
		return a.OfficeID, err
	}
	return d.Office.StateCell(), nil
}

func (d *Desk) mayHold(ctx context.Context, tx *store.Tx, by grievance.Actor, h store.Hold) error {
	o, err := d.officeOfHold(ctx, tx, h)
	switch {
	case err != nil:
		return err
	case !d.commands(by, o):
		return grievance.ErrForbidden
	}
	return nil
}

// tellHold tells those of the office that a hold begins or ends.
func (d *Desk) tellHold(ctx context.Context, tx *store.Tx, h store.Hold, kind string) error {
	o, err := d.officeOfHold(ctx, tx, h)
	if err != nil {
		return err
	}
	code, _ := d.Office.Office(o)
	return d.tellOffice(ctx, tx, o, kind, code.Code)
}

// tellOffice tells whoever holds a charge in the office but for those in the field.
func (d *Desk) tellOffice(ctx context.Context, tx *store.Tx, officeID int, kind, code string) error {
	charges, err := tx.ChargesOf(ctx, officeID, d.Now())
	if err != nil {
		return err
	}
	told := map[grievance.ID]bool{}
	for _, ch := range charges {
		acting := ch.Acting()
		if acting == 0 || ch.Role == grievance.FieldOfficer || told[acting] {
			continue
		}
		told[acting] = true
		if err := tx.Notify(ctx, store.Notice{OfficerID: acting, Kind: kind, Data: code, At: d.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// LiftHold lets what goes out go again; what waited is sent by the next round, but for
// acknowledgements that have become too old.
func (d *Desk) LiftHold(ctx context.Context, by grievance.Actor, hold grievance.ID) error {
	if !by.May(grievance.MayHold) {
		return grievance.ErrForbidden
	}
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		now := d.Now()
		h, err := tx.StandingHold(ctx, hold)
		if isNone(err) {
			return grievance.ErrConflict
		}
		if err != nil {
			return err
		}
		if err := d.mayHold(ctx, tx, by, h); err != nil {
			return err
		}
		if err := tx.LiftHold(ctx, hold, by.ID, now); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "outgoing.lifted", map[string]any{"hold": hold, "account": h.AccountID, "office": h.OfficeID}, now); err != nil {
			return err
		}
		if err := d.tellHold(ctx, tx, h, "notice.hold_lifted"); err != nil {
			return err
		}
		waiting, err := tx.RepliesDue(ctx, grievance.ReplyQueued, now, 1000)
		for _, id := range waiting {
			if err := tx.Enqueue(ctx, SendArgs{ReplyIDs: []grievance.ID{id}}, store.Job{Queue: "publish"}); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("lift hold %s: %w", hold, err)
	}
	return nil
}

// Holdable lists the offices and accounts whose outgoing the actor may hold; all says
// that everything may be held at once.
func (d *Desk) Holdable(ctx context.Context, by grievance.Actor) (offices []grievance.Office, accounts []grievance.OfficialAccount, all bool, err error) {
	if !by.May(grievance.MayHold) {
		return nil, nil, false, nil
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		every, err := tx.Accounts(ctx)
		if err != nil {
			return err
		}
		owners := map[int]bool{} // offices that have accounts, or have some below them
		for _, a := range every {
			if !a.Connected() || !d.commands(by, a.OfficeID) {
				continue
			}
			accounts = append(accounts, a)
			for _, o := range append(d.Office.Above(a.OfficeID), a.OfficeID) {
				owners[o] = true
			}
		}
		for _, o := range d.Office.Offices(d.Now()) {
			if owners[o.ID] && d.commands(by, o.ID) && o.ID != d.Office.StateCell() {
				offices = append(offices, o)
			}
		}
		return nil
	})
	return offices, accounts, d.commands(by, d.Office.StateCell()), err
}

// StandingHold is a hold with what the reader is told of it.
type StandingHold struct {
	store.Hold
	Account grievance.OfficialAccount // of an account's hold
	By      grievance.Officer         // zero: the program
	MayLift bool
}

// Holds lists the holds that stand.
func (d *Desk) Holds(ctx context.Context, by grievance.Actor) (all []StandingHold, err error) {
	if !by.May(grievance.MaySeeChannels) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = d.holds(ctx, tx, by)
		return err
	})
	return all, err
}

func (d *Desk) holds(ctx context.Context, tx *store.Tx, by grievance.Actor) ([]StandingHold, error) {
	holds, err := tx.Holds(ctx)
	if err != nil {
		return nil, err
	}
	var all []StandingHold
	for _, h := range holds {
		x := StandingHold{Hold: h}
		if h.AccountID != 0 {
			if x.Account, err = tx.Account(ctx, h.AccountID); err != nil {
				return nil, err
			}
		}
		if h.SetBy != 0 {
			if x.By, err = tx.Officer(ctx, h.SetBy); err != nil && !isNone(err) {
				return nil, err
			}
		}
		err := d.mayHold(ctx, tx, by, h)
		if err != nil && !errors.Is(err, grievance.ErrForbidden) {
			return nil, err
		}
		x.MayLift = err == nil && by.May(grievance.MayHold)
		all = append(all, x)
	}
	return all, nil
}

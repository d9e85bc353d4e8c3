package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// Ending lets a charge end. What its officer holds there goes to the successor, or stays
// unassigned in the office.
type Ending struct {
	ChargeID    grievance.ID
	At          time.Time    // past: now
	SuccessorID grievance.ID // holds a charge in the same office then; 0: nobody
}

// EndCharge ends a charge and hands over its cases: at once, or by Due when the time has
// come. It gives the handover, whose list both officers sign.
func (d *Desk) EndCharge(ctx context.Context, by grievance.Actor, e Ending) (handover grievance.ID, err error) {
	err = d.organise(ctx, func(tx *store.Tx) error {
		handover, err = d.endCharge(ctx, tx, by, e)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end charge: %w", err)
	}
	return handover, nil
}

// Transfer moves an officer from one charge to another one, named by To (its officer and
// its beginning are the transfer's). The cases stay with the office.
func (d *Desk) Transfer(ctx context.Context, by grievance.Actor, e Ending, to office.Appointment) (handover grievance.ID, err error) {
	err = d.organise(ctx, func(tx *store.Tx) error {
		now := d.Now()
		c, err := tx.Charge(ctx, e.ChargeID)
		if err != nil {
			return err
		}
		if e.At.Before(now) {
			e.At = now
		}
		if handover, err = d.endCharge(ctx, tx, by, e); err != nil {
			return err
		}
		to.OfficerID, to.From = c.OfficerID, e.At
		_, err = d.Office.Appoint(ctx, tx, by, to, now)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("transfer: %w", err)
	}
	return handover, nil
}

// organise changes the organisation with fresh lists before and after.
func (d *Desk) organise(ctx context.Context, do func(tx *store.Tx) error) error {
	if err := d.Office.Refresh(ctx, d.Store); err != nil {
		return err
	}
	if err := d.Store.Tx(ctx, do); err != nil {
		return err
	}
	return d.Office.Refresh(ctx, d.Store)
}

func (d *Desk) endCharge(ctx context.Context, tx *store.Tx, by grievance.Actor, e Ending) (grievance.ID, error) {
	now := d.Now()
	c, err := d.Office.EndCharge(ctx, tx, by, e.ChargeID, e.At, now)
	if err != nil {
		return 0, err
	}
	if err := d.checkSuccessor(ctx, tx, c, e.SuccessorID); err != nil {
		return 0, err
	}
	h := store.Handover{ID: tx.NewID(now), OfficerID: c.OfficerID, OfficeID: c.OfficeID, SuccessorID: e.SuccessorID, At: c.To}
	if err := tx.SaveHandover(ctx, h); err != nil {
		return 0, err
	}
	if c.To.After(now) {
		return h.ID, nil
	}
	held, err := tx.ChargesHeldBy(ctx, c.OfficerID, now)
	if err != nil {
		return 0, err
	}
	if d.there(held, c.OfficeID) { // under another charge in the same office
		h.DoneAt = now
		return h.ID, tx.SaveHandover(ctx, h)
	}
	all, err := tx.CasesHeld(ctx, c.OfficeID, c.OfficerID, 0, 0)
	if err != nil {
		return 0, err
	}
	left := slices.DeleteFunc(all, func(x *grievance.Case) bool { return d.reaches(held, x) })
	return h.ID, d.handOver(ctx, tx, by, h, left, true)
}

// checkSuccessor wants one who holds a charge in the office when the other ends.
func (d *Desk) checkSuccessor(ctx context.Context, tx *store.Tx, c grievance.Charge, successor grievance.ID) error {
	if successor == 0 {
		return nil
	}
	ever, err := tx.ChargesEverIn(ctx, c.OfficeID)
	if err != nil {
		return err
	}
	fits := func(x grievance.Charge) bool { return x.OfficerID == successor && x.Held(c.To) }
	if successor == c.OfficerID || !slices.ContainsFunc(ever, fits) {
		return grievance.Invalid("successor", "error.successor_not_there")
	}
	return nil
}

// CloseOffice closes an office for good. Its open cases pass to the successor, or to the
// level above, with an entry in each history; closed ones stay. What lay below it, what it
// answered for and its official accounts pass on too, and its charges end.
func (d *Desk) CloseOffice(ctx context.Context, by grievance.Actor, id, successor int) (moved int, err error) {
	if !by.May(grievance.MayManageOffices) {
		return 0, grievance.ErrForbidden
	}
	err = d.organise(ctx, func(tx *store.Tx) error {
		o, err := d.mayClose(ctx, tx, by, id, successor)
		if err != nil {
			return err
		}
		to := successor
		if to == 0 {
			to = d.Office.Ladder(id, nil, d.Now())[0]
		}
		o.ClosedAt, o.SuccessorID = d.Now(), successor
		if err := d.passOffice(ctx, tx, o, to); err != nil {
			return err
		}
		if err := d.endCharges(ctx, tx, by, o); err != nil {
			return err
		}
		if moved, err = d.passCases(ctx, tx, by, o, to); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "office.closed", map[string]any{"office": id, "code": o.Code, "successor": successor, "passed_to": to, "cases": moved}, d.Now())
	})
	if err != nil {
		return 0, fmt.Errorf("close office %d: %w", id, err)
	}
	return moved, nil
}

func (d *Desk) mayClose(ctx context.Context, tx *store.Tx, by grievance.Actor, id, successor int) (grievance.Office, error) {
	now := d.Now()
	o, ok := d.Office.Office(id)
	if !ok {
		return o, grievance.ErrNotFound
	}
	if !o.Open(now) {
		return o, fmt.Errorf("%w: it is closed", grievance.ErrConflict)
	}
	if !d.Office.Manages(by, o) {
		return o, grievance.ErrForbidden
	}
	if o.Tier == grievance.Secretariat || len(d.Office.Ladder(id, nil, now)) == 0 {
		return o, grievance.Invalid("office", "error.state_cell_stays")
	}
	if next, ok := d.Office.Office(successor); successor != 0 && (!ok || successor == id || !next.Open(now)) {
		return o, grievance.Invalid("successor", "error.choose")
	}
	held, err := tx.ChargesHeldBy(ctx, by.ID, now)
	if d.there(held, id) {
		return o, grievance.Invalid("office", "error.own_charge")
	}
	return o, err
}

// passOffice closes the office and gives what hung on it to the other one.
func (d *Desk) passOffice(ctx context.Context, tx *store.Tx, o grievance.Office, to int) error {
	changed := []grievance.Office{o}
	next, _ := d.Office.Office(to)
	for _, x := range d.Office.AllOffices() {
		if x.ParentID != o.ID {
			continue
		}
		x.ParentID = o.ParentID
		if o.SuccessorID != 0 && next.Tier == o.Tier && to != x.ID {
			x.ParentID = to
		}
		changed = append(changed, x)
	}
	if err := tx.SaveOffices(ctx, changed); err != nil {
		return err
	}
	if o.SuccessorID != 0 {
		if err := tx.MoveAnswers(ctx, o.ID, o.SuccessorID); err != nil {
			return err
		}
	}
	return tx.MoveAccounts(ctx, o.ID, to)
}

func (d *Desk) endCharges(ctx context.Context, tx *store.Tx, by grievance.Actor, o grievance.Office) error {
	now := d.Now()
	ever, err := tx.ChargesEverIn(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, c := range ever {
		if !c.To.IsZero() && !c.To.After(now) {
			continue
		}
		c.To = now
		if c.From.After(now) {
			c.To = c.From
		}
		if err := tx.SaveCharge(ctx, c); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "charge.ended", map[string]any{"officer": c.OfficerID, "charge": c.ID, "office": c.OfficeID, "at": c.To}, now); err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: c.OfficerID, Kind: "notice.office_closed", Data: o.Code, At: now}); err != nil {
			return err
		}
	}
	return nil
}

// passCases moves the open cases of a closed office; department and district stay, so
// whoever watched them still does.
func (d *Desk) passCases(ctx context.Context, tx *store.Tx, by grievance.Actor, o grievance.Office, to int) (int, error) {
	cases, err := tx.OpenCasesOf(ctx, o.ID, 0, 0)
	if err != nil {
		return 0, err
	}
	for _, c := range cases {
		target, err := d.instead(ctx, tx, c, to)
		if err != nil {
			return 0, err
		}
		if err := d.change(ctx, tx, by, c, grievance.PassedOn, func(_ *store.Tx, c *grievance.Case, ch *change) error {
			ch.data = map[string]any{"from": c.OfficeID, "to": target, "was": c.OfficerID}
			c.OfficeID, c.OfficerID = target, 0
			return nil
		}); err != nil {
			return 0, err
		}
	}
	if len(cases) == 0 {
		return 0, nil
	}
	return len(cases), d.tellAnswering(ctx, tx, to, "notice.office_passed")
}

// OfficeCases counts the open cases of an office that the actor sees, up to a bound: More
// says that there are at least N.
func (d *Desk) OfficeCases(ctx context.Context, by grievance.Actor, office int) (n int, more bool, err error) {
	if !by.May(grievance.MayRead) {
		return 0, false, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		n, err = tx.CountCases(ctx, by.Scope, store.CaseFilter{Open: true, OfficeID: office}, most)
		return err
	})
	return min(n, most-1), n >= most, err
}

// HandoverList is the list that both officers sign: the cases that the actor sees, and how
// many there are in all.
type HandoverList struct {
	store.Handover
	From, To grievance.Officer // To: the zero one when nobody follows
	Rows     []Row
	All      int
}

// Handover reads a handover.
func (d *Desk) Handover(ctx context.Context, by grievance.Actor, id grievance.ID) (l HandoverList, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if l.Handover, err = tx.Handover(ctx, id); err != nil {
			return err
		}
		if !by.May(grievance.MaySeeOffices) && !by.Is(l.OfficerID) && !by.Is(l.SuccessorID) {
			return grievance.ErrNotFound
		}
		if l.From, err = tx.Officer(ctx, l.OfficerID); err != nil {
			return err
		}
		if l.SuccessorID != 0 {
			if l.To, err = tx.Officer(ctx, l.SuccessorID); err != nil {
				return err
			}
		}
		scope := by.Scope
		if !by.May(grievance.MayRead) {
			scope = grievance.Scope{} // only how many
		}
		cases, all, err := tx.HandoverCases(ctx, scope, id)
		if err != nil {
			return err
		}
		l.All = all
		l.Rows, err = rows(ctx, tx, cases)
		return err
	})
	return l, err
}

package office

import (
	"context"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// OfficeView is an office with who holds and held charges in it.
type OfficeView struct {
	Office    grievance.Office
	Held      []store.Held       // now
	Ever      []grievance.Charge // the newest first
	Answering Answering
	Handovers []store.Handover
	Officers  map[grievance.ID]grievance.Officer // all that occur
}

// View reads one office.
func (o *Organisation) View(ctx context.Context, by grievance.Actor, id int) (v OfficeView, err error) {
	if !by.May(grievance.MaySeeOffices) {
		return v, grievance.ErrForbidden
	}
	var ok bool
	if v.Office, ok = o.Directory.Office(id); !ok {
		return v, fmt.Errorf("office %d: %w", id, grievance.ErrNotFound)
	}
	now := o.Now()
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		if v.Held, err = tx.ChargesOf(ctx, id, now); err != nil {
			return err
		}
		if v.Ever, err = tx.ChargesEverIn(ctx, id); err != nil {
			return err
		}
		if v.Answering, err = o.Directory.Answering(ctx, tx, id, nil, now); err != nil {
			return err
		}
		if v.Handovers, err = tx.Handovers(ctx, 0, id, 20); err != nil {
			return err
		}
		ids := append([]grievance.ID{}, v.Answering.Officers...)
		for _, c := range v.Ever {
			ids = append(ids, c.OfficerID)
		}
		for _, h := range v.Held {
			ids = append(ids, h.Leave.SubstituteID)
		}
		for _, h := range v.Handovers {
			ids = append(ids, h.OfficerID, h.SuccessorID)
		}
		v.Officers, err = people(ctx, tx, ids)
		return err
	})
	return v, err
}

// people reads the officers of the ids.
func people(ctx context.Context, tx *store.Tx, ids []grievance.ID) (map[grievance.ID]grievance.Officer, error) {
	found := map[grievance.ID]grievance.Officer{}
	for _, id := range ids {
		if _, ok := found[id]; ok || id == 0 {
			continue
		}
		o, err := tx.Officer(ctx, id)
		if err != nil && !isNone(err) {
			return nil, err
		}
		if err == nil {
			found[id] = o
		}
	}
	return found, nil
}

// OfficerView is an officer with all charges, leaves and handovers.
type OfficerView struct {
	Officer   grievance.Officer
	Held      []store.Held       // now
	Ever      []grievance.Charge // the newest first
	Leaves    []grievance.Leave  // that are not over
	Handovers []store.Handover
	Officers  map[grievance.ID]grievance.Officer // all that occur
}

// ViewOfficer reads one officer; everybody may read the own.
func (o *Organisation) ViewOfficer(ctx context.Context, by grievance.Actor, id grievance.ID) (v OfficerView, err error) {
	if by.ID != id && !by.May(grievance.MaySeeOffices) {
		return v, grievance.ErrForbidden
	}
	now := o.Now()
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		if v.Officer, err = tx.Officer(ctx, id); err != nil {
			return err
		}
		if v.Held, err = tx.ChargesHeldBy(ctx, id, now); err != nil {
			return err
		}
		if v.Ever, err = tx.ChargesEver(ctx, id); err != nil {
			return err
		}
		if v.Leaves, err = tx.LeavesOf(ctx, id, now); err != nil {
			return err
		}
		if v.Handovers, err = tx.Handovers(ctx, id, 0, 20); err != nil {
			return err
		}
		var ids []grievance.ID
		for _, l := range v.Leaves {
			ids = append(ids, l.SubstituteID)
		}
		for _, h := range v.Handovers {
			ids = append(ids, h.OfficerID, h.SuccessorID)
		}
		v.Officers, err = people(ctx, tx, ids)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("officer %s: %w", id, err)
	}
	return v, nil
}

// Charge reads one charge, and its officer.
func (o *Organisation) Charge(ctx context.Context, by grievance.Actor, id grievance.ID) (c grievance.Charge, p grievance.Officer, err error) {
	if !by.May(grievance.MaySeeOffices) {
		return c, p, grievance.ErrForbidden
	}
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		if c, err = tx.Charge(ctx, id); err != nil {
			return err
		}
		p, err = tx.Officer(ctx, c.OfficerID)
		return err
	})
	return c, p, err
}

// ChangeCharge changes title, end or duties of a charge.
func (o *Organisation) ChangeCharge(ctx context.Context, by grievance.Actor, id grievance.ID, to ChargeChange) error {
	err := o.change(ctx, by, grievance.MayManageOfficers, func(tx *store.Tx, now time.Time) error {
		c, err := tx.Charge(ctx, id)
		if err != nil {
			return err
		}
		if !c.To.IsZero() && !now.Before(c.To) {
			return fmt.Errorf("%w: it has ended", grievance.ErrConflict)
		}
		return o.Directory.ChangeCharge(ctx, tx, by, c, to, now)
	})
	if err != nil {
		return fmt.Errorf("change charge %s: %w", id, err)
	}
	return nil
}

// Officers lists the officers by name.
func (o *Organisation) Officers(ctx context.Context, by grievance.Actor) (all []grievance.Officer, err error) {
	if !by.May(grievance.MaySeeOffices) {
		return nil, grievance.ErrForbidden
	}
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Officers(ctx)
		return err
	})
	return all, err
}

// Survey looks at the whole organisation: the matrix and what is wrong.
func (o *Organisation) Survey(ctx context.Context, by grievance.Actor) (Survey, error) {
	if !by.May(grievance.MaySeeOffices) {
		return Survey{}, grievance.ErrForbidden
	}
	return Look(ctx, o.Store, o.Directory, o.Now())
}

// NameOf reads the officer for whom a substitute acts.
func (o *Organisation) NameOf(ctx context.Context, id grievance.ID) (p grievance.Officer, err error) {
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		p, err = tx.Officer(ctx, id)
		return err
	})
	return p, err
}

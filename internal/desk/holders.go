package desk

import (
	"context"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Holder is an officer with a charge, and who acts under it now.
type Holder struct {
	Officer    grievance.Officer
	Charge     grievance.Charge
	Leave      grievance.Leave   // that runs now; the zero one: none
	Substitute grievance.Officer // who acts meanwhile; the zero one: the level above
}

// Assignable lists the officers who hold a charge in the case's office and of whom it does
// not complain.
func (d *Desk) Assignable(ctx context.Context, by grievance.Actor, id grievance.ID) (all []Holder, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, by.Scope, id)
		if err != nil {
			return err
		}
		charges, err := tx.ChargesOf(ctx, c.OfficeID, d.Now())
		if err != nil {
			return err
		}
		var free []store.Held
		for _, h := range charges {
			hidden, err := d.hiddenFrom(ctx, tx, c.ID, h.OfficerID)
			if err != nil {
				return err
			}
			if !hidden {
				free = append(free, h)
			}
		}
		all, err = holders(ctx, tx, free)
		return err
	})
	return all, err
}

// Officers lists the officers and the charges that they hold.
func (d *Desk) Officers(ctx context.Context, by grievance.Actor) (all []Holder, err error) {
	if !by.May(grievance.MaySeeOffices) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		charges, err := tx.AllCharges(ctx, d.Now())
		if err != nil {
			return err
		}
		all, err = holders(ctx, tx, charges)
		return err
	})
	return all, err
}

func holders(ctx context.Context, tx *store.Tx, charges []store.Held) ([]Holder, error) {
	officers, err := tx.Officers(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[grievance.ID]grievance.Officer, len(officers))
	for _, o := range officers {
		byID[o.ID] = o
	}
	all := make([]Holder, 0, len(charges))
	for _, c := range charges {
		if c.Suspended {
			continue
		}
		h := Holder{Officer: byID[c.OfficerID], Charge: c.Charge, Leave: c.Leave}
		if c.Leave.ID != 0 && c.Acting() != 0 {
			h.Substitute = byID[c.Acting()]
		}
		all = append(all, h)
	}
	return all, nil
}

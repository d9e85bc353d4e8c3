package office

import (
	"context"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Answering is who really answers for the work of an office now.
type Answering struct {
	OfficeID int            // the office itself, or the one of the ladder to which its work passes
	Officers []grievance.ID // those who act there: substitutes of those on leave; none only when nobody does up to the state cell
	// Vacant: nobody at all works in the office asked for. An office whose field officers
	// are led by the level above is not vacant.
	Vacant bool
}

// Answering finds who answers for an office: those who lead it, else those of the nearest
// level above who do. With a case it is asked for that case alone: only levels that reach
// it count. Offices in skip (complained of) are passed over.
func (d *Directory) Answering(ctx context.Context, tx *store.Tx, office int, c *grievance.Case, now time.Time, skip ...int) (Answering, error) {
	return d.AnsweringBy(func(o int) ([]store.Held, error) { return tx.ChargesOf(ctx, o, now) }, office, c, now, skip...)
}

// AnsweringBy is Answering with the charges that held gives of an office.
func (d *Directory) AnsweringBy(held func(office int) ([]store.Held, error), office int, c *grievance.Case, now time.Time, skip ...int) (Answering, error) {
	a := Answering{OfficeID: office}
	for i, o := range append([]int{office}, d.Ladder(office, c, now)...) {
		if d.Under(o, skip) {
			continue
		}
		here, err := held(o)
		if err != nil {
			return a, err
		}
		if i == 0 {
			a.Vacant = !slices.ContainsFunc(here, func(h store.Held) bool { return h.Acting() != 0 && d.works(h.Role) })
		}
		if people := d.leading(here); len(people) > 0 {
			a.OfficeID, a.Officers = o, people
			return a, nil
		}
	}
	return a, nil
}

// leading are those among the holders who answer for the work of the office.
func (d *Directory) leading(held []store.Held) []grievance.ID {
	var people []grievance.ID
	for _, h := range held {
		if who := h.Acting(); who != 0 && d.leads(h.Role) && !slices.Contains(people, who) {
			people = append(people, who)
		}
	}
	return people
}

// leads says whether the role acts for its office.
func (d *Directory) leads(code grievance.Role) bool {
	r, ok := d.Role(code)
	return ok && r.Answers()
}

// works says whether the role works on cases.
func (d *Directory) works(code grievance.Role) bool {
	r, ok := d.Role(code)
	return ok && (d.leads(code) || r.May(grievance.MayAccept) || r.May(grievance.MayReport))
}

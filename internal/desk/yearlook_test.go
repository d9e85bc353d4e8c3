package desk_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// look checks every case: somebody answers, nothing of the past changed, no clock jumped.
func (y *year) look() {
	y.t.Helper()
	ctx := y.t.Context()
	answers := map[string][]grievance.Actor{}
	y.view(func(tx *store.Tx) error {
		for _, l := range y.cases {
			c, err := tx.Case(ctx, grievance.Scope{All: true}, l.id)
			if err != nil {
				return err
			}
			l.at = append(l.at, stand{y.Clock, c.OfficeID})
			if c.State.Open() {
				if err := y.answered(ctx, tx, c, answers); err != nil {
					return err
				}
			}
			if c.DistrictID != l.district {
				y.t.Errorf("case %s of district %d lies in %d", c.Number, l.district, c.DistrictID)
			}
			if c.Version == l.version {
				continue
			}
			l.version = c.Version
			if err := y.grown(ctx, tx, c, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// answered wants the case's office open, and somebody who answers for it and sees the case.
func (y *year) answered(ctx context.Context, tx *store.Tx, c *grievance.Case, known map[string][]grievance.Actor) error {
	if o, _ := y.Desk.Office.Office(c.OfficeID); !o.Open(y.Clock) {
		y.t.Errorf("case %s lies in the closed office %s", c.Number, o.Code)
	}
	key := fmt.Sprint(c.OfficeID, c.DistrictID, c.DepartmentID)
	people, ok := known[key]
	if !ok {
		var err error
		if people, err = y.people(ctx, tx, c); err != nil {
			return err
		}
		known[key] = people
	}
	if !slices.ContainsFunc(people, func(by grievance.Actor) bool { return by.Scope.Holds(c) && by.May(grievance.MayRead) }) {
		y.t.Errorf("nobody who answers for office %d sees case %s of district %d", c.OfficeID, c.Number, c.DistrictID)
	}
	return nil
}

// people are those who answer for a case, under every charge that they act under.
func (y *year) people(ctx context.Context, tx *store.Tx, c *grievance.Case) (people []grievance.Actor, err error) {
	a, err := y.Desk.Office.Answering(ctx, tx, c.OfficeID, c, y.Clock)
	if err != nil {
		return nil, err
	}
	for _, id := range a.Officers {
		officer, err := tx.Officer(ctx, id)
		if err != nil {
			return nil, err
		}
		if !officer.SuspendedAt.IsZero() {
			y.t.Errorf("a suspended officer answers for office %d", c.OfficeID)
		}
		charges, err := tx.Charges(ctx, id, y.Clock)
		if err != nil {
			return nil, err
		}
		for _, ch := range charges {
			if by, ok := y.Desk.Office.Actor(ch, charges...); ok {
				people = append(people, by)
			}
		}
	}
	return people, nil
}

// grown wants the history longer and otherwise the same, and the clock where it was but
// for what may move it.
func (y *year) grown(ctx context.Context, tx *store.Tx, c *grievance.Case, l *life) error {
	entries, err := tx.History(ctx, c.ID)
	if err != nil {
		return err
	}
	y.same(c.Number, l.entries, entries)
	moves := false
	for _, e := range entries[len(l.entries):] {
		y.did[string(e.Event)]++
		moves = moves || e.Event == grievance.Reopened
	}
	l.entries = entries
	if !moves && (!c.DueAt.Equal(l.due) || !c.ClockStart.Equal(l.start) || c.Round != l.round) {
		y.t.Errorf("the clock of case %s jumped from %s to %s", c.Number, l.due, c.DueAt)
	}
	l.due, l.start, l.round = c.DueAt, c.ClockStart, c.Round
	return nil
}

func (y *year) same(number string, before, now []grievance.Entry) {
	y.t.Helper()
	if len(now) < len(before) {
		y.t.Fatalf("the history of case %s lost %d entries", number, len(before)-len(now))
	}
	for i := range before {
		if !slices.Equal(before[i].Hash, now[i].Hash) || !slices.Equal(before[i].Hash, now[i].Sum()) {
			y.t.Errorf("entry %d of case %s was changed", i+1, number)
		}
	}
}

// pastIsKept reads of every case, from its history alone, where it lay at every moment.
func (y *year) pastIsKept() {
	y.t.Helper()
	y.view(func(tx *store.Tx) error {
		for _, l := range y.cases {
			entries, err := tx.History(y.t.Context(), l.id)
			if err != nil {
				return err
			}
			y.same(l.id.String(), l.entries, entries)
			for _, s := range l.at {
				of := 0
				for _, e := range entries {
					if !e.At.After(s.when) {
						of = e.OfficeID
					}
				}
				if of != s.office {
					y.t.Errorf("case %s lay in office %d on %s, its history says %d", l.id, s.office, s.when.Format(time.DateOnly), of)
				}
			}
		}
		return nil
	})
}

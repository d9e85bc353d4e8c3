package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// passBatch is how many cases pass on in one transaction.
const passBatch = 100

// passOn does what the calendar of the organisation asks for: cases whose officer is no
// longer there are handed over, and where nobody works in an office, the history of its
// cases says who answers. Nothing here moves a clock or changes the responsible office.
func (d *Desk) passOn(ctx context.Context) error {
	var holdings []store.Holding
	var charges []store.Held
	var covers []store.Cover
	err := d.Store.View(ctx, func(tx *store.Tx) (err error) {
		if holdings, err = tx.Holdings(ctx); err != nil {
			return err
		}
		if charges, err = tx.AllCharges(ctx, d.Now()); err != nil {
			return err
		}
		covers, err = tx.Covers(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("pass work on: %w", err)
	}
	held, byOffice := map[grievance.ID][]store.Held{}, map[int][]store.Held{}
	for _, h := range charges {
		held[h.OfficerID] = append(held[h.OfficerID], h)
		byOffice[h.OfficeID] = append(byOffice[h.OfficeID], h)
	}
	var errs []error
	offices := []int{}
	for _, h := range holdings {
		if !slices.Contains(offices, h.OfficeID) {
			offices = append(offices, h.OfficeID)
		}
		if h.OfficerID != 0 && !d.there(held[h.OfficerID], h.OfficeID) {
			errs = append(errs, d.release(ctx, h, held[h.OfficerID]))
		}
	}
	covered := map[int]store.Cover{}
	for _, c := range covers {
		covered[c.OfficeID] = c
		if !slices.Contains(offices, c.OfficeID) {
			offices = append(offices, c.OfficeID)
		}
	}
	for _, o := range offices {
		a, err := d.Office.AnsweringBy(func(id int) ([]store.Held, error) { return byOffice[id], nil }, o, nil, d.Now())
		if err != nil {
			return err
		}
		answers := o
		if a.Vacant {
			answers = a.OfficeID
		}
		errs = append(errs, d.cover(ctx, o, answers, covered[o]))
	}
	return errors.Join(errs...)
}

// there says whether an officer with these charges still works in the office.
func (d *Desk) there(held []store.Held, office int) bool {
	return slices.ContainsFunc(held, func(h store.Held) bool { return h.OfficeID == office && !h.Suspended })
}

// reaches says whether one of the charges reaches the case: an officer above the office
// may hold it too.
func (d *Desk) reaches(held []store.Held, c *grievance.Case) bool {
	return slices.ContainsFunc(held, func(h store.Held) bool {
		by, ok := d.Office.Actor(h.Charge)
		return ok && !h.Suspended && by.Scope.OfficerID == 0 && by.Scope.Holds(c)
	})
}

// release takes the cases of an office from an officer who is not there any more.
func (d *Desk) release(ctx context.Context, h store.Holding, held []store.Held) error {
	after := grievance.ID(0)
	for {
		n := 0
		err := d.Store.Tx(ctx, func(tx *store.Tx) error {
			cases, err := tx.CasesHeld(ctx, h.OfficeID, h.OfficerID, after, passBatch)
			if err != nil {
				return err
			}
			n = len(cases)
			var left []*grievance.Case
			for _, c := range cases {
				after = c.ID
				if !d.reaches(held, c) {
					left = append(left, c)
				}
			}
			if len(left) == 0 {
				return nil
			}
			hand, err := d.handover(ctx, tx, h.OfficerID, h.OfficeID)
			if err != nil {
				return err
			}
			return d.handOver(ctx, tx, grievance.System, hand, left, n < passBatch)
		})
		if err != nil {
			return fmt.Errorf("hand over what officer %s held in office %d: %w", h.OfficerID, h.OfficeID, err)
		}
		if n < passBatch {
			return nil
		}
	}
}

// handover is the one that was prepared when the charge was ended, or a new one.
func (d *Desk) handover(ctx context.Context, tx *store.Tx, officer grievance.ID, office int) (store.Handover, error) {
	h, err := tx.HandoverPrepared(ctx, officer, office)
	if isNone(err) {
		now := d.Now()
		h = store.Handover{ID: tx.NewID(now), OfficerID: officer, OfficeID: office, At: now}
		return h, tx.SaveHandover(ctx, h)
	}
	return h, err
}

// handOver gives the cases to the successor, or leaves them unassigned in the office; the
// history names who held them. done: they were the last ones.
func (d *Desk) handOver(ctx context.Context, tx *store.Tx, by grievance.Actor, h store.Handover, cases []*grievance.Case, done bool) error {
	now := d.Now()
	successor := h.SuccessorID
	if successor != 0 {
		held, err := tx.ChargesOf(ctx, h.OfficeID, now)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(held, func(x store.Held) bool { return x.OfficerID == successor && !x.Suspended }) {
			successor = 0
		}
	}
	for _, c := range cases {
		if err := tx.AddToHandover(ctx, h.ID, c.ID); err != nil {
			return err
		}
		if err := d.change(ctx, tx, by, c, grievance.HandedOver, func(_ *store.Tx, c *grievance.Case, ch *change) error {
			ch.data = map[string]any{"was": c.OfficerID, "officer": successor, "handover": h.ID}
			c.OfficerID = successor
			return nil
		}); err != nil {
			return err
		}
	}
	if !done {
		return nil
	}
	h.DoneAt = now
	if err := tx.SaveHandover(ctx, h); err != nil {
		return err
	}
	o, _ := d.Office.Office(h.OfficeID)
	if successor != 0 {
		return tx.Notify(ctx, store.Notice{OfficerID: successor, Kind: "notice.handover", Data: o.Code, At: now})
	}
	return d.tellAnswering(ctx, tx, h.OfficeID, "notice.handover_open")
}

// tellAnswering tells those who answer for an office of something that is no single case.
func (d *Desk) tellAnswering(ctx context.Context, tx *store.Tx, office int, kind string) error {
	now := d.Now()
	a, err := d.Office.Answering(ctx, tx, office, nil, now)
	if err != nil {
		return err
	}
	o, _ := d.Office.Office(office)
	for _, id := range a.Officers {
		if err := tx.Notify(ctx, store.Notice{OfficerID: id, Kind: kind, Data: o.Code, At: now}); err != nil {
			return err
		}
	}
	return nil
}

// cover compares who answers for an office with what is noted, and lets the histories of
// its open cases say the difference.
func (d *Desk) cover(ctx context.Context, office, answers int, noted store.Cover) error {
	changed := noted.AnsweringID != answers
	if noted.OfficeID == 0 && answers == office || !changed && noted.Told {
		return nil
	}
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		cover := noted
		if changed {
			cover = store.Cover{OfficeID: office, AnsweringID: answers, Since: d.Now()}
			if err := d.noteCover(ctx, tx, cover); err != nil {
				return err
			}
		}
		return d.spreadCover(ctx, tx, cover)
	})
	if err != nil {
		return fmt.Errorf("cover office %d: %w", office, err)
	}
	return nil
}

func (d *Desk) noteCover(ctx context.Context, tx *store.Tx, c store.Cover) error {
	event, kind := "office.vacant", "notice.office_vacant"
	if c.AnsweringID == c.OfficeID {
		event, kind = "office.manned", "notice.office_manned"
	}
	if err := tx.RecordOffice(ctx, grievance.System, event, map[string]any{"office": c.OfficeID, "answers": c.AnsweringID}, d.Now()); err != nil {
		return err
	}
	return d.tellAnswering(ctx, tx, c.OfficeID, kind)
}

// spreadCover writes the next batch of histories.
func (d *Desk) spreadCover(ctx context.Context, tx *store.Tx, cover store.Cover) error {
	cases, err := tx.OpenCasesOf(ctx, cover.OfficeID, cover.Upto, passBatch)
	if err != nil {
		return err
	}
	for _, c := range cases {
		cover.Upto = c.ID
		says, err := d.saysWhoAnswers(ctx, tx, c)
		if err != nil {
			return err
		}
		answers, err := d.answersFor(ctx, tx, c, cover)
		if err != nil {
			return err
		}
		if says == answers {
			continue
		}
		if err := d.change(ctx, tx, grievance.System, c, grievance.Covered, func(_ *store.Tx, _ *grievance.Case, ch *change) error {
			ch.data = map[string]any{"answers": answers}
			return nil
		}); err != nil {
			return err
		}
	}
	cover.Told = len(cases) < passBatch
	if cover.Told && cover.AnsweringID == cover.OfficeID {
		return tx.DeleteCover(ctx, cover.OfficeID)
	}
	return tx.SaveCover(ctx, cover)
}

// answersFor is who answers for one case of a covered office: districts of cases differ.
func (d *Desk) answersFor(ctx context.Context, tx *store.Tx, c *grievance.Case, cover store.Cover) (int, error) {
	if cover.AnsweringID == cover.OfficeID {
		return cover.OfficeID, nil
	}
	a, err := d.answering(ctx, tx, c.OfficeID, c)
	return a.OfficeID, err
}

// saysWhoAnswers is the office that answers by the case's history; its own office when the
// history says nothing else.
func (d *Desk) saysWhoAnswers(ctx context.Context, tx *store.Tx, c *grievance.Case) (int, error) {
	entries, err := tx.History(ctx, c.ID)
	if err != nil {
		return 0, err
	}
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		if e.OfficeID != c.OfficeID {
			break
		}
		var said struct {
			Answers int `json:"answers"`
		}
		if err := json.Unmarshal([]byte(e.Data), &said); err != nil {
			return 0, err
		}
		if said.Answers != 0 {
			return said.Answers, nil
		}
	}
	return c.OfficeID, nil
}

// leaveClosed gives a case that starts again to the office that has the work of its
// closed one.
func (d *Desk) leaveClosed(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	o, ok := d.Office.Office(c.OfficeID)
	if ok && o.Open(d.Now()) {
		return nil
	}
	to, err := d.instead(ctx, tx, c, d.Office.Instead(c.OfficeID, d.Now()))
	if err != nil {
		return err
	}
	data := map[string]any{"from": c.OfficeID, "to": to, "was": c.OfficerID}
	c.OfficeID, c.OfficerID = to, 0
	return tx.Record(ctx, grievance.System, grievance.PassedOn, c, c.State, data, "", d.Now())
}

// instead is the open office that gets a case of a closed one: the one that is meant to,
// else the next level above; one that reaches it and that it does not complain of.
func (d *Desk) instead(ctx context.Context, tx *store.Tx, c *grievance.Case, meant int) (int, error) {
	excluded, err := tx.Exclusions(ctx, c.ID)
	if err != nil {
		return 0, err
	}
	for _, to := range append([]int{meant}, d.Office.Ladder(c.OfficeID, c, d.Now())...) {
		if o, ok := d.Office.Office(to); ok && to != c.OfficeID && o.Reaches(c) && !d.Office.Under(to, officesOf(excluded)) {
			return to, nil
		}
	}
	return d.Office.StateCell(), nil
}

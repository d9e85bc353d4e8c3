package desk

import (
	"context"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// leastRemark is how many letters a remark to another office has at least: a sentence
// (practice of Deputy Commissioners, docs/rules.md, "Forwarding").
const leastRemark = 15

// returnsToCell is the return that goes to the state cell.
const returnsToCell = 3

// Route gives a case that is still at the sorting desk to an office.
func (d *Desk) Route(ctx context.Context, by grievance.Actor, id grievance.ID, officeID int) error {
	return d.act(ctx, by, id, grievance.MayRoute, grievance.Routed, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Apply(grievance.Routed); err != nil {
			return err
		}
		if err := d.learnMove(ctx, tx, by, c, officeID); err != nil {
			return err
		}
		return d.moveTo(ctx, tx, c, ch, officeID, "")
	})
}

// Forward moves a case to another office with a remark. The used time stays.
func (d *Desk) Forward(ctx context.Context, by grievance.Actor, id grievance.ID, officeID int, words string) error {
	words, err := remark("remark", words, leastRemark)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayForward, grievance.Forwarded, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Apply(grievance.Forwarded); err != nil {
			return err
		}
		if err := d.learnMove(ctx, tx, by, c, officeID); err != nil {
			return err
		}
		return d.moveTo(ctx, tx, c, ch, officeID, words)
	})
}

// Return gives a case back that is another office's. "Not ours" never closes a case: it
// names whose it is (national guideline of 2024, docs/rules.md). The third return goes to
// the state cell, which decides.
func (d *Desk) Return(ctx context.Context, by grievance.Actor, id grievance.ID, whose int, words string) error {
	words, err := remark("remark", words, leastRemark)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayReturn, grievance.Returned, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Apply(grievance.Returned); err != nil {
			return err
		}
		if err := d.learnMove(ctx, tx, by, c, whose); err != nil {
			return err
		}
		c.Returns++
		if c.Returns >= returnsToCell {
			ch.data = map[string]any{"named": whose}
			whose = d.Office.StateCell()
		}
		return d.moveTo(ctx, tx, c, ch, whose, words)
	})
}

// moveTo is the one place where a case changes its office.
func (d *Desk) moveTo(ctx context.Context, tx *store.Tx, c *grievance.Case, ch *change, officeID int, words string) error {
	o, ok := d.Office.Office(officeID)
	if !ok || !o.Open(d.Now()) {
		return grievance.Invalid("office", "error.choose")
	}
	if officeID == c.OfficeID && ch.event != grievance.Routed {
		return grievance.Invalid("office", "error.same_office")
	}
	excluded, err := tx.Exclusions(ctx, c.ID)
	if err != nil {
		return err
	}
	if d.Office.Under(officeID, officesOf(excluded)) {
		return grievance.Invalid("office", "error.office_complained_of")
	}
	if ch.data == nil {
		ch.data = map[string]any{}
	}
	ch.data["from"], ch.data["to"], ch.text = c.OfficeID, officeID, words
	d.place(c, officeID)
	return d.received(ctx, tx, c, ch)
}

// place puts a case into an office, where it lies by district and department, and takes it
// from its officer.
func (d *Desk) place(c *grievance.Case, officeID int) {
	o, _ := d.Office.Office(officeID)
	c.OfficeID, c.OfficerID = officeID, 0
	if o.DepartmentID != 0 {
		c.DepartmentID = d.Office.TopDepartment(o.DepartmentID)
	}
	if o.DistrictID != 0 && !d.Office.Serves(officeID, c.DistrictID) {
		c.DistrictID = o.DistrictID
	}
}

// received tells those who answer for the case's new office; where nobody works there,
// the history says who does instead.
func (d *Desk) received(ctx context.Context, tx *store.Tx, c *grievance.Case, ch *change) error {
	a, err := d.answering(ctx, tx, c.OfficeID, c)
	if err != nil {
		return err
	}
	if a.Vacant {
		ch.data["answers"] = a.OfficeID
	}
	return d.notifyAll(ctx, tx, a.Officers, c, "notice.case_assigned")
}

// Assign names the officer who works on the case: one who holds a charge in its office,
// or in an office below the assigner's in the same district or department.
func (d *Desk) Assign(ctx context.Context, by grievance.Actor, id, officer grievance.ID) error {
	return d.act(ctx, by, id, grievance.MayAssign, grievance.AssignedTo, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Apply(grievance.AssignedTo); err != nil {
			return err
		}
		held, err := tx.ChargesOf(ctx, c.OfficeID, d.Now())
		if err != nil {
			return err
		}
		holds := false
		for _, charge := range held {
			holds = holds || charge.OfficerID == officer && !charge.Suspended
		}
		if !holds {
			return grievance.Invalid("officer", "error.officer_not_in_office")
		}
		hidden, err := d.hiddenFrom(ctx, tx, c.ID, officer)
		if err != nil {
			return err
		}
		if hidden {
			return grievance.Invalid("officer", "error.officer_complained_of")
		}
		c.OfficerID = officer
		ch.data = map[string]any{"officer": officer}
		return d.notifyOfficer(ctx, tx, officer, c, "notice.case_yours")
	})
}

// Accept begins the work: the named officer, or whoever of the office takes it.
func (d *Desk) Accept(ctx context.Context, by grievance.Actor, id grievance.ID) error {
	return d.act(ctx, by, id, grievance.MayAccept, grievance.Accepted, func(_ *store.Tx, c *grievance.Case, _ *change) error {
		if err := c.Apply(grievance.Accepted); err != nil {
			return err
		}
		if c.OfficerID == 0 {
			c.OfficerID = by.Holder()
		}
		return nil
	})
}

// CorrectRequest corrects what a case is about; zero fields stay as they are.
type CorrectRequest struct {
	Title     string
	SubjectID int
	PlaceID   int
	Urgency   grievance.Urgency
}

// Correct changes subject, place, title or urgency. The clock does not jump: the limit
// stays that of the opening.
func (d *Desk) Correct(ctx context.Context, by grievance.Actor, id grievance.ID, r CorrectRequest) error {
	return d.act(ctx, by, id, grievance.MayNote, grievance.Corrected, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{}
		if r.SubjectID != 0 && r.SubjectID != c.SubjectID {
			if _, ok := d.Office.Subject(r.SubjectID); !ok {
				return grievance.Invalid("subject", "error.choose")
			}
			ch.data["subject"], c.SubjectID = r.SubjectID, r.SubjectID
		}
		if r.PlaceID != 0 && r.PlaceID != c.PlaceID {
			if _, ok := d.Office.Place(r.PlaceID); !ok {
				return grievance.Invalid("place", "error.choose")
			}
			ch.data["place"], c.PlaceID = r.PlaceID, r.PlaceID
		}
		if r.Urgency != "" && r.Urgency != c.Urgency {
			if err := within("urgency", r.Urgency, []grievance.Urgency{grievance.Ordinary, grievance.Urgent, grievance.Danger}); err != nil {
				return err
			}
			ch.data["urgency"], c.Urgency = r.Urgency, r.Urgency
		}
		if t := clean(r.Title); t != "" && t != c.Title {
			ch.data["title"], c.Title = true, t
		}
		if len(ch.data) == 0 {
			return fmt.Errorf("correct %s: %w: nothing changed", c.Number, grievance.ErrConflict)
		}
		return d.learnCorrection(ctx, tx, by, c, ch.data)
	})
}

// Watch sets or takes away the mark that the CM's office watches a case.
func (d *Desk) Watch(ctx context.Context, by grievance.Actor, id grievance.ID, on bool) error {
	return d.act(ctx, by, id, grievance.MayWatch, grievance.Watched, func(_ *store.Tx, c *grievance.Case, ch *change) error {
		c.CMWatch = on
		ch.data = map[string]any{"on": on}
		return nil
	})
}

// Refer keeps the number of the same matter in another system.
func (d *Desk) Refer(ctx context.Context, by grievance.Actor, id grievance.ID, r grievance.Reference) error {
	r.Number = clean(r.Number)
	if err := within("system", r.System, grievance.ReferenceSystems); err != nil {
		return err
	}
	if r.Number == "" || len(r.Number) > 60 {
		return grievance.Invalid("number", "error.number_required")
	}
	return d.act(ctx, by, id, grievance.MayRefer, grievance.Referred, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"system": r.System, "number": r.Number}
		return tx.SaveReference(ctx, c.ID, r)
	})
}

// Escalate raises a case that is over its limit before the next level by hand; Due does
// it by the clock.
func (d *Desk) Escalate(ctx context.Context, by grievance.Actor, id grievance.ID, reason string) error {
	reason, err := remark("reason", reason, 1)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayEscalate, grievance.Escalated, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Escalate(d.Now(), d.Office.Calendar()); err != nil {
			return err
		}
		ch.text, ch.data = reason, map[string]any{"level": c.Level}
		return d.addOverseer(ctx, tx, c)
	})
}

// addOverseer lets the office of the case's level join it.
func (d *Desk) addOverseer(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	excluded, err := tx.Exclusions(ctx, c.ID)
	if err != nil {
		return err
	}
	o := d.overseerOffice(c, officesOf(excluded))
	if err := tx.AddOverseer(ctx, c.ID, store.Overseer{Level: c.Level, Round: c.Round, OfficeID: o, Since: d.Now()}); err != nil {
		return fmt.Errorf("overseer of level %d: %w", c.Level, err)
	}
	return d.notify(ctx, tx, o, c, "notice.overseer")
}

// overseerOffice is the office of the level: the district's administration (level 1), the
// department's headquarters (2), the state cell (3); each the next above where it is the
// responsible office itself, or complained of.
func (d *Desk) overseerOffice(c *grievance.Case, complainedOf []int) int {
	cell := d.Office.StateCell()
	ladder := []int{}
	for _, o := range d.Office.Offices(d.Now()) {
		if o.Tier == grievance.Administration && c.DistrictID != 0 && o.DistrictID == c.DistrictID {
			ladder = append(ladder, o.ID)
		}
	}
	for _, o := range d.Office.Offices(d.Now()) {
		if o.Tier == grievance.Headquarters && c.DepartmentID != 0 && o.DepartmentID == c.DepartmentID {
			ladder = append(ladder, o.ID)
		}
	}
	level := c.Level
	for _, o := range ladder {
		if o == c.OfficeID || d.Office.Under(o, complainedOf) {
			continue
		}
		if level--; level == 0 {
			return o
		}
	}
	return cell
}

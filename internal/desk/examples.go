package desk

import (
	"context"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Every word of a person on what a post is becomes a labelled example in the transaction of
// the act itself. What the program decides alone teaches it nothing.

// learn keeps what the officer decided of the post.
func (d *Desk) learn(ctx context.Context, tx *store.Tx, by grievance.Actor, act grievance.ExampleAct, p *grievance.StoredPost, c grievance.ID, chose grievance.Reading) error {
	if by.Kind != grievance.OfficerActor || p.Direction == grievance.Out {
		return nil
	}
	e := ExampleOf(p, c, act, chose)
	e.OfficerID, e.ChargeID, e.At = by.ID, by.ChargeID, d.Now()
	if alone := p.Verdict.Alone; alone != "" {
		if err := tx.CheckAloneAct(ctx, p.ID, by.ID, !alone.Holds(e.Said, chose), e.At); err != nil {
			return err
		}
	}
	return tx.AddExample(e)
}

// ExampleOf is the post as an example, by nobody yet.
func ExampleOf(p *grievance.StoredPost, c grievance.ID, act grievance.ExampleAct, chose grievance.Reading) store.Example {
	e := store.Example{PostID: p.ID, CaseID: c, Act: act, Channel: p.Channel, Language: p.Verdict.Language, Model: p.Verdict.Model, Chose: chose}
	e.Said, e.Sure = p.Verdict.Said()
	return e
}

// ReadingOf is what a case says that its posts are.
func (d *Desk) ReadingOf(c *grievance.Case) grievance.Reading {
	subject, _ := d.Office.Subject(c.SubjectID)
	department, _ := d.Office.Department(d.Office.TopDepartment(c.DepartmentID))
	if subject.DepartmentID != 0 {
		department, _ = d.Office.Department(d.Office.TopDepartment(subject.DepartmentID))
	}
	return grievance.Reading{Kind: c.Kind, Subject: subject.Code, Department: department.Code, District: c.DistrictID, Urgency: c.Urgency}
}

// learnFromCase keeps that a case is about something else than was said: the latest word on
// every post by which somebody complained in it.
func (d *Desk) learnFromCase(ctx context.Context, tx *store.Tx, by grievance.Actor, act grievance.ExampleAct, c *grievance.Case, change func(chose *grievance.Reading)) error {
	if by.Kind != grievance.OfficerActor {
		return nil
	}
	posts, err := tx.PostsOfCase(ctx, c.ID)
	if err != nil {
		return err
	}
	posts = slices.DeleteFunc(posts, func(p *grievance.StoredPost) bool { return p.Direction == grievance.Out || !p.ErasedAt.IsZero() })
	if len(posts) == 0 {
		return nil
	}
	ids := make([]grievance.ID, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	said, err := tx.ExamplesOfPosts(ctx, ids)
	if err != nil {
		return err
	}
	latest := map[grievance.ID]grievance.Reading{}
	for _, e := range said {
		latest[e.PostID] = e.Chose
	}
	for i, p := range posts {
		chose, taught := latest[p.ID]
		if !taught && i > 0 { // a citizen's follow-up says little by itself; the first post opened the case
			continue
		}
		if !taught {
			chose = d.ReadingOf(c)
		}
		change(&chose)
		if err := d.learn(ctx, tx, by, act, p, c.ID, chose); err != nil {
			return err
		}
	}
	return nil
}

// learnMove keeps that a case went to another department or district than it was put to:
// whose it is known, what it is about there is not.
func (d *Desk) learnMove(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, to int) error {
	o, _ := d.Office.Office(to)
	department, _ := d.Office.Department(d.Office.TopDepartment(o.DepartmentID))
	elsewhere := department.ID != 0 && department.ID != d.Office.TopDepartment(c.DepartmentID)
	district := o.DistrictID != 0 && o.DistrictID != c.DistrictID && !d.Office.Serves(to, c.DistrictID)
	if !elsewhere && !district {
		return nil
	}
	return d.learnFromCase(ctx, tx, by, grievance.ExampleMove, c, func(chose *grievance.Reading) {
		if elsewhere {
			chose.Subject, chose.Department = "", department.Code
		}
		if district {
			chose.District = o.DistrictID
		}
	})
}

// learnCorrection keeps what was corrected of a case.
func (d *Desk) learnCorrection(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, changed map[string]any) error {
	now := d.ReadingOf(c)
	place, placed := d.Office.Place(c.PlaceID)
	_, subject := changed["subject"]
	_, urgency := changed["urgency"]
	_, moved := changed["place"]
	placed = placed && moved
	if !subject && !urgency && !placed {
		return nil
	}
	return d.learnFromCase(ctx, tx, by, grievance.ExampleCorrect, c, func(chose *grievance.Reading) {
		if subject {
			chose.Subject, chose.Department = now.Subject, now.Department
		}
		if urgency {
			chose.Urgency = now.Urgency
		}
		if placed {
			chose.District = place.DistrictID
		}
	})
}

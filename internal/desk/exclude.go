package desk

import (
	"context"
	"errors"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Exclude hides the case from an officer or office it complains of: lists, counts, search,
// streams and notices, the earlier ones too. An office is hidden from with all below it,
// who take its orders; those above may read. A case that lies with the one complained of
// moves to the level above, which examines it.
func (d *Desk) Exclude(ctx context.Context, by grievance.Actor, id grievance.ID, x store.Exclusion) error {
	if err := d.checkExclusion("office", x); err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayExclude, grievance.Excluded, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"officer": x.OfficerID, "office": x.OfficeID}
		return d.keepAway(ctx, tx, c, ch, x)
	})
}

// Include takes back an exclusion that was chosen wrongly. The case stays where it is.
func (d *Desk) Include(ctx context.Context, by grievance.Actor, id grievance.ID, x store.Exclusion) error {
	return d.act(ctx, by, id, grievance.MayExclude, grievance.Unexcluded, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"officer": x.OfficerID, "office": x.OfficeID}
		if err := tx.Include(ctx, c.ID, x); err != nil {
			return err
		}
		return tx.IncludeBeside(ctx, c.ID, x)
	})
}

// Involve lets a vigilance office join a case as overseer: it reads and notes, and is told
// what happens; the responsible office stays. Only a person decides it.
func (d *Desk) Involve(ctx context.Context, by grievance.Actor, id grievance.ID, officeID int) error {
	return d.act(ctx, by, id, grievance.MayExclude, grievance.Involved, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"office": officeID}
		return d.involve(ctx, tx, c, officeID)
	})
}

// joinedLevel is the level of an office that joined by a person's choice, not by the clock.
const joinedLevel = 0

func (d *Desk) involve(ctx context.Context, tx *store.Tx, c *grievance.Case, officeID int) error {
	if !slices.ContainsFunc(d.Office.Vigilance(d.Now()), func(o grievance.Office) bool { return o.ID == officeID }) {
		return grievance.Invalid("vigilance", "error.choose")
	}
	all, err := tx.Exclusions(ctx, c.ID)
	if err != nil {
		return err
	}
	if d.Office.Under(officeID, officesOf(all)) {
		return grievance.Invalid("vigilance", "error.office_complained_of")
	}
	if c.OfficeID == officeID {
		return grievance.Invalid("vigilance", "error.vigilance_has_it")
	}
	if err := tx.AddOverseer(ctx, c.ID, store.Overseer{Level: joinedLevel, Round: c.Round, OfficeID: officeID, Since: d.Now()}); err != nil {
		return err
	}
	return d.notify(ctx, tx, officeID, c, "notice.vigilance")
}

// involveAgain keeps those who joined by choice in the case's next round.
func (d *Desk) involveAgain(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	all, err := tx.Overseers(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Level == joinedLevel && o.Round == c.Round-1 {
			return d.involve(ctx, tx, c, o.OfficeID)
		}
	}
	return nil
}

// checkExclusion refuses one of nobody, of an unknown office, and of the state cell as a
// whole: somebody must be left to read. Its officers are excluded by name.
func (d *Desk) checkExclusion(field string, x store.Exclusion) error {
	if x == (store.Exclusion{}) {
		return grievance.Invalid(field, "error.choose")
	}
	if x.OfficeID == 0 {
		return nil
	}
	if _, ok := d.Office.Office(x.OfficeID); !ok {
		return grievance.Invalid(field, "error.choose")
	}
	if len(d.Office.Above(x.OfficeID)) == 0 {
		return grievance.Invalid(field, "error.no_senior")
	}
	return nil
}

// keepAway hides a case from those it complains of, with what waits in its conversations.
// It leaves their hands for the level above.
func (d *Desk) keepAway(ctx context.Context, tx *store.Tx, c *grievance.Case, ch *change, more ...store.Exclusion) error {
	c.Against, c.Sensitive = true, true
	for _, x := range more {
		if err := tx.Exclude(ctx, c.ID, x); err != nil {
			return err
		}
		if err := tx.ExcludeBeside(ctx, c.ID, x); err != nil {
			return err
		}
	}
	all, err := tx.Exclusions(ctx, c.ID)
	if err != nil {
		return err
	}
	to, err := d.fitOffice(ctx, tx, c.OfficeID, all)
	if err != nil {
		return err
	}
	if to != c.OfficeID {
		ch.data["to"] = to
		d.place(c, to)
		return d.received(ctx, tx, c, ch)
	}
	if c.OfficerID != 0 {
		if hidden, err := d.hiddenFrom(ctx, tx, c.ID, c.OfficerID); err != nil || !hidden {
			return err
		}
		c.OfficerID = 0
	}
	return nil
}

// fitOffice is the first office from the given one upwards that may examine: it is not
// complained of, stands below none that is, and no officer complained of has a charge in
// it. The state cell is the last.
func (d *Desk) fitOffice(ctx context.Context, tx *store.Tx, officeID int, all []store.Exclusion) (int, error) {
	held, err := d.officesHeld(ctx, tx, all)
	if err != nil {
		return 0, err
	}
	unfit := func(o int) bool { return d.Office.Under(o, officesOf(all)) || slices.Contains(held, o) }
	for _, up := range append([]int{officeID}, d.Office.Above(officeID)...) {
		if o, ok := d.Office.Office(up); ok && o.Open(d.Now()) && !unfit(up) {
			return up, nil
		}
	}
	return d.Office.StateCell(), nil
}

// officesHeld are the offices in which the officers complained of hold a charge now.
func (d *Desk) officesHeld(ctx context.Context, tx *store.Tx, all []store.Exclusion) (offices []int, err error) {
	for _, x := range all {
		if x.OfficerID == 0 {
			continue
		}
		held, err := tx.Charges(ctx, x.OfficerID, d.Now())
		if err != nil {
			return nil, err
		}
		for _, c := range held {
			offices = append(offices, c.OfficeID)
		}
	}
	return offices, nil
}

// examiner is the office that examines a complaint against somebody: the level above the
// office complained of, or above that of the officer; 0 when neither is known.
func (d *Desk) examiner(ctx context.Context, tx *store.Tx, all []store.Exclusion) (int, error) {
	if offices := officesOf(all); len(offices) > 0 {
		return d.fitOffice(ctx, tx, offices[0], all)
	}
	held, err := d.officesHeld(ctx, tx, all)
	if err != nil || len(held) == 0 {
		return 0, err
	}
	return d.fitOffice(ctx, tx, held[0], all)
}

func officesOf(all []store.Exclusion) (offices []int) {
	for _, x := range all {
		if x.OfficeID != 0 {
			offices = append(offices, x.OfficeID)
		}
	}
	return offices
}

// hiddenFrom says whether a case complains of an officer, or of an office in which the
// officer holds a charge now, or of one above.
func (d *Desk) hiddenFrom(ctx context.Context, tx *store.Tx, c, officer grievance.ID) (bool, error) {
	held, err := tx.Charges(ctx, officer, d.Now())
	if err != nil {
		return false, err
	}
	return tx.Hidden(ctx, d.Office.Viewer(officer, held), c)
}

// complainsOf says whether the exclusion meets the actor.
func complainsOf(by grievance.Actor, x store.Exclusion) bool {
	return x.OfficerID != 0 && x.OfficerID == by.Scope.Viewer || slices.Contains(by.Scope.ViewerOffices, x.OfficeID)
}

// KeepFrom hides a post that waits at the sorting desk from whom it complains of; the case
// that is made of it will be hidden alike.
func (d *Desk) KeepFrom(ctx context.Context, by grievance.Actor, post grievance.ID, x store.Exclusion) error {
	if !by.May(grievance.MayExclude) || !by.May(grievance.MaySort) {
		return grievance.ErrForbidden
	}
	if err := d.checkExclusion("whom", x); err != nil {
		return err
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		p, err := d.seenPost(ctx, tx, by, post)
		if err != nil {
			return err
		}
		if p.CaseID != 0 {
			return grievance.ErrConflict
		}
		if err := tx.ExcludePost(ctx, post, x); err != nil {
			return err
		}
		tx.Tell(store.Change{PostID: post})
		return tx.RecordOffice(ctx, by, "post.excluded", map[string]any{"post": post, "officer": x.OfficerID, "office": x.OfficeID}, d.Now())
	})
}

// seenPost reads a post that the actor may see; one that complains of the actor is not
// found, nor one whose case lies outside the actor's jurisdiction.
func (d *Desk) seenPost(ctx context.Context, tx *store.Tx, by grievance.Actor, id grievance.ID) (*grievance.StoredPost, error) {
	posts, err := d.seenPosts(ctx, tx, by, []grievance.ID{id})
	if err != nil {
		return nil, err
	}
	return posts[0], nil
}

// seenPosts is seenPost for several: all of them, or none.
func (d *Desk) seenPosts(ctx context.Context, tx *store.Tx, by grievance.Actor, ids []grievance.ID) ([]*grievance.StoredPost, error) {
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	seen, err := tx.SeenPosts(ctx, by.Scope, ids)
	if err != nil {
		return nil, err
	}
	if len(posts) != len(ids) || len(seen) != len(ids) {
		return nil, grievance.ErrNotFound
	}
	for _, p := range posts {
		if p.CaseID == 0 {
			continue
		}
		if _, err := tx.Case(ctx, by.Scope, p.CaseID); err != nil {
			return nil, err
		}
	}
	return posts, nil
}

// Concerns says whether the actor may learn of one of the changes: of a case within the
// jurisdiction, or of a post at the sorting desk; never of what complains of the actor.
func (d *Desk) Concerns(ctx context.Context, by grievance.Actor, cases, posts []grievance.ID) (concerns bool, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if concerns, err = tx.SeesAny(ctx, by.Scope, cases); err != nil || concerns {
			return err
		}
		if !by.May(grievance.MaySort) || len(posts) == 0 {
			return nil
		}
		seen, err := tx.SeenPosts(ctx, by.Scope, posts)
		concerns = len(seen) > 0
		return err
	})
	return concerns, err
}

var errAlone = errors.Join(errors.New("a person decides what complains of somebody"), grievance.ErrForbidden)

// neverAlone refuses that the program opens by itself what complains of an officer or
// office, or of corruption.
func (d *Desk) neverAlone(by grievance.Actor, p *grievance.StoredPost, r OpenRequest) error {
	if by.Kind == grievance.OfficerActor {
		return nil
	}
	if r.Against || p.Verdict.AgainstOfficer || d.Office.Corruption(r.SubjectID, r.DepartmentID) {
		return errAlone
	}
	for _, c := range p.Verdict.Candidates {
		if d.Office.Corruption(d.Office.SubjectByCode(c.Subject), d.Office.DepartmentByCode(c.Department)) {
			return errAlone
		}
	}
	return nil
}

// Package desk is the one door to the cases: all that people, citizens and clocks do to a
// case is a method here, so each permission, history entry, notice and answer is written
// once. Storing is left to store, sending to outbox, showing to web.
package desk

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob"
	"golang.org/x/text/unicode/norm"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// Desk acts on cases.
type Desk struct {
	Store  *store.Store
	Office *office.Directory
	Files  *blob.Bucket
	Reads  *Reads // who read what
	Now    func() time.Time
	Log    *slog.Logger
	Limits grievance.Limits

	// PublicURL is where citizens reach the pages: it stands in links.
	PublicURL string
	// MessageID makes the signed, stable Message-ID of the n-th reply of a case.
	MessageID func(number string, n int, domain string) string
	// Enterprise lifts X's rule that only who was mentioned or quoted may answer.
	Enterprise bool
	// AckMaxAge and AckLimit bound the automatic acknowledgement: no older posts, no more
	// a day for one author.
	AckMaxAge time.Duration
	AckLimit  int
}

// change is what an action does to a loaded case: it moves it and says what the history
// keeps.
type change struct {
	event grievance.Event
	from  grievance.State
	data  map[string]any
	text  string
}

// act loads a case within the actor's scope, asks for the permission on this very case,
// lets do change it, and saves case, history and search words in one transaction.
func (d *Desk) act(ctx context.Context, by grievance.Actor, id grievance.ID, p grievance.Permission, e grievance.Event, do func(tx *store.Tx, c *grievance.Case, ch *change) error) error {
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, by.Scope, id)
		if err != nil {
			return err
		}
		if !by.Can(p, c) {
			return grievance.ErrForbidden
		}
		return d.change(ctx, tx, by, c, e, do)
	})
	if err != nil {
		return fmt.Errorf("%s case %s: %w", e, id, err)
	}
	return nil
}

// change runs do on a loaded case and saves what it did.
func (d *Desk) change(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, e grievance.Event, do func(tx *store.Tx, c *grievance.Case, ch *change) error) error {
	before := *c
	ch := &change{event: e, from: c.State}
	if err := do(tx, c, ch); err != nil {
		return err
	}
	return d.save(ctx, tx, by, c, &before, ch)
}

func (d *Desk) save(ctx context.Context, tx *store.Tx, by grievance.Actor, c, before *grievance.Case, ch *change) error {
	c.SetNext(d.Office.Calendar())
	if err := tx.UpdateCase(ctx, c); err != nil {
		return err
	}
	if err := tx.Record(ctx, by, ch.event, c, ch.from, ch.data, ch.text, d.Now()); err != nil {
		return err
	}
	tx.Tell(store.Change{CaseID: c.ID})
	moved := c.OfficeID != before.OfficeID || c.OfficerID != before.OfficerID || c.DistrictID != before.DistrictID || c.DepartmentID != before.DepartmentID || c.State != before.State || c.Title != before.Title
	if !moved && ch.event != grievance.Joined && ch.event != grievance.Referred {
		return nil
	}
	return d.index(ctx, tx, c)
}

// index makes the words under which the case is found anew.
func (d *Desk) index(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	posts, err := tx.PostsOfCase(ctx, c.ID)
	if err != nil {
		return err
	}
	refs, err := tx.References(ctx, c.ID)
	if err != nil {
		return err
	}
	words := []string{c.Number, c.Title}
	for _, p := range posts {
		if p.ErasedAt.IsZero() {
			title, said, _ := Readable(&p.Post)
			words = append(words, title, said, p.Author.Name, p.Author.Handle)
		}
	}
	for _, r := range refs {
		words = append(words, r.Number)
	}
	return tx.IndexCase(ctx, c, text.Tokens(strings.Join(words, "\n")))
}

// notify tells those who answer for the office now: its leaders, the substitutes of those
// on leave, or the level above where nobody is there.
func (d *Desk) notify(ctx context.Context, tx *store.Tx, officeID int, c *grievance.Case, kind string) error {
	a, err := d.answering(ctx, tx, officeID, c)
	if err != nil {
		return err
	}
	return d.notifyAll(ctx, tx, a.Officers, c, kind)
}

// answering is who answers for the case in an office; an office that it complains of is
// passed over.
func (d *Desk) answering(ctx context.Context, tx *store.Tx, officeID int, c *grievance.Case) (office.Answering, error) {
	var excluded []store.Exclusion
	if c.Against {
		var err error
		if excluded, err = tx.Exclusions(ctx, c.ID); err != nil {
			return office.Answering{}, err
		}
	}
	return d.Office.Answering(ctx, tx, officeID, c, d.Now(), officesOf(excluded)...)
}

// notifyOfficer tells an officer of a case: the substitute of one on leave, the office
// where the officer is no longer there.
func (d *Desk) notifyOfficer(ctx context.Context, tx *store.Tx, officer grievance.ID, c *grievance.Case, kind string) error {
	held, err := tx.ChargesHeldBy(ctx, officer, d.Now())
	if err != nil {
		return err
	}
	var acting grievance.ID
	for _, h := range held {
		if who := h.Acting(); who != 0 && (acting == 0 || h.OfficeID == c.OfficeID) {
			acting = who
		}
	}
	if acting == 0 {
		return d.notify(ctx, tx, c.OfficeID, c, kind)
	}
	return d.notifyAll(ctx, tx, []grievance.ID{acting}, c, kind)
}

func (d *Desk) notifyAll(ctx context.Context, tx *store.Tx, officers []grievance.ID, c *grievance.Case, kind string) error {
	for _, id := range officers {
		if err := tx.Notify(ctx, store.Notice{OfficerID: id, CaseID: c.ID, Kind: kind, Data: c.Number, At: d.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// remark demands words: field is empty or shorter than least letters is refused.
func remark(field, s string, least int) (string, error) {
	s = clean(s)
	if s == "" {
		return "", grievance.Invalid(field, "error."+field+"_required")
	}
	if len([]rune(s)) < least {
		return "", grievance.Invalid(field, "error."+field+"_short")
	}
	return s, inUnicode(field, s)
}

// lineEnds are one kind of line end, so that a letter carries the very bytes that were
// approved.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// clean is a text as it is kept and published: NFC, without blanks at its ends.
func clean(s string) string {
	return strings.TrimSpace(norm.NFC.String(lineEnds.Replace(s)))
}

// within says whether v is one of the allowed.
func within[T comparable](field string, v T, allowed []T) error {
	if !slices.Contains(allowed, v) {
		return grievance.Invalid(field, "error.choose")
	}
	return nil
}

package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// leastReport is how many letters say what was done, at least.
const leastReport = 20

// ReportRequest is an action taken report as an officer files it.
type ReportRequest struct {
	Text   string // as the citizen will read it
	DoneAt time.Time
	DoneBy string
	Place  string
	Files  []Upload
}

// Report files the action taken report; the reviewer is told. What is written here is
// what will be published, to the byte.
func (d *Desk) Report(ctx context.Context, by grievance.Actor, id grievance.ID, r ReportRequest) error {
	words, err := remark("text", r.Text, leastReport)
	if err != nil {
		return err
	}
	if r.DoneAt.IsZero() || r.DoneAt.After(d.Now()) {
		return grievance.Invalid("done_at", "error.done_at")
	}
	files, err := d.keepFiles(ctx, r.Files)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayReport, grievance.Reported, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Apply(grievance.Reported); err != nil {
			return err
		}
		if err := d.fits(ctx, tx, c, words); err != nil {
			return err
		}
		now := d.Now()
		p := &grievance.Report{ID: tx.NewID(now), CaseID: c.ID, Round: c.Round, AuthorID: by.ID, WrittenAt: now, Text: words,
			DoneAt: r.DoneAt, DoneBy: clean(r.DoneBy), Place: clean(r.Place), State: grievance.ReportAwaiting, Files: files}
		if err := tx.InsertReport(ctx, p); err != nil {
			return err
		}
		c.ReportAt = now
		if c.OfficerID == 0 && by.Kind == grievance.OfficerActor {
			c.OfficerID = by.Holder()
		}
		ch.data = map[string]any{"report": p.ID, "version": p.Version, "files": len(files)}
		return d.tellReviewers(ctx, tx, c)
	})
}

// fits refuses words that would not go whole to every complainant on the own channel.
func (d *Desk) fits(ctx context.Context, tx *store.Tx, c *grievance.Case, words string) error {
	all, err := tx.Complainants(ctx, c.ID)
	if err != nil {
		return err
	}
	accounts, err := d.accounts(ctx, tx)
	if err != nil {
		return err
	}
	for _, k := range all {
		a, w := accounts[k.AccountID], d.wayTo(c, k)
		if w != grievance.PublicWay {
			continue
		}
		a.Channel = k.Channel // also where the account is no longer known
		if err := fitsChannel(answerText(c, k, named(words, d.officeNamed(a, c.OfficeID, k.Language)), w, ""), a); err != nil {
			return err
		}
	}
	return nil
}

// tellReviewers tells the office of the case, and the overseers of its round.
func (d *Desk) tellReviewers(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	offices := []int{c.OfficeID}
	for _, o := range d.Office.Offices(d.Now()) {
		if o.Tier == grievance.Administration && o.DistrictID == c.DistrictID && c.DistrictID != 0 {
			offices = append(offices, o.ID)
		}
	}
	overseers, err := tx.Overseers(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, o := range overseers {
		if o.Round == c.Round {
			offices = append(offices, o.OfficeID)
		}
	}
	slices.Sort(offices)
	for _, o := range slices.Compact(offices) {
		if err := d.notify(ctx, tx, o, c, "notice.report_filed"); err != nil {
			return err
		}
	}
	return nil
}

// Approve lets the newest version of the report go out: one answer for each complainant,
// on the own channel. Whoever wrote it does not approve it; after a dispute only the
// level above does. Two approvers at once publish once.
func (d *Desk) Approve(ctx context.Context, by grievance.Actor, id grievance.ID, version int) error {
	return d.act(ctx, by, id, grievance.MayApprove, grievance.Approved, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		p, err := d.awaiting(ctx, tx, c, version)
		if err != nil {
			return err
		}
		if err := d.mayReview(ctx, tx, by, c, p); err != nil {
			return err
		}
		if err := c.Apply(grievance.Approved); err != nil {
			return err
		}
		now := d.Now()
		p.State, p.ReviewerID, p.ReviewedAt = grievance.ReportApproved, by.ID, now
		if err := tx.UpdateReport(ctx, p, grievance.ReportAwaiting); err != nil {
			return err
		}
		c.Approver = by.ID
		ch.data = map[string]any{"report": p.ID, "version": p.Version}
		return d.answerAll(ctx, tx, by, c, p)
	})
}

// SendBack returns the report to its office with the reason.
func (d *Desk) SendBack(ctx context.Context, by grievance.Actor, id grievance.ID, version int, reason string) error {
	reason, err := remark("reason", reason, 1)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayApprove, grievance.SentBack, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		p, err := d.awaiting(ctx, tx, c, version)
		if err != nil {
			return err
		}
		if err := d.mayReview(ctx, tx, by, c, p); err != nil {
			return err
		}
		if err := c.Apply(grievance.SentBack); err != nil {
			return err
		}
		p.State, p.ReviewerID, p.ReviewedAt, p.Reason = grievance.ReportSentBack, by.ID, d.Now(), reason
		if err := tx.UpdateReport(ctx, p, grievance.ReportAwaiting); err != nil {
			return err
		}
		c.ReportAt = time.Time{}
		ch.data, ch.text = map[string]any{"report": p.ID, "version": p.Version}, reason
		return d.notifyOfficer(ctx, tx, p.AuthorID, c, "notice.sent_back")
	})
}

// awaiting is the report that waits for review; the reviewer names the version that was
// read, so nobody approves words that changed meanwhile.
func (d *Desk) awaiting(ctx context.Context, tx *store.Tx, c *grievance.Case, version int) (*grievance.Report, error) {
	all, err := tx.Reports(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no report: %w", grievance.ErrConflict)
	}
	p := all[len(all)-1]
	if p.Version != version || p.State != grievance.ReportAwaiting {
		return nil, fmt.Errorf("report version %d: %w: version %d is %s", version, grievance.ErrConflict, p.Version, p.State)
	}
	return p, nil
}

// ErrOwnReport: whoever wrote the report does not approve it. ErrLevelAbove: after a
// dispute, only an overseer of the round or a reviewer of the whole state approves.
var (
	ErrOwnReport  = fmt.Errorf("own report: %w", grievance.ErrForbidden)
	ErrLevelAbove = fmt.Errorf("the level above approves: %w", grievance.ErrForbidden)
)

func (d *Desk) mayReview(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, p *grievance.Report) error {
	if by.Is(p.AuthorID) {
		return ErrOwnReport
	}
	if c.Round == 0 || by.Scope.All {
		return nil
	}
	overseers, err := tx.Overseers(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, o := range overseers {
		if o.Round == c.Round && o.OfficeID == by.OfficeID && o.Level != joinedLevel {
			return nil
		}
	}
	return ErrLevelAbove
}

// answerAll queues one answer for each complainant. Who cannot be reached by a channel
// stays on the list "answer not delivered" until an officer has recorded how they were told.
func (d *Desk) answerAll(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, p *grievance.Report) error {
	all, err := tx.Complainants(ctx, c.ID)
	if err != nil {
		return err
	}
	g, err := d.ground(ctx, tx)
	if err != nil {
		return err
	}
	for _, k := range all {
		err := d.answer(ctx, tx, g, by, c, k, p)
		if errors.Is(err, errNoWay) {
			c.Undelivered = true
			continue
		}
		if err != nil {
			return fmt.Errorf("answer complainant %s: %w", k.ID, err)
		}
	}
	return nil
}

// Told records how a complainant was told when no channel could carry the answer.
func (d *Desk) Told(ctx context.Context, by grievance.Actor, id, complainant grievance.ID, how string) error {
	how, err := remark("how", how, 5)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayTell, grievance.Told, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		k, err := tx.Complainant(ctx, complainant)
		if err != nil || k.CaseID != c.ID {
			return errors.Join(grievance.ErrNotFound, err)
		}
		if c.State != grievance.ActionTaken || c.Approver == 0 {
			return fmt.Errorf("told: %w: no approved answer", grievance.ErrConflict)
		}
		now := d.Now()
		k.ToldHow, k.DeliveredAt, k.FeedbackUntil = how, now, now.Add(d.Limits.Feedback)
		if err := tx.UpdateComplainant(ctx, k); err != nil {
			return err
		}
		ch.data, ch.text = map[string]any{"complainant": k.ID}, how
		return d.resolveWhenAllKnow(ctx, tx, c)
	})
}

// resolveWhenAllKnow moves a case to resolved once the answer has reached every
// complainant. Its own entry follows the one that is being written.
func (d *Desk) resolveWhenAllKnow(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	all, err := tx.Complainants(ctx, c.ID)
	if err != nil {
		return err
	}
	last := time.Time{}
	for _, k := range all {
		if k.DeliveredAt.IsZero() {
			return nil
		}
		if k.FeedbackUntil.After(last) {
			last = k.FeedbackUntil
		}
	}
	from := c.State
	if err := c.Apply(grievance.Delivered); err != nil {
		return err
	}
	now := d.Now()
	c.ResolvedAt, c.WaitUntil, c.Undelivered = now, last, false
	return tx.Record(ctx, grievance.System, grievance.Delivered, c, from, nil, "", now)
}

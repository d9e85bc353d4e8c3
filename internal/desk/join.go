package desk

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// JoinRequest brings a post into a case that is there. CopyOf is the post that it repeats
// word for word, when that is why.
type JoinRequest struct {
	PostID grievance.ID
	CaseID grievance.ID
	CopyOf grievance.ID
}

// Join adds a post to a case. The complainant's own words count: they answer what was
// asked, give the verdict on an answer, or unlock a code. Another author becomes one more
// complainant and gets every answer. The same request twice has the effect of one.
func (d *Desk) Join(ctx context.Context, by grievance.Actor, r JoinRequest) error {
	late, err := d.JoinAll(ctx, by, []JoinRequest{r})
	if err == nil && len(late) > 0 {
		err = fmt.Errorf("the post is in another case, or the case has ended: %w", grievance.ErrConflict)
	}
	if err != nil {
		return fmt.Errorf("join post %s to case %s: %w", r.PostID, r.CaseID, err)
	}
	return nil
}

// JoinAll joins many posts in one transaction. It passes over, and gives back, those that
// come too late: the post is in another case by now, or what it repeats has ended.
func (d *Desk) JoinAll(ctx context.Context, by grievance.Actor, requests []JoinRequest) (late []grievance.ID, err error) {
	if !by.May(grievance.MaySort) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		late = nil
		posts, err := d.postsByID(ctx, tx, by, len(requests), func(i int) grievance.ID { return requests[i].PostID })
		if err != nil {
			return err
		}
		for _, r := range requests {
			p := posts[r.PostID]
			if p == nil {
				return fmt.Errorf("join post %s: %w", r.PostID, grievance.ErrNotFound)
			}
			if p.CaseID == r.CaseID {
				continue
			}
			c, err := tx.Case(ctx, by.Scope, r.CaseID)
			if err != nil {
				return err
			}
			if p.CaseID != 0 || r.CopyOf != 0 && !c.State.Open() {
				late = append(late, r.PostID)
				continue
			}
			if err := d.join(ctx, tx, by, c, p, r.CopyOf); err != nil {
				return err
			}
		}
		return nil
	})
	return late, err
}

func (d *Desk) join(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, p *grievance.StoredPost, copyOf grievance.ID) error {
	if p.Verdict.Language == "" {
		p.Verdict.Language = c.Language
	}
	if err := d.claim(ctx, tx, p, c.ID); err != nil {
		return err
	}
	if copyOf != 0 {
		if err := tx.CountCopy(ctx, copyOf); err != nil {
			return err
		}
	}
	return d.change(ctx, tx, by, c, grievance.Joined, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"post": p.ID, "copy_of": copyOf}
		if err := d.takeOver(ctx, tx, c, ch, p.ID); err != nil {
			return err
		}
		k, err := tx.ComplainantByAuthor(ctx, c.ID, p.Author.ID)
		if isNone(err) {
			if err := d.learn(ctx, tx, by, grievance.ExampleJoin, p, c.ID, d.ReadingOf(c)); err != nil {
				return err
			}
			return d.joinNew(ctx, tx, c, p)
		}
		if err != nil {
			return err
		}
		return d.hear(ctx, tx, c, k, p)
	})
}

// takeOver hides the case from whom the post complains of, too.
func (d *Desk) takeOver(ctx context.Context, tx *store.Tx, c *grievance.Case, ch *change, post grievance.ID) error {
	said, err := tx.PostExclusions(ctx, post)
	if err != nil {
		return err
	}
	known, err := tx.Exclusions(ctx, c.ID)
	if err != nil {
		return err
	}
	more := slices.DeleteFunc(said[post], func(x store.Exclusion) bool { return slices.Contains(known, x) })
	if len(more) == 0 {
		return nil
	}
	return d.keepAway(ctx, tx, c, ch, more...)
}

// joinNew makes the author one more complainant of the case.
func (d *Desk) joinNew(ctx context.Context, tx *store.Tx, c *grievance.Case, p *grievance.StoredPost) error {
	if p.Author.ID == 0 {
		return d.notify(ctx, tx, c.OfficeID, c, "notice.citizen_wrote")
	}
	accounts, err := d.accounts(ctx, tx)
	if err != nil {
		return err
	}
	k := d.complainant(p, c, accounts)
	// By mail a sender is only who the address claims: one more voice, that sees nothing.
	k.Verified = p.Mail == nil || p.Mail.DMARCPass
	if err := tx.InsertComplainant(ctx, k); err != nil {
		return err
	}
	c.Complained++
	if c.State == grievance.Resolved { // one to whom the answer is owed
		if err := d.notify(ctx, tx, c.OfficeID, c, "notice.joined_resolved"); err != nil {
			return err
		}
	}
	return d.acknowledge(ctx, tx, c, k, p, accounts)
}

// hear takes what a complainant wrote again.
func (d *Desk) hear(ctx context.Context, tx *store.Tx, c *grievance.Case, k *grievance.Complainant, p *grievance.StoredPost) error {
	k.PostID = p.ID
	if err := tx.UpdateComplainant(ctx, k); err != nil {
		return err
	}
	if p.Mail != nil && p.Mail.DMARCFail { // confirms nothing
		return d.notify(ctx, tx, c.OfficeID, c, "notice.citizen_wrote")
	}
	for _, code := range sixDigits.FindAllString(p.Text, 3) {
		unlocked, err := tx.UnlockCode(ctx, c.ID, code, k.ID, d.Now())
		if err != nil || unlocked {
			return err
		}
	}
	switch c.State {
	case grievance.Waiting:
		from := c.State
		if err := d.resume(ctx, tx, c, grievance.Answered); err != nil {
			return err
		}
		if err := tx.Record(ctx, grievance.Citizen(k.Author.ID), grievance.Answered, c, from, map[string]any{"post": p.ID}, "", d.Now()); err != nil {
			return err
		}
	case grievance.Resolved:
		_, words, _ := Readable(&p.Post)
		return d.verdict(ctx, tx, c, k, ReadFeedback(words), "thread")
	}
	return d.notify(ctx, tx, c.OfficeID, c, "notice.citizen_wrote")
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// verdict takes a complainant's word on the answer: all satisfied closes, one not
// satisfied starts again, unclear is for a person to read.
func (d *Desk) verdict(ctx context.Context, tx *store.Tx, c *grievance.Case, k *grievance.Complainant, f grievance.Feedback, how string) error {
	now, citizen := d.Now(), grievance.Citizen(k.Author.ID)
	if f == grievance.FeedbackUnclear {
		if err := tx.Record(ctx, citizen, grievance.SecondLook, c, c.State, map[string]any{"complainant": k.ID, "how": how}, "", now); err != nil {
			return err
		}
		return d.notify(ctx, tx, c.OfficeID, c, "notice.second_look")
	}
	k.Feedback, k.FeedbackAt = f, now
	if err := tx.UpdateComplainant(ctx, k); err != nil {
		return err
	}
	from, data := c.State, map[string]any{"complainant": k.ID, "how": how}
	if f == grievance.FeedbackNo {
		if err := d.again(ctx, tx, c, grievance.Disputed); err != nil {
			return err
		}
		return tx.Record(ctx, citizen, grievance.Disputed, c, from, data, "", now)
	}
	all, err := tx.Complainants(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.Feedback != grievance.FeedbackYes {
			return tx.Record(ctx, citizen, grievance.Satisfied, c, from, data, "", now) // the others are still asked
		}
	}
	if err := c.Apply(grievance.Satisfied); err != nil {
		return err
	}
	if err := d.close(ctx, tx, c, grievance.OutcomeSettled); err != nil {
		return err
	}
	return tx.Record(ctx, citizen, grievance.Satisfied, c, from, data, "", now)
}

// Judge lets an officer read an unclear answer of a citizen as satisfied or not.
func (d *Desk) Judge(ctx context.Context, by grievance.Actor, id, complainant grievance.ID, f grievance.Feedback) error {
	if err := within("feedback", f, []grievance.Feedback{grievance.FeedbackYes, grievance.FeedbackNo}); err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayTell, grievance.SecondLook, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		k, err := tx.Complainant(ctx, complainant)
		if err != nil || k.CaseID != c.ID {
			return errors.Join(grievance.ErrNotFound, err)
		}
		if c.State != grievance.Resolved {
			return fmt.Errorf("verdict: %w: it is %s", grievance.ErrConflict, c.State)
		}
		ch.data = map[string]any{"complainant": k.ID, "read_as": f}
		return d.verdict(ctx, tx, c, k, f, "officer")
	})
}

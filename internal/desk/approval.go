package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// ErrOwnWords: whoever wrote, or last changed, a reply does not approve it.
var ErrOwnWords = fmt.Errorf("own words: %w", grievance.ErrForbidden)

// ApproveReply lets another officer's reply go out, in the version that the approver read.
// Two approvers at once publish once. A question stops the clock from now on.
func (d *Desk) ApproveReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID, version int) error {
	return d.check(ctx, by, id, reply, version, grievance.ReplyApproved, func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, ch *change) error {
		written := r.Kind == grievance.Interim || r.Kind == grievance.Question
		switch {
		case written && c.State.Ended():
			return fmt.Errorf("approve: %w: the case is %s", grievance.ErrConflict, c.State)
		case written && notPublic(c, r):
			return grievance.Invalid("text", "error.sensitive_not_public")
		}
		now := d.Now()
		r.State, r.ApproverID, r.ApprovedAt, r.SendAt, r.Version = grievance.ReplyQueued, by.ID, now, now, max(1, r.Version)
		r.ApprovedHash = grievance.SumText(r.Text)
		ch.data["sha256"] = r.ApprovedHash
		if r.Kind == grievance.Question {
			return d.pause(ctx, tx, by, c)
		}
		return nil
	})
}

// ReturnReply sends a reply that waits for approval back to its author, with the reason.
// The words of an approved report go back as the report: nothing of it is published.
func (d *Desk) ReturnReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID, version int, reason string) error {
	reason, err := remark("reason", reason, 3)
	if err != nil {
		return err
	}
	return d.check(ctx, by, id, reply, version, grievance.ReplySentBack, func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, ch *change) error {
		r.State, r.Reason, ch.text = grievance.ReplyReturned, reason, reason
		switch {
		case r.Kind == grievance.Answer:
			r.State = grievance.ReplyCancelled
			return d.returnAnswer(ctx, tx, c, r, ch)
		case r.Automatic: // the program wrote it: there is nobody to write it anew
			r.State = grievance.ReplyCancelled
			return d.notAcknowledged(ctx, tx, r)
		}
		return tx.Notify(ctx, store.Notice{OfficerID: r.AuthorID, CaseID: c.ID, Kind: "notice.reply_sent_back", Data: c.Number, At: d.Now()})
	})
}

// returnAnswer sends the report back whose words the account does not publish.
func (d *Desk) returnAnswer(ctx context.Context, tx *store.Tx, c *grievance.Case, r *grievance.Reply, ch *change) error {
	if err := c.Apply(grievance.SentBack); err != nil {
		return err
	}
	reports, err := tx.Reports(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, p := range reports {
		if p.ID != r.ReportID {
			continue
		}
		p.State, p.Reason = grievance.ReportSentBack, r.Reason
		if err := tx.UpdateReport(ctx, p, grievance.ReportApproved); err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: p.AuthorID, CaseID: c.ID, Kind: "notice.sent_back", Data: c.Number, At: d.Now()}); err != nil {
			return err
		}
	}
	ch.event = grievance.SentBack
	c.ReportAt, c.Approver, c.Undelivered = time.Time{}, 0, false
	return tx.CancelReplies(ctx, c.ID, grievance.Answer, r.ID) // to the other complainants
}

func (d *Desk) notAcknowledged(ctx context.Context, tx *store.Tx, r *grievance.Reply) error {
	if r.Kind != grievance.Acknowledgement {
		return nil
	}
	k, err := tx.Complainant(ctx, r.ComplainantID)
	if err != nil {
		return err
	}
	k.AckState = "ack.not_sent"
	return tx.UpdateComplainant(ctx, k)
}

// check is what a second person does to a reply that waits: with the permission, within
// the scope, with the right to publish from the account, and never to the own words.
func (d *Desk) check(ctx context.Context, by grievance.Actor, id, reply grievance.ID, version int, e grievance.Event, decide func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, ch *change) error) error {
	return d.onReply(ctx, by, id, reply, version, grievance.MayApproveReply, e, func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, right grievance.Right, ch *change) error {
		switch {
		case by.Is(r.AuthorID): // nor does a substitute approve the words of whom they stand in for
			return ErrOwnWords
		case !right.Least(grievance.PublishRight):
			return grievance.ErrForbidden
		case r.State != grievance.ReplyAwaiting:
			return fmt.Errorf("%w: it is %s", grievance.ErrConflict, r.State)
		}
		return decide(tx, c, r, ch)
	})
}

// EditReply writes the words of a reply anew that has not gone out. Who changes the words
// of another becomes their author, and somebody else approves them; so is it after an
// approval, and for words that were sent back.
func (d *Desk) EditReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID, version int, words string) error {
	words, err := remark("text", words, 2)
	if err != nil {
		return err
	}
	return d.onReply(ctx, by, id, reply, version, grievance.MayRead, grievance.ReplyEdited, func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, right grievance.Right, ch *change) error {
		a, err := d.mayEdit(ctx, tx, by, c, r, right)
		if err != nil {
			return err
		}
		if err := fitsChannel(words, a); err != nil {
			return err
		}
		if notPublic(c, r) {
			return grievance.Invalid("text", "error.sensitive_not_public")
		}
		s := speech{by: by, c: c, way: r.Way, kind: r.Kind}
		checked := r.State != grievance.ReplyQueued || r.AuthorID != by.ID || r.ApproverID != r.AuthorID
		r.Text, r.AuthorID, r.Reason, r.Version = words, by.ID, "", max(1, r.Version)+1
		ch.data["version"] = r.Version
		if checked || needsApproval(s, a, right) {
			r.State, r.ApproverID, r.ApprovedAt, r.ApprovedHash = grievance.ReplyAwaiting, 0, time.Time{}, ""
			return d.tellCheckers(ctx, tx, c, r)
		}
		r.ApproverID, r.ApprovedAt, r.ApprovedHash = by.ID, d.Now(), grievance.SumText(words)
		return nil
	})
}

// notPublic says that the reply would be public in a case that has become sensitive.
func notPublic(c *grievance.Case, r *grievance.Reply) bool {
	return c.Sensitive && r.Way == grievance.PublicWay
}

// mayEdit says whether the actor may write the words anew, and gives their account. The
// words of a report are changed in the report, those of the program not at all.
func (d *Desk) mayEdit(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, r *grievance.Reply, right grievance.Right) (grievance.OfficialAccount, error) {
	mayWrite := by.May(grievance.MayReply) || by.May(grievance.MayAsk)
	writer := r.AuthorID == by.ID && mayWrite && right.Least(grievance.DraftRight)
	checker := by.May(grievance.MayApproveReply) && right.Least(grievance.PublishRight)
	switch {
	case r.Kind != grievance.Interim && r.Kind != grievance.Question, c.State.Ended():
		return grievance.OfficialAccount{}, fmt.Errorf("edit a reply of kind %s: %w", r.Kind, grievance.ErrConflict)
	case !slices.Contains([]grievance.ReplyState{grievance.ReplyAwaiting, grievance.ReplyReturned, grievance.ReplyQueued}, r.State):
		return grievance.OfficialAccount{}, fmt.Errorf("edit: %w: it is %s", grievance.ErrConflict, r.State)
	case !writer && !checker:
		return grievance.OfficialAccount{}, grievance.ErrForbidden
	}
	return tx.Account(ctx, r.AccountID)
}

// DropReply gives up the actor's own reply that has not been approved: it never goes out.
func (d *Desk) DropReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID, version int) error {
	return d.onReply(ctx, by, id, reply, version, grievance.MayRead, grievance.ReplyDropped, func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, right grievance.Right, _ *change) error {
		switch {
		case r.AuthorID != by.ID:
			return grievance.ErrForbidden
		case r.State != grievance.ReplyAwaiting && r.State != grievance.ReplyReturned:
			return fmt.Errorf("drop: %w: it is %s", grievance.ErrConflict, r.State)
		}
		if _, err := d.mayEdit(ctx, tx, by, c, r, right); err != nil {
			return err
		}
		r.State = grievance.ReplyCancelled
		return nil
	})
}

// SendAgain lets a reply go once more that was refused, or that nobody found after a
// doubtful end: an officer has looked and decides. Words that are not those that were
// approved wait for approval instead.
func (d *Desk) SendAgain(ctx context.Context, by grievance.Actor, id, reply grievance.ID, from grievance.ReplyState) error {
	if err := within("state", from, []grievance.ReplyState{grievance.ReplyRefused, grievance.ReplyDoubtful, grievance.ReplyBounced}); err != nil {
		return err
	}
	return d.onReply(ctx, by, id, reply, -1, grievance.MayReply, grievance.Replied, func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, right grievance.Right, _ *change) error {
		switch {
		case !right.Least(grievance.DraftRight):
			return grievance.ErrForbidden
		case r.State != from:
			return fmt.Errorf("send again: %w: it is %s", grievance.ErrConflict, r.State)
		}
		r.SendAt, r.Tries, r.Looks, r.FailClass, r.FailKey = d.Now(), 0, 0, "", ""
		if r.AsApproved(r.Text) {
			r.State = grievance.ReplyQueued
			return nil
		}
		r.State, r.ApproverID, r.ApprovedAt, r.ApprovedHash = grievance.ReplyAwaiting, 0, time.Time{}, ""
		return d.tellCheckers(ctx, tx, c, r)
	})
}

// onReply loads a reply of a case within the scope, in the version that the actor has
// seen (any where it is negative), lets do change it, and saves it unless somebody else
// did meanwhile. What is queued then is sent.
func (d *Desk) onReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID, version int, p grievance.Permission, e grievance.Event, do func(tx *store.Tx, c *grievance.Case, r *grievance.Reply, right grievance.Right, ch *change) error) error {
	return d.act(ctx, by, id, p, e, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		r, err := tx.Reply(ctx, reply)
		if isNone(err) || err == nil && r.CaseID != c.ID {
			return grievance.ErrNotFound
		}
		if err != nil {
			return err
		}
		if version >= 0 && r.Version != version {
			return fmt.Errorf("reply version %d: %w: it is version %d", version, grievance.ErrConflict, r.Version)
		}
		right, err := d.rightIn(ctx, tx, by, r)
		if err != nil {
			return err
		}
		from, was := r.State, r.Version
		ch.data = map[string]any{"reply": r.ID, "version": r.Version}
		if err := do(tx, c, r, right, ch); err != nil {
			return err
		}
		ch.data["state"] = r.State
		if err := tx.ReleaseReply(ctx, r, from, was); err != nil || r.State != grievance.ReplyQueued {
			return err
		}
		return d.order(ctx, tx, r)
	})
}

// rightIn is the actor's right on the account of a reply.
func (d *Desk) rightIn(ctx context.Context, tx *store.Tx, by grievance.Actor, r *grievance.Reply) (grievance.Right, error) {
	a, err := tx.Account(ctx, r.AccountID)
	if err != nil {
		return grievance.NoRight, err
	}
	rows, err := tx.AccountRights(ctx, a.ID)
	if err != nil {
		return grievance.NoRight, err
	}
	post, err := tx.Post(ctx, r.PostID)
	if err != nil && !isNone(err) {
		return grievance.NoRight, err
	}
	return rightOn(by, a, post, rows), nil
}

// tellCheckers tells those of the account's office who may approve the words.
func (d *Desk) tellCheckers(ctx context.Context, tx *store.Tx, c *grievance.Case, r *grievance.Reply) error {
	a, err := tx.Account(ctx, r.AccountID)
	if err != nil {
		return err
	}
	rows, err := tx.AccountRights(ctx, a.ID)
	if err != nil {
		return err
	}
	offices := []int{a.OfficeID}
	for _, x := range rows {
		if x.OfficeID != 0 && x.Level == grievance.PublishRight {
			offices = append(offices, x.OfficeID)
		}
	}
	slices.Sort(offices)
	for _, o := range slices.Compact(offices) {
		charges, err := tx.ChargesOf(ctx, o, d.Now())
		if err != nil {
			return err
		}
		for _, ch := range charges {
			who, ok := d.Office.Actor(ch.Charge)
			acting := ch.Acting()
			if !ok || acting == 0 || acting == r.AuthorID || !who.May(grievance.MayApproveReply) || !rightOn(who, a, nil, rows).Least(grievance.PublishRight) {
				continue
			}
			if err := tx.Notify(ctx, store.Notice{OfficerID: acting, CaseID: c.ID, Kind: "notice.reply_waits", Data: c.Number, At: d.Now()}); err != nil {
				return err
			}
		}
	}
	return nil
}

package desk

import (
	"context"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Reject ends a case as not admissible, for a reason from the fixed list.
func (d *Desk) Reject(ctx context.Context, by grievance.Actor, id grievance.ID, reason, words string) error {
	if err := within("reason", reason, grievance.RejectReasons); err != nil {
		return err
	}
	words, err := remark("remark", words, leastRemark)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayReject, grievance.Rejected, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Apply(grievance.Rejected); err != nil {
			return err
		}
		c.ClosedAt = d.Now()
		ch.data, ch.text = map[string]any{"reason": reason}, words
		return d.declineAll(ctx, tx, by, c, reason)
	})
}

// Readmit takes a rejection back; the clock goes on as if it had not stopped.
func (d *Desk) Readmit(ctx context.Context, by grievance.Actor, id grievance.ID, reason string) error {
	reason, err := remark("reason", reason, 1)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayReject, grievance.Readmitted, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := c.Apply(grievance.Readmitted); err != nil {
			return err
		}
		c.ClosedAt = time.Time{}
		ch.text = reason
		if err := d.leaveClosed(ctx, tx, c); err != nil {
			return err
		}
		return tx.CancelReplies(ctx, c.ID, grievance.NotForUsReply, 0)
	})
}

// Withdraw ends a case because the citizen takes it back.
func (d *Desk) Withdraw(ctx context.Context, by grievance.Actor, id grievance.ID, reason string) error {
	reason, err := remark("reason", reason, 1)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayWithdraw, grievance.Withdrawn, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if c.State == grievance.Waiting {
			if err := tx.EndPause(ctx, c.ID, d.Now()); err != nil {
				return err
			}
		}
		if err := c.Apply(grievance.Withdrawn); err != nil {
			return err
		}
		ch.text = reason
		return d.close(ctx, tx, c, grievance.OutcomeWithdrawn)
	})
}

// Settle ends a suggestion, query or praise with its own outcome.
func (d *Desk) Settle(ctx context.Context, by grievance.Actor, id grievance.ID, o grievance.Outcome, words string) error {
	return d.act(ctx, by, id, grievance.MayReport, grievance.Settled, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if err := within("outcome", o, OutcomesOf(c.Kind)); err != nil {
			return err
		}
		if err := c.Apply(grievance.Settled); err != nil {
			return err
		}
		ch.data, ch.text = map[string]any{"outcome": o}, clean(words)
		return d.close(ctx, tx, c, o)
	})
}

// OutcomesOf lists how a case of the kind may end without a report; a grievance may not.
func OutcomesOf(k grievance.Kind) []grievance.Outcome {
	switch k {
	case grievance.Suggestion:
		return []grievance.Outcome{grievance.OutcomeAccepted, grievance.OutcomeNoted, grievance.OutcomeDeclined}
	case grievance.Query:
		return []grievance.Outcome{grievance.OutcomeAnswered}
	case grievance.Praise:
		return []grievance.Outcome{grievance.OutcomePassedOn}
	}
	return nil
}

// Reopen starts a resolved or closed case again by an officer's hand.
func (d *Desk) Reopen(ctx context.Context, by grievance.Actor, id grievance.ID, reason string) error {
	reason, err := remark("reason", reason, 5)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayReopen, grievance.Reopened, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.text = reason
		return d.again(ctx, tx, c, grievance.Reopened)
	})
}

// again starts the next round: the same office acts, a second clock begins and the first
// is kept, the case is watched one level higher, and every complainant is asked anew.
func (d *Desk) again(ctx context.Context, tx *store.Tx, c *grievance.Case, e grievance.Event) error {
	if err := d.leaveClosed(ctx, tx, c); err != nil {
		return err
	}
	if err := c.Apply(e); err != nil {
		return err
	}
	now := d.Now()
	if err := tx.KeepClock(ctx, c.ID, store.Clock{Round: c.Round, StartedAt: c.ClockStart, DueAt: c.DueAt, StopsAt: now, LimitDays: c.LimitDays, Late: c.Late}); err != nil {
		return err
	}
	all, err := tx.Complainants(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, k := range all {
		k.DeliveredAt, k.ToldHow, k.Feedback, k.FeedbackAt, k.FeedbackUntil = time.Time{}, "", grievance.NoFeedback, time.Time{}, time.Time{}
		if err := tx.UpdateComplainant(ctx, k); err != nil {
			return err
		}
	}
	subject, _ := d.Office.Subject(c.SubjectID)
	c.Round++
	c.ClockStart, c.ReportAt, c.ResolvedAt, c.ClosedAt, c.WaitUntil = now, time.Time{}, time.Time{}, time.Time{}, time.Time{}
	c.Outcome, c.Approver, c.Undelivered = "", 0, false
	d.startClock(c, subject)
	c.Level = min(c.Level+1, grievance.TopLevel)
	if c.Level == grievance.TopLevel {
		c.EscalateAt = time.Time{} // nobody stands above
	}
	if err := d.involveAgain(ctx, tx, c); err != nil {
		return err
	}
	if err := d.addOverseer(ctx, tx, c); err != nil {
		return err
	}
	if err := tx.CheckCase(ctx, c.ID, now); err != nil {
		return err
	}
	return d.notify(ctx, tx, c.OfficeID, c, "notice.reopened")
}

// close ends the road of a case with its outcome.
func (d *Desk) close(ctx context.Context, tx *store.Tx, c *grievance.Case, o grievance.Outcome) error {
	now := d.Now()
	c.Outcome, c.ClosedAt, c.Undelivered = o, now, false
	return tx.KeepClock(ctx, c.ID, store.Clock{Round: c.Round, StartedAt: c.ClockStart, DueAt: c.DueAt, StopsAt: now, LimitDays: c.LimitDays, Late: c.Late})
}

// pause stands the clock still until the citizen answers or the window is over.
func (d *Desk) pause(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case) error {
	if err := c.Apply(grievance.Asked); err != nil {
		return err
	}
	now := d.Now()
	c.PausedAt, c.WaitUntil = now, now.Add(min(d.Limits.AskWindow, d.Limits.MaxPause))
	return tx.StartPause(ctx, c.ID, grievance.Pause{Round: c.Round, From: now, Reason: "clock.waiting_for_citizen", By: by.ID})
}

// resume lets the clock run again: the due time moves by the working time of the pause.
func (d *Desk) resume(ctx context.Context, tx *store.Tx, c *grievance.Case, e grievance.Event) error {
	if err := c.Apply(e); err != nil {
		return err
	}
	now, cal := d.Now(), d.Office.Calendar()
	if err := tx.EndPause(ctx, c.ID, now); err != nil {
		return err
	}
	pauses, err := tx.Pauses(ctx, c.ID, c.Round)
	if err != nil {
		return err
	}
	stood := cal.Between(c.PausedAt, now)
	c.DueAt, _ = cal.Due(c.ClockStart, c.LimitDays, pauses, now)
	if !c.EscalateAt.IsZero() {
		c.EscalateAt = cal.Add(c.EscalateAt, stood)
	}
	c.PausedAt, c.WaitUntil = time.Time{}, time.Time{}
	return nil
}

// Erase blanks a citizen's words for a reason that is kept: deleted on X, or the law's
// right. The case and the office's acts stay.
func (d *Desk) Erase(ctx context.Context, by grievance.Actor, posts []grievance.ID, reason string) error {
	if !by.May(grievance.MayErase) {
		return grievance.ErrForbidden
	}
	reason, err := remark("reason", reason, 5)
	if err != nil {
		return err
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := d.seenPosts(ctx, tx, by, posts); err != nil {
			return err
		}
		return d.erase(ctx, tx, by, posts, reason)
	})
}

func (d *Desk) erase(ctx context.Context, tx *store.Tx, by grievance.Actor, posts []grievance.ID, reason string) error {
	found, err := tx.PostsByID(ctx, posts)
	if err != nil {
		return err
	}
	if len(found) != len(posts) {
		return fmt.Errorf("erase: %w", grievance.ErrNotFound)
	}
	cases, err := tx.ErasePosts(ctx, posts, d.Now())
	if err != nil {
		return err
	}
	for _, id := range cases {
		c, err := tx.Case(ctx, grievance.Scope{All: true}, id)
		if err != nil {
			return err
		}
		err = d.change(ctx, tx, by, c, grievance.Erased, func(_ *store.Tx, c *grievance.Case, ch *change) error {
			ch.data, ch.text = map[string]any{"posts": posts, "texts": tx.ErasedTexts(c.ID)}, reason
			return nil
		})
		if err != nil {
			return err
		}
		if err := d.index(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

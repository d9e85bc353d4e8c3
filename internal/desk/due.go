package desk

import (
	"context"
	"errors"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

const dueBatch = 50

// Due does all that falls due: work that passes on because an officer left, warnings,
// lateness, escalation, ends of waiting and of feedback windows, posts that nobody sorted, words that were deleted on X, days that are
// over and not sealed, floods that begin. It gives how many cases it touched. Run twice at once, each thing still happens once.
func (d *Desk) Due(ctx context.Context) (int, error) {
	touched := 0
	for {
		n := 0
		err := d.Store.Tx(ctx, func(tx *store.Tx) error {
			cases, err := tx.DueCases(ctx, d.Now(), dueBatch)
			if err != nil {
				return err
			}
			n = len(cases)
			for _, c := range cases {
				if err := d.fall(ctx, tx, c); err != nil {
					return fmt.Errorf("due case %s: %w", c.Number, err)
				}
			}
			return nil
		})
		if err != nil {
			return touched, err
		}
		touched += n
		if n < dueBatch {
			break
		}
	}
	return touched, errors.Join(d.passOn(ctx), d.unsorted(ctx), d.eraseGone(ctx), d.expireCopies(ctx), d.deleteFiles(ctx), d.sealDays(ctx), d.dropExports(ctx), d.beginRetention(ctx), d.findClusters(ctx))
}

// ForgetSignIns keeps of sessions, where they came from included, what still stands.
func (d *Desk) ForgetSignIns(ctx context.Context) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.ForgetSignIns(ctx, d.Now()) })
}

// fall does everything that is due for one case, one thing after the other.
func (d *Desk) fall(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	for range 20 {
		c.SetNext(d.Office.Calendar())
		if c.NextAt.IsZero() || c.NextAt.After(d.Now()) {
			return tx.UpdateCase(ctx, c)
		}
		if err := d.fallOnce(ctx, tx, c); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: always due", grievance.ErrConflict)
}

func (d *Desk) fallOnce(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	now, cal := d.Now(), d.Office.Calendar()
	record := func(e grievance.Event, do func(tx *store.Tx, c *grievance.Case, ch *change) error) error {
		return d.change(ctx, tx, grievance.System, c, e, do)
	}
	switch {
	case c.State == grievance.Waiting:
		return record(grievance.WaitOver, func(tx *store.Tx, c *grievance.Case, _ *change) error {
			return d.resume(ctx, tx, c, grievance.WaitOver)
		})
	case c.State == grievance.Resolved:
		return record(grievance.WindowOver, func(tx *store.Tx, c *grievance.Case, _ *change) error { return d.windowOver(ctx, tx, c) })
	case !now.Before(c.DueAt) && !c.Late:
		return record(grievance.Warned, func(tx *store.Tx, c *grievance.Case, ch *change) error {
			c.Late, c.Warned = true, 80
			ch.data = map[string]any{"share": 100}
			return d.notify(ctx, tx, c.OfficeID, c, "notice.late")
		})
	case !c.EscalateAt.IsZero() && !now.Before(c.EscalateAt):
		return record(grievance.Escalated, func(tx *store.Tx, c *grievance.Case, ch *change) error {
			if err := c.Escalate(now, cal); err != nil {
				return err
			}
			ch.data = map[string]any{"level": c.Level}
			return d.addOverseer(ctx, tx, c)
		})
	}
	share := 50
	if c.Warned >= 50 {
		share = 80
	}
	return record(grievance.Warned, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		c.Warned = share
		ch.data = map[string]any{"share": share}
		if c.OfficerID == 0 {
			return d.notify(ctx, tx, c.OfficeID, c, "notice.warned")
		}
		return d.notifyOfficer(ctx, tx, c.OfficerID, c, "notice.warned")
	})
}

// windowOver closes a case when the last feedback window is over: settled when somebody
// said so, else with silence as an outcome of its own.
func (d *Desk) windowOver(ctx context.Context, tx *store.Tx, c *grievance.Case) error {
	all, err := tx.Complainants(ctx, c.ID)
	if err != nil {
		return err
	}
	outcome := grievance.OutcomeNoAnswer
	for _, k := range all {
		if k.Feedback == grievance.FeedbackYes {
			outcome = grievance.OutcomeSettled
		}
		if k.Feedback == grievance.NoFeedback {
			k.Feedback, k.FeedbackAt = grievance.FeedbackWindowOver, d.Now()
			if err := tx.UpdateComplainant(ctx, k); err != nil {
				return err
			}
		}
	}
	if err := c.Apply(grievance.WindowOver); err != nil {
		return err
	}
	return d.close(ctx, tx, c, outcome)
}

// unsorted warns those on duty of posts that nobody has opened in time.
func (d *Desk) unsorted(ctx context.Context) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		posts, err := tx.OverduePosts(ctx, d.Now(), 100)
		if err != nil || len(posts) == 0 {
			return err
		}
		return d.tellDuty(ctx, tx, posts[0], "notice.unsorted")
	})
}

// eraseBatch is how many posts are erased in one transaction.
const eraseBatch = 50

// eraseGone blanks what was deleted on X: there at once, here within 24 hours.
func (d *Desk) eraseGone(ctx context.Context) error {
	for {
		n := 0
		err := d.Store.Tx(ctx, func(tx *store.Tx) error {
			posts, err := tx.GoneUnerased(ctx, grievance.X, eraseBatch)
			if n = len(posts); err != nil || n == 0 {
				return err
			}
			return d.erase(ctx, tx, grievance.System, posts, "deleted on X")
		})
		if err != nil || n < eraseBatch {
			return err
		}
	}
}

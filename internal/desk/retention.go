package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// KeptFor is a rule with what the state has chosen.
type KeptFor struct {
	grievance.RetentionRule
	Days    int // that hold now
	DoneDay string
	Removed int64
}

// Retention lists for how long everything is kept.
func (d *Desk) Retention(ctx context.Context, by grievance.Actor) (all []KeptFor, err error) {
	if !by.May(grievance.MayRetain) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		chosen, err := tx.Retentions(ctx)
		for _, r := range grievance.RetentionRules {
			c := chosen[r.Name]
			all = append(all, KeptFor{RetentionRule: r, Days: daysOf(r, c), DoneDay: c.DoneDay, Removed: c.Removed})
		}
		return err
	})
	return all, err
}

// daysOf are the days that hold: those chosen, within what the rule leaves open.
func daysOf(r grievance.RetentionRule, c store.Retention) int {
	if c.Days == 0 {
		return r.Usual
	}
	return min(max(c.Days, r.Least), r.Most)
}

// SetRetention chooses for how long something is kept.
func (d *Desk) SetRetention(ctx context.Context, by grievance.Actor, rule string, days int) error {
	if !by.May(grievance.MayRetain) {
		return grievance.ErrForbidden
	}
	r, ok := grievance.RetentionRuleOf(rule)
	switch {
	case !ok || r.Fixed():
		return grievance.Invalid("rule", "error.not_a_choice")
	case days < r.Least || days > r.Most:
		return &grievance.InvalidError{Field: "days", Key: "error.retention_days", Args: map[string]any{"Least": r.Least, "Most": r.Most}}
	}
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		chosen, err := tx.Retentions(ctx)
		if err != nil {
			return err
		}
		c := chosen[rule]
		before := daysOf(r, c)
		if before == days {
			return nil
		}
		c.Rule, c.Days = rule, days
		if err := tx.SaveRetention(ctx, c); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "retention.changed", map[string]any{"rule": rule, "before": before, "days": days}, d.Now())
	})
	if err != nil {
		return fmt.Errorf("retention of %s: %w", rule, err)
	}
	return nil
}

// RetainArgs orders one step of a day's round through the rules.
type RetainArgs struct {
	Day  string `json:"day"` // in India
	Rule string `json:"rule"`
}

// Kind names the job.
func (RetainArgs) Kind() string { return "retain" }

// retainBatch is how many rows one step takes away.
const retainBatch = 500

// beginRetention orders the day's round, once.
func (d *Desk) beginRetention(ctx context.Context) error {
	first, day := grievance.RetentionRules[0].Name, grievance.IndianDay(d.Now())
	var begun bool
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		last, err := tx.Meta(ctx, retentionDay)
		begun = last >= day
		return err
	})
	if err != nil || begun {
		return err
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.SetMeta(ctx, retentionDay, day); err != nil {
			return err
		}
		return tx.Enqueue(ctx, RetainArgs{Day: day, Rule: first}, store.Job{Queue: "slow", Unique: true})
	})
}

// retentionDay is the last day whose round was ordered, in what the deployment remembers.
const retentionDay = "retention_day"

// Retain does one step of a day's round and orders the next, which it gives; nil at the
// end. What a rule took away on a day stands in the office log.
func (d *Desk) Retain(ctx context.Context, a RetainArgs) (next *RetainArgs, err error) {
	i := slices.IndexFunc(grievance.RetentionRules, func(r grievance.RetentionRule) bool { return r.Name == a.Rule })
	if i < 0 {
		return nil, fmt.Errorf("retain %q: %w", a.Rule, grievance.ErrNotFound)
	}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		next = nil
		chosen, err := tx.Retentions(ctx)
		if err != nil {
			return err
		}
		c := chosen[a.Rule]
		if c.DoneDay != a.Day {
			c.DoneDay, c.Removed = a.Day, 0
		}
		c.Rule = a.Rule
		n, err := d.retain(ctx, tx, a.Rule, d.Now().AddDate(0, 0, -daysOf(grievance.RetentionRules[i], c)))
		if err != nil {
			return err
		}
		c.Removed += n
		if err := tx.SaveRetention(ctx, c); err != nil {
			return err
		}
		switch {
		case n > 0:
			next = &RetainArgs{Day: a.Day, Rule: a.Rule}
		case c.Removed > 0:
			if err := tx.RecordOffice(ctx, grievance.System, "retention.applied", map[string]any{"rule": a.Rule, "rows": c.Removed}, d.Now()); err != nil {
				return err
			}
		}
		if n == 0 && i+1 < len(grievance.RetentionRules) {
			next = &RetainArgs{Day: a.Day, Rule: grievance.RetentionRules[i+1].Name}
		}
		if next == nil {
			return nil
		}
		return tx.Enqueue(ctx, *next, store.Job{Queue: "slow"})
	})
	if err != nil {
		return nil, fmt.Errorf("retain %s: %w", a.Rule, err)
	}
	return next, nil
}

func (d *Desk) retain(ctx context.Context, tx *store.Tx, rule string, before time.Time) (int64, error) {
	switch rule {
	case grievance.KeepClosedCases, grievance.KeepKeptPosts, grievance.KeepArchives:
		posts, err := tx.ExpiredPosts(ctx, rule, before, eraseBatch)
		if err != nil || len(posts) == 0 {
			return 0, err
		}
		return int64(len(posts)), d.erase(ctx, tx, grievance.System, posts, "kept for its time")
	}
	return tx.Expire(ctx, rule, before, retainBatch)
}

package learning

import (
	"context"
	"fmt"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// What people had decided before examples were kept is made into examples once, a few
// batches at a time.
const (
	backfillKey   = "learning_backfill" // in what the deployment remembers: the last post, or done
	backfillDone  = "done"
	backfillBatch = 500
	backfillSteps = 10
)

func (l *Learning) backfill(ctx context.Context) error {
	for range backfillSteps {
		done := false
		err := l.Store.Tx(ctx, func(tx *store.Tx) error {
			after, err := tx.Meta(ctx, backfillKey)
			if err != nil {
				return err
			}
			if done = after == backfillDone; done {
				return nil
			}
			var from grievance.ID
			if after != "" {
				if from, err = grievance.ParseID(after); err != nil {
					return err
				}
			}
			all, next, err := tx.DecidedPosts(ctx, from, backfillBatch)
			if err != nil {
				return err
			}
			for _, d := range all {
				if err := tx.AddExample(l.exampleOf(d)); err != nil {
					return err
				}
			}
			if next == 0 {
				done = true
				return tx.SetMeta(ctx, backfillKey, backfillDone)
			}
			return tx.SetMeta(ctx, backfillKey, next.String())
		})
		if err != nil {
			return fmt.Errorf("examples of the time before: %w", err)
		}
		if done {
			return nil
		}
	}
	return nil
}

// exampleOf is a decided post as an example.
func (l *Learning) exampleOf(d store.Decided) store.Example {
	var e store.Example
	if d.Case != nil {
		e = desk.ExampleOf(d.Post, d.Case.ID, grievance.ExampleOpen, l.Desk.ReadingOf(d.Case))
	} else {
		e = desk.ExampleOf(d.Post, 0, grievance.ExampleKeep, desk.KeptAs(d.Post.Verdict.Kind, d.KeptReason))
		if d.Post.Verdict.Before == nil { // the clerk's word stands over the engine's
			e.Said.Kind, e.Said.Reason, e.Sure.Kind = "", "", 0
		}
	}
	e.OfficerID, e.ChargeID, e.At = d.OfficerID, d.ChargeID, d.At
	return e
}

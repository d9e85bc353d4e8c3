package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Asking again goes in short rounds, so that no account is held up for long and what it
// may cost is bounded: 28,800 posts a day and account.
const (
	checkPace  = 10 * time.Minute
	checkRound = 200
)

// Check is one round of asking an account's service again for the posts that are due:
// which were edited or deleted there. The first account of a channel that works asks for
// those of accounts that do not. What is deleted is erased by desk.Due.
func (in *Intake) Check(ctx context.Context, account int) error {
	var a grievance.OfficialAccount
	var ids []grievance.ID
	now := in.Now()
	err := in.Store.Tx(ctx, func(tx *store.Tx) error {
		working, idle, err := in.working(ctx, tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(working, func(w grievance.OfficialAccount) bool { return w.ID == account })
		if i < 0 {
			return nil
		}
		a = working[i]
		accounts := []int{a.ID}
		if first := slices.IndexFunc(working, func(w grievance.OfficialAccount) bool { return w.Channel == a.Channel }); first == i {
			for _, other := range idle {
				if other.Channel == a.Channel {
					accounts = append(accounts, other.ID)
				}
			}
		}
		if err := tx.EndChecks(ctx, accounts, now); err != nil {
			return err
		}
		ids, err = tx.PostsToCheck(ctx, accounts, now, checkRound)
		return err
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	return in.askAgain(ctx, a, ids)
}

// CheckPosts asks for these posts now, each through the account that saw it, or another
// of its channel that works.
func (in *Intake) CheckPosts(ctx context.Context, ids []grievance.ID) error {
	of := map[int][]grievance.ID{}
	byID := map[int]grievance.OfficialAccount{}
	err := in.Store.View(ctx, func(tx *store.Tx) error {
		working, _, err := in.working(ctx, tx)
		if err != nil {
			return err
		}
		posts, err := tx.PostsByID(ctx, ids)
		for _, p := range posts {
			if !p.GoneAt.IsZero() || !p.ErasedAt.IsZero() {
				continue
			}
			best := slices.IndexFunc(working, func(a grievance.OfficialAccount) bool { return slices.Contains(p.Accounts, a.ID) })
			if best < 0 {
				best = slices.IndexFunc(working, func(a grievance.OfficialAccount) bool { return a.Channel == p.Channel })
			}
			if best >= 0 {
				a := working[best]
				of[a.ID], byID[a.ID] = append(of[a.ID], p.ID), a
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	var errs []error
	for id, posts := range of {
		errs = append(errs, in.askAgain(ctx, byID[id], posts))
	}
	return errors.Join(errs...)
}

// working parts the accounts into those whose service can be asked now, and the others.
func (in *Intake) working(ctx context.Context, tx *store.Tx) (working, idle []grievance.OfficialAccount, err error) {
	all, err := tx.Accounts(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range all {
		if a.Archive {
			continue
		}
		h, err := tx.Health(ctx, a.ID)
		if err != nil {
			return nil, nil, err
		}
		if in.Accounts.Silent(a, h) {
			idle = append(idle, a)
		} else {
			working = append(working, a)
		}
	}
	return working, idle, nil
}

// askAgain asks the account's service for posts and keeps what it says, what it cost, and
// that it was asked.
func (in *Intake) askAgain(ctx context.Context, a grievance.OfficialAccount, ids []grievance.ID) error {
	c, err := in.Open(ctx, a)
	if err != nil {
		return fmt.Errorf("check account %d: %w", a.ID, err)
	}
	checker, ok := c.(connector.Checker)
	if !ok {
		return nil
	}
	var there []string
	err = in.Store.View(ctx, func(tx *store.Tx) error {
		posts, err := tx.PostsByID(ctx, ids)
		for _, p := range posts {
			there = append(there, p.ExternalID)
		}
		return err
	})
	if err != nil {
		return err
	}
	b, err := checker.Check(ctx, there)
	if err != nil {
		return errors.Join(fmt.Errorf("check account %d: %w", a.ID, err), in.pollFailed(ctx, a.ID, err))
	}
	now := in.Now()
	return in.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := in.keep(ctx, tx, a, b.Items, now, false); err != nil {
			return err
		}
		if err := tx.RecordBudget(ctx, a.ID, store.Budget(b.Budget), now); err != nil {
			return err
		}
		return tx.Checked(ctx, ids, now)
	})
}

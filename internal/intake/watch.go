package intake

import (
	"context"
	"fmt"
	"sync"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Watch polls every account at its pace, and at once when its service has news, until ctx
// ends. One process at a time holds the lease of an account.
func (in *Intake) Watch(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	watched := map[int]bool{}
	for {
		var accounts []grievance.OfficialAccount
		err := in.Store.View(ctx, func(tx *store.Tx) (err error) {
			accounts, err = tx.Accounts(ctx)
			return err
		})
		if err != nil && ctx.Err() == nil {
			in.Log.ErrorContext(ctx, "accounts cannot be read", "error", err)
		}
		for _, a := range accounts {
			if !a.Archive && !watched[a.ID] {
				watched[a.ID] = true
				wg.Go(func() { in.watchAccount(ctx, a.ID, in.Accounts.Pace(a.Channel)) })
			}
		}
		if !wait(ctx, min(30*time.Second, in.Accounts.Pace(grievance.X))) { // accounts connected since are seen then
			return
		}
	}
}

func (in *Intake) watchAccount(ctx context.Context, account int, every time.Duration) {
	var checked, again time.Time
	tend := in.Tend // at the start in any case: our address may be a new one
	for {
		if in.lease(ctx, account, every) {
			if in.Now().After(again) {
				err := tend(ctx, account)
				tend = in.TendDue
				if err != nil && ctx.Err() == nil {
					again = in.Now().Add(tendAgain)
					in.Log.WarnContext(ctx, "account not in order", "account", account, "class", connector.ClassOf(err))
				}
			}
			if err := in.Poll(ctx, account); err != nil && ctx.Err() == nil {
				in.Log.WarnContext(ctx, "poll failed", "account", account, "class", connector.ClassOf(err))
			}
			if in.Now().Sub(checked) >= checkPace {
				checked = in.Now()
				if err := in.Check(ctx, account); err != nil && ctx.Err() == nil {
					in.Log.WarnContext(ctx, "check failed", "account", account, "class", connector.ClassOf(err))
				}
			}
		}
		if !in.news(ctx, account, every) {
			return
		}
	}
}

// news waits until the account's service has news or the pace is over; false when ctx ended.
func (in *Intake) news(ctx context.Context, account int, every time.Duration) bool {
	idle, cancel := context.WithTimeout(ctx, every)
	defer cancel()
	var a grievance.OfficialAccount
	err := in.Store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.Account(ctx, account)
		return err
	})
	if err != nil || !a.StoppedAt.IsZero() {
		return wait(ctx, every)
	}
	c, err := in.Open(ctx, a)
	if err != nil {
		return wait(ctx, every)
	}
	l, ok := c.(connector.Listener)
	if !ok {
		return wait(ctx, every)
	}
	err = l.Wait(idle)
	switch {
	case idle.Err() != nil: // nothing came in all that time
	case err != nil:
		return wait(ctx, min(every, time.Minute)) // the line broke: go on by poll
	default:
		in.pushed(ctx, account)
	}
	return ctx.Err() == nil
}

// pushed keeps that the service said by itself that there is news.
func (in *Intake) pushed(ctx context.Context, account int) {
	if err := in.Store.Tx(ctx, func(tx *store.Tx) error { return tx.RecordPush(ctx, account, in.Now()) }); err != nil && ctx.Err() == nil {
		in.Log.WarnContext(ctx, "the push cannot be recorded", "account", account, "err", err)
	}
}

func (in *Intake) lease(ctx context.Context, account int, every time.Duration) bool {
	var ok bool
	err := in.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		_, ok, err = tx.TakeLease(ctx, fmt.Sprintf("account %d", account), in.Holder, in.Now(), 2*every+time.Minute)
		return err
	})
	return err == nil && ok
}

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

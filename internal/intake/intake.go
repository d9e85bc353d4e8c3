// Package intake brings posts from official accounts to the desk: it polls, takes
// webhooks, stores what arrived before anything is decided, and sorts in batches.
package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"sync"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// Sorter says what a post is about, and what of it may be decided alone: the models that an
// office trains, and what stands in for them in a test. own are the official accounts that
// saw the post, earlier the districts of its author's last cases.
type Sorter interface {
	Sort(p *grievance.StoredPost, own []grievance.OfficialAccount, earlier []int) grievance.Verdict
	// Alone is the rule of a decision that was switched on; false: a person decides.
	Alone(d grievance.AloneDecision) (grievance.AloneRule, bool)
}

// Intake reads official accounts.
type Intake struct {
	Store    *store.Store
	Desk     *desk.Desk
	Accounts *office.Accounts
	Sorter   Sorter
	// Open gives the connector of an account; Receivers take the webhooks of a channel.
	Open      func(ctx context.Context, a grievance.OfficialAccount) (connector.Connector, error)
	Receivers map[grievance.Channel]connector.Receiver
	// Webhooks are the addresses that a channel's service is asked to push to.
	Webhooks map[grievance.Channel]string
	Now      func() time.Time
	Log      *slog.Logger
	Holder   string // names this process in leases

	subscribing sync.Mutex
}

// SortPostsArgs orders the sorting of stored posts, at most a hundred.
type SortPostsArgs struct {
	PostIDs []grievance.ID `json:"post_ids"`
}

// Kind names the job.
func (SortPostsArgs) Kind() string { return "sort_posts" }

// ReadDeliveryArgs orders the reading of a stored webhook body.
type ReadDeliveryArgs struct {
	DeliveryID grievance.ID `json:"delivery_id"`
}

// Kind names the job.
func (ReadDeliveryArgs) Kind() string { return "read_delivery" }

// sortBatch is how many posts one sorting job carries.
const sortBatch = 100

// Poll reads every source of the account to its last page. Each page is stored in one
// transaction with the cursor it ends. A failure is recorded with the account's health
// and returned; nothing that was read before it is lost.
func (in *Intake) Poll(ctx context.Context, account int) error {
	var (
		a       grievance.OfficialAccount
		threads []string
	)
	err := in.Store.View(ctx, func(tx *store.Tx) error {
		var err error
		if a, err = tx.Account(ctx, account); err != nil {
			return err
		}
		h, err := tx.HealthNow(ctx, account, in.Now())
		if err != nil {
			return err
		}
		if in.Accounts.Paused(a, h) {
			return errPaused
		}
		threads, err = tx.OpenThreads(ctx, account, 50)
		return err
	})
	if errors.Is(err, errPaused) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("poll account %d: %w", account, err)
	}
	c, err := in.Open(ctx, a)
	if err != nil {
		err = &connector.Failure{Class: connector.SignIn, Err: err}
		return errors.Join(err, in.pollFailed(ctx, account, err))
	}
	for _, src := range c.Sources(threads) {
		if err := in.pollSource(ctx, a, c, src); err != nil {
			return errors.Join(fmt.Errorf("poll account %d, %s: %w", account, src.Kind, err), in.pollFailed(ctx, account, err))
		}
	}
	now := in.Now()
	return in.Store.Tx(ctx, func(tx *store.Tx) error { return tx.RecordPoll(ctx, account, now) })
}

var errPaused = errors.New("account is paused")

func (in *Intake) pollSource(ctx context.Context, a grievance.OfficialAccount, c connector.Connector, src connector.Source) error {
	var cursor string
	err := in.Store.View(ctx, func(tx *store.Tx) (err error) {
		cursor, err = tx.Cursor(ctx, a.ID, src.Name())
		return err
	})
	if err != nil {
		return err
	}
	for {
		b, err := c.Fetch(ctx, src, cursor)
		if err != nil {
			return err
		}
		if err := in.keepFiles(ctx, b.Items); err != nil {
			return err
		}
		now := in.Now()
		err = in.Store.Tx(ctx, func(tx *store.Tx) error {
			if err := in.keep(ctx, tx, a, b.Items, now, false); err != nil {
				return err
			}
			if err := tx.RecordBudget(ctx, a.ID, store.Budget(b.Budget), now); err != nil {
				return err
			}
			if !b.Done || b.Cursor == "" {
				return nil
			}
			return tx.SetCursor(ctx, a.ID, src.Name(), b.Cursor, now)
		})
		if err != nil {
			return err
		}
		if b.Done {
			return nil
		}
		src.Page = b.NextPage
	}
}

func (in *Intake) pollFailed(ctx context.Context, account int, cause error) error {
	f, ok := errors.AsType[*connector.Failure](cause)
	if !ok {
		f = &connector.Failure{Class: connector.Temporary}
	}
	now := in.Now()
	ctx = context.WithoutCancel(ctx)
	err := in.Store.Tx(ctx, func(tx *store.Tx) error {
		return tx.RecordFailure(ctx, account, false, string(f.Class), f.Code, f.Until, now)
	})
	if f.Class == connector.SignIn || f.Class == connector.Unpaid { // nothing comes any more: somebody must hear of it now
		err = errors.Join(err, in.Accounts.Watch(ctx))
	}
	return err
}

// keep stores items of one account and orders their sorting, in the caller's transaction.
func (in *Intake) keep(ctx context.Context, tx *store.Tx, a grievance.OfficialAccount, items []connector.Item, now time.Time, imported bool) error {
	_, err := in.keepAll(ctx, tx, a, items, now, imported)
	return err
}

func (in *Intake) keepAll(ctx context.Context, tx *store.Tx, a grievance.OfficialAccount, items []connector.Item, now time.Time, imported bool) ([]store.PostResult, error) {
	incoming := make([]store.Incoming, 0, len(items))
	for _, it := range items {
		if it.What == connector.ItemUnreadable {
			if err := tx.KeepUnreadable(ctx, a.Channel, it.Post.Raw, it.Note, now); err != nil {
				return nil, err
			}
		}
		if !it.IsPost() {
			continue
		}
		incoming = append(incoming, store.Incoming{What: it.What, Post: it.Post, At: it.At, Imported: imported})
	}
	results, err := tx.StorePosts(ctx, a.ID, incoming, now)
	if err != nil {
		return nil, err
	}
	var fresh []grievance.ID
	for i, r := range results {
		if r.Result != store.Stored {
			continue
		}
		fresh = append(fresh, r.ID)
		if err := in.attach(ctx, tx, incoming[i].Post, r.ID); err != nil {
			return nil, err
		}
	}
	for len(fresh) > 0 {
		n := min(len(fresh), sortBatch)
		if err := tx.Enqueue(ctx, SortPostsArgs{PostIDs: fresh[:n]}, store.Job{Queue: "sort"}); err != nil {
			return nil, err
		}
		fresh = fresh[n:]
	}
	return results, nil
}

// ReceiveWebhook checks the signature over the raw body and stores it; a job reads it.
// A wrong signature stores nothing and is ErrForbidden.
func (in *Intake) ReceiveWebhook(ctx context.Context, ch grievance.Channel, header http.Header, body []byte) error {
	r, ok := in.Receivers[ch]
	if !ok {
		return fmt.Errorf("webhook of %s: %w", ch, grievance.ErrNotFound)
	}
	if err := r.Verify(header, body); err != nil {
		return fmt.Errorf("webhook of %s: %w: %w", ch, grievance.ErrForbidden, err)
	}
	now := in.Now()
	return in.Store.Tx(ctx, func(tx *store.Tx) error {
		id, err := tx.SaveDelivery(ctx, ch, body, now)
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, ReadDeliveryArgs{DeliveryID: id}, store.Job{Queue: "sort"})
	})
}

// ReadDelivery turns a stored body into posts. A body that cannot be read is kept and
// shown to the administrator.
func (in *Intake) ReadDelivery(ctx context.Context, id grievance.ID) error {
	return in.Store.Tx(ctx, func(tx *store.Tx) error {
		d, err := tx.Delivery(ctx, id)
		if err != nil {
			return fmt.Errorf("delivery %s: %w", id, err)
		}
		if d.State != store.DeliveryNew {
			return nil
		}
		r, ok := in.Receivers[d.Channel]
		if !ok {
			return tx.MarkDelivery(ctx, id, store.DeliveryUnreadable, "no receiver for the channel")
		}
		b, err := r.Read(d.Body)
		if err != nil {
			in.Log.WarnContext(ctx, "webhook body cannot be read", "delivery", id, "channel", d.Channel)
			return tx.MarkDelivery(ctx, id, store.DeliveryUnreadable, "not readable")
		}
		unknown, err := in.keepByAccount(ctx, tx, d.Channel, b.Items)
		if err != nil {
			return err
		}
		if unknown {
			return tx.MarkDelivery(ctx, id, store.DeliveryUnreadable, "for an account that is not connected here")
		}
		return tx.MarkDelivery(ctx, id, store.DeliveryRead, "")
	})
}

// Requeue orders the reading of every body that waits, after a restore that brought the
// bodies without their jobs.
func (in *Intake) Requeue(ctx context.Context) error {
	return in.Store.Tx(ctx, func(tx *store.Tx) error {
		waiting, err := tx.OpenDeliveries(ctx, store.DeliveryNew, math.MaxInt32)
		for _, d := range waiting {
			if err := tx.Enqueue(ctx, ReadDeliveryArgs{DeliveryID: d.ID}, store.Job{Queue: "sort"}); err != nil {
				return err
			}
		}
		return err
	})
}

// keepByAccount stores items under the accounts that they name.
func (in *Intake) keepByAccount(ctx context.Context, tx *store.Tx, ch grievance.Channel, items []connector.Item) (unknown bool, err error) {
	accounts, err := tx.Accounts(ctx)
	if err != nil {
		return false, err
	}
	now := in.Now()
	left := len(items)
	for _, a := range accounts {
		if a.Channel != ch || !a.Connected() {
			continue
		}
		var own []connector.Item
		for _, it := range items {
			if it.AccountExternalID == a.ExternalID {
				own = append(own, it)
			}
		}
		if len(own) == 0 {
			continue
		}
		left -= len(own)
		if err := in.keep(ctx, tx, a, own, now, false); err != nil {
			return false, err
		}
		if err := tx.RecordPush(ctx, a.ID, now); err != nil {
			return false, err
		}
	}
	return left > 0, nil
}

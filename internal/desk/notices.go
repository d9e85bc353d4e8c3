package desk

import (
	"context"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// NoticesShown is how many unread and how many read notices a page lists.
const NoticesShown = 100

// Notices lists what the actor was told: what is unread first, then the newest first.
func (d *Desk) Notices(ctx context.Context, by grievance.Actor) (all []store.Notice, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Notices(ctx, by.Scope, NoticesShown)
		return err
	})
	return all, err
}

// ReadNotice marks one of the actor's notices as read and gives it.
func (d *Desk) ReadNotice(ctx context.Context, by grievance.Actor, id grievance.ID) (n store.Notice, err error) {
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		if n, err = tx.Notice(ctx, by.Scope, id); err != nil {
			return err
		}
		return tx.ReadNotices(ctx, by.ID, id, d.Now())
	})
	return n, err
}

// ReadNotices marks what the actor was told as read.
func (d *Desk) ReadNotices(ctx context.Context, by grievance.Actor) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.ReadNotices(ctx, by.ID, 0, d.Now()) })
}

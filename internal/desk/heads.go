package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// headAfter is how long after midnight a day is sealed: by then everything that was begun
// on the day has been written.
const headAfter = 10 * time.Minute

// sealDays makes the daily head of each day that is over and has none, and tells the
// auditors of yesterday's. Several programs at once make each head once.
func (d *Desk) sealDays(ctx context.Context) error {
	now := d.Now()
	var next time.Time
	err := d.Store.View(ctx, func(tx *store.Tx) (err error) {
		next, err = tx.NextHead(ctx)
		return err
	})
	for err == nil && !next.IsZero() && !now.Before(grievance.NextDay(next).Add(headAfter)) {
		err = d.sealDay(ctx, next, now)
		if errors.Is(err, grievance.ErrConflict) {
			return nil // another program is at it
		}
		next = grievance.NextDay(next)
	}
	return err
}

func (d *Desk) sealDay(ctx context.Context, start, now time.Time) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		h, err := tx.MakeHead(ctx, start, now)
		if err != nil {
			return err
		}
		if now.Before(grievance.NextDay(h.Until).Add(headAfter)) { // of days made up for, the last says all
			return d.tellAuditors(ctx, tx, "notice.daily_head", h.Day+" "+grievance.HashText(h.Hash))
		}
		return nil
	})
}

// tellAuditors tells everyone who may audit. The heads that they hold outside the program
// are what the program can be held to.
func (d *Desk) tellAuditors(ctx context.Context, tx *store.Tx, kind, data string) error {
	now := d.Now()
	charges, err := tx.AllCharges(ctx, now)
	if err != nil {
		return err
	}
	var told []grievance.ID
	for _, c := range charges {
		r, _ := d.Office.Role(c.Role)
		if !r.May(grievance.MayAudit) || slices.Contains(told, c.OfficerID) {
			continue
		}
		told = append(told, c.OfficerID)
		if err := tx.Notify(ctx, store.Notice{OfficerID: c.OfficerID, Kind: kind, Data: data, At: now}); err != nil {
			return err
		}
	}
	return nil
}

// headsShown is how many heads a page holds: a year.
const headsShown = 366

// PublicHeads lists the heads of the days before one (empty: of all), the newest first, a
// year of them. Everybody may see them.
func (d *Desk) PublicHeads(ctx context.Context, before string) (all []grievance.DailyHead, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.DailyHeads(ctx, before, headsShown)
		return err
	})
	return all, err
}

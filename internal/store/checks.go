package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// A service is asked again for a post a little more than once a day, so that what was
// deleted there is erased here within 24 hours: while its case is open and for 30 days
// after. What waits to be sorted may become a case, and is asked for too.
const (
	checkEvery = 23 * time.Hour
	checkAfter = 30 * 24 * time.Hour
)

// firstCheck is when the service is asked again for a new post; 0: never, it cannot be.
func firstCheck(p *grievance.Post, imported bool, now time.Time) int64 {
	if p.Direction != grievance.In || imported || p.ExternalID == "" || p.Channel != grievance.X && p.Channel != grievance.Facebook {
		return 0
	}
	return ms(now.Add(checkEvery))
}

// checkable are the posts that a service can be asked for, as firstCheck says.
const checkable = `direction = 'in' AND gone_at = 0 AND erased_at = 0 AND external_id <> '' AND NOT imported AND channel IN ('x', 'facebook')`

// PostsToCheck lists posts that the accounts saw first and that are due to be asked for
// again, those that have waited longest first.
func (tx *Tx) PostsToCheck(ctx context.Context, accounts []int, now time.Time, limit int) ([]grievance.ID, error) {
	w := &where{}
	w.and("check_at <> 0 AND check_at <= ?", ms(now))
	inList(w, "account_id", accounts)
	rows, err := tx.QueryContext(ctx, `SELECT id FROM posts WHERE `+w.String()+` ORDER BY check_at, id LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// EndChecks asks no more for posts that are due and that nobody works on any longer.
func (tx *Tx) EndChecks(ctx context.Context, accounts []int, now time.Time) error {
	w := &where{}
	w.and("check_at <> 0 AND check_at <= ?", ms(now))
	w.and(`NOT (`+checkable+` AND (case_id = 0 AND sorted IN ('new', 'ask', 'failed')
		OR EXISTS (SELECT 1 FROM cases c WHERE c.id = posts.case_id AND (c.closed_at IS NULL OR c.closed_at > ?))))`, ms(now.Add(-checkAfter)))
	inList(w, "account_id", accounts)
	_, err := tx.ExecContext(ctx, `UPDATE posts SET check_at = 0 WHERE `+w.String(), w.args...)
	return err
}

// Checked notes that the service was asked for the posts now.
func (tx *Tx) Checked(ctx context.Context, posts []grievance.ID, now time.Time) error {
	w := &where{}
	at, next := w.arg(ms(now)), w.arg(ms(now.Add(checkEvery)))
	inList(w, "id", posts)
	_, err := tx.ExecContext(ctx, `UPDATE posts SET checked_at = CAST(`+at+` AS BIGINT), check_at = CASE WHEN check_at = 0 THEN 0 ELSE CAST(`+next+` AS BIGINT) END WHERE `+w.String(), w.args...)
	return err
}

// CheckCase has the posts of a case asked for daily from now on, those that are not yet.
func (tx *Tx) CheckCase(ctx context.Context, c grievance.ID, now time.Time) error {
	return tx.beginChecks(ctx, ofCase("posts", c), now)
}

// CheckPosts has posts asked for daily from now on, those that are not yet.
func (tx *Tx) CheckPosts(ctx context.Context, ids []grievance.ID, now time.Time) error {
	w := &where{}
	inList(w, "id", ids)
	return tx.beginChecks(ctx, w, now)
}

func (tx *Tx) beginChecks(ctx context.Context, w *where, now time.Time) error {
	w.and("check_at = 0 AND " + checkable)
	_, err := tx.ExecContext(ctx, `UPDATE posts SET check_at = `+w.arg(ms(now))+` WHERE `+w.String(), w.args...)
	return err
}

// StalePosts lists the posts of a case that X was not asked for since a moment.
func (tx *Tx) StalePosts(ctx context.Context, c grievance.ID, since time.Time, limit int) ([]grievance.ID, error) {
	w := ofCase("posts", c)
	w.and("channel = 'x' AND checked_at < ? AND "+checkable, ms(since))
	rows, err := tx.QueryContext(ctx, `SELECT id FROM posts WHERE `+w.String()+` ORDER BY id LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

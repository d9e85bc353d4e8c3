package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"nivaran/internal/grievance"
)

// Retention is what the state has chosen of a rule, and when it was last applied.
type Retention struct {
	Rule    string
	Days    int    // 0: as usual
	DoneDay string // in India; empty: never
	Removed int64  // on that day
}

// Retentions lists what is kept of each rule that was changed or applied.
func (tx *Tx) Retentions(ctx context.Context) (map[string]Retention, error) {
	rows, err := tx.QueryContext(ctx, `SELECT rule, days, done_day, removed FROM retention`)
	all, err := collect(rows, err, func(r *sql.Rows) (x Retention, err error) {
		return x, r.Scan(&x.Rule, &x.Days, &x.DoneDay, &x.Removed)
	})
	byRule := make(map[string]Retention, len(all))
	for _, x := range all {
		byRule[x.Rule] = x
	}
	return byRule, err
}

// SaveRetention keeps what was chosen of a rule, and how it was applied.
func (tx *Tx) SaveRetention(ctx context.Context, r Retention) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO retention (rule, days, done_day, removed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (rule) DO UPDATE SET days = excluded.days, done_day = excluded.done_day, removed = excluded.removed`, r.Rule, r.Days, r.DoneDay, r.Removed)
	return err
}

// readLogFrom is the day before which entries of the read log were taken away.
const readLogFrom = "read_log_from"

// endedBefore is true for posts without a case that anybody works on.
const endedBefore = `(p.case_id = 0 AND p.sorted NOT IN ('new', 'ask', 'failed') OR EXISTS (SELECT 1 FROM cases c WHERE c.id = p.case_id AND c.closed_at IS NOT NULL))`

// ExpiredPosts lists posts whose words have been kept for their time under the rule.
func (tx *Tx) ExpiredPosts(ctx context.Context, rule string, before time.Time, limit int) ([]grievance.ID, error) {
	from := map[string]string{
		grievance.KeepClosedCases: `FROM cases c JOIN posts p ON p.case_id = c.id AND p.case_id <> 0 WHERE c.closed_at IS NOT NULL AND c.closed_at < $1 AND p.direction = 'in'`,
		grievance.KeepKeptPosts:   `FROM posts p WHERE p.sorted = 'kept' AND p.case_id = 0 AND NOT p.imported AND p.received_at < $1`,
		grievance.KeepArchives:    `FROM posts p WHERE p.sorted = 'kept' AND p.case_id = 0 AND p.imported AND p.received_at < $1`,
	}[rule]
	if from == "" {
		return nil, fmt.Errorf("rule %q: %w", rule, grievance.ErrNotFound)
	}
	rows, err := tx.QueryContext(ctx, `SELECT p.id `+from+` AND p.erased_at = 0 ORDER BY p.id LIMIT $2`, ms(before), limit)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// Expire takes rows away that have been kept for their time under a rule that is about no
// post's words, at most limit of them, and says how many.
func (tx *Tx) Expire(ctx context.Context, rule string, before time.Time, limit int) (int64, error) {
	table := func(name, key, ended string) (string, []any) {
		return `DELETE FROM ` + name + ` WHERE ` + key + ` IN (SELECT ` + key + ` FROM ` + name + ` WHERE ` + ended + ` ORDER BY ` + key + ` LIMIT $2)`, []any{ms(before), limit}
	}
	var query string
	var args []any
	switch rule {
	case grievance.KeepRawBytes:
		if _, err := tx.ExecContext(ctx, `UPDATE post_versions SET raw = NULL WHERE raw IS NOT NULL AND post_id IN (SELECT p.id FROM posts p WHERE p.raw IS NOT NULL AND p.received_at < $1 AND `+endedBefore+` ORDER BY p.id LIMIT $2)`, ms(before), limit); err != nil {
			return 0, err
		}
		query, args = `UPDATE posts SET raw = NULL WHERE id IN (SELECT p.id FROM posts p WHERE p.raw IS NOT NULL AND p.received_at < $1 AND `+endedBefore+` ORDER BY p.id LIMIT $2)`, []any{ms(before), limit}
	case grievance.KeepBodies:
		query, args = table("deliveries", "id", "state = 'unreadable' AND received_at < $1")
	case grievance.KeepNotices:
		query, args = table("notices", "id", "at < $1")
	case grievance.KeepMails:
		query, args = table("mails", "id", "ended_at <> 0 AND ended_at < $1")
	case grievance.KeepRequests:
		query, args = table("citizens_requests", "id", "state <> 'working' AND at < $1")
	case grievance.KeepSearches:
		query, args = table("searches", "id", "at < $1")
	case grievance.KeepPrints:
		return tx.expirePrints(ctx, before, limit)
	case grievance.KeepClusters:
		return tx.expireClusters(ctx, before, limit)
	case grievance.KeepReadLog:
		return tx.expireReads(ctx, grievance.IndianDay(before))
	default: // taken away where it ends: desk.Due, the minute's job
		return 0, nil
	}
	r, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// expireReads takes away the read log of one day before another; where its chains ended
// stays, so that the heads of the days can still be checked.
func (tx *Tx) expireReads(ctx context.Context, before string) (int64, error) {
	var day sql.NullString
	if err := tx.QueryRowContext(ctx, `SELECT MIN(day) FROM read_log WHERE day < $1`, before).Scan(&day); err != nil || !day.Valid {
		return 0, err
	}
	r, err := tx.ExecContext(ctx, `DELETE FROM read_log WHERE day = $1`, day.String)
	if err != nil {
		return 0, err
	}
	if err := tx.SetMeta(ctx, readLogFrom, before); err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

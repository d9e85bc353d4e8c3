package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Notice tells an officer that something needs a look.
type Notice struct {
	ID        grievance.ID
	OfficerID grievance.ID
	CaseID    grievance.ID
	PostID    grievance.ID
	Kind      string // message key after "notice."
	Data      string // a registration number or a code, never a citizen's words
	At        time.Time
	ReadAt    time.Time
}

// Notify adds a notice.
func (tx *Tx) Notify(ctx context.Context, n Notice) error {
	n.ID = tx.NewID(n.At)
	return tx.holdRow("notices", "id, officer_id, case_id, post_id, kind, data, at", "", n.ID, n.OfficerID, n.CaseID, n.PostID, n.Kind, n.Data, ms(n.At))
}

// Notices lists the notices of the scope's viewer, the newest first. Those of cases that
// are hidden from the viewer by now are left out, however old.
func (tx *Tx) Notices(ctx context.Context, s grievance.Scope, limit int) ([]Notice, error) {
	w := &where{}
	w.and("n.officer_id = ?", s.Viewer)
	w.unlessHidden(s, "n.case_id")
	rows, err := tx.QueryContext(ctx, `SELECT id, officer_id, case_id, post_id, kind, data, at, read_at FROM notices n WHERE `+w.String()+` ORDER BY id DESC LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (n Notice, err error) {
		var when, read int64
		err = r.Scan(&n.ID, &n.OfficerID, &n.CaseID, &n.PostID, &n.Kind, &n.Data, &when, &read)
		n.At, n.ReadAt = at(when), at(read)
		return n, err
	})
}

// ReadNotices marks all of an officer's notices as read.
func (tx *Tx) ReadNotices(ctx context.Context, officer grievance.ID, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE notices SET read_at = $1 WHERE officer_id = $2 AND read_at = 0`, ms(now), officer)
	return err
}

// SaveSearch keeps a query for a day under an id, so that names and numbers of citizens
// stand in no address.
func (tx *Tx) SaveSearch(ctx context.Context, officer grievance.ID, query string, now time.Time) (grievance.ID, error) {
	id := tx.NewID(now)
	if _, err := tx.ExecContext(ctx, `DELETE FROM searches WHERE at < $1`, ms(now.Add(-24*time.Hour))); err != nil {
		return 0, err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO searches (id, officer_id, query, at) VALUES ($1, $2, $3, $4)`, id, officer, query, ms(now))
	return id, err
}

// SearchQuery reads a kept query of the officer.
func (tx *Tx) SearchQuery(ctx context.Context, officer, id grievance.ID) (query string, err error) {
	return query, tx.QueryRowContext(ctx, `SELECT query FROM searches WHERE id = $1 AND officer_id = $2`, id, officer).Scan(&query)
}

// Meta reads a value of the deployment; empty when it was never set.
func (tx *Tx) Meta(ctx context.Context, key string) (value string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = $1`, key).Scan(&value)
	if err == sql.ErrNoRows {
		return "", nil
	}
	return value, err
}

// SetMeta keeps a value of the deployment.
func (tx *Tx) SetMeta(ctx context.Context, key, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}

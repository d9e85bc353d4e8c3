package store

import (
	"context"
	"database/sql"

	"nivaran/internal/grievance"
)

// GoneUnerased lists posts that were deleted at their service and still stand here.
func (tx *Tx) GoneUnerased(ctx context.Context, ch grievance.Channel, limit int) ([]grievance.ID, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM posts WHERE channel = $1 AND gone_at <> 0 AND erased_at = 0 ORDER BY id LIMIT $2`, ch, limit)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

package store

import (
	"context"

	"nivaran/internal/grievance"
)

// UseAssist counts that an officer asks the language helper on a day in India, and gives
// how often that was. Days that are over are forgotten.
func (tx *Tx) UseAssist(ctx context.Context, day string, officer grievance.ID) (uses int, err error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM assist_uses WHERE day < $1`, day); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `
		INSERT INTO assist_uses (day, officer_id, uses) VALUES ($1, $2, 1)
		ON CONFLICT (day, officer_id) DO UPDATE SET uses = assist_uses.uses + 1
		RETURNING uses`, day, officer).Scan(&uses)
	return uses, err
}

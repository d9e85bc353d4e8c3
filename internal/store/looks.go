package store

import (
	"context"
	"time"

	"nivaran/internal/grievance"
)

// Look is an administrator's look at what another officer may do, with no content.
type Look struct {
	ID        grievance.ID // begins with its time
	By        grievance.ID
	OfficerID grievance.ID
	ChargeID  grievance.ID
	Number    string // the registration number that was asked about, or empty
	Reason    string
}

// KeepLook keeps a look.
func (tx *Tx) KeepLook(ctx context.Context, l Look) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO looks_as (id, by_id, officer_id, charge_id, number, reason) VALUES ($1, $2, $3, $4, $5, $6)`, l.ID, l.By, l.OfficerID, l.ChargeID, l.Number, l.Reason)
	return err
}

// Look reads a look of the officer that was made after the moment.
func (tx *Tx) Look(ctx context.Context, by, id grievance.ID, after time.Time) (l Look, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id, by_id, officer_id, charge_id, number, reason FROM looks_as WHERE id = $1 AND by_id = $2 AND id >= $3`, id, by, grievance.FirstID(after)).
		Scan(&l.ID, &l.By, &l.OfficerID, &l.ChargeID, &l.Number, &l.Reason)
	return l, err
}

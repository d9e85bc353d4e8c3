package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"nivaran/internal/grievance"
)

// ProviderLink says whom a subject of an identity provider is here.
type ProviderLink struct {
	Issuer, Subject string
	OfficerID       grievance.ID
	LinkedAt        time.Time
}

// OfficerOfSubject is whom the subject of the identity provider was linked with;
// ErrNotFound when with nobody.
func (tx *Tx) OfficerOfSubject(ctx context.Context, issuer, subject string) (grievance.Officer, error) {
	return scanOfficer(tx.QueryRowContext(ctx, `SELECT `+officerColumns+` FROM officers WHERE id = (SELECT officer_id FROM oidc_links WHERE issuer = $1 AND subject = $2)`, issuer, subject))
}

// ProviderLinks lists the links of an officer.
func (tx *Tx) ProviderLinks(ctx context.Context, officer grievance.ID) ([]ProviderLink, error) {
	rows, err := tx.QueryContext(ctx, `SELECT issuer, subject, officer_id, linked_at FROM oidc_links WHERE officer_id = $1 ORDER BY issuer`, officer)
	return collect(rows, err, func(r *sql.Rows) (l ProviderLink, err error) {
		var linked int64
		err = r.Scan(&l.Issuer, &l.Subject, &l.OfficerID, &linked)
		l.LinkedAt = at(linked)
		return l, err
	})
}

// LinkProvider links a subject with an officer. ErrConflict when either has a link with
// the provider already.
func (tx *Tx) LinkProvider(ctx context.Context, l ProviderLink) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO oidc_links (issuer, subject, officer_id, linked_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, l.Issuer, l.Subject, l.OfficerID, ms(l.LinkedAt))
	return changedOne(r, err, grievance.ErrConflict)
}

// UnlinkProviders removes an officer's links; ErrConflict when there is none.
func (tx *Tx) UnlinkProviders(ctx context.Context, officer grievance.ID) error {
	r, err := tx.ExecContext(ctx, `DELETE FROM oidc_links WHERE officer_id = $1`, officer)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, grievance.ErrConflict)
	}
	return nil
}

// BindCharge notes that a charge was granted by an identity provider.
func (tx *Tx) BindCharge(ctx context.Context, c grievance.Charge, issuer string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO oidc_charges (charge_id, officer_id, issuer) VALUES ($1, $2, $3)`, c.ID, c.OfficerID, issuer)
	return err
}

// BoundCharges gives the officer's charges that an identity provider granted, with the
// provider of each.
func (tx *Tx) BoundCharges(ctx context.Context, officer grievance.ID) (map[grievance.ID]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT charge_id, issuer FROM oidc_charges WHERE officer_id = $1`, officer)
	bound := map[grievance.ID]string{}
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var id grievance.ID
		var issuer string
		err := r.Scan(&id, &issuer)
		bound[id] = issuer
		return struct{}{}, err
	})
	return bound, err
}

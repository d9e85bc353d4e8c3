package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"nivaran/internal/grievance"
)

const roleColumns = `code, version, name_en, name_hi, reach, grants, retired_at`

// Roles lists the custom roles by name, retired ones too.
func (tx *Tx) Roles(ctx context.Context) ([]grievance.RoleDef, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+roleColumns+` FROM roles ORDER BY name_en, code`)
	return collect(rows, err, func(r *sql.Rows) (grievance.RoleDef, error) {
		d := grievance.RoleDef{Custom: true}
		var grants string
		var retired int64
		if err := r.Scan(&d.Code, &d.Version, &d.NameEN, &d.NameHI, &d.Reach, &grants, &retired); err != nil {
			return d, err
		}
		d.Retired = retired != 0
		return d, json.Unmarshal([]byte(grants), &d.Grants)
	})
}

// InsertRole adds a custom role; ErrConflict when its code is taken.
func (tx *Tx) InsertRole(ctx context.Context, d grievance.RoleDef) error {
	tx.TouchOrganisation()
	grants, err := json.Marshal(d.Grants)
	if err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO roles (code, name_en, name_hi, reach, grants) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		d.Code, d.NameEN, d.NameHI, d.Reach, string(grants))
	return changedOne(r, err, grievance.ErrConflict)
}

// UpdateRole saves a custom role unless somebody changed or retired it since it was read.
func (tx *Tx) UpdateRole(ctx context.Context, d grievance.RoleDef) error {
	tx.TouchOrganisation()
	grants, err := json.Marshal(d.Grants)
	if err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, `UPDATE roles SET name_en = $1, name_hi = $2, reach = $3, grants = $4, version = version + 1 WHERE code = $5 AND version = $6 AND retired_at = 0`,
		d.NameEN, d.NameHI, d.Reach, string(grants), d.Code, d.Version)
	return changedOne(r, err, grievance.ErrConflict)
}

// RetireRole takes a custom role out of use; ErrConflict when it was retired before.
func (tx *Tx) RetireRole(ctx context.Context, code grievance.Role, now time.Time) error {
	tx.TouchOrganisation()
	r, err := tx.ExecContext(ctx, `UPDATE roles SET retired_at = $1, version = version + 1 WHERE code = $2 AND retired_at = 0`, ms(now), code)
	return changedOne(r, err, grievance.ErrConflict)
}

// ChargesInRole lists the charges of a role that have not ended, those that begin later too.
func (tx *Tx) ChargesInRole(ctx context.Context, code grievance.Role, now time.Time) ([]grievance.Charge, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+chargeColumns+` FROM charges c WHERE role = $1 AND (to_at = 0 OR to_at > $2) ORDER BY office_id, from_at, id`, code, ms(now))
	return collect(rows, err, func(r *sql.Rows) (grievance.Charge, error) { return scanCharge(r) })
}

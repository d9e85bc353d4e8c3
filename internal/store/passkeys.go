package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Passkey is a credential of WebAuthn with which an officer signs in.
type Passkey struct {
	ID         grievance.ID
	OfficerID  grievance.ID
	Credential []byte // the authenticator's own id of it
	Name       string // as the officer calls it
	Record     string // JSON: public key, flags, counter
	AddedAt    time.Time
	UsedAt     time.Time // zero: never
}

// Passkeys lists an officer's passkeys, the oldest first.
func (tx *Tx) Passkeys(ctx context.Context, officer grievance.ID) ([]Passkey, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, officer_id, credential, name, record, added_at, used_at FROM passkeys WHERE officer_id = $1 ORDER BY id`, officer)
	return collect(rows, err, func(r *sql.Rows) (p Passkey, err error) {
		var added, used int64
		err = r.Scan(&p.ID, &p.OfficerID, &p.Credential, &p.Name, &p.Record, &added, &used)
		p.AddedAt, p.UsedAt = at(added), at(used)
		return p, err
	})
}

// AddPasskey keeps a new passkey; ErrConflict when the credential is known.
func (tx *Tx) AddPasskey(ctx context.Context, p Passkey) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO passkeys (id, officer_id, credential, name, record, added_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential) DO NOTHING`,
		p.ID, p.OfficerID, p.Credential, p.Name, p.Record, ms(p.AddedAt))
	return changedOne(r, err, grievance.ErrConflict)
}

// UsePasskey keeps what a sign-in changed of the record read before; ErrConflict when
// another sign-in was faster.
func (tx *Tx) UsePasskey(ctx context.Context, id grievance.ID, before, record string, now time.Time) error {
	r, err := tx.ExecContext(ctx, `UPDATE passkeys SET record = $1, used_at = $2 WHERE id = $3 AND record = $4`, record, ms(now), id, before)
	return changedOne(r, err, grievance.ErrConflict)
}

// RemovePasskey takes a passkey of the officer away; ErrNotFound when there is none.
func (tx *Tx) RemovePasskey(ctx context.Context, officer, id grievance.ID) error {
	r, err := tx.ExecContext(ctx, `DELETE FROM passkeys WHERE id = $1 AND officer_id = $2`, id, officer)
	return changedOne(r, err, grievance.ErrNotFound)
}

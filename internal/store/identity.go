package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Identity is how far an officer's official ID has come.
type Identity struct {
	OfficerID    grievance.ID
	TakenUp      bool // the officer has set a password or is linked with the state's provider
	Provider     bool // linked with the state's provider
	App          bool // an authenticator app is set up
	Passkeys     int
	Recovery     int       // codes that are left
	InvitedUntil time.Time // of a link that was not used; zero: there is none
	SeenAt       time.Time // of the newest session that stands; zero: none
}

// Factor says whether there is a second factor.
func (i Identity) Factor() bool { return i.App || i.Passkeys > 0 }

// takenUp says of officers o that they can sign in. linked says it of the state's provider.
const (
	linked  = `EXISTS (SELECT 1 FROM oidc_links l WHERE l.officer_id = o.id)`
	takenUp = `(o.password <> '' OR ` + linked + `)`
)

const idColumns = `o.id, ` + takenUp + `, ` + linked + `, COALESCE(length(o.totp), 0) > 0, (SELECT COUNT(*) FROM passkeys p WHERE p.officer_id = o.id),
	(SELECT COUNT(*) FROM recovery_codes r WHERE r.officer_id = o.id AND r.used_at = 0),
	COALESCE((SELECT i.expires_at FROM invitations i WHERE i.officer_id = o.id AND i.expires_at > $1), 0),
	COALESCE((SELECT MAX(s.seen_at) FROM sessions s WHERE s.officer_id = o.id AND s.expiry > $1 AND s.ended_at = 0), 0)`

func scanIdentity(r interface{ Scan(...any) error }) (i Identity, err error) {
	var invited, seen int64
	err = r.Scan(&i.OfficerID, &i.TakenUp, &i.Provider, &i.App, &i.Passkeys, &i.Recovery, &invited, &seen)
	i.InvitedUntil, i.SeenAt = at(invited), at(seen)
	return i, err
}

// Identity reads how far an officer's official ID has come.
func (tx *Tx) Identity(ctx context.Context, officer grievance.ID, now time.Time) (Identity, error) {
	return scanIdentity(tx.QueryRowContext(ctx, `SELECT `+idColumns+` FROM officers o WHERE o.id = $2`, ms(now), officer))
}

// Identities reads how far every officer's official ID has come.
func (tx *Tx) Identities(ctx context.Context, now time.Time) (map[grievance.ID]Identity, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+idColumns+` FROM officers o`, ms(now))
	all, err := collect(rows, err, func(r *sql.Rows) (Identity, error) { return scanIdentity(r) })
	byID := make(map[grievance.ID]Identity, len(all))
	for _, i := range all {
		byID[i.OfficerID] = i
	}
	return byID, err
}

// Invitation is a one-time link to an official ID.
type Invitation struct {
	OfficerID grievance.ID
	Hash      []byte       // of the link
	ByID      grievance.ID // who invited; 0: the command line
	MadeAt    time.Time
	ExpiresAt time.Time
}

// SaveInvitation keeps the officer's link; an earlier one ends.
func (tx *Tx) SaveInvitation(ctx context.Context, i Invitation) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO invitations (officer_id, hash, by_id, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (officer_id) DO UPDATE SET hash = excluded.hash, by_id = excluded.by_id, made_at = excluded.made_at, expires_at = excluded.expires_at`,
		i.OfficerID, i.Hash, i.ByID, ms(i.MadeAt), ms(i.ExpiresAt))
	return err
}

const invitationColumns = `officer_id, hash, by_id, made_at, expires_at`

func scanInvitation(r *sql.Row) (i Invitation, err error) {
	var made, expires int64
	err = r.Scan(&i.OfficerID, &i.Hash, &i.ByID, &made, &expires)
	i.MadeAt, i.ExpiresAt = at(made), at(expires)
	return i, err
}

// Invitation reads a link that stands; ErrNotFound when it was used, ended or expired.
func (tx *Tx) Invitation(ctx context.Context, hash []byte, now time.Time) (Invitation, error) {
	return scanInvitation(tx.QueryRowContext(ctx, `SELECT `+invitationColumns+` FROM invitations WHERE hash = $1 AND expires_at > $2`, hash, ms(now)))
}

// UseInvitation takes the link: of two who try at once, one gets ErrNotFound.
func (tx *Tx) UseInvitation(ctx context.Context, hash []byte, now time.Time) (Invitation, error) {
	return scanInvitation(tx.QueryRowContext(ctx, `DELETE FROM invitations WHERE hash = $1 AND expires_at > $2 RETURNING `+invitationColumns, hash, ms(now)))
}

// EndInvitation ends the officer's link where there is one.
func (tx *Tx) EndInvitation(ctx context.Context, officer grievance.ID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM invitations WHERE officer_id = $1`, officer)
	return err
}

// SaveRecoveryCodes keeps the hashes of new codes in place of all earlier ones.
func (tx *Tx) SaveRecoveryCodes(ctx context.Context, officer grievance.ID, hashes [][]byte) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM recovery_codes WHERE officer_id = $1`, officer); err != nil {
		return err
	}
	rows := make([][]any, 0, len(hashes))
	for _, h := range hashes {
		rows = append(rows, []any{officer, h})
	}
	return tx.insertMany(ctx, "recovery_codes", "officer_id, hash", "", rows)
}

// UseRecoveryCode marks a code as used and counts those left; ErrNotFound when there is
// no such code, or it was used.
func (tx *Tx) UseRecoveryCode(ctx context.Context, officer grievance.ID, hash []byte, now time.Time) (left int, err error) {
	r, err := tx.ExecContext(ctx, `UPDATE recovery_codes SET used_at = $1 WHERE officer_id = $2 AND hash = $3 AND used_at = 0`, ms(now), officer, hash)
	if err := changedOne(r, err, grievance.ErrNotFound); err != nil {
		return 0, err
	}
	return left, tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM recovery_codes WHERE officer_id = $1 AND used_at = 0`, officer).Scan(&left)
}

// ForgetFactors takes away the officer's app, passkeys and recovery codes.
func (tx *Tx) ForgetFactors(ctx context.Context, officer grievance.ID) error {
	for _, q := range []string{`UPDATE officers SET totp = NULL, totp_last = 0 WHERE id = $1`, `DELETE FROM passkeys WHERE officer_id = $1`, `DELETE FROM recovery_codes WHERE officer_id = $1`} {
		if _, err := tx.ExecContext(ctx, q, officer); err != nil {
			return err
		}
	}
	return nil
}

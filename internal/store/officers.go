package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// Credentials are what an officer signs in with. They leave the store for auth only.
type Credentials struct {
	Password string // argon2id
	TOTP     []byte // sealed
	TOTPLast int64  // the newest time step used: each code works once
}

// identityColumns are saved with the officer, ownColumns by the officer alone.
const (
	identityColumns = `id, email, name_en, name_hi, language, keys, suspended_at`
	ownColumns      = `signature_en, signature_hi, template_language, mail_cases, mail_approvals, mail_accounts, mail_own, digest_minute`
	officerColumns  = identityColumns + `, ` + ownColumns
)

func scanOfficer(r interface{ Scan(...any) error }, more ...any) (o grievance.Officer, err error) {
	var suspended int64
	err = r.Scan(append([]any{&o.ID, &o.Email, &o.NameEN, &o.NameHI, &o.Language, &o.Keys, &suspended,
		&o.SignatureEN, &o.SignatureHI, &o.TemplateLanguage, &o.Mail.Cases, &o.Mail.Approvals, &o.Mail.Accounts, &o.Mail.Own, &o.DigestMinute}, more...)...)
	o.SuspendedAt = at(suspended)
	if errors.Is(err, sql.ErrNoRows) { // callers go on with it inside the transaction
		err = fmt.Errorf("officer: %w", grievance.ErrNotFound)
	}
	return o, err
}

// Officer reads one officer.
func (tx *Tx) Officer(ctx context.Context, id grievance.ID) (grievance.Officer, error) {
	return scanOfficer(tx.QueryRowContext(ctx, `SELECT `+officerColumns+` FROM officers WHERE id = $1`, id))
}

// Officers lists all officers by name.
func (tx *Tx) Officers(ctx context.Context) ([]grievance.Officer, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+officerColumns+` FROM officers ORDER BY name_en, id`)
	return collect(rows, err, func(r *sql.Rows) (grievance.Officer, error) { return scanOfficer(r) })
}

// OfficerByEmail reads an officer with the credentials; the address in any case.
func (tx *Tx) OfficerByEmail(ctx context.Context, email string) (o grievance.Officer, c Credentials, err error) {
	o, err = scanOfficer(tx.QueryRowContext(ctx, `SELECT `+officerColumns+`, password, totp, totp_last FROM officers WHERE lower(email) = $1`,
		strings.ToLower(email)), &c.Password, &c.TOTP, &c.TOTPLast)
	return o, c, err
}

// SaveOfficer adds or changes an officer, not the credentials and not the own settings.
func (tx *Tx) SaveOfficer(ctx context.Context, o grievance.Officer) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO officers (`+identityColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET email = excluded.email, name_en = excluded.name_en, name_hi = excluded.name_hi, language = excluded.language, keys = excluded.keys`,
		o.ID, o.Email, o.NameEN, o.NameHI, o.Language, o.Keys, ms(o.SuspendedAt))
	return err
}

// SaveOwnSettings keeps what an officer set for own letters and notices.
func (tx *Tx) SaveOwnSettings(ctx context.Context, id grievance.ID, s grievance.OwnSettings) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE officers SET signature_en = $1, signature_hi = $2, template_language = $3, mail_cases = $4, mail_approvals = $5, mail_accounts = $6, mail_own = $7, digest_minute = $8 WHERE id = $9`,
		s.SignatureEN, s.SignatureHI, s.TemplateLanguage, s.Mail.Cases, s.Mail.Approvals, s.Mail.Accounts, s.Mail.Own, s.DigestMinute, id)
	return changedOne(r, err, grievance.ErrNotFound)
}

// SaveCredentials sets password and second factor.
func (tx *Tx) SaveCredentials(ctx context.Context, id grievance.ID, c Credentials) error {
	r, err := tx.ExecContext(ctx, `UPDATE officers SET password = $1, totp = $2, totp_last = $3 WHERE id = $4`, c.Password, c.TOTP, c.TOTPLast, id)
	return changedOne(r, err, grievance.ErrNotFound)
}

// SavePassword sets the password alone; the second factor stays.
func (tx *Tx) SavePassword(ctx context.Context, id grievance.ID, hash string) error {
	r, err := tx.ExecContext(ctx, `UPDATE officers SET password = $1 WHERE id = $2`, hash, id)
	return changedOne(r, err, grievance.ErrNotFound)
}

// UseTOTP marks a time step as used; ErrConflict when it, or a later one, was used before.
func (tx *Tx) UseTOTP(ctx context.Context, id grievance.ID, step int64) error {
	r, err := tx.ExecContext(ctx, `UPDATE officers SET totp_last = $1 WHERE id = $2 AND totp_last < $1`, step, id)
	return changedOne(r, err, grievance.ErrConflict)
}

// Suspend ends an officer's sign-in and sessions at once.
func (tx *Tx) Suspend(ctx context.Context, id grievance.ID, now time.Time) error {
	r, err := tx.ExecContext(ctx, `UPDATE officers SET suspended_at = $1 WHERE id = $2`, ms(now), id)
	if err := changedOne(r, err, grievance.ErrNotFound); err != nil {
		return err
	}
	tx.Tell(Change{Officer: id}) // open streams end at once
	return tx.EndSessions(ctx, id, 0, now)
}

// LiftSuspension lets an officer sign in again.
func (tx *Tx) LiftSuspension(ctx context.Context, id grievance.ID) error {
	r, err := tx.ExecContext(ctx, `UPDATE officers SET suspended_at = 0 WHERE id = $1`, id)
	return changedOne(r, err, grievance.ErrNotFound)
}

// Attempts are the failed sign-ins under a key since a moment.
type Attempts struct {
	N            int
	Since, Until time.Time
}

// Attempts reads the failed sign-ins under a key; none is the zero value.
func (tx *Tx) Attempts(ctx context.Context, key string) (a Attempts, err error) {
	var since, until int64
	err = tx.QueryRowContext(ctx, `SELECT n, since, until FROM sign_in_attempts WHERE key = $1`, key).Scan(&a.N, &since, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return Attempts{}, nil
	}
	a.Since, a.Until = at(since), at(until)
	return a, err
}

// SaveAttempts keeps the failed sign-ins under a key.
func (tx *Tx) SaveAttempts(ctx context.Context, key string, a Attempts) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO sign_in_attempts (key, n, since, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO UPDATE SET n = excluded.n, since = excluded.since, until = excluded.until`, key, a.N, ms(a.Since), ms(a.Until))
	return err
}

// ForgetAttempts clears a key after a sign-in that worked.
func (tx *Tx) ForgetAttempts(ctx context.Context, key string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM sign_in_attempts WHERE key = $1`, key)
	return err
}

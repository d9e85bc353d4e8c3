package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Hold is a stop of what goes out: of one account, of an office with all below it, or of
// everything (both 0).
type Hold struct {
	ID        grievance.ID
	AccountID int
	OfficeID  int
	SetAt     time.Time
	SetBy     grievance.ID // 0: the program
	Reason    string
}

const holdColumns = `id, account_id, office_id, set_at, set_by, reason`

func scanHold(r interface{ Scan(...any) error }) (h Hold, err error) {
	var set int64
	err = r.Scan(&h.ID, &h.AccountID, &h.OfficeID, &set, &h.SetBy, &h.Reason)
	h.SetAt = at(set)
	return h, err
}

// onHold says that what goes out from account a is on hold: by itself, by an office at or
// above its own, or with everything.
const onHold = `(EXISTS (SELECT 1 FROM holds o WHERE o.lifted_at = 0 AND o.office_id = 0 AND o.account_id IN (0, a.id))
	OR a.office_id IN (WITH RECURSIVE below (id) AS (SELECT office_id FROM holds WHERE lifted_at = 0 AND office_id <> 0 UNION SELECT f.id FROM offices f JOIN below ON f.parent_id = below.id) SELECT id FROM below))`

// Holds lists the holds that stand.
func (tx *Tx) Holds(ctx context.Context) ([]Hold, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+holdColumns+` FROM holds WHERE lifted_at = 0 ORDER BY id`)
	return collect(rows, err, func(r *sql.Rows) (Hold, error) { return scanHold(r) })
}

// StandingHold reads one hold that stands.
func (tx *Tx) StandingHold(ctx context.Context, id grievance.ID) (Hold, error) {
	return scanHold(tx.QueryRowContext(ctx, `SELECT `+holdColumns+` FROM holds WHERE id = $1 AND lifted_at = 0`, id))
}

// HeldAccounts lists the accounts from which nothing may go out now.
func (tx *Tx) HeldAccounts(ctx context.Context) (map[int]bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT a.id FROM accounts a WHERE `+onHold)
	ids, err := collect(rows, err, func(r *sql.Rows) (id int, err error) { return id, r.Scan(&id) })
	held := make(map[int]bool, len(ids))
	for _, id := range ids {
		held[id] = true
	}
	return held, err
}

// Held says whether what goes out from the account is on hold.
func (tx *Tx) Held(ctx context.Context, account int) (held bool, err error) {
	return held, tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM accounts a WHERE a.id = $1 AND `+onHold+`)`, account).Scan(&held)
}

// SetHold stops what goes out.
func (tx *Tx) SetHold(ctx context.Context, h Hold) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO holds (`+holdColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`, h.ID, h.AccountID, h.OfficeID, ms(h.SetAt), h.SetBy, h.Reason)
	return err
}

// LiftHold lets what goes out go again.
func (tx *Tx) LiftHold(ctx context.Context, id, by grievance.ID, now time.Time) error {
	r, err := tx.ExecContext(ctx, `UPDATE holds SET lifted_at = $1, lifted_by = $2 WHERE id = $3 AND lifted_at = 0`, ms(now), by, id)
	return changedOne(r, err, grievance.ErrConflict)
}

// SendLimits says why accounts cannot send now: "forbidden" where the service lets them
// read only, else the class of the failure that they wait for.
func (tx *Tx) SendLimits(ctx context.Context, now time.Time) (map[int]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT account_id, CASE WHEN send_stopped_at <> 0 THEN 'forbidden' WHEN fail_class = 'unpaid' THEN 'unpaid' ELSE 'limited' END
		FROM account_health WHERE send_stopped_at <> 0 OR limited_until > $1`, ms(now))
	type limit struct {
		account int
		why     string
	}
	all, err := collect(rows, err, func(r *sql.Rows) (l limit, err error) { return l, r.Scan(&l.account, &l.why) })
	limits := make(map[int]string, len(all))
	for _, l := range all {
		limits[l.account] = l.why
	}
	return limits, err
}

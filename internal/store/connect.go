package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"nivaran/internal/grievance"
)

// AccountAt finds the account that stands for ours at the service, connected or taken away.
func (tx *Tx) AccountAt(ctx context.Context, ch grievance.Channel, external string) (a grievance.OfficialAccount, found bool, err error) {
	a, err = scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE channel = $1 AND external_id = $2 AND NOT archive`, ch, external))
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	return a, err == nil, err
}

// ReconnectAccount lets an account work with a new secret: its cursors stay, and it is
// looked after at once.
func (tx *Tx) ReconnectAccount(ctx context.Context, a grievance.OfficialAccount, now time.Time) error {
	settings, err := json.Marshal(a.Settings)
	if err != nil {
		return err
	}
	if a.Settings == nil {
		settings = []byte("{}")
	}
	_, err = tx.ExecContext(ctx, `UPDATE accounts SET office_id = $1, handle = $2, settings = $3, connected_at = $4, disconnected_at = 0, disconnect_reason = '' WHERE id = $5`,
		a.OfficeID, a.Handle, string(settings), ms(now), a.ID)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE account_health SET tended_at = 0, push_problem = '' WHERE account_id = $1`, a.ID); err != nil {
		return err
	}
	return tx.Resume(ctx, a.ID)
}

// DisconnectAccount takes the account away and forgets its secret; false when it was.
func (tx *Tx) DisconnectAccount(ctx context.Context, id int, reason string, now time.Time) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE accounts SET secret = NULL, stopped_at = $1, disconnected_at = $1, disconnect_reason = $2 WHERE id = $3 AND disconnected_at = 0`, ms(now), reason, id)
	err = changedOne(r, err, grievance.ErrConflict)
	if errors.Is(err, grievance.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// ChangeAccount keeps name, office and budget of an account.
func (tx *Tx) ChangeAccount(ctx context.Context, a grievance.OfficialAccount) error {
	r, err := tx.ExecContext(ctx, `UPDATE accounts SET name = $1, office_id = $2, month_budget_micro = $3 WHERE id = $4`, a.Name, a.OfficeID, a.BudgetMicro, a.ID)
	return changedOne(r, err, grievance.ErrNotFound)
}

// OpenReplies counts the replies that are to go out from the account, by state.
func (tx *Tx) OpenReplies(ctx context.Context, account int) (map[grievance.ReplyState]int, error) {
	open := map[grievance.ReplyState]int{}
	rows, err := tx.QueryContext(ctx, `SELECT state, COUNT(*) FROM replies WHERE state IN ('queued', 'sending', 'doubtful', 'awaiting_approval') AND account_id = $1 GROUP BY state`, account)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var s grievance.ReplyState
		var n int
		err := r.Scan(&s, &n)
		open[s] = n
		return struct{}{}, err
	})
	return open, err
}

// AccountWarning is something of an account that will break, or did.
type AccountWarning struct {
	AccountID     int
	Kind          string
	Since, ToldAt time.Time
	EndedAt       time.Time // zero: it stands
}

// AccountWarnings lists every warning, those that are over too.
func (tx *Tx) AccountWarnings(ctx context.Context) ([]AccountWarning, error) {
	rows, err := tx.QueryContext(ctx, `SELECT account_id, kind, since, told_at, ended_at FROM account_warnings ORDER BY account_id, kind`)
	return collect(rows, err, func(r *sql.Rows) (w AccountWarning, err error) {
		var since, told, ended int64
		err = r.Scan(&w.AccountID, &w.Kind, &since, &told, &ended)
		w.Since, w.ToldAt, w.EndedAt = at(since), at(told), at(ended)
		return w, err
	})
}

// SaveAccountWarning keeps a warning.
func (tx *Tx) SaveAccountWarning(ctx context.Context, w AccountWarning) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO account_warnings (account_id, kind, since, told_at, ended_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, kind) DO UPDATE SET since = excluded.since, told_at = excluded.told_at, ended_at = excluded.ended_at`, w.AccountID, w.Kind, ms(w.Since), ms(w.ToldAt), ms(w.EndedAt))
	return err
}

// LockAccountWarnings lets one at a time compare and tell: the row is held until the
// transaction ends.
func (tx *Tx) LockAccountWarnings(ctx context.Context) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('account_warnings', '') ON CONFLICT (key) DO UPDATE SET value = meta.value`)
	return err
}

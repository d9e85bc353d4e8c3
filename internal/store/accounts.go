package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"nivaran/internal/grievance"
)

const accountColumns = `id, channel, name, handle, external_id, office_id, can_send, archive, acknowledge, approval, approve_roles, max_length, settings, secret, connected_at, stopped_at, disconnected_at, disconnect_reason, month_budget_micro`

func scanAccount(r interface{ Scan(...any) error }) (a grievance.OfficialAccount, err error) {
	var settings, roles string
	var connected, stopped, disconnected int64
	err = r.Scan(&a.ID, &a.Channel, &a.Name, &a.Handle, &a.ExternalID, &a.OfficeID, &a.CanSend, &a.Archive, &a.Acknowledge, &a.Approval, &roles, &a.MaxLength, &settings, &a.Secret, &connected, &stopped, &disconnected, &a.DisconnectReason, &a.BudgetMicro)
	if err != nil {
		return a, err
	}
	a.ConnectedAt, a.StoppedAt, a.DisconnectedAt = at(connected), at(stopped), at(disconnected)
	return a, errors.Join(json.Unmarshal([]byte(settings), &a.Settings), json.Unmarshal([]byte(roles), &a.ApproveRoles))
}

// Accounts lists all official accounts by id.
func (tx *Tx) Accounts(ctx context.Context) ([]grievance.OfficialAccount, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+accountColumns+` FROM accounts ORDER BY id`)
	return collect(rows, err, func(r *sql.Rows) (grievance.OfficialAccount, error) { return scanAccount(r) })
}

// Account reads one official account.
func (tx *Tx) Account(ctx context.Context, id int) (grievance.OfficialAccount, error) {
	return scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE id = $1`, id))
}

// ArchiveAccount finds or makes the account of the channel that imported posts belong to.
func (tx *Tx) ArchiveAccount(ctx context.Context, ch grievance.Channel, name string, office int, now time.Time) (grievance.OfficialAccount, error) {
	a, err := scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE channel = $1 AND name = $2 AND archive = TRUE`, ch, name))
	if !errors.Is(err, sql.ErrNoRows) {
		return a, err
	}
	a = grievance.OfficialAccount{Channel: ch, Name: name, OfficeID: office, Archive: true, ConnectedAt: now}
	a.ID, err = tx.AddAccount(ctx, a)
	return a, err
}

// AddAccount adds an official account and gives its id.
func (tx *Tx) AddAccount(ctx context.Context, a grievance.OfficialAccount) (int, error) {
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) + 1 FROM accounts`).Scan(&a.ID); err != nil {
		return 0, err
	}
	settings, err := json.Marshal(a.Settings)
	if err != nil {
		return 0, err
	}
	if a.Settings == nil {
		settings = []byte("{}")
	}
	a.Approval = cmp.Or(a.Approval, grievance.ApproveNothing)
	roles, err := json.Marshal(append([]grievance.Role{}, a.ApproveRoles...))
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO accounts (`+accountColumns+`, approve_replies) VALUES (`+marks(1, 20)+`)`,
		a.ID, a.Channel, a.Name, a.Handle, a.ExternalID, a.OfficeID, a.CanSend, a.Archive, a.Acknowledge, a.Approval, string(roles), a.MaxLength, string(settings), a.Secret, ms(a.ConnectedAt), ms(a.StoppedAt), ms(a.DisconnectedAt), a.DisconnectReason, a.BudgetMicro, a.Approval != grievance.ApproveNothing)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO account_health (account_id) VALUES ($1)`, a.ID)
	return a.ID, err
}

// SetSecret replaces the sealed secret of an account: new tokens are stored before use.
func (tx *Tx) SetSecret(ctx context.Context, id int, sealed []byte) error {
	r, err := tx.ExecContext(ctx, `UPDATE accounts SET secret = $1 WHERE id = $2`, sealed, id)
	return changedOne(r, err, grievance.ErrNotFound)
}

// Cursor is where a source of the account goes on; empty at first.
func (tx *Tx) Cursor(ctx context.Context, account int, source string) (string, error) {
	var c string
	err := tx.QueryRowContext(ctx, `SELECT cursor FROM cursors WHERE account_id = $1 AND source = $2`, account, source).Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return c, err
}

// SetCursor moves a source's cursor.
func (tx *Tx) SetCursor(ctx context.Context, account int, source, cursor string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO cursors (account_id, source, cursor, polled_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, source) DO UPDATE SET cursor = excluded.cursor, polled_at = excluded.polled_at`, account, source, cursor, ms(now))
	return err
}

// TakeLease takes, or keeps, the named lease for holder; ok is false while another has it.
// The fence rises whenever the holder changes.
func (tx *Tx) TakeLease(ctx context.Context, name, holder string, now time.Time, d time.Duration) (fence int64, ok bool, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO leases (name, holder, fence, until) VALUES ($1, $2, 1, $3)
		ON CONFLICT (name) DO UPDATE SET fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END, holder = excluded.holder, until = excluded.until
		WHERE leases.holder = excluded.holder OR leases.until <= $4
		RETURNING fence`, name, holder, ms(now.Add(d)), ms(now)).Scan(&fence)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return fence, err == nil, err
}

// FreeLease gives a lease back.
func (tx *Tx) FreeLease(ctx context.Context, name, holder string) error {
	_, err := tx.ExecContext(ctx, `UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2`, name, holder)
	return err
}

// What became of a stored webhook body.
const (
	DeliveryNew        = "new"
	DeliveryRead       = "read"
	DeliveryUnreadable = "unreadable" // kept and shown to the administrator
)

// Delivery is a webhook body as it arrived.
type Delivery struct {
	ID         grievance.ID
	Channel    grievance.Channel
	ReceivedAt time.Time
	Body       []byte
	State      string
	Problem    string
}

// SaveDelivery keeps a body before anything is decided about it.
func (tx *Tx) SaveDelivery(ctx context.Context, ch grievance.Channel, body []byte, now time.Time) (grievance.ID, error) {
	id := tx.NewID(now)
	_, err := tx.ExecContext(ctx, `INSERT INTO deliveries (id, channel, received_at, body, state) VALUES ($1, $2, $3, $4, $5)`, id, ch, ms(now), body, DeliveryNew)
	return id, err
}

// KeepUnreadable keeps for the administrator what a service handed over and nobody could
// read; the same bytes once.
func (tx *Tx) KeepUnreadable(ctx context.Context, ch grievance.Channel, body []byte, problem string, now time.Time) error {
	if body == nil {
		body = []byte{}
	}
	var kept bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = $1 AND channel = $2 AND body = $3 AND problem = $4)`, DeliveryUnreadable, ch, body, problem).Scan(&kept)
	if err != nil || kept {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO deliveries (id, channel, received_at, body, state, problem) VALUES ($1, $2, $3, $4, $5, $6)`, tx.NewID(now), ch, ms(now), body, DeliveryUnreadable, problem)
	return err
}

func scanDelivery(r interface{ Scan(...any) error }) (d Delivery, err error) {
	var received int64
	err = r.Scan(&d.ID, &d.Channel, &received, &d.Body, &d.State, &d.Problem)
	d.ReceivedAt = at(received)
	return d, err
}

// Delivery reads one body.
func (tx *Tx) Delivery(ctx context.Context, id grievance.ID) (Delivery, error) {
	return scanDelivery(tx.QueryRowContext(ctx, `SELECT id, channel, received_at, body, state, problem FROM deliveries WHERE id = $1`+tx.s.engine.forUpdate(), id))
}

// MarkDelivery says what became of a body. One that was read is kept no longer: its posts
// hold their own raw bytes.
func (tx *Tx) MarkDelivery(ctx context.Context, id grievance.ID, state, problem string) error {
	if state == DeliveryRead {
		_, err := tx.ExecContext(ctx, `DELETE FROM deliveries WHERE id = $1`, id)
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = $1, problem = $2 WHERE id = $3`, state, problem, id)
	return err
}

// OpenDeliveries lists bodies in a state, the newest first.
func (tx *Tx) OpenDeliveries(ctx context.Context, state string, limit int) ([]Delivery, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, channel, received_at, body, state, problem FROM deliveries WHERE state = $1 ORDER BY id DESC LIMIT $2`, state, limit)
	return collect(rows, err, func(r *sql.Rows) (Delivery, error) { return scanDelivery(r) })
}

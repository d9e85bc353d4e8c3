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

const accountColumns = `id, channel, name, handle, external_id, office_id, can_send, archive, acknowledge, approval, approve_roles, max_length, settings, secret, connected_at, stopped_at`

func scanAccount(r interface{ Scan(...any) error }) (a grievance.OfficialAccount, err error) {
	var settings, roles string
	var connected, stopped int64
	err = r.Scan(&a.ID, &a.Channel, &a.Name, &a.Handle, &a.ExternalID, &a.OfficeID, &a.CanSend, &a.Archive, &a.Acknowledge, &a.Approval, &roles, &a.MaxLength, &settings, &a.Secret, &connected, &stopped)
	if err != nil {
		return a, err
	}
	a.ConnectedAt, a.StoppedAt = at(connected), at(stopped)
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
	_, err = tx.ExecContext(ctx, `INSERT INTO accounts (`+accountColumns+`, approve_replies) VALUES (`+marks(1, 17)+`)`,
		a.ID, a.Channel, a.Name, a.Handle, a.ExternalID, a.OfficeID, a.CanSend, a.Archive, a.Acknowledge, a.Approval, string(roles), a.MaxLength, string(settings), a.Secret, ms(a.ConnectedAt), ms(a.StoppedAt), a.Approval != grievance.ApproveNothing)
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

// Health is how an official account does.
type Health struct {
	AccountID                                  int
	PushedAt, PolledAt, CompleteTo, FailedAt   time.Time
	PushProblem                                string // why the service does not push, as it said; empty: it does, or was not asked
	FailClass, FailCode                        string
	LimitedUntil, SendStoppedAt                time.Time
	Budget                                     Budget
	ReadsToday, CostTodayMicro, CostMonthMicro int64
}

// Budget is what an account may still ask for, as its service said last.
type Budget struct {
	Limit, Remaining int
	Reset            time.Time
	Percent          int
	Reads, CostMicro int
}

const healthColumns = `account_id, pushed_at, polled_at, complete_to, failed_at, fail_class, fail_code, limited_until, send_stopped_at, budget_limit, budget_remaining, budget_percent, budget_reset, push_problem`

func scanHealth(r interface{ Scan(...any) error }) (h Health, err error) {
	var t [7]int64
	err = r.Scan(&h.AccountID, &t[0], &t[1], &t[2], &t[3], &h.FailClass, &h.FailCode, &t[4], &t[5], &h.Budget.Limit, &h.Budget.Remaining, &h.Budget.Percent, &t[6], &h.PushProblem)
	h.PushedAt, h.PolledAt, h.CompleteTo, h.FailedAt, h.LimitedUntil, h.SendStoppedAt, h.Budget.Reset = at(t[0]), at(t[1]), at(t[2]), at(t[3]), at(t[4]), at(t[5]), at(t[6])
	return h, err
}

// Health reads how one account does.
func (tx *Tx) Health(ctx context.Context, id int) (Health, error) {
	return scanHealth(tx.QueryRowContext(ctx, `SELECT `+healthColumns+` FROM account_health WHERE account_id = $1`, id))
}

// AllHealth reads how every account does, with today's and this month's cost.
func (tx *Tx) AllHealth(ctx context.Context, now time.Time) (map[int]Health, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+healthColumns+` FROM account_health`)
	all, err := collect(rows, err, func(r *sql.Rows) (Health, error) { return scanHealth(r) })
	if err != nil {
		return nil, err
	}
	byID := map[int]Health{}
	day := now.UTC().Format("2006-01-02")
	for _, h := range all {
		err := tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(reads) FILTER (WHERE day = $2), 0), COALESCE(SUM(cost_micro) FILTER (WHERE day = $2), 0), COALESCE(SUM(cost_micro), 0)
			FROM account_costs WHERE account_id = $1 AND day >= $3`, h.AccountID, day, day[:8]+"01").Scan(&h.ReadsToday, &h.CostTodayMicro, &h.CostMonthMicro)
		if err != nil {
			return nil, err
		}
		byID[h.AccountID] = h
	}
	return byID, nil
}

// RecordPush and RecordPoll say that the account has been heard; after a whole poll it is
// complete up to that moment, and a failure before it is over.
func (tx *Tx) RecordPush(ctx context.Context, id int, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET pushed_at = $1 WHERE account_id = $2`, ms(now), id)
	return err
}

// RecordPushProblem keeps why the service does not push; empty: it was asked and will.
func (tx *Tx) RecordPushProblem(ctx context.Context, id int, problem string) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET push_problem = $1 WHERE account_id = $2`, problem, id)
	return err
}

// RecordPoll says that every source of the account was read to its end.
func (tx *Tx) RecordPoll(ctx context.Context, id int, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET polled_at = $1, complete_to = $1, failed_at = 0, fail_class = '', fail_code = '', limited_until = 0 WHERE account_id = $2`, ms(now), id)
	return err
}

// RecordFailure keeps why a call failed. signin stops the account, forbidden stops its
// sending when it was a reply; limited and unpaid let it wait.
func (tx *Tx) RecordFailure(ctx context.Context, id int, sending bool, class, code string, until, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET failed_at = $1, fail_class = $2, fail_code = $3 WHERE account_id = $4`, ms(now), class, code, id)
	if err != nil {
		return err
	}
	switch class {
	case "limited", "unpaid":
		if !until.After(now) {
			until = now.Add(time.Hour)
		}
		_, err = tx.ExecContext(ctx, `UPDATE account_health SET limited_until = $1 WHERE account_id = $2`, ms(until), id)
	case "signin":
		_, err = tx.ExecContext(ctx, `UPDATE accounts SET stopped_at = $1 WHERE id = $2 AND stopped_at = 0`, ms(now), id)
	case "forbidden":
		if sending {
			_, err = tx.ExecContext(ctx, `UPDATE account_health SET send_stopped_at = $1 WHERE account_id = $2`, ms(now), id)
		}
	}
	return err
}

// Resume lets a stopped account work again, after an administrator has acted.
func (tx *Tx) Resume(ctx context.Context, id int) error {
	if _, err := tx.ExecContext(ctx, `UPDATE accounts SET stopped_at = 0 WHERE id = $1`, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET send_stopped_at = 0, limited_until = 0, failed_at = 0, fail_class = '', fail_code = '' WHERE account_id = $1`, id)
	return err
}

// RecordBudget keeps what the service said of its limits, and what the call cost.
func (tx *Tx) RecordBudget(ctx context.Context, id int, b Budget, now time.Time) error {
	if b.Limit != 0 || b.Percent != 0 {
		if _, err := tx.ExecContext(ctx, `UPDATE account_health SET budget_limit = $1, budget_remaining = $2, budget_percent = $3, budget_reset = $4 WHERE account_id = $5`,
			b.Limit, b.Remaining, b.Percent, ms(b.Reset), id); err != nil {
			return err
		}
	}
	if b.Reads == 0 && b.CostMicro == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO account_costs (account_id, day, reads, cost_micro) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, day) DO UPDATE SET reads = account_costs.reads + excluded.reads, cost_micro = account_costs.cost_micro + excluded.cost_micro`,
		id, now.UTC().Format("2006-01-02"), b.Reads, b.CostMicro)
	return err
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

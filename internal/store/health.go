package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// Health is how an official account does.
type Health struct {
	AccountID                                  int
	PushedAt, PolledAt, CompleteTo, FailedAt   time.Time
	PushProblem                                string // why the service does not push, as it said; empty: it does, or was not asked
	FailClass, FailCode                        string
	LimitedUntil, SendStoppedAt                time.Time
	TokenAt, ConsentEndsAt, RenewFailedAt      time.Time
	TendedAt                                   time.Time
	Missing                                    []string // permissions that the consent lacks
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

const healthColumns = `account_id, pushed_at, polled_at, complete_to, failed_at, fail_class, fail_code, limited_until, send_stopped_at, budget_limit, budget_remaining, budget_percent, budget_reset, push_problem, token_at, consent_ends_at, renew_failed_at, tended_at, missing`

func scanHealth(r interface{ Scan(...any) error }) (h Health, err error) {
	var t [11]int64
	var missing string
	err = r.Scan(&h.AccountID, &t[0], &t[1], &t[2], &t[3], &h.FailClass, &h.FailCode, &t[4], &t[5], &h.Budget.Limit, &h.Budget.Remaining, &h.Budget.Percent, &t[6], &h.PushProblem, &t[7], &t[8], &t[9], &t[10], &missing)
	h.PushedAt, h.PolledAt, h.CompleteTo, h.FailedAt, h.LimitedUntil, h.SendStoppedAt, h.Budget.Reset = at(t[0]), at(t[1]), at(t[2]), at(t[3]), at(t[4]), at(t[5]), at(t[6])
	h.TokenAt, h.ConsentEndsAt, h.RenewFailedAt, h.TendedAt, h.Missing = at(t[7]), at(t[8]), at(t[9]), at(t[10]), strings.Fields(missing)
	return h, err
}

// Health reads how one account does.
func (tx *Tx) Health(ctx context.Context, id int) (Health, error) {
	return scanHealth(tx.QueryRowContext(ctx, `SELECT `+healthColumns+` FROM account_health WHERE account_id = $1`, id))
}

// costs fills in what the account cost today and this month; both are counted in UTC, as
// the services bill.
func (tx *Tx) costs(ctx context.Context, h *Health, now time.Time) error {
	day := now.UTC().Format("2006-01-02")
	return tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(reads) FILTER (WHERE day = $2), 0), COALESCE(SUM(cost_micro) FILTER (WHERE day = $2), 0), COALESCE(SUM(cost_micro), 0)
		FROM account_costs WHERE account_id = $1 AND day >= $3`, h.AccountID, day, day[:8]+"01").Scan(&h.ReadsToday, &h.CostTodayMicro, &h.CostMonthMicro)
}

// HealthNow is Health with today's and this month's cost.
func (tx *Tx) HealthNow(ctx context.Context, id int, now time.Time) (Health, error) {
	h, err := tx.Health(ctx, id)
	if err != nil {
		return h, err
	}
	return h, tx.costs(ctx, &h, now)
}

// AllHealth reads how every account does, with today's and this month's cost.
func (tx *Tx) AllHealth(ctx context.Context, now time.Time) (map[int]Health, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+healthColumns+` FROM account_health`)
	all, err := collect(rows, err, func(r *sql.Rows) (Health, error) { return scanHealth(r) })
	if err != nil {
		return nil, err
	}
	byID := map[int]Health{}
	for _, h := range all {
		if err := tx.costs(ctx, &h, now); err != nil {
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

// RecordToken keeps since when the account's token is held and when the consent behind it
// ends, where that is known.
func (tx *Tx) RecordToken(ctx context.Context, id int, ends, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET token_at = $1, renew_failed_at = 0 WHERE account_id = $2`, ms(now), id)
	if err != nil || ends.IsZero() {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE account_health SET consent_ends_at = $1 WHERE account_id = $2`, ms(ends), id)
	return err
}

// RecordRenewFailure keeps since when the service renews no token.
func (tx *Tx) RecordRenewFailure(ctx context.Context, id int, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET renew_failed_at = $1 WHERE account_id = $2 AND renew_failed_at = 0`, ms(now), id)
	return err
}

// RecordStanding keeps what the consent lacks and when it ends; zero: never.
func (tx *Tx) RecordStanding(ctx context.Context, id int, missing []string, ends time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET missing = $1, consent_ends_at = $2 WHERE account_id = $3`, strings.Join(missing, " "), ms(ends), id)
	return err
}

// RecordTended says that the account was looked after.
func (tx *Tx) RecordTended(ctx context.Context, id int, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_health SET tended_at = $1 WHERE account_id = $2`, ms(now), id)
	return err
}

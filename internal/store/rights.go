package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"nivaran/internal/grievance"
)

// AccountRights lists the rights on one account, or (0) on every account.
func (tx *Tx) AccountRights(ctx context.Context, account int) ([]grievance.AccountRight, error) {
	rows, err := tx.QueryContext(ctx, `SELECT account_id, office_id, role, level, set_at, set_by FROM account_rights WHERE $1 IN (0, account_id) ORDER BY account_id, office_id, role`, account)
	return collect(rows, err, func(r *sql.Rows) (x grievance.AccountRight, err error) {
		var set int64
		err = r.Scan(&x.AccountID, &x.OfficeID, &x.Role, &x.Level, &set, &x.SetBy)
		x.SetAt = at(set)
		return x, err
	})
}

// SetAccountRight gives or changes a right.
func (tx *Tx) SetAccountRight(ctx context.Context, x grievance.AccountRight) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO account_rights (account_id, office_id, role, level, set_at, set_by) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id, office_id, role) DO UPDATE SET level = excluded.level, set_at = excluded.set_at, set_by = excluded.set_by`,
		x.AccountID, x.OfficeID, x.Role, x.Level, ms(x.SetAt), x.SetBy)
	return err
}

// DropAccountRight takes a right back: what holds without it holds again.
func (tx *Tx) DropAccountRight(ctx context.Context, account, office int, role grievance.Role) error {
	r, err := tx.ExecContext(ctx, `DELETE FROM account_rights WHERE account_id = $1 AND office_id = $2 AND role = $3`, account, office, role)
	return changedOne(r, err, grievance.ErrNotFound)
}

// SetApproval says what needs a second person before it goes out from the account. The
// column approve_replies is kept for the version before this one.
func (tx *Tx) SetApproval(ctx context.Context, account int, p grievance.Approval, roles []grievance.Role) error {
	list, err := json.Marshal(append([]grievance.Role{}, roles...))
	if err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, `UPDATE accounts SET approval = $1, approve_roles = $2, approve_replies = $3 WHERE id = $4`, p, string(list), p != grievance.ApproveNothing, account)
	return changedOne(r, err, grievance.ErrNotFound)
}

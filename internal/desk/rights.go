package desk

import (
	"context"
	"fmt"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// AccountRights is who may speak from an official account, and what needs a second person.
type AccountRights struct {
	Account   grievance.OfficialAccount
	Rows      []grievance.AccountRight
	MayChange bool
	MayRead   bool // the lists of what came to it and went out
}

// AccountRights reads the rights on an account.
func (d *Desk) AccountRights(ctx context.Context, by grievance.Actor, account int) (v AccountRights, err error) {
	if !by.May(grievance.MaySeeChannels) {
		return v, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if v.Account, err = liveAccount(ctx, tx, account); err != nil {
			return err
		}
		v.Rows, err = tx.AccountRights(ctx, account)
		v.MayChange = by.May(grievance.MayConnect) && d.commands(by, v.Account.OfficeID)
		v.MayRead = mayReadAccount(by, v.Account, v.Rows)
		return err
	})
	if err != nil {
		return AccountRights{}, fmt.Errorf("rights on account %d: %w", account, err)
	}
	return v, nil
}

func liveAccount(ctx context.Context, tx *store.Tx, account int) (grievance.OfficialAccount, error) {
	a, err := tx.Account(ctx, account)
	if isNone(err) || err == nil && a.Archive {
		err = grievance.ErrNotFound
	}
	return a, err
}

func mayReadAccount(by grievance.Actor, a grievance.OfficialAccount, rows []grievance.AccountRight) bool {
	return by.May(grievance.MayRead) && (by.May(grievance.MayAudit) || rightOn(by, a, nil, rows).Least(grievance.ReadRight))
}

// SetRight gives, or takes away, a right on an account of the actor's office or of one
// below. Those of the account's office and of the office concerned are told.
func (d *Desk) SetRight(ctx context.Context, by grievance.Actor, r grievance.AccountRight) error {
	if err := within("level", r.Level, grievance.Rights); err != nil {
		return err
	}
	if r.OfficeID == 0 && r.Role == "" {
		return grievance.Invalid("office", "error.right_for_whom")
	}
	if _, ok := d.Office.Office(r.OfficeID); r.OfficeID != 0 && !ok {
		return grievance.Invalid("office", "error.choose")
	}
	if _, ok := d.Office.Role(r.Role); r.Role != "" && !ok {
		return grievance.Invalid("role", "error.choose")
	}
	return d.changeAccount(ctx, by, r.AccountID, "account.right_set", map[string]any{"office": r.OfficeID, "role": r.Role, "level": r.Level}, r.OfficeID, func(tx *store.Tx) error {
		r.SetAt, r.SetBy = d.Now(), by.ID
		return tx.SetAccountRight(ctx, r)
	})
}

// DropRight takes a right back: what holds without it holds again.
func (d *Desk) DropRight(ctx context.Context, by grievance.Actor, account, office int, role grievance.Role) error {
	return d.changeAccount(ctx, by, account, "account.right_dropped", map[string]any{"office": office, "role": role}, office, func(tx *store.Tx) error {
		return tx.DropAccountRight(ctx, account, office, role)
	})
}

// SetApproval says what needs a second person before it goes out from the account, and
// the roles whose words always do.
func (d *Desk) SetApproval(ctx context.Context, by grievance.Actor, account int, p grievance.Approval, roles []grievance.Role) error {
	if err := within("approval", p, grievance.Approvals); err != nil {
		return err
	}
	for _, r := range roles {
		if _, ok := d.Office.Role(r); !ok {
			return grievance.Invalid("roles", "error.choose")
		}
	}
	slices.Sort(roles)
	roles = slices.Compact(roles)
	return d.changeAccount(ctx, by, account, "account.approval_set", map[string]any{"approval": p, "roles": roles}, 0, func(tx *store.Tx) error {
		return tx.SetApproval(ctx, account, p, roles)
	})
}

// changeAccount changes who may speak from an account, within the actor's reach, with its
// entry in the office log and word to those concerned.
func (d *Desk) changeAccount(ctx context.Context, by grievance.Actor, account int, event string, data map[string]any, other int, change func(tx *store.Tx) error) error {
	if !by.May(grievance.MayConnect) {
		return grievance.ErrForbidden
	}
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		a, err := liveAccount(ctx, tx, account)
		if err != nil {
			return err
		}
		if !d.commands(by, a.OfficeID) {
			return grievance.ErrForbidden
		}
		if err := change(tx); err != nil {
			return err
		}
		data["account"] = account
		if err := tx.RecordOffice(ctx, by, event, data, d.Now()); err != nil {
			return err
		}
		for _, o := range slices.Compact([]int{a.OfficeID, other}) {
			if o == 0 {
				continue
			}
			if err := d.tellOffice(ctx, tx, o, "notice.account_rights", a.Handle); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s on account %d: %w", event, account, err)
	}
	return nil
}

// accountRows is how many rows a page of an account's lists holds.
const accountRows = 50

// RepliesFrom lists what went out, or waits, at an account of which the actor may read,
// within the actor's cases: the newest first, after before.
func (d *Desk) RepliesFrom(ctx context.Context, by grievance.Actor, account int, before grievance.ID) (all []store.Stuck, next grievance.ID, err error) {
	err = d.readAccount(ctx, by, account, func(tx *store.Tx) error {
		all, err = tx.RepliesFrom(ctx, by.Scope, account, before, accountRows)
		if len(all) == accountRows {
			next = all[accountRows-1].Reply.ID
		}
		return err
	})
	d.Reads.noteList(by, fmt.Sprintf("replies of account %d", account), len(all))
	return all, next, err
}

// HeardAt lists the cases of those who wrote to an account of which the actor may read,
// within the actor's scope: the newest first, after before.
func (d *Desk) HeardAt(ctx context.Context, by grievance.Actor, account int, before grievance.ID) (all []store.Heard, next grievance.ID, err error) {
	err = d.readAccount(ctx, by, account, func(tx *store.Tx) error {
		all, err = tx.HeardAt(ctx, by.Scope, account, before, accountRows)
		if len(all) == accountRows {
			next = all[accountRows-1].ComplainantID
		}
		return err
	})
	d.Reads.noteList(by, fmt.Sprintf("posts of account %d", account), len(all))
	return all, next, err
}

func (d *Desk) readAccount(ctx context.Context, by grievance.Actor, account int, read func(tx *store.Tx) error) error {
	return d.Store.View(ctx, func(tx *store.Tx) error {
		a, err := liveAccount(ctx, tx, account)
		if err != nil {
			return err
		}
		rows, err := tx.AccountRights(ctx, account)
		if err != nil {
			return err
		}
		if !mayReadAccount(by, a, rows) {
			return grievance.ErrForbidden
		}
		return read(tx)
	})
}

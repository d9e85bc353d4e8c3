package office

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// AccountView is one account, for who sees the channels.
type AccountView struct {
	Account  grievance.OfficialAccount
	Health   store.Health
	Warnings []Warning
	Replies  map[grievance.ReplyState]int // that are still to go out
	Change   bool                         // the actor may change it
}

// Account reads one account and how it does.
func (x *Accounts) Account(ctx context.Context, by grievance.Actor, id int) (v AccountView, err error) {
	if !by.May(grievance.MaySeeChannels) {
		return v, grievance.ErrForbidden
	}
	err = x.Store.View(ctx, func(tx *store.Tx) error {
		if v.Account, err = tx.Account(ctx, id); err != nil {
			return err
		}
		if v.Health, err = tx.HealthNow(ctx, id, x.Now()); err != nil {
			return err
		}
		v.Replies, err = tx.OpenReplies(ctx, id)
		return err
	})
	v.Change = x.MayChange(by, v.Account)
	v.Warnings = x.Warnings(v.Account, v.Health)
	return v, err
}

// maxBudget bounds what may be typed: a hundred million dollars.
const maxBudget = 1e8

// AccountChange is what an officer may change of an account.
type AccountChange struct {
	Name     string
	OfficeID int
	Budget   float64 // US dollars a month; 0: none
}

// Change renames an account, moves it to another office, or sets what it may cost.
func (x *Accounts) Change(ctx context.Context, by grievance.Actor, id int, c AccountChange) error {
	if !by.May(grievance.MayConnect) {
		return grievance.ErrForbidden
	}
	c.Name = strings.TrimSpace(c.Name)
	switch {
	case c.Name == "" || utf8.RuneCountInString(c.Name) > 100:
		return grievance.Invalid("name", "error.account_name")
	case !(c.Budget >= 0 && c.Budget <= maxBudget): // nor what is no number
		return grievance.Invalid("budget", "error.account_budget")
	}
	return x.Store.Tx(ctx, func(tx *store.Tx) error {
		a, err := x.own(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if c.OfficeID != a.OfficeID {
			if err := x.office(by, c.OfficeID); err != nil {
				return err
			}
		}
		now := x.Now()
		b := a
		b.Name, b.OfficeID, b.BudgetMicro = c.Name, c.OfficeID, int64(c.Budget*1e6+0.5)
		for _, ch := range []struct {
			event   string
			changed bool
			data    map[string]any
		}{
			{"account.renamed", a.Name != b.Name, map[string]any{"account": id}},
			{"account.moved", a.OfficeID != b.OfficeID, map[string]any{"account": id, "from": a.OfficeID, "to": b.OfficeID}},
			{"account.budgeted", a.BudgetMicro != b.BudgetMicro, map[string]any{"account": id, "from": a.BudgetMicro, "to": b.BudgetMicro}},
		} {
			if !ch.changed {
				continue
			}
			if err := tx.RecordOffice(ctx, by, ch.event, ch.data, now); err != nil {
				return err
			}
			if err := x.tell(ctx, tx, b, "notice."+strings.Replace(ch.event, ".", "_", 1), now, a.OfficeID); err != nil {
				return err
			}
		}
		return tx.ChangeAccount(ctx, b)
	})
}

// revokeTime is how long a service may take to end a consent: what is ours is forgotten
// whether it answers or not.
const revokeTime = 10 * time.Second

// Disconnect takes an account away: the consent is ended at the service, the secret is
// forgotten, posts and cases stay. revoked is false when the service did not confirm; then
// the owner should remove the app there. Done again it changes nothing.
func (x *Accounts) Disconnect(ctx context.Context, by grievance.Actor, id int, reason string) (revoked bool, err error) {
	if !by.May(grievance.MayConnect) {
		return false, grievance.ErrForbidden
	}
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) < 5 {
		return false, grievance.Invalid("reason", "error.reason_short")
	}
	var a grievance.OfficialAccount
	if err := x.Store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = x.own(ctx, tx, by, id)
		return err
	}); err != nil {
		return false, err
	}
	if !a.Connected() {
		return true, nil
	}
	revoked = x.revoke(ctx, a)
	err = x.Store.Tx(ctx, func(tx *store.Tx) error {
		now := x.Now()
		ours, err := tx.DisconnectAccount(ctx, id, reason, now)
		if err != nil || !ours {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "account.disconnected", map[string]any{"account": id, "office": a.OfficeID, "revoked": revoked}, now); err != nil {
			return err
		}
		return x.tell(ctx, tx, a, "notice.account_disconnected", now)
	})
	return revoked, err
}

func (x *Accounts) revoke(ctx context.Context, a grievance.OfficialAccount) bool {
	z := x.Authorizers[ServiceOf(a)]
	if z == nil { // a password is ended where it was made
		return ServiceOf(a) == Mailbox
	}
	s, err := x.Secret(a)
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, revokeTime)
		defer cancel()
		err = z.Revoke(ctx, s)
	}
	if err != nil {
		x.Log.WarnContext(ctx, "consent not ended at the service", "account", a.ID, "err", err)
	}
	return err == nil
}

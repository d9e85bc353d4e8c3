package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// LookRequest asks what an officer may do under a charge, and, with a registration number,
// why in that case.
type LookRequest struct {
	ChargeID grievance.ID
	Number   string // as typed, or empty
	Reason   string
}

// lookTime is how long a look can be read again.
const lookTime = time.Hour

// LookAs begins a look at what another officer may do. It is written down, and the officer
// is told. It shows menus and reasons, never what a case holds.
func (d *Desk) LookAs(ctx context.Context, by grievance.Actor, r LookRequest) (id grievance.ID, err error) {
	if !by.May(grievance.MaySeeAs) {
		return 0, grievance.ErrForbidden
	}
	reason, err := remark("reason", r.Reason, 5)
	if err != nil {
		return 0, err
	}
	if r.Number != "" {
		if r.Number, err = grievance.ParseRegistrationNumber(r.Number); err != nil {
			return 0, grievance.Invalid("number", "error.number_required")
		}
	}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		c, err := tx.Charge(ctx, r.ChargeID)
		if isNone(err) {
			return grievance.Invalid("charge", "error.not_a_choice")
		}
		if err != nil {
			return err
		}
		now := d.Now()
		id = tx.NewID(now)
		if err := tx.KeepLook(ctx, store.Look{ID: id, By: by.ID, OfficerID: c.OfficerID, ChargeID: c.ID, Number: r.Number, Reason: reason}); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "officer.seen_as", map[string]any{"officer": c.OfficerID, "charge": c.ID, "look": id}, now); err != nil {
			return err
		}
		if c.OfficerID == by.ID {
			return nil
		}
		return tx.Notify(ctx, store.Notice{OfficerID: c.OfficerID, Kind: "notice.seen_as", At: now})
	})
	if err != nil {
		return 0, fmt.Errorf("look as an officer: %w", err)
	}
	return id, nil
}

// LookView is what an officer may do, with reasons and no content.
type LookView struct {
	Officer grievance.Officer
	Charge  grievance.Charge
	Office  grievance.Office
	Actor   grievance.Actor
	// Blocked says, as a message key, why the officer may do nothing under the charge; Until
	// and Substitute belong to a leave, which blocks nothing.
	Blocked    string
	Leave      grievance.Leave
	Substitute grievance.Officer
	Number     string
	// Reached: the case is among those that the charge reaches. One that is not there, one
	// of another jurisdiction and one that complains of the officer, or of the looker, are
	// answered alike: nobody learns here that a case exists, or of whom it complains, by
	// more than that the officer's own pages would show it.
	Reached  bool
	named    *grievance.Case
	Accounts []AccountRight
}

// AccountRight is how far an officer may use an official account.
type AccountRight struct {
	Account grievance.OfficialAccount
	Right   grievance.Right
}

// Refusal is a message key that says why the officer may not do this; empty: may.
func (v LookView) Refusal(p grievance.Permission) string {
	switch {
	case v.Blocked != "":
		return v.Blocked
	case p != "" && !v.Actor.May(p):
		return "seeas.lacks"
	}
	return ""
}

// CaseRefusal is Refusal for the case that was asked about. Whether the case stands at the
// step for the act is not said: it would tell its state.
func (v LookView) CaseRefusal(p grievance.Permission) string {
	if why := v.Refusal(p); why != "" {
		return why
	}
	switch {
	case !v.Reached:
		return "seeas.not_reached"
	case v.Actor.Can(p, v.named):
		return ""
	case p == grievance.MayAccept:
		return "seeas.named_another"
	}
	return "seeas.joined_only"
}

// Look reads a look that the actor has begun, as things are now.
func (d *Desk) Look(ctx context.Context, by grievance.Actor, id grievance.ID) (v LookView, err error) {
	if !by.May(grievance.MaySeeAs) {
		return v, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		l, err := tx.Look(ctx, by.ID, id, d.Now().Add(-lookTime))
		if err != nil {
			return err
		}
		v.Number = l.Number
		if v.Charge, err = tx.Charge(ctx, l.ChargeID); err != nil {
			return err
		}
		if v.Officer, err = tx.Officer(ctx, l.OfficerID); err != nil {
			return err
		}
		if err := d.standing(ctx, tx, &v); err != nil {
			return err
		}
		if v.Number != "" && v.Blocked == "" {
			if err := d.reached(ctx, tx, by, &v); err != nil {
				return err
			}
		}
		return d.accountsOf(ctx, tx, &v)
	})
	if err != nil {
		return LookView{}, fmt.Errorf("look %s: %w", id, err)
	}
	return v, nil
}

// standing finds what the charge allows now, and what stands in the way.
func (d *Desk) standing(ctx context.Context, tx *store.Tx, v *LookView) error {
	now := d.Now()
	held, err := tx.Charges(ctx, v.Officer.ID, now)
	if err != nil {
		return err
	}
	v.Office, _ = d.Office.Office(v.Charge.OfficeID)
	var known bool
	v.Actor, known = d.Office.Actor(v.Charge, held...)
	switch {
	case !v.Officer.SuspendedAt.IsZero():
		v.Blocked = "seeas.suspended"
	case now.Before(v.Charge.From):
		v.Blocked = "seeas.charge_later"
	case !v.Charge.Held(now):
		v.Blocked = "seeas.charge_over"
	case !known:
		v.Blocked = "seeas.no_role"
	}
	all, err := tx.ChargesHeldBy(ctx, v.Officer.ID, now)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(h store.Held) bool { return h.ID == v.Charge.ID })
	if i < 0 || all[i].Leave.ID == 0 {
		return nil
	}
	if v.Leave = all[i].Leave; v.Leave.SubstituteID != 0 {
		v.Substitute, err = tx.Officer(ctx, v.Leave.SubstituteID)
	}
	return err
}

// reached looks whether the charge reaches the case; one that complains of the looker is
// not reached by anybody.
func (d *Desk) reached(ctx context.Context, tx *store.Tx, by grievance.Actor, v *LookView) error {
	c, err := tx.CaseByNumber(ctx, v.Actor.Scope, v.Number)
	if isNone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	hidden, err := tx.Hidden(ctx, by.Scope, c.ID)
	v.Reached, v.named = !hidden && v.Actor.May(grievance.MayRead), c
	return err
}

// accountsOf lists the live official accounts with the right that the officer has on each.
func (d *Desk) accountsOf(ctx context.Context, tx *store.Tx, v *LookView) error {
	all, err := tx.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Archive {
			continue
		}
		rows, err := tx.AccountRights(ctx, a.ID)
		if err != nil {
			return err
		}
		r := grievance.NoRight
		if v.Blocked == "" {
			r = rightOn(v.Actor, a, nil, rows)
		}
		v.Accounts = append(v.Accounts, AccountRight{Account: a, Right: r})
	}
	return nil
}

// chargesShown is how many charges a search for an officer gives.
const chargesShown = 20

// ChargesNamed finds charges by the name or address of their officer, past ones too, for
// whoever looks as another officer.
func (d *Desk) ChargesNamed(ctx context.Context, by grievance.Actor, find string) (all []Holder, err error) {
	if !by.May(grievance.MaySeeAs) {
		return nil, grievance.ErrForbidden
	}
	words := strings.Fields(strings.ToLower(find))
	if len(words) == 0 {
		return nil, nil
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		officers, err := tx.Officers(ctx)
		if err != nil {
			return err
		}
		for _, o := range officers {
			text := strings.ToLower(o.NameEN + " " + o.NameHI + " " + o.Email)
			if len(all) >= chargesShown || slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
				continue
			}
			held, err := tx.ChargesEver(ctx, o.ID)
			if err != nil {
				return err
			}
			for _, c := range held {
				all = append(all, Holder{Officer: o, Charge: c})
			}
		}
		return nil
	})
	return all, err
}

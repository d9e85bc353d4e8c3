package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// isNone: inside a transaction the driver's word has not been translated yet.
func isNone(err error) bool {
	return errors.Is(err, grievance.ErrNotFound) || errors.Is(err, sql.ErrNoRows)
}

// Absence is a leave to be taken.
type Absence struct {
	OfficerID    grievance.ID
	ChargeID     grievance.ID // 0: all that the officer holds
	SubstituteID grievance.ID // 0: the level above
	From, To     time.Time
}

// TakeLeave notes that an officer is absent and who acts meanwhile. Officers enter the own
// leave; for another one it takes officers.manage and the right to grant the charge. The
// substitute holds a charge in the same office, or in one below the same head.
func (o *Organisation) TakeLeave(ctx context.Context, by grievance.Actor, a Absence) error {
	now := o.Now()
	switch {
	case a.To.IsZero() || !a.To.After(now):
		return grievance.Invalid("to", "error.leave_over")
	case a.From.IsZero() || !a.To.After(a.From):
		return grievance.Invalid("from", "error.to_before_from")
	case a.SubstituteID == a.OfficerID:
		return grievance.Invalid("substitute", "error.substitute_self")
	case by.ID != a.OfficerID && !by.May(grievance.MayManageOfficers):
		return grievance.ErrForbidden
	case by.ID != a.OfficerID && by.Is(a.SubstituteID):
		return grievance.Invalid("substitute", "error.own_charge") // nobody takes another's powers
	}
	err := o.Store.Tx(ctx, func(tx *store.Tx) error {
		held, err := tx.ChargesHeldBy(ctx, a.OfficerID, now)
		if err != nil {
			return err
		}
		n := 0
		for _, h := range held {
			if a.ChargeID != 0 && h.ID != a.ChargeID {
				continue
			}
			n++
			if err := o.leave(ctx, tx, by, h.Charge, a, now); err != nil {
				return err
			}
		}
		if n == 0 {
			return grievance.Invalid("charge", "error.choose")
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("leave of officer %s: %w", a.OfficerID, err)
	}
	return nil
}

func (o *Organisation) leave(ctx context.Context, tx *store.Tx, by grievance.Actor, c grievance.Charge, a Absence, now time.Time) error {
	at, _ := o.Directory.Office(c.OfficeID)
	if by.ID != a.OfficerID {
		if err := o.Directory.MayGrant(ctx, tx, by, c.Role, at, now); err != nil {
			return err
		}
	}
	ahead, err := tx.LeavesOf(ctx, a.OfficerID, now)
	if err != nil {
		return err
	}
	for _, l := range ahead {
		if l.ChargeID == c.ID && l.From.Before(a.To) && a.From.Before(l.To) {
			return grievance.Invalid("from", "error.leave_overlaps")
		}
	}
	if a.SubstituteID != 0 {
		if err := o.checkSubstitute(ctx, tx, c, a, now); err != nil {
			return err
		}
	}
	l := grievance.Leave{ID: tx.NewID(now), ChargeID: c.ID, OfficerID: a.OfficerID, SubstituteID: a.SubstituteID, From: a.From, To: a.To}
	if err := tx.SaveLeave(ctx, l, by.ID, now); err != nil {
		return err
	}
	data := map[string]any{"officer": l.OfficerID, "charge": c.ID, "substitute": l.SubstituteID, "from": l.From, "to": l.To}
	if err := tx.RecordOffice(ctx, by, "leave.taken", data, now); err != nil {
		return err
	}
	return tellLeave(ctx, tx, by, l, "notice.substitute", "notice.leave", at.Code, now)
}

func (o *Organisation) checkSubstitute(ctx context.Context, tx *store.Tx, c grievance.Charge, a Absence, now time.Time) error {
	fit, err := o.Directory.substitutes(ctx, tx, c, now)
	if err != nil {
		return err
	}
	for _, h := range fit {
		if h.OfficerID != a.SubstituteID {
			continue
		}
		away, err := tx.LeavesOf(ctx, a.SubstituteID, now)
		for _, l := range away {
			if l.From.Before(a.To) && a.From.Before(l.To) {
				return grievance.Invalid("substitute", "error.substitute_away")
			}
		}
		return err
	}
	return grievance.Invalid("substitute", "error.choose")
}

// substitutes are the charges whose officers may act for the one of the charge: of the
// same office, of the office above, and of those below the same head.
func (d *Directory) substitutes(ctx context.Context, tx *store.Tx, c grievance.Charge, now time.Time) ([]store.Held, error) {
	own, _ := d.Office(c.OfficeID)
	all, err := tx.AllCharges(ctx, now)
	if err != nil {
		return nil, err
	}
	var fit []store.Held
	for _, h := range all {
		o, ok := d.Office(h.OfficeID)
		near := o.ID == own.ID || o.ID == own.ParentID || o.ParentID == own.ID || own.ParentID != 0 && o.ParentID == own.ParentID
		if ok && near && !h.Suspended && h.OfficerID != c.OfficerID {
			fit = append(fit, h)
		}
	}
	return fit, nil
}

// Substitute is an officer who may act for another one.
type Substitute struct {
	store.Held
	Officer grievance.Officer
}

// Substitutes lists the officers who may act for an officer in one of the charges that the
// officer holds, each once.
func (o *Organisation) Substitutes(ctx context.Context, by grievance.Actor, officer grievance.ID) (fit []Substitute, err error) {
	if by.ID != officer && !by.May(grievance.MayManageOfficers) {
		return nil, grievance.ErrForbidden
	}
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		now := o.Now()
		held, err := tx.ChargesHeldBy(ctx, officer, now)
		if err != nil {
			return err
		}
		seen := map[grievance.ID]bool{}
		for _, h := range held {
			some, err := o.Directory.substitutes(ctx, tx, h.Charge, now)
			if err != nil {
				return err
			}
			for _, s := range some {
				if seen[s.OfficerID] {
					continue
				}
				seen[s.OfficerID] = true
				who, err := tx.Officer(ctx, s.OfficerID)
				if err != nil {
					return err
				}
				fit = append(fit, Substitute{s, who})
			}
		}
		return nil
	})
	return fit, err
}

// EndLeave calls an officer back: the leave ends now, or never begins.
func (o *Organisation) EndLeave(ctx context.Context, by grievance.Actor, id grievance.ID) error {
	err := o.Store.Tx(ctx, func(tx *store.Tx) error {
		now := o.Now()
		l, err := tx.Leave(ctx, id)
		if err != nil {
			return err
		}
		c, err := tx.Charge(ctx, l.ChargeID)
		if err != nil {
			return err
		}
		at, _ := o.Directory.Office(c.OfficeID)
		if by.ID != l.OfficerID {
			if !by.May(grievance.MayManageOfficers) {
				return grievance.ErrNotFound
			}
			if err := o.Directory.MayGrant(ctx, tx, by, c.Role, at, now); err != nil {
				return err
			}
		}
		if !now.Before(l.To) {
			return fmt.Errorf("%w: it is over", grievance.ErrConflict)
		}
		l.To = now
		if now.Before(l.From) {
			l.To = l.From
		}
		if err := tx.SaveLeave(ctx, l, by.ID, now); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "leave.ended", map[string]any{"officer": l.OfficerID, "charge": l.ChargeID, "substitute": l.SubstituteID}, now); err != nil {
			return err
		}
		return tellLeave(ctx, tx, by, l, "notice.substitute_over", "notice.leave_over", at.Code, now)
	})
	if err != nil {
		return fmt.Errorf("end leave %s: %w", id, err)
	}
	return nil
}

// tellLeave tells the substitute, and the officer where somebody else did it.
func tellLeave(ctx context.Context, tx *store.Tx, by grievance.Actor, l grievance.Leave, substitute, officer, code string, now time.Time) error {
	if l.SubstituteID != 0 {
		if err := tx.Notify(ctx, store.Notice{OfficerID: l.SubstituteID, Kind: substitute, Data: code, At: now}); err != nil {
			return err
		}
	}
	if by.ID == l.OfficerID {
		return nil
	}
	return tx.Notify(ctx, store.Notice{OfficerID: l.OfficerID, Kind: officer, Data: code, At: now})
}

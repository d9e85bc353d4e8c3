package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

const chargeColumns = `c.id, c.officer_id, c.office_id, c.role, c.title_en, c.title_hi, c.from_at, c.to_at, c.duty, c.additional`

func scanCharge(r interface{ Scan(...any) error }, more ...any) (c grievance.Charge, err error) {
	var from, to int64
	err = r.Scan(append([]any{&c.ID, &c.OfficerID, &c.OfficeID, &c.Role, &c.TitleEN, &c.TitleHI, &from, &to, &c.Duty, &c.Additional}, more...)...)
	c.From, c.To = at(from), at(to)
	return c, err
}

// SaveCharge adds or changes a charge; its officer and office stay.
func (tx *Tx) SaveCharge(ctx context.Context, c grievance.Charge) error {
	tx.chargesOf = nil
	_, err := tx.ExecContext(ctx, `
		INSERT INTO charges (id, officer_id, office_id, role, title_en, title_hi, from_at, to_at, duty, additional) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET role = excluded.role, title_en = excluded.title_en, title_hi = excluded.title_hi, from_at = excluded.from_at, to_at = excluded.to_at,
		 duty = excluded.duty, additional = excluded.additional`,
		c.ID, c.OfficerID, c.OfficeID, c.Role, c.TitleEN, c.TitleHI, ms(c.From), ms(c.To), c.Duty, c.Additional)
	return err
}

// Charge reads one charge.
func (tx *Tx) Charge(ctx context.Context, id grievance.ID) (grievance.Charge, error) {
	return scanCharge(tx.QueryRowContext(ctx, `SELECT `+chargeColumns+` FROM charges c WHERE c.id = $1`, id))
}

func (w *where) held(now time.Time) {
	w.and("c.from_at <= ? AND (c.to_at = 0 OR c.to_at > ?)", ms(now), ms(now))
}

// Charges lists the charges that an officer may act under now: the own ones, the oldest
// first, then those of officers on leave whose substitute the officer is.
func (tx *Tx) Charges(ctx context.Context, officer grievance.ID, now time.Time) ([]grievance.Charge, error) {
	w := &where{}
	w.and("c.officer_id = ?", officer)
	w.held(now)
	rows, err := tx.QueryContext(ctx, `SELECT `+chargeColumns+` FROM charges c WHERE `+w.String()+` ORDER BY c.from_at, c.id`, w.args...)
	own, err := collect(rows, err, func(r *sql.Rows) (grievance.Charge, error) { return scanCharge(r) })
	if err != nil {
		return nil, err
	}
	w = &where{}
	w.and("l.substitute_id = ?", officer)
	w.and("l.from_at <= ? AND l.to_at > ?", ms(now), ms(now))
	w.held(now)
	rows, err = tx.QueryContext(ctx, `SELECT `+chargeColumns+` FROM leaves l JOIN charges c ON c.id = l.charge_id WHERE `+w.String()+` ORDER BY c.from_at, c.id`, w.args...)
	others, err := collect(rows, err, func(r *sql.Rows) (grievance.Charge, error) {
		c, err := scanCharge(r)
		c.ActingID = officer
		return c, err
	})
	return append(own, others...), err
}

// ChargesEver lists all charges that an officer held, holds and will hold, the newest first.
func (tx *Tx) ChargesEver(ctx context.Context, officer grievance.ID) ([]grievance.Charge, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+chargeColumns+` FROM charges c WHERE c.officer_id = $1 ORDER BY c.from_at DESC, c.id DESC`, officer)
	return collect(rows, err, func(r *sql.Rows) (grievance.Charge, error) { return scanCharge(r) })
}

// ChargesEverIn lists all charges that were, are and will be held in an office, the
// newest first.
func (tx *Tx) ChargesEverIn(ctx context.Context, office int) ([]grievance.Charge, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+chargeColumns+` FROM charges c WHERE c.office_id = $1 ORDER BY c.from_at DESC, c.id DESC`, office)
	return collect(rows, err, func(r *sql.Rows) (grievance.Charge, error) { return scanCharge(r) })
}

// ChargesFrom lists every charge that has not ended, those that begin later too.
func (tx *Tx) ChargesFrom(ctx context.Context, now time.Time) ([]grievance.Charge, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+chargeColumns+` FROM charges c WHERE c.to_at = 0 OR c.to_at > $1 ORDER BY c.officer_id, c.from_at, c.id`, ms(now))
	return collect(rows, err, func(r *sql.Rows) (grievance.Charge, error) { return scanCharge(r) })
}

// Held is a charge that is held now, and who really acts under it.
type Held struct {
	grievance.Charge
	Suspended bool            // its officer
	Leave     grievance.Leave // that runs now; the zero one: none
	// SubstituteAway: the substitute is suspended or on leave as well.
	SubstituteAway bool
}

// Acting is the officer who acts under the charge now: its officer, the substitute of an
// absent one, or 0.
func (h Held) Acting() grievance.ID {
	switch {
	case h.Leave.ID == 0 && !h.Suspended:
		return h.OfficerID
	case h.Leave.ID != 0 && !h.SubstituteAway:
		return h.Leave.SubstituteID
	}
	return 0
}

func (tx *Tx) heldCharges(ctx context.Context, w *where, now time.Time) ([]Held, error) {
	w.held(now)
	mark := w.arg(ms(now))
	rows, err := tx.QueryContext(ctx, `SELECT `+chargeColumns+`, o.suspended_at, COALESCE(l.id, 0), COALESCE(l.substitute_id, 0), COALESCE(l.from_at, 0), COALESCE(l.to_at, 0), COALESCE(s.suspended_at, 0),
		 EXISTS (SELECT 1 FROM leaves x WHERE x.officer_id = l.substitute_id AND x.from_at <= `+mark+` AND x.to_at > `+mark+`)
		FROM charges c JOIN officers o ON o.id = c.officer_id
		LEFT JOIN leaves l ON l.charge_id = c.id AND l.from_at <= `+mark+` AND l.to_at > `+mark+`
		LEFT JOIN officers s ON s.id = l.substitute_id
		WHERE `+w.String()+` ORDER BY c.from_at, c.id`, w.args...)
	return collect(rows, err, func(r *sql.Rows) (h Held, err error) {
		var suspended, from, to, substitute int64
		var away bool
		h.Charge, err = scanCharge(r, &suspended, &h.Leave.ID, &h.Leave.SubstituteID, &from, &to, &substitute, &away)
		h.Suspended, h.SubstituteAway = suspended != 0, substitute != 0 || away
		if h.Leave.ID != 0 {
			h.Leave.ChargeID, h.Leave.OfficerID, h.Leave.From, h.Leave.To = h.ID, h.OfficerID, at(from), at(to)
		}
		return h, err
	})
}

// chargesKept is how long a transaction believes what it has read of an office's charges.
const chargesKept = time.Second

// fewOffices is after how many offices a transaction reads the charges of all the others
// at once: whoever opens a hundred cases asks about most of them.
const fewOffices = 6

// ChargesOf lists the charges held now in an office, the oldest first.
func (tx *Tx) ChargesOf(ctx context.Context, office int, now time.Time) ([]Held, error) {
	same := now.Sub(tx.chargesAt).Abs() < chargesKept
	if held, ok := tx.chargesOf[office]; ok && same {
		return held, nil
	}
	if tx.chargesOf == nil || !same {
		tx.chargesOf, tx.chargesAt, tx.chargesAll = map[int][]Held{}, now, false
	}
	if tx.chargesAll {
		return nil, nil
	}
	w := &where{}
	if tx.chargesAll = len(tx.chargesOf) >= fewOffices; !tx.chargesAll {
		w.and("c.office_id = ?", office)
	}
	found, err := tx.heldCharges(ctx, w, now)
	if err != nil {
		return nil, err
	}
	if !tx.chargesAll {
		tx.chargesOf[office] = found
		return found, nil
	}
	clear(tx.chargesOf)
	for _, h := range found {
		tx.chargesOf[h.OfficeID] = append(tx.chargesOf[h.OfficeID], h)
	}
	return tx.chargesOf[office], nil
}

// AllCharges lists every charge held now.
func (tx *Tx) AllCharges(ctx context.Context, now time.Time) ([]Held, error) {
	return tx.heldCharges(ctx, &where{}, now)
}

// ChargesHeldBy lists the charges that an officer holds now.
func (tx *Tx) ChargesHeldBy(ctx context.Context, officer grievance.ID, now time.Time) ([]Held, error) {
	w := &where{}
	w.and("c.officer_id = ?", officer)
	return tx.heldCharges(ctx, w, now)
}

// DutyCharges lists the charges that are told of danger at once.
func (tx *Tx) DutyCharges(ctx context.Context, now time.Time) ([]Held, error) {
	w := &where{}
	w.and("c.duty = TRUE")
	return tx.heldCharges(ctx, w, now)
}

// TakenUp lists the charges held now whose officer has taken up the official
// ID and is not suspended.
func (tx *Tx) TakenUp(ctx context.Context, now time.Time) ([]grievance.Charge, error) {
	w := &where{}
	w.held(now)
	rows, err := tx.QueryContext(ctx, `SELECT `+chargeColumns+` FROM charges c JOIN officers o ON o.id = c.officer_id WHERE `+w.String()+` AND `+takenUp+` AND o.suspended_at = 0 ORDER BY c.id`, w.args...)
	return collect(rows, err, func(r *sql.Rows) (grievance.Charge, error) { return scanCharge(r) })
}

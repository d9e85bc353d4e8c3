package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

const leaveColumns = `id, charge_id, officer_id, substitute_id, from_at, to_at`

func scanLeave(r interface{ Scan(...any) error }) (l grievance.Leave, err error) {
	var from, to int64
	err = r.Scan(&l.ID, &l.ChargeID, &l.OfficerID, &l.SubstituteID, &from, &to)
	l.From, l.To = at(from), at(to)
	return l, err
}

// SaveLeave adds a leave, or changes its end.
func (tx *Tx) SaveLeave(ctx context.Context, l grievance.Leave, by grievance.ID, now time.Time) error {
	tx.chargesOf = nil
	_, err := tx.ExecContext(ctx, `INSERT INTO leaves (`+leaveColumns+`, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET to_at = excluded.to_at`,
		l.ID, l.ChargeID, l.OfficerID, l.SubstituteID, ms(l.From), ms(l.To), by, ms(now))
	return err
}

// Leave reads one leave.
func (tx *Tx) Leave(ctx context.Context, id grievance.ID) (grievance.Leave, error) {
	return scanLeave(tx.QueryRowContext(ctx, `SELECT `+leaveColumns+` FROM leaves WHERE id = $1`, id))
}

// LeavesOf lists the leaves of an officer that are not over, the first first.
func (tx *Tx) LeavesOf(ctx context.Context, officer grievance.ID, now time.Time) ([]grievance.Leave, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+leaveColumns+` FROM leaves WHERE officer_id = $1 AND to_at > $2 AND from_at < to_at ORDER BY from_at, id`, officer, ms(now))
	return collect(rows, err, func(r *sql.Rows) (grievance.Leave, error) { return scanLeave(r) })
}

// Handover is what an officer left behind at the end of a charge.
type Handover struct {
	ID          grievance.ID
	OfficerID   grievance.ID
	OfficeID    int
	SuccessorID grievance.ID // 0: the cases wait in the office
	At          time.Time
	DoneAt      time.Time // zero: still to come
}

const handoverColumns = `id, officer_id, office_id, successor_id, at, done_at`

func scanHandover(r interface{ Scan(...any) error }) (h Handover, err error) {
	var when, done int64
	err = r.Scan(&h.ID, &h.OfficerID, &h.OfficeID, &h.SuccessorID, &when, &done)
	h.At, h.DoneAt = at(when), at(done)
	return h, err
}

// SaveHandover adds a handover, or marks it as done.
func (tx *Tx) SaveHandover(ctx context.Context, h Handover) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO handovers (`+handoverColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET successor_id = excluded.successor_id, done_at = excluded.done_at`, h.ID, h.OfficerID, h.OfficeID, h.SuccessorID, ms(h.At), ms(h.DoneAt))
	return err
}

// AddToHandover notes a case that was handed over.
func (tx *Tx) AddToHandover(ctx context.Context, handover, c grievance.ID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO handover_cases (handover_id, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, handover, c)
	return err
}

// Handover reads one handover.
func (tx *Tx) Handover(ctx context.Context, id grievance.ID) (Handover, error) {
	return scanHandover(tx.QueryRowContext(ctx, `SELECT `+handoverColumns+` FROM handovers WHERE id = $1`, id))
}

// HandoverPrepared finds the handover of the officer in the office that is still to come
// or in hand; ErrNotFound when there is none.
func (tx *Tx) HandoverPrepared(ctx context.Context, officer grievance.ID, office int) (Handover, error) {
	return scanHandover(tx.QueryRowContext(ctx, `SELECT `+handoverColumns+` FROM handovers WHERE officer_id = $1 AND office_id = $2 AND done_at = 0 ORDER BY id DESC LIMIT 1`, officer, office))
}

// Handovers lists the handovers of an officer (either side) or, with officer 0, of an
// office, the newest first.
func (tx *Tx) Handovers(ctx context.Context, officer grievance.ID, office, limit int) ([]Handover, error) {
	w := &where{}
	if officer != 0 {
		w.and("(officer_id = ? OR successor_id = ?)", officer, officer)
	} else {
		w.and("office_id = ?", office)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+handoverColumns+` FROM handovers WHERE `+w.String()+` ORDER BY id DESC LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (Handover, error) { return scanHandover(r) })
}

// HandoverCases lists the cases of a handover within the scope, and counts all of them but
// those that complain of the viewer.
func (tx *Tx) HandoverCases(ctx context.Context, s grievance.Scope, handover grievance.ID) (cases []*grievance.Case, all int, err error) {
	w := &where{}
	w.and("h.handover_id = ?", handover)
	w.unlessHidden(s, "h.case_id")
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM handover_cases h WHERE `+w.String(), w.args...).Scan(&all); err != nil {
		return nil, 0, err
	}
	w = &where{}
	w.and("h.handover_id = ?", handover)
	w.within(s, "c")
	rows, err := tx.QueryContext(ctx, `SELECT `+caseColumns+` FROM handover_cases h JOIN cases c ON c.id = h.case_id WHERE `+w.String()+` ORDER BY c.due_at, c.id`, w.args...)
	cases, err = collect(rows, err, func(r *sql.Rows) (*grievance.Case, error) { return scanCase(r) })
	return cases, all, err
}

// Holding is how many open cases an officer holds in an office; officer 0: nobody yet.
type Holding struct {
	OfficeID  int
	OfficerID grievance.ID
	N         int64
}

// Holdings counts the open cases by office and officer, from the kept counters.
func (tx *Tx) Holdings(ctx context.Context) ([]Holding, error) {
	rows, err := tx.QueryContext(ctx, `SELECT office_id, officer_id, SUM(n) FROM case_counters WHERE state NOT IN ('closed', 'not_admissible', 'merged')
		GROUP BY office_id, officer_id HAVING SUM(n) > 0 ORDER BY office_id, officer_id`)
	return collect(rows, err, func(r *sql.Rows) (h Holding, err error) { return h, r.Scan(&h.OfficeID, &h.OfficerID, &h.N) })
}

// Cover says which office answers for one in which nobody does.
type Cover struct {
	OfficeID, AnsweringID int
	Since                 time.Time
	Upto                  grievance.ID // the last case whose history says so
	Told                  bool         // all do
}

// Covers lists the offices for which another answers.
func (tx *Tx) Covers(ctx context.Context) ([]Cover, error) {
	rows, err := tx.QueryContext(ctx, `SELECT office_id, answering_id, since, upto, told FROM covers ORDER BY office_id`)
	return collect(rows, err, func(r *sql.Rows) (c Cover, err error) {
		var since int64
		err = r.Scan(&c.OfficeID, &c.AnsweringID, &since, &c.Upto, &c.Told)
		c.Since = at(since)
		return c, err
	})
}

// SaveCover adds or changes a cover.
func (tx *Tx) SaveCover(ctx context.Context, c Cover) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO covers (office_id, answering_id, since, upto, told) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (office_id) DO UPDATE SET answering_id = excluded.answering_id, since = excluded.since, upto = excluded.upto, told = excluded.told`,
		c.OfficeID, c.AnsweringID, ms(c.Since), c.Upto, c.Told)
	return err
}

// DeleteCover forgets a cover: the office answers for itself again.
func (tx *Tx) DeleteCover(ctx context.Context, office int) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM covers WHERE office_id = $1`, office)
	return err
}

// Import is a file between its dry run and its confirmation.
type Import struct {
	ID        grievance.ID
	OfficerID grievance.ID
	File      string // which: offices, officers …
	Data      []byte
	At        time.Time
}

// SaveImport keeps a file for a day.
func (tx *Tx) SaveImport(ctx context.Context, i Import) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM imports WHERE at < $1`, ms(i.At.Add(-24*time.Hour))); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO imports (id, officer_id, file, data, at) VALUES ($1, $2, $3, $4, $5)`, i.ID, i.OfficerID, i.File, i.Data, ms(i.At))
	return err
}

// Import reads a kept file of the officer.
func (tx *Tx) Import(ctx context.Context, id, officer grievance.ID) (i Import, err error) {
	var when int64
	i.ID, i.OfficerID = id, officer
	err = tx.QueryRowContext(ctx, `SELECT file, data, at FROM imports WHERE id = $1 AND officer_id = $2`, id, officer).Scan(&i.File, &i.Data, &when)
	i.At = at(when)
	return i, err
}

// DeleteImport forgets a file that was applied.
func (tx *Tx) DeleteImport(ctx context.Context, id grievance.ID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM imports WHERE id = $1`, id)
	return err
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

const caseColumns = `c.id, c.number, c.version, c.state, c.before_state, c.outcome, c.kind, c.title, c.excerpt, c.channel, c.language,
	c.office_id, c.officer_id, c.district_id, c.department_id, c.subject_id, c.place_id, c.urgency, c.sensitive, c.against, c.cm_watch,
	c.round, c.returns, c.level, c.complained, c.parent_id, c.received_at, c.opened_at, c.clock_start, c.limit_days, c.response_due_at, c.first_response_at,
	c.due_at, c.paused_at, c.wait_until, c.escalate_at, c.warned, c.late, c.report_at, c.resolved_at, c.closed_at, c.next_at, c.approver_id, c.undelivered`

func scanCase(r interface{ Scan(...any) error }) (*grievance.Case, error) {
	var c grievance.Case
	var t [11]int64
	var closed, next sql.NullInt64
	err := r.Scan(&c.ID, &c.Number, &c.Version, &c.State, &c.Before, &c.Outcome, &c.Kind, &c.Title, &c.Excerpt, &c.Channel, &c.Language,
		&c.OfficeID, &c.OfficerID, &c.DistrictID, &c.DepartmentID, &c.SubjectID, &c.PlaceID, &c.Urgency, &c.Sensitive, &c.Against, &c.CMWatch,
		&c.Round, &c.Returns, &c.Level, &c.Complained, &c.ParentID, &t[0], &t[1], &t[2], &c.LimitDays, &t[3], &t[4],
		&t[5], &t[6], &t[7], &t[8], &c.Warned, &c.Late, &t[9], &t[10], &closed, &next, &c.Approver, &c.Undelivered)
	c.ReceivedAt, c.OpenedAt, c.ClockStart, c.ResponseDueAt, c.FirstResponseAt = at(t[0]), at(t[1]), at(t[2]), at(t[3]), at(t[4])
	c.DueAt, c.PausedAt, c.WaitUntil, c.EscalateAt, c.ReportAt, c.ResolvedAt = at(t[5]), at(t[6]), at(t[7]), at(t[8]), at(t[9]), at(t[10])
	c.ClosedAt, c.NextAt = at(closed.Int64), at(next.Int64)
	return &c, err
}

// caseValues are the changing columns in the order of updateColumns.
func caseValues(c *grievance.Case) []any {
	return []any{c.State, c.Before, c.Outcome, c.Kind, c.Title, c.Excerpt, c.Language,
		c.OfficeID, c.OfficerID, c.DistrictID, c.DepartmentID, c.SubjectID, c.PlaceID, c.Urgency, c.Sensitive, c.Against, c.CMWatch,
		c.Round, c.Returns, c.Level, c.Complained, c.ParentID, ms(c.ClockStart), c.LimitDays, ms(c.ResponseDueAt), ms(c.FirstResponseAt),
		ms(c.DueAt), ms(c.PausedAt), ms(c.WaitUntil), ms(c.EscalateAt), c.Warned, c.Late, ms(c.ReportAt), ms(c.ResolvedAt), null(c.ClosedAt), null(c.NextAt), c.Approver, c.Undelivered}
}

const updateColumns = `state, before_state, outcome, kind, title, excerpt, language,
	office_id, officer_id, district_id, department_id, subject_id, place_id, urgency, sensitive, against, cm_watch,
	round, returns, level, complained, parent_id, clock_start, limit_days, response_due_at, first_response_at,
	due_at, paused_at, wait_until, escalate_at, warned, late, report_at, resolved_at, closed_at, next_at, approver_id, undelivered`

// NextSerials takes n running numbers of the year and gives the first.
func (tx *Tx) NextSerials(ctx context.Context, year, n int) (int64, error) {
	var last int64
	err := tx.QueryRowContext(ctx, `INSERT INTO serials (year, last) VALUES ($1, $2) ON CONFLICT (year) DO UPDATE SET last = serials.last + excluded.last RETURNING last`, year, n).Scan(&last)
	return last - int64(n) + 1, err
}

// InsertCase adds a new case.
func (tx *Tx) InsertCase(ctx context.Context, c *grievance.Case) error {
	if c.OfficeID == 0 {
		return fmt.Errorf("insert case %s: it has no office", c.Number)
	}
	c.Version = 1
	if err := tx.holdCase(c); err != nil {
		return err
	}
	tx.countCase(keyOf(c), 1)
	return nil
}

// UpdateCase saves c unless somebody changed it since it was read.
func (tx *Tx) UpdateCase(ctx context.Context, c *grievance.Case) error {
	if n := tx.cases[c.ID]; n != nil { // opened in this transaction
		if n.c.Version != c.Version {
			return fmt.Errorf("update case %s: %w", c.Number, grievance.ErrConflict)
		}
		c.Version++
		tx.countCase(keyOf(&n.c), -1)
		tx.countCase(keyOf(c), 1)
		n.c = *c
		return tx.moveIndex(c)
	}
	values := append(caseValues(c), c.ID, c.Version)
	n := len(values)
	var sets strings.Builder
	for i, column := range strings.Split(updateColumns, ",") {
		fmt.Fprintf(&sets, "%s = $%d, ", strings.TrimSpace(column), i+1)
	}
	was, err := tx.lockedKey(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("update case %s: %w", c.Number, err)
	}
	r, err := tx.ExecContext(ctx, fmt.Sprintf(`UPDATE cases SET %s version = version + 1 WHERE id = $%d AND version = $%d`, sets.String(), n-1, n), values...)
	if err := changedOne(r, err, grievance.ErrConflict); err != nil {
		return fmt.Errorf("update case %s: %w", c.Number, err)
	}
	c.Version++
	if now := keyOf(c); now != was {
		tx.countCase(was, -1)
		tx.countCase(now, 1)
		if now.office != was.office || now.officer != was.officer || now.district != was.district || now.department != was.department {
			return tx.moveIndex(c)
		}
	}
	return nil
}

// Case reads a case within the scope; ErrNotFound outside it.
func (tx *Tx) Case(ctx context.Context, s grievance.Scope, id grievance.ID) (*grievance.Case, error) {
	w := &where{}
	w.and("c.id = ?", id)
	w.within(s, "c")
	return scanCase(tx.QueryRowContext(ctx, `SELECT `+caseColumns+` FROM cases c WHERE `+w.String(), w.args...))
}

// CaseByNumber reads a case by its registration number within the scope.
func (tx *Tx) CaseByNumber(ctx context.Context, s grievance.Scope, number string) (*grievance.Case, error) {
	w := &where{}
	w.and("c.number = ?", number)
	w.within(s, "c")
	return scanCase(tx.QueryRowContext(ctx, `SELECT `+caseColumns+` FROM cases c WHERE `+w.String(), w.args...))
}

// CaseFilter narrows a list; zero fields do not.
type CaseFilter struct {
	Open                               bool
	State                              grievance.State
	Kind                               grievance.Kind
	OfficeID, DistrictID, DepartmentID int
	OfficerID                          grievance.ID
	Unassigned, Late, Undelivered      bool
	Danger, Watched                    bool
	Unreviewed                         bool         // no report is approved yet
	DueBefore                          time.Time    // the limit ends before
	Overseer                           int          // an office that joined because the case is overdue
	NotBy                              grievance.ID // reports awaiting approval that this officer did not write
	IDs                                []grievance.ID
	ByDue                              bool // else the newest first
	AfterDue                           time.Time
	After                              grievance.ID
	Limit                              int
}

// Cases lists cases within the scope, a page at a time by the whole sort key.
func (tx *Tx) Cases(ctx context.Context, s grievance.Scope, f CaseFilter) ([]*grievance.Case, error) {
	w := f.where(s)
	order := "c.id DESC"
	if f.ByDue {
		order = "c.due_at, c.id"
		if f.After != 0 {
			w.and("(c.due_at, c.id) > (?, ?)", ms(f.AfterDue), f.After)
		}
	} else if f.After != 0 {
		w.and("c.id < ?", f.After)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+caseColumns+` FROM cases c WHERE `+w.String()+` ORDER BY `+order+` LIMIT `+w.arg(f.Limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (*grievance.Case, error) { return scanCase(r) })
}

// OpenCasesOf lists the open cases of an office by id after one; limit 0: all. They are
// held until the transaction ends.
func (tx *Tx) OpenCasesOf(ctx context.Context, office int, after grievance.ID, limit int) ([]*grievance.Case, error) {
	w := &where{}
	w.and("c.office_id = ? AND c.closed_at IS NULL AND c.id > ?", office, after)
	rows, err := tx.QueryContext(ctx, `SELECT `+caseColumns+` FROM cases c WHERE `+w.String()+` ORDER BY c.id`+w.limit(limit)+tx.s.engine.forUpdate(), w.args...)
	return collect(rows, err, func(r *sql.Rows) (*grievance.Case, error) { return scanCase(r) })
}

// CasesHeld lists the open cases of an office that an officer holds, by id after one;
// limit 0: all. They are held until the transaction ends.
func (tx *Tx) CasesHeld(ctx context.Context, office int, officer, after grievance.ID, limit int) ([]*grievance.Case, error) {
	w := &where{}
	w.and("c.office_id = ? AND c.officer_id = ? AND c.closed_at IS NULL AND c.id > ?", office, officer, after)
	rows, err := tx.QueryContext(ctx, `SELECT `+caseColumns+` FROM cases c WHERE `+w.String()+` ORDER BY c.id`+w.limit(limit)+tx.s.engine.forUpdate(), w.args...)
	return collect(rows, err, func(r *sql.Rows) (*grievance.Case, error) { return scanCase(r) })
}

// CountCases counts at most most cases of the filter within the scope: a view shows "99+".
func (tx *Tx) CountCases(ctx context.Context, s grievance.Scope, f CaseFilter, most int) (int, error) {
	w := f.where(s)
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases c WHERE `+w.String()+` LIMIT `+w.arg(most)+`) AS bounded`, w.args...).Scan(&n)
	return n, err
}

func (f CaseFilter) where(s grievance.Scope) *where {
	w := &where{}
	w.within(s, "c")
	if f.Open {
		w.and("c.closed_at IS NULL")
	}
	if f.Kind != "" {
		w.and("c.kind = ?", f.Kind)
	}
	if f.State != "" {
		w.and("c.state = ?", f.State)
	}
	if f.OfficeID != 0 {
		w.and("c.office_id = ?", f.OfficeID)
	}
	if f.DistrictID != 0 {
		w.and("c.district_id = ?", f.DistrictID)
	}
	if f.DepartmentID != 0 {
		w.and("c.department_id = ?", f.DepartmentID)
	}
	if f.OfficerID != 0 {
		w.and("c.officer_id = ?", f.OfficerID)
	}
	if f.Unassigned {
		w.and("c.officer_id = 0")
	}
	if f.Late {
		w.and("c.late = TRUE")
	}
	if f.Undelivered {
		w.and("c.undelivered") // in the words of the index, as the others below
	}
	if f.Danger {
		w.and("c.urgency = 'danger'")
	}
	if f.Watched {
		w.and("c.cm_watch")
	}
	if f.Unreviewed {
		w.and("c.approver_id = 0")
	}
	if !f.DueBefore.IsZero() {
		w.and("c.due_at < ?", ms(f.DueBefore))
	}
	if f.Overseer != 0 {
		w.and("EXISTS (SELECT 1 FROM overseers o WHERE o.case_id = c.id AND o.round = c.round AND o.office_id = ?)", f.Overseer)
	}
	if f.NotBy != 0 {
		w.and("NOT EXISTS (SELECT 1 FROM reports r WHERE r.case_id = c.id AND r.state = 'awaiting' AND r.author_id = ?)", f.NotBy)
	}
	if f.IDs != nil {
		inList(w, "c.id", f.IDs)
	}
	return w
}

// DueCases lists cases for which something falls due, and holds them until the
// transaction ends.
func (tx *Tx) DueCases(ctx context.Context, now time.Time, limit int) ([]*grievance.Case, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+caseColumns+` FROM cases c WHERE c.next_at IS NOT NULL AND c.next_at <= $1 ORDER BY c.next_at LIMIT $2`+tx.s.engine.forUpdate(), ms(now), limit)
	return collect(rows, err, func(r *sql.Rows) (*grievance.Case, error) { return scanCase(r) })
}

// PublicCase is what a registration number alone shows: status and dates.
func (tx *Tx) PublicCase(ctx context.Context, number string) (*grievance.Case, error) {
	return tx.CaseByNumber(ctx, grievance.Scope{All: true}, number)
}

// SaveReference keeps the number of the same matter in another system.
func (tx *Tx) SaveReference(ctx context.Context, c grievance.ID, r grievance.Reference) error {
	if n := tx.cases[c]; n != nil {
		n.referenced = true
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO case_references (case_id, system, number) VALUES ($1, $2, $3) ON CONFLICT (case_id, system) DO UPDATE SET number = excluded.number`, c, r.System, r.Number)
	return err
}

// References lists the numbers of a case in other systems.
func (tx *Tx) References(ctx context.Context, c grievance.ID) ([]grievance.Reference, error) {
	if n := tx.cases[c]; n != nil && !n.referenced {
		return nil, nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT system, number FROM case_references WHERE case_id = $1 ORDER BY system`, c)
	return collect(rows, err, func(r *sql.Rows) (x grievance.Reference, err error) { return x, r.Scan(&x.System, &x.Number) })
}

// Overseer is an office that joined a case: of a level above because it is overdue, or
// (level 0) vigilance because a clerk let it in.
type Overseer struct {
	Level, Round, OfficeID int
	OfficerID              grievance.ID
	Since                  time.Time
}

// AddOverseer lets the office of a level join; once a level and round, ErrConflict after.
func (tx *Tx) AddOverseer(ctx context.Context, c grievance.ID, o Overseer) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO overseers (case_id, level, round, office_id, officer_id, since) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		c, o.Level, o.Round, o.OfficeID, o.OfficerID, ms(o.Since))
	return changedOne(r, err, grievance.ErrConflict)
}

// Overseers lists those who joined, by round and level.
func (tx *Tx) Overseers(ctx context.Context, c grievance.ID) ([]Overseer, error) {
	rows, err := tx.QueryContext(ctx, `SELECT level, round, office_id, officer_id, since FROM overseers WHERE case_id = $1 ORDER BY round, level`, c)
	return collect(rows, err, func(r *sql.Rows) (o Overseer, err error) {
		var since int64
		err = r.Scan(&o.Level, &o.Round, &o.OfficeID, &o.OfficerID, &since)
		o.Since = at(since)
		return o, err
	})
}

// StartPause stands the clock of a case still.
func (tx *Tx) StartPause(ctx context.Context, c grievance.ID, p grievance.Pause) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO pauses (case_id, n, round, from_at, reason, by_id) SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5 FROM pauses WHERE case_id = $1`,
		c, p.Round, ms(p.From), p.Reason, p.By)
	return err
}

// EndPause lets the clock of a case run again.
func (tx *Tx) EndPause(ctx context.Context, c grievance.ID, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE pauses SET to_at = $1 WHERE case_id = $2 AND to_at = 0`, ms(now), c)
	return err
}

// Pauses lists the pauses of a round of a case.
func (tx *Tx) Pauses(ctx context.Context, c grievance.ID, round int) ([]grievance.Pause, error) {
	rows, err := tx.QueryContext(ctx, `SELECT round, from_at, to_at, reason, by_id FROM pauses WHERE case_id = $1 AND round = $2 ORDER BY n`, c, round)
	return collect(rows, err, func(r *sql.Rows) (p grievance.Pause, err error) {
		var from, to int64
		err = r.Scan(&p.Round, &from, &to, &p.Reason, &p.By)
		p.From, p.To = at(from), at(to)
		return p, err
	})
}

// Clock is the record of a finished round.
type Clock struct {
	Round                     int
	StartedAt, DueAt, StopsAt time.Time
	LimitDays                 int
	Late                      bool
}

// KeepClock keeps a finished round beside the one that begins.
func (tx *Tx) KeepClock(ctx context.Context, c grievance.ID, k Clock) error {
	row := []any{c, k.Round, ms(k.StartedAt), k.LimitDays, ms(k.DueAt), ms(k.StopsAt), k.Late}
	if tx.cases[c] != nil {
		return tx.holdRow("clocks", clockColumns, sameClock, row...)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO clocks (`+clockColumns+`) VALUES (`+marks(1, len(row))+`) `+sameClock, row...)
	return err
}

const (
	clockColumns = `case_id, round, started_at, limit_days, due_at, stopped_at, late`
	sameClock    = `ON CONFLICT (case_id, round) DO UPDATE SET stopped_at = excluded.stopped_at, late = excluded.late, due_at = excluded.due_at`
)

// Clocks lists the finished rounds of a case.
func (tx *Tx) Clocks(ctx context.Context, c grievance.ID) ([]Clock, error) {
	rows, err := tx.QueryContext(ctx, `SELECT round, started_at, limit_days, due_at, stopped_at, late FROM clocks WHERE case_id = $1 ORDER BY round`, c)
	return collect(rows, err, func(r *sql.Rows) (k Clock, err error) {
		var t [3]int64
		err = r.Scan(&k.Round, &t[0], &k.LimitDays, &t[1], &t[2], &k.Late)
		k.StartedAt, k.DueAt, k.StopsAt = at(t[0]), at(t[1]), at(t[2])
		return k, err
	})
}

package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// counterKey is what cases are counted by. Ended cases are not counted by officer.
type counterKey struct {
	office     int
	officer    grievance.ID
	district   int
	department int
	state      grievance.State
	kind       grievance.Kind
	late       bool
}

func keyOf(c *grievance.Case) counterKey {
	k := counterKey{c.OfficeID, c.OfficerID, c.DistrictID, c.DepartmentID, c.State, c.Kind, c.Late}
	if c.State.Ended() {
		k.officer = 0
	}
	return k
}

type postCounterKey struct {
	day     string
	account int
	sorted  grievance.Sorted
}

func (tx *Tx) countCase(k counterKey, n int64) { tx.counters[k] += n }

// countPost counts posts by the day in India on which they reached us.
func (tx *Tx) countPost(received time.Time, account int, s grievance.Sorted, n int64) {
	tx.posts[postCounterKey{grievance.IndianDay(received), account, s}] += n
}

// lockedKey reads what a case is counted by before it changes.
func (tx *Tx) lockedKey(ctx context.Context, id grievance.ID) (counterKey, error) {
	var c grievance.Case
	err := tx.QueryRowContext(ctx, `SELECT office_id, officer_id, district_id, department_id, state, kind, late FROM cases WHERE id = $1`+tx.s.engine.forUpdate(), id).
		Scan(&c.OfficeID, &c.OfficerID, &c.DistrictID, &c.DepartmentID, &c.State, &c.Kind, &c.Late)
	return keyOf(&c), err
}

// flushCounters writes what the transaction counted, last and sorted by key: in any other
// order transactions would wait for each other in a ring.
func (tx *Tx) flushCounters(ctx context.Context) error {
	var rows [][]any
	for _, k := range sortedKeys(tx.counters, compareCounters) {
		if n := tx.counters[k]; n != 0 {
			rows = append(rows, []any{k.office, k.officer, k.district, k.department, k.state, k.kind, k.late, n})
		}
	}
	if err := tx.insertMany(ctx, "case_counters", "office_id, officer_id, district_id, department_id, state, kind, late, n",
		`ON CONFLICT (office_id, officer_id, district_id, department_id, state, kind, late) DO UPDATE SET n = case_counters.n + excluded.n`, rows); err != nil {
		return err
	}
	rows = nil
	for _, k := range sortedKeys(tx.posts, comparePosts) {
		if n := tx.posts[k]; n != 0 {
			rows = append(rows, []any{k.day, k.account, k.sorted, n})
		}
	}
	return tx.insertMany(ctx, "post_counters", "day, account_id, sorted, n",
		`ON CONFLICT (day, account_id, sorted) DO UPDATE SET n = post_counters.n + excluded.n`, rows)
}

func sortedKeys[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	return keys
}

func compareCounters(a, b counterKey) int {
	late := func(l bool) int {
		if l {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.office, b.office), cmp.Compare(a.officer, b.officer), cmp.Compare(a.district, b.district), cmp.Compare(a.department, b.department),
		cmp.Compare(a.state, b.state), cmp.Compare(a.kind, b.kind), cmp.Compare(late(a.late), late(b.late)))
}

func comparePosts(a, b postCounterKey) int {
	return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.account, b.account), cmp.Compare(a.sorted, b.sorted))
}

// Tally is one kept counter.
type Tally struct {
	OfficeID, DistrictID, DepartmentID int
	OfficerID                          grievance.ID
	State                              grievance.State
	Kind                               grievance.Kind
	Late                               bool
	N                                  int64
}

const tallyColumns = `office_id, officer_id, district_id, department_id, state, kind, late`

// caseTallyColumns are the same of the cases themselves, as keyOf has them.
const caseTallyColumns = `c.office_id, CASE WHEN c.state IN ('closed', 'not_admissible', 'merged') THEN 0 ELSE c.officer_id END, c.district_id, c.department_id, c.state, c.kind, c.late`

// Tallies reads the kept counters of the scope, less the cases that are hidden from its
// viewer, so that not even their number shows.
func (tx *Tx) Tallies(ctx context.Context, s grievance.Scope) ([]Tally, error) {
	open := s.Columns()
	w := &where{}
	w.within(open, "k") // the counters carry the columns of the scope
	rows, err := tx.QueryContext(ctx, `SELECT `+tallyColumns+`, n FROM case_counters k WHERE `+w.String()+` AND n <> 0`, w.args...)
	all, err := collect(rows, err, scanTally)
	if err == nil && len(s.Joined) > 0 && !s.All {
		w := &where{}
		w.joinedOnly(s, "c")
		all, err = tx.tally(ctx, all, w, "COUNT(*)")
	}
	if err != nil || !s.Unseen() {
		return all, err
	}
	w = &where{}
	w.within(s.Unhidden(), "c")
	w.hiddenFrom(s, "c")
	if open.OfficerID != 0 && !open.All && open.DistrictID == 0 && open.DepartmentID == 0 && len(open.Offices) == 0 {
		w.and("c.state NOT IN ('closed', 'not_admissible', 'merged')") // not counted by officer
	}
	return tx.tally(ctx, all, w, "-COUNT(*)")
}

// tally adds the cases of w, each counted as sign says.
func (tx *Tx) tally(ctx context.Context, all []Tally, w *where, sign string) ([]Tally, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+caseTallyColumns+`, `+sign+` FROM cases c WHERE `+w.String()+` GROUP BY 1, 2, 3, 4, 5, 6, 7`, w.args...)
	more, err := collect(rows, err, scanTally)
	return append(all, more...), err
}

func scanTally(r *sql.Rows) (t Tally, err error) {
	err = r.Scan(&t.OfficeID, &t.OfficerID, &t.DistrictID, &t.DepartmentID, &t.State, &t.Kind, &t.Late, &t.N)
	return t, err
}

// PostTally counts posts of a day at an account by what became of them.
type PostTally struct {
	Day       string
	AccountID int
	Sorted    grievance.Sorted
	N         int64
}

// PostTallies reads the kept counters of posts from a day (in India) on, less the posts
// that are hidden from the scope's viewer.
func (tx *Tx) PostTallies(ctx context.Context, s grievance.Scope, from string) ([]PostTally, error) {
	rows, err := tx.QueryContext(ctx, `SELECT day, account_id, sorted, n FROM post_counters WHERE day >= $1 AND n <> 0`, from)
	all, err := collect(rows, err, func(r *sql.Rows) (t PostTally, err error) {
		return t, r.Scan(&t.Day, &t.AccountID, &t.Sorted, &t.N)
	})
	if err != nil || !s.Unseen() {
		return all, err
	}
	hidden, err := tx.hiddenPosts(ctx, s)
	for _, t := range hidden {
		if t.Day >= from {
			all = append(all, t)
		}
	}
	return all, err
}

// hiddenPosts are the posts that are hidden from the viewer, each counted off where it
// was counted.
func (tx *Tx) hiddenPosts(ctx context.Context, s grievance.Scope) ([]PostTally, error) {
	w := &where{}
	rows, err := tx.QueryContext(ctx, `SELECT p.id, p.received_at, p.account_id, p.sorted FROM posts p WHERE p.id IN (SELECT x.post_id FROM post_exclusions x WHERE `+w.complainsOf(s)+`)
		UNION SELECT p.id, p.received_at, p.account_id, p.sorted FROM case_exclusions x JOIN posts p ON p.case_id = x.case_id AND p.case_id <> 0 WHERE `+w.complainsOf(s), w.args...)
	return collect(rows, err, func(r *sql.Rows) (t PostTally, err error) {
		var id grievance.ID
		var received int64
		err = r.Scan(&id, &received, &t.AccountID, &t.Sorted)
		t.Day, t.N = grievance.IndianDay(at(received)), -1
		return t, err
	})
}

// OpenCounts are the cases that have not ended.
type OpenCounts struct{ All, Own, Unassigned, Late int64 }

// CountOpen gives the numbers of the scope's open cases, those of the officer among them,
// from the kept counters and less what is hidden from the viewer.
func (tx *Tx) CountOpen(ctx context.Context, s grievance.Scope, officer grievance.ID) (n OpenCounts, err error) {
	w := &where{}
	own := w.arg(officer)
	w.within(s.Columns(), "k")
	const ended = "k.state IN ('closed', 'not_admissible', 'merged')"
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(n), 0), COALESCE(SUM(n) FILTER (WHERE officer_id = `+own+`), 0), COALESCE(SUM(n) FILTER (WHERE officer_id = 0), 0), COALESCE(SUM(n) FILTER (WHERE late), 0)
		FROM case_counters k WHERE NOT `+ended+` AND `+w.String(), w.args...).Scan(&n.All, &n.Own, &n.Unassigned, &n.Late)
	if err == nil && len(s.Joined) > 0 && !s.All {
		more, err := tx.countOpen(ctx, officer, func(w *where) { w.joinedOnly(s, "c") })
		if err != nil {
			return n, err
		}
		n = OpenCounts{n.All + more.All, n.Own + more.Own, n.Unassigned + more.Unassigned, n.Late + more.Late}
	}
	if err != nil || !s.Unseen() {
		return n, err
	}
	hidden, err := tx.countOpen(ctx, officer, func(w *where) {
		w.within(s.Unhidden(), "c")
		w.hiddenFrom(s, "c")
	})
	return OpenCounts{n.All - hidden.All, n.Own - hidden.Own, n.Unassigned - hidden.Unassigned, n.Late - hidden.Late}, err
}

// countOpen counts the few open cases that narrow leaves.
func (tx *Tx) countOpen(ctx context.Context, officer grievance.ID, narrow func(w *where)) (n OpenCounts, err error) {
	w := &where{}
	own := w.arg(officer)
	narrow(w)
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(*) FILTER (WHERE c.officer_id = `+own+`), COUNT(*) FILTER (WHERE c.officer_id = 0), COUNT(*) FILTER (WHERE c.late)
		FROM cases c WHERE c.state NOT IN ('closed', 'not_admissible', 'merged') AND `+w.String(), w.args...).Scan(&n.All, &n.Own, &n.Unassigned, &n.Late)
	return n, err
}

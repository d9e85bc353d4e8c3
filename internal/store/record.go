package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Days is a span of days in India for an export of the record; From and To are in it, and
// an empty one means from the beginning or up to the present.
type Days struct{ From, To string }

// bounds are the moments of the span; zero ones are open.
func (d Days) bounds() (from, to time.Time, err error) {
	if d.From != "" {
		if from, err = grievance.DayStart(d.From); err != nil {
			return from, to, err
		}
	}
	if d.To != "" {
		if to, err = grievance.DayStart(d.To); err == nil {
			to = grievance.NextDay(to)
		}
	}
	return from, to, err
}

// where narrows a column of days to the span.
func (d Days) where(w *where) {
	if d.From != "" {
		w.and("day >= ?", d.From)
	}
	if d.To != "" {
		w.and("day <= ?", d.To)
	}
}

// CaseRecord is a case's part of an export: its entries of the span without a gap, and
// where its history ends.
type CaseRecord struct {
	ID       grievance.ID
	Number   string
	Excluded bool // somebody is kept away from it
	Entries  []grievance.Entry
	Erased   map[int]bool // entries whose texts were erased; only with texts
	// Last and Head are where the case says that its history ends, or where the span ends.
	Last int
	Head []byte
}

// EachCase hands over the cases that have an entry in the span, by their ids. Texts come
// along where they are asked for.
func (tx *Tx) EachCase(ctx context.Context, d Days, texts bool, do func(CaseRecord) error) error {
	from, to, err := d.bounds()
	if err != nil {
		return err
	}
	w := &where{}
	LogFilter{From: from, To: to}.within(w)
	text := `'', NULL`
	tables := `(SELECT case_id, MIN(n) AS first_n, MAX(n) AS last_n FROM history WHERE ` + w.String() + ` GROUP BY case_id) AS s
		JOIN history h ON h.case_id = s.case_id AND h.n >= s.first_n AND h.n <= s.last_n`
	if len(w.args) == 0 {
		tables = `history h`
	}
	tables += ` LEFT JOIN cases c ON c.id = h.case_id`
	if texts {
		text = `COALESCE(t.text, ''), t.salt`
		tables += ` LEFT JOIN history_texts t ON t.case_id = h.case_id AND t.n = h.n`
	}
	rows, err := tx.QueryContext(ctx, `SELECT h.case_id, h.n, h.at, h.actor, h.actor_id, h.charge_id, h.event, h.from_state, h.to_state, h.office_id, h.data, h.commitment, h.prev, h.hash, `+text+`,
		COALESCE(c.number, ''), COALESCE(c.entries, 0), c.head, EXISTS (SELECT 1 FROM case_exclusions x WHERE x.case_id = h.case_id)
		FROM `+tables+` ORDER BY h.case_id, h.n`, w.args...)
	var now CaseRecord
	give := func() error {
		if now.ID == 0 {
			return nil
		}
		if end := now.Entries[len(now.Entries)-1]; !to.IsZero() {
			now.Last, now.Head = end.N, end.Hash
		}
		if texts {
			now.Erased = grievance.ErasedTexts(now.Entries)
		}
		return do(now)
	}
	err = each(rows, err, func(r *sql.Rows) error {
		var e grievance.Entry
		var c CaseRecord
		var when int64
		if err := r.Scan(&e.CaseID, &e.N, &when, &e.Actor, &e.ActorID, &e.ChargeID, &e.Event, &e.From, &e.To, &e.OfficeID, &e.Data, &e.Commit, &e.Prev, &e.Hash, &e.Text, &e.Salt,
			&c.Number, &c.Last, &c.Head, &c.Excluded); err != nil {
			return err
		}
		e.At = at(when)
		if e.CaseID != now.ID {
			if err := give(); err != nil {
				return err
			}
			c.ID = e.CaseID
			now = c
		}
		now.Entries = append(now.Entries, e)
		return nil
	})
	if err != nil {
		return err
	}
	return give()
}

// EachOfficeEntry hands over the office log after one entry up to another; last 0: to its end.
func (tx *Tx) EachOfficeEntry(ctx context.Context, after, last int64, do func(grievance.OfficeEntry) error) error {
	w := &where{}
	w.and("n > ?", after)
	if last != 0 {
		w.and("n <= ?", last)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+officeLogColumns+` FROM office_log WHERE `+w.String()+` ORDER BY n`, w.args...)
	return each(rows, err, func(r *sql.Rows) error {
		e, err := scanOfficeEntry(r)
		if err != nil {
			return err
		}
		return do(e)
	})
}

// OfficeEnd is where the office log says that it ends.
func (tx *Tx) OfficeEnd(ctx context.Context) (int64, []byte, error) {
	return tx.ended(ctx, "office_log")
}

// ReadLogFrom is the day before which entries of the read log were kept for their time and
// taken away; empty while none were.
func (tx *Tx) ReadLogFrom(ctx context.Context) (string, error) { return tx.Meta(ctx, readLogFrom) }

// HeadsEnd is the hash at which the daily heads say that they end.
func (tx *Tx) HeadsEnd(ctx context.Context) ([]byte, error) {
	_, head, err := tx.ended(ctx, "daily_heads")
	return head, err
}

// EachRead hands over the read log of the span by day, writer and number, each with where
// its chain says that it ends. A chain without entries comes once, with the number 0.
func (tx *Tx) EachRead(ctx context.Context, d Days, do func(grievance.ReadChain, grievance.Read) error) error {
	w := &where{}
	d.where(w)
	rows, err := tx.QueryContext(ctx, `SELECT day, writer, entries, head FROM read_chains WHERE `+w.String()+` ORDER BY day, writer`, w.args...)
	chains, err := collect(rows, err, func(r *sql.Rows) (c grievance.ReadChain, err error) {
		return c, r.Scan(&c.Day, &c.Writer, &c.Entries, &c.Head)
	})
	if err != nil {
		return err
	}
	var now grievance.ReadChain
	begin := func(day, writer string) error { // the chain, after those that have no entries
		now = grievance.ReadChain{Day: day, Writer: writer}
		for len(chains) > 0 && (day == "" || chains[0].Day < day || chains[0].Day == day && chains[0].Writer <= writer) {
			c := chains[0]
			chains = chains[1:]
			if c.Day == day && c.Writer == writer {
				now = c
				return nil
			}
			if err := do(c, grievance.Read{}); err != nil {
				return err
			}
		}
		return nil
	}
	rows, err = tx.QueryContext(ctx, `SELECT `+readColumns+` FROM read_log WHERE `+w.String()+` ORDER BY day, writer, n`, w.args...)
	err = each(rows, err, func(r *sql.Rows) error {
		e, err := scanRead(r)
		if err == nil && (e.Day != now.Day || e.Writer != now.Writer) {
			err = begin(e.Day, e.Writer)
		}
		if err != nil {
			return err
		}
		return do(now, e)
	})
	if err != nil {
		return err
	}
	return begin("", "")
}

// HeadsOf lists the daily heads of the span, and the one before it, if there is one.
func (tx *Tx) HeadsOf(ctx context.Context, d Days) (before *grievance.DailyHead, all []grievance.DailyHead, err error) {
	if d.From != "" {
		earlier, err := tx.DailyHeads(ctx, d.From, 1)
		if err != nil {
			return nil, nil, err
		}
		if len(earlier) > 0 {
			before = &earlier[0]
		}
	}
	w := &where{}
	d.where(w)
	rows, err := tx.QueryContext(ctx, `SELECT `+headColumns+` FROM daily_heads WHERE `+w.String()+` ORDER BY day`, w.args...)
	all, err = collect(rows, err, scanHead)
	return before, all, err
}

// ExcludedCases lists the cases from which somebody is kept away.
func (tx *Tx) ExcludedCases(ctx context.Context) (map[grievance.ID]bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT case_id FROM case_exclusions`)
	all := map[grievance.ID]bool{}
	err = each(rows, err, func(r *sql.Rows) error {
		var id grievance.ID
		err := r.Scan(&id)
		all[id] = true
		return err
	})
	return all, err
}

// ExcludedPosts lists the posts that are hidden from somebody by themselves.
func (tx *Tx) ExcludedPosts(ctx context.Context) (map[string]bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT post_id FROM post_exclusions`)
	all := map[string]bool{}
	err = each(rows, err, func(r *sql.Rows) error {
		var id grievance.ID
		err := r.Scan(&id)
		all[id.String()] = true
		return err
	})
	return all, err
}

// Leaves are what a case adds to the sums of its days, by day.
func Leaves(c grievance.ID, entries []grievance.Entry) map[string][]byte {
	last := map[string]int{}
	for i, e := range entries {
		last[grievance.IndianDay(e.At)] = i
	}
	leaves := map[string][]byte{}
	for day, i := range last {
		leaves[day] = grievance.Leaf(c, entries[i].N, entries[i].Hash)
	}
	return leaves
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// LogFilter narrows a log; its zero fields do not.
type LogFilter struct {
	From, To  time.Time // To is not in it
	OfficerID grievance.ID
	CaseID    grievance.ID
	OfficeID  int
	Event     string
	After     string // Next of the page before
}

// LogNext says how a log goes on.
type LogNext struct {
	After    string    // for the next page; empty at the end
	LookedTo time.Time // that the page is short because no more entries were looked at; else zero
}

// logWindow is how many entries one page looks through; rare ones are found page by page.
const logWindow = 20_000

// logKey is the whole sort key of a log, the newest first.
type logKey []string

var (
	historyKey = logKey{"at", "case_id", "n"}
	readKey    = logKey{"at", "day", "writer", "n"}
	officeKey  = logKey{"at", "n"}
)

func (k logKey) order() string { return strings.Join(k, " DESC, ") + " DESC" }

func (k logKey) columns() string { return strings.Join(k, ", ") }

// before narrows to what comes after the cursor, which is the key's values with dots between.
func (k logKey) before(w *where, cursor string) error {
	if cursor == "" {
		return nil
	}
	parts := strings.Split(cursor, ".")
	if len(parts) != len(k) {
		return fmt.Errorf("cursor: %w", grievance.ErrNotFound)
	}
	values := make([]any, len(k))
	for i, name := range k {
		if name == "day" || name == "writer" {
			values[i] = parts[i]
			continue
		}
		n, err := strconv.ParseInt(parts[i], 10, 64)
		if err != nil {
			return fmt.Errorf("cursor: %w", grievance.ErrNotFound)
		}
		values[i] = n
	}
	w.and("("+k.columns()+") < (?"+strings.Repeat(", ?", len(k)-1)+")", values...)
	return nil
}

// within narrows to the time of the filter.
func (f LogFilter) within(w *where) {
	if !f.From.IsZero() {
		w.and("at >= ?", ms(f.From))
	}
	if !f.To.IsZero() {
		w.and("at < ?", ms(f.To))
	}
}

// next says how the log goes on: after the last row of a full page, or after the last
// entry of a full window.
func (tx *Tx) next(ctx context.Context, k logKey, table string, inner *where, full bool, last string) (LogNext, error) {
	if full {
		return LogNext{After: last}, nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+k.columns()+` FROM `+table+` WHERE `+inner.String()+` ORDER BY `+k.order()+fmt.Sprintf(` LIMIT 1 OFFSET %d`, logWindow-1), inner.args...)
	end, err := collect(rows, err, func(r *sql.Rows) ([]string, error) {
		parts := make([]string, len(k))
		into := make([]any, len(k))
		for i := range parts {
			into[i] = &parts[i]
		}
		return parts, r.Scan(into...)
	})
	if err != nil || len(end) == 0 {
		return LogNext{}, err
	}
	when, err := strconv.ParseInt(end[0][0], 10, 64)
	return LogNext{After: strings.Join(end[0], "."), LookedTo: at(when)}, err
}

// logShape is what the logs differ in.
type logShape[T any] struct {
	key    logKey
	table  string
	who    string // the condition by which an officer's entries are found
	ofCase bool   // the entries are about cases
	query  string // with the window (%s), the condition (%s) and the number of rows (%s)
	narrow func(w *where)
	scan   func(*sql.Rows) (T, error)
	cursor func(T) string // of the entry, in the order of the key
}

// readLog gives one page of a log. The window is narrowed by indexed columns alone, and
// what narrows further looks at the entries in it.
func readLog[T any](ctx context.Context, tx *Tx, s logShape[T], f LogFilter, limit int) ([]T, LogNext, error) {
	w := &where{}
	f.within(w)
	if f.CaseID != 0 && s.ofCase {
		w.and("case_id = ?", f.CaseID)
	}
	if f.OfficerID != 0 {
		w.and(s.who, f.OfficerID)
	}
	if err := s.key.before(w, f.After); err != nil {
		return nil, LogNext{}, err
	}
	inner := *w
	w.parts = nil
	s.narrow(w)
	window := `SELECT * FROM ` + s.table + ` WHERE ` + inner.String() + ` ORDER BY ` + s.key.order() + fmt.Sprintf(` LIMIT %d`, logWindow)
	query := fmt.Sprintf(s.query, window, w.String(), w.arg(limit))
	rows, err := tx.QueryContext(ctx, query, w.args...)
	all, err := collect(rows, err, s.scan)
	if err != nil {
		return nil, LogNext{}, err
	}
	var last string
	if len(all) > 0 {
		last = s.cursor(all[len(all)-1])
	}
	next, err := tx.next(ctx, s.key, s.table, &inner, len(all) == limit, last)
	return all, next, err
}

// HistoryLine is an entry of some case's history, without its text.
type HistoryLine struct {
	grievance.Entry
	Number string // of the case
}

// HistoryLog lists the entries of all cases within the scope, the newest first.
func (tx *Tx) HistoryLog(ctx context.Context, s grievance.Scope, f LogFilter, limit int) ([]HistoryLine, LogNext, error) {
	return readLog(ctx, tx, logShape[HistoryLine]{
		key: historyKey, table: "history", who: "actor = 'officer' AND actor_id = ?", ofCase: true,
		query: `SELECT h.case_id, h.n, h.at, h.actor, h.actor_id, h.charge_id, h.event, h.from_state, h.to_state, h.office_id, h.data, h.hash, c.number
			FROM (%s) AS h JOIN cases c ON c.id = h.case_id WHERE %s ORDER BY h.at DESC, h.case_id DESC, h.n DESC LIMIT %s`,
		narrow: func(w *where) {
			if f.Event != "" {
				w.and("h.event = ?", f.Event)
			}
			if f.OfficeID != 0 {
				w.and("h.office_id = ?", f.OfficeID)
			}
			w.within(s, "c")
		},
		scan: func(r *sql.Rows) (l HistoryLine, err error) {
			var when int64
			err = r.Scan(&l.CaseID, &l.N, &when, &l.Actor, &l.ActorID, &l.ChargeID, &l.Event, &l.From, &l.To, &l.OfficeID, &l.Data, &l.Hash, &l.Number)
			l.At = at(when)
			return l, err
		},
		cursor: func(e HistoryLine) string { return fmt.Sprintf("%d.%s.%d", ms(e.At), e.CaseID, e.N) },
	}, f, limit)
}

// ReadLine is an entry of the read log.
type ReadLine struct {
	grievance.Read
	Number string // of the case, if it is about one
}

// Reads lists the read log, the newest first. What is about a case is left out where the
// scope does not reach it.
func (tx *Tx) Reads(ctx context.Context, s grievance.Scope, f LogFilter, limit int) ([]ReadLine, LogNext, error) {
	return readLog(ctx, tx, logShape[ReadLine]{
		key: readKey, table: "read_log", who: "officer_id = ?", ofCase: true,
		query: `SELECT r.day, r.writer, r.n, r.at, r.officer_id, r.charge_id, r.what, r.case_id, r.subject, r.route, r.prev, r.hash, COALESCE(c.number, '')
			FROM (%s) AS r LEFT JOIN cases c ON c.id = r.case_id WHERE %s ORDER BY r.at DESC, r.day DESC, r.writer DESC, r.n DESC LIMIT %s`,
		narrow: func(w *where) {
			w.within(s, "c")
			visible := w.String()
			if s.All {
				visible = "r.case_id = 0 OR " + visible
			}
			w.parts = []string{"(" + visible + ")"}
			w.unlessExcluded(s, "CASE WHEN r.what = 'post' THEN CAST(r.subject AS BIGINT) ELSE 0 END")
			if f.Event != "" {
				w.and("r.what = ?", f.Event)
			}
		},
		scan: func(r *sql.Rows) (l ReadLine, err error) {
			var when int64
			err = r.Scan(&l.Day, &l.Writer, &l.N, &when, &l.OfficerID, &l.ChargeID, &l.What, &l.CaseID, &l.Subject, &l.Route, &l.Prev, &l.Hash, &l.Number)
			l.At = at(when)
			return l, err
		},
		cursor: func(e ReadLine) string { return fmt.Sprintf("%d.%s.%s.%d", ms(e.At), e.Day, e.Writer, e.N) },
	}, f, limit)
}

// OfficeLog lists what was done to the organisation, the newest first.
func (tx *Tx) OfficeLog(ctx context.Context, f LogFilter, limit int) ([]grievance.OfficeEntry, LogNext, error) {
	return readLog(ctx, tx, logShape[grievance.OfficeEntry]{
		key: officeKey, table: "office_log", who: "actor_id = ?",
		query: `SELECT ` + officeLogColumns + ` FROM (%s) AS o WHERE %s ORDER BY ` + officeKey.order() + ` LIMIT %s`,
		narrow: func(w *where) {
			if f.Event != "" {
				w.and("event = ?", f.Event)
			}
		},
		scan:   scanOfficeEntry,
		cursor: func(e grievance.OfficeEntry) string { return fmt.Sprintf("%d.%d", ms(e.At), e.N) },
	}, f, limit)
}

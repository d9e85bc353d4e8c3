package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"nivaran/internal/grievance"
)

// Report is what a check of the whole record found.
type Report struct {
	Cases, Entries, OfficeEntries, Reads, Heads, Counters int64
	// Faults are what is not as it was written, in words for the administrator; of more
	// than a thousand the rest is only counted.
	Faults []string
	more   int64
	days   map[int64]*daySum // what the cases of each day come to
}

const faultsShown = 1000

func (r *Report) add(format string, args ...any) {
	if len(r.Faults) == faultsShown {
		r.more++
		return
	}
	r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
}

// Verify reads the whole record on one picture of it: each case's history is one chain up
// to the case's head, texts are what their entries commit to, no case of a year is
// missing, the office log and each day's read log are whole chains, every daily head is
// what its day comes to, and the kept counters are what counting gives.
func (s *Store) Verify(ctx context.Context) (Report, error) {
	r := Report{days: map[int64]*daySum{}}
	err := s.View(ctx, func(tx *Tx) error {
		for _, check := range []func(context.Context, *Report) error{
			tx.verifyHistories, tx.verifyOrphans, tx.verifySerials, tx.verifyOfficeLog, tx.verifyReads, tx.verifyHeads, tx.verifyCaseCounters, tx.verifyPostCounters,
		} {
			if err := check(ctx, &r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	if r.more > 0 {
		r.Faults = append(r.Faults, fmt.Sprintf("and %d more", r.more))
	}
	return r, nil
}

// chainHead is what a case says of its own history.
type chainHead struct {
	id      grievance.ID
	hash    []byte
	entries int
}

const verifyBatch = 500 // cases read at once

func (tx *Tx) verifyHistories(ctx context.Context, r *Report) error {
	var after grievance.ID
	for {
		rows, err := tx.QueryContext(ctx, `SELECT id, head, entries FROM cases WHERE id > $1 ORDER BY id LIMIT $2`, after, verifyBatch)
		heads, err := collect(rows, err, func(rows *sql.Rows) (h chainHead, err error) { return h, rows.Scan(&h.id, &h.hash, &h.entries) })
		if err != nil || len(heads) == 0 {
			return err
		}
		last := heads[len(heads)-1].id
		rows, err = tx.QueryContext(ctx, `SELECT `+entryColumns+entryTables+`WHERE h.case_id > $1 AND h.case_id <= $2 ORDER BY h.case_id, h.n`, after, last)
		entries, err := collect(rows, err, scanEntry)
		if err != nil {
			return err
		}
		for _, h := range heads {
			for len(entries) > 0 && entries[0].CaseID < h.id {
				entries = entries[1:] // of no case: verifyOrphans tells
			}
			n := 0
			for n < len(entries) && entries[n].CaseID == h.id {
				n++
			}
			r.checkChain(h, entries[:n])
			r.addDays(h.id, entries[:n])
			entries = entries[n:]
		}
		r.Cases += int64(len(heads))
		after = last
	}
}

// checkChain follows the chain of one case to its head.
func (r *Report) checkChain(h chainHead, entries []grievance.Entry) {
	r.Entries += int64(len(entries))
	erased := grievance.ErasedTexts(entries)
	var prev []byte
	for i, e := range entries {
		switch {
		case e.N != i+1:
			r.add("case %s, entry %d: entry missing", h.id, e.N)
			return
		case !bytes.Equal(e.Prev, prev):
			r.add("case %s, entry %d: chain broken", h.id, e.N)
		case !bytes.Equal(e.Hash, e.Sum()):
			r.add("case %s, entry %d: entry changed", h.id, e.N)
		case len(e.Salt) > 0 && !bytes.Equal(e.Commit, grievance.Commitment(e.Salt, e.Text)):
			r.add("case %s, entry %d: text changed", h.id, e.N)
		case len(e.Salt) == 0 && e.Text != "":
			r.add("case %s, entry %d: text without salt", h.id, e.N)
		case len(e.Salt) == 0 && len(e.Commit) > 0 && !erased[e.N]:
			r.add("case %s, entry %d: text missing", h.id, e.N)
		}
		prev = e.Hash
	}
	switch {
	case len(entries) == 0:
		r.add("case %s, entry %d: no history", h.id, 0)
	case len(entries) != h.entries || !bytes.Equal(prev, h.hash):
		r.add("case %s, entry %d: head differs", h.id, len(entries))
	}
}

// verifyOrphans finds entries of no case, and texts of no entry.
func (tx *Tx) verifyOrphans(ctx context.Context, r *Report) error {
	for _, search := range [][2]string{
		{"case missing", `SELECT h.case_id, h.n FROM history h WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = h.case_id) ORDER BY h.case_id, h.n`},
		{"text of no entry", `SELECT t.case_id, t.n FROM history_texts t WHERE NOT EXISTS (SELECT 1 FROM history h WHERE h.case_id = t.case_id AND h.n = t.n) ORDER BY t.case_id, t.n`},
	} {
		rows, err := tx.QueryContext(ctx, search[1])
		err = each(rows, err, func(rows *sql.Rows) error {
			var e grievance.Entry
			err := rows.Scan(&e.CaseID, &e.N)
			r.add("case %s, entry %d: %s", e.CaseID, e.N, search[0])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// verifySerials finds cases that were taken out altogether: the numbers of a year have no gap.
func (tx *Tx) verifySerials(ctx context.Context, r *Report) error {
	rows, err := tx.QueryContext(ctx, `SELECT s.year, s.last - s.skipped, (SELECT COUNT(*) FROM cases c WHERE c.number LIKE 'GRV-' || CAST(s.year AS TEXT) || '-%') FROM serials s ORDER BY s.year`)
	type year struct{ year, last, cases int64 }
	years, err := collect(rows, err, func(rows *sql.Rows) (y year, err error) { return y, rows.Scan(&y.year, &y.last, &y.cases) })
	for _, y := range years {
		if y.last != y.cases {
			r.add("%d registration numbers of %d given, %d cases there", y.last, y.year, y.cases)
		}
	}
	return err
}

func (tx *Tx) verifyCaseCounters(ctx context.Context, r *Report) error {
	if err := tx.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM case_counters) + (SELECT COUNT(*) FROM post_counters)`).Scan(&r.Counters); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+tallyColumns+`, CAST(SUM(n) AS BIGINT) FROM (
			SELECT `+tallyColumns+`, n FROM case_counters
			UNION ALL SELECT `+caseTallyColumns+`, -COUNT(*) FROM cases c GROUP BY 1, 2, 3, 4, 5, 6, 7) AS both_sides
		GROUP BY `+tallyColumns+` HAVING SUM(n) <> 0`)
	wrong, err := collect(rows, err, scanTally)
	for _, t := range wrong {
		r.add("counter of cases is off by %d: office %d, officer %s, district %d, department %d, %s, %s, late %t",
			t.N, t.OfficeID, t.OfficerID, t.DistrictID, t.DepartmentID, t.State, t.Kind, t.Late)
	}
	return err
}

func (tx *Tx) verifyPostCounters(ctx context.Context, r *Report) error {
	rows, err := tx.QueryContext(ctx, `SELECT received_at, account_id, sorted FROM posts`)
	counted := map[postCounterKey]int64{}
	if err := each(rows, err, func(rows *sql.Rows) error {
		var received int64
		var k postCounterKey
		err := rows.Scan(&received, &k.account, &k.sorted)
		k.day = grievance.IndianDay(at(received))
		counted[k]++
		return err
	}); err != nil {
		return err
	}
	kept, err := tx.PostTallies(ctx, grievance.Scope{}, "")
	for _, t := range kept {
		counted[postCounterKey{t.Day, t.AccountID, t.Sorted}] -= t.N
	}
	for _, k := range sortedKeys(counted, comparePosts) {
		if n := counted[k]; n != 0 {
			r.add("counter of posts is off by %d: %s, account %d, %s", -n, k.day, k.account, k.sorted)
		}
	}
	return err
}

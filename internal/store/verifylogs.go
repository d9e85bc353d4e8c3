package store

import (
	"bytes"
	"context"
	"database/sql"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// dayOf numbers the days in India; the zone has had one offset since 1945.
func dayOf(t time.Time) int64 { return (t.UnixMilli() + 330*60_000) / 86_400_000 }

// addDays adds a case's last entry of each of its days to the sum of the day. Cases come
// by their ids.
func (r *Report) addDays(c grievance.ID, entries []grievance.Entry) {
	last := map[int64]int{}
	for i, e := range entries {
		last[dayOf(e.At)] = i
	}
	for day, i := range last {
		if r.days[day] == nil {
			r.days[day] = &daySum{}
		}
		r.days[day].add(chainHead{id: c, hash: entries[i].Hash, entries: entries[i].N})
	}
}

// verifyOfficeLog follows the office log to where it ends, and asks each daily head
// whether the log was then as it is now.
func (tx *Tx) verifyOfficeLog(ctx context.Context, r *Report) error {
	entries, head, err := tx.ended(ctx, "office_log")
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+officeLogColumns+` FROM office_log ORDER BY n`)
	var prev []byte
	n := int64(0)
	err = each(rows, err, func(rows *sql.Rows) error {
		e, err := scanOfficeEntry(rows)
		n++
		switch {
		case err != nil:
		case e.N != n:
			r.add("office log, entry %d: entry missing before it", e.N)
			n = e.N
		case !bytes.Equal(e.Prev, prev):
			r.add("office log, entry %d: chain broken", e.N)
		case !bytes.Equal(e.Hash, e.Sum()):
			r.add("office log, entry %d: entry changed", e.N)
		}
		prev = e.Hash
		r.OfficeEntries++
		return err
	})
	if err == nil && (n != entries || !bytes.Equal(prev, head)) {
		r.add("office log, entry %d: head differs", n)
	}
	return err
}

// verifyReads follows the chains of every day.
func (tx *Tx) verifyReads(ctx context.Context, r *Report) error {
	rows, err := tx.QueryContext(ctx, `SELECT day FROM read_chains UNION SELECT day FROM read_log ORDER BY day`)
	days, err := collect(rows, err, func(rows *sql.Rows) (day string, err error) { return day, rows.Scan(&day) })
	if err != nil {
		return err
	}
	from, err := tx.ReadLogFrom(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		if day < from {
			continue
		}
		if err := tx.verifyReadDay(ctx, r, day); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) verifyReadDay(ctx context.Context, r *Report, day string) error {
	chains, err := tx.readChains(ctx, day)
	if err != nil {
		return err
	}
	found := map[string]*grievance.ReadChain{}
	rows, err := tx.QueryContext(ctx, `SELECT `+readColumns+` FROM read_log WHERE day = $1 ORDER BY writer, n`, day)
	err = each(rows, err, func(rows *sql.Rows) error {
		e, err := scanRead(rows)
		if err != nil {
			return err
		}
		c := found[e.Writer]
		if c == nil {
			c = &grievance.ReadChain{}
			found[e.Writer] = c
		}
		c.Entries++
		switch {
		case e.N != c.Entries:
			r.add("read log, %s, %s, entry %d: entry missing before it", day, e.Writer, e.N)
			c.Entries = e.N
		case !bytes.Equal(e.Prev, c.Head):
			r.add("read log, %s, %s, entry %d: chain broken", day, e.Writer, e.N)
		case !bytes.Equal(e.Hash, e.Sum()):
			r.add("read log, %s, %s, entry %d: entry changed", day, e.Writer, e.N)
		}
		c.Head = e.Hash
		r.Reads++
		return nil
	})
	for _, c := range chains {
		if f := found[c.Writer]; f == nil || f.Entries != c.Entries || !bytes.Equal(f.Head, c.Head) {
			r.add("read log, %s, %s: head differs", day, c.Writer)
		}
		delete(found, c.Writer)
	}
	for _, writer := range sortedKeys(found, strings.Compare) {
		r.add("read log, %s, %s: entries of no chain", day, writer)
	}
	return err
}

// verifyHeads compares every daily head with what its day comes to now. It needs what
// verifyHistories has summed.
func (tx *Tx) verifyHeads(ctx context.Context, r *Report) error {
	var prev grievance.DailyHead
	rows, err := tx.QueryContext(ctx, `SELECT `+headColumns+` FROM daily_heads ORDER BY day`)
	heads, err := collect(rows, err, scanHead)
	if err != nil {
		return err
	}
	for _, h := range heads {
		r.Heads++
		start, err := grievance.DayStart(h.Day)
		if err != nil {
			r.add("daily head of %s: no day", h.Day)
			continue
		}
		chains, err := tx.readChains(ctx, h.Day)
		if err != nil {
			return err
		}
		officeHash, err := tx.officeHash(ctx, h.OfficeN)
		if err != nil {
			return err
		}
		r.checkHead(h, prev, start, chains, officeHash)
		prev = h
	}
	entries, head, err := tx.ended(ctx, "daily_heads")
	if err == nil && (entries != int64(len(heads)) || !bytes.Equal(head, prev.Hash)) {
		r.add("daily head of %s: it is not the last", prev.Day)
	}
	return err
}

func (r *Report) checkHead(h, prev grievance.DailyHead, start time.Time, chains []grievance.ReadChain, officeHash []byte) {
	day := r.days[dayOf(start)]
	if day == nil {
		day = &daySum{}
	}
	reads, readsHash := sumOfReads(chains)
	switch {
	case !bytes.Equal(h.Prev, prev.Hash) || prev.Day != "" && !prev.Until.Equal(start):
		r.add("daily head of %s: the day before it is missing or changed", h.Day)
	case !bytes.Equal(h.Hash, h.Sum()) || !h.Until.Equal(grievance.NextDay(start)) || !h.MadeAt.After(start):
		r.add("daily head of %s: changed", h.Day)
	case h.Cases != day.cases || !bytes.Equal(h.CasesHash, day.sum()):
		r.add("daily head of %s: the cases of the day differ", h.Day)
	case !bytes.Equal(h.OfficeHash, officeHash):
		r.add("daily head of %s: the office log differs", h.Day)
	case h.Reads != reads || !bytes.Equal(h.ReadsHash, readsHash):
		r.add("daily head of %s: the read log differs", h.Day)
	}
}

// officeHash is the hash of the office log's n-th entry; none for 0 and where it is missing.
func (tx *Tx) officeHash(ctx context.Context, n int64) ([]byte, error) {
	rows, err := tx.QueryContext(ctx, `SELECT hash FROM office_log WHERE n = $1`, n)
	all, err := collect(rows, err, func(rows *sql.Rows) (h []byte, err error) { return h, rows.Scan(&h) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

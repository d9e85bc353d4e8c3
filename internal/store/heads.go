package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
)

const headColumns = `day, until_at, made_at, cases, cases_hash, office_n, office_hash, reads, reads_hash, prev, hash`

func scanHead(r *sql.Rows) (h grievance.DailyHead, err error) {
	var until, made int64
	err = r.Scan(&h.Day, &until, &made, &h.Cases, &h.CasesHash, &h.OfficeN, &h.OfficeHash, &h.Reads, &h.ReadsHash, &h.Prev, &h.Hash)
	h.Until, h.MadeAt = at(until), at(made)
	return h, err
}

// DailyHeads lists the heads of the days before one (empty: of all days), the newest first.
func (tx *Tx) DailyHeads(ctx context.Context, before string, limit int) ([]grievance.DailyHead, error) {
	w := &where{}
	if before != "" {
		w.and("day < ?", before)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+headColumns+` FROM daily_heads WHERE `+w.String()+` ORDER BY day DESC LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, scanHead)
}

// extend begins the next link of a chain that has one writer at a time: the row of its
// end is held until the transaction ends.
func (tx *Tx) extend(ctx context.Context, log string) (n int64, prev []byte, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE chain_ends SET entries = entries + 1 WHERE log = $1 RETURNING entries, head`, log).Scan(&n, &prev)
	return n, prev, err
}

// end says where the chain ends now.
func (tx *Tx) end(ctx context.Context, log string, head []byte) error {
	_, err := tx.ExecContext(ctx, `UPDATE chain_ends SET head = $1 WHERE log = $2`, head, log)
	return err
}

// ended is where the chain ends.
func (tx *Tx) ended(ctx context.Context, log string) (n int64, head []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT entries, head FROM chain_ends WHERE log = $1`, log).Scan(&n, &head)
	return n, head, err
}

// sealedUntil is the end of the last day that has a head; nothing enters before it.
func (tx *Tx) sealedUntil(ctx context.Context) (time.Time, error) {
	var until int64
	// Past what is held back: heads never are.
	err := tx.Tx.QueryRowContext(ctx, `SELECT until_at FROM daily_heads ORDER BY day DESC LIMIT 1`).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return at(until), err
}

// NextHead is the first day that has no head yet: the one after the last, or that of the
// oldest entry of any log; the zero time when nothing was ever written.
func (tx *Tx) NextHead(ctx context.Context) (time.Time, error) {
	sealed, err := tx.sealedUntil(ctx)
	if err != nil || !sealed.IsZero() {
		return sealed, err
	}
	var first sql.NullInt64
	err = tx.QueryRowContext(ctx, `SELECT MIN(at) FROM (SELECT MIN(at) AS at FROM history UNION ALL SELECT MIN(at) FROM office_log UNION ALL SELECT MIN(at) FROM read_log) AS firsts`).Scan(&first)
	if err != nil || !first.Valid {
		return time.Time{}, err
	}
	return grievance.DayStart(grievance.IndianDay(at(first.Int64)))
}

// MakeHead seals the day that begins at start. It gives ErrConflict when the day has a
// head already: another program was faster.
func (tx *Tx) MakeHead(ctx context.Context, start, now time.Time) (grievance.DailyHead, error) {
	end := grievance.NextDay(start)
	h := grievance.DailyHead{Day: grievance.IndianDay(start), Until: end, MadeAt: now.Truncate(time.Millisecond)}
	var err error
	if _, h.Prev, err = tx.extend(ctx, "daily_heads"); err != nil {
		return h, err
	}
	sealed, err := tx.sealedUntil(ctx)
	if err != nil {
		return h, err
	}
	if !sealed.Before(end) {
		return h, fmt.Errorf("head of %s: %w: it stands", h.Day, grievance.ErrConflict)
	}
	if h.Cases, h.CasesHash, err = tx.casesOfDay(ctx, start, end); err != nil {
		return h, err
	}
	if h.OfficeN, h.OfficeHash, err = tx.ended(ctx, "office_log"); err != nil {
		return h, err
	}
	chains, err := tx.readChains(ctx, h.Day)
	if err != nil {
		return h, err
	}
	h.Reads, h.ReadsHash = sumOfReads(chains)
	h.Hash = h.Sum()
	if err := tx.end(ctx, "daily_heads", h.Hash); err != nil {
		return h, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO daily_heads (`+headColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		h.Day, ms(h.Until), ms(h.MadeAt), h.Cases, h.CasesHash, h.OfficeN, h.OfficeHash, h.Reads, h.ReadsHash, h.Prev, h.Hash)
	return h, err
}

// casesOfDay sums the last entry of the day of each case, in the order of the cases.
func (tx *Tx) casesOfDay(ctx context.Context, start, end time.Time) (n int64, sum []byte, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT case_id, n, hash FROM history h WHERE at >= $1 AND at < $2 ORDER BY case_id, n`, ms(start), ms(end))
	var day daySum
	var last chainHead
	err = each(rows, err, func(r *sql.Rows) error {
		var e chainHead
		err := r.Scan(&e.id, &e.entries, &e.hash)
		if last.id != 0 && last.id != e.id {
			day.add(last)
		}
		last = e
		return err
	})
	if last.id != 0 {
		day.add(last)
	}
	return day.cases, day.sum(), err
}

// daySum collects the cases of a day.
type daySum struct {
	cases int64
	chain grievance.Chain
}

func (d *daySum) add(h chainHead) {
	if d.cases == 0 {
		d.chain = grievance.NewChain()
	}
	d.cases++
	d.chain.Raw(grievance.Leaf(h.id, h.entries, h.hash))
}

func (d *daySum) sum() []byte {
	if d.cases == 0 {
		return grievance.NewChain().Sum()
	}
	return d.chain.Sum()
}

// sumOfReads sums the chains of a day, which come by writer.
func sumOfReads(chains []grievance.ReadChain) (n int64, sum []byte) {
	c := grievance.NewChain()
	for _, r := range chains {
		c.AddChain(r)
		n += r.Entries
	}
	return n, c.Sum()
}

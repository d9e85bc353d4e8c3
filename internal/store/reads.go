package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
)

// RecordReads adds what officers read to the writer's chain of the day. A writer is one
// running program, so that several never wait for each other.
func (tx *Tx) RecordReads(ctx context.Context, writer string, reads []grievance.Read, now time.Time) error {
	sealed, err := tx.sealedUntil(ctx)
	if err != nil {
		return err
	}
	if now.Before(sealed) { // no entry comes into a day whose head stands
		now = sealed
	}
	chain := grievance.ReadChain{Day: grievance.IndianDay(now), Writer: writer}
	err = tx.QueryRowContext(ctx, `SELECT entries, head FROM read_chains WHERE day = $1 AND writer = $2`+tx.s.engine.forUpdate(), chain.Day, writer).Scan(&chain.Entries, &chain.Head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	rows := make([][]any, 0, len(reads))
	for _, e := range reads {
		chain.Entries++
		e.Day, e.Writer, e.N, e.Prev, e.At = chain.Day, writer, chain.Entries, chain.Head, e.At.Truncate(time.Millisecond)
		chain.Head = e.Sum()
		rows = append(rows, []any{e.Day, e.Writer, e.N, ms(e.At), e.OfficerID, e.ChargeID, e.What, e.CaseID, e.Subject, e.Route, e.Prev, chain.Head})
	}
	if err := tx.insertMany(ctx, "read_log", readColumns, "", rows); err != nil {
		return fmt.Errorf("record reads: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO read_chains (day, writer, entries, head) VALUES ($1, $2, $3, $4)
		ON CONFLICT (day, writer) DO UPDATE SET entries = excluded.entries, head = excluded.head`, chain.Day, chain.Writer, chain.Entries, chain.Head)
	return err
}

const readColumns = `day, writer, n, at, officer_id, charge_id, what, case_id, subject, route, prev, hash`

func scanRead(r *sql.Rows) (e grievance.Read, err error) {
	var when int64
	err = r.Scan(&e.Day, &e.Writer, &e.N, &when, &e.OfficerID, &e.ChargeID, &e.What, &e.CaseID, &e.Subject, &e.Route, &e.Prev, &e.Hash)
	e.At = at(when)
	return e, err
}

// readChains lists the chains of a day, by writer.
func (tx *Tx) readChains(ctx context.Context, day string) ([]grievance.ReadChain, error) {
	rows, err := tx.QueryContext(ctx, `SELECT day, writer, entries, head FROM read_chains WHERE day = $1 ORDER BY writer`, day)
	return collect(rows, err, func(r *sql.Rows) (c grievance.ReadChain, err error) {
		return c, r.Scan(&c.Day, &c.Writer, &c.Entries, &c.Head)
	})
}

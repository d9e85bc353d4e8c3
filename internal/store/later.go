package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"nivaran/internal/grievance"
)

// A clerk opens a hundred posts in one transaction. What its tables only gain by that is
// held back and written in few statements when the transaction ends, or before the first
// statement that names the table: nobody sees a difference but in time (measured on
// PostgreSQL: 230 cases a second one by one).

// later is what a transaction has yet to write.
type later struct {
	waiting      []waiting
	cases        map[grievance.ID]*newCase
	complainants map[grievance.ID]*grievance.Complainant
	rows         map[string][][]any // new ones, by table
	sortings     map[grievance.ID]*sorting
	verbatims    map[grievance.ID]string
	attached     map[grievance.ID]grievance.ID // post → case
	indexed      map[grievance.ID]*indexed
	examples     []Example
}

// waiting is a table with rows that are held back.
type waiting struct {
	table string
	write func(context.Context) error
}

var errReadOnly = errors.New("a view does not write")

// hold notes that the table has rows to write.
func (tx *Tx) hold(table string, write func(context.Context) error) error {
	if tx.readOnly {
		return errReadOnly
	}
	if !slices.ContainsFunc(tx.waiting, func(w waiting) bool { return w.table == table }) {
		tx.waiting = append(tx.waiting, waiting{table, write})
	}
	return nil
}

// before writes what is held back of the tables that the statement names.
func (tx *Tx) before(ctx context.Context, statement string) error {
	for {
		i := slices.IndexFunc(tx.waiting, func(w waiting) bool { return strings.Contains(statement, w.table) })
		if i < 0 {
			return nil
		}
		w := tx.waiting[i]
		tx.waiting = slices.Delete(tx.waiting, i, i+1)
		if err := w.write(ctx); err != nil {
			return err
		}
	}
}

// writeAll writes everything that is held back.
func (tx *Tx) writeAll(ctx context.Context) error {
	for len(tx.waiting) > 0 {
		if err := tx.before(ctx, tx.waiting[0].table); err != nil {
			return err
		}
	}
	return nil
}

// QueryContext is that of *sql.Tx, after what the statement must find is written.
func (tx *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := tx.before(ctx, query); err != nil {
		return nil, err
	}
	return tx.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of *sql.Tx, after what the statement must find is written.
func (tx *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := tx.before(ctx, query); err != nil {
		tx.failed = err
		// A row carries no error of ours: it ends with its context, and the transaction
		// with tx.failed.
		ended, cancel := context.WithCancel(ctx)
		cancel()
		return tx.Tx.QueryRowContext(ended, query, args...)
	}
	return tx.Tx.QueryRowContext(ctx, query, args...)
}

// ExecContext is that of *sql.Tx, after what the statement must find is written.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := tx.before(ctx, query); err != nil {
		return nil, err
	}
	return tx.Tx.ExecContext(ctx, query, args...)
}

// newCase is a case that this transaction opened and has not written yet.
type newCase struct {
	c          grievance.Case
	head       []byte
	entries    int
	claims     map[grievance.ID]bool // posts that were sorted into it
	complained []grievance.ID        // authors
	referenced bool                  // has numbers of other systems
	reported   bool                  // has a report
}

func (tx *Tx) holdCase(c *grievance.Case) error {
	if tx.cases == nil {
		tx.cases = map[grievance.ID]*newCase{}
	}
	tx.cases[c.ID] = &newCase{c: *c, claims: map[grievance.ID]bool{}}
	return tx.hold("cases", tx.writeCases)
}

func (tx *Tx) writeCases(ctx context.Context) error {
	var rows [][]any
	for _, id := range sortedKeys(tx.cases, compareIDs) {
		n := tx.cases[id]
		rows = append(rows, append([]any{n.c.ID, n.c.Number, n.c.Channel, ms(n.c.ReceivedAt), ms(n.c.OpenedAt), n.c.Version, n.head, n.entries}, caseValues(&n.c)...))
	}
	tx.cases = nil
	return tx.insertMany(ctx, "cases", "id, number, channel, received_at, opened_at, version, head, entries, "+updateColumns, "", rows)
}

func (tx *Tx) holdComplainant(k *grievance.Complainant) error {
	if tx.complainants == nil {
		tx.complainants = map[grievance.ID]*grievance.Complainant{}
	}
	held := *k
	tx.complainants[k.ID] = &held
	return tx.hold("complainants", tx.writeComplainants)
}

func (tx *Tx) writeComplainants(ctx context.Context) error {
	var rows [][]any
	for _, id := range sortedKeys(tx.complainants, compareIDs) {
		rows = append(rows, complainantRow(tx.complainants[id]))
	}
	tx.complainants = nil
	return tx.insertMany(ctx, "complainants", complainantRows, "", rows)
}

// holdRow holds a new row back until its table is asked for; same is what an insert does
// with one that is there.
func (tx *Tx) holdRow(table, columns, same string, row ...any) error {
	if tx.rows == nil {
		tx.rows = map[string][][]any{}
	}
	tx.rows[table] = append(tx.rows[table], row)
	return tx.hold(table, func(ctx context.Context) error {
		rows := tx.rows[table]
		delete(tx.rows, table)
		return tx.insertMany(ctx, table, columns, same, rows)
	})
}

func (tx *Tx) writeAttached(ctx context.Context) error {
	var rows [][]any
	for _, id := range sortedKeys(tx.attached, compareIDs) {
		rows = append(rows, []any{id, tx.attached[id]})
	}
	tx.attached = nil
	_, err := tx.updateMany(ctx, "attachments", "owner_id", " AND attachments.owner = 'post'", []string{"case_id BIGINT"}, rows)
	return err
}

func compareIDs(a, b grievance.ID) int { return int(min(max(a-b, -1), 1)) }

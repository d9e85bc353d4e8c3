package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A dump is every row of our tables as text, the same from both engines: what was kept on
// one is restored on the other. Its form: a line with the column names, then a line a row,
// each a JSON array. Bytes, and text that is no UTF-8, stand as {"b": …} and {"t": …} in
// base64; numbers are whole and never pass through a float.

// passing are tables that belong to a running program, not to the record: sessions, links and
// leases end with a restore, the queue is filled again from the record.
var passing = []string{"sessions", "invitations", "leases", "sign_in_attempts", "goose_db_version"}

// Dumped counts what a dump holds.
type Dumped struct {
	Engine  string           `json:"engine"`
	Version int64            `json:"version"` // of the schema
	Rows    map[string]int64 `json:"rows"`    // by table
}

// Dump writes the rows of every table on one picture of the database, while others go on
// writing. open gives the place of a table's rows, one table after the other.
func (s *Store) Dump(ctx context.Context, open func(table string) (io.Writer, error)) (Dumped, error) {
	d := Dumped{Engine: string(s.engine), Rows: map[string]int64{}}
	var err error
	if d.Version, err = s.Version(ctx); err != nil {
		return d, err
	}
	err = s.View(ctx, func(tx *Tx) error {
		tables, err := tx.tables(ctx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			w, err := open(t)
			if err != nil {
				return err
			}
			if d.Rows[t], err = tx.dumpTable(ctx, t, w); err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
		}
		return nil
	})
	if err != nil {
		return d, fmt.Errorf("dump: %w", err)
	}
	return d, nil
}

// tables lists the tables of the record by name.
func (tx *Tx) tables(ctx context.Context) ([]string, error) {
	rows, err := tx.QueryContext(ctx, tx.s.engine.tablesQuery())
	all, err := collect(rows, err, func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) })
	return slices.DeleteFunc(all, func(name string) bool {
		return strings.HasPrefix(name, "river_") || slices.Contains(passing, name)
	}), err
}

func (tx *Tx) dumpTable(ctx context.Context, table string, to io.Writer) (n int64, err error) {
	columns := "*"
	if table == searchTable {
		columns = tx.s.engine.searchID() + " AS case_id, tokens"
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+columns+` FROM `+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name()
	}
	w := bufio.NewWriterSize(to, 1<<16)
	line := json.NewEncoder(w)
	line.SetEscapeHTML(false)
	if err := line.Encode(names); err != nil {
		return 0, err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range values {
			values[i] = written(v, types[i].DatabaseTypeName())
		}
		if err := line.Encode(values); err != nil {
			return n, err
		}
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	return n, w.Flush()
}

// written is a value of a column of the type as it stands in a dump.
func written(v any, kind string) any {
	switch x := v.(type) {
	case int64:
		if kind == "BOOLEAN" { // SQLite keeps a number
			return x != 0
		}
	case []byte:
		return map[string]string{"b": base64.StdEncoding.EncodeToString(x)}
	case string:
		if !utf8.ValidString(x) {
			return map[string]string{"t": base64.StdEncoding.EncodeToString([]byte(x))}
		}
	}
	return v
}

// Load replaces the rows of the tables by those of a dump, all or none. next gives the
// tables one after the other, and io.EOF after the last. The schema must be of the dump's
// version, and the database must hold no case, post or officer yet: ErrNotEmpty otherwise.
func (s *Store) Load(ctx context.Context, next func() (table string, r io.Reader, err error)) error {
	err := s.once(ctx, func(tx *Tx) error {
		if err := tx.wantEmpty(ctx); err != nil {
			return err
		}
		tables, err := tx.tables(ctx)
		if err != nil {
			return err
		}
		for {
			table, r, err := next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if !slices.Contains(tables, table) {
				return fmt.Errorf("this version has no table %q", table)
			}
			if err := tx.loadTable(ctx, table, r); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
	})
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

// ErrNotEmpty: a restore never writes over a record.
var ErrNotEmpty = fmt.Errorf("the database is not empty")

func (tx *Tx) wantEmpty(ctx context.Context) error {
	for _, table := range []string{"cases", "posts", "officers"} {
		var held bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+table+`)`).Scan(&held); err != nil {
			return err
		}
		if held {
			return ErrNotEmpty
		}
	}
	return nil
}

// loadBatch is how many rows go in by one statement's loop.
const loadBatch = 512

func (tx *Tx) loadTable(ctx context.Context, table string, r io.Reader) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil { // what migrations put there
		return err
	}
	in := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	in.UseNumber()
	var names []string
	if err := in.Decode(&names); err != nil {
		return fmt.Errorf("column names: %w", err)
	}
	if table == searchTable {
		names[0] = tx.s.engine.searchID()
	}
	for _, n := range names {
		if strings.Trim(n, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return fmt.Errorf("column %q is no name", n)
		}
	}
	columns := strings.Join(names, ", ")
	var batch [][]any
	for in.More() {
		var row []any
		if err := in.Decode(&row); err != nil {
			return err
		}
		if len(row) != len(names) {
			return fmt.Errorf("a row has %d values for %d columns", len(row), len(names))
		}
		for i, v := range row {
			var err error
			if row[i], err = readValue(v); err != nil {
				return err
			}
		}
		if batch = append(batch, row); len(batch) == loadBatch {
			if err := tx.insertMany(ctx, table, columns, "", batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return tx.insertMany(ctx, table, columns, "", batch)
}

// readValue is what written wrote.
func readValue(v any) (any, error) {
	switch x := v.(type) {
	case json.Number:
		return x.Int64()
	case map[string]any:
		for kind, text := range x {
			b, err := base64.StdEncoding.DecodeString(fmt.Sprint(text))
			if err != nil || kind == "b" {
				return b, err
			}
			return string(b), nil
		}
	case []any:
		return nil, fmt.Errorf("a list is no value")
	}
	return v, nil
}

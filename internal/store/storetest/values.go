package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"nivaran/internal/store"
)

// Values is all that the database holds, by table, the queue's and those of the search
// index included: what a test searches for words that must be nowhere.
func Values(t testing.TB, s *store.Store) map[string][]byte {
	t.Helper()
	list := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if os.Getenv("TEST_POSTGRES") != "" {
		list = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	all := map[string][]byte{}
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.QueryContext(t.Context(), list)
		if err != nil {
			return err
		}
		var tables []string
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			tables = append(tables, name)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, table := range tables {
			if all[table], err = valuesOf(t.Context(), tx, table); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func valuesOf(ctx context.Context, tx *store.Tx, table string) ([]byte, error) {
	rows, err := tx.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	var b bytes.Buffer
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for _, v := range row {
			if bytes, ok := v.([]byte); ok {
				b.Write(bytes)
			} else {
				fmt.Fprint(&b, v)
			}
			b.WriteByte('\n')
		}
	}
	return b.Bytes(), rows.Err()
}

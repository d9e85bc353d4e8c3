package store_test

import (
	"os"
	"strings"
	"testing"

	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// schema.sql is what the migrations come to, for reading; UPDATE=1 writes it again.
func TestSchema(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, t.TempDir(), false) // SQLite keeps the text as it was written
	var b strings.Builder
	b.WriteString("-- What the migrations come to on SQLite, for reading. Written by TestSchema.\n")
	view(t, s, func(tx *store.Tx) error {
		rows, err := tx.QueryContext(t.Context(), `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
			AND tbl_name NOT LIKE 'river_%' AND tbl_name NOT LIKE 'goose_%' AND tbl_name NOT LIKE 'sqlite_%' AND tbl_name NOT LIKE 'case_search_%'
			ORDER BY tbl_name, type DESC, name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			if strings.HasPrefix(text, "CREATE TABLE") || strings.HasPrefix(text, "CREATE VIRTUAL") {
				b.WriteString("\n")
			}
			b.WriteString(text + ";\n")
		}
		return rows.Err()
	})
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile("schema.sql", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != b.String() {
		t.Error("schema.sql is not what the migrations come to; UPDATE=1 go test writes it again")
	}
}

// Package storetest gives tests a store: SQLite in the test's folder, or a fresh schema
// of PostgreSQL when TEST_POSTGRES holds an address. The whole suite passes both ways.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"log/slog"
	"net/url"
	"os"
	"testing"

	"nivaran/internal/store"
)

// New opens an empty store of the engine that the environment names, without a queue.
func New(t testing.TB) *store.Store { return open(t, Address(t), false) }

// WithQueue is New with a queue, for tests of jobs.
func WithQueue(t testing.TB) *store.Store { return open(t, Address(t), true) }

// Address is that of an empty database that is gone when the test ends.
func Address(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		return t.TempDir()
	}
	var b [8]byte
	rand.Read(b[:])
	schema := "t" + hex.EncodeToString(b[:])
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `CREATE SCHEMA `+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), `DROP SCHEMA `+schema+` CASCADE`); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func open(t testing.TB, address string, queue bool) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Address: address, Queue: queue, Journal: t.TempDir(), Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

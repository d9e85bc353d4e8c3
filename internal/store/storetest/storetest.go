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
	"path/filepath"
	"sync"
	"testing"

	"nivaran/internal/store"
)

// New opens an empty store of the engine that the environment names, without a queue.
func New(t testing.TB) *store.Store { return Open(t, Address(t), false) }

// WithQueue is New with a queue, for tests of jobs.
func WithQueue(t testing.TB) *store.Store { return Open(t, Address(t), true) }

// Open opens the store at the address until the test ends: a second one at the same
// address is another process to the first.
func Open(t testing.TB, address string, queue bool) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{
		Address: address, Queue: queue, Mail: true, Journal: t.TempDir(),
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
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

// Address is that of an empty database that is gone when the test ends.
func Address(t testing.TB) string {
	t.Helper()
	if server := os.Getenv("TEST_POSTGRES"); server != "" {
		return schema(t, server)
	}
	empty, err := template()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nivaran.db"), empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// template is an empty SQLite database, migrated once in a process.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(context.Background(), store.Options{Address: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // the last to leave writes the log into the file
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "nivaran.db"))
})

// schema makes an empty schema on the server. What a test writes need not outlive a
// power cut.
func schema(t testing.TB, server string) string {
	t.Helper()
	var b [8]byte
	rand.Read(b[:])
	name := "t" + hex.EncodeToString(b[:])
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `CREATE SCHEMA `+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), `DROP SCHEMA `+name+` CASCADE`); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	q.Set("synchronous_commit", "off")
	u.RawQuery = q.Encode()
	return u.String()
}

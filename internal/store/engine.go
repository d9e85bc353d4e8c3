package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"nivaran/internal/grievance"
)

// engine is the only place that knows which database runs. Every difference between the
// two is a method of it or a case in connect.
type engine string

const (
	sqliteEngine   engine = "sqlite"
	postgresEngine engine = "postgres"
)

func (s *Store) connect(ctx context.Context, o Options) error {
	if strings.HasPrefix(o.Address, "postgres://") || strings.HasPrefix(o.Address, "postgresql://") {
		return s.connectPostgres(ctx, o)
	}
	return s.connectSQLite(o)
}

// connectSQLite opens one writer, shared with the queue, and a pool of readers.
func (s *Store) connectSQLite(o Options) error {
	s.engine = sqliteEngine
	if err := os.MkdirAll(o.Address, 0o700); err != nil {
		return err
	}
	if s.journalDir == "" {
		s.journalDir = o.Address
	}
	file := "file:" + filepath.Join(o.Address, "nivaran.db")
	// Erased words are written over: they must not stand in free pages.
	common := url.Values{"_pragma": {"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", "cache_size(-32768)", "secure_delete(ON)"}}
	common.Set("_txlock", "immediate")
	var err error
	if s.write, err = sql.Open("sqlite", file+"?"+common.Encode()); err != nil {
		return err
	}
	s.close = append(s.close, s.write.Close)
	s.write.SetMaxOpenConns(1)
	common.Set("_txlock", "deferred")
	common.Add("_pragma", "query_only(1)")
	common.Add("_pragma", "cache_size(-8192)") // each of the readers has its own
	if s.read, err = sql.Open("sqlite", file+"?"+common.Encode()); err != nil {
		return err
	}
	s.close = append(s.close, s.read.Close)
	s.read.SetMaxOpenConns(8)
	s.driver = riversqlite.New(s.write)
	return nil
}

// connectPostgres opens one pool, and one more connection that listens for the queue.
func (s *Store) connectPostgres(ctx context.Context, o Options) error {
	s.engine = postgresEngine
	var err error
	if s.write, err = sql.Open("pgx", o.Address); err != nil {
		return err
	}
	s.close = append(s.close, s.write.Close)
	s.write.SetMaxOpenConns(20)
	s.write.SetMaxIdleConns(20)
	s.read = s.write
	pool, err := pgxpool.New(ctx, o.Address)
	if err != nil {
		return err
	}
	s.close = append(s.close, func() error { pool.Close(); return nil })
	s.driver = riverdatabasesql.NewWithPgxListener(s.write, pool)
	return s.write.PingContext(ctx)
}

// dialect is the migrations' word for the engine.
func (e engine) dialect() goose.Dialect {
	if e == postgresEngine {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}

// searchTable is the index of the search; on SQLite a virtual table with tables of its own.
const searchTable = "case_search"

// tablesQuery lists the names of all tables but the engine's own.
func (e engine) tablesQuery() string {
	if e == postgresEngine {
		return `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`
	}
	return `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'case\_search\_%' ESCAPE '\' ORDER BY name`
}

// check is a question to the database about itself.
type check struct {
	query        string
	good         func(answer string) bool
	says, remedy string
}

func (e engine) checks() []check {
	if e == postgresEngine {
		return []check{
			{`SELECT CASE WHEN CAST(current_setting('server_version_num') AS INTEGER) >= 150000 THEN 'ok' ELSE current_setting('server_version') END`,
				func(a string) bool { return a == "ok" }, "PostgreSQL is older than 15", "move to a newer server"},
			{`SELECT datcollate FROM pg_database WHERE datname = current_database()`,
				func(a string) bool { return a == "C" || a == "POSIX" || strings.HasPrefix(a, "C.") }, "the database does not sort by bytes", "make it anew with LC_COLLATE 'C' and bring a backup in"},
			{`SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()`,
				func(a string) bool { return a == "UTF8" }, "the database does not hold every letter", "make it anew with ENCODING 'UTF8' and bring a backup in"},
			{`SELECT current_setting('fsync')`, func(a string) bool { return a == "on" }, "PostgreSQL does not wait for the disk", "set fsync = on"},
		}
	}
	return []check{
		{`PRAGMA quick_check(1)`, func(a string) bool { return a == "ok" }, "the file is damaged", "stop the program and restore the last backup into a new folder"},
		{`PRAGMA journal_mode`, func(a string) bool { return a == "wal" }, "the file is not in WAL mode", "it must lie on a local disk, not on a network share"},
	}
}

// viewOptions give a view one picture for all its reads.
func (e engine) viewOptions() *sql.TxOptions {
	if e == sqliteEngine {
		return nil // a deferred transaction of a reader is one picture already
	}
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// isUnique says whether the error is a row that exists already.
func (e engine) isUnique(err error) bool {
	if p, ok := errors.AsType[*pgconn.PgError](err); ok {
		return p.Code == "23505"
	}
	if l, ok := errors.AsType[*sqlite.Error](err); ok {
		return l.Code() == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || l.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// isDeadlock says whether the transaction was given up for another and may run again.
func (e engine) isDeadlock(err error) bool {
	p, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (p.Code == "40P01" || p.Code == "40001")
}

// translate turns the driver's words into grievance's.
func (e engine) translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%w (%w)", grievance.ErrNotFound, err)
	case e.isUnique(err):
		return fmt.Errorf("%w (%w)", grievance.ErrConflict, err)
	}
	return err
}

// forUpdate locks the rows read until the transaction ends; SQLite has one writer anyway.
func (e engine) forUpdate() string {
	if e == postgresEngine {
		return " FOR UPDATE"
	}
	return ""
}

// inList narrows to rows whose column is one of the values. The list is filled up to a
// power of two with its last value, so that few different statements are prepared.
func inList[T any](w *where, column string, values []T) {
	if len(values) == 0 {
		w.and("FALSE")
		return
	}
	var b strings.Builder
	size := 1
	for size < len(values) {
		size *= 2
	}
	for i := range size {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(w.arg(values[min(i, len(values)-1)]))
	}
	w.parts = append(w.parts, column+" IN ("+b.String()+")")
}

// insertMany inserts rows of the same shape: one statement of many rows on PostgreSQL,
// one prepared statement run row by row on SQLite. tail is the ON CONFLICT clause or empty.
func (tx *Tx) insertMany(ctx context.Context, table, columns, tail string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	width := len(rows[0])
	if tx.s.engine == sqliteEngine {
		stmt, err := tx.PrepareContext(ctx, "INSERT INTO "+table+" ("+columns+") VALUES ("+marks(1, width)+") "+tail)
		if err != nil {
			return err
		}
		defer stmt.Close()
		for _, r := range rows {
			if _, err := stmt.ExecContext(ctx, r...); err != nil {
				return err
			}
		}
		return nil
	}
	for len(rows) > 0 {
		// Powers of two keep the number of different statements small; 128 rows of our
		// widest table stay below the 65,535 parameters that a statement may have.
		n := 128
		for n > len(rows) {
			n /= 2
		}
		var b strings.Builder
		args := make([]any, 0, n*width)
		for i, r := range rows[:n] {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("(" + marks(i*width+1, width) + ")")
			args = append(args, r...)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+table+" ("+columns+") VALUES "+b.String()+" "+tail, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// updateMany sets columns ("name TYPE") of the rows that a key names; each row begins with
// its key, a BIGINT. and is a further condition. It gives how many rows were there.
func (tx *Tx) updateMany(ctx context.Context, table, key, and string, columns []string, rows [][]any) (int64, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	names := make([]string, len(columns))
	types := []string{"BIGINT"}
	for i, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		names[i], types = name, append(types, kind)
	}
	if tx.s.engine == sqliteEngine {
		return tx.updateEach(ctx, table, key, and, names, rows)
	}
	var set strings.Builder
	for i, name := range names {
		if i > 0 {
			set.WriteString(", ")
		}
		set.WriteString(name + " = v." + name)
	}
	var changed int64
	for len(rows) > 0 {
		n := 128
		for n > len(rows) {
			n /= 2
		}
		var b strings.Builder
		args := make([]any, 0, n*len(types))
		for i, r := range rows[:n] {
			if i > 0 {
				b.WriteString(", ")
			}
			for j, v := range r {
				b.WriteString([]string{"(", ", "}[min(j, 1)] + fmt.Sprintf("CAST($%d AS %s)", len(args)+1, types[j]))
				args = append(args, v)
			}
			b.WriteString(")")
		}
		r, err := tx.ExecContext(ctx, "UPDATE "+table+" SET "+set.String()+" FROM (VALUES "+b.String()+") AS v (row_key, "+strings.Join(names, ", ")+") WHERE "+table+"."+key+" = v.row_key"+and, args...)
		if err != nil {
			return changed, err
		}
		m, err := r.RowsAffected()
		if err != nil {
			return changed, err
		}
		changed, rows = changed+m, rows[n:]
	}
	return changed, nil
}

// updateEach is updateMany on SQLite: one prepared statement, row by row.
func (tx *Tx) updateEach(ctx context.Context, table, key, and string, names []string, rows [][]any) (changed int64, err error) {
	sets := make([]string, len(names))
	for i, name := range names {
		sets[i] = fmt.Sprintf("%s = $%d", name, i+2)
	}
	stmt, err := tx.PrepareContext(ctx, "UPDATE "+table+" SET "+strings.Join(sets, ", ")+" WHERE "+key+" = $1"+and)
	if err != nil {
		return 0, err
	}
	defer stmt.Close()
	for _, row := range rows {
		r, err := stmt.ExecContext(ctx, row...)
		if err != nil {
			return changed, err
		}
		m, err := r.RowsAffected()
		if err != nil {
			return changed, err
		}
		changed += m
	}
	return changed, nil
}

// marks is "$from, …" for n parameters.
func marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

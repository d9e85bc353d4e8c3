// Package store keeps everything: one SQL text for SQLite and PostgreSQL, one file per
// table. It speaks grievance's words, translates driver errors into grievance's, and
// leaves every decision to its callers.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"nivaran/internal/grievance"
)

// Options say where the database is and whether jobs are inserted.
type Options struct {
	Address string // folder of the SQLite file, or postgres://…
	Queue   bool   // false: Enqueue inserts nothing; the caller runs the work itself
	Mail    bool   // false: notices stand in the program only and wait for no mail
	Log     *slog.Logger
	Journal string // folder of the journal of erasures; empty: Address when it is a folder
	Version int64  // of the schema, for a restore of an older backup; 0: the newest
}

// Store is an open database.
type Store struct {
	engine engine
	write  *sql.DB
	read   *sql.DB
	driver riverdriver.Driver[*sql.Tx]
	queue  *river.Client[*sql.Tx]
	close  []func() error
	ids    *grievance.IDs
	log    *slog.Logger
	mail   bool

	journalDir string
	journal    sync.Mutex

	live live
}

// Open opens the database, brings it to this version and returns it.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{ids: grievance.NewIDs(), log: o.Log, mail: o.Mail, journalDir: o.Journal}
	if err := s.connect(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), s.Close())
	}
	if err := s.migrate(ctx, o.Version); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate database: %w", err), s.Close())
	}
	if o.Queue {
		c, err := river.NewClient(s.driver, &river.Config{Logger: o.Log})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open queue: %w", err), s.Close())
		}
		s.queue = c
	}
	return s, nil
}

// Close ends all connections.
func (s *Store) Close() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i]())
	}
	s.close = nil
	return errors.Join(errs...)
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// QueueDriver is the queue's door to the database, for the client that works it.
func (s *Store) QueueDriver() riverdriver.Driver[*sql.Tx] { return s.driver }

// NewID makes an id of the moment.
func (s *Store) NewID(at time.Time) grievance.ID { return s.ids.New(at) }

// Tx is a transaction. Reads and writes of all tables are its methods; inside it nothing
// else may be used.
type Tx struct {
	*sql.Tx
	s *Store

	readOnly bool
	failed   error // of a write before a QueryRowContext

	later
	counters map[counterKey]int64
	posts    map[postCounterKey]int64
	entries  []*grievance.Entry
	erased   map[grievance.ID][]int // entries whose texts were erased, by case
	jobs     []river.InsertManyParams
	telling  bool // a round of mail is ordered
	after    []func()

	chargesOf  map[int][]Held // asked for once an office, as of chargesAt
	chargesAt  time.Time
	chargesAll bool // those of every office were read

	organisation bool // its lists were changed
}

// NewID makes an id of the moment.
func (tx *Tx) NewID(at time.Time) grievance.ID { return tx.s.ids.New(at) }

// AfterCommit runs f once the transaction has committed.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

const txTries = 5

// Tx runs f in a write transaction. Entries of the history and counters are written last.
// f may run again: when the database chose the transaction as the victim of a deadlock,
// or when another transaction was faster to give a post to a case.
func (s *Store) Tx(ctx context.Context, f func(tx *Tx) error) error {
	for try := 1; ; try++ {
		err := s.once(ctx, f)
		if err == nil || try == txTries || !s.engine.isDeadlock(err) && !errors.Is(err, errRaced) {
			return err
		}
	}
}

func (s *Store) once(ctx context.Context, f func(tx *Tx) error) error {
	sqlTx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{Tx: sqlTx, s: s, counters: map[counterKey]int64{}, posts: map[postCounterKey]int64{}}
	err = f(tx)
	if tx.failed != nil {
		err = tx.failed
	}
	if err == nil {
		err = tx.flush(ctx)
	}
	if err != nil {
		if e := sqlTx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && ctx.Err() == nil {
			err = errors.Join(err, fmt.Errorf("roll back: %w", e))
		}
		return s.engine.translate(err)
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", s.engine.translate(err))
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

func (tx *Tx) flush(ctx context.Context) error {
	if err := tx.flushOrganisation(ctx); err != nil {
		return err
	}
	if err := tx.flushEntries(ctx); err != nil { // first: a new case is written with its head
		return err
	}
	if err := tx.writeAll(ctx); err != nil {
		return err
	}
	if len(tx.jobs) > 0 {
		if _, err := tx.s.queue.InsertManyTx(ctx, tx.Tx, tx.jobs); err != nil {
			return fmt.Errorf("enqueue %s: %w", tx.jobs[0].Args.Kind(), err)
		}
	}
	return tx.flushCounters(ctx)
}

// View runs f on one unchanging picture of the database; writes fail.
func (s *Store) View(ctx context.Context, f func(tx *Tx) error) error {
	sqlTx, err := s.read.BeginTx(ctx, s.engine.viewOptions())
	if err != nil {
		return fmt.Errorf("begin view: %w", err)
	}
	err = f(&Tx{Tx: sqlTx, s: s, readOnly: true})
	if e := sqlTx.Rollback(); e != nil && err == nil && !errors.Is(e, sql.ErrTxDone) {
		err = fmt.Errorf("end view: %w", e)
	}
	return s.engine.translate(err)
}

// Job says how a job is queued.
type Job struct {
	Queue  string    // empty: default
	At     time.Time // zero: now
	Unique bool      // the same arguments wait at most once
}

// Enqueue inserts a job: it exists exactly when the transaction commits.
func (tx *Tx) Enqueue(ctx context.Context, args river.JobArgs, j Job) error {
	if tx.readOnly {
		return errReadOnly
	}
	if tx.s.queue == nil {
		return nil
	}
	o := &river.InsertOpts{Queue: j.Queue, ScheduledAt: j.At}
	if !j.Unique {
		tx.jobs = append(tx.jobs, river.InsertManyParams{Args: args, InsertOpts: o})
		return nil
	}
	o.UniqueOpts = river.UniqueOpts{ByArgs: true}
	if _, err := tx.s.queue.InsertTx(ctx, tx.Tx, args, o); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// ms is a time as the tables hold it: Unix milliseconds, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at is the time of a column.
func at(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMilli(v).UTC()
}

// null is a time in a column that is NULL for the zero time.
func null(t time.Time) sql.NullInt64 { return sql.NullInt64{Int64: ms(t), Valid: !t.IsZero()} }

// collect scans all rows with scan.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// each hands every row to do, one at a time.
func each(rows *sql.Rows, err error, do func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// changedOne wants exactly one row changed.
func changedOne(r sql.Result, err error, none error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err == nil && n != 1 {
		return none
	}
	return err
}

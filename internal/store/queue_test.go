package store_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

type countArgs struct {
	IDs []grievance.ID `json:"ids"`
}

func (countArgs) Kind() string { return "count" }

type countWorker struct {
	river.WorkerDefaults[countArgs]
	got chan []grievance.ID
}

func (w *countWorker) Work(_ context.Context, job *river.Job[countArgs]) error {
	w.got <- job.Args.IDs
	return nil
}

// Numbers above 2^53 pass the queue unharmed, and a job exists exactly when its
// transaction did commit.
func TestJobsCarryTheLargestIDs(t *testing.T) {
	t.Parallel()
	s := storetest.WithQueue(t)
	worker := &countWorker{got: make(chan []grievance.ID, 10)}
	workers := river.NewWorkers()
	river.AddWorker(workers, worker)
	client, err := river.NewClient(s.QueueDriver(), &river.Config{
		Queues: map[string]river.QueueConfig{"sort": {MaxWorkers: 1}}, Workers: workers,
		Logger: slog.New(slog.DiscardHandler), TestOnly: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer stop(t, client)

	undone := errors.New("undone")
	if err := s.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.Enqueue(t.Context(), countArgs{[]grievance.ID{1}}, store.Job{Queue: "sort"}); err != nil {
			return err
		}
		return undone
	}); !errors.Is(err, undone) {
		t.Fatal(err)
	}
	want := []grievance.ID{math.MaxInt64, 1<<53 + 1, s.NewID(noon)}
	tx(t, s, func(tx *store.Tx) error {
		for range 2 { // the second waits already
			if err := tx.Enqueue(t.Context(), countArgs{want}, store.Job{Queue: "sort", Unique: true}); err != nil {
				return err
			}
		}
		return nil
	})
	select {
	case got := <-worker.got:
		if !slices.Equal(got, want) {
			t.Errorf("the job carries %v, want %v", got, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the job did not run")
	}
}

func stop(t *testing.T, client *river.Client[*sql.Tx]) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	if err := client.StopAndCancel(ctx); err != nil {
		t.Error(err)
	}
}

func TestWithoutAQueueNoJobsAreInserted(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tx(t, s, func(tx *store.Tx) error {
		return tx.Enqueue(t.Context(), countArgs{}, store.Job{Queue: "sort"})
	})
	view(t, s, func(tx *store.Tx) error {
		var n int
		err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM river_job`).Scan(&n)
		if n != 0 {
			t.Errorf("%d jobs", n)
		}
		return err
	})
}

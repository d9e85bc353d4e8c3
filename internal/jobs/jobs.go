// Package jobs is the queue: which kinds of work there are, in which queue each runs and
// for how long, and what comes round periodically. It only calls what it works for.
package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"nivaran/internal/desk"
	"nivaran/internal/intake"
	"nivaran/internal/learning"
	"nivaran/internal/notice"
	"nivaran/internal/outbox"
	"nivaran/internal/store"
)

// Parts are what the jobs work for.
type Parts struct {
	Desk     *desk.Desk
	Intake   *intake.Intake
	Learning *learning.Learning
	Outbox   *outbox.Outbox
	Notice   *notice.Mailer
	Log      *slog.Logger
}

// Times are the settings of the queue.
type Times struct {
	Timeout time.Duration // longest run of a job
	Rescue  time.Duration // after this a killed worker's job runs again
}

// queues and how many jobs of each run at once in one process. SQLite has one writer, so
// more would only wait.
var queues = map[string]river.QueueConfig{
	"sort":    {MaxWorkers: 2, FetchCooldown: 20 * time.Millisecond, FetchPollInterval: 200 * time.Millisecond},
	"publish": {MaxWorkers: 4, FetchCooldown: 20 * time.Millisecond, FetchPollInterval: 200 * time.Millisecond},
	"notice":  {MaxWorkers: 1, FetchCooldown: 20 * time.Millisecond},
	"check":   {MaxWorkers: 1},
	"slow":    {MaxWorkers: 1},
	"export":  {MaxWorkers: 1},
	"learn":   {MaxWorkers: 1},
}

// Client works the queue.
type Client struct {
	river *river.Client[*sql.Tx]
	cut   context.CancelFunc // ends what is too long to wait for, and begins again
}

// New builds a client that works every queue, with every kind of job known to it.
func New(driver riverdriver.Driver[*sql.Tx], p Parts, t Times) (*Client, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &sortPosts{intake: p.Intake})
	river.AddWorker(workers, &readDelivery{intake: p.Intake})
	river.AddWorker(workers, &sendReplies{outbox: p.Outbox})
	river.AddWorker(workers, &lookForReply{outbox: p.Outbox})
	river.AddWorker(workers, &tellOfficers{notice: p.Notice})
	river.AddWorker(workers, &checkPosts{intake: p.Intake})
	river.AddWorker(workers, &workRequest{desk: p.Desk})
	river.AddWorker(workers, &retain{desk: p.Desk})
	river.AddWorker(workers, &exportAudit{desk: p.Desk})
	stopping, cut := context.WithCancel(context.Background())
	river.AddWorker(workers, &train{learning: p.Learning, stopping: stopping})
	river.AddWorker(workers, &due{parts: p, older: t.Rescue})
	c, err := river.NewClient(driver, &river.Config{
		Queues:               queues,
		Workers:              workers,
		Logger:               p.Log,
		JobTimeout:           t.Timeout,
		RescueStuckJobsAfter: t.Rescue,
		PeriodicJobs: []*river.PeriodicJob{
			everyMinute("slow", DueArgs{}),
			everyMinute("notice", store.TellOfficersArgs{}),
		},
	})
	if err != nil {
		cut()
		return nil, fmt.Errorf("queue: %w", err)
	}
	return &Client{river: c, cut: cut}, nil
}

// everyMinute inserts the job each minute, and at the start. The next one is its retry.
func everyMinute(queue string, args river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(time.Minute), func() (river.JobArgs, *river.InsertOpts) {
		return args, &river.InsertOpts{Queue: queue, MaxAttempts: 1}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// Start begins to work; Stop ends it after the jobs in hand.
func (c *Client) Start(ctx context.Context) error { return c.river.Start(ctx) }

// Stop cuts a training short, which begins again at the next start, and waits for the other
// jobs in hand until ctx ends.
func (c *Client) Stop(ctx context.Context) error {
	c.cut()
	return c.river.Stop(ctx)
}

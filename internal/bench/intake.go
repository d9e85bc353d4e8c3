// Package bench measures the program on data of any size: it makes posts, takes them the
// same road as live ones, and says how many a second went through.
package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"nivaran/internal/connector"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/intake"
	"nivaran/internal/office"
)

// Intake is what a measurement works on. Nothing is switched off: history, search and
// counters are written, and the database waits for the disk.
type Intake struct {
	Intake *intake.Intake
	Desk   *desk.Desk
	Office *office.Directory
	Clerk  grievance.Actor

	account grievance.OfficialAccount
	run     int64

	mu     sync.Mutex
	opens  map[string]bool  // by the key of a post: a case is to be opened
	opened []grievance.Post // of which follow-ups come
}

// Mix is how posts are shared out, in percent: what opens a case, what follows up; the
// rest is kept as no grievance.
type Mix struct {
	Name             string
	Opens, FollowUps int
}

// Mixes are the two that are measured.
var Mixes = []Mix{{"of a day", 10, 15}, {"every post opens", 100, 0}}

// Result is what one mix came to.
type Result struct {
	Mix             string  `json:"mix"`
	Posts           int     `json:"posts"`
	Cases           int     `json:"cases"`
	PostsPerSecond  float64 `json:"posts_per_second"`
	Batch           int     `json:"batch"`
	CPUPerThousand  float64 `json:"cpu_seconds_per_thousand"`
	PeakMemoryBytes int64   `json:"peak_memory_bytes"`
}

// batch is how many posts a page of a channel holds.
const batch = 100

// Run takes n posts of the mix through receive, sort and open. As in an office, posts go
// on coming in while a clerk works on those before.
func (b *Intake) Run(ctx context.Context, m Mix, n int) (Result, error) {
	r := Result{Mix: m.Name, Posts: n, Batch: batch}
	var err error
	if b.account.ID == 0 {
		b.run, b.opens = time.Now().UnixNano(), map[string]bool{}
		if b.account, err = b.Intake.ArchiveAccount(ctx, grievance.X, "bench"); err != nil {
			return r, err
		}
	}
	cpu, start := processor(), time.Now()
	arrived := make(chan struct{}, 2)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(arrived)
		return b.receive(ctx, m, n, arrived)
	})
	g.Go(func() error {
		r.Cases, err = b.clear(ctx, arrived)
		return err
	})
	if err := g.Wait(); err != nil {
		return r, err
	}
	r.PostsPerSecond = float64(n) / time.Since(start).Seconds()
	r.CPUPerThousand = (processor() - cpu).Seconds() / float64(n) * 1000
	r.PeakMemoryBytes = peak()
	return r, nil
}

// receive takes the pages of a channel in and sorts them, and says so after each.
func (b *Intake) receive(ctx context.Context, m Mix, n int, arrived chan<- struct{}) error {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for done := 0; done < n; done += batch {
		if _, err := b.Intake.Import(ctx, b.account, b.page(m, r, done, min(batch, n-done))); err != nil {
			return fmt.Errorf("posts %d to %d: %w", done, done+batch, err)
		}
		select {
		case arrived <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// page is one page of a channel.
func (b *Intake) page(m Mix, r *rand.Rand, from, n int) (items []connector.Item) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range n {
		p := b.post(m.Name, from+i)
		switch roll := r.IntN(100); {
		case roll < m.Opens:
			b.opens[p.DedupKey] = true
		case roll < m.Opens+m.FollowUps && len(b.opened) > 0:
			first := b.opened[r.IntN(len(b.opened))]
			p.ThreadID, p.ParentID, p.Author = first.ThreadID, first.ExternalID, first.Author
		}
		items = append(items, connector.Item{What: connector.ItemNew, Post: p})
	}
	return items
}

// clear opens and keeps what has arrived, to the last.
func (b *Intake) clear(ctx context.Context, arrived <-chan struct{}) (cases int, err error) {
	r := rand.New(rand.NewPCG(2, 3))
	for {
		_, more := <-arrived
		opened, left, err := b.look(ctx, r)
		cases += opened
		if err != nil || !more && left == 0 {
			return cases, err
		}
	}
}

// look is one look of the clerk at the sorting desk.
func (b *Intake) look(ctx context.Context, r *rand.Rand) (opened, seen int, err error) {
	q, err := b.Desk.Queue(ctx, b.Clerk, desk.QueueRequest{Limit: batch})
	if err != nil {
		return 0, 0, err
	}
	var requests []desk.OpenRequest
	var keep []grievance.ID
	b.mu.Lock()
	for _, p := range q.Posts {
		if !b.opens[p.DedupKey] {
			keep = append(keep, p.ID)
			continue
		}
		requests = append(requests, desk.OpenRequest{PostID: p.ID, SubjectID: 1 + r.IntN(300), DistrictID: b.Office.Districts()[r.IntN(23)].ID})
		if len(b.opened) < 10_000 {
			b.opened = append(b.opened, p.Post)
		}
	}
	b.mu.Unlock()
	if len(requests) > 0 {
		if _, err := b.Desk.Open(ctx, b.Clerk, requests); err != nil {
			return 0, 0, err
		}
	}
	if len(keep) > 0 {
		err = b.Desk.Keep(ctx, b.Clerk, keep, grievance.NotForUs, "news")
	}
	return len(requests), len(q.Posts), err
}

func (b *Intake) post(mix string, i int) grievance.Post {
	key := fmt.Sprintf("%d-%s-%d", b.run, mix, i)
	text := fmt.Sprintf("हिसार के वार्ड %d में %d दिन से पानी नहीं आ रहा, गली %d, मकान %d। कृपया देखिए", i%40, 1+i%9, i%100, i)
	return grievance.Post{Channel: grievance.X, ExternalID: key, DedupKey: key, ThreadID: key, Form: grievance.Mention, Public: true, Author: grievance.Author{ExternalID: "b" + key, Handle: "b" + key, Name: "Citizen"},
		Text: text, FullText: text, PostedAt: time.Now(), Direction: grievance.In, Raw: []byte(text)}
}

// processor is the time that the process has used on all cores.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the most memory that the process has held.
func peak() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.Sys)
	}
	return u.Maxrss * 1024
}

// Package bench measures the program on data of any size: it makes posts, takes them the
// same road as live ones, and says how many a second went through.
package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"time"

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
	rand    *rand.Rand
	run     int64
	opened  []grievance.Post // of which follow-ups come
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

// Run takes n posts of the mix through receive, sort and open.
func (b *Intake) Run(ctx context.Context, m Mix, n int) (Result, error) {
	r := Result{Mix: m.Name, Posts: n, Batch: batch}
	var err error
	if b.account.ID == 0 {
		b.run, b.rand = time.Now().UnixNano(), rand.New(rand.NewPCG(1, 2))
		if b.account, err = b.Intake.ArchiveAccount(ctx, grievance.X, "bench"); err != nil {
			return r, err
		}
	}
	cpu, start := processor(), time.Now()
	for done := 0; done < n; done += batch {
		cases, err := b.page(ctx, m, done, min(batch, n-done))
		if err != nil {
			return r, fmt.Errorf("posts %d to %d: %w", done, done+batch, err)
		}
		r.Cases += cases
	}
	r.PostsPerSecond = float64(n) / time.Since(start).Seconds()
	r.CPUPerThousand = (processor() - cpu).Seconds() / float64(n) * 1000
	r.PeakMemoryBytes = peak()
	return r, nil
}

// page is one page of a channel: received and sorted, then a clerk opens and keeps.
func (b *Intake) page(ctx context.Context, m Mix, from, n int) (cases int, err error) {
	var items []connector.Item
	open := map[string]bool{}
	for i := range n {
		p := b.post(m.Name, from+i)
		switch roll := b.rand.IntN(100); {
		case roll < m.Opens:
			open[p.DedupKey] = true
		case roll < m.Opens+m.FollowUps && len(b.opened) > 0:
			first := b.opened[b.rand.IntN(len(b.opened))]
			p.ThreadID, p.ParentID, p.Author = first.ThreadID, first.ExternalID, first.Author
		}
		items = append(items, connector.Item{What: connector.ItemNew, Post: p})
	}
	if _, err := b.Intake.Import(ctx, b.account, items); err != nil {
		return 0, err
	}
	q, err := b.Desk.Queue(ctx, b.Clerk, desk.QueueRequest{Limit: batch})
	if err != nil {
		return 0, err
	}
	var requests []desk.OpenRequest
	var keep []grievance.ID
	for _, p := range q.Posts {
		if !open[p.DedupKey] {
			keep = append(keep, p.ID)
			continue
		}
		requests = append(requests, desk.OpenRequest{PostID: p.ID, SubjectID: 1 + b.rand.IntN(300), DistrictID: b.Office.Districts()[b.rand.IntN(23)].ID})
		if len(b.opened) < 10_000 {
			b.opened = append(b.opened, p.Post)
		}
	}
	if len(requests) > 0 {
		if _, err := b.Desk.Open(ctx, b.Clerk, requests); err != nil {
			return 0, err
		}
	}
	if len(keep) > 0 {
		err = b.Desk.Keep(ctx, b.Clerk, keep, grievance.NotForUs, "news")
	}
	return len(requests), err
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

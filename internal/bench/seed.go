package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// Matter is a citizen's trouble, and how an office put it right.
type Matter struct {
	Author                 grievance.Author
	Text, Language, Report string
	SubjectID, DistrictID  int
}

// Seeder fills a database with cases of a year that stand as an office would have left
// them: histories chained, counters kept, words indexed. It writes many lives in one
// transaction, for which the desk would take one each act.
type Seeder struct {
	Store   *store.Store
	Office  *office.Directory
	Limits  grievance.Limits
	Account grievance.OfficialAccount // that the posts came to; it sends nothing
	Clerk   grievance.Actor
	// Staff are who acts for an office, and who reviews.
	Staff func(o grievance.Office) (field, reviewer grievance.Actor)
	Draw  func(r *rand.Rand) Matter

	run int64
}

// Seeded is what a filling came to.
type Seeded struct {
	Cases          int     `json:"cases"`
	Entries        int     `json:"entries"`
	Seconds        float64 `json:"seconds"`
	CasesPerSecond float64 `json:"cases_per_second"`
}

// seedBatch is how many cases one transaction holds.
const seedBatch = 500

// seedWriters are how many transactions are written at once.
const seedWriters = 2

// Run writes n cases of the year before now, in the order of time.
func (s *Seeder) Run(ctx context.Context, n int, now time.Time) (Seeded, error) {
	start := time.Now()
	s.run = start.UnixNano()
	batches, entries := make(chan []*life), make(chan int)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(batches)
		return s.drawAll(ctx, n, now, batches)
	})
	for range seedWriters {
		g.Go(func() error {
			for lives := range batches {
				n, err := s.write(ctx, lives)
				if err != nil {
					return fmt.Errorf("case %s and after it: %w", lives[0].key, err)
				}
				entries <- n
			}
			return nil
		})
	}
	failed := make(chan error, 1)
	go func() { failed <- g.Wait(); close(entries) }()
	out := Seeded{Cases: n}
	for e := range entries {
		out.Entries += e
	}
	out.Seconds = time.Since(start).Seconds()
	out.CasesPerSecond = float64(n) / out.Seconds
	return out, <-failed
}

// drawAll invents the lives and numbers them, a batch at a time.
func (s *Seeder) drawAll(ctx context.Context, n int, now time.Time, batches chan<- []*life) error {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	from := now.AddDate(-1, 0, 0)
	year := now.AddDate(0, 0, -1).Sub(from)
	for done := 0; done < n; done += seedBatch {
		var lives []*life
		citizens := map[string]grievance.Author{} // who writes again is the same, and in the same transaction
		for i := done; i < min(done+seedBatch, n); i++ {
			at := from.Add(time.Duration(float64(year) * float64(i) / float64(n))).Truncate(time.Millisecond)
			l := s.draw(r, i, at, now)
			id := fmt.Sprintf("s%d", done+r.IntN(seedBatch/2))
			if _, ok := citizens[id]; !ok {
				citizens[id] = grievance.Author{ExternalID: id, Handle: l.matter.Author.Handle + id, Name: l.matter.Author.Name}
			}
			l.matter.Author = citizens[id]
			lives = append(lives, l)
		}
		if err := s.number(ctx, lives); err != nil {
			return err
		}
		select {
		case batches <- lives:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// life is one case from its post to where it stands.
type life struct {
	matter Matter
	key    string
	at     time.Time // of the post
	steps  []step
	number int64
	post   *grievance.StoredPost
}

// step is one act, and when it was done.
type step struct {
	event grievance.Event
	at    time.Time
}

// roads are how far cases have come: most are closed, some lie where somebody works.
var roads = [][]grievance.Event{
	{grievance.Accepted, grievance.Reported, grievance.Approved, grievance.Sent, grievance.Delivered, grievance.Satisfied},
	{grievance.Accepted, grievance.Reported, grievance.Approved, grievance.Sent, grievance.Delivered, grievance.WindowOver},
	{grievance.Accepted, grievance.Noted, grievance.Rejected},
	{grievance.Accepted, grievance.Reported, grievance.Approved, grievance.Sent, grievance.Delivered},
	{grievance.AssignedTo, grievance.Noted, grievance.Accepted, grievance.Noted},
	{grievance.AssignedTo, grievance.Noted, grievance.Noted},
}

// draw invents a life. What is older than two months has ended.
func (s *Seeder) draw(r *rand.Rand, i int, at, now time.Time) *life {
	l := &life{matter: s.Draw(r), key: fmt.Sprintf("seed-%d-%d", s.run, i), at: at}
	road := roads[r.IntN(3)]
	if now.Sub(at) < 60*24*time.Hour && r.IntN(100) < 45 {
		road = roads[3+r.IntN(3)]
	} else if r.IntN(10) > 0 { // few are not admissible
		road = roads[r.IntN(2)]
	}
	left := now.Sub(at) / time.Duration(len(road)+3)
	step1 := min(left, 30*time.Hour)
	t := at.Add(time.Duration(1+r.IntN(50)) * time.Minute)
	l.steps = []step{{grievance.Opened, t}, {grievance.Routed, t}}
	for _, e := range road {
		t = t.Add(step1/2 + time.Duration(r.Int64N(int64(step1/2)+1))).Truncate(time.Millisecond)
		l.steps = append(l.steps, step{e, t})
	}
	return l
}

// write stores the lives in one transaction and says how many entries their histories have.
func (s *Seeder) write(ctx context.Context, lives []*life) (entries int, err error) {
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		entries = 0
		if err := s.posts(ctx, tx, lives); err != nil {
			return err
		}
		for _, l := range lives {
			if err := s.live(ctx, tx, l); err != nil {
				return err
			}
			entries += len(l.steps)
		}
		return nil
	})
	return entries, err
}

// posts stores what the citizens wrote.
func (s *Seeder) posts(ctx context.Context, tx *store.Tx, lives []*life) error {
	incoming := make([]store.Incoming, len(lives))
	for i, l := range lives {
		incoming[i] = store.Incoming{What: "new", Imported: true, At: l.at, Post: grievance.Post{Channel: s.Account.Channel, ExternalID: l.key, DedupKey: l.key, ThreadID: l.key,
			Form: grievance.Mention, Public: true, Author: l.matter.Author, Text: l.matter.Text, FullText: l.matter.Text, PostedAt: l.at, Direction: grievance.In, Raw: []byte(l.matter.Text)}}
	}
	stored, err := tx.StorePosts(ctx, s.Account.ID, incoming, lives[len(lives)-1].at)
	if err != nil {
		return err
	}
	ids := make([]grievance.ID, len(stored))
	for i, r := range stored {
		ids[i] = r.ID
	}
	posts, err := tx.PostsByID(ctx, ids)
	byID := make(map[grievance.ID]*grievance.StoredPost, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	for i, l := range lives {
		l.post = byID[ids[i]]
	}
	return err
}

// number gives the lives the running numbers of the years in which they were opened; in
// a transaction of its own, for the writers would wait for each other.
func (s *Seeder) number(ctx context.Context, lives []*life) error {
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		for from := 0; from < len(lives); {
			year, to := lives[from].year(), from
			for to < len(lives) && lives[to].year() == year {
				to++
			}
			first, err := tx.NextSerials(ctx, year, to-from)
			if err != nil {
				return err
			}
			for i := from; i < to; i++ {
				lives[i].number = first + int64(i-from)
			}
			from = to
		}
		return nil
	})
}

func (l *life) year() int { return l.steps[0].at.In(grievance.India).Year() }

// live writes one case: what the desk writes act by act.
func (s *Seeder) live(ctx context.Context, tx *store.Tx, l *life) error {
	c := s.open(l)
	if err := tx.InsertCase(ctx, c); err != nil {
		return err
	}
	l.post.Sorted, l.post.CaseID = grievance.SortCase, c.ID
	l.post.Verdict = grievance.Verdict{Kind: grievance.Grievance, Language: l.matter.Language}
	if err := tx.SaveSorting(ctx, l.post, "", l.at); err != nil {
		return err
	}
	k := &grievance.Complainant{ID: tx.NewID(l.steps[0].at), CaseID: c.ID, Author: l.post.Author, PostID: l.post.ID, Channel: c.Channel, AccountID: s.Account.ID, Language: c.Language, Verified: true, JoinedAt: l.steps[0].at, AckState: "ack.imported"}
	if err := tx.InsertComplainant(ctx, k); err != nil {
		return err
	}
	w := &writer{s: s, tx: tx, c: c, k: k, l: l}
	if o, ok := s.Office.Office(c.OfficeID); ok {
		w.field, w.reviewer = s.Staff(o)
	}
	for _, st := range l.steps {
		if err := w.act(ctx, st); err != nil {
			return fmt.Errorf("%s: %w", st.event, err)
		}
	}
	c.SetNext(s.Office.Calendar())
	if err := tx.UpdateCase(ctx, c); err != nil {
		return err
	}
	if err := tx.UpdateComplainant(ctx, k); err != nil {
		return err
	}
	return tx.IndexCase(ctx, c, text.Tokens(c.Number+"\n"+c.Title+"\n"+l.matter.Text+"\n"+l.matter.Author.Name+"\n"+l.matter.Author.Handle))
}

// open is the case as the clerk opens it.
func (s *Seeder) open(l *life) *grievance.Case {
	cal, at := s.Office.Calendar(), l.steps[0].at
	subject, _ := s.Office.Subject(l.matter.SubjectID)
	route := s.Office.Route(office.Question{SubjectID: l.matter.SubjectID, DistrictID: l.matter.DistrictID, At: l.at})
	c := &grievance.Case{ID: s.Store.NewID(at), Number: grievance.RegistrationNumber(at, l.number), State: grievance.Received, Kind: grievance.Grievance, Title: subject.Name(l.matter.Language),
		Excerpt: grievance.Excerpt(l.matter.Text, 160), Channel: s.Account.Channel, Language: l.matter.Language, OfficeID: route.OfficeID, DistrictID: route.DistrictID, DepartmentID: route.DepartmentID,
		SubjectID: l.matter.SubjectID, Urgency: grievance.Ordinary, Complained: 1, ReceivedAt: l.at, OpenedAt: at, ClockStart: l.at}
	c.LimitDays = s.Limits.Days(subject, c.Urgency)
	c.DueAt, _ = cal.Due(c.ClockStart, c.LimitDays, nil, at)
	c.ResponseDueAt, c.EscalateAt = cal.Add(c.ClockStart, s.Limits.FirstResponse), c.DueAt
	return c
}

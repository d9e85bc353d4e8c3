package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// Past lives cases of a year through a desk with a clock of its own: the same acts as in
// an office, none of them sent to anybody.
type Past struct {
	Desk   *desk.Desk // its store inserts no jobs; its Now is the past's
	People *People
	Office *office.Directory
	Sorter interface {
		Sort(p *grievance.StoredPost, own []grievance.OfficialAccount, earlier []int) grievance.Verdict
	}
	// Accounts are those of the Chief Minister's office, one a channel.
	Accounts map[grievance.Channel]grievance.OfficialAccount
	Rand     *rand.Rand

	clock time.Time
	n     int // posts written
	cases int
	last  told
}

// Now is the past's clock.
func (p *Past) Now() time.Time { return p.clock }

// fresh is how long ago a case began that an office may well be working on.
const fresh = 6 * 24 * time.Hour

// Live lives n cases that began between from and to, in the order of time; open says
// which share of the fresh ones is left unfinished where its office stopped. Of older
// ones a tenth of that is.
func (p *Past) Live(ctx context.Context, n int, from, to time.Time, open float64) error {
	span := to.Sub(from)
	for i := range n {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.clock = workHour(from.Add(span*time.Duration(i)/time.Duration(n)), p.Rand)
		if p.clock.After(to) {
			p.clock = to
		}
		share := open
		if time.Since(p.clock) > fresh {
			share /= 10
		}
		if err := p.one(ctx, p.Rand.Float64() < share); err != nil {
			return fmt.Errorf("past case %d: %w", p.n, err)
		}
	}
	return nil
}

// workHour moves a moment to when people write: between seven and ten at night.
func workHour(t time.Time, r *rand.Rand) time.Time {
	t = t.In(grievance.India)
	return time.Date(t.Year(), t.Month(), t.Day(), 7+r.IntN(15), r.IntN(60), r.IntN(60), 0, grievance.India)
}

// cycle is after how many cases each of these comes again.
const (
	cycle    = 40
	declined = 7  // there is nothing in it to act on
	suggests = 13 // a suggestion
	unplaced = 27 // nobody knows yet whose it is; only lately
	atHome   = 4  // of the fresh ones: water in Hisar, whose officers the reader can be
)

// one lives a case from its post to its end, or to where its office stopped.
func (p *Past) one(ctx context.Context, unfinished bool) error {
	p.cases++
	p.last = draw(p.Rand, p.Office)
	req := desk.OpenRequest{Kind: grievance.Grievance, SubjectID: p.Office.SubjectByCode(p.last.matter.subject), DistrictID: p.last.district}
	switch {
	case p.cases%cycle == suggests:
		p.last.text = fmt.Sprintf(pick(p.Rand, suggestions), p.last.place)
		req.Kind = grievance.Suggestion
	case p.cases%cycle == unplaced && time.Since(p.clock) < 45*24*time.Hour:
		req.SubjectID, req.DistrictID = 0, 0
	}
	home := p.cases%atHome == 0 && time.Since(p.clock) < fresh
	if home {
		p.home(&req)
	}
	id, err := p.post(ctx)
	if err != nil {
		return err
	}
	p.pass(5*time.Minute, 50*time.Minute)
	req.PostID = id
	o, err := p.Desk.Open(ctx, p.People.clerk, []desk.OpenRequest{req})
	if err != nil {
		return err
	}
	c := o[0].CaseID
	if err := p.deliver(ctx, c); err != nil {
		return err
	}
	if p.cases%cycle == declined {
		p.pass(time.Hour, 20*time.Hour)
		if err := p.Desk.Reject(ctx, p.People.state, c, "no_particulars", "The citizen was asked twice for the place and gave none."); err != nil {
			return err
		}
		return p.deliver(ctx, c)
	}
	switch {
	case home:
		return p.work(ctx, c, 1+p.cases/atHome%3)
	case unfinished:
		return p.work(ctx, c, p.Rand.IntN(4))
	case req.Kind == grievance.Suggestion:
		return p.settle(ctx, c)
	}
	return p.work(ctx, c, 9)
}

// home draws water that does not come in Hisar.
func (p *Past) home(req *desk.OpenRequest) {
	const subject = "no_water"
	i := slices.IndexFunc(matters, func(m matter) bool { return m.subject == subject })
	hisar, _ := p.Office.District(p.Office.DistrictByName("Hisar"))
	p.last = write(p.Rand, matters[i], hisar)
	req.SubjectID, req.DistrictID = p.Office.SubjectByCode(subject), hisar.ID
}

// settle takes note of a suggestion.
func (p *Past) settle(ctx context.Context, id grievance.ID) error {
	if err := p.work(ctx, id, 2); err != nil {
		return err
	}
	c, err := p.read(ctx, id)
	if err != nil || c.State != grievance.InProgress {
		return err
	}
	p.pass(time.Hour, 50*time.Hour)
	return p.Desk.Settle(ctx, p.People.field[c.OfficeID], id, grievance.OutcomeNoted, "Passed on to the department with the district's opinion.")
}

// work takes a case through its office, at most stop steps.
func (p *Past) work(ctx context.Context, id grievance.ID, stop int) error {
	c, err := p.read(ctx, id)
	if err != nil {
		return err
	}
	field, ok := p.People.field[c.OfficeID]
	reviewer := p.reviewer(c)
	if !ok || reviewer.ID == 0 {
		return nil // it lies with a nodal office or the state cell: nobody has taken it
	}
	steps := []func() error{
		func() error { return p.Desk.Assign(ctx, reviewer, id, field.ID) },
		func() error { return p.Desk.Accept(ctx, field, id) },
		func() error { return p.report(ctx, field, id, p.last.matter.report(p.last)) },
		func() error { return p.approve(ctx, reviewer, id) },
		func() error { return p.feedback(ctx, id) },
	}
	for i, step := range steps {
		if i >= stop {
			return nil
		}
		p.pass(time.Hour, time.Duration(4+p.Rand.IntN(60))*time.Hour)
		if p.clock.After(time.Now()) {
			return nil
		}
		if err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}

func (p *Past) reviewer(c *grievance.Case) grievance.Actor {
	for _, o := range p.Office.Offices(p.clock) {
		if o.Tier == grievance.Administration && o.DistrictID == c.DistrictID && c.DistrictID != 0 {
			return p.People.nodal[o.ID]
		}
	}
	return p.People.state
}

func (p *Past) report(ctx context.Context, by grievance.Actor, id grievance.ID, words string) error {
	return p.Desk.Report(ctx, by, id, desk.ReportRequest{Text: words, DoneAt: p.clock.Add(-30 * time.Minute), DoneBy: "Junior Engineer with two fitters", Place: p.last.place})
}

func (p *Past) approve(ctx context.Context, by grievance.Actor, id grievance.ID) error {
	v, err := p.Desk.Case(ctx, p.People.state, id)
	if err != nil || len(v.Reports) == 0 {
		return err
	}
	err = p.Desk.Approve(ctx, by, id, v.Reports[len(v.Reports)-1].Version)
	if errors.Is(err, desk.ErrLevelAbove) {
		err = p.Desk.Approve(ctx, p.People.state, id, v.Reports[len(v.Reports)-1].Version)
	}
	if err != nil {
		return err
	}
	if err := p.deliver(ctx, id); err != nil {
		return err
	}
	return p.tell(ctx, by, id)
}

// tell rings up those whom no channel could answer; of the fresh ones some wait.
func (p *Past) tell(ctx context.Context, by grievance.Actor, id grievance.ID) error {
	v, err := p.Desk.Case(ctx, p.People.state, id)
	if err != nil || v.Case.State != grievance.ActionTaken || time.Since(p.clock) < fresh && p.Rand.IntN(2) == 0 {
		return err
	}
	p.pass(30*time.Minute, 20*time.Hour)
	if p.clock.After(time.Now()) {
		return nil
	}
	for _, k := range v.Complainants {
		if k.DeliveredAt.IsZero() {
			if err := p.Desk.Told(ctx, by, id, k.ID, "Rung up and told what was done."); err != nil {
				return err
			}
		}
	}
	return nil
}

// feedback is what the citizen says: most are content, some are not, many stay silent.
func (p *Past) feedback(ctx context.Context, id grievance.ID) error {
	c, err := p.read(ctx, id)
	if err != nil || c.State != grievance.Resolved {
		return err
	}
	switch roll := p.Rand.Float64(); {
	case roll < 0.45:
		return p.say(ctx, id, pick(p.Rand, thanks))
	case roll < 0.57:
		if err := p.say(ctx, id, pick(p.Rand, objects)); err != nil {
			return err
		}
		return p.again(ctx, id)
	}
	p.clock = p.clock.Add(p.Desk.Limits.Feedback + time.Hour)
	if p.clock.After(time.Now()) {
		return nil
	}
	_, err = p.Desk.Due(ctx)
	return err
}

// again does the work a second time, and the level above approves.
func (p *Past) again(ctx context.Context, id grievance.ID) error {
	c, err := p.read(ctx, id)
	if err != nil || c.State != grievance.Assigned {
		return err
	}
	p.pass(5*time.Hour, 50*time.Hour)
	if p.clock.After(time.Now()) {
		return nil
	}
	field := p.People.field[c.OfficeID]
	if err := p.Desk.Accept(ctx, field, id); err != nil {
		return err
	}
	words := againEN
	if p.last.lang == "hi" {
		words = againHi
	}
	if err := p.report(ctx, field, id, fmt.Sprintf(words, p.last.place)); err != nil {
		return err
	}
	if err := p.approve(ctx, p.People.state, id); err != nil {
		return err
	}
	p.pass(time.Hour, 20*time.Hour)
	return p.say(ctx, id, pick(p.Rand, thanks))
}

// pass lets time go by.
func (p *Past) pass(least, most time.Duration) {
	p.clock = p.clock.Add(least + time.Duration(p.Rand.Int64N(int64(max(most-least, 1)))))
}

func (p *Past) read(ctx context.Context, id grievance.ID) (c *grievance.Case, err error) {
	err = p.Desk.Store.View(ctx, func(tx *store.Tx) error {
		c, err = tx.Case(ctx, grievance.Scope{All: true}, id)
		return err
	})
	return c, err
}

// post stores a citizen's post as it would have come, and sorts it. Most write on X.
func (p *Past) post(ctx context.Context) (grievance.ID, error) {
	ch := []grievance.Channel{grievance.X, grievance.X, grievance.X, grievance.Facebook, grievance.Email}[p.Rand.IntN(5)]
	in := p.written(ch, p.last.author(), p.last.text)
	in.ThreadID = in.ExternalID
	return p.keep(ctx, in)
}

// written is what a citizen wrote to the account of the channel.
func (p *Past) written(ch grievance.Channel, by grievance.Author, words string) grievance.Post {
	p.n++
	key := fmt.Sprintf("past-%d-%d", p.clock.UnixMilli(), p.n)
	in := grievance.Post{Channel: ch, ExternalID: key, DedupKey: key, Form: grievance.Mention, Public: true, Author: by, Text: words, FullText: words,
		PostedAt: p.clock, Direction: grievance.In, Mentions: []string{p.Accounts[ch].ExternalID}, Raw: []byte(words)}
	switch ch {
	case grievance.Facebook:
		in.Form = grievance.PagePost
	case grievance.Email:
		in.Form, in.Public, in.Mentions = grievance.Mail, false, nil
		in.Author.Handle = strings.TrimSuffix(by.Handle, "@example.org") + "@example.org"
		in.Author.ExternalID = in.Author.Handle
		subject, _ := p.Office.Subject(p.Office.SubjectByCode(p.last.matter.subject))
		in.Title = subject.Name(p.last.lang)
		in.Mail = &grievance.MailFacts{MessageID: key, From: in.Author.Handle, To: []string{p.Accounts[ch].Handle}, DMARCPass: true}
	}
	return in
}

func (p *Past) keep(ctx context.Context, in grievance.Post) (id grievance.ID, err error) {
	err = p.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.StorePosts(ctx, p.Accounts[in.Channel].ID, []store.Incoming{{What: "new", Post: in}}, p.clock)
		if err != nil {
			return err
		}
		id = r[0].ID
		posts, err := tx.PostsToSort(ctx, []grievance.ID{id})
		if err != nil || len(posts) == 0 {
			return err
		}
		posts[0].Verdict, posts[0].Sorted = p.Sorter.Sort(posts[0], nil, nil), grievance.SortAsk
		posts[0].Urgency = posts[0].Verdict.Urgency
		return tx.SaveSorting(ctx, posts[0], "", p.clock.Add(time.Hour))
	})
	return id, err
}

// say lets the case's citizen write in the thread.
func (p *Past) say(ctx context.Context, c grievance.ID, words string) error {
	p.pass(20*time.Minute, 10*time.Hour)
	if p.clock.After(time.Now()) {
		return nil
	}
	v, err := p.Desk.Case(ctx, p.People.state, c)
	if err != nil {
		return err
	}
	first := v.Posts[0]
	in := p.written(first.Channel, first.Author, words)
	in.ThreadID, in.ParentID = first.ThreadID, first.ExternalID
	if in.Form == grievance.PagePost {
		in.Form = grievance.Comment
	}
	id, err := p.keep(ctx, in)
	if err != nil {
		return err
	}
	return p.Desk.Join(ctx, grievance.System, desk.JoinRequest{PostID: id, CaseID: c})
}

// deliver publishes the queued replies of a case to nobody: they get an id of the past.
func (p *Past) deliver(ctx context.Context, c grievance.ID) error {
	p.clock = p.clock.Add(20 * time.Second)
	return p.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		replies, err := tx.Replies(ctx, c)
		if err != nil {
			return err
		}
		for _, r := range replies {
			if r.State != grievance.ReplyQueued {
				continue
			}
			leased, err := tx.LeaseReply(ctx, r.ID, grievance.ReplyQueued, p.clock, p.clock.Add(time.Minute))
			if err != nil {
				return err
			}
			leased.State, leased.SentAt, leased.ExternalID = grievance.ReplyPublished, p.clock, "past-reply-"+r.ID.String()
			if err := tx.FinishReply(ctx, leased); err != nil {
				return err
			}
			if err := p.Desk.ReplySent(ctx, tx, leased); err != nil {
				return err
			}
		}
		return nil
	})
}

package desk

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// OpenRequest makes a case of a post. Zero ids mean unknown; Kind and Urgency default to
// what the sorter said.
type OpenRequest struct {
	PostID       grievance.ID
	Kind         grievance.Kind
	Title        string
	SubjectID    int
	DepartmentID int
	DistrictID   int
	PlaceID      int
	Urgency      grievance.Urgency
	// OfficeID overrides the route: a clerk knows better.
	OfficeID int
	// Against: it complains of an officer or office. Whom it complains of never sees it; the
	// level above examines. Vigilance is an office of that department that joins, or 0. Only
	// a person decides either.
	Against   bool
	Exclude   store.Exclusion
	Vigilance int
}

// Opened is what became of one request.
type Opened struct {
	PostID grievance.ID
	CaseID grievance.ID
	Number string
	// Already: the post was in a case before; the same request twice has the effect of one.
	Already bool
}

// Open makes cases of posts, one or a hundred in one transaction: number, clock, route,
// complainant, acknowledgement.
func (d *Desk) Open(ctx context.Context, by grievance.Actor, requests []OpenRequest) ([]Opened, error) {
	if !by.May(grievance.MayOpen) {
		return nil, grievance.ErrForbidden
	}
	var opened []Opened
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		opened = opened[:0]
		posts, err := d.postsByID(ctx, tx, by, len(requests), func(i int) grievance.ID { return requests[i].PostID })
		if err != nil {
			return err
		}
		accounts, err := d.accounts(ctx, tx)
		if err != nil {
			return err
		}
		said, err := tx.PostExclusions(ctx, slices.Collect(maps.Keys(posts))...)
		if err != nil {
			return err
		}
		now := d.Now()
		fresh := 0 // posts that need a number
		for _, p := range posts {
			if p.CaseID == 0 {
				fresh++
			}
		}
		serial, err := tx.NextSerials(ctx, now.In(grievance.India).Year(), fresh)
		if err != nil {
			return err
		}
		for _, r := range requests {
			p := posts[r.PostID]
			if p == nil || p.Direction == grievance.Out {
				return fmt.Errorf("open post %s: %w", r.PostID, grievance.ErrNotFound)
			}
			o, err := d.open(ctx, tx, by, p, r, serial, accounts, said[p.ID])
			if err != nil {
				return fmt.Errorf("open post %s: %w", r.PostID, err)
			}
			if !o.Already {
				serial++
			}
			opened = append(opened, o)
		}
		return nil
	})
	return opened, err
}

// postsByID reads the posts of n requests in one go, as far as the actor may see them.
func (d *Desk) postsByID(ctx context.Context, tx *store.Tx, by grievance.Actor, n int, of func(i int) grievance.ID) (map[grievance.ID]*grievance.StoredPost, error) {
	ids := make([]grievance.ID, n)
	for i := range ids {
		ids[i] = of(i)
	}
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[grievance.ID]*grievance.StoredPost, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	if !by.Scope.Unseen() {
		return byID, nil
	}
	seen, err := tx.SeenPosts(ctx, by.Scope, ids)
	for id := range byID {
		if !slices.Contains(seen, id) {
			delete(byID, id)
		}
	}
	return byID, err
}

func (d *Desk) open(ctx context.Context, tx *store.Tx, by grievance.Actor, p *grievance.StoredPost, r OpenRequest, serial int64, accounts map[int]grievance.OfficialAccount, said []store.Exclusion) (Opened, error) {
	if p.CaseID != 0 {
		c, err := tx.Case(ctx, by.Scope, p.CaseID)
		if err != nil {
			return Opened{}, err
		}
		return Opened{PostID: p.ID, CaseID: c.ID, Number: c.Number, Already: true}, nil
	}
	if err := d.neverAlone(by, p, r); err != nil {
		return Opened{}, err
	}
	excluded, err := d.complainedOf(by, r, said)
	if err != nil {
		return Opened{}, err
	}
	senior, err := d.examiner(ctx, tx, excluded)
	if err != nil {
		return Opened{}, err
	}
	c, why, err := d.newCase(p, r, serial, senior, officesOf(excluded))
	if err != nil {
		return Opened{}, err
	}
	routed := c.State == grievance.Assigned
	c.State = grievance.Received
	if err := tx.InsertCase(ctx, c); err != nil {
		return Opened{}, err
	}
	for _, x := range excluded {
		if err := tx.Exclude(ctx, c.ID, x); err != nil {
			return Opened{}, err
		}
	}
	now := d.Now()
	data := map[string]any{"post": p.ID, "subject": c.SubjectID, "district": c.DistrictID, "kind": c.Kind, "urgency": c.Urgency}
	if by.Kind == grievance.SystemActor {
		_, sure := p.Proposal()
		data["model"], data["sure"] = p.Verdict.Model, int(100*sure)
	}
	if err := tx.Record(ctx, by, grievance.Opened, c, "", data, "", now); err != nil {
		return Opened{}, err
	}
	before := *c
	ch := &change{event: grievance.Routed, from: grievance.Received, data: map[string]any{"office": c.OfficeID, "why": why}}
	if routed {
		if err := c.Apply(grievance.Routed); err != nil {
			return Opened{}, err
		}
		if err := d.received(ctx, tx, c, ch); err != nil {
			return Opened{}, err
		}
	}
	if err := d.claim(ctx, tx, p, c.ID); err != nil {
		return Opened{}, err
	}
	k := d.complainant(p, c, accounts)
	if err := tx.InsertComplainant(ctx, k); err != nil {
		return Opened{}, err
	}
	if err := d.acknowledge(ctx, tx, c, k, p, accounts); err != nil {
		return Opened{}, err
	}
	if err := d.save(ctx, tx, by, c, &before, ch); err != nil {
		return Opened{}, err
	}
	if err := d.learn(ctx, tx, by, grievance.ExampleOpen, p, c.ID, d.ReadingOf(c)); err != nil {
		return Opened{}, err
	}
	return Opened{PostID: p.ID, CaseID: c.ID, Number: c.Number}, d.decided(ctx, tx, by, c, excluded, r.Vigilance)
}

// complainedOf is whom the case will be hidden from: as the clerk says, and as was said of
// the post before. Nobody opens what complains of themselves.
func (d *Desk) complainedOf(by grievance.Actor, r OpenRequest, said []store.Exclusion) ([]store.Exclusion, error) {
	all := slices.Clone(said)
	if r.Exclude != (store.Exclusion{}) {
		if err := d.checkExclusion("whom", r.Exclude); err != nil {
			return nil, err
		}
		if complainsOf(by, r.Exclude) {
			return nil, grievance.Invalid("whom", "error.own_complaint")
		}
		if !slices.Contains(all, r.Exclude) {
			all = append(all, r.Exclude)
		}
	}
	if (len(all) > 0 || r.Vigilance != 0) && !by.May(grievance.MayExclude) {
		return nil, grievance.ErrForbidden
	}
	return all, nil
}

// decided writes down whom a new case is kept from, and lets vigilance join.
func (d *Desk) decided(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, excluded []store.Exclusion, vigilance int) error {
	for _, x := range excluded {
		if err := tx.ExcludeBeside(ctx, c.ID, x); err != nil {
			return err
		}
		if err := tx.Record(ctx, by, grievance.Excluded, c, c.State, map[string]any{"officer": x.OfficerID, "office": x.OfficeID}, "", d.Now()); err != nil {
			return err
		}
	}
	if vigilance == 0 || vigilance == c.OfficeID {
		return nil
	}
	if err := d.involve(ctx, tx, c, vigilance); err != nil {
		return err
	}
	return tx.Record(ctx, by, grievance.Involved, c, c.State, map[string]any{"office": vigilance}, "", d.Now())
}

// newCase fills in a case from the post, the request and the route. Its state says
// whether the route found an office of its own. senior examines what complains of
// somebody; 0 when nobody is named.
func (d *Desk) newCase(p *grievance.StoredPost, r OpenRequest, serial int64, senior int, excluded []int) (*grievance.Case, []string, error) {
	now := d.Now()
	if r.Kind == "" {
		r.Kind = p.Verdict.Kind
	}
	if r.Kind == grievance.NotForUs || r.Kind == "" {
		r.Kind = grievance.Grievance
	}
	if r.Urgency == "" {
		r.Urgency = p.Urgency
	}
	if err := within("kind", r.Kind, []grievance.Kind{grievance.Grievance, grievance.Suggestion, grievance.Query, grievance.Praise}); err != nil {
		return nil, nil, err
	}
	if err := within("urgency", r.Urgency, []grievance.Urgency{grievance.Ordinary, grievance.Urgent, grievance.Danger}); err != nil {
		return nil, nil, err
	}
	subject, known := d.Office.Subject(r.SubjectID)
	if r.SubjectID != 0 && !known {
		return nil, nil, grievance.Invalid("subject", "error.choose")
	}
	route := d.Office.Route(office.Question{SubjectID: r.SubjectID, DepartmentID: r.DepartmentID, DistrictID: r.DistrictID, PlaceID: r.PlaceID, At: p.ReceivedAt, Now: now, Against: r.Against, Excluded: excluded})
	switch {
	case r.OfficeID != 0:
		if o, ok := d.Office.Office(r.OfficeID); !ok || !o.Open(now) || d.Office.Under(r.OfficeID, excluded) {
			return nil, nil, grievance.Invalid("office", "error.choose")
		}
		route.OfficeID, route.Why = r.OfficeID, []string{"route.by_clerk"}
	case senior != 0:
		route.OfficeID, route.Why = senior, []string{"route.senior"}
	}
	against := r.Against || senior != 0 || len(excluded) > 0
	_, words, _ := Readable(&p.Post)
	title := clean(r.Title)
	if title == "" && known {
		title = subject.Name(p.Verdict.Language)
	}
	if title == "" {
		title = grievance.Excerpt(words, 60)
	}
	c := &grievance.Case{
		ID: d.Store.NewID(now), Number: grievance.RegistrationNumber(now, serial), State: grievance.Received, Kind: r.Kind,
		Title: title, Excerpt: grievance.Excerpt(words, 160), Channel: p.Channel, Language: p.Verdict.Language,
		OfficeID: route.OfficeID, DistrictID: route.DistrictID, DepartmentID: route.DepartmentID, SubjectID: r.SubjectID, PlaceID: r.PlaceID,
		Urgency: r.Urgency, Sensitive: p.Verdict.Sensitive || subject.Sensitive || against, Against: against, Complained: 1,
		ReceivedAt: p.ReceivedAt, OpenedAt: now, ClockStart: p.ReceivedAt,
	}
	if against || r.OfficeID != 0 {
		d.place(c, route.OfficeID)
	}
	d.startClock(c, subject)
	if route.OfficeID != d.Office.StateCell() || r.OfficeID != 0 || senior != 0 {
		c.State = grievance.Assigned
	}
	return c, route.Why, nil
}

// startClock sets limit, due time and first escalation of the round from ClockStart.
func (d *Desk) startClock(c *grievance.Case, s grievance.Subject) {
	cal := d.Office.Calendar()
	c.LimitDays = d.Limits.Days(s, c.Urgency)
	c.DueAt, _ = cal.Due(c.ClockStart, c.LimitDays, nil, d.Now())
	c.ResponseDueAt = cal.Add(c.ClockStart, d.Limits.FirstResponse)
	c.EscalateAt, c.Warned, c.Late = c.DueAt, 0, false
	c.SetNext(cal)
}

// claim marks a post as belonging to a case, with its files, and keeps the key under
// which its verbatim copies are found.
func (d *Desk) claim(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, c grievance.ID) error {
	if p.Sorted == grievance.SortKept { // nobody asked for it any more
		if err := tx.CheckPosts(ctx, []grievance.ID{p.ID}, d.Now()); err != nil {
			return err
		}
	}
	p.Sorted, p.CaseID = grievance.SortCase, c
	if err := tx.SaveSorting(ctx, p, "", d.Now()); err != nil {
		return err
	}
	if key, words := text.Verbatim(p.Text); words > 0 {
		if err := tx.SetVerbatim(ctx, p.ID, key); err != nil {
			return err
		}
	}
	return tx.AttachToCase(ctx, p.ID, c)
}

// complainant is the author of the post as one to whom the answer is owed.
func (d *Desk) complainant(p *grievance.StoredPost, c *grievance.Case, accounts map[int]grievance.OfficialAccount) *grievance.Complainant {
	now := d.Now()
	k := &grievance.Complainant{ID: d.Store.NewID(now), CaseID: c.ID, Author: p.Author, PostID: p.ID, Channel: p.Channel, Language: p.Verdict.Language, Verified: true, JoinedAt: now}
	if v := d.best(d.could(p, accountList(accounts)), c.OfficeID, c); v != nil {
		k.AccountID = v.Account.ID
	} else if len(p.Accounts) > 0 {
		k.AccountID = p.Accounts[0]
	}
	return k
}

// accountList is the accounts in the order of their ids.
func accountList(byID map[int]grievance.OfficialAccount) []grievance.OfficialAccount {
	return slices.SortedFunc(maps.Values(byID), func(a, b grievance.OfficialAccount) int { return cmp.Compare(a.ID, b.ID) })
}

// accounts are all official accounts by id.
func (d *Desk) accounts(ctx context.Context, tx *store.Tx) (map[int]grievance.OfficialAccount, error) {
	all, err := tx.Accounts(ctx)
	byID := make(map[int]grievance.OfficialAccount, len(all))
	for _, a := range all {
		byID[a.ID] = a
	}
	return byID, err
}

// Keep sets posts aside that are no grievance, each with the reason. They stay findable
// and can be turned into a case later.
func (d *Desk) Keep(ctx context.Context, by grievance.Actor, posts []grievance.ID, kind grievance.Kind, reason string) error {
	if !by.May(grievance.MaySort) {
		return grievance.ErrForbidden
	}
	if reason == "" {
		return grievance.Invalid("reason", "error.reason_required")
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		found, err := d.seenPosts(ctx, tx, by, posts)
		if err != nil {
			return err
		}
		for _, p := range found {
			if p.CaseID != 0 {
				return fmt.Errorf("keep post %s: %w: it is in a case", p.ID, grievance.ErrConflict)
			}
			if err := d.keepPost(ctx, tx, by, p, kind, reason); err != nil {
				return err
			}
			tx.Tell(store.Change{PostID: p.ID})
		}
		return nil
	})
}

func (d *Desk) keepPost(ctx context.Context, tx *store.Tx, by grievance.Actor, p *grievance.StoredPost, kind grievance.Kind, reason string) error {
	p.Verdict.Overrule()
	p.Sorted, p.Verdict.Kind, p.Verdict.NotReason = grievance.SortKept, kind, reason
	if err := tx.SaveSorting(ctx, p, reason, d.Now()); err != nil {
		return err
	}
	return d.learn(ctx, tx, by, grievance.ExampleKeep, p, 0, KeptAs(kind, reason))
}

// KeptAs is what a kept post is.
func KeptAs(kind grievance.Kind, reason string) grievance.Reading {
	if kind != grievance.NotForUs {
		reason = ""
	}
	return grievance.Reading{Kind: kind, Reason: reason}
}

// Undo puts a post that was kept back before the clerk.
func (d *Desk) Undo(ctx context.Context, by grievance.Actor, post grievance.ID) error {
	if !by.May(grievance.MaySort) {
		return grievance.ErrForbidden
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		p, err := d.seenPost(ctx, tx, by, post)
		if err != nil {
			return err
		}
		if p.Sorted != grievance.SortKept {
			return fmt.Errorf("undo sorting of post %s: %w", post, grievance.ErrConflict)
		}
		p.Sorted = grievance.SortAsk
		tx.Tell(store.Change{PostID: p.ID})
		if err := d.learn(ctx, tx, by, grievance.ExampleBringBack, p, 0, grievance.Reading{}); err != nil {
			return err
		}
		return tx.SaveSorting(ctx, p, "", d.Now().Add(d.Limits.Unsorted))
	})
}

// Alarm tells those on duty of danger, at once, in the caller's transaction.
func (d *Desk) Alarm(ctx context.Context, tx *store.Tx, p *grievance.StoredPost) error {
	return d.tellDuty(ctx, tx, p.ID, "notice.danger")
}

// MarkDanger raises a post to danger by a clerk's key, and tells those on duty.
func (d *Desk) MarkDanger(ctx context.Context, by grievance.Actor, post grievance.ID) error {
	if !by.May(grievance.MaySort) {
		return grievance.ErrForbidden
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		p, err := d.seenPost(ctx, tx, by, post)
		if err != nil {
			return err
		}
		if p.Sorted != grievance.SortAsk {
			return fmt.Errorf("mark post %s: %w", post, grievance.ErrConflict)
		}
		p.Verdict.Overrule()
		p.Urgency, p.Verdict.Urgency = grievance.Danger, grievance.Danger
		if err := tx.SaveSorting(ctx, p, "", d.Now().Add(d.Limits.Unsorted)); err != nil {
			return err
		}
		return d.Alarm(ctx, tx, p)
	})
}

func (d *Desk) tellDuty(ctx context.Context, tx *store.Tx, post grievance.ID, kind string) error {
	charges, err := tx.DutyCharges(ctx, d.Now())
	if err != nil {
		return err
	}
	if len(charges) == 0 { // the post stays at the top of the desk
		d.Log.WarnContext(ctx, "no charge is on duty", "notice", kind)
	}
	for _, ch := range charges {
		if ch.Acting() == 0 {
			continue
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: ch.Acting(), PostID: post, Kind: kind, At: d.Now()}); err != nil {
			return err
		}
	}
	tx.Tell(store.Change{PostID: post})
	return nil
}

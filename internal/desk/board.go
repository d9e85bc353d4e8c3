package desk

import (
	"context"
	"slices"
	"sort"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Bar is what the top of every page tells.
type Bar struct {
	Waiting  int // posts before the sorting desk
	Danger   int
	Needs    int // accounts that need a person
	Notices  int // unread
	Awaiting int // replies that the actor may approve, up to a bound
	Holds    []StandingHold
}

// Bar counts for the top of every page, by what the actor may see.
func (d *Desk) Bar(ctx context.Context, by grievance.Actor) (b Bar, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if by.May(grievance.MaySort) {
			if b.Waiting, b.Danger, err = tx.WaitingPosts(ctx, by.Scope); err != nil {
				return err
			}
		}
		if b.Notices, err = tx.UnreadNotices(ctx, by.Scope, 100); err != nil {
			return err
		}
		if b.Awaiting, err = d.countAwaiting(ctx, tx, by); err != nil || !by.May(grievance.MaySeeChannels) {
			return err
		}
		if b.Holds, err = d.holds(ctx, tx, by); err != nil {
			return err
		}
		b.Needs, err = d.needs(ctx, tx)
		return err
	})
	return b, err
}

// needs counts the accounts that stand still or about which somebody was warned.
func (d *Desk) needs(ctx context.Context, tx *store.Tx) (int, error) {
	all, err := d.channels(ctx, tx)
	if err != nil {
		return 0, err
	}
	need := map[int]bool{}
	for _, c := range all {
		if c.NeedsPerson() {
			need[c.Account.ID] = true
		}
	}
	warnings, err := tx.AccountWarnings(ctx)
	for _, w := range warnings {
		if w.EndedAt.IsZero() {
			need[w.AccountID] = true
		}
	}
	return len(need), err
}

// Listen gives what changes from now on, for open pages; they read again within their scope.
func (d *Desk) Listen() (<-chan store.Change, func()) { return d.Store.Listen() }

// QueueRequest asks for a page of the sorting desk.
type QueueRequest struct {
	After store.QueueAfter
	Limit int
}

// Queue is a page of the sorting desk, danger first, with how far the day is.
type Queue struct {
	Posts                      []*grievance.StoredPost
	Waiting, Danger            int
	SortedToday, ReceivedToday int64
}

// Queue lists the posts that wait for a clerk.
func (d *Desk) Queue(ctx context.Context, by grievance.Actor, r QueueRequest) (q Queue, err error) {
	if !by.May(grievance.MaySort) {
		return q, grievance.ErrForbidden
	}
	if r.Limit <= 0 || r.Limit > 100 {
		r.Limit = 30
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if q.Posts, err = tx.SortingQueue(ctx, by.Scope, r.After, r.Limit); err != nil {
			return err
		}
		if q.Waiting, q.Danger, err = tx.WaitingPosts(ctx, by.Scope); err != nil {
			return err
		}
		tallies, err := tx.PostTallies(ctx, by.Scope, d.Now().In(grievance.India).Format("2006-01-02"))
		for _, t := range tallies {
			q.ReceivedToday += t.N
			if t.Sorted == grievance.SortCase || t.Sorted == grievance.SortKept || t.Sorted == grievance.SortOwn {
				q.SortedToday += t.N
			}
		}
		return err
	})
	d.Reads.noteList(by, "sorting", len(q.Posts))
	return q, err
}

// SortingView is a post before the clerk, with what helps to decide.
type SortingView struct {
	Post          *grievance.StoredPost
	Similar       []Similar // cases that it may belong to: a person decides
	AuthorCases   int
	AuthorSettled int
	Accounts      []grievance.OfficialAccount // that saw it
	Files         []grievance.File            // kept of it
	Alike         []Alike                     // posts that may say the same: a person decides
	Clusters      []store.Cluster             // floods that it belongs to
	Repeats       int                         // posts in which the author said this in the last days
}

// Similar is a case that a post may belong to, with the text that it began with.
type Similar struct {
	Row
	Text  string
	Flood bool // it is the main case of a flood to which the post belongs
}

// SortingPost reads one post for the sorting desk.
func (d *Desk) SortingPost(ctx context.Context, by grievance.Actor, id grievance.ID) (v SortingView, err error) {
	if !by.May(grievance.MaySort) {
		return v, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if v.Post, err = d.seenPost(ctx, tx, by, id); err != nil {
			return err
		}
		if v.Files, err = tx.FilesOfPost(ctx, id); err != nil {
			return err
		}
		if v.Post.Author.ID != 0 {
			if v.AuthorCases, v.AuthorSettled, err = tx.CountByAuthor(ctx, by.Scope, v.Post.Author.ID); err != nil {
				return err
			}
		}
		accounts, err := d.accounts(ctx, tx)
		if err != nil {
			return err
		}
		for _, a := range v.Post.Accounts {
			v.Accounts = append(v.Accounts, accounts[a])
		}
		return d.beside(ctx, tx, by, &v)
	})
	if err != nil {
		return v, err
	}
	d.noteAlike(by, v.Alike)
	d.Reads.Note(by, grievance.ReadPost, v.Post.CaseID, v.Post.ID.String())
	for _, s := range v.Similar {
		d.Reads.Note(by, grievance.ReadCase, s.Case.ID, "")
	}
	return v, nil
}

// beside reads what may be about the same matter as the post, and the flood it belongs to.
func (d *Desk) beside(ctx context.Context, tx *store.Tx, by grievance.Actor, v *SortingView) (err error) {
	if v.Clusters, err = tx.ClustersOfPost(ctx, by.Scope, v.Post.ID); err != nil {
		return err
	}
	var main []grievance.ID // of the floods
	for _, c := range v.Clusters {
		if c.CaseID != 0 {
			main = append(main, c.CaseID)
		}
	}
	if v.Similar, err = d.similar(ctx, tx, by, v.Post, main); err != nil || v.Post.Sorted != grievance.SortAsk {
		return err
	}
	for _, s := range v.Similar {
		main = append(main, s.Case.ID)
	}
	if v.Alike, err = d.alike(ctx, tx, by, []*grievance.StoredPost{v.Post}, main...); err != nil {
		return err
	}
	v.Repeats, err = d.repeats(ctx, tx, v.Post)
	return err
}

// similar proposes the case of the thread, that of a post which this one repeats, and the
// main cases of its floods.
func (d *Desk) similar(ctx context.Context, tx *store.Tx, by grievance.Actor, p *grievance.StoredPost, floods []grievance.ID) ([]Similar, error) {
	ids := slices.Clone(floods)
	if p.Verdict.FollowUp != 0 {
		ids = append(ids, p.Verdict.FollowUp)
	}
	if p.Verdict.CopyOf != 0 {
		other, err := tx.Post(ctx, p.Verdict.CopyOf)
		if err != nil && !isNone(err) {
			return nil, err
		}
		if err == nil && other.CaseID != 0 && other.CaseID != p.Verdict.FollowUp {
			ids = append(ids, other.CaseID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	cases, err := tx.Cases(ctx, by.Scope, store.CaseFilter{IDs: ids, Limit: 5})
	if err != nil {
		return nil, err
	}
	list, err := rows(ctx, tx, cases)
	if err != nil {
		return nil, err
	}
	var all []Similar
	for _, r := range list {
		posts, err := tx.PostsOfCase(ctx, r.Case.ID)
		if err != nil {
			return nil, err
		}
		s := Similar{Row: r, Flood: slices.Contains(floods, r.Case.ID)}
		if len(posts) > 0 {
			_, s.Text, _ = Readable(&posts[0].Post)
		}
		all = append(all, s)
	}
	return all, nil
}

// Kept lists posts that were kept as no grievance, the newest first.
func (d *Desk) Kept(ctx context.Context, by grievance.Actor, before grievance.ID) (posts []*grievance.StoredPost, err error) {
	if !by.May(grievance.MaySort) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		posts, err = tx.KeptPosts(ctx, by.Scope, before, 50)
		return err
	})
	d.Reads.noteList(by, "kept", len(posts))
	return posts, err
}

// Line is one row of the figures.
type Line struct {
	ID                                                          int
	Open, Late, Waiting, ActionTaken, Resolved, Closed, Refused int64
	All                                                         int64
}

// Figures are the counts of the actor's scope, from kept counters.
type Figures struct {
	Districts   []Line
	Departments []Line
	Total       Line
	Posts       []store.PostTally
}

// Figures reads the page of figures.
func (d *Desk) Figures(ctx context.Context, by grievance.Actor) (f Figures, err error) {
	if !by.May(grievance.MaySeeFigures) {
		return f, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		tallies, err := tx.Tallies(ctx, by.Scope)
		if err != nil {
			return err
		}
		districts, departments := map[int]*Line{}, map[int]*Line{}
		for _, t := range tallies {
			lineOf(districts, t.DistrictID).add(t)
			lineOf(departments, t.DepartmentID).add(t)
			f.Total.add(t)
		}
		f.Districts, f.Departments = lines(districts), lines(departments)
		f.Posts, err = tx.PostTallies(ctx, by.Scope, d.Now().In(grievance.India).AddDate(0, 0, -30).Format("2006-01-02"))
		return err
	})
	return f, err
}

func lineOf(m map[int]*Line, id int) *Line {
	if m[id] == nil {
		m[id] = &Line{ID: id}
	}
	return m[id]
}

func (l *Line) add(t store.Tally) {
	l.All += t.N
	switch t.State {
	case grievance.Closed:
		l.Closed += t.N
		return
	case grievance.NotAdmissible:
		l.Refused += t.N
		return
	case grievance.Merged:
		return
	case grievance.Resolved:
		l.Resolved += t.N
		return
	case grievance.Waiting:
		l.Waiting += t.N
	case grievance.ActionTaken:
		l.ActionTaken += t.N
	}
	l.Open += t.N
	if t.Late {
		l.Late += t.N
	}
}

func lines(m map[int]*Line) []Line {
	all := make([]Line, 0, len(m))
	for _, l := range m {
		all = append(all, *l)
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].Late != all[j].Late {
			return all[i].Late > all[j].Late
		}
		if all[i].Open != all[j].Open {
			return all[i].Open > all[j].Open
		}
		return all[i].ID < all[j].ID
	})
	return all
}

// Channel is an official account and how it does.
type Channel struct {
	Account grievance.OfficialAccount
	Health  store.Health
}

// NeedsPerson says that the account stands still until somebody acts.
func (c Channel) NeedsPerson() bool {
	return c.Account.Connected() && (!c.Account.StoppedAt.IsZero() || !c.Health.SendStoppedAt.IsZero() || c.Health.FailClass == "unpaid")
}

// Channels lists the official accounts with their health.
func (d *Desk) Channels(ctx context.Context, by grievance.Actor) (all []Channel, err error) {
	if !by.May(grievance.MaySeeChannels) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = d.channels(ctx, tx)
		return err
	})
	return all, err
}

func (d *Desk) channels(ctx context.Context, tx *store.Tx) ([]Channel, error) {
	accounts, err := tx.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	health, err := tx.AllHealth(ctx, d.Now())
	var all []Channel
	for _, a := range accounts {
		all = append(all, Channel{Account: a, Health: health[a.ID]})
	}
	return all, err
}

// Resume lets a stopped account work again after an administrator has acted.
func (d *Desk) Resume(ctx context.Context, by grievance.Actor, account int) error {
	if !by.May(grievance.MayHold) {
		return grievance.ErrForbidden
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		a, err := tx.Account(ctx, account)
		if err != nil {
			return err
		}
		if !a.Connected() {
			return grievance.ErrConflict
		}
		if err := tx.RecordOffice(ctx, by, "account.resumed", map[string]any{"account": account}, d.Now()); err != nil {
			return err
		}
		if err := d.tellOffice(ctx, tx, a.OfficeID, "notice.account_resumed", a.Handle); err != nil {
			return err
		}
		return tx.Resume(ctx, account)
	})
}

// Unreadable lists webhook bodies that could not be read: kept, for the administrator.
func (d *Desk) Unreadable(ctx context.Context, by grievance.Actor) (all []store.Delivery, err error) {
	if !by.May(grievance.MaySeeChannels) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.OpenDeliveries(ctx, store.DeliveryUnreadable, 50)
		return err
	})
	return all, err
}

package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/copies"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// flood says when posts that share a mark are a flood: at least so many, by so many authors,
// within the window. These are judgement, not measured: few enough to be offered while it
// happens, more than a street makes on a bad day.
type flood struct {
	kind           string
	window         time.Duration
	posts, authors int
}

// floods are looked for in this order; what belongs to one counts for no other.
var floods = []flood{
	{store.Campaign, 24 * time.Hour, 10, 8},
	{store.Event, 2 * time.Hour, 8, 6},
}

// aboveUsual is how many times the usual number of a window makes a flood, freshPosts how far
// back a look begins, floodLook how many marks and posts one takes.
const (
	aboveUsual = 4
	freshPosts = 15 * time.Minute
	floodLook  = 500
)

const floodsLooked = "floods_looked"

// findClusters looks at what came since the last look for floods that begin or go on. The
// state cell is told of each that begins.
func (d *Desk) findClusters(ctx context.Context) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Alone(ctx, "clusters"); err != nil {
			return err
		}
		now := d.Now()
		looked, err := tx.Meta(ctx, floodsLooked)
		if err != nil {
			return err
		}
		since := now
		if t, err := time.Parse(time.RFC3339, looked); err == nil && t.Before(now) {
			since = t
		}
		for _, f := range floods {
			from := since.Add(-freshPosts)
			if begin := now.Add(-f.window); from.Before(begin) {
				from = begin
			}
			if err := d.findFloods(ctx, tx, f, from); err != nil {
				return err
			}
		}
		return tx.SetMeta(ctx, floodsLooked, now.UTC().Format(time.RFC3339))
	})
}

func (d *Desk) findFloods(ctx context.Context, tx *store.Tx, f flood, since time.Time) error {
	marks, err := tx.FreshMarks(ctx, f.kind, since, floodLook)
	if err != nil {
		return err
	}
	begin := d.Now().Add(-f.window)
	many, err := tx.SharedMarks(ctx, f.kind, marks, begin, f.posts, f.authors)
	if err != nil {
		return err
	}
	for _, s := range many {
		if err := d.flood(ctx, tx, f, s, begin); err != nil {
			return err
		}
	}
	return nil
}

// flood adds what came to a flood that is known, or offers a new one.
func (d *Desk) flood(ctx context.Context, tx *store.Tx, f flood, s store.Shared, begin time.Time) error {
	known, err := tx.ClusterOf(ctx, f.kind, s.Mark, begin)
	if err != nil && !isNone(err) {
		return err
	}
	isNew := err != nil
	posts, err := d.floodPosts(ctx, tx, f, s.Mark, begin)
	if err != nil || len(posts) == 0 {
		return err
	}
	last := posts[0].ReceivedAt
	if isNew {
		if ok, err := d.unusual(ctx, tx, f, s.Mark, begin, posts); err != nil || !ok {
			return err
		}
		if known, err = d.offer(ctx, tx, f, s.Mark, posts); err != nil {
			return err
		}
	}
	ids := make([]grievance.ID, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	return tx.AddToCluster(ctx, known.ID, ids, last)
}

// floodPosts reads the posts of a mark that belong to no flood yet, the newest first; of a
// campaign those that really say the same as the newest.
func (d *Desk) floodPosts(ctx context.Context, tx *store.Tx, f flood, mark int64, begin time.Time) ([]*grievance.StoredPost, error) {
	ids, err := tx.MarkedPosts(ctx, f.kind, mark, begin, floodLook)
	if err != nil {
		return nil, err
	}
	if ids, err = tx.Unclustered(ctx, ids); err != nil || len(ids) == 0 {
		return nil, err
	}
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(posts, func(a, b *grievance.StoredPost) int { return int(min(max(b.ID-a.ID, -1), 1)) })
	if f.kind != store.Campaign || len(posts) == 0 {
		return posts, nil
	}
	lists := copies.New()
	newest := copies.Post{Reading: lists.Read(words(posts[0]))}
	return slices.DeleteFunc(posts, func(p *grievance.StoredPost) bool {
		return lists.Compare(newest, copies.Post{Reading: lists.Read(words(p))}).Verdict == copies.Different
	}), nil
}

// unusual says whether these are enough for a flood, and several times what a window as long
// usually brings of the mark.
func (d *Desk) unusual(ctx context.Context, tx *store.Tx, f flood, mark int64, begin time.Time, posts []*grievance.StoredPost) (bool, error) {
	authors := map[grievance.ID]bool{}
	for _, p := range posts {
		authors[p.Author.ID] = true
	}
	if len(posts) < f.posts || len(authors) < f.authors {
		return false, nil
	}
	before := d.Now().Add(-copiesLook)
	usual, err := tx.CountMark(ctx, f.kind, mark, before, begin, 10*floodLook)
	windows := int(begin.Sub(before) / f.window)
	return len(posts)*windows >= aboveUsual*usual, err
}

// offer keeps a new flood and tells the state cell.
func (d *Desk) offer(ctx context.Context, tx *store.Tx, f flood, mark int64, posts []*grievance.StoredPost) (store.Cluster, error) {
	newest := posts[0]
	c := store.Cluster{ID: d.Store.NewID(d.Now()), Kind: f.kind, Mark: mark, FirstAt: posts[len(posts)-1].ReceivedAt, LastAt: newest.ReceivedAt, State: store.ClusterOffered}
	if code, ok := floodSubject(newest); ok {
		c.SubjectID = d.Office.SubjectByCode(code)
	}
	if c.DistrictID = newest.Verdict.District; f.kind == store.Event {
		c.Place = floodTown(newest)
	}
	if err := tx.InsertCluster(ctx, c); err != nil {
		return c, err
	}
	return c, d.tellOffice(ctx, tx, d.Office.StateCell(), "notice.cluster", "")
}

// Clusters lists floods of which the actor may see something, with how many posts: those
// that wait for a word, or those that were decided, from before a moment on.
func (d *Desk) Clusters(ctx context.Context, by grievance.Actor, offered bool, before time.Time) (all []store.Cluster, err error) {
	if !by.May(grievance.MaySort) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Clusters(ctx, by.Scope, offered, before, ClusterRows)
		return err
	})
	return all, err
}

// ClusterRows is how many floods, ClusterShown how many of a flood's posts stand on a page.
const (
	ClusterRows  = 50
	ClusterShown = 100
)

// ClusterView is a flood with its posts in full, and the cases that they are in already.
type ClusterView struct {
	store.Cluster
	Post  []*grievance.StoredPost
	Cases map[grievance.ID]Row // that the actor may see
	More  bool
}

// Cluster reads a flood, its posts after the one with the id.
func (d *Desk) Cluster(ctx context.Context, by grievance.Actor, id, after grievance.ID) (v ClusterView, err error) {
	if !by.May(grievance.MaySort) {
		return v, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if v.Cluster, err = tx.Cluster(ctx, by.Scope, id); err != nil {
			return err
		}
		posts, err := tx.ClusterPosts(ctx, by.Scope, id, after, ClusterShown+1)
		if err != nil {
			return err
		}
		v.More, v.Post = len(posts) > ClusterShown, posts[:min(len(posts), ClusterShown)]
		var ids []grievance.ID
		for _, p := range append([]*grievance.StoredPost{{CaseID: v.CaseID}}, v.Post...) {
			if p.CaseID != 0 && !slices.Contains(ids, p.CaseID) {
				ids = append(ids, p.CaseID)
			}
		}
		v.Cases = map[grievance.ID]Row{}
		if len(ids) == 0 {
			return nil
		}
		cases, err := tx.Cases(ctx, by.Scope, store.CaseFilter{IDs: ids, Limit: len(ids)})
		if err != nil {
			return err
		}
		list, err := rows(ctx, tx, cases)
		for _, r := range list {
			v.Cases[r.Case.ID] = r
		}
		return err
	})
	d.Reads.noteList(by, "cluster", len(v.Post))
	return v, err
}

// TakeRequest makes one matter of a flood: the chosen posts join the case, or the first of
// them opens it as Open says.
type TakeRequest struct {
	CaseID grievance.ID
	Open   OpenRequest
	Posts  []grievance.ID
}

// Taken is what became of it: the main case, and how many posts were in another case already.
type Taken struct {
	CaseID grievance.ID
	Late   int
}

// TakeCluster gives a flood its main case: whoever wrote the chosen posts becomes one more
// complainant and gets every answer. What comes later is proposed for it.
func (d *Desk) TakeCluster(ctx context.Context, by grievance.Actor, id grievance.ID, r TakeRequest) (t Taken, err error) {
	if !by.May(grievance.MaySort) {
		return t, grievance.ErrForbidden
	}
	if len(r.Posts) == 0 && r.CaseID == 0 {
		return t, grievance.Invalid("posts", "error.choose")
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Cluster(ctx, by.Scope, id)
		if err != nil {
			return err
		}
		if r.CaseID == 0 {
			r.CaseID = c.CaseID // it has one by now: another clerk was faster
		}
		if len(r.Posts) == 0 {
			return nil
		}
		in, err := tx.InCluster(ctx, id, r.Posts)
		if err == nil && slices.ContainsFunc(r.Posts, func(p grievance.ID) bool { return !slices.Contains(in, p) }) {
			err = grievance.Invalid("posts", "error.not_a_choice")
		}
		return err
	})
	if err != nil {
		return t, err
	}
	if t.CaseID = r.CaseID; t.CaseID == 0 {
		r.Open.PostID = r.Posts[0]
		opened, err := d.Open(ctx, by, []OpenRequest{r.Open})
		if err != nil {
			return t, err
		}
		t.CaseID = opened[0].CaseID
	}
	late, err := d.JoinAll(ctx, by, joining(t.CaseID, r.Posts))
	if err != nil {
		return t, err
	}
	t.Late = len(late)
	return t, d.decideCluster(ctx, by, id, "cluster.taken", store.ClusterTaken, t.CaseID)
}

// DismissCluster says that a flood is none: its posts are sorted one by one.
func (d *Desk) DismissCluster(ctx context.Context, by grievance.Actor, id grievance.ID) error {
	if !by.May(grievance.MaySort) {
		return grievance.ErrForbidden
	}
	return d.decideCluster(ctx, by, id, "cluster.dismissed", store.ClusterDismissed, 0)
}

func (d *Desk) decideCluster(ctx context.Context, by grievance.Actor, id grievance.ID, event, state string, c grievance.ID) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		x, err := tx.Cluster(ctx, by.Scope, id)
		if err != nil {
			return err
		}
		if c != 0 {
			if _, err := tx.Case(ctx, by.Scope, c); err != nil {
				return err
			}
		}
		if x.State == state && x.CaseID == c {
			return nil
		}
		if x.State == store.ClusterTaken && state == store.ClusterDismissed { // a click that came too late
			return fmt.Errorf("dismiss cluster %s: %w: its case is open", id, grievance.ErrConflict)
		}
		x.State, x.CaseID, x.OfficerID, x.DecidedAt = state, c, by.ID, d.Now()
		if err := tx.DecideCluster(ctx, x); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, event, map[string]any{"cluster": id, "case": c}, d.Now())
	})
}

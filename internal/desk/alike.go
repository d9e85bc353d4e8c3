package desk

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"nivaran/internal/copies"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// copiesLook is for how long after a post others are found that say the same.
const copiesLook = 14 * 24 * time.Hour

// How many posts of each mark are compared, and how many are proposed at a time.
const (
	alikeLook  = 20
	alikeShown = 3
)

// Print keeps by what a post is found that others may repeat, in the transaction that sorts
// it. Posts too old to be looked for have none.
func (d *Desk) Print(tx *store.Tx, p *grievance.StoredPost) error {
	if p.ID < grievance.FirstID(d.Now().Add(-copiesLook)) {
		return nil
	}
	x := store.Print{PostID: p.ID, Author: p.Author.ID, Marks: copies.New().Marks(words(p))}
	if subject, ok := floodSubject(p); ok && p.Verdict.District != 0 {
		x.Event = floodMark(subject, strconv.Itoa(p.Verdict.District), floodTown(p))
	}
	if x.Marks == (copies.Marks{}) && x.Event == 0 {
		return nil
	}
	return tx.AddPrint(x)
}

// floodSubject is the subject under which a post counts towards a flood: the likeliest one,
// of what asks for something to be done.
func floodSubject(p *grievance.StoredPost) (code string, ok bool) {
	if k := p.Verdict.Kind; k != "" && k != grievance.Grievance || len(p.Verdict.Candidates) == 0 {
		return "", false
	}
	code = p.Verdict.Candidates[0].Subject
	return code, code != ""
}

// floodTown is the town that a post names, or nothing.
func floodTown(p *grievance.StoredPost) string {
	for _, x := range p.Verdict.Places {
		if x.Tier == "town" || x.Tier == "subdistrict" {
			return x.Name
		}
	}
	return ""
}

// floodMark is one number for a subject and a place: the town, or the district where no town
// is named.
func floodMark(subject, district, town string) int64 {
	h := fnv.New64a()
	h.Write([]byte(subject + "|" + district + "|" + town))
	return int64(h.Sum64() | 1)
}

// Alike is a post that may say the same as another, with how that was seen. A person decides.
type Alike struct {
	Post *grievance.StoredPost
	With *grievance.StoredPost // what it was compared with
	Case *Row                  // the case that it belongs to; nil while it waits
	copies.Comparison
}

// alike compares posts with those of the last days that share a mark with them, as far as
// the actor may see them: the likeliest first, one of each case. passing are cases that
// need no proposal.
func (d *Desk) alike(ctx context.Context, tx *store.Tx, by grievance.Actor, posts []*grievance.StoredPost, passing ...grievance.ID) ([]Alike, error) {
	found, err := d.candidates(ctx, tx, by, posts, passing)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var all []Alike
	lists := copies.New()
	for _, p := range posts {
		apart, err := tx.ToldApart(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		this := compared(lists, p)
		for _, q := range found {
			if apart[q.ID] {
				continue
			}
			if c := lists.Compare(this, compared(lists, q)); c.Verdict != copies.Different {
				all = append(all, Alike{Post: q, With: p, Comparison: c})
			}
		}
	}
	slices.SortFunc(all, func(a, b Alike) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Post.ID, a.Post.ID))
	})
	return d.withCases(ctx, tx, by, all)
}

// words are a post's words as they can be read.
func words(p *grievance.StoredPost) string {
	_, text, _ := Readable(&p.Post)
	return text
}

// compared is the post as it is compared.
func compared(lists *copies.Words, p *grievance.StoredPost) copies.Post {
	return copies.Post{Reading: lists.Read(words(p)), Author: p.Author.ID, Thread: p.ThreadID, At: p.PostedAt, District: p.Verdict.District}
}

// candidates reads the posts that share a mark with one of these, less those that the actor
// may not see, that nobody waits for, or that stand in a case of these or in passing.
func (d *Desk) candidates(ctx context.Context, tx *store.Tx, by grievance.Actor, posts []*grievance.StoredPost, passing []grievance.ID) ([]*grievance.StoredPost, error) {
	var ids []grievance.ID
	own := map[grievance.ID]bool{}
	for _, p := range posts {
		own[p.ID] = true
		if p.CaseID != 0 {
			passing = append(passing, p.CaseID)
		}
		near, err := tx.AlikePosts(ctx, copies.New().Marks(words(p)), d.Now().Add(-copiesLook), alikeLook)
		if err != nil {
			return nil, err
		}
		ids = append(ids, near...)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id grievance.ID) bool { return own[id] })
	if len(ids) == 0 {
		return nil, nil
	}
	seen, err := tx.SeenPosts(ctx, by.Scope, ids)
	if err != nil || len(seen) == 0 {
		return nil, err
	}
	found, err := tx.PostsByID(ctx, seen)
	return slices.DeleteFunc(found, func(p *grievance.StoredPost) bool {
		waits := by.May(grievance.MaySort) && p.Sorted == grievance.SortAsk
		return p.CaseID == 0 && !waits || p.CaseID != 0 && slices.Contains(passing, p.CaseID) || !p.ErasedAt.IsZero()
	}), err
}

// withCases adds their cases to proposals and leaves out those whose case lies outside the
// actor's scope, has been merged, or stands there already.
func (d *Desk) withCases(ctx context.Context, tx *store.Tx, by grievance.Actor, all []Alike) ([]Alike, error) {
	var ids []grievance.ID
	for _, a := range all {
		if c := a.Post.CaseID; c != 0 && !slices.Contains(ids, c) {
			ids = append(ids, c)
		}
	}
	byID := map[grievance.ID]*Row{}
	if len(ids) > 0 {
		cases, err := tx.Cases(ctx, by.Scope, store.CaseFilter{IDs: ids, Limit: len(ids)})
		if err != nil {
			return nil, err
		}
		list, err := rows(ctx, tx, cases)
		if err != nil {
			return nil, err
		}
		for i := range list {
			byID[list[i].Case.ID] = &list[i]
		}
	}
	var shown []Alike
	had := map[grievance.ID]bool{}
	for _, a := range all {
		key := cmp.Or(a.Post.CaseID, a.Post.ID)
		a.Case = byID[a.Post.CaseID]
		if had[key] || a.Post.CaseID != 0 && (a.Case == nil || a.Case.Case.State == grievance.Merged) {
			continue
		}
		had[key] = true
		if shown = append(shown, a); len(shown) == alikeShown {
			break
		}
	}
	return shown, nil
}

// repeats counts the posts of the last days in which the author said the same, up to a bound.
func (d *Desk) repeats(ctx context.Context, tx *store.Tx, p *grievance.StoredPost) (int, error) {
	m := copies.New().Marks(words(p))
	if m[0] == 0 || p.Author.ID == 0 {
		return 0, nil
	}
	return tx.CountAlike(ctx, p.Author.ID, m[0], d.Now().Add(-copiesLook), 100)
}

// CaseAlike lists what may be about the same matter as a case: other cases within the
// actor's scope, and for whoever sorts, posts that wait.
func (d *Desk) CaseAlike(ctx context.Context, by grievance.Actor, id grievance.ID) (all []Alike, err error) {
	if !by.May(grievance.MayRead) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, by.Scope, id)
		if err != nil {
			return err
		}
		posts, err := tx.PostsOfCase(ctx, c.ID)
		if err != nil {
			return err
		}
		posts = slices.DeleteFunc(posts, func(p *grievance.StoredPost) bool { return p.Direction == grievance.Out || !p.ErasedAt.IsZero() })
		all, err = d.alike(ctx, tx, by, posts[:min(len(posts), alikeShown)], c.ID)
		return err
	})
	d.noteAlike(by, all)
	return all, err
}

// noteAlike notes that the actor read what was proposed.
func (d *Desk) noteAlike(by grievance.Actor, all []Alike) {
	for _, a := range all {
		if a.Case != nil {
			d.Reads.Note(by, grievance.ReadCase, a.Case.Case.ID, "")
			continue
		}
		d.Reads.Note(by, grievance.ReadPost, 0, a.Post.ID.String())
	}
}

// TellApart remembers that two posts are not about the same matter: they are not proposed to
// anybody again. The same word twice has the effect of one.
func (d *Desk) TellApart(ctx context.Context, by grievance.Actor, post, other grievance.ID) error {
	if !by.May(grievance.MaySort) {
		return grievance.ErrForbidden
	}
	if post == other {
		return grievance.Invalid("other", "error.not_a_choice")
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := d.seenPosts(ctx, tx, by, []grievance.ID{post, other}); err != nil {
			return err
		}
		return tx.TellApart(ctx, post, other, by.ID, d.Now())
	})
}

// OpenTogether makes one case of several posts: one opens it, the others join.
func (d *Desk) OpenTogether(ctx context.Context, by grievance.Actor, r OpenRequest, also ...grievance.ID) (Opened, error) {
	opened, err := d.Open(ctx, by, []OpenRequest{r})
	if err != nil {
		return Opened{}, err
	}
	_, err = d.JoinAll(ctx, by, joining(opened[0].CaseID, also))
	return opened[0], err
}

// joining lets posts join a case.
func joining(c grievance.ID, posts []grievance.ID) []JoinRequest {
	all := make([]JoinRequest, len(posts))
	for i, p := range posts {
		all[i] = JoinRequest{PostID: p, CaseID: c}
	}
	return all
}

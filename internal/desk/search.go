package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// SearchRequest is what an officer looks for. Its zero fields do not narrow. Words may hold
// "phrases in quotes" and -words that must not be there.
type SearchRequest struct {
	Words        string            `json:"-"`
	In           string            `json:"in,omitempty"`    // InCases, InPosts or both
	Order        string            `json:"order,omitempty"` // ByFit, else the newest first
	State        grievance.State   `json:"state,omitempty"`
	Kind         grievance.Kind    `json:"kind,omitempty"`
	Channel      grievance.Channel `json:"channel,omitempty"`
	DistrictID   int               `json:"district,omitempty"`
	DepartmentID int               `json:"department,omitempty"`
	OfficeID     int               `json:"office,omitempty"`
	SubjectID    int               `json:"subject,omitempty"`
	From         string            `json:"from,omitempty"` // days, 2026-02-28
	To           string            `json:"to,omitempty"`
}

// Where a search looks, and how it orders.
const (
	InCases = "cases"
	InPosts = "posts"
	ByFit   = "fit"
)

// mostWords is how long what is typed may be, in characters.
const mostWords = 200

// SaveSearch keeps what was typed and chosen, so that it stands in no address.
func (d *Desk) SaveSearch(ctx context.Context, by grievance.Actor, r SearchRequest) (id grievance.ID, err error) {
	if !by.May(grievance.MayRead) {
		return 0, grievance.ErrForbidden
	}
	r.Words = grievance.Excerpt(clean(r.Words), mostWords)
	if len(readAsked(r.Words).tokens) == 0 {
		return 0, grievance.Invalid("q", "error.search_empty")
	}
	if err := r.check(); err != nil {
		return 0, err
	}
	for field, day := range map[string]string{"from": r.From, "to": r.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return 0, grievance.Invalid(field, "error.search_day")
		}
	}
	filters, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		id, err = tx.SaveSearch(ctx, by.ID, r.Words, string(filters), d.Now())
		return err
	})
	return id, err
}

// check refuses what no form offers: a channel stands in the query of the index.
func (r SearchRequest) check() error {
	for _, c := range []struct {
		field string
		good  bool
	}{
		{"in", slices.Contains([]string{"", InCases, InPosts}, r.In)},
		{"order", r.Order == "" || r.Order == ByFit},
		{"state", r.State == "" || slices.Contains(grievance.States, r.State)},
		{"kind", slices.Contains([]grievance.Kind{"", grievance.Grievance, grievance.Suggestion, grievance.Query, grievance.Praise, grievance.NotForUs}, r.Kind)},
		{"channel", slices.Contains([]grievance.Channel{"", grievance.X, grievance.Facebook, grievance.Email}, r.Channel)},
	} {
		if !c.good {
			return grievance.Invalid(c.field, "error.not_a_choice")
		}
	}
	return nil
}

// Found is a page of a search. Back is how far it has looked; More, that it can go on.
type Found struct {
	SearchRequest
	Hits    []FoundHit
	Back    time.Time
	More    bool
	Next    grievance.ID
	Instead string // words that would find something, where these find nothing
	// Renewed is set while the index is made anew for other spellings: what is older was not
	// yet reached.
	Renewed time.Time
}

// FoundHit is a case, or a post without one, with the words that it was found by.
type FoundHit struct {
	Row  *Row                  // nil of a post without a case
	Post *grievance.StoredPost // the one that is shown; nil where a case has none left
	Said []Part
}

// Part is a piece of a text; Hit where it is a word that was looked for.
type Part struct {
	Text string
	Hit  bool
}

// found pages: how many are shown, and of how many the best are taken.
const (
	searchPage = 50
	searchLook = 200
)

// Search finds cases within the actor's scope, and posts without a case for whoever sorts,
// by the words, names and numbers that were typed, the newest first or the best first.
func (d *Desk) Search(ctx context.Context, by grievance.Actor, id, before grievance.ID) (f Found, err error) {
	if !by.May(grievance.MayRead) {
		return f, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		words, filters, err := tx.SearchQuery(ctx, by.ID, id)
		if err != nil {
			return err
		}
		if filters != "" {
			if err := json.Unmarshal([]byte(filters), &f.SearchRequest); err != nil {
				return err
			}
		}
		f.Words = words
		if f.Renewed, err = renewedTo(ctx, tx); err != nil {
			return err
		}
		return d.search(ctx, tx, by, &f, before)
	})
	if len(f.Hits) > 0 {
		d.Reads.noteSearch(by, id, f.Hits)
	}
	return f, err
}

func (d *Desk) search(ctx context.Context, tx *store.Tx, by grievance.Actor, f *Found, before grievance.ID) error {
	a := readAsked(f.Words)
	q := f.query(by, a)
	q.Before = before
	var found store.Found
	var err error
	if f.Order == ByFit {
		found, err = fitting(ctx, tx, by.Scope, q, a)
	} else {
		found, err = tx.Search(ctx, by.Scope, q)
	}
	if err != nil {
		return err
	}
	if err := tx.WithPosts(ctx, by.Scope, found.Hits); err != nil {
		return err
	}
	if found.LookedTo != 0 {
		f.More, f.Next, f.Back = true, found.LookedTo, found.LookedTo.Time()
	}
	if f.Hits, err = shown(ctx, tx, found.Hits, a); err != nil {
		return err
	}
	if len(f.Hits) == 0 && !f.More && before == 0 {
		f.Instead, err = d.correction(ctx, tx, by, *f, a)
	}
	return err
}

// fitting are the best of many hits, the best first.
func fitting(ctx context.Context, tx *store.Tx, s grievance.Scope, q store.SearchQuery, a asked) (f store.Found, err error) {
	q.Limit = searchLook
	all, lookedTo, err := tx.SearchWordings(ctx, s, q)
	if err != nil {
		return f, err
	}
	f.LookedTo = lookedTo
	f.Hits, err = inOrder(ctx, tx, s, q, a.best(all, searchPage))
	return f, err
}

// inOrder reads hits and leaves them in the order of their ids.
func inOrder(ctx context.Context, tx *store.Tx, s grievance.Scope, q store.SearchQuery, ids []grievance.ID) ([]store.Hit, error) {
	hits, err := tx.HitsOf(ctx, s, q, ids)
	slices.SortFunc(hits, func(x, y store.Hit) int {
		return cmp.Compare(slices.Index(ids, x.ID()), slices.Index(ids, y.ID()))
	})
	return hits, err
}

// query is the request as the store takes it. Posts without a case are in no office yet:
// what narrows to one leaves them out, and only whoever sorts sees them.
func (r SearchRequest) query(by grievance.Actor, a asked) store.SearchQuery {
	q := store.SearchQuery{
		Tokens: a.tokens, State: r.State, Kind: r.Kind, Channel: r.Channel,
		DistrictID: r.DistrictID, DepartmentID: r.DepartmentID, OfficeID: r.OfficeID, SubjectID: r.SubjectID, Limit: searchPage,
	}
	if from, err := time.ParseInLocation(time.DateOnly, r.From, grievance.India); err == nil {
		q.From = from
	}
	if to, err := time.ParseInLocation(time.DateOnly, r.To, grievance.India); err == nil {
		q.To = to.AddDate(0, 0, 1)
	}
	ofCases := r.State != "" || r.Kind != "" || r.DistrictID != 0 || r.DepartmentID != 0 || r.OfficeID != 0 || r.SubjectID != 0
	q.Posts = by.May(grievance.MaySort) && r.In != InCases && !ofCases
	q.NoCases = r.In == InPosts
	if len(a.phrases) > 0 || len(a.without) > 0 {
		q.Keep = a.keeps
	}
	return q
}

// shown makes the rows of what was found, each with the place that speaks of what was asked.
func shown(ctx context.Context, tx *store.Tx, hits []store.Hit, a asked) ([]FoundHit, error) {
	var cases []*grievance.Case
	for _, h := range hits {
		if h.Case != nil {
			cases = append(cases, h.Case)
		}
	}
	all, err := rows(ctx, tx, cases)
	if err != nil {
		return nil, err
	}
	byID := make(map[grievance.ID]*Row, len(all))
	for i := range all {
		byID[all[i].Case.ID] = &all[i]
	}
	list := make([]FoundHit, len(hits))
	for i, h := range hits {
		if h.Case != nil {
			list[i].Row = byID[h.Case.ID]
		}
		list[i].Post, list[i].Said = a.speaking(h)
		if h.Case != nil && h.Case.Sensitive { // no more of it than lists show
			list[i].Said = a.mark(h.Case.Excerpt)
		}
	}
	return list, nil
}

// speaking is the post of a hit that holds most of what was asked, and its words around them.
func (a asked) speaking(h store.Hit) (*grievance.StoredPost, []Part) {
	var best *grievance.StoredPost
	var words string
	most := -1
	for _, p := range h.Posts {
		title, said, _ := Readable(&p.Post)
		said = strings.TrimSpace(strings.Join([]string{title, said}, " "))
		seen := map[string]bool{}
		for _, t := range text.Spans(said) {
			if a.has[t.Key] {
				seen[t.Key] = true
			}
		}
		if len(seen) > most {
			best, words, most = p, said, len(seen)
		}
	}
	if best == nil && h.Case != nil {
		words = h.Case.Excerpt
	}
	return best, a.mark(words)
}

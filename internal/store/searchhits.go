package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/text/legacyfont"
)

// Wording is the stored texts of a case, or of a post that has none.
type Wording struct {
	ID    grievance.ID
	Title string // of a case
	Posts []PostWording
}

// PostWording is what a post says, in Unicode, and by whom.
type PostWording struct {
	Direction                  grievance.Direction
	Title, Words, Name, Handle string
}

// Citizens are the titles and words of the posts that came in, without names.
func (w Wording) Citizens() (said []string) {
	for _, p := range w.Posts {
		if p.Direction == grievance.In {
			said = append(said, p.Title, p.Words)
		}
	}
	return said
}

func hitIDs(hits []Hit) []grievance.ID {
	ids := make([]grievance.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ID()
	}
	return ids
}

func wordingIDs(all []Wording) []grievance.ID {
	ids := make([]grievance.ID, len(all))
	for i, w := range all {
		ids[i] = w.ID
	}
	return ids
}

// searchHits reads what the index found, the newest first, as far as scope, filter and the
// stored text let it pass.
func (tx *Tx) searchHits(ctx context.Context, s grievance.Scope, q SearchQuery, ids []grievance.ID, limit int) ([]Hit, error) {
	if q.Keep != nil {
		kept, err := tx.wordingsOf(ctx, s, q, ids)
		if err != nil {
			return nil, err
		}
		ids = wordingIDs(kept)
	}
	hits, err := tx.HitsOf(ctx, s, q, ids)
	return hits[:min(limit, len(hits))], err
}

// HitsOf reads those of the ids that scope and filter let pass, the newest first.
func (tx *Tx) HitsOf(ctx context.Context, s grievance.Scope, q SearchQuery, ids []grievance.ID) (hits []Hit, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found := map[grievance.ID]bool{}
	if !q.NoCases {
		cases, err := tx.Cases(ctx, s, q.cases(ids))
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			hits, found[c.ID] = append(hits, Hit{Case: c}), true
		}
	}
	if rest := slices.DeleteFunc(slices.Clone(ids), func(id grievance.ID) bool { return found[id] }); q.Posts && len(rest) > 0 {
		posts, err := tx.postsAlone(ctx, waitingPosts(s, rest), "")
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			hits = append(hits, Hit{nil, []*grievance.StoredPost{p}})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Compare(b.ID(), a.ID()) })
	return hits, nil
}

// cases are those of the ids that the query means.
func (q SearchQuery) cases(ids []grievance.ID) CaseFilter {
	return CaseFilter{IDs: ids, State: q.State, Kind: q.Kind, OfficeID: q.OfficeID, DistrictID: q.DistrictID, DepartmentID: q.DepartmentID, Limit: len(ids)}
}

// waitingPosts narrows to those of the ids that are posts without a case.
func waitingPosts(s grievance.Scope, ids []grievance.ID) *where {
	w := &where{}
	inList(w, "p.id", ids)
	w.and("p.case_id = 0 AND p.erased_at = 0")
	w.unlessPostHidden(s, "p")
	return w
}

// postsOfCases narrows to the posts of the cases, as far as the viewer may see them.
func postsOfCases(s grievance.Scope, ids []grievance.ID) *where {
	w := &where{}
	inList(w, "p.case_id", ids)
	w.and("p.case_id <> 0 AND p.erased_at = 0") // the index holds no others
	w.unlessPostHidden(s, "p")
	return w
}

// wordingsOf reads the texts of those of the candidates that scope, filter and Keep let
// pass, in their order: a third of the work that their cases and posts would be.
func (tx *Tx) wordingsOf(ctx context.Context, s grievance.Scope, q SearchQuery, ids []grievance.ID) ([]Wording, error) {
	said := map[grievance.ID]*Wording{}
	if !q.NoCases && len(ids) > 0 {
		w := q.cases(ids).where(s)
		rows, err := tx.QueryContext(ctx, `SELECT c.id, c.title FROM cases c WHERE `+w.String(), w.args...)
		var cases []grievance.ID
		if err := each(rows, err, func(r *sql.Rows) error {
			var x Wording
			err := r.Scan(&x.ID, &x.Title)
			said[x.ID], cases = &x, append(cases, x.ID)
			return err
		}); err != nil {
			return nil, err
		}
		if len(cases) > 0 {
			if err := tx.postWordings(ctx, said, "p.case_id", postsOfCases(s, cases)); err != nil {
				return nil, err
			}
		}
	}
	if rest := slices.DeleteFunc(slices.Clone(ids), func(id grievance.ID) bool { return said[id] != nil }); q.Posts && len(rest) > 0 {
		if err := tx.postWordings(ctx, said, "p.id", waitingPosts(s, rest)); err != nil {
			return nil, err
		}
	}
	var all []Wording
	for _, id := range ids {
		if x := said[id]; x != nil && (q.Keep == nil || q.Keep(*x)) {
			all = append(all, *x)
		}
	}
	return all, nil
}

// postWordings adds the texts of posts to those of whom they belong to.
func (tx *Tx) postWordings(ctx context.Context, said map[grievance.ID]*Wording, owner string, w *where) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+owner+`, p.direction, p.title, p.text, p.facts, COALESCE(a.name, ''), COALESCE(a.handle, '')`+postTables+`WHERE `+w.String()+` ORDER BY p.posted_at, p.id`, w.args...)
	return each(rows, err, func(r *sql.Rows) error {
		var id grievance.ID
		var p PostWording
		var facts []byte
		var f postFacts
		if err := r.Scan(&id, &p.Direction, &p.Title, &p.Words, &facts, &p.Name, &p.Handle); err != nil {
			return err
		}
		if err := json.Unmarshal(facts, &f); err != nil {
			return err
		}
		p.Title, p.Words, _ = legacyfont.Letter(p.Title, p.Words, f.Mail != nil && f.Mail.KrutiDev)
		if said[id] == nil {
			said[id] = &Wording{ID: id}
		}
		said[id].Posts = append(said[id].Posts, p)
		return nil
	})
}

// WithPosts reads the posts of those hits that are cases, as far as the viewer may see them.
func (tx *Tx) WithPosts(ctx context.Context, s grievance.Scope, hits []Hit) error {
	var ids []grievance.ID
	for _, h := range hits {
		if h.Case != nil {
			ids = append(ids, h.Case.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	posts, err := tx.postsAlone(ctx, postsOfCases(s, ids), "ORDER BY p.posted_at, p.id")
	if err != nil {
		return err
	}
	all := map[grievance.ID][]*grievance.StoredPost{}
	for _, p := range posts {
		all[p.CaseID] = append(all[p.CaseID], p)
	}
	for i, h := range hits {
		if h.Case != nil {
			hits[i].Posts = all[h.Case.ID]
		}
	}
	return nil
}

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

// searchHits reads what the index found, the newest first, as far as scope, filter and the
// stored text let it pass.
func (tx *Tx) searchHits(ctx context.Context, s grievance.Scope, q SearchQuery, ids []grievance.ID, limit int) (hits []Hit, err error) {
	if q.Keep != nil {
		if ids, err = tx.keptOf(ctx, s, q, ids); err != nil {
			return nil, err
		}
	}
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
	return hits[:min(limit, len(hits))], nil
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

// keptOf leaves those of the candidates whose stored texts are meant. It reads the texts
// alone: of a phrase of common words few are.
func (tx *Tx) keptOf(ctx context.Context, s grievance.Scope, q SearchQuery, ids []grievance.ID) ([]grievance.ID, error) {
	said := map[grievance.ID][]string{}
	if !q.NoCases && len(ids) > 0 {
		w := q.cases(ids).where(s)
		rows, err := tx.QueryContext(ctx, `SELECT c.id, c.title FROM cases c WHERE `+w.String(), w.args...)
		var cases []grievance.ID
		if err := each(rows, err, func(r *sql.Rows) error {
			var id grievance.ID
			var title string
			err := r.Scan(&id, &title)
			said[id], cases = []string{title}, append(cases, id)
			return err
		}); err != nil {
			return nil, err
		}
		if len(cases) > 0 {
			if err := tx.textsOf(ctx, said, "p.case_id", postsOfCases(s, cases)); err != nil {
				return nil, err
			}
		}
	}
	if rest := slices.DeleteFunc(slices.Clone(ids), func(id grievance.ID) bool { return said[id] != nil }); q.Posts && len(rest) > 0 {
		if err := tx.textsOf(ctx, said, "p.id", waitingPosts(s, rest)); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id grievance.ID) bool {
		return said[id] == nil || !q.Keep(said[id])
	}), nil
}

// textsOf adds the texts of posts to those of whom they belong to.
func (tx *Tx) textsOf(ctx context.Context, said map[grievance.ID][]string, owner string, w *where) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+owner+`, p.title, p.text, p.facts, COALESCE(a.handle, ''), COALESCE(a.name, '')`+postTables+`WHERE `+w.String(), w.args...)
	return each(rows, err, func(r *sql.Rows) error {
		var id grievance.ID
		var title, words, handle, name string
		var facts []byte
		var f postFacts
		if err := r.Scan(&id, &title, &words, &facts, &handle, &name); err != nil {
			return err
		}
		if err := json.Unmarshal(facts, &f); err != nil {
			return err
		}
		title, words, _ = legacyfont.Letter(title, words, f.Mail != nil && f.Mail.KrutiDev)
		said[id] = append(said[id], title, words, name, handle)
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

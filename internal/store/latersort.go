package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"nivaran/internal/grievance"
)

// sorting is what somebody made of a post, not yet written.
type sorting struct {
	p       grievance.StoredPost
	verdict string
	reason  string
	due     int64
}

func (tx *Tx) holdSorting(s *sorting) error {
	if tx.sortings == nil {
		tx.sortings = map[grievance.ID]*sorting{}
	}
	tx.sortings[s.p.ID] = s
	if n := tx.cases[s.p.CaseID]; n != nil {
		n.claims[s.p.ID] = true
	}
	return tx.hold("posts", tx.writePosts)
}

func (tx *Tx) holdVerbatim(id grievance.ID, key string) error {
	if tx.verbatims == nil {
		tx.verbatims = map[grievance.ID]string{}
	}
	tx.verbatims[id] = key
	return tx.hold("posts", tx.writePosts)
}

// writePosts writes what became of posts, counting each from its old stage to the new.
func (tx *Tx) writePosts(ctx context.Context) error {
	sortings, verbatims := tx.sortings, tx.verbatims
	tx.sortings, tx.verbatims = nil, nil
	if len(sortings) > 0 {
		ids := sortedKeys(sortings, compareIDs)
		if err := tx.recountPosts(ctx, ids, func(id grievance.ID) grievance.Sorted { return sortings[id].p.Sorted }); err != nil {
			return err
		}
		columns := []string{"sorted TEXT", "verdict TEXT", "urgency TEXT", "kept_reason TEXT", "case_id BIGINT", "next_at BIGINT"}
		var rows, keyed [][]any
		for _, id := range ids {
			s := sortings[id]
			row := []any{id, s.p.Sorted, s.verdict, orOrdinary(s.p.Urgency), s.reason, s.p.CaseID, s.due}
			if key, ok := verbatims[id]; ok {
				keyed = append(keyed, append(row, key))
				delete(verbatims, id)
				continue
			}
			rows = append(rows, row)
		}
		n, err := tx.updateMany(ctx, "posts", "id", "", columns, rows)
		if err != nil {
			return err
		}
		m, err := tx.updateMany(ctx, "posts", "id", "", append(columns, "verbatim TEXT"), keyed)
		if err == nil && n+m != int64(len(ids)) {
			err = grievance.ErrNotFound
		}
		if err != nil {
			return err
		}
	}
	var rows [][]any
	for _, id := range sortedKeys(verbatims, compareIDs) {
		rows = append(rows, []any{id, verbatims[id]})
	}
	_, err := tx.updateMany(ctx, "posts", "id", "", []string{"verbatim TEXT"}, rows)
	return err
}

// recountPosts counts posts that are about to change to other stages.
func (tx *Tx) recountPosts(ctx context.Context, ids []grievance.ID, to func(grievance.ID) grievance.Sorted) error {
	w := &where{}
	inList(w, "id", ids)
	rows, err := tx.QueryContext(ctx, `SELECT id, received_at, account_id, sorted FROM posts WHERE `+w.String()+` ORDER BY id`+tx.s.engine.forUpdate(), w.args...)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var id grievance.ID
		var received int64
		var account int
		var from grievance.Sorted
		err := r.Scan(&id, &received, &account, &from)
		if err == nil && from != to(id) {
			tx.countPost(at(received), account, from, -1)
			tx.countPost(at(received), account, to(id), 1)
		}
		return struct{}{}, err
	})
	return err
}

// postsOfNew are the posts of a case that this transaction opened, when none of them is
// written yet: ok is false when the tables must be asked.
func (tx *Tx) postsOfNew(c grievance.ID) (posts []*grievance.StoredPost, ok bool) {
	n := tx.cases[c]
	if n == nil {
		return nil, false
	}
	for id := range n.claims {
		s := tx.sortings[id]
		if s == nil {
			return nil, false
		}
		p := s.p
		posts = append(posts, &p)
	}
	slices.SortFunc(posts, func(a, b *grievance.StoredPost) int {
		return cmp.Or(a.PostedAt.Compare(b.PostedAt), compareIDs(a.ID, b.ID))
	})
	return posts, true
}

// lookup asks for the case or the copy of a post. Sortings that are held back and give no
// post a case change no answer, so they need not be written for each question: a batch is
// sorted post by post.
func (tx *Tx) lookup(ctx context.Context, query string, args ...any) *sql.Row {
	for _, w := range tx.waiting {
		if w.table != "posts" {
			return tx.QueryRowContext(ctx, query, args...)
		}
	}
	for _, s := range tx.sortings {
		if s.p.CaseID != 0 {
			return tx.QueryRowContext(ctx, query, args...)
		}
	}
	if len(tx.verbatims) > 0 {
		return tx.QueryRowContext(ctx, query, args...)
	}
	return tx.Tx.QueryRowContext(ctx, query, args...)
}

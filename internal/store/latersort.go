package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

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
		was, err := tx.lockPosts(ctx, ids)
		if err != nil {
			return err
		}
		for id, p := range was {
			s := sortings[id]
			if p.caseID != 0 && p.caseID != s.p.CaseID {
				return fmt.Errorf("post %s is in another case: %w", id, errRaced)
			}
			tx.restage(p, s.p.Sorted)
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
		if _, err := tx.updateMany(ctx, "posts", "id", "", columns, rows); err != nil {
			return err
		}
		_, err = tx.updateMany(ctx, "posts", "id", "", append(columns, "verbatim TEXT"), keyed)
		if err == nil && len(was) != len(ids) {
			err = grievance.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := tx.indexPosts(ctx, ids, sortings, was); err != nil {
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

// errRaced says that another transaction was faster. The transaction runs again, and finds
// what the other did; if that does not help, it is a conflict.
var errRaced = fmt.Errorf("%w: another was faster", grievance.ErrConflict)

// lockedPost is what a change of a post's stage must know.
type lockedPost struct {
	received time.Time
	account  int
	sorted   grievance.Sorted
	caseID   grievance.ID
}

// lockPosts reads posts, by id, and holds them until the transaction ends.
func (tx *Tx) lockPosts(ctx context.Context, ids []grievance.ID) (map[grievance.ID]lockedPost, error) {
	w := &where{}
	inList(w, "id", ids)
	rows, err := tx.QueryContext(ctx, `SELECT id, received_at, account_id, sorted, case_id FROM posts WHERE `+w.String()+` ORDER BY id`+tx.s.engine.forUpdate(), w.args...)
	posts := make(map[grievance.ID]lockedPost, len(ids))
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var id grievance.ID
		var received int64
		var p lockedPost
		err := r.Scan(&id, &received, &p.account, &p.sorted, &p.caseID)
		p.received = at(received)
		posts[id] = p
		return struct{}{}, err
	})
	return posts, err
}

// restage counts a post that changes to another stage.
func (tx *Tx) restage(p lockedPost, to grievance.Sorted) {
	if p.sorted != to {
		tx.countPost(p.received, p.account, p.sorted, -1)
		tx.countPost(p.received, p.account, to, 1)
	}
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

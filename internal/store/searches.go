package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/text"
	"nivaran/internal/text/legacyfont"
)

// SaveSearch keeps what was typed under an id, so that names and numbers of citizens stand
// in no address, and what narrows it, in the caller's form.
func (tx *Tx) SaveSearch(ctx context.Context, officer grievance.ID, query, filters string, now time.Time) (grievance.ID, error) {
	id := tx.NewID(now)
	_, err := tx.ExecContext(ctx, `INSERT INTO searches (id, officer_id, query, filters, at) VALUES ($1, $2, $3, $4, $5)`, id, officer, query, filters, ms(now))
	return id, err
}

// SearchQuery reads a kept search of the officer.
func (tx *Tx) SearchQuery(ctx context.Context, officer, id grievance.ID) (query, filters string, err error) {
	return query, filters, tx.QueryRowContext(ctx, `SELECT query, filters FROM searches WHERE id = $1 AND officer_id = $2`, id, officer).Scan(&query, &filters)
}

// searchablePost says whether posts of a stage are found by themselves; those of a case are
// found by it.
func searchablePost(s grievance.Sorted) bool {
	return s == grievance.SortAsk || s == grievance.SortFailed || s == grievance.SortKept
}

// indexPosts keeps the posts that have no case in the index, and takes out what has one now.
func (tx *Tx) indexPosts(ctx context.Context, ids []grievance.ID, sortings map[grievance.ID]*sorting, was map[grievance.ID]lockedPost) error {
	var old []grievance.ID
	var rows [][]any
	for _, id := range ids {
		p := &sortings[id].p
		before, now := searchablePost(was[id].sorted), p.CaseID == 0 && searchablePost(p.Sorted)
		if before && !now {
			old = append(old, id)
		}
		if now && !before && p.ErasedAt.IsZero() {
			rows = append(rows, []any{id, postSearchText(p)})
		}
	}
	if err := tx.unindexPosts(ctx, old); err != nil {
		return err
	}
	return tx.insertMany(ctx, searchTable, tx.s.engine.searchColumns(), "", rows)
}

func (tx *Tx) unindexPosts(ctx context.Context, ids []grievance.ID) error {
	if len(ids) == 0 {
		return nil
	}
	w := &where{}
	inList(w, tx.s.engine.searchID(), ids)
	_, err := tx.ExecContext(ctx, `DELETE FROM case_search WHERE `+w.String(), w.args...)
	return err
}

// postSearchText is what the index holds of a post without a case: its words, channel and
// time. It has no word of the organisation, so no search within one finds it.
func postSearchText(p *grievance.StoredPost) string {
	title, said, _ := legacyfont.Letter(p.Title, p.Text, p.Mail != nil && p.Mail.KrutiDev)
	tokens := text.Tokens(strings.Join([]string{title, said, p.Author.Name, p.Author.Handle}, "\n"))
	all := append(plainTokens(tokens), channelWord+string(p.Channel), week(p.ID.Time()), month(p.ID.Time()))
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// CaseWords gives the titles and excerpts of the newest n cases of the scope, each as one
// text.
func (tx *Tx) CaseWords(ctx context.Context, s grievance.Scope, n int) ([]string, error) {
	w := CaseFilter{}.where(s)
	rows, err := tx.QueryContext(ctx, `SELECT c.title, c.excerpt FROM cases c WHERE `+w.String()+` ORDER BY c.id DESC`+w.limit(n), w.args...)
	return collect(rows, err, func(r *sql.Rows) (string, error) {
		var title, excerpt string
		err := r.Scan(&title, &excerpt)
		return title + "\n" + excerpt, err
	})
}

// CasesToIndex lists cases older than before, the newest first, for indexing again.
func (tx *Tx) CasesToIndex(ctx context.Context, before grievance.ID, limit int) ([]*grievance.Case, error) {
	return tx.Cases(ctx, grievance.Scope{All: true}, CaseFilter{After: before, Limit: limit})
}

// IndexPostsAgain indexes posts without a case that are older than before, the newest
// first, and gives the oldest; 0 when there are none.
func (tx *Tx) IndexPostsAgain(ctx context.Context, before grievance.ID, limit int) (grievance.ID, error) {
	w := &where{}
	w.and("p.id < ? AND p.sorted IN ('ask', 'failed', 'kept') AND p.case_id = 0 AND p.erased_at = 0", before)
	posts, err := tx.postsWhere(ctx, w, "ORDER BY p.id DESC LIMIT "+w.arg(limit))
	if err != nil || len(posts) == 0 {
		return 0, err
	}
	ids := make([]grievance.ID, len(posts))
	rows := make([][]any, len(posts))
	for i, p := range posts {
		ids[i], rows[i] = p.ID, []any{p.ID, postSearchText(p)}
	}
	if err := tx.unindexPosts(ctx, ids); err != nil {
		return 0, err
	}
	if err := tx.insertMany(ctx, searchTable, tx.s.engine.searchColumns(), "", rows); err != nil {
		return 0, fmt.Errorf("index posts again: %w", err)
	}
	return ids[len(ids)-1], nil
}

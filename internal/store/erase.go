package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// ErasePosts blanks every copy of the posts' words in the transaction: the posts and their
// versions as read and as received, what of them stands in cases, histories, reports and
// replies, and the words that find them. Their files go with their last reference. A
// tombstone for each key keeps them from coming back; it is journalled outside the
// database before the transaction commits. It gives the cases that were touched: whoever
// erases records it there, and indexes again what is left of their words.
func (tx *Tx) ErasePosts(ctx context.Context, ids []grievance.ID, now time.Time) ([]grievance.ID, error) {
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var cases, authors []grievance.ID
	for _, p := range posts {
		authors = append(authors, p.Author.ID)
		words, err := tx.erasedWords(ctx, p)
		if err != nil {
			return nil, err
		}
		if err := tx.erasePost(ctx, p, now); err != nil {
			return nil, fmt.Errorf("erase post %s: %w", p.ID, err)
		}
		if p.CaseID == 0 {
			continue
		}
		if err := tx.eraseInCase(ctx, p.CaseID, words); err != nil {
			return nil, fmt.Errorf("erase post %s in its case: %w", p.ID, err)
		}
		if !slices.Contains(cases, p.CaseID) {
			cases = append(cases, p.CaseID)
		}
	}
	if err := tx.dropFiles(ctx, "post", ids, now); err != nil {
		return nil, err
	}
	return cases, tx.dropCopies(ctx, authors, now)
}

// erasedWords are all words that a post ever held.
func (tx *Tx) erasedWords(ctx context.Context, p *grievance.StoredPost) (*quoted, error) {
	q := newQuoted(p.Title, p.Text, p.FullText)
	for _, m := range p.Media {
		q.add(m.Alt)
	}
	rows, err := tx.QueryContext(ctx, `SELECT title, text, full_text FROM post_versions WHERE post_id = $1`, p.ID)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var title, text, full string
		err := r.Scan(&title, &text, &full)
		q.add(title, text, full)
		return struct{}{}, err
	})
	return q, err
}

// erasePost blanks the post itself and leaves its tombstones.
func (tx *Tx) erasePost(ctx context.Context, p *grievance.StoredPost, now time.Time) error {
	rows, err := tx.QueryContext(ctx, `SELECT dedup_key FROM post_keys WHERE post_id = $1 ORDER BY dedup_key`, p.ID)
	keys, err := collect(rows, err, func(r *sql.Rows) (k string, err error) { return k, r.Scan(&k) })
	if err != nil {
		return err
	}
	stones := make([][]any, len(keys))
	for i, k := range keys {
		stones[i] = []any{p.Channel, k, ms(now)}
	}
	if err := tx.insertMany(ctx, "tombstones", "channel, dedup_key, erased_at", "ON CONFLICT DO NOTHING", stones); err != nil {
		return err
	}
	if err := tx.s.journalErasure(Erasure{At: now, PostID: p.ID, Channel: p.Channel, Keys: keys}); err != nil {
		return err
	}
	// What nobody has sorted cannot be sorted any more.
	sorted, reason := p.Sorted, ""
	if p.Sorted != grievance.SortCase && p.Sorted != grievance.SortOwn {
		sorted, reason = grievance.SortKept, "erased"
		was, err := tx.lockPosts(ctx, []grievance.ID{p.ID})
		if err != nil {
			return err
		}
		tx.restage(was[p.ID], sorted)
	}
	_, err = tx.ExecContext(ctx, `UPDATE posts SET title = '', text = '', full_text = '', lang = '', url = '', facts = '{}', raw = NULL, verdict = '', verbatim = '',
		sorted = $1, kept_reason = CASE WHEN $2 = '' THEN kept_reason ELSE $2 END, next_at = 0, check_at = 0, erased_at = $3 WHERE id = $4`, sorted, reason, ms(now), p.ID)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM post_versions WHERE post_id = $1`, p.ID); err != nil {
		return err
	}
	if err := tx.dropPrints(ctx, p.ID); err != nil {
		return err
	}
	if err := tx.unindexPosts(ctx, []grievance.ID{p.ID}); err != nil {
		return err
	}
	return tx.eraseDeliveries(ctx, p)
}

// eraseDeliveries blanks bodies that could not be read and name the post. Those that were
// read are not kept.
func (tx *Tx) eraseDeliveries(ctx context.Context, p *grievance.StoredPost) error {
	if p.ExternalID == "" {
		return nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, channel, received_at, body, state, problem FROM deliveries WHERE channel = $1 AND state <> 'read'`, p.Channel)
	open, err := collect(rows, err, func(r *sql.Rows) (Delivery, error) { return scanDelivery(r) })
	if err != nil {
		return err
	}
	for _, d := range open {
		if !bytes.Contains(d.Body, []byte(p.ExternalID)) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE deliveries SET body = $1 WHERE id = $2`, []byte{}, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// erasable finds in a text what is to be erased: a citizen's words, or their names.
type erasable interface {
	in(s string) bool
	cut(s string) string
	cutTitle(s string) string
}

// eraseInCase takes the words out of what was written about the post.
func (tx *Tx) eraseInCase(ctx context.Context, id grievance.ID, words *quoted) error {
	c, err := tx.Case(ctx, grievance.Scope{All: true}, id)
	if err != nil {
		return err
	}
	if words.starts(c.Excerpt) || words.in(c.Excerpt) {
		c.Excerpt = ""
	}
	if words.starts(c.Title) || words.in(c.Title) {
		c.Title = ""
	}
	if _, err := tx.ExecContext(ctx, `UPDATE cases SET title = $1, excerpt = $2 WHERE id = $3`, c.Title, c.Excerpt, id); err != nil {
		return err
	}
	if err := tx.eraseHistory(ctx, id, words); err != nil {
		return err
	}
	if err := tx.eraseReplies(ctx, id, words); err != nil {
		return err
	}
	if err := tx.eraseReports(ctx, id, words); err != nil {
		return err
	}
	return tx.IndexCase(ctx, c, []string{strings.ToLower(strings.ReplaceAll(c.Number, "-", ""))})
}

// eraseHistory deletes texts that quote the words, with their salt: the commitment in the
// entry stays, and tells nothing without it.
func (tx *Tx) eraseHistory(ctx context.Context, id grievance.ID, words erasable) error {
	entries, err := tx.History(ctx, id)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Text == "" || !words.in(e.Text) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM history_texts WHERE case_id = $1 AND n = $2`, id, e.N); err != nil {
			return err
		}
		if tx.erased == nil {
			tx.erased = map[grievance.ID][]int{}
		}
		tx.erased[id] = append(tx.erased[id], e.N)
	}
	return nil
}

// ErasedTexts are the entries of the case whose texts the transaction has erased. The
// entry that tells of the erasure names them: a text that nobody names was taken away.
func (tx *Tx) ErasedTexts(c grievance.ID) []int { return tx.erased[c] }

// unsent is true for replies that have not begun to go out.
const unsent = `state IN ('queued', 'awaiting_approval', 'sent_back')`

// eraseReplies cuts the words out of what was written to citizens. A text that has not
// gone out yet is no longer what was approved: it is cancelled.
func (tx *Tx) eraseReplies(ctx context.Context, id grievance.ID, words erasable) error {
	replies, err := tx.Replies(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range replies {
		title, text, reason := words.cutTitle(r.Title), words.cut(r.Text), words.cut(r.Reason)
		if title == r.Title && text == r.Text && reason == r.Reason {
			continue
		}
		// The state is read by the statement: the outbox may have it in hand by now.
		if _, err := tx.ExecContext(ctx, `UPDATE replies SET title = $1, text = $2, reason = $3, state = CASE WHEN `+unsent+` THEN 'cancelled' ELSE state END WHERE id = $4`, title, text, reason, r.ID); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) eraseReports(ctx context.Context, id grievance.ID, words erasable) error {
	reports, err := tx.Reports(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range reports {
		text, reason, place := words.cut(r.Text), words.cut(r.Reason), words.cut(r.Place)
		if text == r.Text && reason == r.Reason && place == r.Place {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE reports SET text = $1, reason = $2, place = $3 WHERE id = $4`, text, reason, place, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// dropFiles takes their files from the owners; those that nothing else holds are deleted.
func (tx *Tx) dropFiles(ctx context.Context, owner string, ids []grievance.ID, now time.Time) error {
	w := &where{}
	w.and("owner = ?", owner)
	inList(w, "owner_id", ids)
	rows, err := tx.QueryContext(ctx, `DELETE FROM attachments WHERE `+w.String()+` RETURNING hash`, w.args...)
	hashes, err := collect(rows, err, func(r *sql.Rows) (h string, err error) { return h, r.Scan(&h) })
	if err != nil || len(hashes) == 0 {
		return err
	}
	w = &where{}
	due := w.arg(ms(now))
	inList(w, "hash", hashes)
	_, err = tx.ExecContext(ctx, `UPDATE files SET delete_at = `+due+` WHERE `+w.String()+` AND NOT EXISTS (SELECT 1 FROM attachments t WHERE t.hash = files.hash)`, w.args...)
	return err
}

// Erasure is a line of the journal of erasures, by which a restored backup is brought to
// forget again.
type Erasure struct {
	At      time.Time         `json:"at"`
	PostID  grievance.ID      `json:"post_id,omitempty"` // 0: it is a citizen
	Channel grievance.Channel `json:"channel"`
	Keys    []string          `json:"keys"`
	// AuthorID is the citizen who was erased with all that was held; 0: it is one post.
	AuthorID grievance.ID `json:"author_id,omitempty"`
}

// JournalFile lies beside the database, or in the folder that Options.Journal names.
const JournalFile = "erasures.jsonl"

func (s *Store) journalErasure(e Erasure) (err error) {
	if s.journalDir == "" {
		return errors.New("no folder for the journal of erasures: set the data folder")
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	s.journal.Lock()
	defer s.journal.Unlock()
	f, err := os.OpenFile(filepath.Join(s.journalDir, JournalFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Sync()
}

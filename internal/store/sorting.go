package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// PostsToSort reads those of the posts that nobody has sorted, and holds them until the
// transaction ends, so that two workers sort none twice.
func (tx *Tx) PostsToSort(ctx context.Context, ids []grievance.ID) ([]*grievance.StoredPost, error) {
	w := &where{}
	inList(w, "id", ids)
	w.and("sorted = ?", grievance.SortNew)
	rows, err := tx.QueryContext(ctx, `SELECT id FROM posts WHERE `+w.String()+` ORDER BY id`+tx.s.engine.forUpdate(), w.args...)
	open, err := collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
	if err != nil || len(open) == 0 {
		return nil, err
	}
	return tx.PostsByID(ctx, open)
}

// UnsortedPosts lists posts that were stored before the moment and nobody has sorted.
func (tx *Tx) UnsortedPosts(ctx context.Context, before time.Time, limit int) ([]grievance.ID, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM posts WHERE sorted = 'new' AND received_at <= $1 ORDER BY id LIMIT $2`, ms(before), limit)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// SaveSorting keeps what the sorter made of a post, or what a clerk made of it. reason is
// why it was kept; next is when somebody is warned that it still waits.
func (tx *Tx) SaveSorting(ctx context.Context, p *grievance.StoredPost, reason string, next time.Time) error {
	verdict, err := json.Marshal(p.Verdict)
	if err != nil {
		return err
	}
	var due int64
	if p.Sorted == grievance.SortAsk {
		due = ms(next)
	}
	return tx.holdSorting(&sorting{p: *p, verdict: string(verdict), reason: reason, due: due})
}

func orOrdinary(u grievance.Urgency) grievance.Urgency {
	if u == "" {
		return grievance.Ordinary
	}
	return u
}

// SetVerbatim keeps the key by which copies of the post by the same author are found.
func (tx *Tx) SetVerbatim(ctx context.Context, id grievance.ID, key string) error {
	return tx.holdVerbatim(id, key)
}

// CountCopy counts a verbatim copy that was folded into the post.
func (tx *Tx) CountCopy(ctx context.Context, id grievance.ID) error {
	_, err := tx.ExecContext(ctx, `UPDATE posts SET copies = copies + 1 WHERE id = $1`, id)
	return err
}

// Copy is an earlier post of the same author with the same words.
type Copy struct {
	PostID, CaseID grievance.ID
	CaseOpen       bool
	PostedAt       time.Time
	ParentID       string
	Media          int
}

// Said is what an author said, under its verbatim key.
type Said struct {
	Author grievance.ID
	Key    string
}

// SaidBefore tells which of these words their authors have said in a case, for a whole
// batch: whoever is not among them needs no further question.
func (tx *Tx) SaidBefore(ctx context.Context, words []Said) (map[Said]bool, error) {
	found := map[Said]bool{}
	if len(words) == 0 {
		return found, nil
	}
	authors, keys := make([]grievance.ID, len(words)), make([]string, len(words))
	for i, s := range words {
		authors[i], keys[i] = s.Author, s.Key
	}
	w := &where{}
	inList(w, "author_id", authors)
	inList(w, "verbatim", keys)
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT author_id, verbatim FROM posts WHERE verbatim <> '' AND `+w.String(), w.args...)
	all, err := collect(rows, err, func(r *sql.Rows) (s Said, err error) { return s, r.Scan(&s.Author, &s.Key) })
	for _, s := range all {
		found[s] = true
	}
	return found, err
}

// EarlierDistricts gives the districts of each author's last cases, the newest first and
// at most three of an author, for a whole batch.
func (tx *Tx) EarlierDistricts(ctx context.Context, authors []grievance.ID) (map[grievance.ID][]int, error) {
	found := map[grievance.ID][]int{}
	if len(authors) == 0 {
		return found, nil
	}
	w := &where{}
	inList(w, "author_id", authors)
	rows, err := tx.QueryContext(ctx, `SELECT k.author_id, c.district_id
		FROM (SELECT author_id, case_id, ROW_NUMBER() OVER (PARTITION BY author_id ORDER BY case_id DESC) AS n FROM complainants WHERE `+w.String()+`) k
		JOIN cases c ON c.id = k.case_id WHERE k.n <= 3 AND c.district_id <> 0 ORDER BY k.author_id, k.n`, w.args...)
	type earlier struct {
		author   grievance.ID
		district int
	}
	all, err := collect(rows, err, func(r *sql.Rows) (e earlier, err error) { return e, r.Scan(&e.author, &e.district) })
	for _, e := range all {
		found[e.author] = append(found[e.author], e.district)
	}
	return found, err
}

// ThreadsInCases tells which of the conversations of a channel hold a post of a case, for
// a whole batch.
func (tx *Tx) ThreadsInCases(ctx context.Context, ch grievance.Channel, threads []string) (map[string]bool, error) {
	found := map[string]bool{}
	if len(threads) == 0 {
		return found, nil
	}
	w := &where{}
	w.and("channel = ?", ch)
	inList(w, "thread_id", threads)
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT thread_id FROM posts WHERE thread_id <> '' AND case_id <> 0 AND `+w.String(), w.args...)
	all, err := collect(rows, err, func(r *sql.Rows) (t string, err error) { return t, r.Scan(&t) })
	for _, t := range all {
		found[t] = true
	}
	return found, err
}

// EarlierCopy finds the newest earlier post of the author under the verbatim key;
// ErrNotFound when there is none.
func (tx *Tx) EarlierCopy(ctx context.Context, author grievance.ID, key string, than grievance.ID) (c Copy, err error) {
	if author == 0 || key == "" {
		return c, grievance.ErrNotFound
	}
	var posted int64
	var facts string
	var closed sql.NullInt64
	var state sql.NullString
	err = tx.lookup(ctx, `SELECT p.id, p.case_id, p.posted_at, p.parent_id, p.facts, c.state, c.closed_at FROM posts p LEFT JOIN cases c ON c.id = p.case_id
		WHERE p.author_id = $1 AND p.verbatim = $2 AND p.verbatim <> '' AND p.id < $3 ORDER BY p.id DESC LIMIT 1`, author, key, than).
		Scan(&c.PostID, &c.CaseID, &posted, &c.ParentID, &facts, &state, &closed)
	if errors.Is(err, sql.ErrNoRows) {
		return c, grievance.ErrNotFound
	}
	if err != nil {
		return c, err
	}
	var f postFacts
	c.PostedAt, c.CaseOpen = at(posted), state.Valid && grievance.State(state.String).Open()
	err = json.Unmarshal([]byte(facts), &f)
	c.Media = len(f.Media)
	return c, err
}

// CaseByThread finds the case of a conversation: of the post that is answered, or a case
// in the thread of which the author is a complainant, or the newest case of the thread.
func (tx *Tx) CaseByThread(ctx context.Context, ch grievance.Channel, thread, parent string, author grievance.ID) (grievance.ID, error) {
	var c grievance.ID
	if parent != "" {
		err := tx.lookup(ctx, `SELECT case_id FROM posts WHERE channel = $1 AND external_id = $2 AND external_id <> '' AND case_id <> 0`, ch, parent).Scan(&c)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return c, err
		}
		err = tx.lookup(ctx, `SELECT r.case_id FROM replies r JOIN accounts a ON a.id = r.account_id WHERE a.channel = $1 AND r.external_id = $2 AND r.external_id <> '' AND r.case_id <> 0`, ch, parent).Scan(&c)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return c, err
		}
	}
	if thread == "" {
		return 0, grievance.ErrNotFound
	}
	err := tx.lookup(ctx, `SELECT p.case_id FROM posts p LEFT JOIN complainants k ON k.case_id = p.case_id AND k.author_id = $3
		WHERE p.channel = $1 AND p.thread_id = $2 AND p.thread_id <> '' AND p.case_id <> 0
		ORDER BY CASE WHEN k.id IS NULL THEN 1 ELSE 0 END, p.id DESC LIMIT 1`, ch, thread, author).Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, grievance.ErrNotFound
	}
	return c, err
}

// CaseByMessageID finds the case of a letter: one of ours by its signed Message-ID, or a
// citizen's letter that is in a case already.
func (tx *Tx) CaseByMessageID(ctx context.Context, id string) (grievance.ID, error) {
	var c grievance.ID
	err := tx.lookup(ctx, `SELECT case_id FROM replies WHERE message_id = $1 AND message_id <> '' AND case_id <> 0 LIMIT 1`, id).Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.lookup(ctx, `SELECT case_id FROM posts WHERE channel = 'email' AND external_id = $1 AND external_id <> '' AND case_id <> 0 ORDER BY id LIMIT 1`, id).Scan(&c)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return 0, grievance.ErrNotFound
	}
	return c, err
}

// QueueAfter is where a page of the sorting desk goes on; the zero value is its start.
type QueueAfter struct {
	Weight     int
	ReceivedAt time.Time
	ID         grievance.ID
}

// SortingQueue reads the posts that wait for a clerk, danger first, then the oldest; not
// those that complain of the scope's viewer.
func (tx *Tx) SortingQueue(ctx context.Context, s grievance.Scope, after QueueAfter, limit int) ([]*grievance.StoredPost, error) {
	// One ordered range of the index posts_ask per urgency.
	var all []*grievance.StoredPost
	for _, u := range []grievance.Urgency{grievance.Danger, grievance.Urgent, grievance.Ordinary} {
		if after.ID != 0 && u.Weight() > after.Weight {
			continue
		}
		w := &where{}
		w.and("p.sorted IN ('ask', 'failed') AND p.urgency = ?", u)
		w.unlessPostHidden(s, "p")
		if after.ID != 0 && u.Weight() == after.Weight {
			w.and("(p.received_at, p.id) > (?, ?)", ms(after.ReceivedAt), after.ID)
		}
		page, err := tx.postsWhere(ctx, w, "ORDER BY p.received_at, p.id LIMIT "+w.arg(limit-len(all)))
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(all) >= limit {
			break
		}
	}
	return all, nil
}

// WaitingPosts counts the posts that wait for a clerk, and those of danger among them, less
// those that complain of the scope's viewer.
func (tx *Tx) WaitingPosts(ctx context.Context, s grievance.Scope) (all, danger int, err error) {
	const waiting = `SELECT COUNT(*), COUNT(*) FILTER (WHERE urgency = 'danger') FROM posts p WHERE sorted IN ('ask', 'failed')`
	err = tx.QueryRowContext(ctx, waiting).Scan(&all, &danger)
	if err != nil || !s.Unseen() {
		return all, danger, err
	}
	var hidden, dangerHidden int
	w := &where{}
	err = tx.QueryRowContext(ctx, waiting+` AND p.id IN (SELECT x.post_id FROM post_exclusions x WHERE `+w.complainsOf(s)+`)`, w.args...).Scan(&hidden, &dangerHidden)
	return all - hidden, danger - dangerHidden, err
}

// KeptPosts lists posts that were kept as no grievance, the newest first; not those that
// complain of the scope's viewer.
func (tx *Tx) KeptPosts(ctx context.Context, s grievance.Scope, before grievance.ID, limit int) ([]*grievance.StoredPost, error) {
	w := &where{}
	w.and("p.sorted = 'kept'")
	w.unlessPostHidden(s, "p")
	if before != 0 {
		w.and("p.id < ?", before)
	}
	return tx.postsWhere(ctx, w, "ORDER BY p.id DESC LIMIT "+w.arg(limit))
}

// OverduePosts lists posts that wait for a clerk since too long, and stops their alarm.
func (tx *Tx) OverduePosts(ctx context.Context, now time.Time, limit int) ([]grievance.ID, error) {
	rows, err := tx.QueryContext(ctx, `UPDATE posts SET next_at = 0 WHERE id IN (SELECT id FROM posts WHERE next_at <> 0 AND next_at <= $1 ORDER BY next_at LIMIT $2) RETURNING id`, ms(now), limit)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// OpenThreads lists the conversations of open cases at an account, the newest first.
func (tx *Tx) OpenThreads(ctx context.Context, account, limit int) ([]string, error) {
	// Many complainants share a conversation: a few times as many are read, newest first.
	rows, err := tx.QueryContext(ctx, `SELECT p.thread_id FROM complainants k JOIN cases c ON c.id = k.case_id JOIN posts p ON p.id = k.post_id
		WHERE k.account_id = $1 AND c.closed_at IS NULL AND p.thread_id <> '' ORDER BY k.id DESC LIMIT $2`, account, 10*limit)
	all, err := collect(rows, err, func(r *sql.Rows) (thread string, err error) { return thread, r.Scan(&thread) })
	var threads []string
	for _, thread := range all {
		if len(threads) < limit && !slices.Contains(threads, thread) {
			threads = append(threads, thread)
		}
	}
	return threads, err
}

// LastMessage is when the author last wrote a private message to the account; ErrNotFound
// when never.
func (tx *Tx) LastMessage(ctx context.Context, author grievance.ID, account int) (time.Time, error) {
	var newest sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT MAX(p.posted_at) FROM posts p JOIN sightings s ON s.post_id = p.id AND s.account_id = $2 WHERE p.author_id = $1 AND p.form = 'message' AND p.direction = 'in'`, author, account).Scan(&newest)
	if err == nil && !newest.Valid {
		err = grievance.ErrNotFound
	}
	return at(newest.Int64), err
}

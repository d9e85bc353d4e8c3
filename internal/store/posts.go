package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// Incoming is one thing that happened at a channel, as a connector tells it.
type Incoming struct {
	What     string // new, edited, gone, counted
	Post     grievance.Post
	At       time.Time // when the service says that it happened; zero: unknown
	Imported bool
}

// What StorePosts made of an item.
const (
	Stored    = "stored"
	Duplicate = "duplicate"
	Edited    = "edited"
	Gone      = "gone"
	Erased    = "erased" // a tombstone stands where it was: not taken in again
	Unknown   = "unknown"
)

// PostResult says what became of an item, in the order given.
type PostResult struct {
	ID     grievance.ID
	Result string
}

// postFacts is what no query filters on.
type postFacts struct {
	Media    []grievance.Media    `json:"media,omitempty"`
	Place    *grievance.Point     `json:"place,omitempty"`
	Mentions []string             `json:"mentions,omitempty"`
	Quotes   string               `json:"quotes,omitempty"`
	Retweet  bool                 `json:"retweet,omitempty"`
	Mail     *grievance.MailFacts `json:"mail,omitempty"`
}

// StorePosts stores what an official account saw, each post exactly once however often
// and in whatever order it comes. Nothing older overwrites what is held.
func (tx *Tx) StorePosts(ctx context.Context, account int, items []Incoming, now time.Time) ([]PostResult, error) {
	results := make([]PostResult, len(items))
	// Keys are taken in one order by every transaction, so that none waits for another in a ring.
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return bytes.Compare([]byte(items[a].Post.DedupKey), []byte(items[b].Post.DedupKey))
	})
	for _, i := range order {
		r, err := tx.storeItem(ctx, account, &items[i], now)
		if err != nil {
			return nil, err
		}
		results[i] = r
	}
	return results, nil
}

func (tx *Tx) storeItem(ctx context.Context, account int, it *Incoming, now time.Time) (PostResult, error) {
	p := &it.Post
	var dead int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM tombstones WHERE channel = $1 AND dedup_key = $2`, p.Channel, p.DedupKey).Scan(&dead); err != nil {
		return PostResult{}, err
	}
	if dead > 0 {
		return PostResult{Result: Erased}, nil
	}
	switch it.What {
	case "gone":
		return tx.markGone(ctx, p, it.At, now)
	case "counted":
		id, err := tx.postByKey(ctx, p.Channel, p.DedupKey)
		return PostResult{ID: id, Result: Duplicate}, err
	}
	id, err := tx.earlierVersion(ctx, p)
	if err != nil {
		return PostResult{}, err
	}
	fresh := tx.NewID(now)
	if id != 0 {
		fresh = id // an edit brings a new key to the same post
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO post_keys (channel, dedup_key, post_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, p.Channel, p.DedupKey, fresh)
	if err != nil {
		return PostResult{}, err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return PostResult{}, err
	}
	if n == 0 {
		held, err := tx.postByKey(ctx, p.Channel, p.DedupKey)
		if err != nil {
			return PostResult{}, err
		}
		if it.What != "edited" {
			return PostResult{ID: held, Result: Duplicate}, tx.sight(ctx, held, account, now)
		}
		id = held
	}
	if id != 0 {
		return tx.editPost(ctx, id, account, p, now)
	}
	return PostResult{ID: fresh, Result: Stored}, tx.insertPost(ctx, fresh, account, it, now)
}

// earlierVersion finds the post of which p is a later text, by the keys of its edits.
func (tx *Tx) earlierVersion(ctx context.Context, p *grievance.Post) (grievance.ID, error) {
	for _, key := range p.Edits {
		if key == p.DedupKey {
			continue
		}
		id, err := tx.postByKey(ctx, p.Channel, key)
		if err != nil || id != 0 {
			return id, err
		}
	}
	return 0, nil
}

// postByKey is the post of a key, 0 when there is none.
func (tx *Tx) postByKey(ctx context.Context, ch grievance.Channel, key string) (grievance.ID, error) {
	var id grievance.ID
	err := tx.QueryRowContext(ctx, `SELECT post_id FROM post_keys WHERE channel = $1 AND dedup_key = $2`, ch, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

func (tx *Tx) sight(ctx context.Context, post grievance.ID, account int, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO sightings (post_id, account_id, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, post, account, ms(now))
	return err
}

func (tx *Tx) insertPost(ctx context.Context, id grievance.ID, account int, it *Incoming, now time.Time) error {
	p := &it.Post
	author, err := tx.upsertAuthor(ctx, p.Channel, p.Author, now)
	if err != nil {
		return err
	}
	facts, err := factsOf(p)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO posts (id, channel, external_id, dedup_key, thread_id, parent_id, account_id, form, public, direction, author_id, title, text, full_text, lang, posted_at, received_at, url, facts, raw, sorted, imported)
		VALUES (`+marks(1, 22)+`)`,
		id, p.Channel, p.ExternalID, p.DedupKey, p.ThreadID, p.ParentID, account, p.Form, p.Public, p.Direction, author, p.Title, p.Text, p.FullText, p.Lang,
		ms(p.PostedAt), ms(now), p.URL, facts, p.Raw, grievance.SortNew, it.Imported)
	if err != nil {
		return err
	}
	for _, key := range p.Edits {
		if key == p.DedupKey {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO post_keys (channel, dedup_key, post_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, p.Channel, key, id); err != nil {
			return err
		}
	}
	tx.countPost(now, account, grievance.SortNew, 1)
	return tx.sight(ctx, id, account, now)
}

func factsOf(p *grievance.Post) (string, error) {
	f := postFacts{Media: p.Media, Mentions: p.Mentions, Quotes: p.Quotes, Retweet: p.Retweet, Mail: p.Mail}
	if p.Place != (grievance.Point{}) {
		f.Place = &p.Place
	}
	b, err := json.Marshal(f)
	return string(b), err
}

// editPost keeps the present version and writes the new text, unless the text is the same
// or an edit that is newer than p has been seen already.
func (tx *Tx) editPost(ctx context.Context, id grievance.ID, account int, p *grievance.Post, now time.Time) (PostResult, error) {
	var text, full, key string
	var erased int64
	err := tx.QueryRowContext(ctx, `SELECT text, full_text, dedup_key, erased_at FROM posts WHERE id = $1`+tx.s.engine.forUpdate(), id).Scan(&text, &full, &key, &erased)
	if err != nil {
		return PostResult{}, err
	}
	if erased != 0 {
		return PostResult{ID: id, Result: Erased}, nil
	}
	// On X an edit has an id of its own; ids grow, so a smaller one is an older text.
	older := key != p.DedupKey && !slices.Contains(p.Edits, key)
	if older || full == p.FullText {
		return PostResult{ID: id, Result: Duplicate}, tx.sight(ctx, id, account, now)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO post_versions (post_id, version, title, text, full_text, raw, replaced_at)
		SELECT id, version, title, text, full_text, raw, $1 FROM posts WHERE id = $2`, ms(now), id)
	if err != nil {
		return PostResult{}, err
	}
	facts, err := factsOf(p)
	if err != nil {
		return PostResult{}, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE posts SET version = version + 1, external_id = $1, dedup_key = $2, title = $3, text = $4, full_text = $5, facts = $6, raw = $7 WHERE id = $8`,
		p.ExternalID, p.DedupKey, p.Title, p.Text, p.FullText, facts, p.Raw, id)
	if err != nil {
		return PostResult{}, err
	}
	return PostResult{ID: id, Result: Edited}, tx.sight(ctx, id, account, now)
}

// markGone notes that the post was deleted at its service; an unknown one is normal.
func (tx *Tx) markGone(ctx context.Context, p *grievance.Post, happened, now time.Time) (PostResult, error) {
	id, err := tx.postByKey(ctx, p.Channel, p.DedupKey)
	if err != nil || id == 0 {
		return PostResult{Result: Unknown}, err
	}
	if happened.IsZero() {
		happened = now
	}
	_, err = tx.ExecContext(ctx, `UPDATE posts SET gone_at = $1 WHERE id = $2 AND gone_at = 0`, ms(happened), id)
	return PostResult{ID: id, Result: Gone}, err
}

func (tx *Tx) upsertAuthor(ctx context.Context, ch grievance.Channel, a grievance.Author, now time.Time) (grievance.ID, error) {
	if a.ExternalID == "" {
		return 0, nil
	}
	id := tx.NewID(now)
	// A name or handle that a delivery leaves out is kept.
	err := tx.QueryRowContext(ctx, `
		INSERT INTO authors (id, channel, external_id, handle, name, url, verified) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (channel, external_id) DO UPDATE SET
			handle = CASE WHEN excluded.handle = '' THEN authors.handle ELSE excluded.handle END,
			name = CASE WHEN excluded.name = '' THEN authors.name ELSE excluded.name END,
			url = CASE WHEN excluded.url = '' THEN authors.url ELSE excluded.url END,
			verified = excluded.verified
		RETURNING id`, id, ch, a.ExternalID, a.Handle, a.Name, a.URL, a.Verified).Scan(&id)
	return id, err
}

const postColumns = `p.id, p.version, p.channel, p.external_id, p.dedup_key, p.thread_id, p.parent_id, p.form, p.public, p.direction, p.title, p.text, p.full_text, p.lang,
	p.posted_at, p.received_at, p.url, p.facts, p.sorted, p.verdict, p.urgency, p.case_id, p.copies, p.gone_at, p.erased_at, p.imported,
	p.author_id, COALESCE(a.external_id, ''), COALESCE(a.handle, ''), COALESCE(a.name, ''), COALESCE(a.url, ''), COALESCE(a.verified, FALSE), COALESCE(a.official, FALSE)`

const postTables = ` FROM posts p LEFT JOIN authors a ON a.id = p.author_id `

func scanPost(r interface{ Scan(...any) error }) (*grievance.StoredPost, error) {
	var p grievance.StoredPost
	var facts, verdict string
	var posted, received, gone, erased int64
	err := r.Scan(&p.ID, &p.Version, &p.Channel, &p.ExternalID, &p.DedupKey, &p.ThreadID, &p.ParentID, &p.Form, &p.Public, &p.Direction, &p.Title, &p.Text, &p.FullText, &p.Lang,
		&posted, &received, &p.URL, &facts, &p.Sorted, &verdict, &p.Urgency, &p.CaseID, &p.Copies, &gone, &erased, &p.Imported,
		&p.Author.ID, &p.Author.ExternalID, &p.Author.Handle, &p.Author.Name, &p.Author.URL, &p.Author.Verified, &p.Author.Official)
	if err != nil {
		return nil, err
	}
	p.PostedAt, p.ReceivedAt, p.GoneAt, p.ErasedAt = at(posted), at(received), at(gone), at(erased)
	var f postFacts
	if err := json.Unmarshal([]byte(facts), &f); err != nil {
		return nil, err
	}
	p.Media, p.Mentions, p.Quotes, p.Retweet, p.Mail = f.Media, f.Mentions, f.Quotes, f.Retweet, f.Mail
	if f.Place != nil {
		p.Place = *f.Place
	}
	if verdict != "" {
		err = json.Unmarshal([]byte(verdict), &p.Verdict)
	}
	return &p, err
}

// postsWhere reads posts with the accounts that saw them.
func (tx *Tx) postsWhere(ctx context.Context, w *where, order string) ([]*grievance.StoredPost, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+postColumns+postTables+`WHERE `+w.String()+` `+order, w.args...)
	posts, err := collect(rows, err, func(r *sql.Rows) (*grievance.StoredPost, error) { return scanPost(r) })
	if err != nil || len(posts) == 0 {
		return nil, err
	}
	byID := make(map[grievance.ID]*grievance.StoredPost, len(posts))
	ids := make([]grievance.ID, len(posts))
	for i, p := range posts {
		byID[p.ID], ids[i] = p, p.ID
	}
	s := &where{}
	inList(s, "post_id", ids)
	type sighting struct {
		post    grievance.ID
		account int
	}
	rows, err = tx.QueryContext(ctx, `SELECT post_id, account_id FROM sightings WHERE `+s.String()+` ORDER BY post_id, account_id`, s.args...)
	seen, err := collect(rows, err, func(r *sql.Rows) (x sighting, err error) {
		err = r.Scan(&x.post, &x.account)
		return x, err
	})
	for _, x := range seen {
		byID[x.post].Accounts = append(byID[x.post].Accounts, x.account)
	}
	return posts, err
}

// Post reads one post.
func (tx *Tx) Post(ctx context.Context, id grievance.ID) (*grievance.StoredPost, error) {
	w := &where{}
	w.and("p.id = ?", id)
	posts, err := tx.postsWhere(ctx, w, "")
	if err == nil && len(posts) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return posts[0], nil
}

// PostsByID reads posts, ordered by id.
func (tx *Tx) PostsByID(ctx context.Context, ids []grievance.ID) ([]*grievance.StoredPost, error) {
	w := &where{}
	inList(w, "p.id", ids)
	return tx.postsWhere(ctx, w, "ORDER BY p.id")
}

// PostsOfCase reads the conversation of a case as it happened.
func (tx *Tx) PostsOfCase(ctx context.Context, c grievance.ID) ([]*grievance.StoredPost, error) {
	w := &where{}
	w.and("p.case_id = ?", c)
	return tx.postsWhere(ctx, w, "ORDER BY p.posted_at, p.id")
}

// PostByExternal finds a post of a channel by the service's id.
func (tx *Tx) PostByExternal(ctx context.Context, ch grievance.Channel, external string) (*grievance.StoredPost, error) {
	w := &where{}
	w.and("p.channel = ? AND p.external_id = ? AND p.external_id <> ''", ch, external)
	posts, err := tx.postsWhere(ctx, w, "ORDER BY p.id LIMIT 1")
	if err == nil && len(posts) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return posts[0], nil
}

// PostRaw is what arrived, byte for byte.
func (tx *Tx) PostRaw(ctx context.Context, id grievance.ID) ([]byte, error) {
	var raw []byte
	err := tx.QueryRowContext(ctx, `SELECT raw FROM posts WHERE id = $1`, id).Scan(&raw)
	return raw, err
}

// Version is an earlier text of a post.
type Version struct {
	N           int
	Title, Text string
	ReplacedAt  time.Time
}

// PostVersions lists the earlier texts of a post, oldest first.
func (tx *Tx) PostVersions(ctx context.Context, id grievance.ID) ([]Version, error) {
	rows, err := tx.QueryContext(ctx, `SELECT version, title, text, replaced_at FROM post_versions WHERE post_id = $1 ORDER BY version`, id)
	return collect(rows, err, func(r *sql.Rows) (v Version, err error) {
		var replaced int64
		err = r.Scan(&v.N, &v.Title, &v.Text, &replaced)
		v.ReplacedAt = at(replaced)
		return v, err
	})
}

// MarkOfficial says that an author is another authority, or no longer.
func (tx *Tx) MarkOfficial(ctx context.Context, author grievance.ID, official bool) error {
	r, err := tx.ExecContext(ctx, `UPDATE authors SET official = $1 WHERE id = $2`, official, author)
	return changedOne(r, err, grievance.ErrNotFound)
}

// TakeAck counts one automatic acknowledgement of the author on the day (in India);
// ErrConflict when the author had limit of them.
func (tx *Tx) TakeAck(ctx context.Context, author grievance.ID, limit int, now time.Time) error {
	day := now.In(grievance.India).Format("2006-01-02")
	r, err := tx.ExecContext(ctx, `UPDATE authors SET acks = CASE WHEN acks_day = $1 THEN acks + 1 ELSE 1 END, acks_day = $1 WHERE id = $2 AND NOT (acks_day = $1 AND acks >= $3)`, day, author, limit)
	return changedOne(r, err, grievance.ErrConflict)
}

// TakeThread takes the one automatic reply of a conversation; ErrConflict when it is spent.
func (tx *Tx) TakeThread(ctx context.Context, ch grievance.Channel, thread string, reply grievance.ID) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO thread_acks (channel, thread_id, reply_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, ch, thread, reply)
	return changedOne(r, err, grievance.ErrConflict)
}

// MarkBadAddress says that mail to the author comes back.
func (tx *Tx) MarkBadAddress(ctx context.Context, author grievance.ID) error {
	_, err := tx.ExecContext(ctx, `UPDATE authors SET bad_address = TRUE WHERE id = $1`, author)
	return err
}

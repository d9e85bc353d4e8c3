package store

import (
	"cmp"
	"context"
	"database/sql"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// nameless begins the key of an author whom the channel does not name: each such post has
// an author of its own, so that two unknown citizens are never taken for one.
const nameless = "?"

// authorKey is what makes an author one on the channel.
func authorKey(p *grievance.Post) string {
	if p.Author.ExternalID == "" {
		return nameless + p.DedupKey
	}
	return p.Author.ExternalID
}

// externalOf is the service's id of an author as stored, empty for a nameless one.
func externalOf(key string) string {
	if strings.HasPrefix(key, nameless) {
		return ""
	}
	return key
}

// upsertAuthors adds the posts' authors or brings them up to date, and gives their ids by
// key. What a delivery leaves out is kept.
func (tx *Tx) upsertAuthors(ctx context.Context, ch grievance.Channel, posts []*grievance.Post, now time.Time) (map[string]grievance.ID, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	seen := map[string]grievance.Author{}
	for _, p := range posts {
		key, a := authorKey(p), p.Author
		old := seen[key]
		a.Handle, a.Name, a.URL = cmp.Or(a.Handle, old.Handle), cmp.Or(a.Name, old.Name), cmp.Or(a.URL, old.URL)
		seen[key] = a
	}
	keys := sortedKeys(seen, strings.Compare)
	held, err := tx.authorsByKey(ctx, ch, keys)
	if err != nil {
		return nil, err
	}
	ids := make(map[string]grievance.ID, len(keys))
	var rows [][]any
	var fresh []string
	for _, key := range keys {
		a, h := seen[key], held[key]
		ids[key] = h.ID
		if h.ID == 0 {
			h.ID = tx.NewID(now)
			fresh = append(fresh, key)
		} else if sameAuthor(a, h) {
			continue
		}
		rows = append(rows, []any{h.ID, ch, key, a.Handle, a.Name, a.URL, a.Verified})
	}
	err = tx.insertMany(ctx, "authors", "id, channel, external_id, handle, name, url, verified", `
		ON CONFLICT (channel, external_id) DO UPDATE SET
			handle = CASE WHEN excluded.handle = '' THEN authors.handle ELSE excluded.handle END,
			name = CASE WHEN excluded.name = '' THEN authors.name ELSE excluded.name END,
			url = CASE WHEN excluded.url = '' THEN authors.url ELSE excluded.url END,
			verified = excluded.verified`, rows)
	if err != nil || len(fresh) == 0 {
		return ids, err
	}
	// Another transaction may have added the same author meanwhile: its id holds.
	held, err = tx.authorsByKey(ctx, ch, fresh)
	for key, a := range held {
		ids[key] = a.ID
	}
	return ids, err
}

func sameAuthor(a, held grievance.Author) bool {
	return cmp.Or(a.Handle, held.Handle) == held.Handle && cmp.Or(a.Name, held.Name) == held.Name && cmp.Or(a.URL, held.URL) == held.URL && a.Verified == held.Verified
}

func (tx *Tx) authorsByKey(ctx context.Context, ch grievance.Channel, keys []string) (map[string]grievance.Author, error) {
	w := &where{}
	w.and("channel = ?", ch)
	inList(w, "external_id", keys)
	rows, err := tx.QueryContext(ctx, `SELECT id, external_id, handle, name, url, verified FROM authors WHERE `+w.String(), w.args...)
	all, err := collect(rows, err, func(r *sql.Rows) (a grievance.Author, err error) {
		return a, r.Scan(&a.ID, &a.ExternalID, &a.Handle, &a.Name, &a.URL, &a.Verified)
	})
	byKey := make(map[string]grievance.Author, len(all))
	for _, a := range all {
		byKey[a.ExternalID] = a
	}
	return byKey, err
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

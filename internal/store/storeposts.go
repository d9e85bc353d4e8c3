package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
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
	Erased    = "erased"  // a tombstone stands where it was: not taken in again
	Unknown   = "unknown" // a deletion or reaction whose post is not here
)

// PostResult says what became of an item.
type PostResult struct {
	ID     grievance.ID
	Result string
}

const (
	whatEdited  = "edited"
	whatGone    = "gone"
	whatCounted = "counted"
)

// storeBatch is how many items are stored in the same few statements.
const storeBatch = 100

// StorePosts stores what an official account saw, each post exactly once however often
// and in whatever order it comes, and gives what became of each item in the order given.
// An edit is the same post with a further key; an older text never overwrites a newer
// one; a deletion counts even when it comes before its post.
func (tx *Tx) StorePosts(ctx context.Context, account int, items []Incoming, now time.Time) ([]PostResult, error) {
	results := make([]PostResult, len(items))
	arrivals := make([]arrival, len(items))
	for i := range items {
		arrivals[i] = arrival{&items[i], &results[i]}
	}
	// Every transaction takes keys in this order, so that none waits for another in a ring.
	slices.SortStableFunc(arrivals, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.post().Channel, b.post().Channel), strings.Compare(a.post().DedupKey, b.post().DedupKey))
	})
	for len(arrivals) > 0 {
		b := &batch{tx: tx, account: account, channel: arrivals[0].post().Channel, now: now}
		n := 0
		for n < len(arrivals) && n < storeBatch && arrivals[n].post().Channel == b.channel {
			n++
		}
		if err := b.store(ctx, arrivals[:n]); err != nil {
			return nil, err
		}
		arrivals = arrivals[n:]
	}
	return results, nil
}

// arrival is an item on its way in.
type arrival struct {
	*Incoming
	result *PostResult
}

func (a arrival) post() *grievance.Post { return &a.Incoming.Post }

// content says whether the item brings a text.
func (a arrival) content() bool { return a.What != whatGone && a.What != whatCounted }

func (a arrival) happened(now time.Time) time.Time {
	if a.At.IsZero() {
		return now
	}
	return a.At
}

// family is all items of a batch that speak of one post, and the keys that they name.
type family struct {
	id       grievance.ID // of a new post
	keys     []string
	arrivals []arrival
}

func (f *family) hasContent() bool { return slices.ContainsFunc(f.arrivals, arrival.content) }

func (f *family) say(id grievance.ID, result string) {
	for _, a := range f.arrivals {
		*a.result = PostResult{id, result}
	}
}

// batch stores items of one channel.
type batch struct {
	tx      *Tx
	account int
	channel grievance.Channel
	now     time.Time

	owners map[string]owner
	fresh  []*family                  // new posts
	known  map[grievance.ID][]arrival // for posts that are held
	gone   map[grievance.ID]time.Time // deleted at their service
}

// owner is whose a key is; id 0: deleted before it came.
type owner struct {
	id   grievance.ID
	gone time.Time
}

func (b *batch) store(ctx context.Context, arrivals []arrival) error {
	b.known, b.gone = map[grievance.ID][]arrival{}, map[grievance.ID]time.Time{}
	families, err := b.withoutErased(ctx, b.families(arrivals))
	if err != nil {
		return err
	}
	if err := b.claim(ctx, families); err != nil {
		return err
	}
	for _, f := range families {
		if err := b.place(ctx, f); err != nil {
			return err
		}
	}
	if err := b.meet(ctx); err != nil {
		return err
	}
	if err := b.insert(ctx); err != nil {
		return err
	}
	return b.markGone(ctx)
}

// families brings together the items that share a key.
func (b *batch) families(arrivals []arrival) []*family {
	byKey := map[string]*family{}
	var all []*family
	for _, a := range arrivals {
		f := &family{}
		for _, key := range append([]string{a.post().DedupKey}, a.post().Edits...) {
			other := byKey[key]
			if other == nil {
				f.keys = append(f.keys, key)
			} else if other != f {
				other.keys, other.arrivals = append(other.keys, f.keys...), append(other.arrivals, f.arrivals...)
				all = slices.DeleteFunc(all, func(x *family) bool { return x == f })
				f = other
			}
			for _, k := range f.keys {
				byKey[k] = f
			}
		}
		f.arrivals = append(f.arrivals, a)
		if !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	return all
}

// withoutErased turns away what was erased.
func (b *batch) withoutErased(ctx context.Context, families []*family) ([]*family, error) {
	w := &where{}
	w.and("channel = ?", b.channel)
	inList(w, "dedup_key", keysOf(families))
	rows, err := b.tx.QueryContext(ctx, `SELECT dedup_key FROM tombstones WHERE `+w.String(), w.args...)
	stones, err := collect(rows, err, func(r *sql.Rows) (k string, err error) { return k, r.Scan(&k) })
	if err != nil || len(stones) == 0 {
		return families, err
	}
	return slices.DeleteFunc(families, func(f *family) bool {
		dead := slices.ContainsFunc(f.keys, func(k string) bool { return slices.Contains(stones, k) })
		if dead {
			f.say(0, Erased)
		}
		return dead
	}), nil
}

func keysOf(families []*family) []string {
	var keys []string
	for _, f := range families {
		keys = append(keys, f.keys...)
	}
	slices.Sort(keys)
	return keys
}

// claim takes the keys for new posts as far as nobody has them, and reads whose they are.
// A transaction that brings the same key waits here for the other to end.
func (b *batch) claim(ctx context.Context, families []*family) error {
	var rows [][]any
	for _, f := range families {
		var gone time.Time
		only := true // counted only: claims nothing
		for _, a := range f.arrivals {
			only = only && a.What == whatCounted
			if a.What == whatGone {
				gone = a.happened(b.now)
			}
		}
		switch {
		case only:
			continue
		case f.hasContent():
			f.id, gone = b.tx.NewID(b.now), time.Time{}
		}
		for _, k := range f.keys {
			rows = append(rows, []any{b.channel, k, f.id, ms(gone)})
		}
	}
	slices.SortFunc(rows, func(a, b []any) int { return strings.Compare(a[1].(string), b[1].(string)) })
	if err := b.tx.insertMany(ctx, "post_keys", "channel, dedup_key, post_id, gone_at", "ON CONFLICT DO NOTHING", rows); err != nil {
		return err
	}
	w := &where{}
	w.and("channel = ?", b.channel)
	inList(w, "dedup_key", keysOf(families))
	list, err := b.tx.QueryContext(ctx, `SELECT dedup_key, post_id, gone_at FROM post_keys WHERE `+w.String(), w.args...)
	b.owners = map[string]owner{}
	_, err = collect(list, err, func(r *sql.Rows) (struct{}, error) {
		var key string
		var o owner
		var gone int64
		err := r.Scan(&key, &o.id, &gone)
		o.gone = at(gone)
		b.owners[key] = o
		return struct{}{}, err
	})
	return err
}

// place says whether the family is a new post or tells of one that is held.
func (b *batch) place(ctx context.Context, f *family) error {
	var held grievance.ID
	for _, k := range f.keys {
		if o := b.owners[k]; o.id != 0 && o.id != f.id && (held == 0 || o.id < held) {
			held = o.id
		}
	}
	if held == 0 && !f.hasContent() {
		f.say(0, Unknown)
		return nil
	}
	for _, k := range f.keys {
		o := b.owners[k]
		if held != 0 && o.id == f.id && f.id != 0 {
			// A key that is new, of a post that is held under another: an edit.
			if _, err := b.tx.ExecContext(ctx, `UPDATE post_keys SET post_id = $1 WHERE channel = $2 AND dedup_key = $3`, held, b.channel, k); err != nil {
				return err
			}
		}
		if o.id == 0 && f.hasContent() {
			owner, err := b.takeGone(ctx, k, cmp.Or(held, f.id))
			if err != nil {
				return err
			}
			if owner != f.id {
				held = owner
			}
			b.gone[owner] = o.gone
		}
	}
	if held != 0 {
		b.known[held] = append(b.known[held], f.arrivals...)
		return nil
	}
	b.fresh = append(b.fresh, f)
	return nil
}

// takeGone takes a key whose deletion came first, and gives whose it is then.
func (b *batch) takeGone(ctx context.Context, key string, id grievance.ID) (grievance.ID, error) {
	err := b.tx.QueryRowContext(ctx, `UPDATE post_keys SET post_id = $1 WHERE channel = $2 AND dedup_key = $3 AND post_id = 0 RETURNING post_id`, id, b.channel, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) { // another transaction was faster
		err = b.tx.QueryRowContext(ctx, `SELECT post_id FROM post_keys WHERE channel = $1 AND dedup_key = $2`, b.channel, key).Scan(&id)
	}
	return id, err
}

// insert writes the new posts.
func (b *batch) insert(ctx context.Context) error {
	var rows, sightings, versions [][]any
	var posts []*grievance.Post
	for _, f := range b.fresh {
		for _, a := range f.arrivals {
			if a.content() {
				posts = append(posts, a.post())
			}
		}
	}
	authors, err := b.tx.upsertAuthors(ctx, b.channel, posts, b.now)
	if err != nil {
		return err
	}
	for _, f := range b.fresh {
		texts := slices.DeleteFunc(slices.Clone(f.arrivals), func(a arrival) bool { return !a.content() })
		slices.SortStableFunc(texts, olderFirst)
		newest := texts[len(texts)-1]
		p := newest.post()
		facts, err := factsOf(p)
		if err != nil {
			return err
		}
		edited := time.Time{}
		if newest.What == whatEdited {
			edited = newest.happened(b.now)
		}
		rows = append(rows, []any{f.id, versionOf(p), p.Channel, p.ExternalID, p.DedupKey, p.ThreadID, p.ParentID, b.account, p.Form, p.Public, p.Direction, authors[authorKey(p)],
			p.Title, p.Text, p.FullText, p.Lang, ms(p.PostedAt), ms(b.now), p.URL, facts, p.Raw, grievance.SortNew, newest.Imported, ms(edited), ms(b.now), firstCheck(p, newest.Imported, b.now)})
		for _, a := range texts[:len(texts)-1] {
			if old := a.post(); old.DedupKey != p.DedupKey {
				versions = append(versions, []any{f.id, versionOf(old), old.Title, old.Text, old.FullText, old.Raw, ms(b.now)})
			}
		}
		sightings = append(sightings, []any{f.id, b.account, ms(b.now)})
		b.tx.countPost(b.now, b.account, grievance.SortNew, 1)
		f.say(f.id, Duplicate)
		*texts[0].result = PostResult{f.id, Stored}
		for _, a := range f.arrivals {
			if a.What == whatGone {
				b.gone[f.id], a.result.Result = a.happened(b.now), Gone
			}
		}
	}
	if err := b.tx.insertMany(ctx, "posts", `id, version, channel, external_id, dedup_key, thread_id, parent_id, account_id, form, public, direction, author_id,
		title, text, full_text, lang, posted_at, received_at, url, facts, raw, sorted, imported, edited_at, checked_at, check_at`, "", rows); err != nil {
		return err
	}
	if err := b.tx.insertMany(ctx, "post_versions", versionColumns, "ON CONFLICT DO NOTHING", versions); err != nil {
		return err
	}
	return b.tx.insertMany(ctx, "sightings", sightingColumns, "ON CONFLICT DO NOTHING", sightings)
}

const (
	versionColumns  = "post_id, version, title, text, full_text, raw, replaced_at"
	sightingColumns = "post_id, account_id, seen_at"
)

// versionOf numbers a text by the edits before it.
func versionOf(p *grievance.Post) int {
	n := 1
	for _, key := range p.Edits {
		if key != p.DedupKey {
			n++
		}
	}
	return n
}

func olderFirst(a, b arrival) int {
	later := func(a arrival) int {
		if a.What == whatEdited {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(versionOf(a.post()), versionOf(b.post())), cmp.Compare(later(a), later(b)), a.At.Compare(b.At))
}

// markGone notes what was deleted at its service.
func (b *batch) markGone(ctx context.Context) error {
	for _, id := range sortedKeys(b.gone, func(a, b grievance.ID) int { return cmp.Compare(a, b) }) {
		if _, err := b.tx.ExecContext(ctx, `UPDATE posts SET gone_at = $1 WHERE id = $2 AND gone_at = 0`, ms(b.gone[id]), id); err != nil {
			return err
		}
	}
	return nil
}

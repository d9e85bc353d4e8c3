package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// heldPost is what a batch must know of a post that is held.
type heldPost struct {
	id              grievance.ID
	version         int
	key             string
	title, fullText string
	editedAt        time.Time
	erased          bool
}

// meet brings items to the posts that are held: sightings, edits, deletions.
func (b *batch) meet(ctx context.Context) error {
	if len(b.known) == 0 {
		return nil
	}
	posts, err := b.held(ctx)
	if err != nil {
		return err
	}
	var sightings, older [][]any
	for _, p := range posts {
		arrivals := b.known[p.id]
		slices.SortStableFunc(arrivals, olderFirst)
		for _, a := range arrivals {
			*a.result = PostResult{p.id, Duplicate}
			switch {
			case p.erased:
				a.result.Result = Erased
				continue
			case a.What == whatGone:
				a.result.Result = Gone
				b.gone[p.id] = a.happened(b.now)
			case a.What == whatCounted:
			case p.isOlderThan(a, b.now):
				if err := b.edit(ctx, p, a); err != nil {
					return err
				}
				a.result.Result = Edited
			case a.post().DedupKey != p.key:
				o := a.post()
				older = append(older, []any{p.id, versionOf(o), o.Title, o.Text, o.FullText, o.Raw, ms(b.now)})
			}
			if a.content() {
				sightings = append(sightings, []any{p.id, b.account, ms(b.now)})
			}
		}
	}
	if err := b.tx.insertMany(ctx, "post_versions", versionColumns, "ON CONFLICT DO NOTHING", older); err != nil {
		return err
	}
	return b.tx.insertMany(ctx, "sightings", sightingColumns, "ON CONFLICT DO NOTHING", sightings)
}

// held reads the posts, by id, and holds them when one of them may change.
func (b *batch) held(ctx context.Context) ([]*heldPost, error) {
	lock := ""
	ids := make([]grievance.ID, 0, len(b.known))
	for id, arrivals := range b.known {
		ids = append(ids, id)
		if slices.ContainsFunc(arrivals, func(a arrival) bool { return a.What == whatEdited || len(a.post().Edits) > 0 }) {
			lock = b.tx.s.engine.forUpdate()
		}
	}
	slices.Sort(ids)
	w := &where{}
	inList(w, "id", ids)
	rows, err := b.tx.QueryContext(ctx, `SELECT id, version, dedup_key, title, full_text, edited_at, erased_at FROM posts WHERE `+w.String()+` ORDER BY id`+lock, w.args...)
	return collect(rows, err, func(r *sql.Rows) (*heldPost, error) {
		var p heldPost
		var edited, erased int64
		err := r.Scan(&p.id, &p.version, &p.key, &p.title, &p.fullText, &edited, &erased)
		p.editedAt, p.erased = at(edited), erased != 0
		return &p, err
	})
}

// isOlderThan says whether the item is a later text of the post. Where an edit has a key
// of its own (X), it names the keys before it; where it keeps the key, its time decides.
func (p *heldPost) isOlderThan(a arrival, now time.Time) bool {
	n := a.post()
	if n.DedupKey != p.key {
		return slices.Contains(n.Edits, p.key)
	}
	return a.What == whatEdited && a.happened(now).After(p.editedAt) && (n.FullText != p.fullText || n.Title != p.title)
}

// edit keeps the present text as a version and writes the new one.
func (b *batch) edit(ctx context.Context, p *heldPost, a arrival) error {
	n := a.post()
	facts, err := factsOf(n)
	if err != nil {
		return err
	}
	_, err = b.tx.ExecContext(ctx, `INSERT INTO post_versions (`+versionColumns+`) SELECT id, version, title, text, full_text, raw, $1 FROM posts WHERE id = $2 ON CONFLICT DO NOTHING`, ms(b.now), p.id)
	if err != nil {
		return err
	}
	p.version, p.key, p.title, p.fullText, p.editedAt = max(p.version+1, versionOf(n)), n.DedupKey, n.Title, n.FullText, a.happened(b.now)
	_, err = b.tx.ExecContext(ctx, `UPDATE posts SET version = $1, external_id = $2, dedup_key = $3, title = $4, text = $5, full_text = $6, facts = $7, raw = $8, edited_at = $9 WHERE id = $10`,
		p.version, n.ExternalID, n.DedupKey, n.Title, n.Text, n.FullText, facts, n.Raw, ms(p.editedAt), p.id)
	return err
}

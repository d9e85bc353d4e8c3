package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"nivaran/internal/grievance"
)

// postFacts is what no query filters on.
type postFacts struct {
	Media    []grievance.Media    `json:"media,omitempty"`
	Place    *grievance.Point     `json:"place,omitempty"`
	Mentions []string             `json:"mentions,omitempty"`
	Quotes   string               `json:"quotes,omitempty"`
	Retweet  bool                 `json:"retweet,omitempty"`
	Mail     *grievance.MailFacts `json:"mail,omitempty"`
}

func factsOf(p *grievance.Post) (string, error) {
	f := postFacts{Media: p.Media, Mentions: p.Mentions, Quotes: p.Quotes, Retweet: p.Retweet, Mail: p.Mail}
	if p.Place != (grievance.Point{}) {
		f.Place = &p.Place
	}
	b, err := json.Marshal(f)
	return string(b), err
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
	p.Author.ExternalID = externalOf(p.Author.ExternalID)
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
	posts, err := tx.postsAlone(ctx, w, order)
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
	rows, err := tx.QueryContext(ctx, `SELECT post_id, account_id FROM sightings WHERE `+s.String()+` ORDER BY post_id, account_id`, s.args...)
	seen, err := collect(rows, err, func(r *sql.Rows) (x sighting, err error) {
		err = r.Scan(&x.post, &x.account)
		return x, err
	})
	for _, x := range seen {
		byID[x.post].Accounts = append(byID[x.post].Accounts, x.account)
	}
	return posts, err
}

// postsAlone reads posts without the accounts that saw them.
func (tx *Tx) postsAlone(ctx context.Context, w *where, order string) ([]*grievance.StoredPost, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+postColumns+postTables+`WHERE `+w.String()+` `+order, w.args...)
	return collect(rows, err, func(r *sql.Rows) (*grievance.StoredPost, error) { return scanPost(r) })
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

// ofCase asks for what belongs to a case in the words of the partial indexes: SQLite takes
// them for nothing else, and would read the whole table.
func ofCase(alias string, c grievance.ID) *where {
	w := &where{}
	w.and(alias+".case_id = ? AND "+alias+".case_id <> 0", c)
	return w
}

// PostsOfCase reads the conversation of a case as it happened.
func (tx *Tx) PostsOfCase(ctx context.Context, c grievance.ID) ([]*grievance.StoredPost, error) {
	if posts, ok := tx.postsOfNew(c); ok {
		return posts, nil
	}
	return tx.postsWhere(ctx, ofCase("p", c), "ORDER BY p.posted_at, p.id")
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

package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// Print is by what a post finds others that say the same, and the flood it may belong to.
type Print struct {
	PostID, Author grievance.ID
	Marks          [3]int64
	Event          int64 // subject and place; 0: unknown
}

// AddPrint keeps the print of a post, at the end of the transaction; one that has it already
// keeps it.
func (tx *Tx) AddPrint(p Print) error {
	return tx.holdRow("post_prints", "post_id, author_id, m1, m2, m3, event", "ON CONFLICT DO NOTHING",
		p.PostID, p.Author, p.Marks[0], p.Marks[1], p.Marks[2], p.Event)
}

// dropPrints takes all away that finds the post by its words, and its place in floods.
func (tx *Tx) dropPrints(ctx context.Context, post grievance.ID) error {
	for _, query := range []string{
		`DELETE FROM post_prints WHERE post_id = $1`,
		`DELETE FROM cluster_posts WHERE post_id = $1`,
		`DELETE FROM told_apart WHERE post_id = $1 OR other_id = $1`,
	} {
		if _, err := tx.ExecContext(ctx, query, post); err != nil {
			return err
		}
	}
	return nil
}

// AlikePosts lists posts since the moment that share a mark with these, the newest of each
// mark first: at most limit a mark, however many share it.
func (tx *Tx) AlikePosts(ctx context.Context, marks [3]int64, since time.Time, limit int) ([]grievance.ID, error) {
	w := &where{}
	var parts []string
	for i, m := range marks {
		if m == 0 {
			continue
		}
		column := fmt.Sprintf("m%d", i+1)
		// The <> 0 lets the partial index serve, whatever the parameter is.
		parts = append(parts, `SELECT post_id FROM (SELECT post_id FROM post_prints WHERE `+column+` <> 0 AND `+column+` = `+w.arg(m)+` AND post_id >= `+w.arg(grievance.FirstID(since))+
			` ORDER BY post_id DESC LIMIT `+w.arg(limit)+`) AS `+column)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return tx.ids(ctx, strings.Join(parts, " UNION "), w.args...)
}

// CountAlike counts the author's posts since the moment that share the first mark, up to
// the limit.
func (tx *Tx) CountAlike(ctx context.Context, author grievance.ID, mark int64, since time.Time, limit int) (n int, err error) {
	return n, tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM post_prints WHERE m1 <> 0 AND m1 = $1 AND author_id = $2 AND post_id >= $3 LIMIT $4) AS alike`,
		mark, author, grievance.FirstID(since), limit).Scan(&n)
}

// TellApart remembers that two posts are not the same matter.
func (tx *Tx) TellApart(ctx context.Context, a, b, officer grievance.ID, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO told_apart (post_id, other_id, officer_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, min(a, b), max(a, b), officer, ms(now))
	return err
}

// ToldApart gives the posts that a person said are another matter than this one.
func (tx *Tx) ToldApart(ctx context.Context, post grievance.ID) (map[grievance.ID]bool, error) {
	ids, err := tx.ids(ctx, `SELECT other_id FROM told_apart WHERE post_id = $1 UNION SELECT post_id FROM told_apart WHERE other_id = $1`, post)
	apart := make(map[grievance.ID]bool, len(ids))
	for _, id := range ids {
		apart[id] = true
	}
	return apart, err
}

// expirePrints takes the prints of posts away that came before the moment.
func (tx *Tx) expirePrints(ctx context.Context, before time.Time, limit int) (int64, error) {
	r, err := tx.ExecContext(ctx, `DELETE FROM post_prints WHERE post_id IN (SELECT post_id FROM post_prints WHERE post_id < $1 ORDER BY post_id LIMIT $2)`, grievance.FirstID(before), limit)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// expireClusters takes floods away that ended before the moment, and what was said of pairs.
func (tx *Tx) expireClusters(ctx context.Context, before time.Time, limit int) (int64, error) {
	gone, err := tx.ids(ctx, `DELETE FROM clusters WHERE id IN (SELECT id FROM clusters WHERE last_at < $1 ORDER BY last_at, id LIMIT $2) RETURNING id`, ms(before), limit)
	if err != nil {
		return 0, err
	}
	if len(gone) > 0 {
		w := &where{}
		inList(w, "cluster_id", gone)
		if _, err := tx.ExecContext(ctx, `DELETE FROM cluster_posts WHERE `+w.String(), w.args...); err != nil {
			return 0, err
		}
	}
	r, err := tx.ExecContext(ctx, `DELETE FROM told_apart WHERE (post_id, other_id) IN (SELECT post_id, other_id FROM told_apart WHERE at < $1 LIMIT $2)`, ms(before), limit)
	if err != nil {
		return 0, err
	}
	apart, err := r.RowsAffected()
	return int64(len(gone)) + apart, err
}

// Shared is a mark that many posts share.
type Shared struct {
	Mark    int64
	Posts   int
	Authors int
}

// The kinds of floods.
const (
	Campaign = "campaign" // one text by many
	Event    = "event"    // one subject in one town or district
)

// markColumn is the column of the mark by which a kind of flood is found.
var markColumn = map[string]string{Campaign: "m1", Event: "event"}

// FreshMarks lists the marks of posts since the moment, the most frequent first.
func (tx *Tx) FreshMarks(ctx context.Context, kind string, since time.Time, limit int) ([]int64, error) {
	column := markColumn[kind]
	rows, err := tx.QueryContext(ctx, `SELECT `+column+` FROM post_prints WHERE post_id >= $1 AND `+column+` <> 0 GROUP BY `+column+` ORDER BY COUNT(*) DESC, `+column+` LIMIT $2`, grievance.FirstID(since), limit)
	return collect(rows, err, func(r *sql.Rows) (m int64, err error) { return m, r.Scan(&m) })
}

// SharedMarks counts the posts and authors of those marks since the moment that at least n
// posts by at least as many authors share.
func (tx *Tx) SharedMarks(ctx context.Context, kind string, marks []int64, since time.Time, n, authors int) ([]Shared, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	w, column := &where{}, markColumn[kind]
	w.and(column + " <> 0")
	inList(w, column, marks)
	w.and("post_id >= ?", grievance.FirstID(since))
	rows, err := tx.QueryContext(ctx, `SELECT `+column+`, COUNT(*), COUNT(DISTINCT author_id) FROM post_prints WHERE `+w.String()+
		` GROUP BY `+column+` HAVING COUNT(*) >= `+w.arg(n)+` AND COUNT(DISTINCT author_id) >= `+w.arg(authors)+` ORDER BY COUNT(*) DESC, `+column, w.args...)
	return collect(rows, err, func(r *sql.Rows) (s Shared, err error) { return s, r.Scan(&s.Mark, &s.Posts, &s.Authors) })
}

// CountMark counts posts of the mark between two moments, up to the limit.
func (tx *Tx) CountMark(ctx context.Context, kind string, mark int64, from, to time.Time, limit int) (n int, err error) {
	column := markColumn[kind]
	return n, tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM post_prints WHERE `+column+` <> 0 AND `+column+` = $1 AND post_id >= $2 AND post_id < $3 LIMIT $4) AS usual`,
		mark, grievance.FirstID(from), grievance.FirstID(to), limit).Scan(&n)
}

// MarkedPosts lists the posts of a mark since the moment, the newest first.
func (tx *Tx) MarkedPosts(ctx context.Context, kind string, mark int64, since time.Time, limit int) ([]grievance.ID, error) {
	column := markColumn[kind]
	return tx.ids(ctx, `SELECT post_id FROM post_prints WHERE `+column+` <> 0 AND `+column+` = $1 AND post_id >= $2 ORDER BY post_id DESC LIMIT $3`, mark, grievance.FirstID(since), limit)
}

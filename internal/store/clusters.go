package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// Cluster is a flood: many posts about one event, offered to a person as one.
type Cluster struct {
	ID         grievance.ID
	Kind       string // Campaign, Event
	Mark       int64
	SubjectID  int
	DistrictID int
	Place      string // the town, where it is one
	FirstAt    time.Time
	LastAt     time.Time
	State      string
	CaseID     grievance.ID // the main case once taken
	OfficerID  grievance.ID
	DecidedAt  time.Time
	// Posts and Authors are how many the viewer may see.
	Posts, Authors int
}

// The states of a cluster.
const (
	ClusterOffered   = "offered"
	ClusterTaken     = "taken"
	ClusterDismissed = "dismissed"
)

const clusterColumns = `c.id, c.kind, c.mark, c.subject_id, c.district_id, c.place, c.first_at, c.last_at, c.state, c.case_id, c.officer_id, c.decided_at`

func scanCluster(r interface{ Scan(...any) error }, more ...any) (c Cluster, err error) {
	var first, last, decided int64
	err = r.Scan(append([]any{&c.ID, &c.Kind, &c.Mark, &c.SubjectID, &c.DistrictID, &c.Place, &first, &last, &c.State, &c.CaseID, &c.OfficerID, &decided}, more...)...)
	c.FirstAt, c.LastAt, c.DecidedAt = at(first), at(last), at(decided)
	return c, err
}

// InsertCluster keeps a flood that was found.
func (tx *Tx) InsertCluster(ctx context.Context, c Cluster) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO clusters (id, kind, mark, subject_id, district_id, place, first_at, last_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Kind, c.Mark, c.SubjectID, c.DistrictID, c.Place, ms(c.FirstAt), ms(c.LastAt), c.State)
	return err
}

// ClusterOf finds the flood of the mark to which something came since the moment, whatever
// became of it; ErrNotFound when there is none.
func (tx *Tx) ClusterOf(ctx context.Context, kind string, mark int64, since time.Time) (Cluster, error) {
	c, err := scanCluster(tx.QueryRowContext(ctx, `SELECT `+clusterColumns+` FROM clusters c WHERE c.mark = $1 AND c.kind = $2 AND c.last_at >= $3 ORDER BY c.last_at DESC LIMIT 1`, mark, kind, ms(since)))
	if err == sql.ErrNoRows {
		err = grievance.ErrNotFound
	}
	return c, err
}

// AddToCluster adds posts to a flood; those that belong to it already stay. last is when the
// newest of them came.
func (tx *Tx) AddToCluster(ctx context.Context, id grievance.ID, posts []grievance.ID, last time.Time) error {
	rows := make([][]any, len(posts))
	for i, p := range posts {
		rows[i] = []any{id, p}
	}
	if err := tx.insertMany(ctx, "cluster_posts", "cluster_id, post_id", "ON CONFLICT DO NOTHING", rows); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE clusters SET last_at = $1 WHERE id = $2 AND last_at < $1`, ms(last), id)
	return err
}

// seenClusters asks for clusters with the posts in them that the scope's viewer may see; one
// of which the viewer sees nothing is not there.
func seenClusters(s grievance.Scope) (*where, string) {
	w := &where{}
	w.unlessPostHidden(s, "p")
	return w, `SELECT ` + clusterColumns + `, COUNT(*), COUNT(DISTINCT p.author_id) FROM clusters c JOIN cluster_posts m ON m.cluster_id = c.id JOIN posts p ON p.id = m.post_id WHERE `
}

func (tx *Tx) clusters(ctx context.Context, w *where, query, tail string) ([]Cluster, error) {
	rows, err := tx.QueryContext(ctx, query+w.String()+` GROUP BY `+clusterColumns+` `+tail, w.args...)
	return collect(rows, err, func(r *sql.Rows) (Cluster, error) {
		var posts, authors int
		c, err := scanCluster(r, &posts, &authors)
		c.Posts, c.Authors = posts, authors
		return c, err
	})
}

// Clusters lists the floods that wait for a word, or those that were decided: the latest
// first, from before the moment on.
func (tx *Tx) Clusters(ctx context.Context, s grievance.Scope, offered bool, before time.Time, limit int) ([]Cluster, error) {
	w, query := seenClusters(s)
	if offered {
		w.and("c.state = 'offered'")
	} else {
		w.and("c.state <> 'offered'")
	}
	if !before.IsZero() {
		w.and("c.last_at < ?", ms(before))
	}
	return tx.clusters(ctx, w, query, `ORDER BY c.last_at DESC, c.id DESC LIMIT `+w.arg(limit))
}

// Cluster reads one flood; ErrNotFound when the viewer sees none of its posts.
func (tx *Tx) Cluster(ctx context.Context, s grievance.Scope, id grievance.ID) (Cluster, error) {
	w, query := seenClusters(s)
	w.and("c.id = ?", id)
	all, err := tx.clusters(ctx, w, query, "")
	if err != nil || len(all) == 0 {
		return Cluster{}, orNone(err)
	}
	return all[0], nil
}

func orNone(err error) error {
	if err == nil {
		return grievance.ErrNotFound
	}
	return err
}

// ClustersOfPost lists the floods of the post that were not dismissed.
func (tx *Tx) ClustersOfPost(ctx context.Context, s grievance.Scope, post grievance.ID) ([]Cluster, error) {
	w, query := seenClusters(s)
	w.and("c.state <> 'dismissed' AND c.id IN (SELECT x.cluster_id FROM cluster_posts x WHERE x.post_id = ?)", post)
	return tx.clusters(ctx, w, query, `ORDER BY c.last_at DESC, c.id DESC LIMIT 3`)
}

// ClusterPosts lists posts of a flood that the viewer may see, the oldest first, after the
// one with the id.
func (tx *Tx) ClusterPosts(ctx context.Context, s grievance.Scope, id, after grievance.ID, limit int) ([]*grievance.StoredPost, error) {
	w := &where{}
	w.and("p.id IN (SELECT m.post_id FROM cluster_posts m WHERE m.cluster_id = ?)", id)
	w.and("p.id > ?", after)
	w.unlessPostHidden(s, "p")
	return tx.postsWhere(ctx, w, "ORDER BY p.id LIMIT "+w.arg(limit))
}

// InCluster gives those of the posts that belong to the flood.
func (tx *Tx) InCluster(ctx context.Context, id grievance.ID, posts []grievance.ID) ([]grievance.ID, error) {
	w := &where{}
	w.and("cluster_id = ?", id)
	inList(w, "post_id", posts)
	return tx.ids(ctx, `SELECT post_id FROM cluster_posts WHERE `+w.String(), w.args...)
}

// DecideCluster keeps what a person made of a flood.
func (tx *Tx) DecideCluster(ctx context.Context, c Cluster) error {
	r, err := tx.ExecContext(ctx, `UPDATE clusters SET state = $1, case_id = $2, officer_id = $3, decided_at = $4 WHERE id = $5`, c.State, c.CaseID, c.OfficerID, ms(c.DecidedAt), c.ID)
	return changedOne(r, err, grievance.ErrNotFound)
}

// Unclustered gives those of the posts that belong to no flood.
func (tx *Tx) Unclustered(ctx context.Context, posts []grievance.ID) ([]grievance.ID, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	w := &where{}
	inList(w, "post_id", posts)
	in, err := tx.ids(ctx, `SELECT post_id FROM cluster_posts WHERE `+w.String(), w.args...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(posts, func(p grievance.ID) bool { return slices.Contains(in, p) }), nil
}

package store

import (
	"context"
	"database/sql"

	"nivaran/internal/grievance"
)

// Exclusion is whom a case or post complains of: an officer, or an office with those below
// it. Whoever it is sees nothing of it.
type Exclusion struct {
	OfficerID grievance.ID
	OfficeID  int
}

// Exclude hides a case from whoever it complains of.
func (tx *Tx) Exclude(ctx context.Context, c grievance.ID, x Exclusion) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO case_exclusions (case_id, officer_id, office_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, c, x.OfficerID, x.OfficeID)
	return err
}

// Include takes an exclusion of a case back; ErrNotFound when there is none.
func (tx *Tx) Include(ctx context.Context, c grievance.ID, x Exclusion) error {
	r, err := tx.ExecContext(ctx, `DELETE FROM case_exclusions WHERE case_id = $1 AND officer_id = $2 AND office_id = $3`, c, x.OfficerID, x.OfficeID)
	return changedOne(r, err, grievance.ErrNotFound)
}

// Exclusions lists whom a case complains of.
func (tx *Tx) Exclusions(ctx context.Context, c grievance.ID) ([]Exclusion, error) {
	rows, err := tx.QueryContext(ctx, `SELECT officer_id, office_id FROM case_exclusions WHERE case_id = $1 ORDER BY office_id, officer_id`, c)
	return collect(rows, err, scanExclusion)
}

// ExcludePost hides a post from whoever it complains of, before there is a case.
func (tx *Tx) ExcludePost(ctx context.Context, post grievance.ID, x Exclusion) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO post_exclusions (post_id, officer_id, office_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, post, x.OfficerID, x.OfficeID)
	return err
}

// PostExclusions lists, by post, whom posts complain of by themselves.
func (tx *Tx) PostExclusions(ctx context.Context, posts ...grievance.ID) (map[grievance.ID][]Exclusion, error) {
	w := &where{}
	inList(w, "post_id", posts)
	rows, err := tx.QueryContext(ctx, `SELECT post_id, officer_id, office_id FROM post_exclusions WHERE `+w.String()+` ORDER BY office_id, officer_id`, w.args...)
	all := map[grievance.ID][]Exclusion{}
	_, err = collect(rows, err, func(r *sql.Rows) (x Exclusion, err error) {
		var post grievance.ID
		err = r.Scan(&post, &x.OfficerID, &x.OfficeID)
		all[post] = append(all[post], x)
		return x, err
	})
	return all, err
}

func scanExclusion(r *sql.Rows) (x Exclusion, err error) {
	return x, r.Scan(&x.OfficerID, &x.OfficeID)
}

// ExcludeFromCase hides a post from everybody from whom the case is hidden to which it may
// belong.
func (tx *Tx) ExcludeFromCase(ctx context.Context, post, c grievance.ID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO post_exclusions (post_id, officer_id, office_id) SELECT $1, officer_id, office_id FROM case_exclusions WHERE case_id = $2 ON CONFLICT DO NOTHING`, post, c)
	return err
}

// waitingBeside are the posts that wait in a conversation of the case.
const waitingBeside = `SELECT p.id FROM posts p WHERE p.case_id = 0 AND p.thread_id <> '' AND EXISTS
	(SELECT 1 FROM posts o WHERE o.case_id = $3 AND o.case_id <> 0 AND o.channel = p.channel AND o.thread_id = p.thread_id)
	AND p.thread_id IN (SELECT o.thread_id FROM posts o WHERE o.case_id = $3 AND o.case_id <> 0)`

// ExcludeBeside hides the posts that wait in the conversations of the case, too.
func (tx *Tx) ExcludeBeside(ctx context.Context, c grievance.ID, x Exclusion) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO post_exclusions (post_id, officer_id, office_id) SELECT w.id, CAST($1 AS BIGINT), CAST($2 AS INTEGER) FROM (`+waitingBeside+`) AS w WHERE TRUE ON CONFLICT DO NOTHING`, x.OfficerID, x.OfficeID, c)
	return err
}

// IncludeBeside takes back what ExcludeBeside did, and for the posts of the case itself.
func (tx *Tx) IncludeBeside(ctx context.Context, c grievance.ID, x Exclusion) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM post_exclusions WHERE officer_id = $1 AND office_id = $2 AND post_id IN (`+waitingBeside+` UNION SELECT o.id FROM posts o WHERE o.case_id = $3 AND o.case_id <> 0)`, x.OfficerID, x.OfficeID, c)
	return err
}

// Hidden says whether the case complains of the scope's viewer, whose jurisdiction does
// not matter here.
func (tx *Tx) Hidden(ctx context.Context, s grievance.Scope, c grievance.ID) (hidden bool, err error) {
	w := &where{}
	w.and("x.case_id = ?", c)
	w.parts = append(w.parts, w.complainsOf(s))
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM case_exclusions x WHERE `+w.String()+`)`, w.args...).Scan(&hidden)
	return hidden, err
}

// SeenPosts gives those of the posts that are not hidden from the scope's viewer.
func (tx *Tx) SeenPosts(ctx context.Context, s grievance.Scope, ids []grievance.ID) ([]grievance.ID, error) {
	w := &where{}
	inList(w, "p.id", ids)
	w.unlessPostHidden(s, "p")
	rows, err := tx.QueryContext(ctx, `SELECT p.id FROM posts p WHERE `+w.String(), w.args...)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// SeesAny says whether one of the cases lies within the scope.
func (tx *Tx) SeesAny(ctx context.Context, s grievance.Scope, cases []grievance.ID) (bool, error) {
	if len(cases) == 0 {
		return false, nil
	}
	n, err := tx.CountCases(ctx, s, CaseFilter{IDs: cases}, 1)
	return n > 0, err
}

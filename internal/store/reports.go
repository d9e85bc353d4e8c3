package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

const reportColumns = `id, case_id, version, round, author_id, written_at, text, done_at, done_by, place, state, reviewer_id, reviewed_at, reason`

func scanReport(r interface{ Scan(...any) error }) (*grievance.Report, error) {
	var p grievance.Report
	var t [3]int64
	err := r.Scan(&p.ID, &p.CaseID, &p.Version, &p.Round, &p.AuthorID, &t[0], &p.Text, &t[1], &p.DoneBy, &p.Place, &p.State, &p.ReviewerID, &t[2], &p.Reason)
	p.WrittenAt, p.DoneAt, p.ReviewedAt = at(t[0]), at(t[1]), at(t[2])
	return &p, err
}

// InsertReport adds the next version of a case's report, with its files.
func (tx *Tx) InsertReport(ctx context.Context, p *grievance.Report) error {
	if n := tx.cases[p.CaseID]; n != nil && !n.reported && len(p.Files) == 0 { // the first of a case opened in this transaction
		p.Version, n.reported = 1, true
		return tx.holdRow("reports", reportColumns, "", reportRow(p)...)
	}
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) + 1 FROM reports WHERE case_id = $1`, p.CaseID).Scan(&p.Version); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO reports (`+reportColumns+`) VALUES (`+marks(1, 14)+`)`, reportRow(p)...); err != nil {
		return err
	}
	return tx.Attach(ctx, "report", p.ID, p.CaseID, p.Files, p.WrittenAt)
}

func reportRow(p *grievance.Report) []any {
	return []any{p.ID, p.CaseID, p.Version, p.Round, p.AuthorID, ms(p.WrittenAt), p.Text, ms(p.DoneAt), p.DoneBy, p.Place, p.State, p.ReviewerID, ms(p.ReviewedAt), p.Reason}
}

// UpdateReport moves a report from a state; ErrConflict when it has left it: two
// reviewers at once decide once.
func (tx *Tx) UpdateReport(ctx context.Context, p *grievance.Report, from grievance.ReportState) error {
	r, err := tx.ExecContext(ctx, `UPDATE reports SET state = $1, reviewer_id = $2, reviewed_at = $3, reason = $4 WHERE id = $5 AND state = $6`, p.State, p.ReviewerID, ms(p.ReviewedAt), p.Reason, p.ID, from)
	return changedOne(r, err, grievance.ErrConflict)
}

// Reports lists the versions of a case's report with their files, oldest first.
func (tx *Tx) Reports(ctx context.Context, c grievance.ID) ([]*grievance.Report, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+reportColumns+` FROM reports WHERE case_id = $1 ORDER BY version`, c)
	all, err := collect(rows, err, func(r *sql.Rows) (*grievance.Report, error) { return scanReport(r) })
	if err != nil {
		return nil, err
	}
	files, err := tx.Files(ctx, "report", c)
	for _, p := range all {
		p.Files = files[p.ID]
	}
	return all, err
}

// AddFile notes that a file is kept.
func (tx *Tx) AddFile(ctx context.Context, f grievance.File, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO files (hash, type, size, stored_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO UPDATE SET delete_at = 0`, f.Hash, f.Type, f.Size, ms(now))
	return err
}

// Attach ties files to their owner (post, report, note or reply) and its case.
func (tx *Tx) Attach(ctx context.Context, owner string, id, c grievance.ID, files []grievance.File, now time.Time) error {
	for _, f := range files {
		if err := tx.AddFile(ctx, f, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO attachments (id, owner, owner_id, case_id, hash, name) VALUES ($1, $2, $3, $4, $5, $6)`, tx.NewID(now), owner, id, c, f.Hash, f.Name); err != nil {
			return err
		}
	}
	return nil
}

// Files lists the files of one kind of owner in a case, by owner.
func (tx *Tx) Files(ctx context.Context, owner string, c grievance.ID) (map[grievance.ID][]grievance.File, error) {
	type owned struct {
		id grievance.ID
		f  grievance.File
	}
	w := ofCase("t", c)
	w.and("t.owner = ?", owner)
	rows, err := tx.QueryContext(ctx, `SELECT t.owner_id, t.hash, t.name, f.type, f.size FROM attachments t JOIN files f ON f.hash = t.hash WHERE `+w.String()+` ORDER BY t.id`, w.args...)
	all, err := collect(rows, err, func(r *sql.Rows) (o owned, err error) {
		return o, r.Scan(&o.id, &o.f.Hash, &o.f.Name, &o.f.Type, &o.f.Size)
	})
	byOwner := map[grievance.ID][]grievance.File{}
	for _, o := range all {
		byOwner[o.id] = append(byOwner[o.id], o.f)
	}
	return byOwner, err
}

// FileOfCase finds a file that belongs to a case within the scope; ErrNotFound otherwise.
func (tx *Tx) FileOfCase(ctx context.Context, s grievance.Scope, c grievance.ID, hash string) (f grievance.File, err error) {
	w := &where{}
	w.and("t.case_id = ? AND t.hash = ?", c, hash)
	w.within(s, "c")
	err = tx.QueryRowContext(ctx, `SELECT t.hash, t.name, f.type, f.size FROM attachments t JOIN files f ON f.hash = t.hash JOIN cases c ON c.id = t.case_id WHERE `+w.String()+` ORDER BY t.id LIMIT 1`, w.args...).
		Scan(&f.Hash, &f.Name, &f.Type, &f.Size)
	return f, err
}

// FilesOfPost lists the files that are kept of a post, in a case or not.
func (tx *Tx) FilesOfPost(ctx context.Context, post grievance.ID) ([]grievance.File, error) {
	rows, err := tx.QueryContext(ctx, `SELECT t.hash, t.name, f.type, f.size FROM attachments t JOIN files f ON f.hash = t.hash WHERE t.owner = 'post' AND t.owner_id = $1 ORDER BY t.id`, post)
	return collect(rows, err, func(r *sql.Rows) (f grievance.File, err error) {
		return f, r.Scan(&f.Hash, &f.Name, &f.Type, &f.Size)
	})
}

// AttachToCase moves the files of a post to the case that the post joined.
func (tx *Tx) AttachToCase(ctx context.Context, post, c grievance.ID) error {
	if tx.attached == nil {
		tx.attached = map[grievance.ID]grievance.ID{}
	}
	tx.attached[post] = c
	return tx.hold("attachments", tx.writeAttached)
}

// FilesToDelete lists files that nothing refers to any more and whose time is over.
func (tx *Tx) FilesToDelete(ctx context.Context, now time.Time) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT hash FROM files WHERE delete_at <> 0 AND delete_at <= $1 AND NOT EXISTS (SELECT 1 FROM attachments t WHERE t.hash = files.hash)`, ms(now))
	return collect(rows, err, func(r *sql.Rows) (h string, err error) { return h, r.Scan(&h) })
}

// ForgetFile removes the record of a file that was deleted.
func (tx *Tx) ForgetFile(ctx context.Context, hash string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM files WHERE hash = $1`, hash)
	return err
}

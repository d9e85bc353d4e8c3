package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// AuditExport is an export of the record that an auditor has asked for.
type AuditExport struct {
	ID        grievance.ID
	OfficerID grievance.ID
	Days      Days
	AskedAt   time.Time
	DoneAt    time.Time // zero: it is still written
	Size      int64     // bytes of the file
	Entries   int64     // of histories in it
}

const exportColumns = `id, officer_id, from_day, to_day, asked_at, done_at, size, entries`

func scanExport(r *sql.Rows) (e AuditExport, err error) {
	var asked, done int64
	err = r.Scan(&e.ID, &e.OfficerID, &e.Days.From, &e.Days.To, &asked, &done, &e.Size, &e.Entries)
	e.AskedAt, e.DoneAt = at(asked), at(done)
	return e, err
}

// AddExport keeps what was asked for.
func (tx *Tx) AddExport(ctx context.Context, e AuditExport) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_exports (`+exportColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.OfficerID, e.Days.From, e.Days.To, ms(e.AskedAt), ms(e.DoneAt), e.Size, e.Entries)
	return err
}

// Exports lists the exports that are kept, the newest first.
func (tx *Tx) Exports(ctx context.Context) ([]AuditExport, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+exportColumns+` FROM audit_exports ORDER BY id DESC`)
	return collect(rows, err, scanExport)
}

// Export reads one export; ErrNotFound when it is not kept any more.
func (tx *Tx) Export(ctx context.Context, id grievance.ID) (AuditExport, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+exportColumns+` FROM audit_exports WHERE id = $1`, id)
	all, err := collect(rows, err, scanExport)
	if err == nil && len(all) == 0 {
		err = grievance.ErrNotFound
	}
	if err != nil {
		return AuditExport{}, err
	}
	return all[0], nil
}

// FinishExport says that the file is whole.
func (tx *Tx) FinishExport(ctx context.Context, e AuditExport) error {
	_, err := tx.ExecContext(ctx, `UPDATE audit_exports SET done_at = $1, size = $2, entries = $3 WHERE id = $4`, ms(e.DoneAt), e.Size, e.Entries, e.ID)
	return err
}

// ForgetExport drops an export whose file is gone.
func (tx *Tx) ForgetExport(ctx context.Context, id grievance.ID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM audit_exports WHERE id = $1`, id)
	return err
}

package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// TemplateView is a template with one of its versions.
type TemplateView struct {
	grievance.Template
	Version grievance.TemplateText
	UsedAt  time.Time // when the officer who asks last used it
}

const (
	templateColumns = `t.id, t.code, t.office_id, t.latest, t.usable, t.retired_at`
	wordingColumns  = `template_id, version, way, channel, department_id, subject_id, name_en, name_hi, text_en, text_hi, author_id, written_at, approver_id, approved_at`
)

func scanWording(r interface{ Scan(...any) error }, t *grievance.TemplateText, before ...any) error {
	var written, approved int64
	err := r.Scan(append(before, &t.TemplateID, &t.Version, &t.Way, &t.Channel, &t.DepartmentID, &t.SubjectID, &t.NameEN, &t.NameHI, &t.TextEN, &t.TextHI,
		&t.AuthorID, &written, &t.ApproverID, &approved)...)
	t.WrittenAt, t.ApprovedAt = at(written), at(approved)
	return err
}

// UsableTemplates lists what the office may use: shared ones as they were approved, its
// own as they were written last. officer is whose last use is told.
func (tx *Tx) UsableTemplates(ctx context.Context, office int, officer grievance.ID) ([]TemplateView, error) {
	w := &where{}
	user := w.arg(officer)
	w.and("t.retired_at = 0 AND t.usable > 0 AND (t.office_id = 0 OR t.office_id = ?)", office)
	return tx.templates(ctx, w, "t.usable", user)
}

// Templates lists the templates of an office and the shared ones with their newest words,
// retired ones too.
func (tx *Tx) Templates(ctx context.Context, office int) ([]TemplateView, error) {
	w := &where{}
	user := w.arg(0)
	w.and("(t.office_id = 0 OR t.office_id = ?)", office)
	return tx.templates(ctx, w, "t.latest", user)
}

func (tx *Tx) templates(ctx context.Context, w *where, version, user string) ([]TemplateView, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+templateColumns+`, COALESCE(u.used_at, 0), v.*
		FROM templates t JOIN (SELECT `+wordingColumns+` FROM template_texts) v ON v.template_id = t.id AND v.version = `+version+`
		LEFT JOIN template_uses u ON u.template_id = t.id AND u.officer_id = `+user+`
		WHERE `+w.String()+` ORDER BY t.office_id, v.name_en, t.id`, w.args...)
	return collect(rows, err, func(r *sql.Rows) (v TemplateView, err error) {
		var retired, used int64
		err = scanWording(r, &v.Version, &v.ID, &v.Code, &v.OfficeID, &v.Latest, &v.Usable, &retired, &used)
		v.RetiredAt, v.UsedAt = at(retired), at(used)
		return v, err
	})
}

// Template reads one template that the office may see, and holds it until the transaction
// ends; ErrNotFound for that of another office.
func (tx *Tx) Template(ctx context.Context, office int, id grievance.ID) (t grievance.Template, err error) {
	lock := ""
	if !tx.readOnly {
		lock = tx.s.engine.forUpdate()
	}
	var retired int64
	err = tx.QueryRowContext(ctx, `SELECT `+templateColumns+` FROM templates t WHERE t.id = $1 AND (t.office_id = 0 OR t.office_id = $2)`+lock, id, office).
		Scan(&t.ID, &t.Code, &t.OfficeID, &t.Latest, &t.Usable, &retired)
	t.RetiredAt = at(retired)
	return t, err
}

// TemplateTexts lists the versions of a template, the newest first.
func (tx *Tx) TemplateTexts(ctx context.Context, id grievance.ID) ([]grievance.TemplateText, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+wordingColumns+` FROM template_texts WHERE template_id = $1 ORDER BY version DESC`, id)
	return collect(rows, err, func(r *sql.Rows) (t grievance.TemplateText, err error) { return t, scanWording(r, &t) })
}

// SaveTemplate adds or changes a template, not its words.
func (tx *Tx) SaveTemplate(ctx context.Context, t grievance.Template) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO templates (id, code, office_id, latest, usable, retired_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET latest = excluded.latest, usable = excluded.usable, retired_at = excluded.retired_at`,
		t.ID, t.Code, t.OfficeID, t.Latest, t.Usable, ms(t.RetiredAt))
	return err
}

// SaveTemplateText adds a version, or its approval.
func (tx *Tx) SaveTemplateText(ctx context.Context, t grievance.TemplateText) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO template_texts (`+wordingColumns+`) VALUES (`+marks(1, 14)+`)
		ON CONFLICT (template_id, version) DO UPDATE SET approver_id = excluded.approver_id, approved_at = excluded.approved_at`,
		t.TemplateID, t.Version, t.Way, t.Channel, t.DepartmentID, t.SubjectID, t.NameEN, t.NameHI, t.TextEN, t.TextHI, t.AuthorID, ms(t.WrittenAt), t.ApproverID, ms(t.ApprovedAt))
	return err
}

// DeliverTemplate adds a template that comes with the program, unless it was added before:
// what the state has made of it since stays.
func (tx *Tx) DeliverTemplate(ctx context.Context, code string, t grievance.TemplateText, now time.Time) error {
	id := tx.NewID(now)
	r, err := tx.ExecContext(ctx, `INSERT INTO templates (id, code, office_id, latest, usable) VALUES ($1, $2, 0, 1, 1) ON CONFLICT (code) WHERE code <> '' DO NOTHING`, id, code)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return err
	}
	t.TemplateID, t.Version, t.WrittenAt, t.ApprovedAt = id, 1, now, now
	return tx.SaveTemplateText(ctx, t)
}

// UseTemplate notes that the officer used the template.
func (tx *Tx) UseTemplate(ctx context.Context, officer, id grievance.ID, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO template_uses (officer_id, template_id, used_at) VALUES ($1, $2, $3)
		ON CONFLICT (officer_id, template_id) DO UPDATE SET used_at = excluded.used_at`, officer, id, ms(now))
	return err
}

package store

import (
	"context"
	"crypto/rand"
	"database/sql"

	"nivaran/internal/grievance"
)

// Answers says that the office answers for a department, or one of its bodies, in a
// district or, where PlaceID is set, in a place below it.
type Answers struct{ DepartmentID, DistrictID, PlaceID, OfficeID int }

// Districts lists all districts by English name.
func (tx *Tx) Districts(ctx context.Context) ([]grievance.District, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, name_en, name_hi, since, from_id FROM districts ORDER BY name_en`)
	return collect(rows, err, func(r *sql.Rows) (d grievance.District, err error) {
		var since int64
		err = r.Scan(&d.ID, &d.NameEN, &d.NameHI, &since, &d.FromID)
		d.Since = at(since)
		return d, err
	})
}

// SaveDistricts adds or changes districts.
func (tx *Tx) SaveDistricts(ctx context.Context, all []grievance.District) error {
	tx.TouchOrganisation()
	rows := make([][]any, 0, len(all))
	for _, d := range all {
		rows = append(rows, []any{d.ID, d.NameEN, d.NameHI, ms(d.Since), d.FromID})
	}
	return tx.insertMany(ctx, "districts", "id, name_en, name_hi, since, from_id",
		`ON CONFLICT (id) DO UPDATE SET name_en = excluded.name_en, name_hi = excluded.name_hi, since = excluded.since, from_id = excluded.from_id`, rows)
}

// Places lists all places below the districts.
func (tx *Tx) Places(ctx context.Context) ([]grievance.Place, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, code, tier, name_en, name_hi, district_id FROM places ORDER BY id`)
	return collect(rows, err, func(r *sql.Rows) (p grievance.Place, err error) {
		err = r.Scan(&p.ID, &p.Code, &p.Tier, &p.NameEN, &p.NameHI, &p.DistrictID)
		return p, err
	})
}

// SavePlaces adds or changes places.
func (tx *Tx) SavePlaces(ctx context.Context, all []grievance.Place) error {
	tx.TouchOrganisation()
	rows := make([][]any, 0, len(all))
	for _, p := range all {
		rows = append(rows, []any{p.ID, p.Code, p.Tier, p.NameEN, p.NameHI, p.DistrictID})
	}
	return tx.insertMany(ctx, "places", "id, code, tier, name_en, name_hi, district_id",
		`ON CONFLICT (id) DO UPDATE SET code = excluded.code, tier = excluded.tier, name_en = excluded.name_en, name_hi = excluded.name_hi, district_id = excluded.district_id`, rows)
}

// Departments lists all departments by id.
func (tx *Tx) Departments(ctx context.Context) ([]grievance.Department, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, code, name_en, name_hi, parent_id, outside FROM departments ORDER BY id`)
	return collect(rows, err, func(r *sql.Rows) (d grievance.Department, err error) {
		err = r.Scan(&d.ID, &d.Code, &d.NameEN, &d.NameHI, &d.ParentID, &d.Outside)
		return d, err
	})
}

// SaveDepartments adds or changes departments.
func (tx *Tx) SaveDepartments(ctx context.Context, all []grievance.Department) error {
	tx.TouchOrganisation()
	rows := make([][]any, 0, len(all))
	for _, d := range all {
		rows = append(rows, []any{d.ID, d.Code, d.NameEN, d.NameHI, d.ParentID, d.Outside})
	}
	return tx.insertMany(ctx, "departments", "id, code, name_en, name_hi, parent_id, outside",
		`ON CONFLICT (id) DO UPDATE SET code = excluded.code, name_en = excluded.name_en, name_hi = excluded.name_hi, parent_id = excluded.parent_id, outside = excluded.outside`, rows)
}

// Subjects lists all subjects by id.
func (tx *Tx) Subjects(ctx context.Context) ([]grievance.Subject, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, code, department_id, body_id, category_en, category_hi, name_en, name_hi, kind_hint, urgency, limit_days, limit_source, sensitive FROM subjects ORDER BY id`)
	return collect(rows, err, func(r *sql.Rows) (s grievance.Subject, err error) {
		err = r.Scan(&s.ID, &s.Code, &s.DepartmentID, &s.BodyID, &s.CategoryEN, &s.CategoryHI, &s.NameEN, &s.NameHI, &s.KindHint, &s.Urgency, &s.LimitDays, &s.LimitSource, &s.Sensitive)
		return s, err
	})
}

// SaveSubjects adds or changes subjects.
func (tx *Tx) SaveSubjects(ctx context.Context, all []grievance.Subject) error {
	tx.TouchOrganisation()
	rows := make([][]any, 0, len(all))
	for _, s := range all {
		rows = append(rows, []any{s.ID, s.Code, s.DepartmentID, s.BodyID, s.CategoryEN, s.CategoryHI, s.NameEN, s.NameHI, s.KindHint, s.Urgency, s.LimitDays, s.LimitSource, s.Sensitive})
	}
	return tx.insertMany(ctx, "subjects", "id, code, department_id, body_id, category_en, category_hi, name_en, name_hi, kind_hint, urgency, limit_days, limit_source, sensitive",
		`ON CONFLICT (id) DO UPDATE SET code = excluded.code, department_id = excluded.department_id, body_id = excluded.body_id, category_en = excluded.category_en, category_hi = excluded.category_hi,
		 name_en = excluded.name_en, name_hi = excluded.name_hi, kind_hint = excluded.kind_hint, urgency = excluded.urgency, limit_days = excluded.limit_days, limit_source = excluded.limit_source, sensitive = excluded.sensitive`, rows)
}

// Offices lists all offices by id.
func (tx *Tx) Offices(ctx context.Context) ([]grievance.Office, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, code, name_en, name_hi, tier, parent_id, district_id, department_id, closed_at, successor_id FROM offices ORDER BY id`)
	return collect(rows, err, func(r *sql.Rows) (o grievance.Office, err error) {
		var closed int64
		err = r.Scan(&o.ID, &o.Code, &o.NameEN, &o.NameHI, &o.Tier, &o.ParentID, &o.DistrictID, &o.DepartmentID, &closed, &o.SuccessorID)
		o.ClosedAt = at(closed)
		return o, err
	})
}

// SaveOffices adds or changes offices.
func (tx *Tx) SaveOffices(ctx context.Context, all []grievance.Office) error {
	tx.TouchOrganisation()
	rows := make([][]any, 0, len(all))
	for _, o := range all {
		rows = append(rows, []any{o.ID, o.Code, o.NameEN, o.NameHI, o.Tier, o.ParentID, o.DistrictID, o.DepartmentID, ms(o.ClosedAt), o.SuccessorID})
	}
	return tx.insertMany(ctx, "offices", "id, code, name_en, name_hi, tier, parent_id, district_id, department_id, closed_at, successor_id",
		`ON CONFLICT (id) DO UPDATE SET code = excluded.code, name_en = excluded.name_en, name_hi = excluded.name_hi, tier = excluded.tier, parent_id = excluded.parent_id,
		 district_id = excluded.district_id, department_id = excluded.department_id, closed_at = excluded.closed_at, successor_id = excluded.successor_id`, rows)
}

// Matrix lists who answers for what: whole districts first, then places.
func (tx *Tx) Matrix(ctx context.Context) ([]Answers, error) {
	rows, err := tx.QueryContext(ctx, `SELECT department_id, district_id, 0, office_id FROM matrix
		UNION ALL SELECT m.department_id, p.district_id, m.place_id, m.office_id FROM matrix_places m JOIN places p ON p.id = m.place_id ORDER BY 3, 1, 2`)
	return collect(rows, err, func(r *sql.Rows) (a Answers, err error) {
		err = r.Scan(&a.DepartmentID, &a.DistrictID, &a.PlaceID, &a.OfficeID)
		return a, err
	})
}

// SaveMatrix adds or changes who answers for what.
func (tx *Tx) SaveMatrix(ctx context.Context, all []Answers) error {
	tx.TouchOrganisation()
	var districts, places [][]any
	for _, a := range all {
		if a.PlaceID != 0 {
			places = append(places, []any{a.DepartmentID, a.PlaceID, a.OfficeID})
			continue
		}
		districts = append(districts, []any{a.DepartmentID, a.DistrictID, a.OfficeID})
	}
	if err := tx.insertMany(ctx, "matrix", "department_id, district_id, office_id", `ON CONFLICT (department_id, district_id) DO UPDATE SET office_id = excluded.office_id`, districts); err != nil {
		return err
	}
	return tx.insertMany(ctx, "matrix_places", "department_id, place_id, office_id", `ON CONFLICT (department_id, place_id) DO UPDATE SET office_id = excluded.office_id`, places)
}

// DeleteAnswers takes away who answers: the ladder decides again.
func (tx *Tx) DeleteAnswers(ctx context.Context, a Answers) error {
	tx.TouchOrganisation()
	if a.PlaceID != 0 {
		_, err := tx.ExecContext(ctx, `DELETE FROM matrix_places WHERE department_id = $1 AND place_id = $2`, a.DepartmentID, a.PlaceID)
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM matrix WHERE department_id = $1 AND district_id = $2`, a.DepartmentID, a.DistrictID)
	return err
}

// MoveAnswers lets another office answer wherever one did.
func (tx *Tx) MoveAnswers(ctx context.Context, from, to int) error {
	tx.TouchOrganisation()
	for _, table := range []string{"matrix", "matrix_places"} {
		if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET office_id = $1 WHERE office_id = $2`, to, from); err != nil {
			return err
		}
	}
	return nil
}

// MoveAccounts gives the official accounts of an office to another.
func (tx *Tx) MoveAccounts(ctx context.Context, from, to int) error {
	_, err := tx.ExecContext(ctx, `UPDATE accounts SET office_id = $1 WHERE office_id = $2`, to, from)
	return err
}

// NextOffice, NextDepartment and NextSubject give a free number for a new row.
func (tx *Tx) NextOffice(ctx context.Context) (int, error) { return tx.nextNumber(ctx, "offices") }

// NextDepartment gives a free number for a new department.
func (tx *Tx) NextDepartment(ctx context.Context) (int, error) {
	return tx.nextNumber(ctx, "departments")
}

// NextSubject gives a free number for a new subject.
func (tx *Tx) NextSubject(ctx context.Context) (int, error) { return tx.nextNumber(ctx, "subjects") }

func (tx *Tx) nextNumber(ctx context.Context, table string) (n int, err error) {
	return n, tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) + 1 FROM `+table).Scan(&n)
}

// organisationKey is where the number of the organisation's present lists stands.
const organisationKey = "organisation"

// TouchOrganisation says that the lists of the organisation change in this transaction:
// every program instance reads them again. Whatever writes one of its tables calls it.
func (tx *Tx) TouchOrganisation() { tx.organisation = true }

func (tx *Tx) flushOrganisation(ctx context.Context) error {
	if !tx.organisation {
		return nil
	}
	tx.Tell(Change{Organisation: true})
	return tx.SetMeta(ctx, organisationKey, rand.Text())
}

// OrganisationVersion names the present lists of the organisation: it differs after every
// change; empty before the first.
func (tx *Tx) OrganisationVersion(ctx context.Context) (string, error) {
	return tx.Meta(ctx, organisationKey)
}

// Holidays lists the gazetted holidays: day as 2026-11-08 → name in English.
func (tx *Tx) Holidays(ctx context.Context) (map[string]string, error) {
	type holiday struct{ day, name string }
	rows, err := tx.QueryContext(ctx, `SELECT day, name_en FROM holidays`)
	all, err := collect(rows, err, func(r *sql.Rows) (h holiday, err error) {
		err = r.Scan(&h.day, &h.name)
		return h, err
	})
	byDay := make(map[string]string, len(all))
	for _, h := range all {
		byDay[h.day] = h.name
	}
	return byDay, err
}

// SaveHoliday adds or changes a holiday.
func (tx *Tx) SaveHoliday(ctx context.Context, day, nameEN, nameHI string) error {
	tx.TouchOrganisation()
	_, err := tx.ExecContext(ctx, `INSERT INTO holidays (day, name_en, name_hi) VALUES ($1, $2, $3) ON CONFLICT (day) DO UPDATE SET name_en = excluded.name_en, name_hi = excluded.name_hi`, day, nameEN, nameHI)
	return err
}

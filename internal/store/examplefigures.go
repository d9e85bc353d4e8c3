package store

import (
	"context"
	"database/sql"
	"fmt"

	"nivaran/internal/grievance"
)

// SortingPart is a part of a verdict on which engine and people can differ.
type SortingPart string

// The parts of a verdict.
const (
	KindPart       SortingPart = "kind"
	DepartmentPart SortingPart = "department"
	SubjectPart    SortingPart = "subject"
	DistrictPart   SortingPart = "district"
)

// SortingParts lists them in the order in which they are shown.
var SortingParts = []SortingPart{KindPart, DepartmentPart, SubjectPart, DistrictPart}

// columns are what people chose, what the engine had said and how sure it was; a district
// is empty where nothing was said, like the codes.
func (p SortingPart) columns() (chose, said, sure string) {
	switch p {
	case KindPart:
		return "kind", "said_kind", "kind_sure"
	case DepartmentPart:
		return "department", "said_department", "department_sure"
	case SubjectPart:
		return "subject", "said_subject", "subject_sure"
	}
	return "CASE WHEN district = 0 THEN '' ELSE CAST(district AS TEXT) END", "CASE WHEN said_district = 0 THEN '' ELSE CAST(said_district AS TEXT) END", "district_sure"
}

// SortingGroup is by what figures are told apart.
type SortingGroup string

// The groups.
const (
	ByClass    SortingGroup = "class"
	ByLanguage SortingGroup = "language"
	ByMonth    SortingGroup = "month"
	ByOfficer  SortingGroup = "officer"
)

// SortingTally is how often the engine's word and the people's were the same.
type SortingTally struct {
	Name  string // class, language, month (202611) or officer
	Posts int
	Right int
	Sure  float64 // the mean
}

// SortingTallies counts the latest words since a month where both said something, the largest
// groups first.
func (tx *Tx) SortingTallies(ctx context.Context, p SortingPart, by SortingGroup, from, limit int) ([]SortingTally, error) {
	chose, said, sure := p.columns()
	group := map[SortingGroup]string{ByClass: chose, ByLanguage: "language", ByMonth: "CAST(month AS TEXT)", ByOfficer: "CAST(officer_id AS TEXT)"}[by]
	if group == "" {
		return nil, fmt.Errorf("figures by %q: %w", by, grievance.ErrNotFound)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+group+`, COUNT(*), COUNT(*) FILTER (WHERE `+chose+` = `+said+`), SUM(`+sure+`)
		FROM examples WHERE newest AND month >= $1 AND said_kind <> '' AND `+chose+` <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $2`, from, limit)
	return collect(rows, err, func(r *sql.Rows) (t SortingTally, err error) {
		var sum float64
		err = r.Scan(&t.Name, &t.Posts, &t.Right, &sum)
		t.Sure = sum / 1000 / float64(max(t.Posts, 1))
		return t, err
	})
}

// Mistaken is how often the engine said one thing and people another.
type Mistaken struct {
	Said, Chose string // Said is empty where the engine said nothing
	Posts       int
}

// MostMistaken lists what was taken for something else most often since a month.
func (tx *Tx) MostMistaken(ctx context.Context, p SortingPart, from, limit int) ([]Mistaken, error) {
	chose, said, _ := p.columns()
	rows, err := tx.QueryContext(ctx, `SELECT `+said+`, `+chose+`, COUNT(*) FROM examples WHERE newest AND month >= $1 AND said_kind <> '' AND `+chose+` <> '' AND `+chose+` <> `+said+`
		GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $2`, from, limit)
	return collect(rows, err, func(r *sql.Rows) (m Mistaken, err error) { return m, r.Scan(&m.Said, &m.Chose, &m.Posts) })
}

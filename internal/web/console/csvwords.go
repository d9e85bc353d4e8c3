package console

import (
	"cmp"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// csvColumns are the words for the columns of the files.
var csvColumns = map[string]string{
	"additional": "org.field_additional", "body": "csv.column_body", "category_en": "csv.column_category_en", "category_hi": "csv.column_category_hi", "code": "org.field_code",
	"department": "common.department", "district": "org.field_district", "duty": "org.field_duty", "email": "org.field_email", "from": "org.field_from", "kind": "csv.column_kind",
	"lgd_code": "org.field_lgd", "limit_days": "csv.column_limit_days", "limit_source": "csv.column_limit_source", "line": "csv.line", "name_en": "org.field_name_en", "name_hi": "org.field_name_hi",
	"office": "org.field_office", "outside": "org.field_outside", "parent": "org.field_parent", "place": "org.field_place", "role": "org.field_role", "sensitive": "csv.column_sensitive",
	"since": "org.field_since", "tier": "org.field_tier", "title_en": "org.field_title_en", "title_hi": "org.field_title_hi", "to": "org.field_to", "urgency": "csv.column_urgency",
}

// csvWords says in words what stands in a file as codes.
type csvWords struct {
	c    *Console
	v    *web.Visit
	file office.File
}

func (w csvWords) column(name string) string {
	switch {
	case w.file == office.DistrictsFile && name == "from":
		return w.v.T("org.carved_from")
	case w.file == office.DepartmentsFile && name == "parent":
		return w.v.T("org.field_parent_department")
	}
	if key, ok := csvColumns[name]; ok {
		return w.v.T(key)
	}
	return name
}

// value is the name of what a code stands for; what is not known here stays as it was written.
func (w csvWords) value(column, code string) string {
	known := ""
	switch column {
	case "office":
		known = w.office(code)
	case "parent":
		if known = w.office(code); w.file == office.DepartmentsFile {
			known = w.department(code)
		}
	case "department", "body":
		known = w.department(code)
	case "district":
		d, _ := w.c.Office.District(w.c.Office.DistrictByName(code))
		known = d.Name(w.v.Lang())
	case "role":
		if r, ok := w.c.Office.Role(grievance.Role(code)); ok {
			known = w.c.roleName(w.v, r.Code)
		}
	case "tier":
		if slices.Contains(grievance.Tiers, grievance.Tier(code)) {
			known = w.v.T("tier." + code)
		}
	case "urgency":
		if slices.Contains([]grievance.Urgency{grievance.Ordinary, grievance.Urgent, grievance.Danger}, grievance.Urgency(code)) {
			known = w.v.T("urgency." + code)
		}
	case "duty", "additional", "outside", "sensitive":
		known = w.v.T(map[bool]string{true: "common.yes", false: "common.no"}[code == "yes"])
	case "from", "to", "since":
		if t, err := time.ParseInLocation(time.DateOnly, code, grievance.India); err == nil {
			known = w.v.Date(t)
		}
	}
	return cmp.Or(known, code, "–")
}

func (w csvWords) office(code string) string {
	o, _ := w.c.Office.Office(w.c.Office.OfficeByCode(code))
	return o.Name(w.v.Lang())
}

func (w csvWords) department(code string) string {
	d, _ := w.c.Office.Department(w.c.Office.DepartmentByCode(code))
	return d.Name(w.v.Lang())
}

// about names what a line is about, with the code or address by which the file knows it.
func (w csvWords) about(l office.Line) (name, note string) {
	if w.file == office.MatrixFile && l.Values != nil {
		name = w.value("department", l.Values["department"]) + " · " + w.value("district", l.Values["district"])
		if place := l.Values["place"]; place != "" {
			name += " · " + place
		}
		return name, ""
	}
	names := []string{l.Values["name_en"], l.Values["name_hi"]}
	if w.v.Lang() == "hi" {
		names[0], names[1] = names[1], names[0]
	}
	name = cmp.Or(names[0], names[1])
	if name == "" {
		return l.Name, ""
	}
	if w.file == office.OfficersFile {
		return name, l.Values["email"]
	}
	return name, l.Name
}

// added says what a new line brings besides the names that stand beside it.
func (w csvWords) added(l office.Line) (all []string) {
	for _, column := range w.file.Columns() {
		switch column {
		case "email", "code", "lgd_code", "name_en", "name_hi":
			continue
		case "duty", "additional", "outside", "sensitive":
			if l.Values[column] != "yes" {
				continue
			}
		}
		if value := l.Values[column]; value != "" {
			all = append(all, w.v.T("csv.problem", "Field", w.column(column), "Why", w.value(column, value)))
		}
	}
	return all
}

package office

import (
	"context"
	"slices"
	"strconv"

	"nivaran/internal/grievance"
)

func (d *Directory) departmentCode(id int) string {
	x, _ := d.Department(id)
	return x.Code
}

func (d *Directory) districtName(id int) string {
	x, _ := d.District(id)
	return x.NameEN
}

func (d *Directory) officeCode(id int) string {
	x, _ := d.Office(id)
	return x.Code
}

// reference finds what a cell names; an empty cell is 0.
func reference(field, text string, find func(string) int) (int, error) {
	if text == "" {
		return 0, nil
	}
	if id := find(text); id != 0 {
		return id, nil
	}
	return 0, &grievance.InvalidError{Field: field, Key: "error.csv_unknown", Args: map[string]any{"Value": grievance.Excerpt(text, 60)}}
}

// district finds a district by its name or its code.
func (d *Directory) district(text string) int {
	if id, err := strconv.Atoi(text); err == nil {
		if _, ok := d.District(id); ok {
			return id
		}
		return 0
	}
	return d.DistrictByName(text)
}

// stage is the directory as it will be once the file is taken.
func (t *taking) stage() *Directory { return New(t.staged) }

// put replaces the one with the same id, or adds it.
func put[T any](all []T, x T, same func(T) bool) []T {
	all = slices.Clone(all)
	if i := slices.IndexFunc(all, same); i >= 0 {
		all[i] = x
		return all
	}
	return append(all, x)
}

// numberer gives the id of a code: the known one, or the next that is free.
func numberer(next int, known func(string) int) func(code string) int {
	given := map[string]int{}
	return func(code string) int {
		if id := known(code); id != 0 {
			return id
		}
		if given[code] == 0 {
			given[code] = next
			next++
		}
		return given[code]
	}
}

// unbound refuses those who arrange a part of the state only.
func (t *taking) unbound() error {
	if !t.o.Directory.Manages(t.by, grievance.Office{}) {
		return grievance.ErrForbidden
	}
	return nil
}

func (d *Directory) departmentRecord(x grievance.Department) record {
	return record{"code": x.Code, "name_en": x.NameEN, "name_hi": x.NameHI, "parent": d.departmentCode(x.ParentID), "outside": yes(x.Outside)}
}

func (t *taking) departments(ctx context.Context, rows []numbered) error {
	if err := t.unbound(); err != nil {
		return err
	}
	d := t.o.Directory
	next, err := t.tx.NextDepartment(ctx)
	if err != nil {
		return err
	}
	ids := make([]int, len(rows))
	number := numberer(next, d.DepartmentByCode)
	for i, r := range rows { // first all codes: a parent may stand below
		ids[i] = number(r.record["code"])
		t.staged.Departments = put(t.staged.Departments, grievance.Department{ID: ids[i], Code: r.record["code"]}, func(x grievance.Department) bool { return x.ID == ids[i] })
	}
	found := make([]grievance.Department, len(rows))
	names := t.stage()
	for i, r := range rows {
		var was record
		if x, ok := d.Department(ids[i]); ok {
			was = d.departmentRecord(x)
		}
		l := t.compare(r, r.record["code"], was, DepartmentsFile.Columns())
		x := grievance.Department{ID: ids[i], Code: r.record["code"], NameEN: r.record["name_en"], NameHI: r.record["name_hi"]}
		x.ParentID, err = reference("parent", r.record["parent"], names.DepartmentByCode)
		if err == nil {
			x.Outside, err = parseYes("outside", r.record["outside"])
		}
		if err != nil && l.What != LineWrong {
			l = t.wrong(l, err)
		}
		found[i] = x
		t.staged.Departments = put(t.staged.Departments, x, func(o grievance.Department) bool { return o.ID == x.ID })
		t.lines = append(t.lines, l)
	}
	staged := t.stage()
	return finish(t, found, func(x grievance.Department) error { return staged.checkDepartment(x) },
		func(all []grievance.Department) error { return t.tx.SaveDepartments(ctx, all) })
}

func (d *Directory) districtRecord(x grievance.District) record {
	return record{"lgd_code": strconv.Itoa(x.ID), "name_en": x.NameEN, "name_hi": x.NameHI, "since": Day(x.Since), "from": d.districtName(x.FromID)}
}

func (t *taking) districts(ctx context.Context, rows []numbered) error {
	if err := t.unbound(); err != nil {
		return err
	}
	d := t.o.Directory
	found := make([]grievance.District, len(rows))
	for i, r := range rows {
		id, _ := strconv.Atoi(r.record["lgd_code"])
		found[i] = grievance.District{ID: id, NameEN: r.record["name_en"], NameHI: r.record["name_hi"]}
		t.staged.Districts = put(t.staged.Districts, found[i], func(x grievance.District) bool { return x.ID == id })
	}
	names := t.stage()
	for i, r := range rows {
		var was record
		old, known := d.District(found[i].ID)
		if known {
			was = d.districtRecord(old)
		}
		l := t.compare(r, r.record["lgd_code"], was, DistrictsFile.Columns())
		x := &found[i]
		x.NameHI = r.record["name_hi"]
		var err error
		x.FromID, err = reference("from", r.record["from"], names.district)
		if err == nil {
			x.Since, err = ParseDay("since", r.record["since"])
		}
		if err == nil && known && (x.FromID != old.FromID || Day(x.Since) != Day(old.Since)) {
			err = grievance.Invalid("since", "error.csv_split_fixed") // where old cases lay hangs on it
		}
		if err != nil && l.What != LineWrong {
			l = t.wrong(l, err)
		}
		if known {
			x.Since = old.Since
		}
		t.staged.Districts = put(t.staged.Districts, *x, func(o grievance.District) bool { return o.ID == x.ID })
		t.lines = append(t.lines, l)
	}
	staged := t.stage()
	return finish(t, found, func(x grievance.District) error { return staged.checkDistrict(x) },
		func(all []grievance.District) error { return t.tx.SaveDistricts(ctx, all) })
}

func (d *Directory) subjectRecord(x grievance.Subject) record {
	return record{"code": x.Code, "department": d.departmentCode(x.DepartmentID), "body": d.departmentCode(x.BodyID), "category_en": x.CategoryEN, "category_hi": x.CategoryHI,
		"name_en": x.NameEN, "name_hi": x.NameHI, "kind": x.KindHint, "urgency": string(x.Urgency), "limit_days": strconv.Itoa(x.LimitDays), "limit_source": x.LimitSource, "sensitive": yes(x.Sensitive)}
}

// subjectDefaults are those of a new subject where the file has no such column.
var subjectDefaults = record{"kind": string(grievance.Grievance), "urgency": string(grievance.Ordinary), "limit_days": "7", "limit_source": "default", "sensitive": "no"}

func (t *taking) subjects(ctx context.Context, rows []numbered) error {
	if err := t.unbound(); err != nil {
		return err
	}
	d := t.o.Directory
	next, err := t.tx.NextSubject(ctx)
	if err != nil {
		return err
	}
	number := numberer(next, d.SubjectByCode)
	var found []grievance.Subject
	for _, r := range rows {
		x := grievance.Subject{ID: number(r.record["code"]), Code: r.record["code"]}
		var was record
		if old, ok := d.Subject(x.ID); ok {
			was = d.subjectRecord(old)
		}
		l := t.compare(r, x.Code, was, SubjectsFile.Columns())
		if err := d.parseSubject(&x, r.record); err != nil && l.What != LineWrong {
			l = t.wrong(l, err)
		}
		found = append(found, x)
		t.lines = append(t.lines, l)
	}
	return finish(t, found, checkSubject, func(all []grievance.Subject) error { return t.tx.SaveSubjects(ctx, all) })
}

func (d *Directory) parseSubject(x *grievance.Subject, r record) (err error) {
	for c, v := range subjectDefaults {
		if r[c] == "" {
			r[c] = v
		}
	}
	x.CategoryEN, x.CategoryHI, x.NameEN, x.NameHI = r["category_en"], r["category_hi"], r["name_en"], r["name_hi"]
	x.KindHint, x.Urgency, x.LimitSource = r["kind"], grievance.Urgency(r["urgency"]), r["limit_source"]
	if x.DepartmentID, err = reference("department", r["department"], d.DepartmentByCode); err != nil {
		return err
	}
	if x.BodyID, err = reference("body", r["body"], d.DepartmentByCode); err != nil {
		return err
	}
	if x.LimitDays, err = strconv.Atoi(r["limit_days"]); err != nil || x.LimitDays < 1 || x.LimitDays > 365 {
		return grievance.Invalid("limit_days", "error.csv_days")
	}
	x.Sensitive, err = parseYes("sensitive", r["sensitive"])
	return err
}

func checkSubject(x grievance.Subject) error {
	switch {
	case !codes.MatchString(x.Code):
		return grievance.Invalid("code", "error.code")
	case x.NameEN == "":
		return grievance.Invalid("name_en", "error.name_required")
	case x.CategoryEN == "":
		return grievance.Invalid("category_en", "error.name_required")
	case x.DepartmentID == 0:
		return grievance.Invalid("department", "error.department_required")
	case !slices.Contains([]grievance.Kind{grievance.Grievance, grievance.Suggestion, grievance.Query, grievance.Praise}, grievance.Kind(x.KindHint)):
		return grievance.Invalid("kind", "error.choose")
	case !slices.Contains([]grievance.Urgency{grievance.Ordinary, grievance.Urgent, grievance.Danger}, x.Urgency):
		return grievance.Invalid("urgency", "error.choose")
	}
	return nil
}

func (d *Directory) officeRecord(x grievance.Office) record {
	return record{"code": x.Code, "name_en": x.NameEN, "name_hi": x.NameHI, "tier": string(x.Tier), "parent": d.officeCode(x.ParentID),
		"district": d.districtName(x.DistrictID), "department": d.departmentCode(x.DepartmentID)}
}

func (t *taking) offices(ctx context.Context, rows []numbered) error {
	d := t.o.Directory
	next, err := t.tx.NextOffice(ctx)
	if err != nil {
		return err
	}
	number := numberer(next, d.OfficeByCode)
	found := make([]grievance.Office, len(rows))
	byID := map[int]grievance.Office{}
	for _, x := range t.staged.Offices {
		byID[x.ID] = x
	}
	codes := map[string]int{}
	for i, r := range rows {
		found[i].ID = number(r.record["code"])
		codes[r.record["code"]] = found[i].ID
	}
	code := func(text string) int {
		if id := codes[text]; id != 0 {
			return id
		}
		return d.OfficeByCode(text)
	}
	for i, r := range rows {
		var was record
		old, known := d.Office(found[i].ID)
		if known {
			was = d.officeRecord(old)
		}
		l := t.compare(r, r.record["code"], was, OfficesFile.Columns())
		if err := d.parseOffice(&found[i], r.record, code); err != nil && l.What != LineWrong {
			l = t.wrong(l, err)
		}
		if known && !old.Open(t.now) && l.What != LineWrong {
			l = t.wrong(l, grievance.Invalid("code", "error.csv_office_closed"))
		}
		if !d.Manages(t.by, found[i]) || known && !d.Manages(t.by, old) {
			l = t.wrong(l, grievance.Invalid("code", "error.not_your_office"))
		}
		byID[found[i].ID] = found[i]
		t.lines = append(t.lines, l)
	}
	t.staged.Offices = t.staged.Offices[:0:0]
	for _, x := range byID {
		t.staged.Offices = append(t.staged.Offices, x)
	}
	slices.SortFunc(t.staged.Offices, func(a, b grievance.Office) int { return a.ID - b.ID })
	staged := t.stage()
	return finish(t, found, func(x grievance.Office) error { return staged.CheckOffice(x, t.now) },
		func(all []grievance.Office) error { return t.tx.SaveOffices(ctx, all) })
}

func (d *Directory) parseOffice(x *grievance.Office, r record, code func(string) int) (err error) {
	x.Code, x.NameEN, x.NameHI, x.Tier = r["code"], r["name_en"], r["name_hi"], grievance.Tier(r["tier"])
	if x.ParentID, err = reference("parent", r["parent"], code); err != nil {
		return err
	}
	if x.DistrictID, err = reference("district", r["district"], d.district); err != nil {
		return err
	}
	x.DepartmentID, err = reference("department", r["department"], d.DepartmentByCode)
	return err
}

func (d *Directory) matrixRecord(a Answers) record {
	p, _ := d.Place(a.PlaceID)
	return record{"department": d.departmentCode(a.DepartmentID), "district": d.districtName(a.DistrictID), "place": p.Code, "office": d.officeCode(a.OfficeID)}
}

func (t *taking) matrix(ctx context.Context, rows []numbered) error {
	d := t.o.Directory
	places := map[string]int{}
	for _, p := range d.Places() {
		places[p.Code] = p.ID
	}
	found := make([]Answers, len(rows))
	for i, r := range rows {
		a, err := d.parseAnswers(r.record, places)
		key := r.record["department"] + " · " + r.record["district"]
		if r.record["place"] != "" {
			key += " · " + r.record["place"]
		}
		var was record
		office := d.answers(a)
		if office != 0 {
			before := a
			before.OfficeID = office
			was = d.matrixRecord(before)
			r.record["district"] = was["district"] // named by its code, perhaps
		}
		l := t.compare(r, key, was, MatrixFile.Columns())
		if err != nil && l.What != LineWrong {
			l = t.wrong(l, err)
		}
		for _, id := range []int{office, a.OfficeID} {
			if x, ok := d.Office(id); ok && !d.Manages(t.by, x) {
				l = t.wrong(l, grievance.Invalid("office", "error.not_your_office"))
			}
		}
		found[i] = a
		t.lines = append(t.lines, l)
	}
	return finish(t, found, func(a Answers) error { return d.checkAnswers(&a, t.now) },
		func(all []Answers) error { return t.tx.SaveMatrix(ctx, all) })
}

func (d *Directory) parseAnswers(r record, places map[string]int) (a Answers, err error) {
	if a.DepartmentID, err = reference("department", r["department"], d.DepartmentByCode); err != nil {
		return a, err
	}
	if a.DistrictID, err = reference("district", r["district"], d.district); err != nil {
		return a, err
	}
	if a.PlaceID, err = reference("place", r["place"], func(c string) int { return places[c] }); err != nil {
		return a, err
	}
	if p, ok := d.Place(a.PlaceID); ok && p.DistrictID != a.DistrictID {
		return a, grievance.Invalid("place", "error.csv_place_elsewhere")
	}
	if a.OfficeID, err = reference("office", r["office"], d.OfficeByCode); err != nil {
		return a, err
	}
	if a.OfficeID == 0 {
		return a, grievance.Invalid("office", "error.choose")
	}
	return a, nil
}

// finish checks what the lines stand for against the lists as they will be, and writes
// what they add or change. A wrong line keeps the whole from being applied.
func finish[T any](t *taking, found []T, check func(T) error, save func([]T) error) error {
	var changed []T
	for i, x := range found {
		l := &t.lines[i]
		if l.What == LineWrong {
			continue
		}
		if err := check(x); err != nil {
			*l = t.wrong(*l, err)
			continue
		}
		if l.What != LineSame {
			changed = append(changed, x)
		}
	}
	return save(changed)
}

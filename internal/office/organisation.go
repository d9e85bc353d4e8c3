package office

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
	"nivaran/internal/store"
)

// Organisation changes the organisation: offices, districts, departments, who answers for
// what, officers, their charges and leave. Each method asks for the actor's permission,
// writes the office log, tells those concerned, and lets the directory know at once.
// What moves cases (closing an office, ending a charge, a transfer) is the desk's.
type Organisation struct {
	Store     *store.Store
	Directory *Directory
	Now       func() time.Time
}

// change runs do in one transaction and reads the lists again after it.
func (o *Organisation) change(ctx context.Context, by grievance.Actor, may grievance.Permission, do func(tx *store.Tx, now time.Time) error) error {
	if !by.May(may) {
		return grievance.ErrForbidden
	}
	if err := o.Directory.Refresh(ctx, o.Store); err != nil {
		return err
	}
	if err := o.Store.Tx(ctx, func(tx *store.Tx) error { return do(tx, o.Now()) }); err != nil {
		return err
	}
	return o.Directory.Refresh(ctx, o.Store)
}

// Manages says whether the office lies within what the actor may arrange: everything for
// whoever reaches the whole state or no case at all (an administrator), else the own
// district, department or office.
func (d *Directory) Manages(by grievance.Actor, o grievance.Office) bool {
	s := by.Scope
	bound := s.DistrictID != 0 || s.DepartmentID != 0 || len(s.Offices) > 0 || s.OfficerID != 0
	return s.All || !bound || o.ID == by.OfficeID || d.lies(o, s)
}

// lies says whether the cases of an office lie within the scope.
func (d *Directory) lies(o grievance.Office, s grievance.Scope) bool {
	switch {
	case s.DistrictID != 0:
		return o.DistrictID == s.DistrictID
	case s.DepartmentID != 0:
		return o.DepartmentID != 0 && d.TopDepartment(o.DepartmentID) == s.DepartmentID
	}
	for _, id := range s.Offices {
		if id == o.ID {
			return true
		}
	}
	return s.All
}

// AddOffice adds an office; its ID is chosen here.
func (o *Organisation) AddOffice(ctx context.Context, by grievance.Actor, office grievance.Office) (int, error) {
	err := o.change(ctx, by, grievance.MayManageOffices, func(tx *store.Tx, now time.Time) (err error) {
		if office.ID, err = tx.NextOffice(ctx); err != nil {
			return err
		}
		return o.saveOffice(ctx, tx, by, &office, "office.added", now)
	})
	if err != nil {
		return 0, fmt.Errorf("add office: %w", err)
	}
	return office.ID, nil
}

// ChangeOffice renames an office, moves it under another, or gives it another tier,
// district or department. Its cases, and where they were before, stay as they are.
func (o *Organisation) ChangeOffice(ctx context.Context, by grievance.Actor, office grievance.Office) error {
	err := o.change(ctx, by, grievance.MayManageOffices, func(tx *store.Tx, now time.Time) error {
		was, ok := o.Directory.Office(office.ID)
		if !ok {
			return grievance.ErrNotFound
		}
		if !was.Open(now) {
			return fmt.Errorf("%w: it is closed", grievance.ErrConflict)
		}
		if !o.Directory.Manages(by, was) {
			return grievance.ErrForbidden
		}
		office.ClosedAt, office.SuccessorID = was.ClosedAt, was.SuccessorID
		return o.saveOffice(ctx, tx, by, &office, "office.changed", now)
	})
	if err != nil {
		return fmt.Errorf("change office %d: %w", office.ID, err)
	}
	return nil
}

func (o *Organisation) saveOffice(ctx context.Context, tx *store.Tx, by grievance.Actor, office *grievance.Office, event string, now time.Time) error {
	trim(&office.Code, &office.NameEN, &office.NameHI)
	if err := o.Directory.CheckOffice(*office, now); err != nil {
		return err
	}
	if !o.Directory.Manages(by, *office) {
		return grievance.ErrForbidden
	}
	if err := tx.SaveOffices(ctx, []grievance.Office{*office}); err != nil {
		return err
	}
	data := map[string]any{"office": office.ID, "code": office.Code, "tier": office.Tier, "parent": office.ParentID, "district": office.DistrictID, "department": office.DepartmentID}
	if err := tx.RecordOffice(ctx, by, event, data, now); err != nil {
		return err
	}
	return tellOffice(ctx, tx, by, office.ID, "notice.office_changed", office.Code, now)
}

// tellOffice tells everybody who holds a charge in the office, but whoever did it.
func tellOffice(ctx context.Context, tx *store.Tx, by grievance.Actor, office int, kind, data string, now time.Time) error {
	held, err := tx.ChargesOf(ctx, office, now)
	if err != nil {
		return err
	}
	told := map[grievance.ID]bool{by.ID: true}
	for _, h := range held {
		if told[h.OfficerID] {
			continue
		}
		told[h.OfficerID] = true
		if err := tx.Notify(ctx, store.Notice{OfficerID: h.OfficerID, Kind: kind, Data: data, At: now}); err != nil {
			return err
		}
	}
	return nil
}

// codes are the short names of offices, departments and subjects.
var codes = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$`)

// CheckOffice says why an office cannot stand as it is: its code, its name, or its place
// in the tree.
func (d *Directory) CheckOffice(o grievance.Office, now time.Time) error {
	if !codes.MatchString(o.Code) {
		return grievance.Invalid("code", "error.code")
	}
	if other := d.OfficeByCode(o.Code); other != 0 && other != o.ID {
		return grievance.Invalid("code", "error.code_taken")
	}
	if o.NameEN == "" {
		return grievance.Invalid("name_en", "error.name_required")
	}
	if o.DistrictID != 0 {
		if _, ok := d.District(o.DistrictID); !ok {
			return grievance.Invalid("district", "error.choose")
		}
	}
	if o.DepartmentID != 0 {
		if x, ok := d.Department(o.DepartmentID); !ok || x.Outside {
			return grievance.Invalid("department", "error.choose")
		}
	}
	switch o.Tier {
	case grievance.Secretariat:
		if cell := d.StateCell(); cell != 0 && cell != o.ID {
			return grievance.Invalid("tier", "error.one_state_cell")
		}
		if o.ParentID != 0 {
			return grievance.Invalid("parent", "error.state_cell_top")
		}
		return nil
	case grievance.Headquarters:
		if o.DepartmentID == 0 {
			return grievance.Invalid("department", "error.department_required")
		}
	case grievance.Administration, grievance.Urban:
		if o.DistrictID == 0 {
			return grievance.Invalid("district", "error.district_required")
		}
	case grievance.FieldOffice:
		if o.DepartmentID == 0 {
			return grievance.Invalid("department", "error.department_required")
		}
	default:
		return grievance.Invalid("tier", "error.choose")
	}
	return d.checkParent(o, now)
}

// checkParent wants every office but the state cell below an open one, and no ring.
func (d *Directory) checkParent(o grievance.Office, now time.Time) error {
	if o.ParentID == 0 {
		return grievance.Invalid("parent", "error.parent_required")
	}
	for up, steps := o.ParentID, 0; up != 0; steps++ {
		x, ok := d.Office(up)
		if !ok || !x.Open(now) && up == o.ParentID {
			return grievance.Invalid("parent", "error.choose")
		}
		if up == o.ID && o.ID != 0 || steps > len(d.lists().offices) {
			return grievance.Invalid("parent", "error.parent_ring")
		}
		up = x.ParentID
	}
	return nil
}

func trim(all ...*string) {
	for _, s := range all {
		*s = strings.Join(strings.Fields(*s), " ")
	}
}

// Answer lets an office answer for a department (or body) in a district or place; office 0
// takes the row away, and the ladder decides.
func (o *Organisation) Answer(ctx context.Context, by grievance.Actor, a Answers) error {
	return o.change(ctx, by, grievance.MayManageOffices, func(tx *store.Tx, now time.Time) error {
		if err := o.Directory.checkAnswers(&a, now); err != nil {
			return err
		}
		was := o.Directory.answers(a)
		for _, id := range []int{was, a.OfficeID} {
			if x, ok := o.Directory.Office(id); ok && !o.Directory.Manages(by, x) {
				return grievance.ErrForbidden
			}
		}
		if was == a.OfficeID {
			return nil
		}
		return o.saveAnswer(ctx, tx, by, a, was, now)
	})
}

func (o *Organisation) saveAnswer(ctx context.Context, tx *store.Tx, by grievance.Actor, a Answers, was int, now time.Time) error {
	err := tx.RecordOffice(ctx, by, "matrix.changed", map[string]any{"department": a.DepartmentID, "district": a.DistrictID, "place": a.PlaceID, "from": was, "to": a.OfficeID}, now)
	if err != nil {
		return err
	}
	if a.OfficeID == 0 {
		err = tx.DeleteAnswers(ctx, a)
	} else {
		err = tx.SaveMatrix(ctx, []Answers{a})
	}
	if err != nil {
		return err
	}
	for _, id := range []int{was, a.OfficeID} {
		if x, ok := o.Directory.Office(id); ok {
			if err := tellOffice(ctx, tx, by, id, "notice.matrix_changed", x.Code, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// AnswersNow is the office that the row of the matrix names now; 0 when there is no such row.
func (d *Directory) AnswersNow(a Answers) int { return d.answers(a) }

// answers is the office that a row of the matrix names now; 0 when there is no such row.
func (d *Directory) answers(a Answers) int {
	if a.PlaceID != 0 {
		return d.lists().inPlaces[[2]int{a.DepartmentID, a.PlaceID}]
	}
	return d.lists().matrix[[2]int{a.DepartmentID, a.DistrictID}]
}

// checkAnswers refuses a row whose parts are not known; of a place it fills in the district.
func (d *Directory) checkAnswers(a *Answers, now time.Time) error {
	if x, ok := d.Department(a.DepartmentID); !ok || x.Outside {
		return grievance.Invalid("department", "error.choose")
	}
	if a.PlaceID != 0 {
		p, ok := d.Place(a.PlaceID)
		if !ok {
			return grievance.Invalid("place", "error.choose")
		}
		a.DistrictID = p.DistrictID
	}
	if _, ok := d.District(a.DistrictID); !ok {
		return grievance.Invalid("district", "error.choose")
	}
	if a.OfficeID == 0 {
		return nil
	}
	x, ok := d.Office(a.OfficeID)
	switch {
	case !ok || !x.Open(now):
		return grievance.Invalid("office", "error.choose")
	case x.Tier == grievance.Administration && x.DistrictID != a.DistrictID:
		return grievance.Invalid("office", "error.other_district")
	case x.Tier == grievance.Headquarters && x.DepartmentID != d.TopDepartment(a.DepartmentID):
		return grievance.Invalid("office", "error.other_department")
	}
	return nil
}

// EnsureStateCell gives the office in the Chief Minister's secretariat, the last of every
// ladder, and makes it where there is none: the first thing in an empty database.
func EnsureStateCell(ctx context.Context, tx *store.Tx) (grievance.Office, error) {
	all, err := tx.Offices(ctx)
	if err != nil {
		return grievance.Office{}, err
	}
	for _, o := range all {
		if o.Tier == grievance.Secretariat {
			return o, nil
		}
	}
	o := grievance.Office{Tier: grievance.Secretariat}
	for _, s := range seed.Offices() {
		if grievance.Tier(s.Tier) == grievance.Secretariat {
			o.Code, o.NameEN, o.NameHI = s.Code, s.NameEN, s.NameHI
		}
	}
	if o.Code == "" {
		return o, errors.New("the seed has no state cell")
	}
	if o.ID, err = tx.NextOffice(ctx); err != nil {
		return o, err
	}
	return o, tx.SaveOffices(ctx, []grievance.Office{o})
}

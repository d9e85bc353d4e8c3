package office

import (
	"context"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// FindingKind is what is wrong with the organisation.
type FindingKind string

// The kinds of findings, the loudest first.
const (
	NoStateCell FindingKind = "no_state_cell" // the last of every ladder is missing
	Gap         FindingKind = "gap"           // no open office answers for the department in the district
	NoOffice    FindingKind = "no_office"     // the department has subjects and no open office at all
	ClosedRow   FindingKind = "closed_row"    // a row of the matrix names a closed office
	Overlap     FindingKind = "overlap"       // two open offices of the department in the district, and no row decides
	Ring        FindingKind = "ring"          // the office stands below itself
	Orphan      FindingKind = "orphan"        // the office above is missing or closed
	Vacant      FindingKind = "vacant"        // nobody works in the office that answers
	Empty       FindingKind = "empty"         // nobody works in an office for which no row asks
)

// FindingKinds lists the kinds, the loudest first.
var FindingKinds = []FindingKind{NoStateCell, Gap, NoOffice, ClosedRow, Overlap, Ring, Orphan, Vacant, Empty}

// Finding is one fault of the organisation: where, and which office has the work meanwhile.
type Finding struct {
	Kind                              FindingKind
	DepartmentID, DistrictID, PlaceID int
	OfficeID                          int
	GoesTo                            int // who has the work meanwhile; 0: nobody
}

// Cell is what the matrix shows of a department in a district.
type Cell struct {
	State    CellState
	OfficeID int   // that answers for the department itself; 0: none
	Others   []int // offices of bodies and places in it
}

// CellState is how well a department is answered for in a district.
type CellState string

// The states of cells.
const (
	CellAnswered   CellState = "ok"
	CellHead       CellState = "head" // the headquarters answers: the department has no offices in districts
	CellSubstitute CellState = "sub"
	CellVacant     CellState = "vac"
	CellSplit      CellState = "two"
	CellOverlap    CellState = "over"
	CellGap        CellState = "gap"
)

// Survey is the whole organisation looked at at one moment.
type Survey struct {
	Departments []grievance.Department // topmost ones with subjects
	InDistricts map[int]bool           // which of them have offices in districts
	Districts   []grievance.District
	Cells       map[[2]int]Cell // department, district
	Findings    []Finding
}

// Check looks for gaps, overlaps, rows that name closed offices, offices without anybody,
// and faults of the tree.
func Check(ctx context.Context, s *store.Store, d *Directory, now time.Time) ([]Finding, error) {
	v, err := Look(ctx, s, d, now)
	return v.Findings, err
}

// Look makes the survey.
func Look(ctx context.Context, s *store.Store, d *Directory, now time.Time) (Survey, error) {
	var charges []store.Held
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		charges, err = tx.AllCharges(ctx, now)
		return err
	})
	if err != nil {
		return Survey{}, err
	}
	v := &surveying{d: d, l: d.lists(), now: now, held: map[int][]store.Held{}, asked: map[int]bool{}}
	for _, h := range charges {
		v.held[h.OfficeID] = append(v.held[h.OfficeID], h)
	}
	v.tree()
	v.rows()
	v.cells()
	v.empty()
	slices.SortStableFunc(v.Findings, func(a, b Finding) int {
		return slices.Index(FindingKinds, a.Kind) - slices.Index(FindingKinds, b.Kind)
	})
	return v.Survey, nil
}

// surveying is a survey in the making.
type surveying struct {
	Survey
	d     *Directory
	l     *lists
	now   time.Time
	held  map[int][]store.Held
	asked map[int]bool // offices that a row names
}

func (v *surveying) find(f Finding) { v.Findings = append(v.Findings, f) }

// goesTo is the office that really has the work of one.
func (v *surveying) goesTo(office int) int {
	a, err := v.d.AnsweringBy(func(o int) ([]store.Held, error) { return v.held[o], nil }, office, nil, v.now)
	if err != nil || len(a.Officers) == 0 {
		return 0
	}
	return a.OfficeID
}

// working says whether anybody works in the office, and whether only substitutes do.
func (v *surveying) working(office int) (anybody, substitutes bool) {
	substitutes = true
	for _, h := range v.held[office] {
		if h.Acting() != 0 && v.d.works(h.Role) {
			anybody = true
			substitutes = substitutes && h.Leave.ID != 0
		}
	}
	return anybody, anybody && substitutes
}

func (v *surveying) tree() {
	if v.l.stateCell == 0 || !v.l.openOffice(v.l.stateCell, v.now) {
		v.find(Finding{Kind: NoStateCell})
	}
	for _, o := range v.l.facts.Offices {
		if !o.Open(v.now) || o.ID == v.l.stateCell {
			continue
		}
		if up, ok := v.l.offices[o.ParentID]; !ok || !up.Open(v.now) {
			v.find(Finding{Kind: Orphan, OfficeID: o.ID, GoesTo: v.goesTo(o.ID)})
			continue
		}
		for up, steps := o.ParentID, 0; up != 0; up, steps = v.l.offices[up].ParentID, steps+1 {
			if up == o.ID || steps > len(v.l.offices) {
				v.find(Finding{Kind: Ring, OfficeID: o.ID, GoesTo: v.goesTo(o.ID)})
				break
			}
		}
	}
}

func (v *surveying) rows() {
	for _, a := range v.l.facts.Matrix {
		v.asked[a.OfficeID] = true
		if !v.l.openOffice(a.OfficeID, v.now) {
			v.find(Finding{Kind: ClosedRow, DepartmentID: a.DepartmentID, DistrictID: a.DistrictID, PlaceID: a.PlaceID, OfficeID: a.OfficeID, GoesTo: v.goesTo(v.l.instead(a.OfficeID, v.now))})
		}
	}
}

// cells fills the matrix: every topmost department with subjects, in every district.
func (v *surveying) cells() {
	v.Districts, v.Cells, v.InDistricts = v.l.facts.Districts, map[[2]int]Cell{}, map[int]bool{}
	subjects := map[int]bool{}
	for _, s := range v.l.facts.Subjects {
		subjects[v.l.topDepartment(s.DepartmentID)] = true
	}
	for _, dep := range v.l.facts.Departments {
		if dep.ParentID != 0 || dep.Outside || !subjects[dep.ID] {
			continue
		}
		v.Departments = append(v.Departments, dep)
		v.InDistricts[dep.ID] = v.hasDistricts(dep.ID)
		head := v.l.find(grievance.Headquarters, dep.ID, 0, v.now)
		if !v.InDistricts[dep.ID] && head == 0 {
			v.find(Finding{Kind: NoOffice, DepartmentID: dep.ID, GoesTo: v.goesTo(v.l.stateCell)})
		}
		for _, x := range v.l.facts.Districts {
			c := Cell{State: CellHead, OfficeID: head}
			if v.InDistricts[dep.ID] {
				c = v.cell(dep.ID, x.ID)
			} else if head == 0 {
				c.State = CellGap
			}
			v.Cells[[2]int{dep.ID, x.ID}] = c
		}
	}
}

// hasDistricts says whether a department works through offices in the districts.
func (v *surveying) hasDistricts(dep int) bool {
	for _, a := range v.l.facts.Matrix {
		if v.l.topDepartment(a.DepartmentID) == dep {
			return true
		}
	}
	return slices.ContainsFunc(v.l.facts.Offices, func(o grievance.Office) bool {
		return (o.Tier == grievance.FieldOffice || o.Tier == grievance.Urban) && v.l.topDepartment(o.DepartmentID) == dep
	})
}

// cell looks at a department in a district.
func (v *surveying) cell(dep, district int) Cell {
	c := Cell{State: CellAnswered}
	for _, a := range v.l.facts.Matrix {
		if a.DistrictID != district || v.l.topDepartment(a.DepartmentID) != dep || !v.l.openOffice(a.OfficeID, v.now) {
			continue
		}
		if a.DepartmentID == dep && a.PlaceID == 0 {
			c.OfficeID = a.OfficeID
		} else if !slices.Contains(c.Others, a.OfficeID) {
			c.Others = append(c.Others, a.OfficeID)
		}
	}
	c.Others = slices.DeleteFunc(c.Others, func(o int) bool { return o == c.OfficeID })
	if c.OfficeID == 0 {
		return v.unanswered(c, dep, district)
	}
	for _, o := range append([]int{c.OfficeID}, c.Others...) {
		anybody, substitutes := v.working(o)
		switch {
		case !anybody:
			c.State = CellVacant
			v.find(Finding{Kind: Vacant, DepartmentID: dep, DistrictID: district, OfficeID: o, GoesTo: v.goesTo(o)})
		case substitutes && c.State != CellVacant:
			c.State = CellSubstitute
		}
	}
	if c.State == CellAnswered && len(c.Others) > 0 {
		c.State = CellSplit
	}
	return c
}

// unanswered is a cell for which no row names an open office.
func (v *surveying) unanswered(c Cell, dep, district int) Cell {
	var there []int
	for _, o := range v.l.facts.Offices {
		if (o.Tier == grievance.FieldOffice || o.Tier == grievance.Urban) && o.Open(v.now) && o.DistrictID == district && v.l.topDepartment(o.DepartmentID) == dep {
			there = append(there, o.ID)
		}
	}
	f := Finding{Kind: Gap, DepartmentID: dep, DistrictID: district}
	c.State = CellGap
	if len(there) > 1 {
		f.Kind, f.OfficeID, c.State, c.Others = Overlap, there[0], CellOverlap, there
	}
	r := v.l.route(Question{DepartmentID: dep, DistrictID: district, At: v.now})
	f.GoesTo = v.goesTo(r.OfficeID)
	v.find(f)
	return c
}

// empty finds the open offices in which nobody works and for which no row asks.
func (v *surveying) empty() {
	for _, o := range v.l.facts.Offices {
		if !o.Open(v.now) || v.asked[o.ID] {
			continue
		}
		if anybody, _ := v.working(o.ID); !anybody {
			v.find(Finding{Kind: Empty, OfficeID: o.ID, DistrictID: o.DistrictID, DepartmentID: o.DepartmentID, GoesTo: v.goesTo(o.ID)})
		}
	}
}

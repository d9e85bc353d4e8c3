// Package office is the organisation: districts, departments, subjects, offices and who
// answers for what. A Directory holds the small lists in memory and routes; officers,
// charges and accounts are read from the store when they are needed.
package office

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Facts are the small lists of the organisation as the store holds them.
type Facts struct {
	Districts   []grievance.District
	Places      []grievance.Place
	Departments []grievance.Department
	Subjects    []grievance.Subject
	Offices     []grievance.Office
	Matrix      []Answers
	Holidays    map[string]string   // 2026-11-08 → name
	Roles       []grievance.RoleDef // the custom ones
	Version     string              // changes with every change of the lists
}

// Answers says that the office answers for the department (or body) in the district, or,
// where PlaceID is set, in that place of it.
type Answers = store.Answers

// Directory is the organisation, looked up by id and code. After a change of the lists
// Reload exchanges them for all who hold the directory.
type Directory struct{ now atomic.Pointer[lists] }

func (d *Directory) lists() *lists { return d.now.Load() }

// lists are the organisation at one moment; they do not change.
type lists struct {
	facts       Facts
	districts   map[int]grievance.District
	departments map[int]grievance.Department
	subjects    map[int]grievance.Subject
	offices     map[int]grievance.Office
	places      map[int]grievance.Place
	byPlace     map[string]grievance.Place // "town 248548"
	byCode      map[string]int             // "dept:power", "subj:power_cut", "office:HQ-power", "dist:hisar"
	matrix      map[[2]int]int             // department, district
	inPlaces    map[[2]int]int             // department, place
	roles       map[grievance.Role]grievance.RoleDef
	stateCell   int
	calendar    *grievance.Calendar
}

// New builds a directory from the lists.
func New(f Facts) *Directory {
	d := &Directory{}
	d.now.Store(index(f))
	return d
}

func index(f Facts) *lists {
	d := &lists{
		facts:       f,
		districts:   map[int]grievance.District{},
		departments: map[int]grievance.Department{},
		subjects:    map[int]grievance.Subject{},
		offices:     map[int]grievance.Office{},
		places:      map[int]grievance.Place{},
		byPlace:     map[string]grievance.Place{},
		byCode:      map[string]int{},
		matrix:      map[[2]int]int{},
		inPlaces:    map[[2]int]int{},
		roles:       map[grievance.Role]grievance.RoleDef{},
		calendar:    grievance.NewCalendar(grievance.StateBlocks, f.Holidays),
	}
	for _, x := range f.Districts {
		d.districts[x.ID] = x
		d.byCode["dist:"+strings.ToLower(x.NameEN)] = x.ID
	}
	for _, x := range f.Places {
		d.places[x.ID] = x
		d.byPlace[x.Tier+" "+x.Code] = x
	}
	for _, x := range f.Departments {
		d.departments[x.ID] = x
		d.byCode["dept:"+x.Code] = x.ID
	}
	for _, x := range f.Subjects {
		d.subjects[x.ID] = x
		d.byCode["subj:"+x.Code] = x.ID
	}
	for _, x := range f.Offices {
		d.offices[x.ID] = x
		d.byCode["office:"+x.Code] = x.ID
		if x.Tier == grievance.Secretariat && d.stateCell == 0 {
			d.stateCell = x.ID
		}
	}
	for _, x := range append(grievance.BuiltInRoles(), f.Roles...) {
		d.roles[x.Code] = x
	}
	for _, a := range f.Matrix {
		if a.PlaceID != 0 {
			d.inPlaces[[2]int{a.DepartmentID, a.PlaceID}] = a.OfficeID
			continue
		}
		d.matrix[[2]int{a.DepartmentID, a.DistrictID}] = a.OfficeID
	}
	return d
}

// Version changes with every change of the lists.
func (d *Directory) Version() string { return d.lists().facts.Version }

// Calendar is the state's working calendar.
func (d *Directory) Calendar() *grievance.Calendar { return d.lists().calendar }

// StateCell is the office in the Chief Minister's secretariat, the last of every ladder.
func (d *Directory) StateCell() int { return d.lists().stateCell }

// District, Department, Subject, Office and Place look up one by its id; false when there is none.
func (d *Directory) District(id int) (grievance.District, bool) {
	x, ok := d.lists().districts[id]
	return x, ok
}

// Department looks up a department by its id.
func (d *Directory) Department(id int) (grievance.Department, bool) {
	x, ok := d.lists().departments[id]
	return x, ok
}

// Subject looks up a subject by its id.
func (d *Directory) Subject(id int) (grievance.Subject, bool) {
	x, ok := d.lists().subjects[id]
	return x, ok
}

// Office looks up an office by its id.
func (d *Directory) Office(id int) (grievance.Office, bool) {
	x, ok := d.lists().offices[id]
	return x, ok
}

// Place looks up a place by its id.
func (d *Directory) Place(id int) (grievance.Place, bool) {
	x, ok := d.lists().places[id]
	return x, ok
}

// surePlace is the confidence from which a place that a post names is chosen for its case.
const surePlace = 0.5

// PlaceNamed is the place of a district that a post names: a town before a tehsil, for
// corporations and councils answer by town; 0 for none that is known here.
func (d *Directory) PlaceNamed(cues []grievance.PlaceCue, district int) int {
	best, town := 0, false
	var sure float64
	for _, c := range cues {
		x, ok := d.lists().byPlace[c.Tier+" "+c.Code]
		isTown := c.Tier == "town"
		if !ok || x.DistrictID != district || c.Confidence < surePlace || best != 0 && (town && !isTown || town == isTown && c.Confidence <= sure) {
			continue
		}
		best, town, sure = x.ID, isTown, c.Confidence
	}
	return best
}

// Districts lists the districts by English name.
func (d *Directory) Districts() []grievance.District { return slices.Clone(d.lists().facts.Districts) }

// Departments lists the departments, those of the state first.
func (d *Directory) Departments() []grievance.Department {
	return slices.Clone(d.lists().facts.Departments)
}

// Subjects lists all subjects.
func (d *Directory) Subjects() []grievance.Subject { return slices.Clone(d.lists().facts.Subjects) }

// Offices lists the offices that are open at the time.
func (d *Directory) Offices(at time.Time) []grievance.Office {
	var open []grievance.Office
	for _, o := range d.lists().facts.Offices {
		if o.Open(at) {
			open = append(open, o)
		}
	}
	return open
}

// AllOffices lists the offices, those that are closed too.
func (d *Directory) AllOffices() []grievance.Office { return slices.Clone(d.lists().facts.Offices) }

// Places lists the places below the districts.
func (d *Directory) Places() []grievance.Place { return slices.Clone(d.lists().facts.Places) }

// Matrix lists who answers for what.
func (d *Directory) Matrix() []Answers { return slices.Clone(d.lists().facts.Matrix) }

// SubjectByCode, DepartmentByCode, OfficeByCode and DistrictByName find an id; 0 when
// there is none.
func (d *Directory) SubjectByCode(code string) int { return d.lists().byCode["subj:"+code] }

// DepartmentByCode finds a department's id by its code.
func (d *Directory) DepartmentByCode(code string) int { return d.lists().byCode["dept:"+code] }

// OfficeByCode finds an office's id by its code.
func (d *Directory) OfficeByCode(code string) int { return d.lists().byCode["office:"+code] }

// DistrictByName finds a district's LGD code by its English name.
func (d *Directory) DistrictByName(name string) int {
	return d.lists().byCode["dist:"+strings.ToLower(strings.TrimSpace(name))]
}

// Roles lists every role that a charge may have, the built-in ones first.
func (d *Directory) Roles() []grievance.RoleDef {
	all := append(grievance.BuiltInRoles(), d.lists().facts.Roles...)
	return slices.DeleteFunc(all, func(r grievance.RoleDef) bool { return r.Retired })
}

// Role looks up a role by its code, a retired one too: past charges have its name.
func (d *Directory) Role(code grievance.Role) (grievance.RoleDef, bool) {
	x, ok := d.lists().roles[code]
	return x, ok
}

// Actor is the officer who holds the charge, and now also the held ones; false when its
// office or role is not known. Whatever charge is acted under, what complains of any of
// these offices is hidden.
func (d *Directory) Actor(c grievance.Charge, held ...grievance.Charge) (grievance.Actor, bool) {
	o, known := d.Office(c.OfficeID)
	r, ok := d.Role(c.Role)
	a := grievance.ActorAs(c, o, r)
	a.Scope.Joined = d.lists().joined(o, r)
	a.Scope.ViewerOffices = d.Viewer(c.OfficerID, append(held[:len(held):len(held)], c)).ViewerOffices
	return a, known && ok
}

// Viewer is a scope that reaches no case and says what is hidden from an officer who holds
// the charges: complaints of the officer, of an office of a charge, and of the offices
// above it, whose orders that office takes. The state cell stands above all and is never
// complained of as an office: somebody must be left to read.
func (d *Directory) Viewer(officer grievance.ID, held []grievance.Charge) grievance.Scope {
	l := d.lists()
	s := grievance.Scope{Viewer: officer}
	for _, c := range held {
		s.ViewerOffices = append(s.ViewerOffices, c.OfficeID)
		for _, up := range l.above(c.OfficeID) {
			if up != l.stateCell {
				s.ViewerOffices = append(s.ViewerOffices, up)
			}
		}
	}
	slices.Sort(s.ViewerOffices)
	s.ViewerOffices = slices.Compact(s.ViewerOffices)
	return s
}

// Under says whether the office is one of those complained of or stands below one: neither
// may have the case.
func (d *Directory) Under(office int, complainedOf []int) bool {
	return d.lists().under(office, complainedOf)
}

func (d *lists) under(office int, complainedOf []int) bool {
	if slices.Contains(complainedOf, office) {
		return true
	}
	return slices.ContainsFunc(d.above(office), func(up int) bool { return up != d.stateCell && slices.Contains(complainedOf, up) })
}

// vigilanceCode is the code of the department that examines corruption.
const vigilanceCode = "vigilance"

// Vigilance lists the open offices of the department that examines corruption, its
// headquarters first.
func (d *Directory) Vigilance(now time.Time) []grievance.Office {
	l := d.lists()
	all := slices.DeleteFunc(d.Offices(now), func(o grievance.Office) bool { return !l.vigilant(o) })
	slices.SortStableFunc(all, func(a, b grievance.Office) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

func rank(o grievance.Office) int {
	if o.Tier == grievance.Headquarters {
		return 0
	}
	return 1
}

func (d *lists) vigilant(o grievance.Office) bool {
	id := d.byCode["dept:"+vigilanceCode]
	return id != 0 && o.DepartmentID != 0 && d.topDepartment(o.DepartmentID) == id
}

// Corruption says that a subject, or a department, is that of corruption: such a case goes
// to vigilance too, and never without a person's decision.
func (d *Directory) Corruption(subject, department int) bool {
	l := d.lists()
	s, ok := l.subjects[subject]
	if ok {
		department = s.DepartmentID
	}
	id := l.byCode["dept:"+vigilanceCode]
	return ok && s.KindHint == "corruption" || id != 0 && department != 0 && l.topDepartment(department) == id
}

// joined are the offices whose single cases a charge reaches besides its jurisdiction.
func (d *lists) joined(o grievance.Office, r grievance.RoleDef) (offices []int) {
	if r.Reach != grievance.ReachOffice || !d.vigilant(o) {
		return nil
	}
	if o.Tier != grievance.Headquarters {
		return []int{o.ID}
	}
	for _, x := range d.facts.Offices {
		if d.vigilant(x) {
			offices = append(offices, x.ID)
		}
	}
	return offices
}

// TopDepartment is the department in which a body stands, or the department itself.
func (d *Directory) TopDepartment(id int) int { return d.lists().topDepartment(id) }

func (d *lists) topDepartment(id int) int {
	for range 8 {
		x, ok := d.departments[id]
		if !ok || x.ParentID == 0 {
			return id
		}
		id = x.ParentID
	}
	return id
}

// DistrictAt is the district that the place of a case lay in at the time: before a
// district was carved out of another, the other.
func (d *Directory) DistrictAt(id int, at time.Time) int { return d.lists().districtAt(id, at) }

func (d *lists) districtAt(id int, at time.Time) int {
	x, ok := d.districts[id]
	if ok && x.FromID != 0 && at.Before(x.Since) {
		return x.FromID
	}
	return id
}

// Tree lists all offices, each followed by those below it; what hangs on nothing comes last.
func (d *Directory) Tree() []grievance.Office {
	l := d.lists()
	below := map[int][]grievance.Office{}
	for _, o := range l.facts.Offices {
		below[o.ParentID] = append(below[o.ParentID], o)
	}
	tree := make([]grievance.Office, 0, len(l.facts.Offices))
	seen := map[int]bool{}
	var walk func(o grievance.Office)
	walk = func(o grievance.Office) {
		if seen[o.ID] {
			return
		}
		seen[o.ID] = true
		tree = append(tree, o)
		for _, x := range below[o.ID] {
			walk(x)
		}
	}
	for _, o := range below[0] {
		walk(o)
	}
	for _, o := range l.facts.Offices {
		walk(o)
	}
	return tree
}

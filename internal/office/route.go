package office

import (
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// Question asks for the office that is responsible. Zero ids mean unknown.
type Question struct {
	SubjectID    int
	DepartmentID int
	DistrictID   int
	PlaceID      int
	At           time.Time // when the post reached us: districts change
	Now          time.Time // when the office must be open; zero: At
	// Against is set when the post complains of an officer or office: the senior of the
	// office that would have it examines.
	Against bool
	// Excluded offices are complained of: neither they nor those below them get the case.
	Excluded []int
}

// Routed is the answer: never nowhere. Why names, as message keys, the steps of the
// ladder that led there.
type Routed struct {
	OfficeID     int
	DepartmentID int // topmost department, 0 when unknown
	DistrictID   int // as of Question.At
	Why          []string
}

// Route finds the responsible office: department × district × subject, then the ladder of
// DESIGN.md §3: district administration when the department is unknown, headquarters when
// the district is, the state cell when both are.
func (d *Directory) Route(q Question) Routed { return d.lists().route(q) }

func (d *lists) route(q Question) Routed {
	r := Routed{DistrictID: d.districtAt(q.DistrictID, q.At)}
	if q.Now.IsZero() {
		q.Now = q.At
	}
	asked := q.DepartmentID
	if s, ok := d.subjects[q.SubjectID]; ok {
		asked = s.DepartmentID
		if s.BodyID != 0 {
			asked = s.BodyID
		}
	}
	r.DepartmentID = d.topDepartment(asked)
	r.OfficeID, r.Why = d.ladder(asked, r.DepartmentID, r.DistrictID, q)
	for step := 0; q.Against && step == 0 || d.unfit(r.OfficeID, q); step++ {
		senior := d.seniorOpen(r.OfficeID, q.Now)
		if senior == r.OfficeID || step > len(d.offices) {
			r.OfficeID = d.stateCell
			break
		}
		r.OfficeID = senior
		r.Why = append(r.Why, "route.senior")
	}
	return r
}

// ladder walks down from the exact office to the state cell.
func (d *lists) ladder(body, department, district int, q Question) (int, []string) {
	if dep, ok := d.departments[department]; ok && dep.Outside {
		return d.stateCell, []string{"route.outside"}
	}
	for _, dep := range []int{body, department} {
		if id, ok := d.inPlaces[[2]int{dep, q.PlaceID}]; ok && dep != 0 && q.PlaceID != 0 && d.openOffice(id, q.Now) {
			return id, []string{"route.place"}
		}
	}
	for _, dep := range []int{body, department} {
		if id, ok := d.matrix[[2]int{dep, district}]; ok && dep != 0 && district != 0 && d.openOffice(id, q.Now) {
			return id, []string{"route.matrix"}
		}
	}
	if department != 0 && district == 0 {
		if id := d.find(grievance.Headquarters, department, 0, q.Now); id != 0 {
			return id, []string{"route.no_district"}
		}
	}
	if district != 0 {
		if id := d.find(grievance.Administration, 0, district, q.Now); id != 0 {
			if department == 0 {
				return id, []string{"route.no_department"}
			}
			return id, []string{"route.no_office"}
		}
	}
	if department != 0 {
		if id := d.find(grievance.Headquarters, department, 0, q.Now); id != 0 {
			return id, []string{"route.no_office"}
		}
	}
	return d.stateCell, []string{"route.state_cell"}
}

func (d *lists) unfit(office int, q Question) bool {
	return office != d.stateCell && d.under(office, q.Excluded)
}

// senior is the office above; the state cell has none and gives itself.
func (d *lists) senior(office int) int {
	if o, ok := d.offices[office]; ok && o.ParentID != 0 {
		return o.ParentID
	}
	return d.stateCell
}

// Above lists the offices above one, nearest first, ending at the state cell.
func (d *Directory) Above(office int) []int { return d.lists().above(office) }

func (d *lists) above(office int) []int {
	var above []int
	for range len(d.offices) {
		up := d.senior(office)
		if up == office {
			break
		}
		above = append(above, up)
		office = up
	}
	return above
}

// seniorOpen is the nearest office above that is open.
func (d *lists) seniorOpen(office int, at time.Time) int {
	for _, up := range d.above(office) {
		if d.openOffice(up, at) {
			return up
		}
	}
	return d.stateCell
}

// Ladder lists the open offices to which the work of an office, or one case of it, passes
// when nobody answers there: the administration of the district, the headquarters of the
// department, then those above it to the state cell. What does not reach the case is left out.
func (d *Directory) Ladder(office int, c *grievance.Case, at time.Time) []int {
	return d.lists().ladderOf(office, c, at)
}

func (d *lists) ladderOf(office int, c *grievance.Case, at time.Time) []int {
	var up []int
	add := func(id int) {
		if id != 0 && id != office && d.openOffice(id, at) && !slices.Contains(up, id) && (c == nil || d.offices[id].Reaches(c)) {
			up = append(up, id)
		}
	}
	district := d.offices[office].DistrictID
	if c != nil && district != 0 {
		district = c.DistrictID
	}
	if district != 0 {
		add(d.find(grievance.Administration, 0, district, at))
	}
	if c != nil && c.DepartmentID != 0 {
		add(d.find(grievance.Headquarters, c.DepartmentID, 0, at))
	}
	for _, id := range d.above(office) {
		add(id)
	}
	add(d.stateCell)
	return up
}

// Instead is the office that has the work of a closed one: its successor, else the level
// above. An open office has its own.
func (d *Directory) Instead(office int, at time.Time) int { return d.lists().instead(office, at) }

func (d *lists) instead(office int, at time.Time) int {
	for range len(d.offices) {
		if d.openOffice(office, at) {
			return office
		}
		next := d.offices[office].SuccessorID
		if next == 0 {
			break
		}
		office = next
	}
	if up := d.ladderOf(office, nil, at); len(up) > 0 {
		return up[0]
	}
	return d.stateCell
}

// Serves says whether the matrix lets the office answer in the district.
func (d *Directory) Serves(office, district int) bool {
	return slices.ContainsFunc(d.lists().facts.Matrix, func(a Answers) bool { return a.OfficeID == office && a.DistrictID == district })
}

func (d *lists) openOffice(id int, at time.Time) bool {
	o, ok := d.offices[id]
	return ok && o.Open(at)
}

func (d *lists) find(tier grievance.Tier, department, district int, at time.Time) int {
	for _, o := range d.facts.Offices {
		if o.Tier == tier && o.DepartmentID == department && o.DistrictID == district && d.openOffice(o.ID, at) {
			return o.ID
		}
	}
	return 0
}

package grievance

import "slices"

// ActorKind says who acts.
type ActorKind string

// Those who act on a case.
const (
	OfficerActor ActorKind = "officer"
	CitizenActor ActorKind = "citizen" // by a post of the own, a secret link or a code in the thread
	SystemActor  ActorKind = "system"  // intake, clocks, outbox
)

// Actor is who does something: always an argument, never hidden in a context.
type Actor struct {
	Kind     ActorKind
	ID       ID // officer or author; 0 for the system
	For      ID // the officer on leave for whom a substitute acts, or 0
	ChargeID ID
	Role     Role
	OfficeID int
	Grants   []Permission // of the role
	Via      string       // the route by which an officer came, for the read log
	Scope    Scope
}

// System acts for the program itself and sees everything.
var System = Actor{Kind: SystemActor, Scope: Scope{All: true}}

// Citizen acts for the author of a post.
func Citizen(author ID) Actor {
	return Actor{Kind: CitizenActor, ID: author, Scope: Scope{All: true}}
}

// Scope is the jurisdiction of an actor: one of its kinds decides which cases a query
// may touch, and what the viewer is excluded from is taken away. The zero scope sees nothing.
type Scope struct {
	All          bool  // the whole state
	DistrictID   int   // every case of the district
	DepartmentID int   // every case of the department
	Offices      []int // cases of these offices, at most 50
	OfficerID    ID    // cases assigned to this officer
	// Joined are offices that were let in to single cases (vigilance): these too, to read
	// and to note, wherever they lie.
	Joined []int
	// Viewer and ViewerOffices are taken out wherever a case complains of them: the officer,
	// and every office of a charge that the officer holds now, whatever charge is acted
	// under, with the offices above them, whose orders the officer takes.
	Viewer        ID
	ViewerOffices []int
	// Absent is the officer for whom the viewer acts: what complains of them is taken out too.
	Absent ID
}

// Unseen says whether anything is hidden from the viewer at all.
func (s Scope) Unseen() bool { return s.Viewer != 0 || len(s.ViewerOffices) > 0 }

// Unhidden is the same jurisdiction without regard to who is complained of.
func (s Scope) Unhidden() Scope {
	s.Viewer, s.ViewerOffices, s.Absent = 0, nil, 0
	return s
}

// Columns is the part of the jurisdiction that the columns of a case decide, and by which
// kept counters are read.
func (s Scope) Columns() Scope {
	s.Joined = nil
	return s.Unhidden()
}

// ScopeOf is the jurisdiction that a charge gives to its officer under the role.
func ScopeOf(c Charge, o Office, r RoleDef) Scope {
	s := Scope{Viewer: c.OfficerID, ViewerOffices: []int{o.ID}}
	if c.ActingID != 0 {
		s.Viewer, s.Absent = c.ActingID, c.OfficerID
	}
	switch r.Reach {
	case ReachState:
		s.All = true
	case ReachOffice:
		switch {
		case o.Tier == Secretariat:
			s.All = true
		case o.Tier == Administration:
			s.DistrictID = o.DistrictID
		case o.Tier == Headquarters:
			s.DepartmentID = o.DepartmentID
		default:
			s.Offices = []int{o.ID}
		}
	case ReachOwn:
		s.OfficerID = c.OfficerID
	}
	return s
}

// Holds says whether the case lies in the jurisdiction by its columns, exclusions and joined
// cases aside.
func (s Scope) Holds(c *Case) bool {
	switch {
	case s.All:
		return true
	case s.DistrictID != 0:
		return c.DistrictID == s.DistrictID
	case s.DepartmentID != 0:
		return c.DepartmentID == s.DepartmentID
	case len(s.Offices) > 0:
		return slices.Contains(s.Offices, c.OfficeID)
	}
	return s.OfficerID != 0 && c.OfficerID == s.OfficerID
}

// covers says whether every case of the other scope lies in this one, exclusions aside.
// What cannot be told from the columns alone (an office of the district) is not covered.
func (s Scope) covers(other Scope) bool {
	switch {
	case s.All, !other.All && other.DistrictID == 0 && other.DepartmentID == 0 && len(other.Offices) == 0 && other.OfficerID == 0:
		return true
	case other.All:
		return false
	case other.DistrictID != 0:
		return s.DistrictID == other.DistrictID
	case other.DepartmentID != 0:
		return s.DepartmentID == other.DepartmentID
	case len(other.Offices) > 0:
		return len(s.Offices) > 0 && !slices.ContainsFunc(other.Offices, func(o int) bool { return !slices.Contains(s.Offices, o) })
	}
	return s.OfficerID == other.OfficerID
}

// ActorAs is the officer who holds the charge in the office under the role, or the
// substitute who acts for them.
func ActorAs(c Charge, o Office, r RoleDef) Actor {
	a := Actor{Kind: OfficerActor, ID: c.OfficerID, ChargeID: c.ID, Role: c.Role, OfficeID: o.ID, Grants: r.Grants, Scope: ScopeOf(c, o, r)}
	if c.ActingID != 0 {
		a.ID, a.For = c.ActingID, c.OfficerID
	}
	return a
}

// Holder is the officer whose charge the actor acts under: cases that are taken up stay
// with the charge, not with a substitute.
func (a Actor) Holder() ID {
	if a.For != 0 {
		return a.For
	}
	return a.ID
}

// Is says whether the officer is the actor, or the one for whom the actor acts.
func (a Actor) Is(officer ID) bool { return officer != 0 && (officer == a.ID || officer == a.For) }

// ActorOf is ActorAs for a charge of a built-in role.
func ActorOf(c Charge, o Office) Actor { return ActorAs(c, o, builtIn[c.Role]) }

// May says whether the actor's role has the permission at all.
func (a Actor) May(p Permission) bool {
	return a.Kind == SystemActor || a.Kind == OfficerActor && slices.Contains(a.Grants, p)
}

// Can says whether the actor may do this to this very case. The case was loaded within
// the actor's scope; what is left are the rules that look at the case itself.
func (a Actor) Can(p Permission, c *Case) bool {
	if !a.May(p) {
		return false
	}
	if a.Kind == SystemActor {
		return true
	}
	if len(a.Scope.Joined) > 0 && !a.Scope.Holds(c) { // let in, not responsible
		return p == MayRead || p == MayNote
	}
	if p == MayAccept { // the named officer, or the nodal officer of a case that nobody has
		return c.OfficerID == a.Holder() || c.OfficerID == 0
	}
	return true
}

// InField says that the actor works on own cases and reports on them: such an officer has
// the pages for a phone.
func (a Actor) InField() bool { return a.Scope.OfficerID != 0 && a.May(MayReport) }

// Oversees says whether what belongs to the office, an official account for example, lies
// within the actor's reach: all for the whole state's roles and the administrator, the own
// jurisdiction for others.
func (a Actor) Oversees(o Office) bool {
	switch s := a.Scope; {
	case a.Kind == SystemActor, s.All, a.Role == Administrator:
		return true
	case s.DistrictID != 0:
		return o.DistrictID == s.DistrictID
	case s.DepartmentID != 0:
		return o.DepartmentID == s.DepartmentID
	}
	return o.ID == a.OfficeID
}

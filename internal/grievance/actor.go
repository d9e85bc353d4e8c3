package grievance

import "slices"

// Role is what an officer's charge is for.
type Role string

// The roles of this version.
const (
	Administrator   Role = "administrator"
	StateNodal      Role = "state_nodal"
	Clerk           Role = "clerk"
	DepartmentNodal Role = "department_nodal"
	DistrictNodal   Role = "district_nodal"
	FieldOfficer    Role = "field_officer"
	Auditor         Role = "auditor"
)

// Roles lists every role, the widest first.
var Roles = []Role{Administrator, StateNodal, Clerk, DepartmentNodal, DistrictNodal, FieldOfficer, Auditor}

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
	ChargeID ID
	Role     Role
	OfficeID int
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
	// Viewer and ViewerOffice are taken out wherever a case complains of them.
	Viewer       ID
	ViewerOffice int
}

// ScopeOf is the jurisdiction that a charge gives to its officer.
func ScopeOf(c Charge, o Office) Scope {
	s := Scope{Viewer: c.OfficerID, ViewerOffice: o.ID}
	switch c.Role {
	case StateNodal, Clerk, Auditor:
		s.All = true
	case DistrictNodal:
		s.DistrictID = o.DistrictID
	case DepartmentNodal:
		s.DepartmentID = o.DepartmentID
	case FieldOfficer:
		s.OfficerID = c.OfficerID
	}
	return s
}

// ActorOf is the officer who holds the charge in the office.
func ActorOf(c Charge, o Office) Actor {
	return Actor{Kind: OfficerActor, ID: c.OfficerID, ChargeID: c.ID, Role: c.Role, OfficeID: o.ID, Scope: ScopeOf(c, o)}
}

// Permission allows one act. The same word names route, method and history entry.
type Permission string

// The permissions of this version.
const (
	MayRead        Permission = "case.read"
	MayOpen        Permission = "case.open"
	MaySort        Permission = "post.sort"
	MayRoute       Permission = "case.route"
	MayAssign      Permission = "case.assign"
	MayAccept      Permission = "case.accept"
	MayForward     Permission = "case.forward"
	MayReturn      Permission = "case.return"
	MayAsk         Permission = "case.ask"
	MayNote        Permission = "case.note"
	MayReply       Permission = "case.reply"
	MayReport      Permission = "case.report"
	MayApprove     Permission = "case.approve"
	MayReject      Permission = "case.reject"
	MayReopen      Permission = "case.reopen"
	MayEscalate    Permission = "case.escalate"
	MayWithdraw    Permission = "case.withdraw"
	MayWatch       Permission = "case.watch"
	MayRefer       Permission = "case.refer"
	MayExclude     Permission = "case.exclude"
	MayErase       Permission = "case.erase"
	MayTell        Permission = "case.tell" // records how a citizen was told
	MaySeeFigures  Permission = "figures.read"
	MaySeeOffices  Permission = "offices.read"
	MaySeeChannels Permission = "channels.read"
	MayHold        Permission = "channels.hold" // stops and lets go what goes out
	MayRetryJobs   Permission = "jobs.retry"
)

var grants = map[Role][]Permission{
	Administrator: {MaySeeOffices, MaySeeChannels, MayHold, MayRetryJobs},
	StateNodal: {MayRead, MayOpen, MaySort, MayRoute, MayAssign, MayForward, MayAsk, MayNote, MayReply, MayReport,
		MayApprove, MayReject, MayReopen, MayEscalate, MayWithdraw, MayWatch, MayRefer, MayExclude, MayErase, MayTell,
		MaySeeFigures, MaySeeOffices, MaySeeChannels, MayHold},
	Clerk: {MayRead, MayOpen, MaySort, MayRoute, MayForward, MayAsk, MayNote, MayReply, MayReject, MayWithdraw, MayWatch,
		MayRefer, MayExclude, MayTell, MaySeeOffices, MaySeeChannels},
	DepartmentNodal: {MayRead, MayAssign, MayAccept, MayForward, MayReturn, MayAsk, MayNote, MayReply, MayReport, MayApprove,
		MayReject, MayReopen, MayEscalate, MayWithdraw, MayRefer, MayTell, MaySeeFigures, MaySeeOffices, MaySeeChannels},
	DistrictNodal: {MayRead, MayAssign, MayAccept, MayForward, MayReturn, MayAsk, MayNote, MayReply, MayReport, MayApprove,
		MayReject, MayReopen, MayEscalate, MayWithdraw, MayRefer, MayTell, MaySeeFigures, MaySeeOffices, MaySeeChannels},
	FieldOfficer: {MayRead, MayAccept, MayReturn, MayAsk, MayNote, MayReport, MaySeeOffices},
	Auditor:      {MayRead, MaySeeFigures, MaySeeOffices, MaySeeChannels},
}

// Grants lists what a role may do, in the order of the permissions.
func Grants(r Role) []Permission { return slices.Clone(grants[r]) }

// May says whether the actor's role has the permission at all.
func (a Actor) May(p Permission) bool {
	return a.Kind == SystemActor || a.Kind == OfficerActor && slices.Contains(grants[a.Role], p)
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
	switch p {
	case MayAccept:
		// the named officer, or the nodal officer of a case that nobody has
		return c.OfficerID == a.ID || c.OfficerID == 0
	case MayReport:
		return a.Role != FieldOfficer || c.OfficerID == a.ID
	}
	return true
}

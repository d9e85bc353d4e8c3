package grievance

import "slices"

// Role is what an officer's charge is for: the code of a RoleDef.
type Role string

// The built-in roles.
const (
	Administrator   Role = "administrator"
	StateNodal      Role = "state_nodal"
	Clerk           Role = "clerk"
	DepartmentNodal Role = "department_nodal"
	DistrictNodal   Role = "district_nodal"
	FieldOfficer    Role = "field_officer"
	Approver        Role = "approver"
	Auditor         Role = "auditor"
)

// Roles lists every built-in role, the widest first.
var Roles = []Role{Administrator, StateNodal, Clerk, DepartmentNodal, DistrictNodal, FieldOfficer, Approver, Auditor}

// Reach is which cases a role reaches from the office of its charge.
type Reach string

// The reaches of roles.
const (
	ReachNone   Reach = ""       // no case
	ReachOwn    Reach = "own"    // cases assigned to the officer
	ReachOffice Reach = "office" // the jurisdiction of the office: state, district, department, or its own cases
	ReachState  Reach = "state"  // every case
)

// Reaches lists the reaches, the narrowest first.
var Reaches = []Reach{ReachNone, ReachOwn, ReachOffice, ReachState}

// RoleDef is a role with what it allows and which cases it reaches.
type RoleDef struct {
	Code   Role
	NameEN string // of a custom role; built-in ones are named by the message key role.CODE
	NameHI string
	Reach  Reach
	Grants []Permission
	Custom bool
	// Version counts the changes of a custom role; Retired says that no charge takes it any
	// more.
	Version int
	Retired bool
}

// Name is a custom role's name in the language.
func (r RoleDef) Name(lang string) string { return pick(lang, r.NameEN, r.NameHI) }

// May says whether the role has the permission.
func (r RoleDef) May(p Permission) bool { return slices.Contains(r.Grants, p) }

// Answers says that whoever holds the role in an office acts for it on its cases, and so
// is told what happens to them: not who reaches own cases only, nor who only reads.
func (r RoleDef) Answers() bool {
	return (r.Reach == ReachOffice || r.Reach == ReachState) && r.May(MayRead) && slices.ContainsFunc(r.Grants, Permission.Writes)
}

// BuiltInRoles lists the roles that every deployment has, the widest first.
func BuiltInRoles() []RoleDef {
	all := make([]RoleDef, 0, len(Roles))
	for _, r := range Roles {
		all = append(all, builtIn[r])
	}
	return all
}

// Grants lists what a built-in role may do.
func Grants(r Role) []Permission { return slices.Clone(builtIn[r].Grants) }

// builtIn are the built-in roles by code; nothing changes them.
var builtIn = map[Role]RoleDef{
	Administrator: {Code: Administrator, Reach: ReachNone, Grants: []Permission{
		MaySeeOffices, MaySeeChannels, MayHold, MayRetryJobs, MayManageOffices, MayManageOfficers, MayManageRoles, MaySeeAs, MayConnect, MayRetain, MaySeeSorting, MayManageSorting}},
	StateNodal: {Code: StateNodal, Reach: ReachState, Grants: []Permission{
		MayRead, MayOpen, MaySort, MayRoute, MayAssign, MayForward, MayAsk, MayNote, MayReply, MayReport,
		MayApprove, MayReject, MayReopen, MayEscalate, MayWithdraw, MayWatch, MayRefer, MayExclude, MayErase, MayTell,
		MaySeeFigures, MaySeeOffices, MaySeeChannels, MayHold,
		MayApproveReply, MayManageOffices, MayManageOfficers, MayConnect, MayWriteTemplates, MayApproveTemplates, MayAnswerCitizens, MaySeeSorting, MayManageSorting}},
	Clerk: {Code: Clerk, Reach: ReachState, Grants: []Permission{
		MayRead, MayOpen, MaySort, MayRoute, MayForward, MayAsk, MayNote, MayReply, MayReject, MayWithdraw, MayWatch,
		MayRefer, MayExclude, MayTell, MaySeeOffices, MaySeeChannels, MayWriteTemplates}},
	DepartmentNodal: {Code: DepartmentNodal, Reach: ReachOffice, Grants: nodalGrants},
	DistrictNodal:   {Code: DistrictNodal, Reach: ReachOffice, Grants: nodalGrants},
	FieldOfficer: {Code: FieldOfficer, Reach: ReachOwn, Grants: []Permission{
		MayRead, MayAccept, MayReturn, MayAsk, MayNote, MayReport, MaySeeOffices}},
	Approver: {Code: Approver, Reach: ReachOffice, Grants: []Permission{
		MayRead, MayNote, MayApprove, MayApproveReply, MayApproveTemplates, MaySeeFigures, MaySeeOffices, MaySeeChannels}},
	Auditor: {Code: Auditor, Reach: ReachState, Grants: []Permission{
		MayRead, MaySeeFigures, MaySeeOffices, MaySeeChannels, MayAudit, MaySeeSorting}},
}

// nodalGrants are those of a nodal officer of a district or a department.
var nodalGrants = []Permission{
	MayRead, MayAssign, MayAccept, MayForward, MayReturn, MayAsk, MayNote, MayReply, MayReport, MayApprove,
	MayReject, MayReopen, MayEscalate, MayWithdraw, MayRefer, MayTell, MaySeeFigures, MaySeeOffices, MaySeeChannels,
	MayApproveReply, MayWriteTemplates}

// Lacks lists what the role allows and the actor may not do, and whether the role reaches
// more cases than the actor: nobody grants what they lack.
func (a Actor) Lacks(r RoleDef, s Scope) (missing []Permission, wider bool) {
	for _, p := range r.Grants {
		if !a.May(p) && !a.May(within[p]) {
			missing = append(missing, p)
		}
	}
	return missing, !a.Scope.covers(s)
}

// within names, for what only the office that works on a case does, the wider permission
// that holds it: whoever assigns may let accept, whoever forwards may let return.
var within = map[Permission]Permission{MayAccept: MayAssign, MayReturn: MayForward}

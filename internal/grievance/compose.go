package grievance

import (
	"slices"
	"strings"
)

// administering are what only those who run the program may do. They are often a
// vendor's people, so whoever may do one of these reads no case.
var administering = []Permission{MayManageRoles, MaySeeAs, MayRetryJobs, MayRetain}

// showing are the permissions that show what citizens wrote.
var showing = []Permission{MayRead, MayAudit, MayAnswerCitizens}

// sorting are the permissions of the sorting desk, where posts of the whole state lie.
var sorting = []Permission{MaySort, MayOpen, MayRoute}

// Check refuses a role that no charge may hold: the rules that hold for built-in and
// custom roles alike.
func (r RoleDef) Check() error {
	has := func(ps []Permission) bool { return slices.ContainsFunc(ps, r.May) }
	known := func(p Permission) bool { return slices.Contains(Permissions, p) }
	switch {
	case len(r.Grants) == 0:
		return Invalid("grants", "error.role_empty")
	case slices.ContainsFunc(r.Grants, func(p Permission) bool { return !known(p) }):
		return Invalid("grants", "error.not_a_choice")
	case !slices.Contains(Reaches, r.Reach):
		return Invalid("reach", "error.not_a_choice")
	case has(administering) && has(showing):
		return Invalid("grants", "error.role_administrator_reads")
	case r.May(MayAudit) && slices.ContainsFunc(r.Grants, Permission.Writes):
		return Invalid("grants", "error.role_auditor_writes")
	case !r.May(MayRead) && slices.ContainsFunc(r.Grants, Permission.ofCases):
		return Invalid("grants", "error.role_needs_read")
	case r.May(MayRead) && r.Reach == ReachNone:
		return Invalid("reach", "error.role_needs_reach")
	case !r.May(MayRead) && r.Reach != ReachNone:
		return Invalid("reach", "error.role_reach_unread")
	case has(sorting) && r.Reach != ReachState:
		return Invalid("reach", "error.role_sorts_state")
	}
	return nil
}

// ofCases says that the permission is for an act on a case or post, which nobody does
// without reading it.
func (p Permission) ofCases() bool {
	return strings.HasPrefix(string(p), "case.") || p == MaySort || p == MayApproveReply
}

// Adds lists what the role allows and the earlier one did not, and whether it reaches
// further than that one.
func (r RoleDef) Adds(earlier RoleDef) (more []Permission, further bool) {
	for _, p := range r.Grants {
		if !earlier.May(p) {
			more = append(more, p)
		}
	}
	return more, slices.Index(Reaches, r.Reach) > slices.Index(Reaches, earlier.Reach)
}

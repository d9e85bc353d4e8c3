package grievance

import (
	"errors"
	"slices"
	"testing"
)

func TestCheckRole(t *testing.T) {
	tests := []struct {
		name   string
		reach  Reach
		grants []Permission
		want   string // key of the refusal
	}{
		{"inspector", ReachOwn, []Permission{MayRead, MayReport, MayNote}, ""},
		{"help desk of the program", ReachNone, []Permission{MayRetryJobs, MaySeeChannels, MaySeeAs}, ""},
		{"second auditor", ReachState, []Permission{MayRead, MayAudit, MaySeeFigures, MaySeeOffices}, ""},
		{"nothing", ReachState, nil, "error.role_empty"},
		{"unheard of", ReachState, []Permission{MayRead, "case.burn"}, "error.not_a_choice"},
		{"reach unheard of", "galaxy", []Permission{MayRead}, "error.not_a_choice"},
		{"administrator who reads", ReachState, []Permission{MayRead, MayManageRoles}, "error.role_administrator_reads"},
		{"see as and read", ReachOwn, []Permission{MayRead, MaySeeAs}, "error.role_administrator_reads"},
		{"administrator of citizens' data", ReachNone, []Permission{MayAnswerCitizens, MayRetain}, "error.role_administrator_reads"},
		{"auditor who writes", ReachState, []Permission{MayRead, MayAudit, MayNote}, "error.role_auditor_writes"},
		{"writes unread", ReachState, []Permission{MayNote}, "error.role_needs_read"},
		{"approves unread", ReachNone, []Permission{MayApproveReply}, "error.role_needs_read"},
		{"reads nowhere", ReachNone, []Permission{MayRead}, "error.role_needs_reach"},
		{"reaches unread", ReachOffice, []Permission{MaySeeFigures}, "error.role_reach_unread"},
		{"sorts in one district", ReachOffice, []Permission{MayRead, MaySort}, "error.role_sorts_state"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := RoleDef{Reach: tt.reach, Grants: tt.grants}.Check()
			invalid, _ := errors.AsType[*InvalidError](err)
			if tt.want == "" && err != nil || tt.want != "" && (invalid == nil || invalid.Key != tt.want) {
				t.Errorf("Check = %v, want %q", err, tt.want)
			}
		})
	}
}

// The built-in roles keep the rules of custom ones: administrators read no case, the
// auditor writes nothing.
func TestBuiltInRolesKeepTheRules(t *testing.T) {
	for _, r := range BuiltInRoles() {
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", r.Code, err)
		}
	}
}

func TestRoleAnswersAndAdds(t *testing.T) {
	answering := map[Role]bool{StateNodal: true, Clerk: true, DepartmentNodal: true, DistrictNodal: true, Approver: true}
	for _, r := range BuiltInRoles() {
		if r.Answers() != answering[r.Code] {
			t.Errorf("%s answers for its office: %v", r.Code, r.Answers())
		}
	}
	narrow := RoleDef{Reach: ReachOwn, Grants: []Permission{MayRead, MayNote}}
	more, further := RoleDef{Reach: ReachState, Grants: []Permission{MayRead, MayReport}}.Adds(narrow)
	if !slices.Equal(more, []Permission{MayReport}) || !further {
		t.Errorf("adds %v, further %v", more, further)
	}
	if more, further := narrow.Adds(narrow); len(more) > 0 || further {
		t.Errorf("a role adds to itself %v, %v", more, further)
	}
}

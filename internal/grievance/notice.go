package grievance

import "slices"

// NoticeGroup gathers the notices about which an officer chooses together.
type NoticeGroup string

// The groups of notices.
const (
	CaseNotices     NoticeGroup = "cases"
	ApprovalNotices NoticeGroup = "approvals" // what waits for the officer's word, or came back
	AccountNotices  NoticeGroup = "accounts"  // official accounts, and the organisation around them
	OwnNotices      NoticeGroup = "own"       // the officer's own ID and charges
)

// NoticeGroups lists the groups in the order in which they are shown.
var NoticeGroups = []NoticeGroup{CaseNotices, ApprovalNotices, AccountNotices, OwnNotices}

// NoticeGroupOf is the group of a kind of notice. What is not about a case or an approval
// is told apart by the first word after "notice.".
func NoticeGroupOf(kind string, aboutCase bool) NoticeGroup {
	switch {
	case slices.Contains(approvalKinds, kind):
		return ApprovalNotices
	case slices.Contains(ownKinds, kind):
		return OwnNotices
	case aboutCase:
		return CaseNotices
	}
	return AccountNotices
}

// NoticeUrgent says whether a kind of notice goes out at once, whatever the officer chose
// but never.
func NoticeUrgent(kind string) bool {
	return slices.Contains(urgentKinds, kind) || slices.Contains(ownKinds, kind)
}

var (
	approvalKinds = []string{"notice.report_filed", "notice.sent_back"}
	ownKinds      = []string{"notice.provider_linked", "notice.provider_unlinked", "notice.charge_granted", "notice.charge_ended",
		"notice.invited", "notice.new_link", "notice.password_changed", "notice.factor_reset", "notice.suspension_lifted", "notice.session_ended",
		"notice.recovery_used", "notice.recovery_new", "notice.passkey_added", "notice.passkey_removed", "notice.passkey_copied"}
	urgentKinds = []string{"notice.danger", "notice.account_signin"}
)

// MailChoice is when notices of a group reach an officer by mail.
type MailChoice string

// The choices. The empty one is as usual for the group.
const (
	MailUsual  MailChoice = ""
	MailAtOnce MailChoice = "at_once"
	MailDaily  MailChoice = "daily"
	MailNever  MailChoice = "never"
)

// MailChoices are an officer's choices for each group.
type MailChoices struct{ Cases, Approvals, Accounts, Own MailChoice }

// Of is the choice for the group: cases and approvals come once a day, the rest at once,
// unless the officer chose otherwise.
func (m MailChoices) Of(g NoticeGroup) MailChoice {
	switch chosen := m.Chosen(g); {
	case chosen != MailUsual:
		return chosen
	case g == CaseNotices || g == ApprovalNotices:
		return MailDaily
	}
	return MailAtOnce
}

// Chosen is what the officer chose for the group, MailUsual for nothing.
func (m MailChoices) Chosen(g NoticeGroup) MailChoice { return *m.of(g) }

// Set chooses for a group.
func (m *MailChoices) Set(g NoticeGroup, c MailChoice) { *m.of(g) = c }

func (m *MailChoices) of(g NoticeGroup) *MailChoice {
	switch g {
	case CaseNotices:
		return &m.Cases
	case ApprovalNotices:
		return &m.Approvals
	case AccountNotices:
		return &m.Accounts
	}
	return &m.Own
}

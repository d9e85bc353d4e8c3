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

// NoticeGroupOf is the group of a kind of notice. One that no group names is about its
// case where it has one, else about accounts and offices.
func NoticeGroupOf(kind string, aboutCase bool) NoticeGroup {
	for _, g := range []NoticeGroup{CaseNotices, ApprovalNotices, OwnNotices} {
		if slices.Contains(noticeKinds[g], kind) {
			return g
		}
	}
	if aboutCase {
		return CaseNotices
	}
	return AccountNotices
}

// NoticeUrgent says whether a kind of notice goes out at once, whatever the officer chose
// but never: danger to life, an account that speaks or hears no more, changes of the
// officer's own ID.
func NoticeUrgent(kind string) bool {
	return slices.Contains(urgentKinds, kind) || slices.Contains(noticeKinds[OwnNotices], kind)
}

// NoticeWithLink says whether a mail of its own carries what this kind of notice is about.
func NoticeWithLink(kind string) bool { return kind == "notice.invited" || kind == "notice.new_link" }

// noticeKinds are the kinds that belong to a group whatever else they are about.
var noticeKinds = map[NoticeGroup][]string{
	CaseNotices: {"notice.handover", "notice.handover_open", "notice.office_passed", "notice.office_vacant", "notice.office_manned", "notice.substitute", "notice.substitute_over", "notice.cluster"},
	ApprovalNotices: {"notice.report_filed", "notice.sent_back", "notice.reply_waits", "notice.reply_sent_back",
		"notice.template_waits", "notice.template_approved"},
	OwnNotices: {"notice.suspended", "notice.suspension_lifted", "notice.unlocked", "notice.password_changed", "notice.factor_reset", "notice.recovery_new", "notice.recovery_used",
		"notice.session_ended", "notice.invited", "notice.new_link", "notice.provider_linked", "notice.provider_unlinked", "notice.officer_changed",
		"notice.passkey_added", "notice.passkey_removed", "notice.passkey_copied", "notice.charge_given", "notice.charge_changed", "notice.charge_over", "notice.role_changed", "notice.leave", "notice.leave_over"},
}

var urgentKinds = []string{"notice.danger", "notice.held", "notice.account_signin", "notice.account_sending", "notice.account_unpaid"}

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

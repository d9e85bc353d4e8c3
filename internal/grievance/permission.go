package grievance

// Permission allows one act. The same word names route, method and history entry, and
// the message key permission.WORD is the sentence that explains it.
type Permission string

// What can be allowed.
const (
	MayRead         Permission = "case.read"
	MayOpen         Permission = "case.open"
	MaySort         Permission = "post.sort"
	MayRoute        Permission = "case.route"
	MayAssign       Permission = "case.assign"
	MayAccept       Permission = "case.accept"
	MayForward      Permission = "case.forward"
	MayReturn       Permission = "case.return"
	MayAsk          Permission = "case.ask"
	MayNote         Permission = "case.note"
	MayReply        Permission = "case.reply"
	MayReport       Permission = "case.report"
	MayApprove      Permission = "case.approve"
	MayReject       Permission = "case.reject"
	MayReopen       Permission = "case.reopen"
	MayEscalate     Permission = "case.escalate"
	MayWithdraw     Permission = "case.withdraw"
	MayWatch        Permission = "case.watch"
	MayRefer        Permission = "case.refer"
	MayExclude      Permission = "case.exclude"
	MayErase        Permission = "case.erase"
	MayTell         Permission = "case.tell"       // records how a citizen was told
	MayApproveReply Permission = "replies.approve" // lets another officer's words go out
	MaySeeFigures   Permission = "figures.read"
	MaySeeOffices   Permission = "offices.read"
	MaySeeChannels  Permission = "channels.read"
	MayHold         Permission = "channels.hold" // stops and lets go what goes out
	MayRetryJobs    Permission = "jobs.retry"

	MayManageOffices    Permission = "offices.manage"    // offices, districts, who answers for what
	MayManageOfficers   Permission = "officers.manage"   // officers, their charges, leave, invitations, suspension
	MayManageRoles      Permission = "roles.manage"      // custom roles
	MaySeeAs            Permission = "officers.see_as"   // menus and reasons of another officer, no content
	MayConnect          Permission = "channels.connect"  // official accounts: connect, change, disconnect
	MayWriteTemplates   Permission = "templates.write"   // of the own office
	MayApproveTemplates Permission = "templates.approve" // shared ones
	MayAnswerCitizens   Permission = "citizens.manage"   // gives out or erases one citizen's data on demand
	MayRetain           Permission = "retention.manage"  // how long each table is kept
	MayAudit            Permission = "audit.read"        // history, read log and office log, and their export
	MaySeeSorting       Permission = "sorting.read"      // how sure and how often right the sorting is
	MayManageSorting    Permission = "sorting.manage"    // trains, lets models take over, and decides what goes alone
)

// Permissions lists every permission, those of cases first.
var Permissions = []Permission{
	MayRead, MayOpen, MaySort, MayRoute, MayAssign, MayAccept, MayForward, MayReturn, MayAsk, MayNote, MayReply, MayReport,
	MayApprove, MayReject, MayReopen, MayEscalate, MayWithdraw, MayWatch, MayRefer, MayExclude, MayErase, MayTell, MayApproveReply,
	MaySeeFigures, MaySeeOffices, MaySeeChannels, MayHold, MayRetryJobs, MayManageOffices, MayManageOfficers, MayManageRoles, MaySeeAs,
	MayConnect, MayWriteTemplates, MayApproveTemplates, MayAnswerCitizens, MayRetain, MayAudit, MaySeeSorting, MayManageSorting,
}

// Writes says that the permission lets its holder change something: all but those that
// only show.
func (p Permission) Writes() bool {
	switch p {
	case MayRead, MaySeeFigures, MaySeeOffices, MaySeeChannels, MayAudit, MaySeeSorting:
		return false
	}
	return true
}

package grievance

// RetentionRule says for how long something is kept: usually Usual days, and by the
// state's own choice at least Least and at most Most, which the law and the purpose leave
// open. Least and Most are alike where there is nothing to choose. Nothing of an open
// case, no history and no entry of the office log falls under a rule.
type RetentionRule struct {
	Name  string // message keys: retention.NAME, retention.NAME_why
	Usual int
	Least int
	Most  int
}

// Fixed says whether there is nothing to choose.
func (r RetentionRule) Fixed() bool { return r.Least == r.Most }

// The rules by name.
const (
	KeepClosedCases = "closed_cases"
	KeepKeptPosts   = "kept_posts"
	KeepArchives    = "archives"
	KeepRawBytes    = "raw_bytes"
	KeepBodies      = "unreadable_bodies"
	KeepSearches    = "searches"
	KeepNotices     = "notices"
	KeepMails       = "mails"
	KeepReadLog     = "read_log"
	KeepRequests    = "citizens_requests"
	KeepCopies      = "citizens_copies"
	KeepSignIns     = "sign_ins"
	KeepPrints      = "post_prints"
	KeepClusters    = "clusters"
)

// RetentionRules lists every rule in the order in which they are applied.
var RetentionRules = []RetentionRule{
	{Name: KeepClosedCases, Usual: 1095, Least: 365, Most: 3650},
	{Name: KeepKeptPosts, Usual: 90, Least: 30, Most: 365},
	{Name: KeepArchives, Usual: 365, Least: 30, Most: 3650},
	{Name: KeepRawBytes, Usual: 180, Least: 30, Most: 1095},
	{Name: KeepBodies, Usual: 30, Least: 7, Most: 180},
	{Name: KeepNotices, Usual: 180, Least: 30, Most: 1095},
	{Name: KeepMails, Usual: 30, Least: 7, Most: 365},
	{Name: KeepReadLog, Usual: 1095, Least: 365, Most: 3650},
	{Name: KeepRequests, Usual: 1825, Least: 1095, Most: 3650},
	{Name: KeepPrints, Usual: 14, Least: 14, Most: 14},
	{Name: KeepClusters, Usual: 180, Least: 30, Most: 1095},
	{Name: KeepSearches, Usual: 1, Least: 1, Most: 1},
	{Name: KeepCopies, Usual: 7, Least: 7, Most: 7},
	{Name: KeepSignIns, Usual: 1, Least: 1, Most: 1},
}

// RetentionRuleOf finds a rule by its name.
func RetentionRuleOf(name string) (RetentionRule, bool) {
	for _, r := range RetentionRules {
		if r.Name == name {
			return r, true
		}
	}
	return RetentionRule{}, false
}

package intake

import (
	"time"

	"nivaran/internal/grievance"
)

// copyWindow is how long after a post its verbatim copy by the same author joins alone;
// copyWords how many content words it must have (DESIGN.md §8).
const (
	copyWindow = 7 * 24 * time.Hour
	copyWords  = 5
)

// Known is what the store knows around a post before the sorter reads it.
type Known struct {
	// Thread is the open or ended case that the post's conversation belongs to, and
	// whether the author is one of its complainants.
	Thread      grievance.ID
	Complainant bool
	// Copy is the newest earlier post by the same author with the same words.
	Copy *Earlier
	// Words counts the content words of the post.
	Words int
	// Earlier are the districts of the author's last cases, the newest first.
	Earlier []int
}

// Earlier is a post that the new one may repeat.
type Earlier struct {
	PostID   grievance.ID
	CaseID   grievance.ID
	CaseOpen bool
	At       time.Time
	ParentID string
	Media    int
}

// Act is what intake does with a post by itself.
type Act string

// The acts. Follow-ups and verbatim copies always act alone, what an administrator switched
// on for a measured precision does above its confidence; all else waits for a clerk.
const (
	ActOwn  Act = "own"  // our own words
	ActKeep Act = "keep" // kept with Decision.Reason
	ActJoin Act = "join" // joins Decision.CaseID
	ActOpen Act = "open" // opened and routed as the verdict says
	ActAsk  Act = "ask"  // pre-chosen, waits for the clerk's key
)

// Decision is an act with what it needs.
type Decision struct {
	Act    Act
	CaseID grievance.ID
	CopyOf grievance.ID
	Reason string
	// Alone is the decision that was switched on, and Sure how sure the verdict was: of an
	// act that went by itself, or of one that would have and is asked about anyway.
	Alone grievance.AloneDecision
	Sure  float64
}

// DecideRead says what to do with a post that the sorter has read: what the switched-on
// rules let go alone does, but for a sample that is asked about all the same.
func DecideRead(p *grievance.StoredPost, rule func(grievance.AloneDecision) (grievance.AloneRule, bool)) Decision {
	alone, sure := p.Proposal()
	r, on := rule(alone)
	if alone == "" || !on || sure < r.Threshold {
		return Decision{Act: ActAsk}
	}
	d := Decision{Act: ActOpen, Alone: alone, Sure: sure}
	switch {
	case grievance.AskedAnyway(p.ID):
		d.Act = ActAsk
	case alone == grievance.AloneKeep:
		d.Act, d.Reason = ActKeep, p.Verdict.NotReason
	}
	return d
}

// Decide says what to do with a post before anybody reads it: own words, repeats and
// automatic mail are set aside; the complainant's own follow-up and a verbatim copy join
// their case; all else is read, and asks.
func Decide(p *grievance.StoredPost, k Known) Decision {
	switch {
	case p.Direction == grievance.Out:
		return Decision{Act: ActOwn}
	case p.Retweet:
		return Decision{Act: ActKeep, Reason: "retweet"}
	case p.Mail != nil && (p.Mail.Automatic || p.Mail.BounceOf != ""):
		return Decision{Act: ActKeep, Reason: "automatic"}
	case p.Author.Official:
		return Decision{Act: ActKeep, Reason: "authority"}
	case k.Thread != 0 && k.Complainant && mayActAlone(p):
		return Decision{Act: ActJoin, CaseID: k.Thread}
	case isCopy(p, k):
		return Decision{Act: ActJoin, CaseID: k.Copy.CaseID, CopyOf: k.Copy.PostID}
	}
	return Decision{Act: ActAsk}
}

// mayActAlone refuses letters that failed their sender's check: they join no case alone.
func mayActAlone(p *grievance.StoredPost) bool { return p.Mail == nil || !p.Mail.DMARCFail }

func isCopy(p *grievance.StoredPost, k Known) bool {
	c := k.Copy
	switch {
	case c == nil || c.CaseID == 0 || !c.CaseOpen || k.Words < copyWords:
		return false
	case p.PostedAt.Sub(c.At) > copyWindow || c.At.Sub(p.PostedAt) > copyWindow:
		return false
	case c.Media != len(p.Media) || c.ParentID != p.ParentID:
		return false
	case p.Mail != nil && !p.Mail.DMARCPass:
		return false
	}
	return true
}

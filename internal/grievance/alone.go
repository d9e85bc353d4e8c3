package grievance

import (
	"hash/fnv"
	"slices"
)

// AloneDecision is what the program may be allowed to decide about a post without asking.
type AloneDecision string

// The decisions. Each is off until an administrator switches it on for a precision that
// was measured on the office's own cases.
const (
	AloneKeep  AloneDecision = "keep"  // it is not for us: kept, with the reason
	AloneRoute AloneDecision = "route" // a grievance: opened, and routed by department and district
)

// AloneDecisions lists them.
var AloneDecisions = []AloneDecision{AloneKeep, AloneRoute}

// AloneRule is a decision that was switched on, and from which confidence on.
type AloneRule struct {
	Decision  AloneDecision
	Threshold float64
}

// What stands against deciding alone, whatever the confidence. Set by judgement: a place
// that is a guess, or a second reading half as likely as the first, is for a person.
const (
	aloneLeastPlace  = 0.8
	aloneMostRivalry = 0.5
)

// keepsAlone are the reasons for which a post may be kept without asking. Who belongs to
// another government or a court is told where to turn, by a person.
var keepsAlone = []string{"spam", "politics", "abuse", "news", "authority"}

// Proposal is the decision that the verdict on a post proposes and the program could take
// alone, with how sure it is. Empty for what a person always decides: danger, sensitive
// matters, complaints of officers, letters that failed their sender's check, archives, what
// may belong to another case, and readings that lie near each other.
func (p *StoredPost) Proposal() (AloneDecision, float64) {
	v := &p.Verdict
	switch {
	case v.Urgency == Danger, p.Urgency == Danger, v.Sensitive, v.AgainstOfficer, v.FollowUp != 0, v.CopyOf != 0, p.Imported, p.Mail != nil && p.Mail.DMARCFail:
		return "", 0
	}
	said, sure := v.Said()
	switch {
	case said.Kind == NotForUs && slices.Contains(keepsAlone, said.Reason):
		return AloneKeep, sure.Kind
	case said.Kind == Grievance && said.Department != "" && said.District != 0 && sure.District >= aloneLeastPlace && v.rivalry() < aloneMostRivalry:
		return AloneRoute, sure.Kind * sure.Department * sure.District
	}
	return "", 0
}

// rivalry is how likely the best reading of another department is, beside the first one.
func (v *Verdict) rivalry() float64 {
	first := v.Candidates[0]
	for _, c := range v.Candidates[1:] {
		if c.Department != first.Department {
			return c.Confidence / max(first.Confidence, 1e-9)
		}
	}
	return 0
}

// Holds says whether a person's word on a post is what the program proposed.
func (d AloneDecision) Holds(said, chose Reading) bool {
	if d == AloneKeep {
		return chose.Kind == NotForUs
	}
	return chose.Kind == said.Kind && chose.Department == said.Department && chose.District == said.District
}

// aloneSample is one of how many posts that could go alone is asked about all the same, so
// that the figures stay honest.
const aloneSample = 20

// AskedAnyway says whether a post is one of those about which a person is asked although it
// could go alone: always the same ones.
func AskedAnyway(post ID) bool {
	h := fnv.New32a()
	h.Write([]byte(post.String()))
	return h.Sum32()%aloneSample == 0
}

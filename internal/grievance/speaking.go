package grievance

import (
	"cmp"
	"slices"
	"time"
)

// Right is how far an officer may use an official account; each includes the one before.
type Right string

// The rights on an official account.
const (
	NoRight      Right = "none"
	ReadRight    Right = "read"    // sees what came to it and what went out
	DraftRight   Right = "draft"   // writes what goes out once somebody with the right to publish has approved it
	PublishRight Right = "publish" // publishes, and approves what others wrote
)

// Rights lists the rights, the least first.
var Rights = []Right{NoRight, ReadRight, DraftRight, PublishRight}

// Least says whether the right reaches as far as want.
func (r Right) Least(want Right) bool { return slices.Index(Rights, r) >= slices.Index(Rights, want) }

// AccountRight gives, or takes away, a right on an account: to the officers of an office,
// to a role, or to a role in one office. OfficeID 0 and an empty Role do not narrow.
type AccountRight struct {
	AccountID int
	OfficeID  int
	Role      Role
	Level     Right
	SetAt     time.Time
	SetBy     ID
}

// RightOf is the actor's right by the rows of an account: the narrowest that fits decides,
// an office before a role; false when none fits.
func RightOf(by Actor, rows []AccountRight) (Right, bool) {
	narrow := func(r AccountRight) int {
		n := 0
		if r.OfficeID != 0 {
			n += 2
		}
		if r.Role != "" {
			n++
		}
		return n
	}
	var best *AccountRight
	for i, r := range rows {
		if r.OfficeID != 0 && r.OfficeID != by.OfficeID || r.Role != "" && r.Role != by.Role {
			continue
		}
		if best == nil || cmp.Compare(narrow(r), narrow(*best)) > 0 {
			best = &rows[i]
		}
	}
	if best == nil {
		return NoRight, false
	}
	return best.Level, true
}

// Approval is what needs a second person before it goes out from an account.
type Approval string

// The policies of approval, the mildest first.
const (
	ApproveNothing Approval = "none"
	ApproveInterim Approval = "interim" // interim replies and questions
	ApprovePublic  Approval = "public"  // those, and whatever else everybody can read
	ApproveAll     Approval = "all"     // everything, what the program writes by itself too
)

// Approvals lists the policies, the mildest first.
var Approvals = []Approval{ApproveNothing, ApproveInterim, ApprovePublic, ApproveAll}

// Demands says whether the policy asks for a second person before a reply of this kind
// goes out this way. What the program writes by itself has fixed words: only ApproveAll
// asks for a person there.
func (a Approval) Demands(kind ReplyKind, way Way, automatic bool) bool {
	switch a {
	case ApproveAll:
		return true
	case ApprovePublic:
		return !automatic && (way == PublicWay || kind == Interim || kind == Question)
	case ApproveInterim:
		return kind == Interim || kind == Question
	}
	return false
}

package grievance

import (
	"crypto/sha256"
	"time"
)

// ReplyKind is what an outgoing text is for.
type ReplyKind string

// The kinds of replies.
const (
	Acknowledgement ReplyKind = "acknowledgement" // automatic: number and number page
	Question        ReplyKind = "question"        // asks the citizen; the clock pauses
	Interim         ReplyKind = "interim"
	Answer          ReplyKind = "answer"     // the approved report
	Receipt         ReplyKind = "receipt"    // confirms a verdict in the thread
	NotForUsReply   ReplyKind = "not_for_us" // where to turn instead
)

// Way is who can read a reply.
type Way string

// The ways to write.
const (
	PublicWay  Way = "public"
	PrivateWay Way = "private"
	LetterWay  Way = "letter"
)

// ReplyState is where a reply stands on its way out.
type ReplyState string

// The states of a reply.
const (
	ReplyAwaiting  ReplyState = "awaiting_approval"
	ReplyQueued    ReplyState = "queued"    // approved: what is here is published to the byte
	ReplySending   ReplyState = "sending"   // leased by a worker
	ReplyDoubtful  ReplyState = "doubtful"  // the worker looks for it; then an officer decides
	ReplyPublished ReplyState = "published" // the service gave an id, or took the letter
	ReplyRefused   ReplyState = "refused"   // the service will not have it: the officer is told why
	ReplyCancelled ReplyState = "cancelled"
	ReplyBounced   ReplyState = "bounced"
	ReplyReturned  ReplyState = "sent_back" // its author may write it anew
)

// Reply is one outgoing text to one complainant.
type Reply struct {
	ID            ID
	CaseID        ID // 0 for a reply to a post without a case
	ComplainantID ID
	PostID        ID // answers this post
	AccountID     int
	Way           Way
	Kind          ReplyKind
	Automatic     bool
	Title         string // subject line of a letter
	Text          string // NFC; what was approved, to the byte
	State         ReplyState
	AuthorID      ID // officer; 0 for the program
	ApproverID    ID
	ReportID      ID // of an answer
	Files         []File
	CreatedAt     time.Time
	ApprovedAt    time.Time
	SendAt        time.Time // not before
	Fence         int64     // rises with each lease: a rescued twin sends nothing
	LeaseUntil    time.Time
	Tries         int
	Looks         int // how often the worker looked for it after a doubtful end
	StartedAt     time.Time
	SentAt        time.Time
	ExternalID    string // the service's id
	MessageID     string // of a letter, stable over retries
	FailClass     string // failure class, as in connector
	FailKey       string // message key of what the officer is told
	// Version counts the texts it had, from 1; 0 came from before texts had versions.
	// ApprovedHash is the SHA-256, in hex, of the text that was approved.
	Version      int
	ApprovedHash string
	Reason       string // why it was sent back
}

// AsApproved says whether the text is the one that was approved, to the byte.
func (r *Reply) AsApproved(text string) bool {
	return r.Version == 0 || r.ApprovedHash == SumText(text)
}

// SumText is the SHA-256, in hex, by which approved words are known again.
func SumText(s string) string {
	h := sha256.Sum256([]byte(s))
	return HashText(h[:])
}

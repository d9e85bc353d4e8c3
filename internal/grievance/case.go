package grievance

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Case is what an office works on. Its words (Title, Excerpt) are the citizen's and are
// blanked by erasure; all else is the record of the office.
type Case struct {
	ID      ID
	Number  string
	Version int

	State   State
	Before  State // the state before waiting, rejection or merging
	Outcome Outcome
	Kind    Kind

	Title    string // the subject in words, or the clerk's
	Excerpt  string // the start of the citizen's text
	Channel  Channel
	Language string

	OfficeID     int // responsible, never 0
	OfficerID    ID  // 0 while nobody has it
	DistrictID   int // 0 when unknown
	DepartmentID int
	SubjectID    int
	PlaceID      int
	Urgency      Urgency
	Sensitive    bool // masked name, restricted readers
	Against      bool // complains of an officer or office
	CMWatch      bool

	Round      int // 0, then one more each time it starts again
	Returns    int
	Level      int // how far it has been escalated
	Complained int // complainants
	ParentID   ID

	ReceivedAt      time.Time // when the first post reached us: the clock starts here
	OpenedAt        time.Time
	ClockStart      time.Time // of this round
	LimitDays       int
	ResponseDueAt   time.Time // first act of a person that the citizen sees
	FirstResponseAt time.Time
	DueAt           time.Time // action taken report
	PausedAt        time.Time
	WaitUntil       time.Time
	EscalateAt      time.Time
	Warned          int // 0, 50 or 80 per cent
	Late            bool
	ReportAt        time.Time
	ResolvedAt      time.Time
	ClosedAt        time.Time
	NextAt          time.Time // when Due must look again
	Approver        ID        // who approved the report that is on its way
	Undelivered     bool      // action taken, answer not delivered
}

// Apply moves the case by the event, or says why it cannot: the one place where a state
// changes. What follows (clock, office, history) is the desk's.
func (c *Case) Apply(e Event) error {
	next, err := Next(c.State, e, c.Before)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Number, err)
	}
	if next == Waiting || next == NotAdmissible || next == Merged {
		c.Before = c.State
	}
	c.State = next
	return nil
}

// Escalate puts the case before the level above once its time limit is over. The
// responsible office stays, and so does its lateness.
// Rule: docs/rules.md, "Escalation".
func (c *Case) Escalate(now time.Time, cal *Calendar) error {
	switch {
	case !c.State.Open():
		return fmt.Errorf("escalate %s: %w: it is %s", c.Number, ErrConflict, c.State)
	case c.EscalateAt.IsZero() || now.Before(c.EscalateAt):
		return fmt.Errorf("escalate %s: %w: not due yet", c.Number, ErrConflict)
	}
	c.RaiseLevel(now, cal)
	return nil
}

// RaiseLevel adds one level of overseers and sets when the next one would come.
func (c *Case) RaiseLevel(now time.Time, cal *Calendar) {
	if c.Level >= TopLevel {
		c.EscalateAt = time.Time{}
		return
	}
	c.Level++
	if c.Level >= TopLevel {
		c.EscalateAt = time.Time{}
		return
	}
	c.EscalateAt = cal.AddDays(now, EscalationWait[c.Level])
}

// The ladder: officer (0), nodal officer (1), head of the department or Deputy
// Commissioner (2), state nodal officer (3).
const TopLevel = 3

// EscalationWait is how many working days each level has before the next joins; the
// first joins at the limit itself.
var EscalationWait = [TopLevel]int{0, 1, 2}

// SetNext computes when Due must look at the case again: the earliest of what is ahead.
// The zero time means never.
func (c *Case) SetNext(cal *Calendar) {
	c.NextAt = time.Time{}
	consider := func(t time.Time) {
		if !t.IsZero() && (c.NextAt.IsZero() || t.Before(c.NextAt)) {
			c.NextAt = t
		}
	}
	switch {
	case c.State == Waiting:
		consider(c.WaitUntil)
	case c.State.ClockRuns():
		switch c.Warned {
		case 0:
			consider(cal.Share(c.ClockStart, c.DueAt, 50))
		case 50:
			consider(cal.Share(c.ClockStart, c.DueAt, 80))
		}
		if !c.Late {
			consider(c.DueAt)
		}
		consider(c.EscalateAt)
	case c.State == Resolved:
		consider(c.WaitUntil) // the last feedback window
	}
}

// Complainant is one of those to whom the answer is owed.
type Complainant struct {
	ID        ID
	CaseID    ID
	Author    Author
	PostID    ID // the newest post of theirs in the case
	Channel   Channel
	AccountID int // the official account that they wrote to
	Language  string
	Verified  bool // false: joined by mail from an address that the case did not know
	JoinedAt  time.Time
	// DeliveredAt is when the newest answer reached them; ToldHow is what an officer
	// recorded when no channel could.
	DeliveredAt   time.Time
	ToldHow       string
	Feedback      Feedback
	FeedbackAt    time.Time
	FeedbackUntil time.Time
	AckState      string // sent, queued, or why the number was not sent
}

// Feedback is a complainant's verdict on the answer.
type Feedback string

// The verdicts; the empty one means none so far.
const (
	NoFeedback         Feedback = ""
	FeedbackYes        Feedback = "satisfied"
	FeedbackNo         Feedback = "not_satisfied"
	FeedbackUnclear    Feedback = "unclear"
	FeedbackWindowOver Feedback = "window_over"
)

// Reference is the number of the same matter in another system.
type Reference struct {
	System string // cm_window, cpgrams, diary, 1912, rts, mhari_sadak
	Number string
}

// ReferenceSystems lists the systems whose numbers a case can carry.
var ReferenceSystems = []string{"cm_window", "cpgrams", "diary", "1912", "rts", "mhari_sadak"}

// Excerpt is the start of a text for a list: one line, at most n letters.
func Excerpt(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return strings.TrimSpace(string(r[:n-1])) + "…"
}

// Report is an action taken report: one object with versions, as the citizen will read it.
type Report struct {
	ID         ID
	CaseID     ID
	Version    int
	Round      int
	AuthorID   ID
	WrittenAt  time.Time
	Text       string // what was done, in the words that are published
	DoneAt     time.Time
	DoneBy     string
	Place      string
	State      ReportState
	ReviewerID ID
	ReviewedAt time.Time
	Reason     string // why it was sent back
	Files      []File
}

// ReportState is where a report stands.
type ReportState string

// The states of a report.
const (
	ReportAwaiting ReportState = "awaiting"
	ReportSentBack ReportState = "sent_back"
	ReportApproved ReportState = "approved"
)

// File is something attached to a post, note or report, stored once by its hash.
type File struct {
	Hash string // SHA-256, hex
	Name string
	Type string // by content, not by claim
	Size int64
}

// Inline says whether the file may be shown in a page: only re-encoded pictures are.
func (f File) Inline() bool { return slices.Contains([]string{"image/jpeg", "image/png"}, f.Type) }

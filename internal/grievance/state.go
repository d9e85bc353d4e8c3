package grievance

import (
	"fmt"
	"slices"
)

// State is where a case stands. A case is always in exactly one.
type State string

// The states of a case; docs/states.md draws them.
const (
	Received      State = "received"
	Assigned      State = "assigned"
	InProgress    State = "in_progress"
	Waiting       State = "waiting_for_citizen"
	ActionTaken   State = "action_taken"
	Resolved      State = "resolved"
	Closed        State = "closed"
	NotAdmissible State = "not_admissible"
	Merged        State = "merged"
)

// States lists all states in the order of a case's road.
var States = []State{Received, Assigned, InProgress, Waiting, ActionTaken, Resolved, Closed, NotAdmissible, Merged}

// Open says whether work is left: nobody but the citizen ends an open case for good.
func (s State) Open() bool { return !s.Ended() && s != Resolved }

// Ended says whether the case has left the road.
func (s State) Ended() bool { return s == Closed || s == NotAdmissible || s == Merged }

// ClockRuns says whether working time is used up in the state.
func (s State) ClockRuns() bool {
	return s == Received || s == Assigned || s == InProgress || s == ActionTaken
}

// Event is what happens to a case. The same word names the desk's method and, with the
// prefix "case.", the permission and the entry in the history.
type Event string

// The events. Those of later work stand in the table already.
const (
	Opened     Event = "opened"
	Routed     Event = "routed"
	AssignedTo Event = "assigned"
	Accepted   Event = "accepted"
	Forwarded  Event = "forwarded"
	Returned   Event = "returned"
	Asked      Event = "asked"
	Answered   Event = "answered"    // the citizen answered what was asked
	WaitOver   Event = "wait_over"   // the window for the answer is over
	Reported   Event = "reported"    // action taken report
	SentBack   Event = "sent_back"   // by the reviewer
	Approved   Event = "approved"    // by another than its author
	Delivered  Event = "delivered"   // the answer reached every complainant
	Bounced    Event = "bounced"     // it came back
	Satisfied  Event = "satisfied"   // every complainant
	WindowOver Event = "window_over" // every feedback window
	Disputed   Event = "disputed"    // a complainant is not satisfied
	Reopened   Event = "reopened"    // by an officer
	Appealed   Event = "appealed"    // to the appellate authority
	Rejected   Event = "rejected"    // not admissible
	Readmitted Event = "readmitted"  // a rejection taken back
	Withdrawn  Event = "withdrawn"   // by the citizen
	MergedInto Event = "merged"      // into a parent
	Unmerged   Event = "unmerged"    // the exact inverse
	Settled    Event = "settled"     // a suggestion, query or praise reaches its own outcome
	Escalated  Event = "escalated"   // no change of state
	Replied    Event = "replied"     // no change of state
	Noted      Event = "noted"       // no change of state

	ReplyApproved Event = "reply_approved" // a second person let words go out; no change of state, nor by those below
	ReplySentBack Event = "reply_sent_back"
	ReplyEdited   Event = "reply_edited"
	ReplyDropped  Event = "reply_dropped"

	Joined     Event = "joined"       // a post joined the case; no change of state
	Watched    Event = "watched"      // the CM's office watches
	Referred   Event = "referred"     // a reference of another system
	Excluded   Event = "excluded"     // whoever is complained of
	Unexcluded Event = "unexcluded"   // an exclusion that was chosen wrongly
	Involved   Event = "involved"     // vigilance joined
	Erased     Event = "erased"       // a citizen's words
	Warned     Event = "warned"       // half or four fifths of the limit are used
	Told       Event = "told"         // an officer recorded how a citizen was told
	Corrected  Event = "corrected"    // subject, place, urgency
	Acked      Event = "acknowledged" // the number was sent, or why not
	Sent       Event = "sent"         // a reply was published
	NotSent    Event = "not_sent"     // a reply was refused, or its end is doubtful
	HandedOver Event = "handed_over"  // its officer left the charge
	PassedOn   Event = "passed_on"    // its office was closed: another has it
	Covered    Event = "covered"      // nobody works in its office: another answers, or it does again
	SecondLook Event = "second_look"  // the citizen's answer is unclear: a person decides
)

// Before stands in the table for "the state before waiting".
const Before State = "before"

// AllEvents lists every event, in the order of a case's life.
var AllEvents = []Event{
	Opened, Routed, AssignedTo, Accepted, Forwarded, Returned, Asked, Answered, WaitOver, Reported, SentBack, Approved, Delivered, Bounced,
	Satisfied, WindowOver, Disputed, Reopened, Appealed, Rejected, Readmitted, Withdrawn, MergedInto, Unmerged, Settled, Escalated, Replied, Noted,
	Joined, Watched, Referred, Excluded, Erased, Warned, Told, Corrected, Acked, Sent, NotSent, SecondLook,
	HandedOver, PassedOn, Covered,
}

// Transition is one row of the table: Event leads from one of From to To. Who may cause
// it is a permission, or nobody but the citizen or the program (By "").
type Transition struct {
	Event Event
	From  []State
	To    State
	By    Permission
	// Actors other than officers that may cause it.
	Citizen, System bool
	// Follows says, for the reader of docs/states.md, what comes of it.
	Follows string
}

var open = []State{Received, Assigned, InProgress, Waiting, ActionTaken}
var atWork = []State{Received, Assigned, InProgress}

// Transitions is the one table of states and events (DESIGN.md §4). An event that is
// not in it for a state is refused with ErrConflict.
var Transitions = []Transition{
	{Routed, []State{Received}, Assigned, MayRoute, false, true, "the office has it; its nodal officer is told"},
	{AssignedTo, []State{Received, Assigned, InProgress}, Assigned, MayAssign, false, false, "the officer is told"},
	{Accepted, []State{Assigned}, InProgress, MayAccept, false, false, "first act of the officer"},
	{Forwarded, []State{Received, Assigned, InProgress}, Assigned, MayForward, false, false, "used time stays; the rest runs on the new office's calendar"},
	{Returned, []State{Assigned, InProgress}, Assigned, MayReturn, false, false, "names whose it is; the third return goes to the state cell"},
	{Asked, atWork, Waiting, MayAsk, false, false, "clock pauses with reason and person"},
	{Answered, []State{Waiting}, Before, "", true, true, "clock runs again"},
	{WaitOver, []State{Waiting}, Before, "", false, true, "clock runs again"},
	{Reported, []State{Received, Assigned, InProgress}, ActionTaken, MayReport, false, false, "goes to the reviewer"},
	{SentBack, []State{ActionTaken}, InProgress, MayApprove, false, false, "with the reason"},
	{Approved, []State{ActionTaken}, ActionTaken, MayApprove, false, false, "the answer goes to each complainant; never by its author"},
	{Delivered, []State{ActionTaken}, Resolved, "", false, true, "each complainant's feedback window runs from own delivery"},
	{Bounced, []State{Resolved}, ActionTaken, "", false, true, "action taken, answer not delivered"},
	{Satisfied, []State{Resolved}, Closed, "", true, true, "outcome settled"},
	{WindowOver, []State{Resolved}, Closed, "", false, true, "outcome no answer from citizen, or settled"},
	{Disputed, []State{Resolved}, Assigned, "", true, true, "same office acts, watched one level higher, the level above approves"},
	{Reopened, []State{Resolved, Closed}, Assigned, MayReopen, false, false, "second clock begins; the first is kept"},
	{Appealed, []State{Closed}, Assigned, "", true, false, "goes to the appellate authority"},
	{Rejected, atWork, NotAdmissible, MayReject, false, false, "reason from the fixed list; the citizen is told where to turn"},
	{Readmitted, []State{NotAdmissible}, Before, MayReject, false, false, "clock goes on as if it had not stopped"},
	{Withdrawn, open, Closed, MayWithdraw, true, false, "outcome withdrawn"},
	{MergedInto, open, Merged, MayRoute, false, false, "every complainant still gets every answer"},
	{Unmerged, []State{Merged}, Before, MayRoute, false, false, "exact inverse"},
	{Settled, []State{Received, Assigned, InProgress}, Closed, MayReport, false, false, "own outcome of a suggestion, a query or praise"},
	{Escalated, open, "", MayEscalate, false, true, "an overseer one level above joins; the office stays"},
}

// Next is where the event leads from s. before is the state before waiting, rejection or
// merging. It refuses with ErrConflict what the table does not hold.
func Next(s State, e Event, before State) (State, error) {
	for _, t := range Transitions {
		if t.Event != e || !slices.Contains(t.From, s) {
			continue
		}
		switch t.To {
		case "":
			return s, nil
		case Before:
			return before, nil
		}
		return t.To, nil
	}
	return s, fmt.Errorf("%s in state %s: %w", e, s, ErrConflict)
}

// Events lists what may happen in a state, in the order of the table.
func Events(s State) []Event {
	var events []Event
	for _, t := range Transitions {
		if slices.Contains(t.From, s) {
			events = append(events, t.Event)
		}
	}
	return events
}

// Outcome is how a closed case ended.
type Outcome string

// The outcomes. Silence of the citizen is its own.
const (
	OutcomeSettled   Outcome = "settled"
	OutcomeNoAnswer  Outcome = "no_answer"
	OutcomeWithdrawn Outcome = "withdrawn"
	OutcomeAccepted  Outcome = "suggestion_accepted"
	OutcomeNoted     Outcome = "suggestion_noted"
	OutcomeDeclined  Outcome = "suggestion_declined"
	OutcomeAnswered  Outcome = "query_answered"
	OutcomePassedOn  Outcome = "praise_passed_on"
)

// RejectReasons is the fixed list of why a case is not admissible. "Not ours" is not
// among them: such a case is returned and names whose it is.
var RejectReasons = []string{"court", "rti", "service_matter", "other_government", "no_particulars", "abuse"}

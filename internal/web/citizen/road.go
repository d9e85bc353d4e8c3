package citizen

import (
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// facts are what the public may know of where a case stands.
type facts struct {
	State                                               grievance.State
	Outcome                                             grievance.Outcome
	Received, Opened, Due, Reported, Resolved, ClosedAt time.Time
	Until                                               time.Time // when the complainant's answer is no longer awaited
	Late                                                bool
}

func factsOf(s *desk.PublicStatus) facts {
	return facts{State: s.State, Outcome: s.Outcome, Received: s.ReceivedAt, Opened: s.OpenedAt, Due: s.DueAt, Reported: s.ReportAt, Resolved: s.ResolvedAt, ClosedAt: s.ClosedAt, Late: s.Late}
}

func factsOfCase(c *grievance.Case, until time.Time) facts {
	return facts{State: c.State, Outcome: c.Outcome, Received: c.ReceivedAt, Opened: c.OpenedAt, Due: c.DueAt, Reported: c.ReportAt, Resolved: c.ResolvedAt, ClosedAt: c.ClosedAt, Until: until, Late: c.Late}
}

// sentence says where the matter stands.
func (f facts) sentence(v *web.Visit) string {
	if f.State == grievance.Closed && f.Outcome != "" {
		return v.T("citizen.outcome." + string(f.Outcome))
	}
	return v.T("citizen.state." + string(f.State))
}

// limit says by when the office is to answer, or that it did; empty while the clock
// stands, and when nothing is awaited from the office.
func (f facts) limit(v *web.Visit) string {
	switch {
	case f.State == grievance.Resolved:
		return v.T("citizen.answered_on", "Date", v.Date(f.Resolved))
	case !f.State.ClockRuns() || f.Due.IsZero():
		return ""
	case f.Late:
		return v.T("citizen.late", "Date", v.Date(f.Due))
	}
	return v.T("citizen.due", "Date", v.Date(f.Due))
}

// step is one line of the road.
type step struct{ Class, Icon, Name, When string }

// road is what has happened, what happens now and what comes next. What was left out on
// the way is not shown: a query is answered without a report.
func (f facts) road(v *web.Visit, write func(time.Time) string) []step {
	var all []step
	past := func(key string, at time.Time) {
		if !at.IsZero() {
			all = append(all, step{Class: "past", Icon: "check-lg", Name: v.T(key), When: write(at)})
		}
	}
	past("citizen.step.received", f.Received)
	if f.State == grievance.Received { // no office has it yet
		past("citizen.step.registered", f.Opened)
	} else {
		past("citizen.step.opened", f.Opened)
	}
	past("citizen.step.reported", f.Reported)
	past("citizen.step.resolved", f.Resolved)
	now := step{Class: "now", Name: v.T("citizen.now." + string(f.State))}
	switch f.State {
	case grievance.Closed:
		now.Icon, now.When = "check-circle", when(f.ClosedAt, write)
	case grievance.NotAdmissible, grievance.Merged:
		now.Icon, now.When = "slash-circle", when(f.ClosedAt, write)
	case grievance.Resolved, grievance.Waiting:
		now.Icon = "chat-left-dots-fill"
		if !f.Until.IsZero() && f.State == grievance.Resolved {
			now.When = v.T("citizen.until", "Date", v.Date(f.Until))
		}
	default:
		now.Icon = "hourglass-split"
	}
	all = append(all, now)
	if f.State.Ended() {
		return all
	}
	if f.State.Open() {
		all = append(all, step{Class: "next", Name: v.T("citizen.step.resolved")})
	}
	return append(all, step{Class: "next", Name: v.T("citizen.step.closed")})
}

func when(t time.Time, write func(time.Time) string) string {
	if t.IsZero() {
		return ""
	}
	return write(t)
}

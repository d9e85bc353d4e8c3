package console

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// eventIcon draws an event.
func eventIcon(e grievance.Event) string {
	icons := map[grievance.Event]string{
		grievance.Opened: "inbox", grievance.Routed: "building", grievance.AssignedTo: "person-check", grievance.Accepted: "check2",
		grievance.Forwarded: "arrow-right", grievance.Returned: "arrow-return-left", grievance.Asked: "pause-circle", grievance.Answered: "play-circle",
		grievance.WaitOver: "play-circle", grievance.Reported: "clipboard-check", grievance.SentBack: "arrow-return-left", grievance.Approved: "shield-check",
		grievance.Delivered: "check2-all", grievance.Bounced: "envelope-exclamation", grievance.Satisfied: "hand-thumbs-up", grievance.WindowOver: "hourglass-bottom",
		grievance.Disputed: "exclamation-circle", grievance.Reopened: "arrow-counterclockwise", grievance.Rejected: "slash-circle", grievance.Readmitted: "arrow-counterclockwise",
		grievance.Withdrawn: "x-circle", grievance.Escalated: "arrow-up-circle", grievance.Replied: "reply", grievance.Noted: "sticky",
		grievance.Joined: "people", grievance.Watched: "eye", grievance.Referred: "link-45deg", grievance.Excluded: "eye-slash",
		grievance.Unexcluded: "eye", grievance.Involved: "shield-check",
		grievance.Erased: "eraser", grievance.Warned: "hourglass-top", grievance.Told: "telephone", grievance.Corrected: "pencil",
		grievance.Acked: "check2-circle", grievance.Sent: "megaphone", grievance.NotSent: "x-octagon", grievance.SecondLook: "question-circle",
		grievance.HandedOver: "person-gear", grievance.PassedOn: "building-lock", grievance.Covered: "person-x",
		grievance.ReplyApproved: "shield-check", grievance.ReplySentBack: "arrow-return-left", grievance.ReplyEdited: "pencil", grievance.ReplyDropped: "x-lg",
	}
	if icon, ok := icons[e]; ok {
		return icon
	}
	return "dash"
}

func eventClass(e grievance.Event) string {
	switch e {
	case grievance.Reported, grievance.Approved, grievance.SentBack, grievance.ReplyApproved, grievance.ReplySentBack:
		return "t-review"
	case grievance.Asked, grievance.Answered, grievance.WaitOver:
		return "t-paused"
	case grievance.Sent, grievance.Replied:
		return "t-out"
	}
	return ""
}

// names gives names of people and offices for ids.
type names struct {
	officers map[grievance.ID]string
	absent   map[grievance.ID]string // by charge: for whom a substitute acted
	offices  func(int) string
}

// by says who did something.
func (k clocks) by(e *grievance.Entry, n names) string {
	var parts []string
	switch e.Actor {
	case grievance.OfficerActor:
		parts = append(parts, n.officers[e.ActorID])
		if whose := n.absent[e.ChargeID]; whose != "" {
			parts = append(parts, k.T("org.acting_for", "Name", whose))
		}
	case grievance.CitizenActor:
		parts = append(parts, k.T("actor.citizen"))
	default:
		parts = append(parts, k.T("actor.system"))
		if alone := k.openedAlone(e); alone != "" {
			parts = append(parts, alone)
		}
	}
	return strings.Join(parts, ", ")
}

// openedAlone says by which model, and how sure it was, a case was opened by itself.
func (k clocks) openedAlone(e *grievance.Entry) string {
	var said struct {
		Model int  `json:"model"`
		Sure  *int `json:"sure"`
	}
	if e.Event != grievance.Opened || json.Unmarshal([]byte(e.Data), &said) != nil || said.Sure == nil {
		return ""
	}
	return k.T("alone.opened_by", "Model", modelName(k.Printer, said.Model), "Share", *said.Sure)
}

// history writes the entries, the newest day first and within it the newest first.
func (k clocks) history(entries []grievance.Entry, n names) []historyDay {
	var days []historyDay
	for i := len(entries) - 1; i >= 0; i-- {
		e := &entries[i]
		if name := k.Date(e.At); len(days) == 0 || days[len(days)-1].Name != name {
			days = append(days, historyDay{Name: name})
		}
		day := &days[len(days)-1]
		line := historyLine{
			Class: eventClass(e.Event), Icon: eventIcon(e.Event), Event: k.T("event." + string(e.Event)), By: k.by(e, n),
			Text: e.Text, When: k.Time(e.At), Stamp: e.At.UTC().Format(time.RFC3339),
		}
		if e.OfficeID != 0 && (e.Event == grievance.Forwarded || e.Event == grievance.Returned || e.Event == grievance.Routed) {
			line.Note = n.offices(e.OfficeID)
		}
		line.Note = cmp.Or(k.passing(e, n), line.Note)
		day.Lines = append(day.Lines, line)
	}
	return days
}

// passing says, of work that passed on, who held it before and who answers now.
func (k clocks) passing(e *grievance.Entry, n names) string {
	var said struct {
		Was     string `json:"was"`
		From    any    `json:"from"`
		Answers int    `json:"answers"`
	}
	if err := json.Unmarshal([]byte(e.Data), &said); err != nil {
		return ""
	}
	var words []string
	if from, ok := said.From.(float64); ok && e.Event == grievance.PassedOn {
		words = append(words, n.offices(int(from))+" → "+n.offices(e.OfficeID))
	}
	if was, err := grievance.ParseID(said.Was); err == nil && n.officers[was] != "" {
		words = append(words, k.T("org.held_before", "Name", n.officers[was]))
	}
	if said.Answers != 0 {
		words = append(words, k.T("org.answers_now", "Office", n.offices(said.Answers)))
	}
	return strings.Join(words, " · ")
}

// latest writes the last few entries in short.
func (k clocks) latest(entries []grievance.Entry) []string {
	var lines []string
	for i := len(entries) - 1; i >= 0 && len(lines) < 4; i-- {
		lines = append(lines, k.Moment(entries[i].At)+" · "+k.T("event."+string(entries[i].Event)))
	}
	return lines
}

// ladder explains how the due time came about.
func (k clocks) ladder(steps []grievance.Step, c *grievance.Case, n names) []ladderStep {
	var out []ladderStep
	for _, s := range steps {
		l := ladderStep{Then: k.Moment(s.At)}
		switch s.Key {
		case "clock.start":
			l.What = k.T("case.ladder_start", "Channel", k.T("channel."+string(c.Channel)))
			if c.Round > 0 {
				l.What = k.T("case.ladder_restart")
			}
		case "clock.limit":
			l.What, l.Adds = k.T("case.ladder_limit", "Urgency", k.T("urgency."+string(c.Urgency))), "+ "+k.WorkingDays(s.Days)
		case "clock.holiday":
			l.What, l.Adds = s.Name+", "+k.Day(s.From), "+ "+k.WorkingDays(s.Days)
		case "clock.pause":
			l.Pause = true
			l.What, l.Adds = k.T("case.ladder_pause"), "+ "+k.WorkingDuration(s.Working, workday)
			l.Note = strings.TrimPrefix(n.officers[s.By]+", "+k.Moment(s.From), ", ")
			if !s.To.IsZero() {
				l.Note += " – " + k.Moment(s.To)
			}
		default:
			l.What = k.T(s.Key)
		}
		out = append(out, l)
	}
	return out
}

// workday is the length of a working day in the state's offices.
const workday = 8 * time.Hour

// ladderNotes say what calendar counts, and what comes next.
func (k clocks) ladderNotes(c *grievance.Case) []string {
	used := k.cal.Between(c.ClockStart, k.now)
	whole := k.cal.Between(c.ClockStart, c.DueAt)
	notes := []string{k.T("case.calendar", "Used", k.WorkingDuration(used, workday), "Whole", k.WorkingDuration(whole, workday))}
	if !c.State.ClockRuns() {
		return notes
	}
	switch {
	case c.Warned < 50:
		notes = append(notes, k.T("case.next_warning", "Share", 50, "Time", k.Moment(k.cal.Share(c.ClockStart, c.DueAt, 50))))
	case c.Warned < 80:
		notes = append(notes, k.T("case.next_warning", "Share", 80, "Time", k.Moment(k.cal.Share(c.ClockStart, c.DueAt, 80))))
	case !c.EscalateAt.IsZero():
		notes = append(notes, k.T("case.next_escalation", "Level", c.Level+1, "Time", k.Moment(c.EscalateAt)))
	}
	return notes
}

// road shows the stations of the case: past, now, to come.
func (k clocks) road(c *grievance.Case) []roadStep {
	at := map[grievance.State]time.Time{
		grievance.Received: c.ReceivedAt, grievance.ActionTaken: c.ReportAt, grievance.Resolved: c.ResolvedAt, grievance.Closed: c.ClosedAt,
	}
	stations := []grievance.State{grievance.Received, grievance.Assigned, grievance.InProgress, grievance.ActionTaken, grievance.Resolved, grievance.Closed}
	now := c.State
	switch now {
	case grievance.Waiting:
		now = c.Before
	case grievance.NotAdmissible, grievance.Merged: // nothing comes after
		stations = append(stations[:max(0, slices.Index(stations, c.Before))+1], now)
		at[now] = c.ClosedAt
	}
	class := "past"
	var steps []roadStep
	for _, s := range stations {
		step := roadStep{Class: class, Icon: "check-lg", Name: k.T("state." + string(s))}
		if t := at[s]; !t.IsZero() {
			step.Note = k.Moment(t)
		}
		if s == now {
			step.Class, step.Icon = "now", stateIcons[s]
			class = "next"
			if c.State != now {
				step.Note = k.T("state." + string(c.State))
			}
		}
		if step.Class == "next" {
			step.Icon = ""
			step.Note = k.T("case.road_" + string(s))
		}
		steps = append(steps, step)
	}
	if c.State.Ended() && c.Outcome != "" {
		steps[len(steps)-1].Note = k.T("outcome." + string(c.Outcome))
	}
	return steps
}

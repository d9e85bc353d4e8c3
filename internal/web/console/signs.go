package console

import (
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
)

// mark shows a channel.
type mark struct{ Class, Icon, Name string }

func channelMark(p *i18n.Printer, ch grievance.Channel) mark {
	m := mark{Name: p.T("channel." + string(ch))}
	switch ch {
	case grievance.X:
		m.Class, m.Icon = "mark-x", "twitter-x"
	case grievance.Facebook:
		m.Class, m.Icon = "mark-fb", "facebook"
	default:
		m.Class, m.Icon = "mark-mail", "envelope-fill"
	}
	return m
}

// sign is a state, a flag or the like: always a drawing and a word.
type sign struct{ Class, Icon, Words string }

var stateIcons = map[grievance.State]string{
	grievance.Received: "inbox", grievance.Assigned: "person-check", grievance.InProgress: "tools",
	grievance.Waiting: "chat-left-dots", grievance.ActionTaken: "clipboard-check", grievance.Resolved: "check-circle",
	grievance.Closed: "archive", grievance.NotAdmissible: "slash-circle", grievance.Merged: "sign-merge-right",
}

func stateSign(p *i18n.Printer, s grievance.State) sign {
	class := strings.ReplaceAll(string(s), "_", "-")
	if s == grievance.Waiting {
		class = "waiting"
	}
	return sign{Class: "state state-" + class, Icon: stateIcons[s], Words: p.T("state." + string(s))}
}

// flags lists what is special about a case, the weightiest first; a row shows the first.
func flags(p *i18n.Printer, c *grievance.Case) []sign {
	var all []sign
	add := func(when bool, class, icon, words string) {
		if when {
			all = append(all, sign{Class: strings.TrimSpace("flag " + class), Icon: icon, Words: words})
		}
	}
	add(c.Level > 0, "flag-late", "arrow-up-circle", p.T("case.level", "Level", c.Level))
	add(c.Round > 0, "flag-late", "arrow-counterclockwise", p.T("event.reopened"))
	add(c.Undelivered, "flag-late", "envelope-exclamation", p.T("case.undelivered"))
	add(c.State == grievance.ActionTaken && !c.Undelivered, "flag-review", "clipboard-check", p.T("case.report_filed"))
	add(c.CMWatch, "flag-desk", "eye", p.T("case.cm_watch"))
	add(c.Against, "flag-review", "shield-check", p.T("case.against"))
	add(c.Sensitive, "flag-citizen", "lock", p.T("case.sensitive"))
	add(c.Urgency == grievance.Danger, "flag-danger", "exclamation-octagon-fill", p.T("urgency.danger"))
	add(c.Urgency == grievance.Urgent, "", "exclamation-circle", p.T("urgency.urgent"))
	add(c.Kind == grievance.Suggestion, "", "lightbulb", p.T("kind.suggestion"))
	add(c.Kind == grievance.Query, "", "question-circle", p.T("kind.query"))
	add(c.Kind == grievance.Praise, "flag-ok", "hand-thumbs-up", p.T("kind.praise"))
	return all
}

// clock is a time limit as a chip: words, and the share of the limit that is used.
type clock struct {
	Kind, Icon, Words string
	Bar               bool
	Used              int
}

// clocks writes the limits of cases as they stand at one moment.
type clocks struct {
	*i18n.Printer
	cal *grievance.Calendar
	now time.Time
}

// chip is the clock that matters most for the case now.
func (k clocks) chip(c *grievance.Case) clock {
	switch {
	case c.State == grievance.Waiting:
		return clock{Kind: "paused", Icon: "pause-circle", Words: k.T("clock.paused")}
	case !c.State.ClockRuns() || c.LimitDays == 0:
		return k.stopped(c)
	case c.Urgency == grievance.Danger && c.FirstResponseAt.IsZero():
		return clock{Kind: "danger", Icon: "exclamation-octagon-fill", Words: k.T("clock.danger")}
	case c.FirstResponseAt.IsZero() && !c.ResponseDueAt.IsZero() && k.now.Before(c.ResponseDueAt) && c.ResponseDueAt.Before(c.DueAt):
		return k.running("clock.first_reply", c.ReceivedAt, c.ResponseDueAt)
	}
	return k.report(c)
}

// report is the clock of the action taken report.
func (k clocks) report(c *grievance.Case) clock {
	if k.now.After(c.DueAt) {
		return clock{Kind: "late", Icon: "exclamation-triangle-fill", Words: k.T("clock.late", "Late", k.Duration(k.now.Sub(c.DueAt))), Bar: true, Used: 100}
	}
	return k.running("clock.left", c.ClockStart, c.DueAt)
}

func (k clocks) running(key string, start, due time.Time) clock {
	used := k.used(start, due)
	ck := clock{Kind: "running", Icon: "clock", Words: k.T(key, "Left", k.Duration(due.Sub(k.now))), Bar: true, Used: used}
	switch {
	case used >= 80:
		ck.Kind, ck.Icon = "soon", "hourglass-bottom"
	case used >= 50:
		ck.Kind, ck.Icon = "half", "hourglass-top"
	}
	return ck
}

func (k clocks) used(start, due time.Time) int {
	whole := k.cal.Between(start, due)
	if whole <= 0 {
		return 100
	}
	return min(int(100*k.cal.Between(start, k.now)/whole), 100)
}

func (k clocks) stopped(c *grievance.Case) clock {
	ck := clock{Kind: "stopped", Icon: "check2-circle", Words: k.T("clock.none")}
	if !c.ReportAt.IsZero() {
		ck.Words = k.T("clock.answered_in", "Used", k.Duration(c.ReportAt.Sub(c.ClockStart)))
	}
	return ck
}

// due says until when the report is owed.
func (k clocks) due(c *grievance.Case) string {
	switch {
	case c.LimitDays == 0:
		return k.T("clock.none")
	case c.State.ClockRuns():
		return k.T("case.report_by_time", "Time", k.Moment(c.DueAt))
	}
	return k.chip(c).Words
}

// left says how much of the limit is left for the report.
func (k clocks) left(c *grievance.Case) string {
	if !c.State.ClockRuns() || c.LimitDays == 0 {
		return k.chip(c).Words
	}
	return k.report(c).Words
}

// replyState is where a reply stands on its way out.
func replyState(p *i18n.Printer, s grievance.ReplyState) (icon, class, words string) {
	icons := map[grievance.ReplyState][2]string{
		grievance.ReplyAwaiting: {"clipboard-check", ""}, grievance.ReplyQueued: {"hourglass-split", ""},
		grievance.ReplySending: {"send", ""}, grievance.ReplyDoubtful: {"question-circle", "tone-half"},
		grievance.ReplyPublished: {"check2-all", "tone-ok"}, grievance.ReplyRefused: {"x-octagon", "tone-late"},
		grievance.ReplyCancelled: {"slash-circle", ""}, grievance.ReplyBounced: {"envelope-exclamation", "tone-late"},
		grievance.ReplyReturned: {"arrow-return-left", "tone-half"},
	}
	return icons[s][0], icons[s][1], p.T("reply_state." + string(s))
}

// count writes a kept count; zero is left empty where a list of folders would be noisy.
func count(p *i18n.Printer, n int64) string {
	if n == 0 {
		return ""
	}
	return p.Number(n)
}

// countTo writes a count that was taken up to a hundred.
func countTo(p *i18n.Printer, n int) string {
	if n >= 100 {
		return "99+"
	}
	return count(p, int64(n))
}

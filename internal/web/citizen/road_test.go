package citizen

import (
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/web"
)

// The road shows what happened, marks the one step that is now, and tells what comes.
func TestRoad(t *testing.T) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	v := &web.Visit{Printer: texts.In("en")}
	day := func(n int) time.Time { return time.Date(2026, 11, n, 10, 0, 0, 0, grievance.India) }
	tests := []struct {
		name string
		f    facts
		want string // past, [now], (next)
	}{
		{"received", facts{State: grievance.Received, Received: day(2), Opened: day(2)}, "Received, Registered, [We look for the office in charge], (Answer given), (Closed)"},
		{"waiting", facts{State: grievance.Waiting, Received: day(2), Opened: day(2)}, "Received, Registered and sent to the office, [Your answer is awaited], (Answer given), (Closed)"},
		{"answered", facts{State: grievance.Resolved, Received: day(2), Opened: day(2), Reported: day(3), Resolved: day(4), Until: day(11)}, "Received, Registered and sent to the office, Work reported, Answer given, [Your answer is awaited until 11 November 2026], (Closed)"},
		{"query closed without a report", facts{State: grievance.Closed, Received: day(2), Opened: day(2), Resolved: day(4), ClosedAt: day(5)}, "Received, Registered and sent to the office, Answer given, [Closed 5 November 2026]"},
		{"not admissible", facts{State: grievance.NotAdmissible, Received: day(2), Opened: day(2), ClosedAt: day(3)}, "Received, Registered and sent to the office, [It cannot be taken up here 3 November 2026]"},
		{"merged, without a date", facts{State: grievance.Merged, Received: day(2)}, "Received, [Dealt with together with another matter]"},
	}
	for _, tt := range tests {
		var got []string
		for _, s := range tt.f.road(v, v.Date) {
			switch s.Class {
			case "now":
				got = append(got, "["+strings.TrimSpace(s.Name+" "+s.When)+"]")
			case "next":
				got = append(got, "("+s.Name+")")
			default:
				got = append(got, s.Name)
			}
		}
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// Every state and outcome has its words in both languages.
func TestSentences(t *testing.T) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages() {
		v := &web.Visit{Printer: texts.In(lang)}
		for _, s := range grievance.States {
			f := facts{State: s}
			if strings.Contains(f.sentence(v), "citizen.") {
				t.Errorf("no sentence for %s in %s", s, lang)
			}
			for _, x := range f.road(v, v.Date) {
				if strings.Contains(x.Name, "citizen.") {
					t.Errorf("no step for %s in %s", s, lang)
				}
			}
		}
		for _, o := range outcomes {
			f := facts{State: grievance.Closed, Outcome: o}
			if strings.Contains(f.sentence(v), "citizen.") {
				t.Errorf("no sentence for %s in %s", o, lang)
			}
		}
	}
}

var outcomes = []grievance.Outcome{
	grievance.OutcomeSettled, grievance.OutcomeNoAnswer, grievance.OutcomeWithdrawn, grievance.OutcomeAccepted,
	grievance.OutcomeNoted, grievance.OutcomeDeclined, grievance.OutcomeAnswered, grievance.OutcomePassedOn,
}

// The office's limit is said while its clock runs, and when it is over.
func TestLimit(t *testing.T) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	v := &web.Visit{Printer: texts.In("en")}
	due := time.Date(2026, 11, 11, 10, 0, 0, 0, grievance.India)
	tests := []struct {
		f    facts
		want string
	}{
		{facts{State: grievance.Assigned, Due: due}, "The office is to answer by 11 November 2026."},
		{facts{State: grievance.Assigned, Due: due, Late: true}, "The office was to answer by 11 November 2026. It is late, and senior officers see that."},
		{facts{State: grievance.Assigned}, ""},
		{facts{State: grievance.Waiting, Due: due}, ""},
		{facts{State: grievance.Resolved, Due: due, Resolved: due.AddDate(0, 0, -2)}, "The office answered on 9 November 2026."},
		{facts{State: grievance.Closed, Due: due, Late: true}, ""},
	}
	for _, tt := range tests {
		if got := tt.f.limit(v); got != tt.want {
			t.Errorf("%s, late %v: %q, want %q", tt.f.State, tt.f.Late, got, tt.want)
		}
	}
}

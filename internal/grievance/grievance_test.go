package grievance

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestIDsOrderByTimeAndTravelAsText(t *testing.T) {
	g, at := NewIDs(), time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	a, b := g.New(at), g.New(at.Add(time.Millisecond))
	if a >= b {
		t.Errorf("%d made before %d", a, b)
	}
	if got := a.Time(); !got.Equal(at) {
		t.Errorf("Time = %v, want %v", got, at)
	}
	largest := ID(math.MaxInt64)
	out, err := json.Marshal(map[string]ID{"id": largest})
	if err != nil || string(out) != `{"id":"9223372036854775807"}` {
		t.Fatalf("JSON = %s, %v", out, err)
	}
	var back map[string]ID
	if err := json.Unmarshal(out, &back); err != nil || back["id"] != largest {
		t.Errorf("back = %v, %v", back, err)
	}
	for _, s := range []string{"", "0", "-4", "x", "9223372036854775808"} {
		if _, err := ParseID(s); !errors.Is(err, ErrNotFound) {
			t.Errorf("ParseID(%q) = %v", s, err)
		}
	}
}

func TestRegistrationNumberFindsSlips(t *testing.T) {
	at := time.Date(2026, 12, 31, 20, 0, 0, 0, time.UTC) // 2027 in India
	n := RegistrationNumber(at, 4211)
	if !strings.HasPrefix(n, "GRV-2027-004211") {
		t.Fatalf("number = %s", n)
	}
	if got := FindRegistrationNumbers("about " + strings.ToLower(n) + ", please"); !slices.Equal(got, []string{n}) {
		t.Errorf("found %v", got)
	}
	digits := []byte(n)
	for i := 9; i < len(digits); i++ {
		for d := byte('0'); d <= '9'; d++ {
			if d == digits[i] {
				continue
			}
			wrong := slices.Clone(digits)
			wrong[i] = d
			if _, err := ParseRegistrationNumber(string(wrong)); err == nil {
				t.Errorf("%s passes for %s", wrong, n)
			}
		}
		if i+1 < len(digits) && digits[i] != digits[i+1] {
			swapped := slices.Clone(digits)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			if _, err := ParseRegistrationNumber(string(swapped)); err == nil {
				t.Errorf("swapped %s passes for %s", swapped, n)
			}
		}
	}
}

var diwali = NewCalendar(StateBlocks, map[string]string{"2026-11-09": "Diwali holiday"})

func ist(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, India) }

func TestCalendar(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want time.Time
	}{
		{"next day", diwali.AddDays(ist(3, 10, 0), 1), ist(4, 10, 0)},
		{"over a weekend and Diwali", diwali.AddDays(ist(6, 10, 0), 1), ist(10, 10, 0)},
		{"written at night", diwali.AddDays(ist(3, 22, 0), 1), ist(5, 9, 0)},
		{"an hour before closing", diwali.Add(ist(6, 16, 30), time.Hour), ist(10, 9, 30)},
		{"share of the time", diwali.Share(ist(3, 9, 0), ist(5, 9, 0), 50), ist(3, 17, 0)},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got.In(India), tt.want)
		}
	}
	if got := diwali.Between(ist(6, 16, 0), ist(10, 10, 0)); got != 2*time.Hour {
		t.Errorf("Between = %v, want 2 h", got)
	}
}

func TestDueExplainsItself(t *testing.T) {
	pauses := []Pause{{From: ist(4, 11, 0), To: ist(4, 13, 0), Reason: "clock.waiting_for_citizen", By: 7}}
	due, steps := diwali.Due(ist(3, 13, 24), 5, pauses, ist(12, 9, 0))
	if want := ist(11, 15, 24); !due.Equal(want) {
		t.Errorf("due %v, want %v", due.In(India), want)
	}
	if last := steps[len(steps)-1]; !last.At.Equal(due) || last.Key != "clock.pause" || last.Working != 2*time.Hour {
		t.Errorf("last step %+v does not end at %v", last, due)
	}
	var keys []string
	for _, s := range steps {
		keys = append(keys, s.Key)
	}
	if !slices.Equal(keys, []string{"clock.start", "clock.limit", "clock.holiday", "clock.pause"}) {
		t.Errorf("steps %v", keys)
	}
}

func TestEscalate(t *testing.T) {
	now := ist(10, 12, 0)
	for _, tt := range []struct {
		name  string
		state State
		at    time.Time
		want  error
	}{
		{"overdue", Assigned, now.Add(-time.Minute), nil},
		{"not due", Assigned, now.Add(time.Minute), ErrConflict},
		{"ended", Closed, now.Add(-time.Minute), ErrConflict},
		{"answered", Resolved, now.Add(-time.Minute), ErrConflict},
	} {
		c := &Case{State: tt.state, EscalateAt: tt.at}
		if err := c.Escalate(now, diwali); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.want == nil && (c.Level != 1 || !c.EscalateAt.After(now)) {
			t.Errorf("%s: level %d, next %v", tt.name, c.Level, c.EscalateAt)
		}
	}
	top := &Case{State: Assigned, Level: TopLevel - 1, EscalateAt: now}
	if err := top.Escalate(now, diwali); err != nil || !top.EscalateAt.IsZero() {
		t.Errorf("at the top: %v, next %v", err, top.EscalateAt)
	}
}

func TestEveryStateIsReachedAndLeft(t *testing.T) {
	reached := map[State]bool{Received: true}
	for _, tr := range Transitions {
		for _, from := range tr.From {
			next, err := Next(from, tr.Event, Assigned)
			if err != nil {
				t.Errorf("%s from %s: %v", tr.Event, from, err)
			}
			reached[next] = true
		}
	}
	for _, s := range States {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
		if len(Events(s)) == 0 {
			t.Errorf("nothing leads from %s", s)
		}
	}
	if _, err := Next(Closed, Accepted, ""); !errors.Is(err, ErrConflict) {
		t.Errorf("accepting a closed case: %v", err)
	}
}

func TestRolesAreNoWiderThanTheirWork(t *testing.T) {
	for _, p := range Grants(Administrator) {
		if strings.HasPrefix(string(p), "case.") {
			t.Errorf("an administrator may %s", p)
		}
	}
	for _, p := range Grants(Auditor) {
		if !strings.HasSuffix(string(p), ".read") {
			t.Errorf("an auditor may %s", p)
		}
	}
}

// TestStatesAreDrawn holds docs/states.md to the table; UPDATE=1 writes it anew.
func TestStatesAreDrawn(t *testing.T) {
	var b strings.Builder
	b.WriteString("# States of a case\n\nDrawn from the table in `internal/grievance/state.go`; `UPDATE=1 go test ./internal/grievance` writes it anew.\n\n```mermaid\nstateDiagram-v2\n    [*] --> received: opened\n")
	for _, tr := range Transitions {
		for _, from := range tr.From {
			to := string(tr.To)
			if tr.To == "" {
				to = string(from)
			}
			if tr.To == Before {
				to = "state_before"
			}
			fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, tr.Event)
		}
	}
	b.WriteString("```\n\n| event | from | to | who | what follows |\n|---|---|---|---|---|\n")
	for _, tr := range Transitions {
		var from, who []string
		for _, s := range tr.From {
			from = append(from, string(s))
		}
		if tr.By != "" {
			who = append(who, "`"+string(tr.By)+"`")
		}
		if tr.Citizen {
			who = append(who, "citizen")
		}
		if tr.System {
			who = append(who, "program")
		}
		to := string(tr.To)
		if to == "" {
			to = "stays"
		}
		if tr.To == Before {
			to = "the state before"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", tr.Event, strings.Join(from, ", "), to, strings.Join(who, ", "), tr.Follows)
	}
	const file = "../../docs/states.md"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Error("docs/states.md is not what the table says; UPDATE=1 writes it anew")
	}
}

// The state nodal officer can appoint everybody who works on cases, and nobody grants
// what they lack.
func TestLacks(t *testing.T) {
	cell, hisar := Office{ID: 1, Tier: Secretariat}, Office{ID: 2, Tier: Administration, DistrictID: 63}
	as := func(r Role, o Office) Actor { return ActorOf(Charge{OfficerID: 7, Role: r}, o) }
	tests := []struct {
		by    Actor
		grant Role
		in    Office
		may   bool
	}{
		{as(StateNodal, cell), DistrictNodal, hisar, true},
		{as(StateNodal, cell), FieldOfficer, hisar, true},
		{as(StateNodal, cell), Clerk, cell, true},
		{as(StateNodal, cell), StateNodal, cell, true},
		{as(StateNodal, cell), Administrator, cell, false},
		{as(StateNodal, cell), Auditor, cell, false},
		{as(Administrator, cell), Administrator, cell, true},
		{as(Administrator, cell), StateNodal, cell, false},
		{as(Administrator, cell), FieldOfficer, hisar, false},
		{as(DistrictNodal, hisar), DistrictNodal, hisar, true},
		{as(DistrictNodal, hisar), DistrictNodal, cell, false},
		{as(FieldOfficer, hisar), DistrictNodal, hisar, false},
	}
	for _, tt := range tests {
		role := builtIn[tt.grant]
		missing, wider := tt.by.Lacks(role, ScopeOf(Charge{OfficerID: 8, Role: tt.grant}, tt.in, role))
		if may := len(missing) == 0 && !wider; may != tt.may {
			t.Errorf("%s grants %s in %s: %v, lacks %v, wider %v", tt.by.Role, tt.grant, tt.in.Tier, may, missing, wider)
		}
	}
}

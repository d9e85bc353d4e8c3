package learning

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, grievance.India)

// taught makes a lesson: the n-th author wrote the words, and a person chose.
func taught(n int, words string, officer grievance.ID, chose grievance.Reading) lesson {
	return lessonOf(store.Labelled{
		Example: store.Example{PostID: grievance.ID(n + 1), OfficerID: officer, At: noon.Add(-time.Duration(n) * time.Hour), Chose: chose, Channel: grievance.X},
		Post:    &grievance.StoredPost{Post: grievance.Post{ID: grievance.ID(n + 1), Text: words, Author: grievance.Author{ExternalID: fmt.Sprint("author-", n)}}, ReceivedAt: noon.Add(-time.Duration(n) * time.Hour)},
	})
}

func TestHeldBackPostsAreNeverLearnt(t *testing.T) {
	power := grievance.Reading{Kind: grievance.Grievance, Subject: "power_cut", Department: "power"}
	var all []lesson
	for n := range 400 {
		all = append(all, taught(n, fmt.Sprintf("no light in street number %d since the morning", n), 1, power))
	}
	// Somebody repeats word for word what a held author wrote.
	var held lesson
	for _, x := range all {
		if x.held {
			held = x
		}
	}
	for n := 1000; ; n++ {
		if x := taught(n, held.Post.Text, 2, power); !x.held {
			all = append(all, x)
			break
		}
	}
	hold(all)
	learnt, judged := split(all, time.Time{})
	if len(judged) < 70 || len(judged) > 130 || len(learnt) < 260 {
		t.Errorf("%d learnt from, %d held back of %d", len(learnt), len(judged), len(all))
	}
	keys := map[string]bool{}
	for _, x := range judged {
		keys[x.copyKey] = true
	}
	for _, x := range learnt {
		if x.held || keys[x.copyKey] {
			t.Fatalf("learnt from what is held back: %q", x.Post.Text)
		}
	}
	// The newest are judged only when the running model cannot have seen them.
	_, later := split(all, noon.Add(time.Hour))
	for _, x := range later {
		if !x.held {
			t.Errorf("a post of before the running model is judged: %v", x.At)
		}
	}
	if len(later) >= len(judged) {
		t.Errorf("%d judged, %d when the running model is newer than all", len(judged), len(later))
	}
}

func TestDisagreementsAndNewWords(t *testing.T) {
	power := grievance.Reading{Kind: grievance.Grievance, Subject: "power_cut", Department: "power"}
	water := grievance.Reading{Kind: grievance.Grievance, Subject: "no_water", Department: "public_health"}
	open := grievance.Reading{Kind: grievance.Grievance}
	all := []lesson{
		taught(1, "No light here, since Monday!", 1, power),
		taught(2, "no light here since monday", 2, water), // another officer, another department
		taught(3, "no light here since monday", 1, power), // the same officer again
		taught(4, "no light here since monday", 3, open),  // left open: no word against it
		taught(5, "something else entirely", 2, water),
	}
	found := disagreements(all)
	want := []store.Disagreement{{PostID: 2, OtherID: 3, Part: "department", At: all[0].At}, {PostID: 3, OtherID: 4, Part: "department", At: all[1].At}}
	if !slices.Equal(found, want) {
		t.Errorf("disagreements: %+v", found)
	}
	old := taught(24*40, "no light here since monday", 1, power)
	months := wordMonths(append(all, old))
	if len(months) != 2 || months[0].Unknown != months[0].Words || months[1].Posts != 5 || months[1].Unknown == 0 || months[1].Unknown >= months[1].Words {
		t.Errorf("months: %+v", months)
	}
}

func TestAThresholdIsChosenForThePrecision(t *testing.T) {
	of := func(sure float64, right, wrong int) (all []Tried) {
		for range right {
			all = append(all, Tried{sure, true})
		}
		for range wrong {
			all = append(all, Tried{sure, false})
		}
		return all
	}
	in := tried{posts: 400, proposed: map[grievance.AloneDecision][]Tried{grievance.AloneRoute: append(append(of(0.97, 120, 2), of(0.9, 60, 4)...), of(0.6, 30, 30)...)}}
	for _, tt := range []struct {
		stated       float64
		from         float64
		alone, wrong int
		refused      string
	}{
		{0.95, 0.9, 186, 6, ""},
		{0.98, 0.97, 122, 2, ""},
		{0.999, 0, 0, 0, "never"},
	} {
		got := in.trial(grievance.AloneRoute, tt.stated)
		if got.Threshold != tt.from || got.Alone != tt.alone || got.Wrong != tt.wrong || got.Refused != tt.refused {
			t.Errorf("for %v: %+v", tt.stated, got)
		}
		if got.Refused == "" && (got.Low >= got.Right() || got.High <= got.Right() || got.Share() != float64(tt.alone)/400) {
			t.Errorf("for %v: right %.3f within %.3f–%.3f, share %.3f", tt.stated, got.Right(), got.Low, got.High, got.Share())
		}
	}
	if got := in.trial(grievance.AloneKeep, 0.95); got.Refused != "never" {
		t.Errorf("nothing was proposed: %+v", got)
	}
	in.posts = LeastTried - 1
	if got := in.trial(grievance.AloneRoute, 0.95); got.Refused != "few" {
		t.Errorf("too few posts: %+v", got)
	}
}

func TestWhenADecisionIsTakenBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		t    store.AloneTally
		want bool
	}{
		{"as stated", store.AloneTally{Alone: 900, Undone: 20, Asked: 40, Refuted: 2}, false},
		{"the sample is wrong more often", store.AloneTally{Alone: 900, Asked: 40, Refuted: 3}, true},
		{"too small a sample", store.AloneTally{Alone: 20, Asked: 10, Refuted: 3}, false},
		{"people took too many back", store.AloneTally{Alone: 200, Undone: 11, Asked: 12}, true},
	} {
		if got := below(tt.t, 0.95); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestWorse(t *testing.T) {
	part := func(name string, gained, lost int) Part { return Part{Part: name, Gained: gained, Lost: lost} }
	for _, tt := range []struct {
		name  string
		parts []Part
		want  bool
	}{
		{"the same", []Part{part("kind", 0, 0)}, false},
		{"better", []Part{part("kind", 2, 1), part("subject", 20, 3)}, false},
		{"fewer right in all", []Part{part("kind", 2, 3)}, true},
		{"much worse in one part", []Part{part("kind", 1, 12), part("subject", 30, 0)}, true},
		{"districts are found by rules", []Part{part("kind", 1, 1), part("district", 0, 9)}, false},
	} {
		c := Comparison{Parts: tt.parts}
		if got := c.Worse(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestWarnings(t *testing.T) {
	month := func(m, posts, right int, unknown int64) Month {
		return Month{Month: m, Parts: map[store.SortingPart]store.SortingTally{store.SubjectPart: {Posts: posts, Right: right, Sure: 0.8}}, Words: store.WordMonth{Words: 1000, Unknown: unknown}}
	}
	steady := []Month{month(202611, 200, 160, 60), month(202610, 200, 162, 55), month(202609, 200, 158, 58), month(202608, 100, 80, 1000)}
	if got := warnings(steady); len(got) != 0 {
		t.Errorf("nothing changed: %+v", got)
	}
	falling := append([]Month{month(202612, 150, 100, 240)}, steady...)
	got := warnings(falling)
	if len(got) != 2 || got[0].What != "accuracy" || got[0].Month != 202612 || got[1].What != "words" {
		t.Errorf("a new scheme: %+v", got)
	}
}

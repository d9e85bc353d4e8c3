package demo

import (
	"slices"
	"strings"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
	"nivaran/internal/sorting"
)

// What citizens of the demonstration write is sorted to the department of their matter, but
// for three in a hundred.
func TestMattersAreSorted(t *testing.T) {
	engine, err := sorting.New()
	if err != nil {
		t.Fatal(err)
	}
	department, top := map[string]string{}, sorting.Topmost()
	for _, s := range seed.Subjects() {
		department[s.Code] = top[s.Department]
	}
	texts, subjects, wrong := 0, 0, 0
	for _, m := range matters {
		for _, text := range slices.Concat(m.hi, m.latin, m.en) {
			text = strings.ReplaceAll(text, "%s", "Hisar")
			v := engine.Sort(sorting.Input{Text: text})
			if v.Kind != grievance.Grievance || v.Department != department[m.subject] {
				wrong++
				t.Logf("%q → %s %s (%v), want %s", text, v.Kind, v.Department, v.DepartmentConfidence, department[m.subject])
			}
			texts++
			if slices.ContainsFunc(v.Candidates, func(c grievance.Candidate) bool { return c.Subject == m.subject }) {
				subjects++
			}
		}
	}
	if wrong*100 > texts*3 {
		t.Errorf("%d of %d are sorted wrongly", wrong, texts)
	}
	if subjects*100 < texts*95 {
		t.Errorf("the subject is a candidate of %d of %d", subjects, texts)
	}
}

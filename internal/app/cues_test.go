package app

import (
	"slices"
	"testing"

	"nivaran/internal/seed"
)

func TestCueFeatures(t *testing.T) {
	c := newCueLevels()
	strong := slices.IndexFunc(seed.Cues(), func(c seed.Cue) bool { return c.Strong })
	got := c.features("hello " + seed.Cues()[strong].Phrase + " there")
	if !slices.Contains(got, "strong") || !slices.IsSorted(got) {
		t.Errorf("of a strong phrase: %v", got)
	}
	if got := c.features("qwxz"); !slices.Equal(got, []string{"cues"}) {
		t.Errorf("of no phrase: %v", got)
	}
}

// A model of few labels is taught the phrases, and its file says so.
func TestCuesOfModel(t *testing.T) {
	l, err := readLabelled(grievances(t, 60), "office", "text", "")
	if err != nil {
		t.Fatal(err)
	}
	m, err := learn(t.Context(), l, nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.cues == nil || newLabelModel(m.Model).cues == nil {
		t.Error("three labels, and the phrases are not used")
	}
}

func BenchmarkSortLabel(b *testing.B) {
	l, err := readLabelled(grievances(b, 600), "office", "text", "")
	if err != nil {
		b.Fatal(err)
	}
	m, err := learn(b.Context(), l, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.predict(l.rows[i%len(l.rows)][l.text])
	}
}

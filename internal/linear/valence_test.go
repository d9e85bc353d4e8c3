package linear

import (
	"slices"
	"strings"
	"testing"

	"nivaran/internal/text"
)

// A list of other words than texts are read in would find nothing.
func TestValences(t *testing.T) {
	valences := valences()
	if len(valences) < 7000 {
		t.Fatalf("%d words", len(valences))
	}
	if listed := len(strings.Fields(valenceList)) - strings.Count(valenceList, "\n"); listed != len(valences) {
		t.Errorf("%d of %d words stand under two valences", listed-len(valences), listed)
	}
	known := 0
	for w, v := range valences {
		if v < -4 || v > 4 || v == 0 {
			t.Errorf("%s is %v", w, v)
		}
		if slices.Equal(appendWords(nil, text.Normal(w)), []string{w}) {
			known++
		}
	}
	if known < len(valences)*98/100 {
		t.Errorf("only %d of %d words are read as they are written", known, len(valences))
	}
}

// What is good turns bad after a "not", and the other way round.
func TestValenceTurns(t *testing.T) {
	sound := func(s string) []uint32 {
		r := &reader{words: appendWords(nil, text.Normal(s))}
		r.valence()
		return slices.Clone(r.ids)
	}
	good, bad, turned := sound("the work is good"), sound("the work is bad"), sound("the work is not good")
	last := func(ids []uint32) uint32 { return ids[len(ids)-1] }
	if last(turned) != last(bad) || last(good) == last(bad) {
		t.Errorf("good %v, bad %v, not good %v", good, bad, turned)
	}
	if far := sound("not that the work of this office is good"); !slices.Equal(far, good) {
		t.Errorf("a far not: %v, not %v", far, good)
	}
	if calm := sound("the work of the office"); last(calm) == last(good) || last(calm) == last(bad) {
		t.Errorf("neither good nor bad: %v", calm)
	}
}

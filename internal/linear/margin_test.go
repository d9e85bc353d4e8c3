package linear

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// A property that tells a label apart weighs more against one that all share when it is
// stretched.
func TestStretch(t *testing.T) {
	var examples []Example
	for i := range 60 {
		own := []string{"bijli", "paani", "sadak"}[i%3]
		examples = append(examples, Example{Text: fmt.Sprintf("%s kharab hai %c", own, 'a'+i%26), Label: own})
	}
	c, err := newCorpus(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := c.lesson(c.without(-1))
	of := l.learn(0)
	word := func(s string) int32 { return l.space.at[wordID(s)&(1<<l.space.bits-1)] }
	share := func(w weights) float32 { return w.by[word("bijli")] / max(abs(w.by[word("kharab")]), 1e-6) }
	plain, stretched := share(of[marginLearner]), share(of[stretchLearner])
	if plain <= 0 || stretched <= plain {
		t.Errorf("against what all share: %v plain, %v stretched", plain, stretched)
	}
	for i, x := range l.x {
		if s := of[stretchLearner].score(x); s > 0 != (l.label[i] == 0) {
			t.Errorf("%s scores %v", examples[i].Text, s)
		}
	}
}

func wordID(s string) uint32 {
	r := &reader{}
	r.add(hashed(seed(wordKind), s))
	return r.ids[0]
}

func abs(v float32) float32 { return max(v, -v) }

// A label that one author alone wrote leaves a fold of nothing but the other label.
func TestTrainOneLabelInAFold(t *testing.T) {
	of := func(label, group string, texts ...string) (all []Example) {
		for _, s := range texts {
			all = append(all, Example{Text: s, Label: label, Group: group})
		}
		return all
	}
	for name, examples := range map[string][]Example{
		"two texts":  slices.Concat(of("p", "", "bijli"), of("q", "", "paani")),
		"no words":   slices.Concat(of("p", "", "", ""), of("q", "", "")),
		"one author": slices.Concat(of("p", "a", "bijli gul", "bijli nahi", "tar toota"), of("q", "", "paani ganda", "nal band", "motor kharab")),
	} {
		m, err := Train(t.Context(), examples, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, s := range []string{"bijli", "paani", ""} {
			var sum float64
			for _, c := range m.Predict(s) {
				sum += c.Confidence
			}
			if !(math.Abs(sum-1) < 1e-6) { // nor NaN
				t.Errorf("%s: confidences in %q sum up to %v", name, s, sum)
			}
		}
	}
}

package linear

import (
	"fmt"
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

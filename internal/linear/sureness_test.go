package linear

import (
	"math"
	"slices"
	"testing"
)

func TestSettle(t *testing.T) {
	for _, p := range [][]float64{{0.97, 0.02, 0.01}, {0.2, 0.35, 0.3, 0.15}, {1, 0}, {0.34, 0.33, 0.33}} {
		for _, s := range []sureness{{}, {Slope: 0.6, Shift: -1.5}, {Slope: 0.3, Shift: -4}, {Slope: 0.6, Shift: 1}, {Slope: 2}} {
			got := slices.Clone(p)
			s.settle(got)
			sum := 0.0
			for _, v := range got {
				sum += v
			}
			if math.Abs(sum-1) > 1e-9 || slices.Index(got, slices.Max(got)) != slices.Index(p, slices.Max(p)) {
				t.Errorf("%+v settles %v to %v", s, p, got)
			}
		}
	}
	got := []float64{0.9, 0.06, 0.04}
	sureness{Slope: 0.5}.settle(got)
	near(t, "half the log odds of 0.9", got[0], 0.75)
	near(t, "the others keep their proportion", got[1]/got[2], 1.5)
}

// Texts whose first label is right less often than said are believed less.
func TestSurenessIsFitted(t *testing.T) {
	c := &corpus{labels: []string{"a", "b", "c"}}
	var held scores
	for i := range 400 {
		said := []float32{3, 0, 0} // 0.91 with the balance below
		label := 0
		if i%10 < 3 {
			label = 1
		}
		c.judged, c.label, c.weight = append(c.judged, i), append(c.label, label), append(c.weight, 1)
		for l := range held {
			held[l] = append(held[l], make([]float32, 3))
		}
		held[marginLearner][i] = said
	}
	b := &balance{say: [learners]float64{1, 0, 0}, prior: make([]float64, 3)}
	p := b.confidences(&held, 0)
	before := p[0]
	c.sureness(&held, b).settle(p)
	if before < 0.9 || math.Abs(p[0]-0.7) > 0.03 {
		t.Errorf("right in 0.7 of the texts, said %.2f, settled to %.2f", before, p[0])
	}
}

// Rarely sure of one of very many, yet mostly right: no step may leap away.
func TestSurenessFarOff(t *testing.T) {
	c := &corpus{labels: make([]string, 200)}
	var held scores
	for i := range 300 {
		c.judged, c.label, c.weight = append(c.judged, i), append(c.label, i%5/2), append(c.weight, 1)
		for l := range held {
			held[l] = append(held[l], make([]float32, 200))
		}
		held[marginLearner][i][0] = float32(i%7) / 2
	}
	b := &balance{say: [learners]float64{1, 0, 0}, prior: make([]float64, 200)}
	s := c.sureness(&held, b)
	var mean float64
	for i := range c.judged {
		p := b.confidences(&held, i)
		s.settle(p)
		mean += p[0] / 300
	}
	if math.Abs(mean-0.4) > 0.05 {
		t.Errorf("%+v: right in 0.4 of the texts, said %.2f", s, mean)
	}
}

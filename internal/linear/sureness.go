package linear

import (
	"math"
	"slices"
)

// sureness corrects the confidence in the first of many labels, on the scale of log odds:
// one temperature for all texts leaves the surest too sure and the others not sure enough,
// above all where labels of examples are wrong. The zero value corrects nothing.
type sureness struct {
	Slope float64 `json:"slope,omitempty"`
	Shift float64 `json:"shift,omitempty"`
}

// settle corrects confidences. The first stays first, and the others share the rest as before.
func (s sureness) settle(p []float64) {
	if s.Slope == 0 {
		return
	}
	first := slices.Index(p, slices.Max(p))
	before := p[first]
	if before >= 1 {
		return
	}
	second := 0.0 // what the first may not fall to
	for c, v := range p {
		if c != first {
			second = max(second, v*lead)
		}
	}
	after := max(1/(1+math.Exp(-s.Slope*odds(before)-s.Shift)), second/(1-before+second))
	for c := range p {
		p[c] *= (1 - after) / (1 - before)
	}
	p[first] = after
}

// lead keeps the first before the second when it is believed less.
const lead = 1.001

// odds are the log odds of a confidence, kept finite.
func odds(p float64) float64 {
	const edge = 1e-6
	p = min(max(p, edge), 1-edge)
	return math.Log(p / (1 - p))
}

// How sureness is fitted: steps of Newton's method, and how strongly it is held at no
// correction, in texts.
const (
	surenessSteps = 30
	surenessHold  = 5
)

// sureness fits by how often the first label was right on texts not learnt from.
func (c *corpus) sureness(held *scores, b *balance) sureness {
	x, right := make([]float64, len(c.judged)), make([]float64, len(c.judged))
	for i := range c.judged {
		p := b.confidences(held, i)
		first := slices.Index(p, slices.Max(p))
		x[i] = odds(p[first])
		if first == c.label[i] {
			right[i] = 1
		}
	}
	s := sureness{Slope: 1}
	for range surenessSteps {
		g, h := c.surenessSlopes(s, x, right)
		d := h[0]*h[2] - h[1]*h[1]
		s.Slope -= short((h[2]*g[0] - h[1]*g[1]) / d)
		s.Shift -= short((h[0]*g[1] - h[1]*g[0]) / d)
	}
	s.Slope = min(max(s.Slope, leastSlope), mostSlope)
	for range surenessSteps { // the shift that goes with the slope that stays
		g, h := c.surenessSlopes(s, x, right)
		s.Shift -= short(g[1] / h[2])
	}
	return s
}

// short keeps a step from leaping over what it looks for.
func short(step float64) float64 { return min(max(step, -0.5), 0.5) }

// surenessSlopes are the first and second derivatives of how badly s fits.
func (c *corpus) surenessSlopes(s sureness, x, right []float64) (g [2]float64, h [3]float64) {
	g = [2]float64{surenessHold * (s.Slope - 1), surenessHold * s.Shift}
	h = [3]float64{surenessHold, 0, surenessHold}
	for i, v := range x {
		p := 1 / (1 + math.Exp(-s.Slope*v-s.Shift))
		w := float64(c.weight[i])
		g[0] += w * (p - right[i]) * v
		g[1] += w * (p - right[i])
		h[0] += w * p * (1 - p) * v * v
		h[1] += w * p * (1 - p) * v
		h[2] += w * p * (1 - p)
	}
	return g, h
}

// A slope outside of these is an accident of few texts.
const (
	leastSlope = 0.3
	mostSlope  = 2
)

package linear

import "math"

// balance is how much each learner's say counts, and how likely each label is before the
// text is read; fitted so that the confidence is true on texts not learnt from.
type balance struct {
	say   [learners]float64
	prior []float64
}

// How the balance is fitted: rounds, steps, and how strongly priors are held near 0. It
// looks at no more than so many confidences a round.
const (
	balanceRounds = 300
	sayStep       = 0.5
	priorStep     = 0.1
	priorHold     = 0.002
	balanceMost   = 1_000_000
)

// balance fits by gradient descent with steps for each number of its own (AdaGrad).
func (c *corpus) balance(held *scores) *balance {
	b := &balance{say: [learners]float64{marginLearner: 2, bayesLearner: 0.2, centroidLearner: 1, stretchLearner: 1}, prior: make([]float64, len(c.labels))}
	stride := 1 + len(c.judged)*len(c.labels)/balanceMost
	var saySquares [learners]float64
	priorSquares := make([]float64, len(c.labels))
	slope := make([]float64, len(c.labels))
	for range balanceRounds {
		var saySlope [learners]float64
		var all float64
		clear(slope)
		for i := 0; i < len(c.judged); i += stride {
			p := b.confidences(held, i)
			weight := float64(c.weight[i])
			all += weight
			for label, e := range p {
				if label == c.label[i] {
					e--
				}
				e *= weight
				slope[label] += e
				for l := range saySlope {
					saySlope[l] += e * float64(held[l][i][label])
				}
			}
		}
		for l := range b.say {
			g := saySlope[l] / all
			saySquares[l] += g * g
			b.say[l] = max(b.say[l]-sayStep*g/math.Sqrt(saySquares[l]+1e-9), 0)
		}
		for label := range b.prior {
			g := slope[label]/all + priorHold*b.prior[label]
			priorSquares[label] += g * g
			b.prior[label] -= priorStep * g / math.Sqrt(priorSquares[label]+1e-6)
		}
	}
	return b
}

// confidences of the judged example i.
func (b *balance) confidences(held *scores, i int) []float64 {
	p := make([]float64, len(b.prior))
	for label := range p {
		p[label] = b.prior[label]
		for l, say := range b.say {
			p[label] += say * float64(held[l][i][label])
		}
	}
	softmax(p)
	return p
}

// joined are the learners' weights for a label as one.
func (b *balance) joined(of [learners]weights, label int) weights {
	j := weights{by: make([]float32, len(of[0].by)), bias: float32(b.prior[label])}
	for l, w := range of {
		say := float32(b.say[l])
		for id, v := range w.by {
			j.by[id] += say * v
		}
		j.bias += say * w.bias
		j.lean += say * w.lean
	}
	return j
}

package linear

import (
	"math"
	"math/rand/v2"
)

// marginBuffers are reused from label to label.
type marginBuffers struct {
	alpha   []float64
	squares []float64
	active  []int
	by      []stretched // by property
}

// stretched is the weight of a property, and the square of how much longer than it is the
// property is made for the label; both are read together.
type stretched struct{ weight, square float32 }

// How the margin is learnt: the price of a mistake, rounds over the examples, and how far
// from done it may end. The price was varied on folds of authority_tweets; twice the rounds and
// a quarter of the distance cost half as much time again and changed no figure.
const (
	mistakePrice = 0.25
	rounds       = 10
	nearEnough   = 0.2
	rarestFactor = 8 // at most so much more does a mistake on the label's own texts cost
)

// stretchSmooth smoothes the log odds that a property is met in a label; by their power of 1.5
// it becomes longer. Both were chosen on four author-disjoint parts of the 29 categories of
// authority_tweets, among 0.01 to 1 and 0.5 to 2.
const stretchSmooth = 0.3

// byMargin separates the texts of a label as they are.
func (l *lesson) byMargin(label int) weights {
	for id := range l.margin.by {
		l.margin.by[id] = stretched{square: 1}
	}
	return l.descend(label, l.bufs[marginLearner])
}

// byStretch separates them with each property as long as it tells the label apart; the
// lengths of all texts together stay.
func (l *lesson) byStretch(label int) weights {
	own := l.spare
	clear(own)
	in := l.sum(label, own)
	out := l.all - in
	room := stretchSmooth * float64(len(own))
	all := math.Log((out + room) / (in + room))
	never := all + math.Log(stretchSmooth) // but for how often it is met elsewhere
	for id, v := range own {
		odds := never - l.logs[id]
		if v > 0 {
			odds = all + math.Log((float64(v)+stretchSmooth)/(max(l.total[id]-float64(v), 0)+stretchSmooth))
		}
		l.margin.by[id] = stretched{square: float32(math.Abs(odds * odds * odds))}
	}
	var before, after float64
	for _, x := range l.x {
		for _, f := range x {
			square := float64(f.value) * float64(f.value)
			before += square
			after += square * float64(l.margin.by[f.id].square)
		}
	}
	scale := float32(before / max(after, 1e-12))
	for id := range l.margin.by {
		l.margin.by[id].square *= scale
	}
	return l.descend(label, l.bufs[stretchLearner])
}

// descend is dual coordinate descent for the squared hinge loss (Hsieh and others, 2008),
// with examples left aside that no longer matter. The weights come out for properties as
// they are.
func (l *lesson) descend(label int, into []float32) weights {
	alpha, squares := l.margin.begin(l.x)
	price := l.prices(label)
	random := rand.New(rand.NewPCG(1, uint64(label)))
	by, active, bias := l.margin.by, l.margin.active, float32(0)
	worstBefore := math.Inf(1)
	for range rounds {
		random.Shuffle(len(active), func(i, j int) { active[i], active[j] = active[j], active[i] })
		worst := 0.0
		for s := 0; s < len(active); s++ {
			i := active[s]
			sign, d := float32(-1), 1/(2*price[0]*float64(l.weight[i]))
			if l.label[i] == label {
				sign, d = 1, 1/(2*price[1]*float64(l.weight[i]))
			}
			x := l.x[i]
			m := bias
			for _, f := range x {
				m += by[f.id].weight * f.value
			}
			slope := float64(sign*m) - 1 + d*alpha[i]
			if alpha[i] == 0 && slope > 0 {
				if slope > worstBefore {
					active[s] = active[len(active)-1]
					active = active[:len(active)-1]
					s--
				}
				continue
			}
			worst = max(worst, math.Abs(slope))
			old := alpha[i]
			alpha[i] = max(old-slope/(squares[i]+d), 0)
			step := float32(alpha[i]-old) * sign
			for _, f := range x {
				p := &by[f.id]
				p.weight += step * f.value * p.square
			}
			bias += step
		}
		if worst < nearEnough {
			break
		}
		worstBefore = worst
	}
	for id := range into {
		into[id] = by[id].weight
	}
	return weights{by: into, bias: bias}
}

// begin sets all back, and gives the multipliers of the texts and the squares of their
// lengths with the bias, as they are stretched.
func (b *marginBuffers) begin(texts [][]feature) (alpha, squares []float64) {
	if b.alpha == nil {
		b.alpha, b.squares, b.active = make([]float64, len(texts)), make([]float64, len(texts)), make([]int, len(texts))
	}
	clear(b.alpha)
	for i, x := range texts {
		b.active[i] = i
		b.squares[i] = 1
		for _, f := range x {
			b.squares[i] += float64(f.value) * float64(f.value) * float64(b.by[f.id].square)
		}
	}
	return b.alpha, b.squares
}

// prices are what a mistake costs on other texts and on the label's own. Where there are no
// others, as beside a fold that has all of them, it still costs something.
func (l *lesson) prices(label int) [2]float64 {
	own := 0
	for _, of := range l.label {
		if of == label {
			own++
		}
	}
	more := math.Sqrt(float64(max(len(l.label)-own, 1)) / float64(max(own, 1)))
	return [2]float64{mistakePrice, mistakePrice * min(more, rarestFactor)}
}

package linear

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Baseline is what our model is held against: logistic regression over hashed words, pairs
// of words and runs of three to five letters, without normalising, joining of learners or
// calibration. For measuring only.
type Baseline struct {
	labels []string
	w      [][]float32 // by label
	bias   []float32
}

// How the baseline learns, as such baselines usually do.
const (
	baselineBits   = 18
	baselineRounds = 30
	baselineStep   = 2.0
	baselineHold   = 1e-5
)

// TrainBaseline learns one logistic regression a label by stochastic gradient descent.
func TrainBaseline(examples []Example) *Baseline {
	b := &Baseline{}
	for _, e := range examples {
		b.labels = append(b.labels, e.Label)
	}
	b.labels = sortedSet(b.labels)
	k := len(b.labels)
	b.bias, b.w = make([]float32, k), make([][]float32, k)
	x, y := make([][]feature, len(examples)), make([]int, len(examples))
	for i, e := range examples {
		x[i] = plainFeatures(e.Text)
		y[i], _ = slices.BinarySearch(b.labels, e.Label)
	}
	for c := range b.w {
		b.w[c] = make([]float32, 1<<baselineBits)
		b.learn(c, x, y)
	}
	return b
}

func (b *Baseline) learn(c int, x [][]feature, y []int) {
	random := rand.New(rand.NewPCG(1, uint64(c)))
	w, order := b.w[c], random.Perm(len(x))
	for round := range baselineRounds {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		step := float32(baselineStep / math.Sqrt(float64(round+1)))
		for _, i := range order {
			is := float32(0)
			if y[i] == c {
				is = 1
			}
			g := step * (is - float32(1/(1+math.Exp(-float64(b.score(c, x[i]))))))
			for _, f := range x[i] {
				w[f.id] += g*f.value - step*baselineHold*w[f.id]
			}
			b.bias[c] += g
		}
	}
}

func (b *Baseline) score(c int, x []feature) float32 {
	s := b.bias[c]
	for _, f := range x {
		s += b.w[c][f.id] * f.value
	}
	return s
}

// Predict gives the labels, best first.
func (b *Baseline) Predict(s string) []Candidate {
	x := plainFeatures(s)
	scores := make([]float64, len(b.labels))
	var sum float64
	for c := range scores {
		scores[c] = 1 / (1 + math.Exp(-float64(b.score(c, x))))
		sum += scores[c]
	}
	for c := range scores {
		scores[c] /= sum
	}
	return ranked(b.labels, scores)
}

// plainFeatures are counts of hashes, as a vector of length 1.
func plainFeatures(s string) []feature {
	r := &reader{}
	before := ""
	for _, w := range strings.Fields(strings.ToLower(s)) {
		r.add(hashed(seed(wordKind), w))
		r.add(hashed(hashed(hashed(seed(pairKind), before), " "), w))
		before = w
		letters := []rune(" " + w + " ")
		for n := 3; n <= longestGram; n++ {
			for i := 0; i+n <= len(letters); i++ {
				r.add(hashed(seed(gramKind), string(letters[i:i+n])))
			}
		}
	}
	return plain(r.counted())
}

func plain(x []feature) []feature {
	var sum float64
	for i := range x {
		x[i].id &= 1<<baselineBits - 1
		sum += float64(x[i].value * x[i].value)
	}
	for i := range x {
		x[i].value /= float32(math.Sqrt(sum))
	}
	return x
}

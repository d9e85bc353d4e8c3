package linear

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Baseline is what our model is held against: logistic regression over hashed words, pairs
// of words and runs of three to five letters, without normalising, joining of learners or
// calibration. Of two labels it too is given the confidence from which finding one served
// best on texts not learnt from. For measuring only.
type Baseline struct {
	labels    []string
	w         [][]float32 // by label
	bias      []float32
	decisive  int     // of two labels: the one to be found
	threshold float64 // of two labels: from which confidence; else 0
}

// How the baseline learns, as such baselines usually do.
const (
	baselineBits   = 18
	baselineRounds = 30
	baselineStep   = 2.0
	baselineHold   = 1e-5
)

// TrainBaseline learns one logistic regression a label by stochastic gradient descent;
// decisive is of two labels the one to be found.
func TrainBaseline(examples []Example, decisive string) *Baseline {
	b := plainBaseline(examples)
	if at := slices.Index(b.labels, decisive); at >= 0 && len(b.labels) == 2 {
		b.decisive, b.threshold = at, heldThreshold(examples, decisive)
	}
	return b
}

// heldThreshold is the confidence from which finding the label had the best F1, each fold
// judged by what the others taught.
func heldThreshold(examples []Example, decisive string) float64 {
	fold := foldsOf(examples)
	held := make([]Candidate, 0, len(examples)) // the true label, and the confidence in decisive
	for f := range folds {
		var train, test []Example
		for i, e := range examples {
			if fold[i] == f {
				test = append(test, e)
			} else {
				train = append(train, e)
			}
		}
		b := plainBaseline(train)
		for _, e := range test {
			for _, c := range b.Predict(e.Text) {
				if c.Label == decisive {
					held = append(held, Candidate{e.Label, c.Confidence})
				}
			}
		}
	}
	return bestF1(held, decisive)
}

// bestF1 is the confidence in the decisive label from which choosing it has the best F1.
func bestF1(held []Candidate, decisive string) float64 {
	slices.SortFunc(held, func(a, b Candidate) int { return cmp.Compare(b.Confidence, a.Confidence) })
	there := 0
	for _, c := range held {
		if c.Label == decisive {
			there++
		}
	}
	best, at, hit := 0.0, 0.5, 0
	for n, c := range held {
		if c.Label == decisive {
			hit++
		}
		if f := 2 * float64(hit) / float64(n+1+there); f > best {
			best, at = f, c.Confidence
		}
	}
	return at
}

func plainBaseline(examples []Example) *Baseline {
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
	if b.threshold > 0 {
		scores[b.decisive] = decided(scores[b.decisive], b.threshold)
		scores[1-b.decisive] = 1 - scores[b.decisive]
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

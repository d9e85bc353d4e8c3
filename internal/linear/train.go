package linear

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"nivaran/internal/text"
)

// Example is a text whose label is known.
type Example struct {
	Text     string
	Label    string
	Group    string   // examples of one group (an author, a thread) help or judge, never both; empty: copies of the text
	Weight   float64  // how much it counts; 0 is 1
	Features []string // what the caller knows beside the text; Predict is given the same
}

// Options are what training may be told.
type Options struct {
	Names    map[string][]string // by label: texts that say what it means; taught with it, never judged on
	Decisive string              // of two labels: the one to be found; empty: "1", "yes" or "true", else the rarer one
	About    map[string]string   // what the caller wants to find in the model again
	Bits     uint                // the model has room for 1<<Bits properties, those beyond share; 0 is 20, the most
	Weights  int                 // how many weights the model keeps at most, the smallest going first; 0 is 5 million
}

// nameWeight is how much a text counts that only says what a label means, beside an
// example: names help the organisations of cpgrams_grievances at this weight; others were
// not tried.
const nameWeight = 0.5

// Train learns from examples of at least two labels. The same examples give the same model.
func Train(ctx context.Context, examples []Example, o Options) (*Model, error) {
	c, err := newCorpus(examples, o)
	if err != nil {
		return nil, err
	}
	held, err := c.heldScores(ctx)
	if err != nil {
		return nil, err
	}
	b := c.balance(held)
	m, err := c.model(ctx, b)
	if err != nil {
		return nil, err
	}
	m.about = o.About
	if len(c.labels) > 2 {
		m.sureness = c.sureness(held, b)
		return m, nil
	}
	m.decisive = c.decisive(o.Decisive)
	m.threshold = c.threshold(held, b, m.decisive)
	return m, nil
}

// corpus is what is learnt from.
type corpus struct {
	labels []string
	docs   []document
	bits   uint
	most   int // weights
	label  []int
	weight []float32
	fold   []int // in which fold it judges; -1: in none
	judged []int // those that judge
}

func newCorpus(examples []Example, o Options) (*corpus, error) {
	c := &corpus{bits: mostBits, most: cmp.Or(o.Weights, mostWeights)}
	if o.Bits != 0 {
		c.bits = min(o.Bits, mostBits)
	}
	for _, e := range examples {
		c.labels = append(c.labels, e.Label)
	}
	slices.Sort(c.labels)
	c.labels = slices.Compact(c.labels)
	if len(c.labels) < 2 {
		return nil, errors.New("train: examples of at least two labels are needed")
	}
	if len(c.labels) > math.MaxUint16 {
		return nil, fmt.Errorf("train: %d labels are too many, at most %d", len(c.labels), math.MaxUint16)
	}
	r := &reader{}
	folds := foldsOf(examples)
	for i, e := range examples {
		c.add(r.read(e.Text, text.Spans(e.Text), e.Features), c.index(e.Label), weightOf(e), folds[i])
		c.judged = append(c.judged, i)
	}
	for at, label := range c.labels {
		for _, name := range o.Names[label] {
			c.add(r.read(name, text.Spans(name), nil), at, nameWeight, -1)
		}
	}
	return c, nil
}

func (c *corpus) add(d document, label int, weight float64, fold int) {
	for _, part := range d {
		inOrder(part)
	}
	c.docs = append(c.docs, d)
	c.label = append(c.label, label)
	c.weight = append(c.weight, float32(weight))
	c.fold = append(c.fold, fold)
}

func (c *corpus) index(label string) int {
	i, _ := slices.BinarySearch(c.labels, label)
	return i
}

func weightOf(e Example) float64 {
	if e.Weight == 0 {
		return 1
	}
	return e.Weight
}

// without lists what is learnt from when a fold judges; -1: everything.
func (c *corpus) without(fold int) []int {
	var in []int
	for i := range c.docs {
		if fold < 0 || c.fold[i] != fold {
			in = append(in, i)
		}
	}
	return in
}

// scores are what each learner says: by learner, judged example, label.
type scores [learners][][]float32

// heldScores lets every example be judged by learners that did not see its fold.
func (c *corpus) heldScores(ctx context.Context) (*scores, error) {
	var s scores
	for l := range s {
		s[l] = make([][]float32, len(c.judged))
		for i := range s[l] {
			s[l][i] = make([]float32, len(c.labels))
		}
	}
	for fold := range folds {
		lesson := c.lesson(c.without(fold))
		var own []int
		for _, i := range c.judged {
			if c.fold[i] == fold {
				own = append(own, i)
			}
		}
		vectors := make([][]feature, len(own))
		for j, i := range own {
			vectors[j] = lesson.space.vector(c.docs[i])
		}
		for label := range c.labels {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			for l, w := range lesson.learn(label) {
				for j, i := range own {
					s[l][i][label] = w.score(vectors[j])
				}
			}
		}
	}
	return &s, nil
}

// model learns from everything and joins the learners by their balance.
func (c *corpus) model(ctx context.Context, b *balance) (*Model, error) {
	lesson := c.lesson(c.without(-1))
	p := newPacker(lesson.space, c.labels, c.most)
	for label := range c.labels {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.pack(label, b.joined(lesson.learn(label), label))
	}
	return p.model(), nil
}

// decisive is which of two labels is to be found.
func (c *corpus) decisive(said string) int {
	for _, name := range []string{said, "1", "yes", "true"} {
		if i := slices.Index(c.labels, name); i >= 0 {
			return i
		}
	}
	var n [2]int
	for _, i := range c.judged {
		n[c.label[i]]++
	}
	if n[0] < n[1] {
		return 0
	}
	return 1
}

// threshold is the confidence from which choosing the decisive label promises the best F1,
// taking confidences of texts not learnt from at their word: choosing by their few labels
// would fit those few.
func (c *corpus) threshold(held *scores, b *balance, decisive int) float64 {
	confidences := make([]float64, len(c.judged))
	var there float64
	for i := range c.judged {
		confidences[i] = b.confidences(held, i)[decisive]
		there += confidences[i]
	}
	slices.Sort(confidences)
	best, at, hit := 0.0, 0.5, 0.0
	for n, p := range slices.Backward(confidences) {
		hit += p
		if f := 2 * hit / (float64(len(confidences)-n) + there); f > best {
			best, at = f, p
		}
	}
	return min(max(at, leastThreshold), mostThreshold)
}

// A threshold stays near one half.
const (
	leastThreshold = 0.3
	mostThreshold  = 0.5
)

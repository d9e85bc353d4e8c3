package linear

import (
	"math"
	"slices"
)

// The learners that a model is joined from.
const (
	marginLearner   = iota // separates by a margin: best with many examples
	bayesLearner           // complement naive Bayes: steady with few
	centroidLearner        // nearness to the middle of the examples: best with very few
	stretchLearner         // a margin where what tells a label apart counts more: best with many labels
	learners
)

// weights are what one learner gives to the properties for one label.
type weights struct {
	by   []float32 // by property
	bias float32
	lean float32 // for each unit of the length that is the sum of a vector
}

func (w weights) score(x []feature) float32 {
	s, sum := w.bias, float32(0)
	for _, f := range x {
		s += w.by[f.id] * f.value
		sum += f.value
	}
	return s + w.lean*sum
}

// lesson is what the learners learn from, label by label.
type lesson struct {
	space  *space
	x      [][]feature
	label  []int
	weight []float32
	total  []float64 // by property: the sum over all
	logs   []float64 // by property: the logarithm of that, smoothed for byStretch
	all    float64
	bufs   [learners][]float32
	margin marginBuffers
	spare  []float32 // by property
}

func (c *corpus) lesson(in []int) *lesson {
	docs := make([]document, len(in))
	for j, i := range in {
		docs[j] = c.docs[i]
	}
	l := &lesson{space: newSpace(docs, len(c.labels), c.bits)}
	l.total = make([]float64, l.space.size())
	for j, i := range in {
		x := l.space.vector(docs[j])
		l.x = append(l.x, x)
		l.label = append(l.label, c.label[i])
		l.weight = append(l.weight, c.weight[i])
		for _, f := range x {
			l.total[f.id] += float64(f.value * c.weight[i])
			l.all += float64(f.value * c.weight[i])
		}
	}
	l.logs = make([]float64, len(l.total))
	for id, v := range l.total {
		l.logs[id] = math.Log(v + stretchSmooth)
	}
	for i := range l.bufs {
		l.bufs[i] = make([]float32, l.space.size())
	}
	l.spare = make([]float32, l.space.size())
	l.margin.by = make([]stretched, l.space.size())
	return l
}

// learn gives each learner's weights for a label; they hold until the next call.
func (l *lesson) learn(label int) [learners]weights {
	for i := range l.bufs {
		clear(l.bufs[i])
	}
	of := [learners]weights{marginLearner: l.byMargin(label), bayesLearner: l.byBayes(label), centroidLearner: l.byCentroid(label)}
	of[stretchLearner] = l.byStretch(label)
	return of
}

// byBayes weighs properties by how much likelier they are in the label than outside. What
// all labels would have in common is left out, so that a property that the label's texts
// never show has no weight of its own, only the lean.
func (l *lesson) byBayes(label int) weights {
	const smooth = 0.1
	w := l.bufs[bayesLearner]
	own := l.sum(label, w)
	size := smooth * float64(len(w)+1)
	outside := l.all - own + size
	lean := math.Log(smooth/(own+size)) + math.Log(outside)
	for id, v := range w {
		if v > 0 {
			in, out := float64(v), max(l.total[id]-float64(v), 0)
			w[id] = float32(math.Log((in+smooth)/smooth) + math.Log((l.total[id]+smooth)/(out+smooth)))
		}
	}
	return weights{by: w, lean: float32(lean)}
}

// byCentroid weighs properties as the label's mean text does.
func (l *lesson) byCentroid(label int) weights {
	w := l.bufs[centroidLearner]
	l.sum(label, w)
	var square float64
	for _, v := range w {
		square += float64(v) * float64(v)
	}
	scale := float32(1 / math.Sqrt(max(square, 1e-12)))
	for id := range w {
		w[id] *= scale
	}
	return weights{by: w}
}

// sum adds up the texts of a label and gives the sum of that.
func (l *lesson) sum(label int, into []float32) float64 {
	var all float64
	for i, x := range l.x {
		if l.label[i] != label {
			continue
		}
		for _, f := range x {
			into[f.id] += f.value * l.weight[i]
			all += float64(f.value * l.weight[i])
		}
	}
	return all
}

// space is the properties that are learnt from, the commonest first, so that what is read
// most lies together in memory.
type space struct {
	lengths [views]float32
	bits    uint
	at      []int32   // by place: which property; -1: none
	rare    []float32 // by property
	places  []uint32  // by property
}

const mostBits = 20

func newSpace(docs []document, labels int, bits uint) *space {
	s := &space{lengths: lengths(labels), bits: bits}
	counts := make([]uint32, 1<<s.bits)
	for _, d := range docs {
		for _, part := range d {
			for _, f := range part {
				counts[f.id&(1<<s.bits-1)]++
			}
		}
	}
	for place, n := range counts {
		if n > 0 {
			s.places = append(s.places, uint32(place))
		}
	}
	slices.SortStableFunc(s.places, func(a, b uint32) int { return int(counts[b]) - int(counts[a]) })
	s.at = make([]int32, 1<<s.bits)
	for place := range s.at {
		s.at[place] = -1
	}
	s.rare = make([]float32, len(s.places))
	for i, place := range s.places {
		s.at[place] = int32(i)
		s.rare[i] = rarity(counts[place], len(docs))
	}
	return s
}

// rarity is the logarithm of how few of all texts show a property, in the steps that a
// model keeps.
func rarity(with uint32, all int) float32 {
	r := math.Log(float64(all+1)/float64(min(int(with), all)+1)) + 1
	return float32(math.Round(min(r*rareSteps, 255)) / rareSteps)
}

func (s *space) size() int { return len(s.places) }

func (s *space) vector(d document) []feature {
	return d.weigh(make([]feature, 0, d.size()), &s.lengths, func(id uint32) (uint32, float32, bool) {
		at := s.at[id&(1<<s.bits-1)]
		if at < 0 {
			return 0, 0, false
		}
		return uint32(at), s.rare[at], true
	})
}

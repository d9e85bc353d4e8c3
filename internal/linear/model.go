// Package linear learns to tell texts apart: one linear model a label over hashed words
// and runs of letters, joined from four learners whose say is weighed on texts that they
// had not learnt from; the confidence is fitted on those too. It knows nothing of posts or
// offices, and does no I/O beyond reading and writing a model.
package linear

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
)

// Model tells labels apart. It may be used by many goroutines at once.
type Model struct {
	labels    []string
	lengths   [views]float32
	bits      uint      // a property has 1<<bits places
	places    []place   // by place; one more at the end
	weights   []weight  // place by place
	scales    []float32 // by label
	bias      []float32 // by label
	lean      []float32 // by label: for each unit of the sum of a vector
	sureness  sureness  // of more than two labels
	threshold float64   // of two labels: from which confidence of decisive it is chosen; else 0
	decisive  int       // of two labels: the one whose finding counts
	about     map[string]string
	scratch   sync.Pool
}

// place is what the model knows of the properties at one place: in the low byte how rare
// they are, in steps of 1/rareSteps, 0 where they are not known, and above it where their
// weights begin. A prediction looks up hundreds of places all over memory, so that each
// must be one look.
type place uint32

// mostPlaced is how many weights a place can count to.
const mostPlaced = 1<<24 - 1

func (p place) from() uint32  { return uint32(p >> 8) }
func (p place) rare() float32 { return float32(uint8(p)) / rareSteps }

// weight is what a property says for a label, in steps of the label's scale.
type weight struct {
	label uint16
	steps int8
}

// Candidate is a label with how likely it is the right one.
type Candidate struct {
	Label      string  `json:"label"`
	Confidence float64 `json:"confidence"`
}

// rareSteps is how finely rarity is kept: the rarest of a million texts has 15.
const rareSteps = 16

// Labels are what the model tells apart, in the order of the alphabet.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// About is what the caller of Train said of the model.
func (m *Model) About() map[string]string { return maps.Clone(m.about) }

// Decisive is the one of two labels that is to be found; of more labels there is none.
func (m *Model) Decisive() string {
	if m.threshold == 0 {
		return ""
	}
	return m.labels[m.decisive]
}

// Predict says how likely each label is the right one for a text with the features that
// the caller names, best first; together they make 1.
func (m *Model) Predict(s string, features ...string) []Candidate {
	return m.Judge(ReadText(s, features...))
}

// candidates are the labels by their scores, best first; the scores become confidences.
func (m *Model) candidates(scores []float64) []Candidate {
	m.confidences(scores)
	return ranked(m.labels, scores)
}

// ranked puts labels with their confidences in order, best first.
func ranked(labels []string, confidences []float64) []Candidate {
	out := make([]Candidate, len(labels))
	for c, label := range labels {
		out[c] = Candidate{label, confidences[c]}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return out
}

// working is what one prediction needs.
type working struct {
	reader
	vector []weighed
	scores []float64
}

func (m *Model) working() *working {
	if w, ok := m.scratch.Get().(*working); ok {
		return w
	}
	return &working{scores: make([]float64, len(m.labels))}
}

// weighed is a property of a text as the model knows it: its weights and how much it counts.
type weighed struct {
	from, to uint32
	value    float32
}

// at are the weights of a property, and how rare it is: 0 and none where it is not known.
func (m *Model) at(id uint32) (from, to uint32, rare float32) {
	at := id & (1<<m.bits - 1)
	p := m.places[at]
	return p.from(), m.places[at+1].from(), p.rare()
}

// weigh scores every label. All places are looked up before any weight is read, and nothing
// hangs on what is found, so that the processor waits for many at once.
func (m *Model) weigh(w *working, d document) {
	vector := slices.Grow(w.vector[:0], d.size())
	for view, part := range d {
		start, square := len(vector), float32(0)
		for _, f := range part {
			from, to, rare := m.at(f.id)
			v := f.value * rare
			vector = append(vector, weighed{from, to, v})
			square += v * v
		}
		if square == 0 {
			continue
		}
		scale := m.lengths[view] / float32(math.Sqrt(float64(square)))
		for i := start; i < len(vector); i++ {
			vector[i].value *= scale
		}
	}
	w.vector = vector
	var sum float64
	scores := w.scores
	clear(scores)
	for _, f := range vector {
		sum += float64(f.value)
		for _, of := range m.weights[f.from:f.to] {
			scores[of.label] += float64(float32(of.steps) * f.value)
		}
	}
	m.scaled(scores, sum)
}

// scaled makes scores of the sums of steps; sum is that of the vector.
func (m *Model) scaled(scores []float64, sum float64) {
	for c := range scores {
		scores[c] = scores[c]*float64(m.scales[c]) + float64(m.bias[c]) + sum*float64(m.lean[c])
	}
}

// confidences turns scores into shares of 1, as true as sureness makes them. Of two labels the decisive one gets at least
// one half where choosing it served best on texts not learnt from; nothing else moves.
func (m *Model) confidences(scores []float64) {
	softmax(scores)
	m.sureness.settle(scores)
	if m.threshold > 0 {
		scores[m.decisive] = decided(scores[m.decisive], m.threshold)
		scores[1-m.decisive] = 1 - scores[m.decisive]
	}
}

// decided lifts a confidence that lies between the threshold and one half just above one
// half, or lowers one that lies between one half and the threshold just below; the order
// among texts stays.
func decided(p, threshold float64) float64 {
	const room = 0.01
	switch {
	case p >= threshold && p < 0.5:
		return 0.5 + room*(p-threshold)/(0.5-threshold)
	case threshold < 0.5 && p >= 0.5:
		return 0.5 + room + (p-0.5)*(0.5-room)/0.5
	case p < threshold && p >= 0.5:
		return 0.5 - room*(threshold-p)/(threshold-0.5)
	case threshold > 0.5 && p < 0.5:
		return p * (0.5 - room) / 0.5
	}
	return p
}

func softmax(s []float64) {
	top := slices.Max(s)
	var sum float64
	for c := range s {
		s[c] = math.Exp(s[c] - top)
		sum += s[c]
	}
	for c := range s {
		s[c] /= sum
	}
}

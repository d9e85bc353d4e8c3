package linear

import "math"

// mostWeights is how many weights a model keeps where nothing else is said: with
// three bytes each a file stays under 20 MB.
const mostWeights = 5_000_000

// packer makes a model, label by label, of weights in 8 bits.
type packer struct {
	space  *space
	labels []string
	most   int        // weights of all labels
	rows   [][]packed // by label
	scales []float32
	bias   []float32
	lean   []float32
}

type packed struct {
	property uint32
	weight   int8
}

func newPacker(s *space, labels []string, most int) *packer {
	k := len(labels)
	return &packer{s, labels, most, make([][]packed, k), make([]float32, k), make([]float32, k), make([]float32, k)}
}

// pack keeps the weights of a label, rounded to 127 steps; what rounds to nothing goes.
func (p *packer) pack(label int, w weights) {
	var top float32
	for _, v := range w.by {
		top = max(top, float32(math.Abs(float64(v))))
	}
	scale := max(top/127, 1e-9)
	least := p.least(w.by, scale)
	for id, v := range w.by {
		if q := int(math.Round(float64(v / scale))); q > least || q < -least {
			p.rows[label] = append(p.rows[label], packed{uint32(id), int8(q)})
		}
	}
	p.scales[label], p.bias[label], p.lean[label] = scale, w.bias, w.lean
}

// least is the size up to which weights go so that the label keeps its share of the whole.
func (p *packer) least(by []float32, scale float32) int {
	var n [128]int
	for _, v := range by {
		n[min(int(math.Abs(math.Round(float64(v/scale)))), 127)]++
	}
	left, room := 0, min(p.most, mostPlaced)/len(p.labels)
	for size := 127; size > 0; size-- {
		if left += n[size]; left > room {
			return size
		}
	}
	return 0
}

func (p *packer) model() *Model {
	s := p.space
	m := &Model{labels: p.labels, lengths: s.lengths, bits: s.bits, scales: p.scales, bias: p.bias, lean: p.lean}
	next := make([]uint32, 1<<s.bits+1)
	for _, row := range p.rows {
		for _, w := range row {
			next[s.places[w.property]+1]++
		}
	}
	m.places = make([]place, len(next))
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
		m.places[i] = place(next[i] << 8)
	}
	for i, at := range s.places {
		m.places[at] |= place(s.rare[i] * rareSteps)
	}
	m.weights = make([]weight, next[len(next)-1])
	for label, row := range p.rows {
		for _, w := range row {
			at := next[s.places[w.property]]
			m.weights[at] = weight{uint16(label), w.weight}
			next[s.places[w.property]]++
		}
	}
	return m
}

package linear

import (
	"math"
	"slices"
	"sync"
)

// PanelSize is how many models a panel holds at most.
const PanelSize = 4

// Panel lets a few models judge a text together: what all of them know of a property lies in
// one place, so that it is looked up once. It may be used by many goroutines at once.
type Panel struct {
	models  []*Model
	bits    uint
	places  []panelPlace // one more at the end
	weights []weight     // place by place; the label is one of the panel's
	labels  int          // of all models, one after the other
	of      []uint8      // by label: whose it is
	scratch sync.Pool
}

// panelPlace is where the weights of a place begin and how rare each model found it.
type panelPlace struct {
	from uint32
	rare [PanelSize]uint8
}

// NewPanel makes a panel of at most PanelSize models.
func NewPanel(models ...*Model) *Panel {
	p := &Panel{models: models}
	size := 0
	var first [PanelSize]int
	for k, m := range models {
		p.bits = max(p.bits, m.bits)
		first[k] = p.labels
		p.labels += len(m.labels)
		p.of = append(p.of, slices.Repeat([]uint8{uint8(k)}, len(m.labels))...)
	}
	for _, m := range models {
		size += len(m.weights) << (p.bits - m.bits)
	}
	p.weights = make([]weight, 0, size)
	p.places = make([]panelPlace, 1<<p.bits+1)
	for at := range uint32(1 << p.bits) {
		here := &p.places[at]
		here.from = uint32(len(p.weights))
		for k, m := range models {
			own := at & (1<<m.bits - 1)
			here.rare[k] = uint8(m.places[own])
			for _, w := range m.weights[m.places[own].from():m.places[own+1].from()] {
				p.weights = append(p.weights, weight{w.label + uint16(first[k]), w.steps})
			}
		}
	}
	p.places[1<<p.bits].from = uint32(len(p.weights))
	return p
}

// panelWorking is what one judging needs.
type panelWorking struct {
	vector []panelWeighed
	scores []float64
}

// panelWeighed is a property of a text: its weights and how much it counts with each model.
type panelWeighed struct {
	from, to uint32
	values   [PanelSize]float32
}

// Judge says what Judge of each model says, in the order of the models.
func (p *Panel) Judge(r Reading) [PanelSize][]Candidate {
	w, ok := p.scratch.Get().(*panelWorking)
	if !ok {
		w = &panelWorking{scores: make([]float64, p.labels)}
	}
	defer p.scratch.Put(w)
	p.weigh(w, &r.document)
	clear(w.scores)
	scores, of := w.scores, p.of
	var sums [PanelSize]float64
	for i := range w.vector {
		f := &w.vector[i]
		for k, v := range f.values {
			sums[k] += float64(v)
		}
		for _, x := range p.weights[f.from:f.to] {
			scores[x.label] += float64(float32(x.steps) * f.values[of[x.label]%PanelSize])
		}
	}
	var all [PanelSize][]Candidate
	for k, m := range p.models {
		own := scores[:len(m.labels)]
		scores = scores[len(m.labels):]
		m.scaled(own, sums[k])
		all[k] = m.candidates(own)
	}
	return all
}

// weigh is weigh of each model.
func (p *Panel) weigh(w *panelWorking, d *document) {
	w.vector = slices.Grow(w.vector[:0], d.size())
	for view, part := range d {
		start := len(w.vector)
		var squares, scales [PanelSize]float32
		for _, f := range part {
			at := f.id & (1<<p.bits - 1)
			here := &p.places[at]
			x := panelWeighed{from: here.from, to: p.places[at+1].from}
			for k, rare := range here.rare {
				v := f.value * (float32(rare) / rareSteps)
				x.values[k] = v
				squares[k] += v * v
			}
			w.vector = append(w.vector, x)
		}
		for k, m := range p.models {
			if squares[k] > 0 {
				scales[k] = m.lengths[view] / float32(math.Sqrt(float64(squares[k])))
			}
		}
		for i := start; i < len(w.vector); i++ {
			for k := range scales {
				w.vector[i].values[k] *= scales[k]
			}
		}
	}
}

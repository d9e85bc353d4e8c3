package linear

import "sync"

// Reading is a text that was read once, for several models to judge.
type Reading struct{ document document }

var readers = sync.Pool{New: func() any { return new(reader) }}

// ReadText reads a text with the features that the caller names.
func ReadText(text string, features ...string) Reading {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	return Reading{r.read(text, features)}
}

// Sum is a number that changes when texts are read in another way: a model that was trained
// before is out of date then.
func (r Reading) Sum() uint64 {
	sum := uint64(fnvOffset)
	for _, view := range r.document {
		for _, f := range view {
			sum = (sum ^ uint64(f.id)) * fnvPrime
		}
		sum = (sum ^ uint64(len(view))) * fnvPrime
	}
	return sum
}

// Judge says of a text that was read what Predict says of the text itself.
func (m *Model) Judge(r Reading) []Candidate {
	w := m.working()
	defer m.scratch.Put(w)
	m.weigh(w, r.document)
	return m.candidates(w)
}

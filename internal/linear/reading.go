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

// Judge says of a text that was read what Predict says of the text itself.
func (m *Model) Judge(r Reading) []Candidate {
	w := m.working()
	defer m.scratch.Put(w)
	m.weigh(w, r.document)
	return m.candidates(w)
}

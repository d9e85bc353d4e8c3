package linear

import (
	"slices"
	"sync"

	"nivaran/internal/text"
)

// Reading is a text that was read once, for several models to judge.
type Reading struct {
	text     string
	tokens   []text.Token
	document document
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// ReadText reads a text with the features that the caller names.
func ReadText(s string, features ...string) Reading {
	return ReadTokens(s, text.Spans(s), features...)
}

// ReadTokens is ReadText for a text whose tokens (text.Spans) are known.
func ReadTokens(s string, tokens []text.Token, features ...string) Reading {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	return Reading{s, tokens, r.read(s, tokens, features)}
}

// Sum is a number that changes when texts are read in another way: a model that was trained
// before is out of date then.
func (r Reading) Sum() uint64 {
	sum := uint64(fnvOffset)
	for _, view := range r.document {
		view = slices.Clone(view)
		inOrder(view)
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
	return m.candidates(w.scores)
}

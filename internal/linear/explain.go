package linear

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"

	"nivaran/internal/text"
)

// Span is a piece of a text, in bytes, with how strongly it spoke for a label.
type Span struct {
	Start, End int
	Weight     float64
}

// A reader takes in so many words at a glance; one that spoke so many times weaker than the
// strongest is no reason.
const (
	mostSpans = 4
	weakest   = 4
)

// Explain gives the pieces of a text that spoke most for a label against the strongest
// other one, the strongest first; words that follow one another are one piece. Nothing for
// a label that the model does not know.
func (m *Model) Explain(r Reading, label string) []Span {
	c, ok := slices.BinarySearch(m.labels, label)
	if !ok {
		return nil
	}
	w := m.working()
	defer m.scratch.Put(w)
	m.weigh(w, r.document)
	rival := m.rival(w.scores, c)
	spans, tokens := fields(r.text), r.tokens
	before := ""
	for i, f := range spans {
		own := 0 // of the tokens, which never go over a blank
		for own < len(tokens) && tokens[own].Start < f.End {
			own++
		}
		w.ids, w.words = w.ids[:0], appendWords(w.words[:0], text.Normal(r.text[f.Start:f.End]))
		w.wordsAndPairs()
		for _, word := range w.words {
			w.grams(word)
		}
		w.keys(tokens[:own])
		tokens = tokens[own:]
		spans[i].Weight = m.spoke(w.ids, c, rival)
		if before != "" && len(w.words) > 0 {
			w.ids = w.ids[:0]
			w.add(hashed(hashed(hashed(seed(pairKind), before), " "), masked(w.words[0])))
			pair := m.spoke(w.ids, c, rival) / 2
			spans[i].Weight += pair
			spans[i-1].Weight += pair
		}
		before = ""
		if len(w.words) > 0 {
			before = masked(w.words[len(w.words)-1])
		}
	}
	return strongest(spans)
}

// rival is the strongest label beside c.
func (m *Model) rival(scores []float64, c int) int {
	best := -1
	for i, s := range scores {
		if i != c && (best < 0 || s > scores[best]) {
			best = i
		}
	}
	return best
}

// spoke is what properties give to one label more than to another.
func (m *Model) spoke(ids []uint32, label, rival int) float64 {
	var sum float64
	for _, id := range ids {
		from, to, rare := m.at(id)
		for _, of := range m.weights[from:to] {
			switch int(of.label) {
			case label:
				sum += float64(rare * float32(of.steps) * m.scales[label])
			case rival:
				sum -= float64(rare * float32(of.steps) * m.scales[rival])
			}
		}
	}
	return sum
}

// fields are the pieces between blanks.
func fields(s string) []Span {
	var out []Span
	start := -1
	for i, r := range s {
		switch {
		case !unicode.IsSpace(r) && start < 0:
			start = i
		case unicode.IsSpace(r) && start >= 0:
			out = append(out, Span{Start: start, End: i})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, Span{Start: start, End: len(s)})
	}
	return out
}

// strongest keeps the few words that spoke for the label and joins neighbours.
func strongest(spans []Span) []Span {
	order := make([]int, len(spans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return byWeight(spans[a], spans[b]) })
	order = order[:min(len(order), mostSpans)]
	least := 0.0
	if len(order) > 0 {
		least = max(spans[order[0]].Weight/weakest, 0)
	}
	slices.Sort(order)
	var out []Span
	last := -2
	for _, i := range order {
		switch {
		case spans[i].Weight <= least:
			continue
		case i == last+1:
			out[len(out)-1].End = spans[i].End
			out[len(out)-1].Weight += spans[i].Weight
		default:
			out = append(out, spans[i])
		}
		last = i
	}
	slices.SortStableFunc(out, byWeight)
	return out
}

func byWeight(a, b Span) int { return cmp.Compare(b.Weight, a.Weight) }

// Words gives the text of a span without the marks around it.
func (s Span) Words(of string) string {
	start, end := s.Start, s.End
	for start < end {
		r, n := utf8.DecodeRuneInString(of[start:])
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '@' || r == '#' {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(of[:end])
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
			break
		}
		end -= n
	}
	return of[start:end]
}

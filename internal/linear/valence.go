package linear

import (
	_ "embed" // the list of words
	"math"
	"strconv"
	"strings"
	"sync"
)

// valenceList has a line for each valence, from -4 (as bad as can be) to 4, with its English
// words: those of the lexicon of VADER (Hutto and Gilbert, 2014) that hold only letters.
//
//go:embed valence.txt
var valenceList string

// valences are how good or bad a word sounds by itself, read when a text first asks.
var valences = sync.OnceValue(func() map[string]float64 {
	m := map[string]float64{}
	for line := range strings.Lines(valenceList) {
		words := strings.Fields(line)
		v, err := strconv.ParseFloat(words[0], 64)
		if err != nil {
			panic("valence.txt: " + err.Error())
		}
		for _, w := range words[1:] {
			m[w] = v
		}
	}
	return m
})

// How VADER reads a word of valence after a "not", and how many words a "not" reaches; how
// sums are told apart is our own choice, none of them tuned.
const (
	negated      = -0.74
	negationSpan = 3
	valenceStep  = 1.5
	valenceSteps = 4
	valenceCalm  = 15 // the square of the sum that counts a good half
)

// valence adds how good and how bad a text sounds, what remains of both, and how the last
// word of either kind does: people complain alike of whatever authority.
func (r *reader) valence() {
	sound := valences()
	good, bad, last, since := 0.0, 0.0, 0.0, negationSpan
	for _, w := range r.words {
		v := sound[w]
		if v != 0 && since < negationSpan {
			v *= negated
		}
		since++
		if tones[w] == "fails" {
			since = 0
		}
		if v == 0 {
			continue
		}
		good, bad, last = good+max(v, 0), bad-min(v, 0), v
	}
	whole := (good - bad) / math.Sqrt((good-bad)*(good-bad)+valenceCalm)
	r.level(valenceKind, '+', min(int(math.Ceil(good/valenceStep)), valenceSteps))
	r.level(valenceKind, '-', min(int(math.Ceil(bad/valenceStep)), valenceSteps))
	r.level(valenceKind, '=', int(math.Round(whole*valenceSteps))+valenceSteps)
	switch {
	case last > 0:
		r.level(valenceKind, 'e', 1)
	case last < 0:
		r.level(valenceKind, 'e', 2)
	default:
		r.level(valenceKind, 'e', 0)
	}
}

package text

import (
	"math"
	"math/rand/v2"
)

// LanguageExample is a text to learn from. Its Language is one of hi-Latn and en, or of hi
// and mr; Weight says how much it counts, and 0 means 1.
type LanguageExample struct {
	Text, Language string
	Weight         float64
}

// TrainLanguage makes the table of weights behind Language: logistic regression by AdaGrad
// in a fixed order, so that the same examples give the same bytes.
func TrainLanguage(examples []LanguageExample) []byte {
	l := newLanguageLearner()
	random := rand.New(rand.NewPCG(7, 11))
	for range languageRounds {
		for _, i := range random.Perm(len(examples)) {
			l.learn(examples[i])
		}
		l.keep()
	}
	return l.table()
}

// Tuned on langid.csv; docs/understanding.md says what that means for the figures.
const (
	languageRounds = 12
	languageRate   = 0.05
	languageDecay  = 2e-6 // how fast a weight that a text uses goes back to zero
)

// languageLearner holds the weights, the sum of their squared steps, and the sum of what
// they were after each round: the mean of the rounds is steadier than the last.
type languageLearner struct{ weights, steps, kept []float64 }

func newLanguageLearner() *languageLearner {
	const n = 1 << languageBits
	return &languageLearner{weights: make([]float64, n), steps: make([]float64, n), kept: make([]float64, n)}
}

func (l *languageLearner) learn(e LanguageExample) {
	r := readScripts(e.Text, shouted(e.Text))
	words, want := r.text[latin], 0.0
	if e.Language == "hi" || e.Language == "mr" {
		words = r.text[devanagari]
	}
	if e.Language == "hi" || e.Language == "hi-Latn" {
		want = 1
	}
	var sum float64
	all := 1 / math.Sqrt(float64(max(len(words), 1)))
	eachFeature(words, func(_ int, at uint32, value float64) { sum += all * value * l.weights[at] })
	off := 1/(1+math.Exp(-sum)) - want
	if e.Weight != 0 {
		off *= e.Weight
	}
	eachFeature(words, func(_ int, at uint32, value float64) {
		g := off*all*value + languageDecay*l.weights[at]
		l.steps[at] += g * g
		l.weights[at] -= languageRate * g / math.Sqrt(l.steps[at]+1e-4)
	})
}

func (l *languageLearner) keep() {
	for i, w := range l.weights {
		l.kept[i] += w
	}
}

// table rounds the weights to a byte each; the few beyond four are cut.
func (l *languageLearner) table() []byte {
	table := make([]byte, len(l.weights))
	for i, sum := range l.kept {
		w := sum / languageRounds
		table[i] = byte(int8(math.Round(max(-127, min(127, w*127/4)))))
	}
	return table
}

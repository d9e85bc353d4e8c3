package copies

import (
	"regexp"
	"strings"

	"nivaran/internal/text"
)

// Reading is a text as it is compared. It is made once and compared often.
type Reading struct {
	verbatim string
	content  int // content words, as text.Verbatim counts them
	language string
	words    []word
	mass     float64 // what words and numbers weigh together
	shingles map[string]bool
	numbers  map[string]bool
	hindi    float64 // share of the words that the lists know as Hindi only
	template bool
}

type word struct {
	said                string // as it stands in the text
	key, concept, bones string
	weight              float64
}

// shingle is the length of the runs of letters that two texts may share, aNumber what a
// number weighs: as much as a rather rare word.
const (
	shingle = 4
	aNumber = 5.0
)

var (
	handlesAndLinks = regexp.MustCompile(`(?i)@\w+|https?://\S+|www\.\S+|<[A-Z]+>`)
	// counted is a reminder's own number: it tells nothing of the matter.
	counted = regexp.MustCompile(`(?i)(reminder|अनुस्मारक|स्मरण)\s*(?:no|number|नं|नंबर)?[.#:\s]*\d+`)
	digits  = regexp.MustCompile(`\d+`)
)

// Read makes a text ready to be compared.
func (w *Words) Read(s string) *Reading {
	r := &Reading{language: text.Language(s), shingles: map[string]bool{}, numbers: map[string]bool{}, template: Template(s)}
	r.verbatim, r.content = text.Verbatim(s)
	s = counted.ReplaceAllString(handlesAndLinks.ReplaceAllString(s, " "), "$1")
	var run strings.Builder
	seen := map[string]bool{}
	all, hindi := 0, 0
	for _, t := range text.Spans(s) {
		run.WriteString(t.Key)
		run.WriteByte(' ')
		if strings.ContainsAny(t.Key, "0123456789") {
			r.number(t.Key)
			continue
		}
		all++
		if w.hindi[t.Key] {
			hindi++
		}
		if seen[t.Key] {
			continue
		}
		seen[t.Key] = true
		x := word{said: s[t.Start:t.End], key: t.Key, concept: w.concept(t.Key), bones: bones(t.Key), weight: w.weight(t.Key)}
		r.words = append(r.words, x)
		r.mass += x.weight
	}
	r.mass += aNumber * float64(len(r.numbers))
	r.hindi = float64(hindi) / float64(max(all, 1))
	keys := run.String()
	for i := 0; i+shingle < len(keys); i++ {
		r.shingles[keys[i:i+shingle]] = true
	}
	return r
}

// number takes the digits out of a word: DL8S and "DL 8S" hold the same ones.
func (r *Reading) number(key string) {
	for _, n := range digits.FindAllString(key, -1) {
		r.numbers[strings.TrimLeft(n, "0")] = true
	}
}

// bones are the consonants of a key: the spellings of a name share them across scripts.
func bones(key string) string {
	var b strings.Builder
	for i := 0; i < len(key); i++ {
		switch c := key[i]; c {
		case 'a', 'e', 'i', 'o', 'u', 'h', 'y':
			if i == 0 {
				b.WriteByte('a')
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

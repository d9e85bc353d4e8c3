package text

import (
	_ "embed"
	"math"
)

// languageBits is the size of the table of weights: 2^17 bytes.
const languageBits = 17

// languageFile is the table that scripts/langtrain made.
//
//go:embed language.bin
var languageFile string

var languageModel = readLanguageModel(languageFile)

// linearLanguage tells two languages of one script apart by its words: above zero is Hindi,
// below is English (roman letters) or Marathi (Devanagari). Both share one table, as no word
// belongs to both scripts. The unit of the weights does not matter: only the sign is asked.
type linearLanguage struct{ weights string }

// readLanguageModel reads a table; one of another size knows nothing.
func readLanguageModel(file string) linearLanguage {
	if len(file) != 1<<languageBits {
		return linearLanguage{weights: string(make([]byte, 1<<languageBits))}
	}
	return linearLanguage{weights: file}
}

// score adds up what the words say, divided by the root of their number, so that long texts
// do not shout. A post in two languages is Hindi where five words that stand together say so
// loudly enough: their score counts half, when that is more.
func (m linearLanguage) score(words []string) float64 {
	if len(words) == 0 {
		return 0
	}
	says := make([]float64, len(words))
	eachFeature(words, func(word int, at uint32, value float64) {
		says[word] += value * float64(int8(m.weights[at]))
	})
	var all, five, best float64
	for i, s := range says {
		all += s
		five += s
		if i >= together {
			five -= says[i-together]
		}
		if i == together-1 || i >= together && five > best {
			best = five
		}
	}
	all /= math.Sqrt(float64(len(words)))
	if len(words) < together+2 {
		return all
	}
	return max(all, (all+best/math.Sqrt(together))/2)
}

// together is how many words make a part of a post in a language of its own.
const together = 5

const (
	fnvStart32 = 2166136261
	fnvPrime32 = 16777619
	longest    = 4 // letters of the longest piece of a word
)

// eachFeature gives, word by word, the places in the table and what each counts: the word,
// the pair with its neighbour, and the pieces of the word up to four letters long with its
// ends marked, which together count as much as the root of their number.
func eachFeature(words []string, use func(word int, at uint32, value float64)) {
	before := uint32(fnvStart32)
	for i, w := range words {
		whole := hashWord(w)
		use(i, slot(whole), 1)
		use(i, slot((before^whole)*fnvPrime32), 1)
		before = whole*31 + 7
		pieces(w, func(at uint32, value float64) { use(i, at, value) })
	}
}

func hashWord(w string) uint32 {
	h := uint32(fnvStart32)
	for i := range len(w) {
		h = (h ^ uint32(w[i])) * fnvPrime32
	}
	return h
}

func slot(h uint32) uint32 { return (h ^ h>>15) & (1<<languageBits - 1) }

func pieces(w string, use func(at uint32, value float64)) {
	var letters [24]rune
	letters[0] = '^'
	n := 1
	for _, c := range w {
		if n == len(letters)-1 {
			break
		}
		letters[n] = c
		n++
	}
	letters[n] = '$'
	n++
	value := 1 / math.Sqrt(float64(n*(longest-1)))
	for i := range n - 1 {
		h := uint32(fnvStart32 ^ 0x5bd1)
		for j := i; j < min(i+longest, n); j++ {
			h = (h ^ uint32(letters[j])) * fnvPrime32
			if j > i {
				use(slot(h), value)
			}
		}
	}
}

package copies

import (
	"bufio"
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"nivaran/internal/text"
)

//go:embed glossary.txt
var glossary string

//go:embed learned.txt
var learned string

//go:embed frequency.txt
var frequency string

// glossed is how far a pair of the glossary counts as one word.
const glossed = 0.9

// meaning is a word of the other language with how surely it says the same, 0…1.
type meaning struct {
	key  string
	sure float64
}

// Words knows what words weigh and which ones of two languages say the same. It does
// not change, so many may use it at a time.
type Words struct {
	meanings map[string][]meaning // by the key of either language
	hindi    map[string]bool      // keys that are Hindi and no English word of the lists
	english  map[string]string    // the surest English key of a Hindi one
	weights  map[string]float64   // by the English key, or the word's own
	rare     float64              // of a word that no list holds
}

// New gives the words that ship with the program. All share the same ones: they are read
// when first asked for, and never change.
func New() *Words { return shipped() }

var shipped = sync.OnceValue(func() *Words {
	w := &Words{meanings: map[string][]meaning{}, hindi: map[string]bool{}, english: map[string]string{}, weights: map[string]float64{}}
	if err := w.read(); err != nil {
		panic(err) // the lists are part of the program
	}
	return w
})

func (w *Words) read() error {
	best, isEnglish := map[string]float64{}, map[string]bool{}
	pair := func(en, hi string, sure float64) {
		for _, e := range text.Tokens(en) {
			isEnglish[e] = true
			for _, h := range text.Tokens(hi) {
				if e == h {
					continue
				}
				w.meanings[e] = append(w.meanings[e], meaning{h, sure})
				w.meanings[h] = append(w.meanings[h], meaning{e, sure})
				w.hindi[h] = true
				if sure > best[h] {
					best[h], w.english[h] = sure, e
				}
			}
		}
	}
	err := eachLine(glossary, func(line string) error {
		en, hi, ok := strings.Cut(line, "=")
		if !ok {
			return fmt.Errorf("%q has no =", line)
		}
		for _, e := range strings.Fields(en) {
			for _, h := range strings.Fields(hi) {
				pair(e, h, glossed)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("glossary: %w", err)
	}
	err = eachLine(learned, func(line string) error {
		var en, hi string
		var sure int
		if _, err := fmt.Sscan(line, &en, &hi, &sure); err != nil {
			return fmt.Errorf("%q is no pair: %w", line, err)
		}
		pair(en, hi, float64(sure)/100)
		return nil
	})
	if err != nil {
		return fmt.Errorf("learned words: %w", err)
	}
	for e := range isEnglish {
		delete(w.hindi, e)
		delete(w.english, e)
	}
	return w.weigh()
}

// weigh gives each word the weight of its share of texts: the rarer, the heavier.
func (w *Words) weigh() error {
	share := map[string]float64{}
	err := eachLine(frequency, func(line string) error {
		word, n, ok := strings.Cut(line, "\t")
		per, err := strconv.ParseFloat(n, 64)
		if !ok || err != nil {
			return fmt.Errorf("%q is no word with a share", line)
		}
		for _, k := range text.Tokens(word) {
			share[w.concept(k)] += per / 1e5
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("frequency: %w", err)
	}
	for k, s := range share {
		w.weights[k] = -math.Log(min(s, 0.9))
	}
	w.rare = -math.Log(1e-5)
	return nil
}

// concept is the key under which a word of either language weighs.
func (w *Words) concept(key string) string {
	if e, ok := w.english[key]; ok {
		return e
	}
	return key
}

func (w *Words) weight(key string) float64 {
	if x, ok := w.weights[w.concept(key)]; ok {
		return x
	}
	return w.rare
}

func eachLine(list string, do func(line string) error) error {
	in := bufio.NewScanner(strings.NewReader(list))
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := do(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return in.Err()
}

package legacyfont

import (
	"math"
	"os"
	"strings"
	"testing"
	"unicode"

	"nivaran/internal/seed"
)

// phrases are those of the seed in the languages.
func phrases(languages ...string) []string {
	var all []string
	want := map[string]bool{}
	for _, l := range languages {
		want[l] = true
	}
	for _, c := range seed.Cues() {
		if want[c.Language] {
			all = append(all, c.Phrase)
		}
	}
	return all
}

// counts are how often one class follows another in words.
type counts struct {
	pair [classes][classes]float64
	one  [classes]float64
	sum  float64
}

func (c *counts) add(w string, weight float64) {
	last := 0
	note := func(k int) {
		c.pair[last][k] += weight
		c.one[k] += weight
		c.sum += weight
		last = k
	}
	for _, r := range w {
		note(class(r))
	}
	note(0)
}

// p is how likely b is after a, with a little for what was never seen.
func (c *counts) p(a, b int) float64 {
	const most = 3
	alone := (c.one[b] + 0.5) / (c.sum + 0.5*classes)
	var row float64
	for _, n := range c.pair[a] {
		row += n
	}
	return (c.pair[a][b] + most*alone) / (row + most)
}

func table() []byte {
	var kruti, latin counts
	for _, p := range phrases("hi", "bgc") {
		for w := range strings.FieldsSeq(encode(p)) {
			kruti.add(w, 1)
			for _, end := range []string{"]", "A", "-", "\\", "%"} {
				kruti.add(w+end, 0.05)
			}
		}
	}
	for _, p := range phrases("en", "hi-Latn", "bgc-Latn") {
		for w := range strings.FieldsSeq(p) {
			latin.add(w, 1)
			latin.add(strings.ToUpper(w), 0.25)
			latin.add(upperFirst(w), 0.5)
			for _, form := range []string{".", ",", "?", "!", ":", ";", "'s", ")", "...", "\"", "/"} {
				latin.add(w+form, 0.03)
				latin.add(strings.ToUpper(w)+form, 0.005)
			}
			for _, form := range []string{"(", "#", "@", "\"", "'", "&"} {
				latin.add(form+w, 0.03)
				latin.add(form+upperFirst(w), 0.03)
			}
		}
	}
	out := make([]byte, 0, classes*classes)
	for a := range classes {
		for b := range classes {
			nats := math.Log(kruti.p(a, b) / latin.p(a, b))
			out = append(out, byte(int8(math.Round(max(min(nats*pairScale, 127), -127)))))
		}
	}
	return out
}

func upperFirst(w string) string {
	r := []rune(w)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// drift is how far, in nats on average, the table may lag behind the phrases, to which some
// are always being added.
const drift = 0.1

// The table in the program is that of the phrases and of the keyboard.
func TestPairs(t *testing.T) {
	now := table()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile("pairs.bin", now, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(pairs) != len(now) {
		t.Fatalf("the table has %d pairs, want %d: write it with UPDATE=1", len(pairs), len(now))
	}
	apart := 0.0
	for i := range now {
		apart += math.Abs(float64(int8(now[i]))-float64(int8(pairs[i]))) / pairScale
	}
	if apart /= float64(len(now)); apart > drift {
		t.Errorf("the table is %.2f nats a pair from the phrases: write it with UPDATE=1", apart)
	}
}

package linear

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"

	"nivaran/internal/text"
)

// feature is one property of a text: its hash and how much it counts there.
type feature struct {
	id    uint32
	value float32
}

// document is a text as properties, by view.
type document [views][]feature

// The views of a text, each a vector of its own length, so that the many runs of letters do
// not drown the few words.
const (
	wordView = iota
	gramView
	keyView
	shapeView
	toneView
	namedView
	views
)

// lengths of the views. Many labels ask what a text is about; few ask what its writer does,
// for which its form and tone say as much as its words. Tuned on five author-disjoint parts
// of authority_tweets: its categories, and whether it complains.
func lengths(labels int) [views]float32 {
	const few = 6
	if labels <= few {
		return [views]float32{0.8, 1, 0.6, 0.3, 0.5, 1}
	}
	return [views]float32{0.5, 1, 0.8, 0.15, 0.1, 1}
}

// Kinds of properties; each has hashes of its own.
const (
	wordKind    = 1 + iota // a word
	pairKind               // two words in a row
	gramKind               // two to five letters of a word with its ends
	keyKind                // a word as all scripts write it
	keysKind               // two of those in a row
	shapeKind              // form: length, handles, links, marks, first and last word
	toneKind               // what words do, see tones
	namedKind              // named by the caller
	valenceKind            // how good or bad the words sound
)

// Shortest and longest run of letters that is a property.
const (
	shortestGram = 2
	longestGram  = 5
)

// FNV-1a, 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func seed(kind byte) uint64 { return (fnvOffset ^ uint64(kind)) * fnvPrime }

func hashed(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// reader collects the properties of texts; it is used for one text after the other.
type reader struct {
	ids   []uint32
	words []string
	ends  []int
	table []uint32 // see counted
}

// read gives the properties of a text whose tokens are known.
func (r *reader) read(s string, tokens []text.Token, named []string) document {
	r.words = appendWords(r.words[:0], text.Normal(s))
	var d document
	r.wordsAndPairs()
	d[wordView] = r.view()
	for _, w := range r.words {
		if w[0] != '@' && w[0] != '<' {
			r.grams(w)
		}
	}
	d[gramView] = r.view()
	r.keys(tokens)
	d[keyView] = r.view()
	r.shape(s)
	d[shapeView] = r.view()
	r.tones()
	r.valence()
	d[toneView] = r.view()
	for _, n := range named {
		r.add(hashed(seed(namedKind), n))
	}
	d[namedView] = r.view()
	return d
}

func (r *reader) add(h uint64) { r.ids = append(r.ids, uint32(h^h>>32)) }

// view gives what was collected with the counts damped.
func (r *reader) view() []feature {
	part := r.counted()
	for i, f := range part {
		if f.value > 1 {
			part[i].value = damped(f.value)
		}
	}
	return part
}

// counted turns the collected hashes into properties with their counts, each where it was
// first met. It finds them again in a table of places in out, from 1.
func (r *reader) counted() []feature {
	shift := bits.LeadingZeros32(uint32(2*len(r.ids) + 1))
	size := 1 << (32 - shift)
	r.table = slices.Grow(r.table[:0], size)[:size]
	clear(r.table)
	out := make([]feature, 0, len(r.ids))
	for _, id := range r.ids {
		at := id * spread >> shift
		for r.table[at] != 0 && out[r.table[at]-1].id != id {
			at = (at + 1) & uint32(size-1)
		}
		if n := r.table[at]; n != 0 {
			out[n-1].value++
			continue
		}
		out = append(out, feature{id, 1})
		r.table[at] = uint32(len(out))
	}
	r.ids = r.ids[:0]
	return out
}

// spread lets every bit of a hash count in its highest ones (Knuth).
const spread = 2654435769

// wordsAndPairs adds words and pairs. A handle counts as the handle that it is; beside
// other words only that there is one counts, so that pairs carry over to authorities that
// no example named.
func (r *reader) wordsAndPairs() {
	before := ""
	for _, w := range r.words {
		r.add(hashed(seed(wordKind), w))
		w = masked(w)
		if before != "" {
			r.add(hashed(hashed(hashed(seed(pairKind), before), " "), w))
		}
		before = w
	}
}

// grams adds the runs of letters of a word with a blank at both ends.
func (r *reader) grams(w string) {
	r.ends = r.ends[:0]
	for i := range w {
		r.ends = append(r.ends, i)
	}
	r.ends = append(r.ends, len(w))
	letters := len(r.ends) - 1
	for from := -1; from < letters; from++ {
		h := seed(gramKind)
		for n, at := 1, from; n <= longestGram && at <= letters; n, at = n+1, at+1 {
			if at < 0 || at == letters {
				h = (h ^ ' ') * fnvPrime
			} else {
				h = hashed(h, w[r.ends[at]:r.ends[at+1]])
			}
			if n >= shortestGram {
				r.add(h)
			}
		}
	}
}

func (r *reader) keys(tokens []text.Token) {
	before := ""
	for _, t := range tokens {
		r.add(hashed(seed(keyKind), t.Key))
		if before != "" {
			r.add(hashed(hashed(hashed(seed(keysKind), before), " "), t.Key))
		}
		before = t.Key
	}
}

// shape adds what the form of a text says beside its words.
func (r *reader) shape(s string) {
	handles, links, questions := 0, 0, 0
	for _, w := range r.words {
		switch {
		case w[0] == '@':
			handles++
		case w == link:
			links++
		case w == "?":
			questions++
		}
	}
	r.count('n', len(r.words)/4, 20)
	r.count('h', handles, 5)
	r.count('l', links, 3)
	r.count('q', questions, 3)
	r.count('t', strings.Count(s, "#"), 5)
	if len(r.words) > 0 {
		r.add(hashed(hashed(seed(shapeKind), "f "), masked(r.words[0])))
		r.add(hashed(hashed(seed(shapeKind), "e "), masked(r.words[len(r.words)-1])))
	}
}

func (r *reader) count(of byte, n, most int) { r.level(shapeKind, of, min(n, most)) }

// level adds how much there is of something.
func (r *reader) level(kind, of byte, n int) {
	h := (seed(kind) ^ uint64(of)) * fnvPrime
	r.add((h ^ uint64(n)) * fnvPrime)
}

func masked(w string) string {
	if w[0] == '@' {
		return "@"
	}
	return w
}

// weigh makes a vector of a document: counts times how rare a property is, each view of
// its length. Properties that are not known are left out.
func (d *document) weigh(into []feature, lengths *[views]float32, known func(id uint32) (at uint32, rare float32, ok bool)) []feature {
	for view, part := range d {
		start, sum := len(into), float32(0)
		for _, f := range part {
			at, rare, ok := known(f.id)
			if !ok {
				continue
			}
			v := f.value * rare
			into = append(into, feature{at, v})
			sum += v * v
		}
		if sum == 0 {
			continue
		}
		scale := lengths[view] / float32(math.Sqrt(float64(sum)))
		for i := start; i < len(into); i++ {
			into[i].value *= scale
		}
	}
	return into
}

func damped(n float32) float32 { return 1 + float32(math.Log(float64(n))) }

// inOrder puts the properties of a view in order of their hashes, where what is made of
// them must come out alike whatever they were met in.
func inOrder(part []feature) {
	slices.SortFunc(part, func(a, b feature) int { return cmp.Compare(a.id, b.id) })
}

func (d *document) size() int {
	n := 0
	for _, part := range d {
		n += len(part)
	}
	return n
}

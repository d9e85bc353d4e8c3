package copies

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"nivaran/internal/text"
)

// MarkCount is how many marks a text has.
const MarkCount = 3

// Marks are numbers by which texts that say the same find each other without being
// compared: alike texts share one of them far more often than others, place by place. They
// come from the heaviest words, each under its English sense. A text that says too little
// has none (all are 0). The words cannot be read from them, but guessed: marks go with their
// post.
type Marks [MarkCount]int64

// markWords is how many of the heaviest words make the marks, markLeast how many a text
// needs; lightest is the weight of the words that everybody uses. Tuned on the pairs in two
// languages: of those that say the same, as many as possible should share a mark.
const (
	markWords = 12
	markLeast = 3
	lightest  = 3.0
)

// Marks makes the marks of a text.
func (w *Words) Marks(s string) (m Marks) {
	type sense struct {
		hash   uint64
		weight float64
	}
	var all []sense
	for _, k := range text.Tokens(handlesAndLinks.ReplaceAllString(s, " ")) {
		if strings.ContainsAny(k, "0123456789") {
			continue
		}
		c := w.sense(k)
		if x := w.weight(k); x >= lightest {
			h := fnv.New64a()
			h.Write([]byte(c))
			all = append(all, sense{h.Sum64(), x})
		}
	}
	slices.SortFunc(all, func(a, b sense) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.hash, b.hash)) })
	all = slices.CompactFunc(all, func(a, b sense) bool { return a.hash == b.hash })
	if len(all) < markLeast {
		return m
	}
	all = all[:min(len(all), markWords)]
	for i := range m {
		first, second := least, least
		for _, x := range all {
			first, second = min(first, mixed(x.hash, 2*i)), min(second, mixed(x.hash, 2*i+1))
		}
		m[i] = int64(mixed(first^second*3, i) | 1)
	}
	return m
}

const least = ^uint64(0)

// mixed is the n-th of many orders of the same hashes.
func mixed(h uint64, n int) uint64 {
	h += uint64(n+1) * 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// sense is the one English key for all words that say the same: power, light and बिजली
// meet in it.
func (w *Words) sense(key string) string {
	if !w.hindi[key] {
		if m := w.meanings[key]; len(m) > 0 && m[0].sure >= glossed {
			return w.concept(m[0].key)
		}
	}
	if e, ok := w.english[key]; ok {
		return e
	}
	if b := bones(key); len(b) >= 3 {
		return b
	}
	return key
}

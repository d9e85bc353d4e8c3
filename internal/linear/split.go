package linear

import (
	"hash/fnv"
	"math"

	"nivaran/internal/text"
)

// Fifths is into how many parts examples are divided for measuring; those of the part 0 are
// held back where but one part judges.
const Fifths = 5

// FifthOf divides examples for measuring: the part of each, by FNV-1a (32 bits) of its group,
// or of its normal text where it has none. Those of one group, and near copies, are in one
// part: that of the first of them.
func FifthOf(examples []Example) []int {
	s := newSides(len(examples))
	first := map[string]int{}
	for i, e := range examples {
		key := splitKey(e)
		if at, ok := first[key]; ok {
			s.join(at, i)
		} else {
			first[key] = i
		}
	}
	joinCopies(s, examples)
	part := make([]int, len(examples))
	for i := range examples {
		h := fnv.New32a()
		h.Write([]byte(splitKey(examples[s.root(i)])))
		part[i] = int(h.Sum32() % Fifths)
	}
	return part
}

func splitKey(e Example) string {
	if e.Group != "" {
		return e.Group
	}
	return text.Normal(e.Text)
}

// sides knows which examples belong together; the root of them is the first.
type sides []int

func newSides(n int) sides {
	s := make(sides, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sides) root(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sides) join(a, b int) {
	a, b = s.root(a), s.root(b)
	s[max(a, b)] = min(a, b)
}

// How near copies are found: the smallest hashes of the runs of four letters, those of a
// band alike; then this share of the runs in common.
const (
	copyRun   = 4
	copyBands = 5
	copyRows  = 3
	copyShare = 0.7
)

// joinCopies puts texts that are nearly the same on one side.
func joinCopies(s sides, examples []Example) {
	runs := make([]map[uint64]bool, len(examples))
	bands := map[[2]uint64]int{}
	for i, e := range examples {
		runs[i] = runsOf(e.Text)
		for band, h := range bandsOf(runs[i]) {
			key := [2]uint64{uint64(band), h}
			at, ok := bands[key]
			if !ok {
				bands[key] = i
			} else if s.root(at) != s.root(i) && shared(runs[at], runs[i]) >= copyShare {
				s.join(at, i)
			}
		}
	}
}

// runsOf are the hashes of the runs of four letters of a text.
func runsOf(s string) map[uint64]bool {
	out := map[uint64]bool{}
	letters := []rune(text.Normal(s))
	for i := 0; i+copyRun <= len(letters); i++ {
		out[hashed(fnvOffset, string(letters[i:i+copyRun]))] = true
	}
	if len(out) == 0 {
		out[hashed(fnvOffset, string(letters))] = true
	}
	return out
}

func bandsOf(runs map[uint64]bool) [copyBands]uint64 {
	var out [copyBands]uint64
	for band := range out {
		h := uint64(fnvOffset)
		for row := range copyRows {
			salt := (uint64(band*copyRows+row) + 1) * 0x9e3779b97f4a7c15
			least := uint64(math.MaxUint64)
			for r := range runs {
				least = min(least, mixed(r^salt))
			}
			h = (h ^ least) * fnvPrime
		}
		out[band] = h
	}
	return out
}

func mixed(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	return h ^ h>>33
}

// shared is the share of runs that two texts have in common.
func shared(a, b map[uint64]bool) float64 {
	both := 0
	for r := range a {
		if b[r] {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

package linear

import (
	"cmp"
	"hash/fnv"
	"slices"

	"nivaran/internal/text"
)

// folds is into how many parts examples are divided to judge what was learnt.
const folds = 5

// foldsOf puts each example into a fold: those of one group into the same one, those of
// one label evenly over all of them.
func foldsOf(examples []Example) []int {
	type group struct {
		label string
		hash  uint64
	}
	of := make([]uint64, len(examples))
	seen := map[uint64]bool{}
	var groups []group
	for i, e := range examples {
		of[i] = groupHash(e)
		if !seen[of[i]] {
			seen[of[i]] = true
			groups = append(groups, group{e.Label, of[i]})
		}
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.hash, b.hash))
	})
	if len(groups) == 1 { // nothing would be left to learn from
		return alternately(len(examples))
	}
	fold := map[uint64]int{}
	for i, g := range groups {
		fold[g.hash] = i % folds
	}
	out := make([]int, len(examples))
	for i := range out {
		out[i] = fold[of[i]]
	}
	return out
}

func alternately(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i % folds
	}
	return out
}

func groupHash(e Example) uint64 {
	h := fnv.New64a()
	if e.Group != "" {
		h.Write([]byte("g" + e.Group))
	} else {
		h.Write([]byte("t" + text.Normal(e.Text)))
		for _, f := range e.Features {
			h.Write([]byte("\x00" + f))
		}
	}
	return h.Sum64()
}

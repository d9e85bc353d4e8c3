package linear

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// draws is how many samples an interval rests on.
const draws = 500

// intervals gives each measure with the middle 95 % of what samples of as many texts,
// drawn with return, give (bootstrap). The samples are the same each time.
func (t *table) intervals(measures []func([]int) float64) []Figure {
	n := len(t.truth)
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	out := make([]Figure, len(measures))
	if n == 0 {
		return out
	}
	values := make([][]float64, len(measures))
	random := rand.New(rand.NewPCG(1, 2))
	sample := make([]int, n)
	for range draws {
		for i := range sample {
			sample[i] = random.IntN(n)
		}
		for m, measure := range measures {
			values[m] = append(values[m], measure(sample))
		}
	}
	for m, measure := range measures {
		slices.Sort(values[m])
		out[m] = Figure{measure(all), values[m][draws/40], values[m][draws-1-draws/40]}
	}
	return out
}

// coverage is the largest share of texts, the surest first, of which at least the given
// share is right.
func (t *table) coverage(precision float64) Coverage {
	order := make([]int, len(t.truth))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.confidence(b), t.confidence(a)) })
	c := Coverage{Precision: precision, Confidence: 1}
	right := 0
	for n, i := range order {
		if t.first(i) == t.truth[i] {
			right++
		}
		last := n+1 == len(order) || t.confidence(order[n+1]) < t.confidence(i)
		if last && float64(right) >= precision*float64(n+1) {
			c.Share, c.Confidence = float64(n+1)/float64(len(order)), t.confidence(i)
		}
	}
	return c
}

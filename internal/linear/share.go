package linear

import "math"

// Share is a part of a whole, with the bounds within which the true share lies in 95 of
// 100 samples (Wilson).
type Share struct {
	Of, All   int
	Low, High float64 // 0 to 1
}

// ShareOf is a share with its bounds; of nothing it may be any.
func ShareOf(of, all int) Share {
	s := Share{Of: of, All: all, High: 1}
	if all == 0 {
		return s
	}
	const z = 1.96
	n, p := float64(all), s.Value()
	middle, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	s.Low, s.High = max((middle-half)/(1+z*z/n), 0), min((middle+half)/(1+z*z/n), 1)
	return s
}

// Value is the share itself, 0 when there is nothing to share.
func (s Share) Value() float64 { return float64(s.Of) / float64(max(s.All, 1)) }

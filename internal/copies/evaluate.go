package copies

import (
	"hash/fnv"
	"math"
	"strings"
)

// Judged is a pair that a person judged: whether it should be proposed.
type Judged struct {
	A, B  string
	Alike bool
}

// Held tells whether a pair is held back for testing: the FNV-1a hash of its first text, in
// small letters and with single spaces, is a multiple of five.
func (j Judged) Held() bool {
	h := fnv.New32a()
	h.Write([]byte(strings.Join(strings.Fields(strings.ToLower(j.A)), " ")))
	return h.Sum32()%5 == 0
}

// Share is a part of a whole, with the bounds within which the true share lies in 95 of
// 100 samples (Wilson).
type Share struct {
	Of, All   int
	Low, High float64
}

// Value is the share itself, 0 when there is nothing to share.
func (s Share) Value() float64 { return float64(s.Of) / float64(max(s.All, 1)) }

// ShareOf is a share with its bounds.
func ShareOf(of, all int) Share {
	s := Share{Of: of, All: all, High: 1}
	if all == 0 {
		return s
	}
	const z = 1.96
	n, p := float64(all), s.Value()
	mid, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	s.Low, s.High = (mid-half)/(1+z*z/n), (mid+half)/(1+z*z/n)
	return s
}

// Figures are how proposals fare against a person's judgement.
type Figures struct {
	Pairs             int
	Precision, Recall Share
	Same              Share // of the verbatim verdicts, those that a person calls alike
}

// Evaluate compares the pairs and counts.
func (w *Words) Evaluate(pairs []Judged) Figures {
	var right, proposed, alike, same, sameRight int
	for _, p := range pairs {
		v := w.Compare(Post{Reading: w.Read(p.A)}, Post{Reading: w.Read(p.B)}).Verdict
		if p.Alike {
			alike++
		}
		if v == Different {
			continue
		}
		proposed++
		if p.Alike {
			right++
		}
		if v == Same {
			same++
			if p.Alike {
				sameRight++
			}
		}
	}
	return Figures{Pairs: len(pairs), Precision: ShareOf(right, proposed), Recall: ShareOf(right, alike), Same: ShareOf(sameRight, same)}
}

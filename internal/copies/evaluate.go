package copies

import (
	"hash/fnv"
	"strings"

	"nivaran/internal/linear"
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

// Figures are how proposals fare against a person's judgement.
type Figures struct {
	Pairs             int
	Precision, Recall linear.Share
	Same              linear.Share // of the verbatim verdicts, those that a person calls alike
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
	return Figures{Pairs: len(pairs), Precision: linear.ShareOf(right, proposed), Recall: linear.ShareOf(right, alike), Same: linear.ShareOf(sameRight, same)}
}

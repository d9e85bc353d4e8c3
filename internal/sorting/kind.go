package sorting

import (
	"strings"

	"nivaran/internal/grievance"
)

// kindLabel is how the judge of kinds calls a kind: what is not for us by its reason.
func kindLabel(k grievance.Kind, reason string) string {
	if k == grievance.NotForUs {
		return notForUs + reason
	}
	return string(k)
}

const notForUs = string(grievance.NotForUs) + "/"

// notForUsFrom is the share from which a post is not for us: a matter that is overlooked
// is worse than a wish that is read. Tuned on posts_second_dev.
const notForUsFrom = 0.7

// kind decides what the post is. The reasons why a post may not be for us count together
// against the other kinds.
func (e *Engine) kind(r *reading, v *grievance.Verdict) {
	shares := map[grievance.Kind]float64{}
	for _, c := range r.said[askedKind] {
		k := grievance.Kind(c.Label)
		if reason, ok := strings.CutPrefix(c.Label, notForUs); ok {
			k = grievance.NotForUs
			if shares[k] == 0 {
				v.NotReason = reason
			}
		}
		shares[k] += c.Confidence
	}
	for k, share := range shares {
		if share > v.KindConfidence && (k != grievance.NotForUs || share >= notForUsFrom) {
			v.Kind, v.KindConfidence = k, share
		}
	}
	if shares[grievance.NotForUs] > v.KindConfidence { // likelier than this, but not likely enough
		v.KindConfidence = 1 - notForUsFrom
	}
	if v.Kind != grievance.NotForUs {
		v.NotReason = ""
	}
	v.KindConfidence = rounded(v.KindConfidence)
}

package sorting

import (
	"nivaran/internal/grievance"
	"nivaran/internal/linear"
)

const (
	// dangerFrom is the share from which a post is taken for danger: low, as a person looks
	// at each. Tuned on posts_dev.
	dangerFrom = 0.18
	// dangerSure is the share from which even a post of another kind is taken for danger.
	dangerSure = 0.6
	// urgentFrom is the share of danger and urgency together from which it is urgent.
	urgentFrom = 0.5
	// againstFrom is the share from which an officer is complained of. Tuned on posts_dev.
	againstFrom = 0.3
)

// urgency decides how soon somebody must look. What is no grievance can wait, but where
// danger is likely it is one, whatever else the words say.
func (e *Engine) urgency(r *reading, v *grievance.Verdict) {
	share := shares(r.said[askedUrgency])
	danger := share[string(grievance.Danger)]
	if v.Kind != grievance.Grievance && danger >= dangerSure {
		v.Kind, v.KindConfidence, v.NotReason = grievance.Grievance, rounded(danger), ""
	}
	switch {
	case v.Kind != grievance.Grievance:
		return
	case danger >= dangerFrom:
		v.Urgency = grievance.Danger
	case danger+share[string(grievance.Urgent)] >= urgentFrom:
		v.Urgency = grievance.Urgent
	}
}

// against decides whether an officer is complained of.
func (e *Engine) against(r *reading, v *grievance.Verdict) {
	if v.Kind != grievance.Grievance {
		return
	}
	if shares(r.said[askedAgainst])["true"] >= againstFrom {
		v.AgainstOfficer, v.Sensitive = true, true
	}
}

func shares(all []linear.Candidate) map[string]float64 {
	m := make(map[string]float64, len(all))
	for _, c := range all {
		m[c.Label] = c.Confidence
	}
	return m
}

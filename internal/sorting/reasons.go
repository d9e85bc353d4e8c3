package sorting

import (
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
)

// explain gives the words that speak for what the engine said: cue phrases of the
// candidates where the post holds any, else what weighed most with the judge.
func (e *Engine) explain(r *reading, v *grievance.Verdict) {
	longest := e.longest(r, v.Candidates)
	some := false
	for i, c := range v.Candidates {
		if h := longest[i]; h.to > h.from {
			r.reason(h, "subject", c.Subject)
			some = true
		}
	}
	if !some && len(v.Candidates) > 0 && v.Kind != grievance.NotForUs {
		e.spoke(r, v.Candidates[0])
	}
	for _, h := range r.all(e.levels) {
		if says := says(e.level[h.mark], v); says != "" {
			r.reason(h, says, e.level[h.mark])
		}
	}
}

// longest is the longest cue phrase of each candidate in the post; empty where there is none.
func (e *Engine) longest(r *reading, candidates []grievance.Candidate) (best [most]found) {
	for _, h := range r.all(e.cues) {
		for i := range candidates {
			if e.cueOf[h.mark].Subject == candidates[i].Subject && h.to-h.from > best[i].to-best[i].from {
				best[i] = h
			}
		}
	}
	return best
}

// spoke gives the words of the text that weighed most for the department.
func (e *Engine) spoke(r *reading, c grievance.Candidate) {
	judged := r.judged
	if r.in.Title != "" { // a reason points into the text
		judged = linear.ReadTokens(r.in.Text, r.passages[0].tokens)
	}
	for _, s := range e.model.department.Explain(judged, c.Department) {
		if r.in.Text[s.Start] == '@' {
			continue // whom it was written to says nothing of the matter to a clerk
		}
		r.reasons = append(r.reasons, grievance.Reason{Start: s.Start, End: s.End, Words: r.in.Text[s.Start:s.End], Says: "subject", Code: c.Subject})
	}
}

// says is what a phrase of a level speaks for, if the verdict agrees.
func says(level string, v *grievance.Verdict) string {
	switch level {
	case "danger":
		if v.Urgency == grievance.Danger {
			return "urgency"
		}
	case "urgent", "vulnerable", "time_bound", "repeat":
		if v.Kind == grievance.Grievance {
			return "urgency"
		}
	case "against_officer", "corruption":
		if v.AgainstOfficer {
			return "against_officer"
		}
	case "spam_politics", "abuse", "court_or_service", "other_government":
		if v.Kind == grievance.NotForUs {
			return "kind"
		}
	default:
		if slices.Contains([]grievance.Kind{grievance.Praise, grievance.Suggestion, grievance.Query}, v.Kind) && level == string(v.Kind) {
			return "kind"
		}
	}
	return ""
}

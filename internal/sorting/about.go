package sorting

import (
	"cmp"
	"math"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
)

const (
	// most is how many candidates a clerk is shown.
	most = 3
	// clearFrom is the confidence from which the department is clear, so that the candidates
	// are its subjects; else the best subject of each department is shown.
	clearFrom = 0.9
	// ownOdds is how many times likelier a department becomes when the post came to its own
	// account. Tuned on posts_dev.
	ownOdds = 3.0
	// sensitiveFrom is the confidence from which a sensitive reading makes the post
	// sensitive, even if another comes first.
	sensitiveFrom = 0.15
	// leastShare is the share below which a department after the first is no candidate.
	leastShare = 0.01
)

// about finds what the matter is, best first, and whose: the department of the likeliest
// subject, which was right more often on posts_dev than the department with the largest share
// over all its subjects, where the two are not the same.
func (e *Engine) about(r *reading, v *grievance.Verdict) {
	departments := e.departments(r)
	shares := map[string]float64{}
	each := 1
	if departments[0].Confidence >= clearFrom {
		departments, each = departments[:1], most
	}
	for i, d := range departments[:min(most, len(departments))] {
		if i > 0 && d.Confidence < leastShare {
			break
		}
		shares[d.Label] = d.Confidence
		subjects := e.subjects(r, d.Label)
		for _, s := range subjects[:min(each, len(subjects))] {
			v.Candidates = append(v.Candidates, grievance.Candidate{Subject: s.Label, Department: d.Label, Confidence: d.Confidence * s.Confidence})
		}
	}
	for i := range v.Candidates {
		c := &v.Candidates[i]
		c.Confidence = rounded(c.Confidence)
		v.Sensitive = v.Sensitive || e.of[c.Subject].Sensitive && c.Confidence >= sensitiveFrom
	}
	slices.SortStableFunc(v.Candidates, func(a, b grievance.Candidate) int { return cmp.Compare(b.Confidence, a.Confidence) })
	v.Department = departments[0].Label
	if len(v.Candidates) > 0 {
		v.Department = v.Candidates[0].Department
	}
	v.DepartmentConfidence = rounded(shares[v.Department])
}

// proposed is why a grievance may have to be kept all the same: it is another government's,
// before a court, or an employee's own service. The clerk decides.
func (e *Engine) proposed(v *grievance.Verdict) string {
	if v.Kind != grievance.Grievance || v.DepartmentConfidence < 0.5 || len(v.Candidates) == 0 {
		return v.NotReason
	}
	s := e.of[v.Candidates[0].Subject]
	switch {
	case s.KindHint != "other":
		return ""
	case v.Department == "outside_state" && s.CategoryEN != "Courts":
		return "other_government"
	case v.Department == "outside_state" || v.Department == "personnel":
		return "court_or_service"
	}
	return ""
}

// departments are the departments by share, best first; the account's own department is
// made likelier and never decides.
func (e *Engine) departments(r *reading) []linear.Candidate {
	all := r.said[askedDepartment]
	own := slices.IndexFunc(all, func(c linear.Candidate) bool { return c.Label == e.parent[r.in.Department] })
	if own < 0 {
		return all
	}
	sum := 1 + all[own].Confidence*(ownOdds-1)
	all[own].Confidence *= ownOdds
	for i := range all {
		all[i].Confidence /= sum
	}
	slices.SortStableFunc(all, func(a, b linear.Candidate) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return all
}

// subjects are the subjects of a department by share, best first.
func (e *Engine) subjects(r *reading, department string) []linear.Candidate {
	if judge := e.model.subjects[department]; judge != nil {
		return judge.Judge(r.judged)
	}
	if only := e.model.only[department]; only != "" {
		return []linear.Candidate{{Label: only, Confidence: 1}}
	}
	return nil
}

func rounded(confidence float64) float64 { return math.Round(confidence*1000) / 1000 }

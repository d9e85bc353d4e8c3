package sorting

import (
	"math"

	"nivaran/internal/grievance"
)

// lacks are words of want: with one of them a word of thanks is a manner of asking, and a
// post without any known cue is more likely a complaint than not.
var lacks = keySet("no", "not", "never", "without", "broken", "problem", "nahi", "nahin", "nhi", "na", "band", "kharab", "tuta", "tuti", "ganda", "gandi", "pareshan", "samasya", "dikkat",
	"नहीं", "नही", "बंद", "खराब", "टूटा", "टूटी", "गंदा", "गंदी", "परेशान", "समस्या", "दिक्कत", "ਨਹੀਂ")

// kind decides what the post is, with rough figures: what is not for us is said
// with little confidence, so that it stays on the desk for a person to look at. For a
// grievance the figure grows with the best subject's score: 0.5 + 0.45 × (1 − e^(−best/3)).
func (p *Plain) kind(r *reading, v *grievance.Verdict) {
	set := func(k grievance.Kind, confidence float64, why string) {
		v.Kind, v.KindConfidence, v.NotReason = k, confidence, why
	}
	n, lack := r.levels, r.lack()
	strong := r.best >= strongCue
	switch {
	case n["danger"] > 0:
		set(grievance.Grievance, 0.9, "")
	case n["suggestion"] > 0 && n["suggestion"] >= n["query"]:
		set(grievance.Suggestion, 0.75, "")
	case n["court_or_service"] > 0 && r.best < 2*strongCue:
		set(grievance.NotForUs, 0.6, "court_or_service")
	case n["other_government"] > 0 && !strong:
		set(grievance.NotForUs, 0.6, "other_government")
	case n["praise"] > 0 && !strong && !lack && n["praise"] >= n["repeat"]+n["urgent"]:
		set(grievance.Praise, 0.7, "")
	case n["spam_politics"] > 0 && !strong:
		set(grievance.NotForUs, 0.7, "politics")
	case n["abuse"] > 0 && !strong:
		set(grievance.NotForUs, 0.7, "abuse")
	case n["query"] > 0 && r.best < 2*strongCue:
		set(grievance.Query, 0.65, "")
	case len(v.Candidates) > 0:
		set(grievance.Grievance, math.Round((0.5+0.45*(1-math.Exp(-r.best/3)))*100)/100, "")
	case v.AgainstOfficer || n["urgent"]+n["vulnerable"]+n["repeat"] > 0:
		set(grievance.Grievance, 0.5, "")
	case lack:
		set(grievance.Grievance, 0.4, "")
	default:
		set(grievance.NotForUs, 0.4, "news")
	}
}

func (r *reading) lack() bool {
	for _, p := range r.passages {
		for _, t := range p.tokens {
			if lacks[t.Key] {
				return true
			}
		}
	}
	return false
}

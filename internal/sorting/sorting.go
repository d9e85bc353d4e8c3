// Package sorting says what a post is about: kind, subject, place, language and urgency,
// each with confidence and reasons that a clerk can check. This is the plain sorter: it
// knows names and cue phrases and nothing else. No I/O.
package sorting

import (
	"cmp"
	"math"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
	"nivaran/internal/text"
)

// Input is a post as the sorter reads it, with what is known of the account it came to.
type Input struct {
	Title, Text string
	// Department and District are those of the official accounts that saw the post: they
	// speak for a reading that the text leaves open. Empty and 0: the state's account.
	Department string
	District   int
}

// Plain sorts by names and cue phrases.
type Plain struct {
	cues      *phrases
	cueOf     []cue
	levels    *phrases
	levelOf   []string
	places    *places
	subjectOf map[string]seed.Subject
	parentOf  map[string]string // body → topmost department
}

type cue struct {
	subject string
	weight  float64
}

// Weights of a cue: a strong one makes its subject likely alone, a weak one counts
// together with others. Each further word of a phrase makes it more telling.
const (
	strongCue = 3.0
	weakCue   = 1.0
	furtherBy = 0.35
)

// New builds the sorter from the delivered phrases.
func New() *Plain {
	p := &Plain{cues: newPhrases(), levels: newPhrases(), places: newPlaces(), subjectOf: map[string]seed.Subject{}, parentOf: map[string]string{}}
	for _, s := range seed.Subjects() {
		p.subjectOf[s.Code] = s
	}
	for _, d := range seed.Departments() {
		p.parentOf[d.Code] = cmp.Or(d.Parent, d.Code)
	}
	for _, c := range seed.Cues() {
		w := weakCue
		if c.Strong {
			w = strongCue
		}
		w *= 1 + furtherBy*float64(len(text.Tokens(c.Phrase))-1)
		p.cues.add(c.Phrase, len(p.cueOf))
		p.cueOf = append(p.cueOf, cue{c.Subject, w})
	}
	for _, u := range seed.UrgencyCues() {
		p.levels.add(u.Phrase, len(p.levelOf))
		p.levelOf = append(p.levelOf, u.Level)
	}
	return p
}

// Sort reads one post.
func (p *Plain) Sort(in Input) grievance.Verdict {
	// Reasons point into the text; a letter's subject line only adds evidence.
	body := text.Spans(in.Text)
	tokens := append(slices.Clone(body), text.Spans(in.Title)...)
	r := reading{in: in, body: len(body), tokens: tokens}
	v := grievance.Verdict{Language: text.Language(in.Title + " " + in.Text), Urgency: grievance.Ordinary}
	p.subjects(&r, &v)
	p.levelsOf(&r, &v)
	p.places.find(&r, &v)
	p.kind(&r, &v)
	v.Reasons = r.reasons
	return v
}

// reading is a post while it is read.
type reading struct {
	in      Input
	tokens  []text.Token
	body    int // tokens of the text itself; the title's come after
	reasons []grievance.Reason
	best    float64 // score of the best subject
	levels  map[string]int
}

// reason keeps the words that said something; words of the title have no place in the text.
func (r *reading) reason(h hit, says, code string) {
	reason := grievance.Reason{Says: says, Code: code}
	if h.to <= r.body {
		reason.Start, reason.End = r.tokens[h.from].Start, r.tokens[h.to-1].End
		reason.Words = r.in.Text[reason.Start:reason.End]
	} else if h.from >= r.body {
		reason.Words = r.in.Title[r.tokens[h.from].Start:r.tokens[h.to-1].End]
	}
	for _, other := range r.reasons {
		if other == reason {
			return
		}
	}
	r.reasons = append(r.reasons, reason)
}

// most is how many candidates a clerk is shown.
const most = 3

// subjects scores the subjects by their cues and keeps the three best. A candidate's
// confidence is its share of the squared scores, damped while the evidence is thin:
// share × (1 − e^(−best/3)).
func (p *Plain) subjects(r *reading, v *grievance.Verdict) {
	scores, longest := map[string]float64{}, map[string]hit{}
	seen := map[[3]any]bool{}
	for _, h := range p.cues.find(r.tokens) {
		c := p.cueOf[h.mark]
		at := [3]any{c.subject, h.from, h.to}
		if seen[at] {
			continue
		}
		seen[at] = true
		if l, ok := longest[c.subject]; !ok || h.to-h.from > l.to-l.from {
			longest[c.subject] = h
		}
		scores[c.subject] += c.weight
	}
	department := p.parentOf[r.in.Department]
	var sum float64
	for s, score := range scores {
		if department != "" && p.parentOf[p.subjectOf[s].Department] == department {
			score *= 1.5
			scores[s] = score
		}
		sum += score * score
		r.best = math.Max(r.best, score)
	}
	codes := make([]string, 0, len(scores))
	for s := range scores {
		codes = append(codes, s)
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b)) })
	for _, s := range codes[:min(most, len(codes))] {
		subject := p.subjectOf[s]
		confidence := scores[s] * scores[s] / sum * (1 - math.Exp(-r.best/3))
		v.Candidates = append(v.Candidates, grievance.Candidate{Subject: s, Department: p.parentOf[subject.Department], Confidence: math.Round(confidence*1000) / 1000})
		r.reason(longest[s], "subject", s)
	}
	if len(v.Candidates) > 0 {
		top := p.subjectOf[v.Candidates[0].Subject]
		v.Sensitive = top.Sensitive
		if u := grievance.Urgency(top.Urgency); u != grievance.Danger { // a subject alone calls nobody out of bed
			v.Urgency = u
		} else {
			v.Urgency = grievance.Urgent
		}
	}
}

// levelsOf reads urgency and what kind of post it is.
func (p *Plain) levelsOf(r *reading, v *grievance.Verdict) {
	r.levels = map[string]int{}
	for _, h := range p.levels.find(r.tokens) {
		level := p.levelOf[h.mark]
		r.levels[level]++
		switch level {
		case "danger":
			v.Urgency = grievance.Danger
			r.reason(h, "urgency", "danger")
		case "urgent", "vulnerable", "time_bound":
			if v.Urgency == grievance.Ordinary {
				v.Urgency = grievance.Urgent
			}
			r.reason(h, "urgency", level)
		case "against_officer", "corruption":
			v.AgainstOfficer, v.Sensitive = true, true
			r.reason(h, "against_officer", level)
		case "repeat":
			r.reason(h, "urgency", level)
		default:
			r.reason(h, "kind", level)
		}
	}
}

// kind decides what the post is. Danger and a subject with evidence speak for a grievance;
// what holds neither subject nor question is not for us, with little confidence: it stays
// on the desk.
func (p *Plain) kind(r *reading, v *grievance.Verdict) {
	set := func(k grievance.Kind, confidence float64, why string) {
		v.Kind, v.KindConfidence, v.NotReason = k, confidence, why
	}
	n := r.levels
	switch {
	case v.Urgency == grievance.Danger && n["danger"] > 0:
		set(grievance.Grievance, 0.9, "")
	case n["suggestion"] > 0 && n["suggestion"] >= n["query"]:
		set(grievance.Suggestion, 0.75, "")
	case n["court_or_service"] > 0 && r.best < 2*strongCue:
		set(grievance.NotForUs, 0.6, "court_or_service")
	case n["other_government"] > 0 && r.best < strongCue:
		set(grievance.NotForUs, 0.6, "other_government")
	case n["praise"] > 0 && n["praise"] >= n["repeat"]+n["urgent"]:
		set(grievance.Praise, 0.7, "")
	case n["spam_politics"] > 0 && r.best < strongCue:
		set(grievance.NotForUs, 0.7, "politics")
	case n["abuse"] > 0 && r.best < strongCue:
		set(grievance.NotForUs, 0.7, "abuse")
	case n["query"] > 0 && r.best < 2*strongCue:
		set(grievance.Query, 0.65, "")
	case len(v.Candidates) > 0:
		set(grievance.Grievance, math.Round((0.5+0.45*(1-math.Exp(-r.best/3)))*100)/100, "")
	case len(r.tokens) < 3:
		set(grievance.NotForUs, 0.5, "news")
	default:
		set(grievance.NotForUs, 0.4, "news")
	}
}

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
	KrutiDev   bool // the letter names Kruti Dev, or a font with its keyboard
	// Earlier are the districts of the author's last cases, Lat and Lon where the post says
	// that it was written; 0 and 0: it does not.
	Earlier  []int
	Lat, Lon float64
	Grounds  *Grounds // the installation's districts; nil: those that are delivered
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
		words := p.cues.add(c.Phrase, len(p.cueOf))
		w *= 1 + furtherBy*float64(words-1)
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
	reasons := inUnicode(&in)
	r := reading{in: in, levels: map[string]int{}, reasons: reasons}
	for _, words := range []string{in.Text, in.Title} {
		r.passages = append(r.passages, passage{words, text.Spans(words)})
	}
	v := grievance.Verdict{Language: text.Language(in.Title + " " + in.Text), Urgency: grievance.Ordinary}
	p.subjects(&r, &v)
	p.levelsOf(&r, &v)
	where := p.places.find(in)
	v.District, v.DistrictConfidence, v.Places = where.District, where.Confidence, where.Cues
	r.reasons = append(r.reasons, where.Reasons...)
	p.kind(&r, &v)
	v.Reasons = r.reasons
	return v
}

// reading is a post while it is read.
type reading struct {
	in       Input
	passages []passage // the text, then a letter's subject line
	reasons  []grievance.Reason
	best     float64 // score of the best subject
	levels   map[string]int
}

// passage is a piece of a post in which phrases are looked for.
type passage struct {
	words  string
	tokens []text.Token
}

// found is a hit in one of the passages.
type found struct {
	hit
	passage int
}

// all finds phrases in every passage.
func (r *reading) all(p *phrases) []found {
	var all []found
	for i, passage := range r.passages {
		for _, h := range p.find(passage.words, passage.tokens) {
			all = append(all, found{h, i})
		}
	}
	return all
}

// mostReasons is how many words a clerk is shown for the same thing; a long letter
// repeats itself.
const mostReasons = 10

// reason keeps the words that said something. Offsets point into the text: words of the
// subject line have none.
func (r *reading) reason(f found, says, code string) {
	p := r.passages[f.passage]
	start, end := p.tokens[f.from].Start, p.tokens[f.to-1].End
	reason := grievance.Reason{Words: p.words[start:end], Says: says, Code: code}
	if f.passage == 0 {
		reason.Start, reason.End = start, end
	}
	alike := 0
	for _, other := range r.reasons {
		if other == reason {
			return
		}
		if other.Says == says && other.Code == code {
			alike++
		}
	}
	if alike < mostReasons {
		r.reasons = append(r.reasons, reason)
	}
}

// sensitiveFrom is the confidence from which a sensitive reading makes the post sensitive,
// even if another comes first.
const sensitiveFrom = 0.15

// most is how many candidates a clerk is shown.
const most = 3

// subjects scores the subjects by their cues and keeps the three best. A candidate's
// confidence is its share of the squared scores, damped while the evidence is thin:
// share × (1 − e^(−best/3)).
func (p *Plain) subjects(r *reading, v *grievance.Verdict) {
	scores, longest := map[string]float64{}, map[string]found{}
	type place struct {
		subject           string
		passage, from, to int
	}
	seen := map[place]bool{}
	for _, h := range r.all(p.cues) {
		c := p.cueOf[h.mark]
		at := place{c.subject, h.passage, h.from, h.to}
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
		for _, c := range v.Candidates {
			v.Sensitive = v.Sensitive || p.subjectOf[c.Subject].Sensitive && c.Confidence >= sensitiveFrom
		}
		if u := grievance.Urgency(top.Urgency); u != grievance.Danger { // a subject alone calls nobody out of bed
			v.Urgency = u
		} else {
			v.Urgency = grievance.Urgent
		}
	}
}

// levelsOf reads urgency and what kind of post it is.
func (p *Plain) levelsOf(r *reading, v *grievance.Verdict) {
	for _, h := range r.all(p.levels) {
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

// Package sorting says what a post is about: kind, subject, place, language and urgency,
// each with confidence and reasons that a clerk can check. What can be learnt is judged by
// linear models (Model), trained on the shipped text and an office's own examples; cue
// phrases give the reasons, names of places the district. No I/O beyond reading and writing
// a model.
package sorting

import (
	"bytes"
	_ "embed"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
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

// Engine sorts posts. It may be used by many goroutines at once.
type Engine struct {
	model  *Model
	panel  *linear.Panel // of what is asked of every post, see asked
	cues   *phrases
	cueOf  []seed.Cue
	levels *phrases
	level  []string
	places *places
	parent map[string]string // body → topmost department
	of     map[string]seed.Subject
}

// The shipped model, made by make model from the shipped text.
//
//go:embed shipped.model
var shippedModel []byte

// New builds the engine with the shipped model.
func New() (*Engine, error) {
	m, err := ReadModel(bytes.NewReader(shippedModel))
	if err != nil {
		return nil, err
	}
	return NewWith(m), nil
}

// NewWith builds the engine with a model of the office's own.
func NewWith(m *Model) *Engine {
	e := &Engine{model: m, panel: linear.NewPanel(m.kind, m.department, m.urgency, m.against), cues: newPhrases(), levels: newPhrases(), places: allPlaces(), parent: Topmost(), of: subjects()}
	for _, c := range seed.Cues() {
		e.cues.add(c.Phrase, len(e.cueOf))
		e.cueOf = append(e.cueOf, c)
	}
	for _, u := range seed.UrgencyCues() {
		e.levels.add(u.Phrase, len(e.level))
		e.level = append(e.level, u.Level)
	}
	return e
}

// What the panel is asked of every post, in its order.
const (
	askedKind = iota
	askedDepartment
	askedUrgency
	askedAgainst
)

// wordless is how sure it is that a post without a word is not for us: a picture may say
// what is wrong.
const wordless = 0.4

// Sort reads one post.
func (e *Engine) Sort(in Input) grievance.Verdict {
	reasons := inUnicode(&in)
	r := reading{in: in, reasons: reasons}
	for _, words := range []string{in.Text, in.Title} {
		r.passages = append(r.passages, passage{words, text.Spans(words)})
	}
	r.judged = linear.ReadTokens(joined(in.Title, in.Text), r.joined())
	v := grievance.Verdict{Language: text.Language(in.Title + " " + in.Text), Urgency: grievance.Ordinary}
	if len(r.passages[0].tokens)+len(r.passages[1].tokens) == 0 {
		v.Kind, v.KindConfidence, v.NotReason = grievance.NotForUs, wordless, "spam"
		return v
	}
	r.said = e.panel.Judge(r.judged)
	e.kind(&r, &v)
	e.about(&r, &v)
	e.urgency(&r, &v)
	e.against(&r, &v)
	v.NotReason = e.proposed(&v)
	where := e.places.find(in)
	v.District, v.DistrictConfidence, v.Places = where.District, where.Confidence, where.Cues
	r.reasons = append(r.reasons, where.Reasons...)
	e.explain(&r, &v)
	v.Reasons = r.reasons
	return v
}

// reading is a post while it is read.
type reading struct {
	in       Input
	passages []passage // the text, then a letter's subject line
	judged   linear.Reading
	said     [linear.PanelSize][]linear.Candidate // what the panel says
	reasons  []grievance.Reason
}

// passage is a piece of a post in which phrases are looked for.
type passage struct {
	words  string
	tokens []text.Token
}

// joined are the tokens of the post as the judges read it.
func (r *reading) joined() []text.Token {
	body, title := r.passages[0].tokens, r.passages[1]
	if title.words == "" {
		return body
	}
	all := slices.Clone(title.tokens)
	for _, t := range body {
		t.Start, t.End = t.Start+len(title.words)+1, t.End+len(title.words)+1
		all = append(all, t)
	}
	return all
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

package sorting

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"nivaran/internal/grievance"
)

// Weights of what speaks for a district, and what the words beside a name make of it.
// Tuned on the even rows of testdata/districts.jsonl.
const (
	weighDistrict  = 3.0
	weighTown      = 2.4
	weighTehsil    = 2.2
	weighLocality  = 2.0
	weighPIN       = 3.0
	weighPoint     = 2.5
	weighHandle    = 1.2
	weighOwn       = 1.2 // the account's own district
	weighEarlier   = 0.8 // where the citizen's cases were
	weighElsewhere = 1.3
	weighVillage   = 0.6 // a second cue only

	timesInside   = 1.6
	timesResident = 1.3
	timesAdmin    = 1.4
	timesOfficer  = 0.5
	timesBeside   = 0.5
	timesOrigin   = 0.7
	timesTarget   = 0.15
	timesHashtag  = 0.8
	timesSlip     = 0.8
	timesAgain    = 0.2 // the same name once more

	decides = 0.6 // share of all evidence from which a district is given
	surely  = 0.4 // confidence from which it is
)

// weighing is the evidence while a post is read.
type weighing struct {
	places  *places
	grounds *Grounds
	scores  map[int]float64 // by district
	outside map[int]float64 // by other state
	seen    map[string]bool
	reasons []grievance.Reason
	why     map[int]int  // reasons given for a district
	apart   map[int]bool // listed before the one that was carved out of it: Hisar, Hansi
	cues    []namedPlace
}

// namedPlace is a mention that counts, with the text it stands in.
type namedPlace struct {
	*mention
	text *passageOf
}

// find reads a post's places and decides its district.
func (p *places) find(in Input) located {
	w := &weighing{places: p, grounds: in.Grounds, scores: map[int]float64{}, outside: map[int]float64{}, seen: map[string]bool{}, why: map[int]int{}, apart: map[int]bool{}}
	texts := []string{in.Text, in.Title}
	passages := make([]*passageOf, 0, len(texts))
	for _, s := range texts {
		passages = append(passages, p.read(s, in.Grounds))
	}
	named := w.named(passages)
	for i, t := range passages {
		w.weigh(t, texts[i], i == 0, named)
		w.numbers(t, texts[i], i == 0)
		w.handles(t, texts[i], i == 0)
	}
	w.around(in)
	for i, t := range passages {
		w.villages(t, texts[i], i == 0)
	}
	w.carvedOut()
	return w.decide()
}

// carvedOut lets what speaks for an old district speak for the one that was carved out of
// it, where that is named too: for years to come people write "Hansi, district Hisar".
func (w *weighing) carvedOut() {
	for d, s := range w.scores {
		if old := w.grounds.from(w.places, d); old != 0 && !w.apart[old] && s >= weighTown*timesOfficer && w.scores[old] > 0 {
			w.scores[d] += w.scores[old]
			delete(w.scores, old)
		}
	}
}

// named are the districts of names that need nothing beside them: a guarded name of the
// same district counts beside these.
func (w *weighing) named(passages []*passageOf) map[int]bool {
	districts := map[int]bool{}
	for _, t := range passages {
		for i := range t.mentions {
			if m := &t.mentions[i]; m.guard == unguarded && m.first().tier <= tierLocality {
				districts[w.grounds.district(w.places, m.first())] = true
			}
		}
	}
	return districts
}

// cued says whether a guarded name has beside it what it needs to be a place.
func (t *passageOf) cued(m *mention, named bool) bool {
	before, before2, first := t.token(m.from-1), t.token(m.from-2), t.tokens[m.from]
	after, after2 := t.token(m.to), t.token(m.to+1)
	if m.guard == unguarded && !m.short {
		return true
	}
	if m.admin || m.town || m.officer || m.hamlet || named || before.role.has(rolePlot) || before.number && before2.role.has(rolePlot) && first.gap < gapComma {
		return true
	}
	if m.short && m.guard == needsAdmin {
		return false // a station's code
	}
	for i, x := range [...]placeToken{after, after2, t.token(m.to + 2)} {
		if x.gap == gapFullStop {
			break
		}
		if x.role.has(rolePlot|roleStand|roleHouse) || i > 0 && x.role.has(roleAdmin) {
			return true
		}
	}
	alone := after.gap >= gapComma && (first.gap >= gapComma || before.gap >= gapComma)
	switch {
	case m.guard == needsAdmin && !m.short && (alone && m.from > 0 && first.gap >= gapComma || m.inside && first.capital && first.gap != gapFullStop):
		return true
	case m.guard == needsAdmin, before.role.has(rolePerson), after.role.has(rolePerson):
		return false
	case m.short:
		return alone || m.inside || first.gap != gapSpace
	case m.guard == needsSign && after.role.has(roleGenitive|roleFrom) && after.gap == gapSpace:
		return true
	}
	capital := first.capital && !t.shouted && (first.gap != gapFullStop || after.gap == gapSpace && after.role.has(roleGenitive|roleVerb))
	return m.hashtag || m.inside || m.resident || alone || capital
}

// weigh adds what the names of a text say.
func (w *weighing) weigh(t *passageOf, s string, body bool, named map[int]bool) {
	for i := range t.mentions {
		m := &t.mentions[i]
		n := m.first()
		switch {
		case n.tier == tierVillage || n.tier == tierAbroad:
			continue
		case m.qualifies:
			w.abroad(m, weighElsewhere)
			continue
		case m.foreign, n.tier != tierElsewhere && w.onlyAVillage(m):
			continue
		case !t.cued(m, named[w.grounds.district(w.places, n)]):
			continue
		}
		times := t.times(m)
		if n.tier == tierElsewhere {
			if n.state != haryana {
				w.abroad(m, weighElsewhere*times)
			}
			w.cues = append(w.cues, namedPlace{m, t})
			continue
		}
		if times == 0 {
			continue
		}
		w.cues = append(w.cues, namedPlace{m, t})
		if w.seen[m.form] {
			times *= timesAgain
		}
		w.seen[m.form] = true
		if m.listed { // in "Hisar, Hansi, Sirsa and Hisar cantt" each district counts once
			key := "listed " + codeOf(w.grounds.district(w.places, n))
			if w.seen[key] {
				times *= timesAgain
			}
			w.seen[key] = true
		}
		if m.listed && i+1 < len(t.mentions) && t.mentions[i+1].listed {
			d := w.grounds.district(w.places, n)
			w.apart[d] = w.apart[d] || w.grounds.from(w.places, w.grounds.district(w.places, t.mentions[i+1].first())) == d
		}
		for district, share := range w.shares(m) {
			w.scores[district] += share * times
			w.reason(t, s, body, m.from, m.to, district)
		}
	}
}

// times is what the words beside a name make of its weight.
func (t *passageOf) times(m *mention) float64 {
	times := 1.0
	switch {
	case m.way:
		return 0
	case m.inside:
		times = timesInside
	case m.admin || m.town:
		times = timesAdmin
	case m.resident:
		times = timesResident
	case m.target:
		times = timesTarget
	case m.origin:
		times = timesOrigin
	case m.officer:
		times = timesOfficer
	case m.beside:
		times = timesBeside
	}
	if m.hashtag {
		times *= timesHashtag
	}
	if !m.exact {
		times *= timesSlip
	}
	return times
}

// onlyAVillage says whether "gaon X" means one of the villages that share their name with
// a town elsewhere.
func (w *weighing) onlyAVillage(m *mention) bool {
	if !m.hamlet || m.admin || m.town {
		return false
	}
	n := m.first()
	if n.tier == tierDistrict {
		return false
	}
	for v := range m.meanings {
		if v.tier == tierVillage && v.district != n.district {
			return true
		}
	}
	return false
}

var weightOf = map[placeTier]float64{tierDistrict: weighDistrict, tierTown: weighTown, tierSubdistrict: weighTehsil, tierLocality: weighLocality}

// shares parts a name's weight among the districts that it may mean. A name that villages
// of other districts or places of other states share weighs less.
func (w *weighing) shares(m *mention) map[int]float64 {
	top := m.first()
	shares := map[int]float64{w.grounds.district(w.places, top): weightOf[top.tier]}
	others, villages := 0, map[int]bool{}
	if top.tier != tierDistrict {
		for n := range m.meanings {
			d := w.grounds.district(w.places, n)
			_, has := shares[d]
			switch {
			case n.tier <= tierLocality && !has:
				shares[d] = weightOf[n.tier]
				others++
			case n.tier == tierVillage && !has:
				villages[d] = true
			}
		}
	}
	less := 1 / (1 + 0.15*float64(len(villages)))
	if w.places.namesakes[top.name] {
		less *= 0.85
	}
	for d := range shares {
		shares[d] *= less
		if others > 0 {
			shares[d] /= 2
			if d == w.grounds.district(w.places, top) {
				shares[d] *= 1.4
			}
		}
	}
	return shares
}

func (w *weighing) abroad(m *mention, weight float64) {
	if weight == 0 {
		return
	}
	if w.seen[m.form] {
		weight *= timesAgain
	}
	w.seen[m.form] = true
	w.outside[m.first().state] += weight
}

// statesByPIN are the states around by the first two figures of a postal code.
var statesByPIN = map[string]int{"11": 7, "14": 3, "15": 3, "16": 4, "17": 2, "20": 9, "24": 9, "25": 9, "28": 9, "30": 8, "33": 8}

// numbers reads postal codes.
func (w *weighing) numbers(t *passageOf, s string, body bool) {
	for i, x := range t.tokens {
		if !x.number || len(x.lower) != 6 || (t.token(i-1).role | t.token(i+1).role).has(roleMoney) {
			continue
		}
		a, ok := w.places.pins[x.lower]
		if !ok {
			if state, ok := statesByPIN[x.lower[:2]]; ok && (t.token(i-1).role.has(rolePinWord) || x.gap == gapHyphen) {
				w.outside[state] += weighElsewhere
			}
			continue
		}
		w.scores[w.grounds.known(w.places, a.District)] += weighPIN * a.Share
		w.reason(t, s, body, i, i+1, a.District)
		for _, d := range a.Others {
			w.scores[w.grounds.known(w.places, d)] += weighPIN * (1 - a.Share) / float64(len(a.Others))
		}
	}
}

// handles reads the districts in the names of accounts: @DC_Hisar.
func (w *weighing) handles(t *passageOf, s string, body bool) {
	for i, x := range t.tokens {
		if !x.handle {
			continue
		}
		if district := w.places.inHandle(x.lower); district != 0 {
			district = w.grounds.known(w.places, district)
			w.scores[district] += weighHandle
			w.reason(t, s, body, i, i+1, district)
		}
	}
}

// inHandle is the district whose name a handle holds, the longest first; a short name must
// stand beside an office's.
func (p *places) inHandle(handle string) int {
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, handle)
	for n := len(letters); n >= 3; n-- {
		for i := 0; i+n <= len(letters); i++ {
			district, ok := p.inHandles[letters[i:i+n]]
			if !ok {
				continue
			}
			if n > shortestInTag || p.roles[letters[:i]+letters[i+n:]].has(roleOfficer|roleAdmin) {
				return district
			}
		}
	}
	return 0
}

// around adds what is known besides the text.
func (w *weighing) around(in Input) {
	for d, share := range w.places.offices.near(in.Lat, in.Lon) {
		w.scores[w.grounds.known(w.places, d)] += weighPoint * share
	}
	if d := w.grounds.known(w.places, in.District); d != 0 {
		w.scores[d] += weighOwn
	}
	for _, d := range in.Earlier {
		if d = w.grounds.known(w.places, d); d != 0 {
			w.scores[d] += weighEarlier / float64(len(in.Earlier))
		}
	}
	delete(w.scores, 0)
}

// villages lets the names of villages speak for districts that something else speaks for.
func (w *weighing) villages(t *passageOf, s string, body bool) {
	for i := range t.mentions {
		m := &t.mentions[i]
		if m.way || m.foreign || len(m.form) < 3 || !(m.first().tier == tierVillage && t.names(m) || m.first().tier < tierElsewhere && w.onlyAVillage(m)) {
			continue
		}
		w.cues = append(w.cues, namedPlace{m, t})
		counted := map[int]bool{}
		for n := range m.meanings {
			d := w.grounds.district(w.places, n)
			if n.tier != tierVillage || counted[d] || w.scores[d] == 0 {
				continue
			}
			counted[d] = true
			w.scores[d] += weighVillage
			w.reason(t, s, body, m.from, m.to, d)
		}
	}
}

// names says whether a village's name is used as one, and is no word that looks like it.
func (t *passageOf) names(m *mention) bool {
	first := t.tokens[m.from]
	return m.hamlet || (m.inside || m.admin || m.resident || first.capital && !t.shouted && first.gap != gapFullStop) && m.exact && len(m.keys[0]) >= 4 && first.role == 0
}

// decide gives the district with most of the evidence, if it has enough.
func (w *weighing) decide() located {
	var out located
	var sum, best float64
	top := 0
	for d, s := range w.scores {
		sum += s
		if s > best || s == best && d < top {
			best, top = s, d
		}
	}
	state, away := 0, 0.0
	for x, s := range w.outside {
		sum += s
		if s > away || s == away && x < state {
			state, away = x, s
		}
	}
	if sum > 0 && best/sum >= decides {
		if c := round(shareOf(best, sum)); c >= surely {
			out.District, out.Confidence = top, c
		}
	}
	for _, r := range w.reasons {
		if out.District == 0 || r.Code == codeOf(out.District) {
			out.Reasons = append(out.Reasons, r)
		}
	}
	out.Cues = w.placeCues(out, sum)
	return out
}

// shareOf is a part of all evidence as a confidence, damped while it is thin.
func shareOf(part, all float64) float64 {
	if part == 0 {
		return 0
	}
	return part / all * (1 - math.Exp(-part))
}

func round(x float64) float64 { return math.Round(x*100) / 100 }

// reason keeps the words that spoke for a district.
func (w *weighing) reason(t *passageOf, s string, body bool, from, to, district int) {
	if w.why[district] == mostReasons {
		return
	}
	w.why[district]++
	start, end := t.tokens[from].start, t.tokens[to-1].end
	r := grievance.Reason{Words: s[start:end], Says: "district", Code: codeOf(district)}
	if body {
		r.Start, r.End = start, end
	}
	w.reasons = append(w.reasons, r)
}

// placeCues lists the places that the post names, the widest first, each once.
func (w *weighing) placeCues(out located, sum float64) []grievance.PlaceCue {
	var cues []grievance.PlaceCue
	add := func(c grievance.PlaceCue) {
		if c.Confidence = round(c.Confidence); c.Confidence == 0 {
			return
		}
		for i, have := range cues {
			if have.Tier == c.Tier && have.Name == c.Name && have.Code == c.Code {
				cues[i].Confidence = max(have.Confidence, c.Confidence)
				return
			}
		}
		cues = append(cues, c)
	}
	for state, s := range w.outside {
		add(w.places.state(state).cue(shareOf(s, sum)))
	}
	for _, m := range w.cues {
		w.cueOf(m, out, sum, add)
	}
	slices.SortStableFunc(cues, func(a, b grievance.PlaceCue) int {
		return cmp.Or(cmp.Compare(tierRank[a.Tier], tierRank[b.Tier]), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Name, b.Name))
	})
	return cues
}

var tierRank = map[string]int{"state": 0, "district": 1, "subdistrict": 2, "town": 3, "village": 4}

// cueOf gives out what a mention means: in the district that was decided where it can.
func (w *weighing) cueOf(m namedPlace, out located, sum float64, add func(grievance.PlaceCue)) {
	top := m.first()
	switch {
	case top.tier == tierElsewhere:
		if top.state == haryana {
			add(top.cue(1))
		}
		return
	case top.tier == tierVillage || w.onlyAVillage(m.mention):
		w.villageCue(m, out, add)
		return
	}
	district := w.grounds.district(w.places, top)
	for n := range m.meanings {
		if n.tier <= tierLocality && w.grounds.district(w.places, n) == out.District {
			district = out.District
		}
	}
	confidence := out.Confidence
	if district != out.District {
		confidence = shareOf(w.scores[district], sum)
	}
	given := false
	for n := range m.meanings {
		switch {
		case n.tier > tierLocality || w.grounds.district(w.places, n) != district:
		case !given:
			add(n.cue(confidence))
			given = true
		case top.tier == tierDistrict && n.tier == tierTown && (m.town || m.text.plots):
			add(n.cue(confidence * 0.85)) // Hisar is a town too: where a sector or ward is named, it is meant
		}
	}
}

// villageCue gives a village of the district that was decided; without one only what is
// called a village is given, with little confidence.
func (w *weighing) villageCue(m namedPlace, out located, add func(grievance.PlaceCue)) {
	var in, tehsils []placeName
	all := 0
	for n := range m.meanings {
		if n.tier != tierVillage {
			continue
		}
		all++
		if w.grounds.district(w.places, n) != out.District {
			continue
		}
		in = append(in, n)
		if w.tehsilNamed(n.tehsil) {
			tehsils = append(tehsils, n)
		}
	}
	switch {
	case len(tehsils) > 0:
		add(tehsils[0].cue(0.95 * out.Confidence / float64(len(tehsils))))
	case len(in) > 0:
		add(in[0].cue(0.9 * out.Confidence / float64(len(in))))
	case m.hamlet && all > 0:
		for n := range m.meanings {
			if n.tier == tierVillage {
				add(n.cue(0.5 / float64(all)))
				return
			}
		}
	}
}

func (w *weighing) tehsilNamed(tehsil string) bool {
	return slices.ContainsFunc(w.cues, func(m namedPlace) bool {
		return tehsil != "" && m.first().tier <= tierSubdistrict && m.first().name == tehsil
	})
}

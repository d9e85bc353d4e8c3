package sorting

import "strings"

// mention is a place named at tokens[from:to], with what the words beside it make of it.
type mention struct {
	match
	way       bool // names a road or line only
	beside    bool // names a bridge or bank
	listed    bool // one of several districts in a row
	origin    bool // where a journey begins
	target    bool // where it ends
	inside    bool // "in X"
	resident  bool // "X ka rehne wala"
	admin     bool // "district X"
	town      bool // "X city"
	officer   bool // "DC X"
	hamlet    bool // "gaon X"
	hashtag   bool
	foreign   bool // its qualifier lies in another state: Dadri UP
	qualifies bool // it is such a qualifier
}

// passageOf is a text as places are read from it.
type passageOf struct {
	tokens   []placeToken
	mentions []mention
	shouted  bool // all in capitals: capitals say nothing
	plots    bool // a sector, ward or colony is named
}

// read finds the places that a text names.
func (p *places) read(s string, g *Grounds) *passageOf {
	t := &passageOf{tokens: p.placeTokens(s)}
	capitals, letters := 0, 0
	for _, x := range t.tokens {
		if x.script == latinScript {
			letters++
			if x.capitals {
				capitals++
			}
		}
		t.plots = t.plots || x.role.has(rolePlot)
	}
	t.shouted = letters > 3 && capitals*10 > letters*7
	for i := 0; i < len(t.tokens); {
		m := p.match(t.tokens, i, g)
		if m.spelling == nil || m.short && (t.shouted || !t.tokens[i].capitals) {
			i++
			continue
		}
		t.mentions = append(t.mentions, mention{match: m, hashtag: t.tokens[i].hashtag})
		i = m.to
	}
	for i := range t.mentions {
		p.surroundings(t, i)
	}
	t.ways()
	p.qualify(t)
	return t
}

// match is the longest name at a token: the office's own names first, then the delivered
// ones, then one with a slip.
func (p *places) match(tokens []placeToken, i int, g *Grounds) match {
	best := p.at(tokens, i)
	if g != nil && g.names != nil {
		if own := g.names.at(tokens, i); own.spelling != nil && own.to >= best.to {
			return own
		}
	}
	if best.spelling == nil || !best.exact && best.first().tier == tierVillage && best.to == i+1 {
		if slip := p.slip(tokens, i); slip.spelling != nil {
			return slip
		}
	}
	if best.spelling == nil {
		best = p.joined(tokens, i)
	}
	if best.spelling == nil {
		best = p.ended(tokens, i)
	}
	return best
}

// endings that Marathi, and hurried Hindi, write onto a name.
var attached = []string{"मध्ये", "मधील", "मधे", "च्या", "तील", "हुन", "वरुन", "ला", "चा", "ची", "चे", "में", "मे", "से"}

// ended finds a name with a case written onto it: गुरुग्राममध्ये.
func (p *places) ended(tokens []placeToken, i int) match {
	t := tokens[i]
	if t.script != indicScript {
		return match{}
	}
	for _, e := range attached {
		stem, ok := strings.CutSuffix(t.lower, e)
		if j, known := p.byForm[stem]; ok && known && len(stem) >= 9 && p.all[j].guard == unguarded && p.all[j].script == indicScript {
			return match{&p.all[j], i, i + 1, true, p.placeIndex}
		}
	}
	return match{}
}

// surroundings reads the words beside a mention.
func (p *places) surroundings(t *passageOf, i int) {
	m := &t.mentions[i]
	before, before2 := t.token(m.from-1), t.token(m.from-2)
	after, after2, after3 := t.token(m.to), t.token(m.to+1), t.token(m.to+2)
	if t.tokens[m.from].gap == gapFullStop && len(before.lower) > 4 { // "dist. X" is one phrase
		before, before2 = nobody, nobody
	}
	if after.gap == gapFullStop {
		after, after2, after3 = nobody, nobody, nobody
	}
	m.admin = before.role.has(roleAdmin) || after.role.has(roleAdmin) || after.role.has(roleGenitive) && after2.role.has(roleAdmin)
	m.town = (before.role|after.role|t.tokens[m.to-1].role)&roleAdminTown != 0
	m.officer = before.role.has(roleOfficer) || after.role.has(roleOfficer) || after.role.has(roleGenitive) && after2.role.has(roleOfficer)
	m.target = before.role.has(roleToward)
	m.hamlet = before.role.has(roleHamlet) || before2.role.has(roleHamlet) && before.gap == gapFullStop || after.role.has(roleHamlet) && after.script == t.tokens[m.from].script
	m.inside = after.role.has(roleInside) && after.gap == gapSpace || before.role.has(roleWithin) ||
		after.role.has(roleAdmin) && after2.role.has(roleInside) || after.role.has(roleGenitive) && after2.role.has(roleAdmin|rolePlot|roleHamlet|roleNear)
	m.resident = after.role.has(roleResident) || after.role.has(roleGenitive|roleFrom) && (after2.role.has(roleResident) || isBe(after2.lower) || after3.role.has(roleResident)) ||
		before.lower == "from" && before2.role.has(roleSpeaker) || after.lower == "from" && before.role.has(roleSpeaker)
}

// isBe tells "main Jind se hun", where it ends.
func isBe(word string) bool {
	switch word {
	case "hu", "hun", "hoon", "hoo", "hain", "hai", "bol", "bolta", "bola", "likh", "हुं", "हु", "हैं", "है", "बोल", "सुं", "su", "sun", "soon":
		return true
	}
	return false
}

var nobody = placeToken{gap: gapFullStop}

func (t *passageOf) token(i int) placeToken {
	if i < 0 || i >= len(t.tokens) {
		return nobody
	}
	return t.tokens[i]
}

// ways marks the places that only name a road or a journey, from the last to the first:
// in "Hisar se Rohtak road" Rohtak is one, therefore Hisar.
func (t *passageOf) ways() {
	for i := len(t.mentions) - 1; i >= 0; i-- {
		m := &t.mentions[i]
		after, after2 := t.token(m.to), t.token(m.to+1)
		near := after.gap <= gapHyphen
		switch {
		case after.role.has(roleTale), after.role.has(roleGenitive) && after2.role.has(roleTale),
			after.role.has(rolePerson) && after.gap == gapSpace && !m.officer, after.lower == "branch" && after2.role.has(roleRoad),
			after.role.has(roleTitle) && m.first().tier > tierDistrict && !m.officer && !m.admin:
			m.way = true
		case near && after.role.has(roleBeside):
			m.beside = true
		case near && after.role.has(roleRoad) && !after2.role.has(roleStand) && !(after.role.has(roleGate) && after2.number):
			m.way = !after.role.has(roleVehicle)
			m.target = after.role.has(roleVehicle)
		case m.first().tier == tierElsewhere && (after.lower == "national" || after.lower == "public"), near && after.role.has(roleResident) && after2.role.has(roleRoad) || after.role.has(roleLeading) && near:
			m.way = true
		}
		if i+1 == len(t.mentions) {
			continue
		}
		next := &t.mentions[i+1]
		if next.from == m.to && t.tokens[next.from].gap == gapComma || next.from == m.to+1 && after.role.has(roleLink) && !after.role.has(roleFrom) {
			if a, b := m.first(), next.first(); a.district != b.district && a.district != 0 && b.district != 0 {
				m.listed, next.listed = true, true
			}
		}
		adjacent := next.from == m.to && t.tokens[next.from].gap <= gapHyphen || near && after.role.has(roleLink) && next.from == m.to+1 && t.tokens[next.from].gap <= gapHyphen
		if !adjacent {
			continue
		}
		joined := t.tokens[next.from].gap == gapHyphen || after.role.has(roleLink) || t.token(next.to).role.has(roleLong)
		switch {
		case next.way && joined:
			m.way = true
		case after.role.has(roleFrom) || after.lower == "to":
			m.origin, next.target = true, true
		case next.target && joined:
			m.origin = true
		}
	}
}

// Delhi and Chandigarh stand after the names of towns around them: Gurugram, Delhi NCR.
const delhi, chandigarh = 7, 4

// qualify tells a Haryana name that stands for its namesake: Dadri UP, Bahadurgarh (Hapur).
func (p *places) qualify(t *passageOf) {
	for i := range len(t.mentions) - 1 {
		m, next := &t.mentions[i], &t.mentions[i+1]
		if next.from != m.to || next.guard > needsSign && !next.short && t.tokens[next.from].gap < gapComma || t.tokens[next.from].gap == gapFullStop || m.way || next.way || m.origin {
			continue
		}
		a, b := m.first(), next.first()
		outside := b.tier == tierElsewhere && b.state != haryana || b.tier == tierAbroad && t.tokens[next.from].gap >= gapComma
		if !outside || a.tier >= tierElsewhere && a.tier != tierVillage {
			continue
		}
		if a.tier != tierDistrict || p.namesakes[a.name] || b.tier == tierElsewhere && b.state != delhi && b.state != chandigarh {
			m.foreign, next.qualifies = true, true
		}
	}
}

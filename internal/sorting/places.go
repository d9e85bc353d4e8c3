package sorting

import (
	"fmt"
	"math"
	"slices"
	"unicode"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
	"nivaran/internal/text"
)

// places knows the names of districts, tehsils and towns, and the postal codes. Villages
// are left out: a village name alone never decides a place.
type places struct {
	names *phrases
	of    []placeName
	pins  map[string]int
}

type placeName struct {
	tier     string
	name     string
	code     string
	district int
	weight   float64
	capitals bool // counts only when written in capitals: GGN
}

// Weights of what speaks for a district.
const (
	districtNamed = 3.0
	townNamed     = 2.0
	pinNamed      = 3.0
	ownDistrict   = 1.5 // the account's own jurisdiction
)

func newPlaces() *places {
	p := &places{names: newPhrases(), pins: seed.PINs()}
	add := func(words string, n placeName) {
		letters := 0
		for _, r := range words {
			if unicode.IsLetter(r) {
				letters++
			}
		}
		if letters < 3 {
			return
		}
		n.capitals = letters <= 3 && words[0] < 0x80
		p.names.add(words, len(p.of))
		p.of = append(p.of, n)
	}
	taken := map[string]bool{}
	for _, d := range seed.Districts() {
		for _, name := range d.Names {
			taken[name] = true
			add(name, placeName{tier: "district", name: d.NameEN, code: fmt.Sprint(d.Code), district: d.Code, weight: districtNamed})
		}
	}
	for _, t := range seed.Places() {
		for _, name := range []string{t.NameEN, t.NameHI} {
			if name != "" && !taken[name] {
				taken[name] = true
				add(name, placeName{tier: t.Tier, name: t.NameEN, code: fmt.Sprint(t.Code), district: t.District, weight: townNamed})
			}
		}
	}
	return p
}

// leads are words after a place that make it the name of something else: Rohtak Road
// leads to Rohtak and lies anywhere.
var leads = keySet("road", "rd", "highway", "bypass", "chowk", "gate", "bus", "train", "express", "line", "canal", "feeder", "university", "bank", "रोड", "मार्ग", "चौक", "गेट", "हाईवे", "बाईपास", "लाइन")

func keySet(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		for _, k := range text.Tokens(w) {
			m[k] = true
		}
	}
	return m
}

// find scores the districts that the text names; the best one's share of all scores,
// damped while the evidence is thin, is its confidence.
func (p *places) find(r *reading, v *grievance.Verdict) {
	scores := map[int]float64{}
	longest := 0
	var named []hit
	for _, h := range p.names.find(r.tokens) {
		n := p.of[h.mark]
		if h.to < len(r.tokens) && leads[r.tokens[h.to].Key] || n.capitals && !p.inCapitals(r, h) {
			continue
		}
		named = append(named, h)
		longest = max(longest, h.to)
	}
	// Of names at one place the longest counts: Charkhi Dadri, not Dadri too.
	slices.SortStableFunc(named, func(a, b hit) int { return (b.to - b.from) - (a.to - a.from) })
	covered := map[int]bool{}
	seen := map[string]bool{}
	for _, h := range named {
		if covered[h.from] {
			continue
		}
		n := p.of[h.mark]
		for i := h.from; i < h.to; i++ {
			covered[i] = true
		}
		if !seen[n.tier+n.code] {
			seen[n.tier+n.code] = true
			scores[n.district] += n.weight
			v.Places = append(v.Places, grievance.PlaceCue{Tier: n.tier, Name: n.name, Code: n.code, Confidence: math.Round((1-math.Exp(-n.weight))*100) / 100})
		}
		r.reason(h, "district", fmt.Sprint(n.district))
	}
	for i, t := range r.tokens {
		if d, ok := p.pins[t.Key]; ok && len(t.Key) == 6 {
			scores[d] += pinNamed
			r.reason(hit{from: i, to: i + 1}, "district", fmt.Sprint(d))
		}
	}
	if r.in.District != 0 {
		scores[r.in.District] += ownDistrict
	}
	var sum, best float64
	for d, s := range scores {
		sum += s
		if s > best || s == best && d < v.District {
			best, v.District = s, d
		}
	}
	if sum > 0 {
		v.DistrictConfidence = math.Round(best/sum*(1-math.Exp(-best))*100) / 100
	}
}

func (p *places) inCapitals(r *reading, h hit) bool {
	source := r.in.Text
	if h.from >= r.body {
		source = r.in.Title
	}
	for _, c := range source[r.tokens[h.from].Start:r.tokens[h.to-1].End] {
		if !unicode.IsUpper(c) {
			return false
		}
	}
	return true
}

package sorting

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
		if tooShort(words) {
			return
		}
		n.capitals = len(words) <= 3 && words == strings.ToUpper(words)
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

// tooShort refuses names that are as short as common words: बास is a hamlet, and a smell.
func tooShort(name string) bool {
	if name[0] < 0x80 {
		return len(name) < 3
	}
	return utf8.RuneCountInString(name) < 4
}

// leads are words after a place that make it the name of something else: Rohtak Road
// leads to Rohtak and lies anywhere.
var leads = keySet("road", "rd", "marg", "highway", "bypass", "chowk", "chungi", "gate", "bus", "train", "express", "line", "canal", "feeder", "university", "bank",
	"रोड", "मार्ग", "चौक", "चुंगी", "गेट", "हाईवे", "बाईपास", "लाइन", "बस", "ट्रेन", "ਰੋਡ")

// stands are words that take a lead back: the Hisar bus stand is in Hisar.
var stands = keySet("stand", "adda", "depot", "port", "अड्डा", "अड्डे", "स्टैंड", "डिपो")

// links are words between two places that name one way: Hisar se Rohtak road.
var links = keySet("se", "to", "and", "aur", "से", "और")

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
	named := p.named(r)
	// Of names at one place the longest counts: Charkhi Dadri, not Dadri too.
	slices.SortStableFunc(named, func(a, b found) int { return (b.to - b.from) - (a.to - a.from) })
	covered := map[[2]int]bool{}
	seen := map[string]bool{}
	for _, h := range named {
		if covered[[2]int{h.passage, h.from}] {
			continue
		}
		n := p.of[h.mark]
		for i := h.from; i < h.to; i++ {
			covered[[2]int{h.passage, i}] = true
		}
		if !seen[n.tier+n.code] {
			seen[n.tier+n.code] = true
			scores[n.district] += n.weight
			v.Places = append(v.Places, grievance.PlaceCue{Tier: n.tier, Name: n.name, Code: n.code, Confidence: math.Round((1-math.Exp(-n.weight))*100) / 100})
		}
		r.reason(h, "district", fmt.Sprint(n.district))
	}
	for i, passage := range r.passages {
		for j, t := range passage.tokens {
			if d, ok := p.pins[t.Key]; ok && len(t.Key) == 6 {
				scores[d] += pinNamed
				r.reason(found{hit{from: j, to: j + 1}, i}, "district", fmt.Sprint(d))
			}
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

// named gives the places that the passages name, without those that only name a way.
func (p *places) named(r *reading) []found {
	var all []found
	for i, passage := range r.passages {
		hits := p.names.find(passage.words, passage.tokens)
		ways := map[int]bool{} // tokens where the name of a way begins
		for _, h := range slices.Backward(hits) {
			if ways[h.from] || leadsAway(passage.tokens, h.to) || ways[h.to] || linked(passage.tokens, h.to) && ways[h.to+1] {
				ways[h.from] = true
			}
		}
		for _, h := range hits {
			if !ways[h.from] && (!p.of[h.mark].capitals || inCapitals(passage, h)) {
				all = append(all, found{h, i})
			}
		}
	}
	return all
}

func leadsAway(tokens []text.Token, at int) bool {
	if at >= len(tokens) || !leads[tokens[at].Key] {
		return false
	}
	return at+1 >= len(tokens) || !stands[tokens[at+1].Key]
}

func linked(tokens []text.Token, at int) bool { return at < len(tokens) && links[tokens[at].Key] }

func inCapitals(p passage, h hit) bool {
	for _, c := range p.words[p.tokens[h.from].Start:p.tokens[h.to-1].End] {
		if !unicode.IsUpper(c) {
			return false
		}
	}
	return true
}

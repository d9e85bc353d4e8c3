package sorting

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
)

// places finds where a post is about: it knows the names of the state's districts, tehsils,
// blocks, towns and villages, of the other states' districts and sub-districts, and the
// postal codes and post offices.
type places struct {
	*placeIndex
	roles     map[string]role
	pins      map[string]seed.PostalArea
	inHandles map[string]int // districts and towns as handles and hashtags hold them
	offices   *postOffices
	states    map[int]int     // code of a state → meaning
	namesakes map[string]bool // English names that other states have too
	from      map[int]int     // district → the one that it was carved out of
}

// located is what the places of a post say.
type located struct {
	District   int // 0 when the text does not decide
	Confidence float64
	Cues       []grievance.PlaceCue
	Reasons    []grievance.Reason
}

// haryana is the state's own code in the Local Government Directory.
const haryana = 6

// allPlaces is the index, built once: it does not change.
var allPlaces = sync.OnceValue(newPlaces)

// newPlaces builds the index from the delivered lists.
func newPlaces() *places {
	p := &places{placeIndex: newPlaceIndex(16000), roles: rolesOf(), pins: map[string]seed.PostalArea{}, inHandles: map[string]int{}, states: map[int]int{}, namesakes: map[string]bool{}, from: map[int]int{}}
	names := map[string]int{} // "town Hansi" → meaning
	p.addDistricts(names)
	p.addBelow(names)
	p.addVillages()
	p.addElsewhere(names)
	p.addFurther(names)
	p.order()
	p.allowSlips()
	for _, a := range seed.PostalAreas() {
		p.pins[a.PIN] = a
	}
	p.offices = newPostOffices(seed.PostOffices())
	return p
}

func (p *places) addDistricts(names map[string]int) {
	for _, d := range seed.Districts() {
		p.from[d.Code] = d.From
		p.add(d.NameEN, placeName{tier: tierDistrict, name: d.NameEN, code: fmt.Sprint(d.Code), district: d.Code})
		names["district "+d.NameEN] = len(p.of) - 1
	}
}

// addBelow adds tehsils, blocks and towns, then what else the districts are called: of
// those names that are a tehsil's or a town's stay its.
func (p *places) addBelow(names map[string]int) {
	for _, of := range [][]seed.Place{seed.Places(), seed.Blocks()} {
		for _, t := range of {
			n := placeName{tier: tierSubdistrict, name: strings.TrimSuffix(t.NameEN, " ST"), code: fmt.Sprint(t.Code), district: t.District}
			if t.Tier == "town" {
				n.tier = tierTown
				if !t.Municipal {
					continue // a cantonment has the name of its town
				}
			}
			key := t.Tier + " " + n.name
			here := key + " " + codeOf(n.district)
			if _, ok := names[here]; ok {
				continue // a block with the name of its tehsil
			}
			p.add(n.name, n)
			names[key], names[here] = len(p.of)-1, len(p.of)-1
			if t.NameHI != "" {
				p.spell(t.NameHI, len(p.of)-1)
			}
		}
	}
	for _, d := range seed.Districts() {
		for _, name := range d.Names {
			_, form, _ := cut(name)
			if i, ok := p.byForm[form]; !ok || name == d.NameHI || p.of[p.all[i].means[0]].name == d.NameEN {
				p.spell(name, names["district "+d.NameEN])
			}
		}
	}
}

func (p *places) addVillages() {
	type at struct {
		name     string
		district int
		tehsil   string
	}
	seen := map[at]bool{}
	for _, v := range seed.Villages() {
		if k := (at{v.NameEN, v.District, v.Tehsil}); !seen[k] {
			seen[k] = true
			p.add(v.NameEN, placeName{tier: tierVillage, name: v.NameEN, district: v.District, tehsil: v.Tehsil})
		}
	}
}

// addElsewhere adds the other states. Most of their districts and sub-districts are names
// only: they keep a namesake from deciding, and decide nothing themselves.
func (p *places) addElsewhere(names map[string]int) {
	states := map[int]string{}
	for _, s := range seed.States() {
		states[s.State] = s.Name
		names["elsewhere "+s.Name], p.states[s.State] = len(p.of), len(p.of)
		p.add(s.Name, placeName{tier: tierElsewhere, name: s.Name, code: fmt.Sprint(s.State), state: s.State})
	}
	for _, e := range seed.OtherStates() {
		p.namesakes[e.Name] = true
		p.add(e.Name, placeName{tier: tierAbroad, name: states[e.State], code: fmt.Sprint(e.State), state: e.State})
	}
}

// addFurther adds the spellings and localities that the lists above lack.
func (p *places) addFurther(names map[string]int) {
	for _, n := range seed.PlaceNames() {
		_, form, _ := cut(n.Name)
		switch n.Tier {
		case "guard":
			if i, ok := p.byForm[form]; ok {
				p.all[i].guard = guardOf[n.Of]
			}
		case "word":
			if r, _ := utf8.DecodeRuneInString(n.Name); r >= 0x0A00 && isIndic(r) {
				form = n.Name // of Gurmukhi the word as it is written
			}
			p.ordinary[form] = true
		case "locality":
			of := p.of[meaningOf(names, n.Of)]
			of.tier = tierLocality
			p.add(n.Name, of)
		case "elsewhere":
			// Nagpur is a block too, and Siwan: the known namesake comes first.
			if i, ok := p.byForm[form]; ok && p.of[p.all[i].means[0]].tier > tierTown {
				p.all[i].means = p.all[i].means[:0]
			}
			p.spell(n.Name, meaningOf(names, n.Of, n.Tier))
		case "town", "subdistrict":
			// The aliases of a district name its towns too: they mean the town.
			if i, ok := p.byForm[form]; ok && !p.ownName(p.all[i]) && p.of[p.all[i].means[0]].tier == tierDistrict && p.all[i].script == latinScript {
				p.all[i].means = p.all[i].means[:0]
			}
			p.spell(n.Name, meaningOf(names, n.Of, n.Tier))
		default:
			p.spell(n.Name, meaningOf(names, n.Of, n.Tier))
		}
	}
	for i := range len(p.all) {
		s := p.all[i]
		top := p.of[s.means[0]]
		for _, m := range s.means {
			if p.of[m].tier < top.tier {
				top = p.of[m]
			}
		}
		if len(s.keys) > 1 && len(s.keys[0]) > 2 && top.tier <= tierSubdistrict && s.script != otherScript {
			p.spell(strings.ReplaceAll(s.form, " ", ""), s.means[0])
		}
		if top.tier <= tierSubdistrict && s.guard == unguarded && len(s.form) >= 5 {
			if form, ok := oblique(s.form); ok {
				if _, taken := p.byForm[form]; !taken {
					p.spell(form, s.means[0])
					p.all[len(p.all)-1].oblique = true
				}
			}
		}
		if s.script == latinScript && top.tier <= tierSubdistrict && len(s.form) >= 3 && !s.short {
			p.inHandles[strings.ReplaceAll(s.form, " ", "")] = top.district
		}
	}
}

var guardOf = map[string]guard{"sign": needsSign, "cue": needsCue, "admin": needsAdmin}

// oblique is the form of a name in -a before a postposition: Gohane me, टोहाने में.
func oblique(form string) (string, bool) {
	if stem, ok := strings.CutSuffix(form, "a"); ok {
		return stem + "e", true
	}
	stem, ok := strings.CutSuffix(form, "ा")
	return stem + "े", ok
}

// meaningOf is the place that a row of the further names speaks of: the one of its tier,
// else the smallest. The rows are checked by the tests, so one of no place is a fault of
// the build.
func meaningOf(names map[string]int, name string, tiers ...string) int {
	for _, tier := range append(tiers, "town", "subdistrict", "district", "elsewhere") {
		if i, ok := names[tier+" "+name]; ok {
			return i
		}
	}
	panic("no place is called " + name)
}

// state is another state by its code.
func (p *places) state(code int) placeName { return p.of[p.states[code]] }

func codeOf(district int) string { return strconv.Itoa(district) }

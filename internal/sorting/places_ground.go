package sorting

import (
	"fmt"
	"sync"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
)

// Grounds are the districts and places of the installation. They may differ from the
// delivered ones: a district was split, or is not known here yet. Build them once for each
// change of the office's lists.
type Grounds struct {
	districts map[int]grievance.District
	placed    map[string]int // "town 248548" → district
	names     *placeIndex    // of districts and places that were not delivered
}

// NewGrounds takes the office's lists.
func NewGrounds(districts []grievance.District, below []grievance.Place) *Grounds {
	g := &Grounds{districts: map[int]grievance.District{}, placed: map[string]int{}}
	delivered, places := deliveredGround()
	own := newPlaceIndex(0)
	for _, d := range districts {
		g.districts[d.ID] = d
		if delivered[d.ID] != d.NameEN {
			n := placeName{tier: tierDistrict, name: d.NameEN, code: fmt.Sprint(d.ID), district: d.ID}
			own.add(d.NameEN, n)
			if d.NameHI != "" {
				own.spell(d.NameHI, len(own.of)-1)
			}
		}
	}
	for _, b := range below {
		key := b.Tier + " " + b.Code
		g.placed[key] = b.DistrictID
		if !places[key] && b.NameEN != "" {
			own.add(b.NameEN, placeName{tier: tierOf[b.Tier], name: b.NameEN, code: b.Code, district: b.DistrictID})
			if b.NameHI != "" {
				own.spell(b.NameHI, len(own.of)-1)
			}
		}
	}
	if len(own.all) > 0 {
		own.order()
		g.names = own
	}
	return g
}

// deliveredGround are the districts' names and the places below them that the index knows.
var deliveredGround = sync.OnceValues(func() (map[int]string, map[string]bool) {
	districts, places := map[int]string{}, map[string]bool{}
	for _, d := range seed.Districts() {
		districts[d.Code] = d.NameEN
	}
	for _, b := range seed.Places() {
		places[fmt.Sprintf("%s %d", b.Tier, b.Code)] = true
	}
	return districts, places
})

// district is the district of a meaning in this installation: where its place has been put,
// and where a district that is not known here was carved out of.
func (g *Grounds) district(p *places, n placeName) int {
	if g == nil {
		return n.district
	}
	if d, ok := g.placed[tierNames[n.tier]+" "+n.code]; ok {
		return d
	}
	return g.known(p, n.district)
}

func (g *Grounds) known(p *places, district int) int {
	if g == nil || district == 0 {
		return district
	}
	for d := district; d != 0; d = p.from[d] {
		if _, ok := g.districts[d]; ok {
			return d
		}
	}
	return 0
}

// from is the district that one was carved out of, or 0.
func (g *Grounds) from(p *places, district int) int {
	if g != nil {
		return g.districts[district].FromID
	}
	return p.from[district]
}

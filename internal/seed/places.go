package seed

import (
	"strconv"
	"strings"
	"sync"
)

// Place is a tehsil, urban body, block or village.
type Place struct {
	Code           int    // 0 for a village: the directory of 2022 gives none
	Tier           string // subdistrict, town or village
	NameEN, NameHI string
	District       int
	Tehsil         string // of a village, as in the Census of 2011
	Corporation    bool   // of a town: a municipal corporation
	Municipal      bool   // of a town: not a cantonment
}

// Places lists tehsils and urban bodies. What belongs to Hansi stands under Hisar in the
// directory of 2022; the note of a tehsil says where it is now, and its towns follow it.
var Places = sync.OnceValue(func() []Place {
	var all []Place
	nowHansi := map[string]bool{"Sisai": true} // two villages of tehsil Hansi that became a town
	for _, r := range rows("hr_subdistricts") {
		p := Place{Code: r.number("subdistrict_lgd"), Tier: "subdistrict", NameEN: r["name_en"], NameHI: r["name_hi"], District: r.number("district_lgd")}
		if strings.Contains(r["note"], "Hansi") {
			p.District = hansi
			nowHansi[p.NameEN] = true
		}
		all = append(all, p)
	}
	for _, r := range rows("hr_urban_local_bodies") {
		p := Place{Code: r.number("ulb_lgd"), Tier: "town", NameEN: r["name_en"], NameHI: r["name_hi_compiled"], District: r.number("district_lgd"),
			Corporation: r["type_code"] == "4", Municipal: r["type_code"] != "8"}
		if p.District == hisar && nowHansi[p.NameEN] {
			p.District = hansi
		}
		all = append(all, p)
	}
	return all
})

// Blocks lists the development blocks, in the district where their tehsil is now.
func Blocks() []Place {
	now := map[[2]any]int{}
	for _, p := range Places() {
		if p.District == hansi {
			now[[2]any{hisar, p.NameEN}] = hansi
		}
	}
	var all []Place
	for _, r := range rows("hr_blocks") {
		p := Place{Code: r.number("block_lgd"), Tier: "subdistrict", NameEN: blockName(r["name_en"]), District: r.number("district_lgd")}
		if d, ok := now[[2]any{p.District, p.NameEN}]; ok {
			p.District = d
		}
		all = append(all, p)
	}
	return all
}

// blockName is a block's name without its number or remark: "Hansi-i", "Gharaunda (part)".
func blockName(name string) string {
	name, _, _ = strings.Cut(name, " (")
	name, _, _ = strings.Cut(name, " At ")
	for _, number := range []string{"-ii", "-i"} {
		name = strings.TrimSuffix(name, number)
	}
	return name
}

// Villages lists the villages of the Census of 2011, in the districts of today.
func Villages() []Place {
	all := make([]Place, 0, 6900)
	table("hr_villages", func(line []string, column func(string) int) {
		all = append(all, Place{Tier: "village", NameEN: line[column("name_en")], District: digits(line[column("district_lgd")]), Tehsil: line[column("subdistrict_2011")]})
	})
	return all
}

// PostalArea says how much of a postal code lies in the district where most of it lies.
type PostalArea struct {
	PIN      string
	District int
	Share    float64 // of its post offices
	Others   []int   // districts of the rest
}

// PostalAreas lists the postal codes.
func PostalAreas() []PostalArea {
	byName := map[string]int{}
	for _, d := range Districts() {
		byName[d.NameEN] = d.Code
	}
	var all []PostalArea
	for _, r := range rows("hr_pin_district") {
		a := PostalArea{PIN: r["pin"], District: r.number("district_lgd"), Share: 1}
		if share, err := strconv.ParseFloat(r["share"], 64); err == nil {
			a.Share = share
		}
		for _, name := range r.list("other_districts") {
			a.Others = append(a.Others, byName[name])
		}
		all = append(all, a)
	}
	return all
}

// PostOffice is a post office whose coordinates lie in a district.
type PostOffice struct {
	Lat, Lon float64
	District int
}

// PostOffices lists the post offices with coordinates inside the state.
func PostOffices() []PostOffice {
	byName := map[string]int{}
	for _, d := range Districts() {
		byName[d.NameEN] = d.Code
	}
	var all []PostOffice
	table("hr_pin_postoffices", func(line []string, column func(string) int) {
		d := byName[line[column("district_by_point")]]
		lat, err := strconv.ParseFloat(line[column("lat")], 64)
		lon, err2 := strconv.ParseFloat(line[column("lon")], 64)
		if d != 0 && err == nil && err2 == nil {
			all = append(all, PostOffice{lat, lon, d})
		}
	})
	return all
}

// Elsewhere is a place of another state: a post about it is not Haryana's.
type Elsewhere struct {
	Tier  string // state, district or subdistrict
	Name  string
	State int // code of the Local Government Directory
}

// haryana is the state's own code.
const haryana = 6

// States lists the states and union territories, Haryana among them.
var States = sync.OnceValue(func() []Elsewhere {
	var all []Elsewhere
	for _, r := range rows("in_states") {
		all = append(all, Elsewhere{"state", r["name_en"], r.number("state_lgd")})
	}
	return all
})

// OtherStates lists the districts and sub-districts of the other states.
func OtherStates() []Elsewhere {
	all := make([]Elsewhere, 0, 7700)
	for _, of := range [][2]string{{"in_districts", "district"}, {"in_subdistricts", "subdistrict"}} {
		table(of[0], func(line []string, column func(string) int) {
			if state := digits(line[column("state_lgd")]); state != haryana {
				all = append(all, Elsewhere{of[1], line[column("name_en")], state})
			}
		})
	}
	return all
}

// PlaceName is another spelling of a place, or a locality that lies in one.
type PlaceName struct {
	Name string
	// Tier is district, subdistrict or town for a spelling, locality for what lies in the
	// town or district Of, elsewhere for what lies in the state Of, guard for a name that is
	// a common word, and word for a word that looks like a place and is none.
	Tier string
	Of   string // the place's English name, the state's, or how hard a guard is: sign, cue, admin
}

// PlaceNames lists the further spellings.
func PlaceNames() []PlaceName {
	var all []PlaceName
	table("place_names", func(line []string, column func(string) int) {
		all = append(all, PlaceName{line[column("name")], line[column("tier")], line[column("of")]})
	})
	return all
}

func digits(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

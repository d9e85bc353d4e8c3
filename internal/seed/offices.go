package seed

import (
	"strings"
	"sync"
)

// Office is an office to be created, with the titles of those who hold charges in it.
type Office struct {
	Code, NameEN, NameHI string
	Tier                 string // secretariat, headquarters, administration, field, urban
	Parent               string
	Department           string // topmost
	District             int
	Nodal, NodalHI       string // title of its nodal officer
	Field, FieldHI       string // title of its field officers
}

// Cell says which office answers for a department, or one of its bodies, in a district.
type Cell struct {
	Department string
	District   int
	Office     string
}

type organisation struct {
	offices []Office
	matrix  []Cell
}

// Offices lists the state cell, one headquarters a department, one administration a
// district, and one office a district and department that has officers there.
func Offices() []Office { return build().offices }

// Matrix lists who answers for what where.
func Matrix() []Cell { return build().matrix }

var build = sync.OnceValue(func() organisation {
	o := organisation{offices: []Office{{Code: "cell", NameEN: "State Grievance Cell, Chief Minister's Secretariat", NameHI: "राज्य शिकायत प्रकोष्ठ, मुख्यमंत्री सचिवालय", Tier: "secretariat",
		Nodal: "State Nodal Officer", NodalHI: "राज्य नोडल अधिकारी"}}}
	for _, d := range Districts() {
		o.offices = append(o.offices, Office{Code: "dc-" + slug(d.NameEN), NameEN: "District Administration, " + d.NameEN, NameHI: "जिला प्रशासन, " + d.NameHI, Tier: "administration", Parent: "cell",
			District: d.Code, Nodal: d.Nodal, NodalHI: d.NodalHI})
	}
	bodies := map[string]Department{}
	for _, dep := range Departments() {
		bodies[dep.Code] = dep
	}
	serving := servingBodies(bodies)
	for _, dep := range Departments() {
		if dep.Parent != "" || dep.Outside {
			continue
		}
		hq := Office{Code: "hq-" + dep.Code, NameEN: dep.NameEN + ", Headquarters", NameHI: dep.NameHI + ", मुख्यालय", Tier: "headquarters", Parent: "cell", Department: dep.Code, Nodal: dep.Head, NodalHI: dep.HeadHI}
		o.offices = append(o.offices, hq)
		if dep.DistrictOfficer == "" {
			continue
		}
		for _, d := range Districts() {
			body, ok := serving[key{dep.Code, d.Code}]
			if !ok {
				body = dep
			}
			tier := "field"
			if dep.Code == "urban_local_bodies" {
				tier = "urban"
			}
			office := Office{Code: body.Code + "-" + slug(d.NameEN), NameEN: body.NameEN + ", " + d.NameEN, NameHI: body.NameHI + ", " + d.NameHI, Tier: tier, Parent: hq.Code,
				Department: dep.Code, District: d.Code, Nodal: body.DistrictOfficer, NodalHI: body.DistrictOfficerHI, Field: body.FieldOfficer, FieldHI: body.FieldOfficerHI}
			o.offices = append(o.offices, office)
			o.matrix = append(o.matrix, Cell{dep.Code, d.Code, office.Code})
			if body.Code != dep.Code {
				o.matrix = append(o.matrix, Cell{body.Code, d.Code, office.Code})
			}
		}
	}
	return o
})

type key struct {
	department string
	district   int
}

// servingBodies are the bodies that stand for their department in a whole district: the
// power utilities and the police. Bodies that share a district with their department
// (corporation and council, development authorities) are for the office itself to part.
func servingBodies(bodies map[string]Department) map[key]Department {
	byName := map[string]int{}
	for _, d := range Districts() {
		byName[d.NameEN] = d.Code
	}
	serving := map[key]Department{}
	for _, r := range rows("service_areas") {
		body := bodies[r["department_code"]]
		whole := r["scope"] == "distribution of electricity" || strings.HasPrefix(r["scope"], "whole district")
		if whole && body.Parent != "" {
			serving[key{body.Parent, byName[r["district_en"]]}] = body
		}
	}
	return serving
}

func slug(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") }

package seed

import (
	"slices"
	"testing"
)

func TestNothingDangles(t *testing.T) {
	departments := map[string]Department{}
	for _, d := range Departments() {
		departments[d.Code] = d
	}
	for code, d := range departments {
		if _, ok := departments[d.Parent]; d.Parent != "" && !ok {
			t.Errorf("%s stands in %q, which is not there", code, d.Parent)
		}
	}
	subjects := map[string]bool{}
	for _, s := range Subjects() {
		subjects[s.Code] = true
		if _, ok := departments[s.Department]; !ok {
			t.Errorf("subject %s: no department %q", s.Code, s.Department)
		}
		if _, ok := departments[s.Body]; s.Body != "" && !ok {
			t.Errorf("subject %s: no body %q", s.Code, s.Body)
		}
	}
	for _, c := range Cues() {
		if !subjects[c.Subject] {
			t.Errorf("cue %q: no subject %q", c.Phrase, c.Subject)
		}
	}
	offices := map[string]bool{}
	for _, o := range Offices() {
		if offices[o.Code] {
			t.Errorf("office %s twice", o.Code)
		}
		offices[o.Code] = true
		if o.NameEN == "" || o.NameHI == "" || o.Nodal == "" || o.NodalHI == "" {
			t.Errorf("office %s lacks a name or title: %+v", o.Code, o)
		}
	}
	for _, o := range Offices() {
		if o.Parent != "" && !offices[o.Parent] {
			t.Errorf("office %s: no parent %q", o.Code, o.Parent)
		}
	}
	for _, c := range Matrix() {
		if !offices[c.Office] {
			t.Errorf("%s in %d: no office %q", c.Department, c.District, c.Office)
		}
	}
}

func TestHaryana(t *testing.T) {
	if n := len(Districts()); n != 23 {
		t.Errorf("%d districts, want 23", n)
	}
	for _, d := range Districts() {
		if d.Code == 69 && !slices.Contains(d.Names, "नारनौल") {
			t.Errorf("Mahendragarh is not known as Narnaul: %q", d.Names)
		}
		if d.NameEN == "Hansi" && (d.Since != "2025-12-22" || d.From != 63) {
			t.Errorf("Hansi = %+v", d)
		}
	}
	var utility string
	for _, c := range Matrix() {
		if c.Department == "power" && c.District == 792 {
			utility = c.Office
		}
	}
	if utility != "dhbvn-hansi" {
		t.Errorf("power in Hansi is answered by %q", utility)
	}
	if len(Subjects()) != 391 || len(Cues()) < 16000 || len(UrgencyCues()) < 1000 || len(Places()) < 200 || len(PostalAreas()) < 300 {
		t.Errorf("%d subjects, %d cues, %d urgency cues, %d places, %d PIN codes", len(Subjects()), len(Cues()), len(UrgencyCues()), len(Places()), len(PostalAreas()))
	}
	if n := len(Holidays()); n < 15 {
		t.Errorf("%d holidays", n)
	}
}

// Where a department has officers in the districts, each district has an office of it, and
// that office stands under the department's headquarters.
func TestEveryDistrictHasItsOffices(t *testing.T) {
	offices := map[string]Office{}
	for _, o := range Offices() {
		offices[o.Code] = o
	}
	answers := map[key]Office{}
	for _, c := range Matrix() {
		at := key{c.Department, c.District}
		if _, twice := answers[at]; twice {
			t.Errorf("%s in %d is answered twice", c.Department, c.District)
		}
		answers[at] = offices[c.Office]
	}
	for _, dep := range Departments() {
		if dep.Parent != "" || dep.Outside || dep.DistrictOfficer == "" {
			continue
		}
		for _, d := range Districts() {
			o := answers[key{dep.Code, d.Code}]
			if o.District != d.Code || o.Department != dep.Code || o.Parent != "hq-"+dep.Code || o.Tier != map[bool]string{true: "urban", false: "field"}[dep.Code == "urban_local_bodies"] {
				t.Errorf("%s in %s is answered by %+v", dep.Code, d.NameEN, o)
			}
		}
	}
}

func TestNoPhraseTwice(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Cues() {
		if c.Phrase == "" || seen[c.Phrase] {
			t.Errorf("cue %q twice or empty", c.Phrase)
		}
		seen[c.Phrase] = true
	}
	levels := map[string]bool{}
	for _, u := range UrgencyCues() {
		if u.Phrase == "" || levels[u.Phrase] {
			t.Errorf("urgency cue %q twice or empty", u.Phrase)
		}
		levels[u.Phrase] = true
	}
}

package app

import (
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/sorting"
)

// A district that the office splits off is found in posts from then on, without a restart.
func TestSorterKnowsANewDistrict(t *testing.T) {
	facts := office.Facts{Districts: []grievance.District{{ID: 67, NameEN: "Karnal"}}, Places: []grievance.Place{{ID: 1, Code: "248519", Tier: "town", NameEN: "Assandh", DistrictID: 67}}, Version: "1"}
	engine, err := sorting.New()
	must(t, err)
	s := &sorter{engine: engine, office: office.New(facts)}
	reads := func(text string) int {
		return s.Sort(&grievance.StoredPost{Post: grievance.Post{Text: text}}, nil, nil).District
	}
	if d := reads("Assandh me pani nahi"); d != 67 {
		t.Fatalf("before the split: %d", d)
	}
	facts.Districts = append(facts.Districts, grievance.District{ID: 900, NameEN: "Assandh", NameHI: "असंध", FromID: 67})
	facts.Places[0].DistrictID, facts.Version = 900, "2"
	s.office = office.New(facts)
	for text, want := range map[string]int{"Assandh me pani nahi": 900, "असंध में पानी नहीं": 900, "Karnal me pani nahi": 67} {
		if d := reads(text); d != want {
			t.Errorf("%q after the split: %d, want %d", text, d, want)
		}
	}
}

package office

import (
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store/storetest"
)

func TestEveryDistrictAndDepartmentHasAnOffice(t *testing.T) {
	s := storetest.New(t)
	for range 2 { // done again it changes nothing
		if err := Seed(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 2, 10, 0, 0, 0, grievance.India)
	for _, dep := range d.Departments() {
		for _, dist := range d.Districts() {
			r := d.Route(Question{DepartmentID: dep.ID, DistrictID: dist.ID, At: now})
			if _, ok := d.Office(r.OfficeID); !ok {
				t.Errorf("%s in %s is answered by nobody", dep.Code, dist.NameEN)
			}
		}
	}
	water := d.Route(Question{SubjectID: d.SubjectByCode("no_water"), DistrictID: d.DistrictByName("Hansi"), At: now})
	if o, _ := d.Office(water.OfficeID); o.Code != "public_health-hansi" {
		t.Errorf("water in Hansi → %s", o.Code)
	}
	before := d.Route(Question{SubjectID: d.SubjectByCode("no_water"), DistrictID: d.DistrictByName("Hansi"), At: now.AddDate(-1, 0, 0)})
	if o, _ := d.Office(before.OfficeID); o.Code != "public_health-hisar" {
		t.Errorf("water in Hansi before the split → %s", o.Code)
	}
	rail := d.Route(Question{SubjectID: d.SubjectByCode("railway"), DistrictID: d.DistrictByName("Hisar"), At: now})
	if rail.OfficeID != d.StateCell() || !slices.Contains(rail.Why, "route.outside") {
		t.Errorf("railway → %d %v", rail.OfficeID, rail.Why)
	}
}

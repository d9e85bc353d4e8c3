package office

import (
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
)

var hansiSince = time.Date(2025, 12, 22, 0, 0, 0, 0, grievance.India)

func small() *Directory {
	return New(Facts{
		Districts: []grievance.District{{ID: 63, NameEN: "Hisar"}, {ID: 792, NameEN: "Hansi", Since: hansiSince, FromID: 63}, {ID: 604, NameEN: "Nuh"}},
		Departments: []grievance.Department{
			{ID: 1, Code: "power"}, {ID: 2, Code: "dhbvn", ParentID: 1}, {ID: 3, Code: "police"}, {ID: 9, Code: "outside_state", Outside: true}},
		Subjects: []grievance.Subject{{ID: 1, Code: "power_cut", DepartmentID: 1}, {ID: 2, Code: "fir", DepartmentID: 3}, {ID: 3, Code: "train", DepartmentID: 9}},
		Offices: []grievance.Office{
			{ID: 1, Code: "CELL", Tier: grievance.Secretariat},
			{ID: 2, Code: "HQ-power", Tier: grievance.Headquarters, ParentID: 1, DepartmentID: 1},
			{ID: 3, Code: "HQ-police", Tier: grievance.Headquarters, ParentID: 1, DepartmentID: 3},
			{ID: 10, Code: "DC-hisar", Tier: grievance.Administration, ParentID: 1, DistrictID: 63},
			{ID: 11, Code: "DC-hansi", Tier: grievance.Administration, ParentID: 1, DistrictID: 792},
			{ID: 20, Code: "dhbvn-hisar", Tier: grievance.FieldOffice, ParentID: 2, DepartmentID: 1, DistrictID: 63},
			{ID: 21, Code: "dhbvn-hansi", Tier: grievance.FieldOffice, ParentID: 2, DepartmentID: 1, DistrictID: 792},
		},
		Matrix: []Answers{{DepartmentID: 1, DistrictID: 63, OfficeID: 20}, {DepartmentID: 1, DistrictID: 792, OfficeID: 21}},
	})
}

func TestRoute(t *testing.T) {
	d, now := small(), hansiSince.AddDate(0, 6, 0)
	tests := []struct {
		name string
		q    Question
		want int
	}{
		{"department and district", Question{SubjectID: 1, DistrictID: 63, At: now}, 20},
		{"new district", Question{SubjectID: 1, DistrictID: 792, At: now}, 21},
		{"before the split", Question{SubjectID: 1, DistrictID: 792, At: hansiSince.Add(-time.Hour)}, 20},
		{"district unknown", Question{SubjectID: 1, At: now}, 2},
		{"department unknown", Question{DistrictID: 63, At: now}, 10},
		{"no office in the district", Question{SubjectID: 2, DistrictID: 792, At: now}, 11},
		{"no district administration either", Question{SubjectID: 2, DistrictID: 604, At: now}, 3},
		{"nothing known", Question{At: now}, 1},
		{"not this government", Question{SubjectID: 3, DistrictID: 63, At: now}, 1},
		{"against the office goes to its senior", Question{SubjectID: 1, DistrictID: 63, At: now, Against: true}, 2},
		{"senior excluded too", Question{SubjectID: 1, DistrictID: 63, At: now, Against: true, Excluded: []int{2}}, 1},
		{"excluded without against", Question{SubjectID: 1, DistrictID: 63, At: now, Excluded: []int{20}}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := d.Route(tt.q)
			if got.OfficeID != tt.want {
				t.Errorf("Route = %d (%v), want %d", got.OfficeID, got.Why, tt.want)
			}
			if len(got.Why) == 0 {
				t.Error("no reason given")
			}
		})
	}
}

func TestAboveEndsAtTheStateCell(t *testing.T) {
	d := small()
	above := d.Above(20)
	if len(above) != 2 || above[0] != 2 || above[1] != 1 {
		t.Errorf("Above = %v, want [2 1]", above)
	}
	if above := d.Above(1); len(above) != 0 {
		t.Errorf("above the state cell = %v", above)
	}
}

// Whoever takes orders from the office complained of is kept away with it; the state cell
// alone hides nothing from those below it.
func TestViewerAndUnder(t *testing.T) {
	d := small()
	held := []grievance.Charge{{ID: 1, OfficerID: 9, OfficeID: 21, Role: grievance.FieldOfficer}, {ID: 2, OfficerID: 9, OfficeID: 10, Role: grievance.DistrictNodal}}
	by, ok := d.Actor(held[1], held...)
	if !ok || by.Scope.DistrictID != 63 || by.Scope.Viewer != 9 || !slices.Equal(by.Scope.ViewerOffices, []int{2, 10, 21}) {
		t.Errorf("the actor's scope = %+v (%v)", by.Scope, ok)
	}
	if s := d.Viewer(9, nil); s.Viewer != 9 || len(s.ViewerOffices) > 0 || s.All {
		t.Errorf("an officer without a charge sees by %+v", s)
	}
	for _, tt := range []struct {
		office      int
		complained  int
		kept        bool
		description string
	}{
		{20, 20, true, "the office itself"}, {20, 2, true, "below it"}, {2, 20, false, "above it"}, {10, 2, false, "beside it"}, {20, 1, false, "the state cell"},
	} {
		if got := d.Under(tt.office, []int{tt.complained}); got != tt.kept {
			t.Errorf("%s: kept away = %v", tt.description, got)
		}
	}
}

// The place of a case is the town that the post names, else the tehsil, in its district and
// only if the post is clear about it.
func TestPlaceNamed(t *testing.T) {
	d := New(Facts{Places: []grievance.Place{
		{ID: 1, Code: "394", Tier: "subdistrict", DistrictID: 63}, {ID: 2, Code: "248546", Tier: "town", DistrictID: 63}, {ID: 3, Code: "248533", Tier: "town", DistrictID: 65}}})
	tehsil, town, jind := grievance.PlaceCue{Tier: "subdistrict", Code: "394", Confidence: 0.9}, grievance.PlaceCue{Tier: "town", Code: "248546", Confidence: 0.7}, grievance.PlaceCue{Tier: "town", Code: "248533", Confidence: 0.9}
	doubtful := grievance.PlaceCue{Tier: "town", Code: "248546", Confidence: 0.4}
	for _, tt := range []struct {
		cues []grievance.PlaceCue
		want int
	}{
		{[]grievance.PlaceCue{tehsil, town, jind}, 2},
		{[]grievance.PlaceCue{town, tehsil}, 2},
		{[]grievance.PlaceCue{tehsil, doubtful}, 1},
		{[]grievance.PlaceCue{jind}, 0},
		{[]grievance.PlaceCue{{Tier: "village", Name: "Khera", Confidence: 0.9}}, 0},
		{nil, 0},
	} {
		if got := d.PlaceNamed(tt.cues, 63); got != tt.want {
			t.Errorf("%+v → %d, want %d", tt.cues, got, tt.want)
		}
	}
}

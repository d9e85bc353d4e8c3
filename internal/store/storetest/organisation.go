package storetest

import (
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Began is when the charges of the small organisation begin and its accounts are connected.
var Began = time.Date(2025, 1, 1, 4, 30, 0, 0, time.UTC)

// Districts, departments, subjects and offices of the small organisation.
const (
	Hisar, Nuh = 63, 604

	Power, Water = 1, 2

	PowerCut, NoWater = 1, 2

	StateCell            = 1
	PowerHQ, WaterHQ     = 2, 3
	HisarDC, NuhDC       = 10, 11
	HisarPower, NuhPower = 20, 21
	HisarWater, NuhWater = 30, 31
)

// Small is an organisation of two districts and two departments: one officer of each role
// and one official account on each channel, which acknowledge nothing by themselves.
type Small struct {
	Officers map[grievance.Role]grievance.Officer
	Charges  map[grievance.Role]grievance.Charge
	Accounts map[grievance.Channel]int
	Offices  map[int]grievance.Office
}

// Actor is the officer of the role, acting.
func (s *Small) Actor(r grievance.Role) grievance.Actor {
	ch := s.Charges[r]
	return grievance.ActorOf(ch, s.Offices[ch.OfficeID])
}

// Organisation fills the store with a small organisation.
func Organisation(t testing.TB, s *store.Store) *Small {
	t.Helper()
	small := &Small{
		Officers: map[grievance.Role]grievance.Officer{}, Charges: map[grievance.Role]grievance.Charge{},
		Accounts: map[grievance.Channel]int{}, Offices: map[int]grievance.Office{},
	}
	if err := s.Tx(t.Context(), func(tx *store.Tx) error {
		if err := lists(t, tx, small); err != nil {
			return err
		}
		for i, r := range grievance.Roles {
			if err := officer(t, tx, small, i, r); err != nil {
				return err
			}
		}
		for _, a := range []grievance.OfficialAccount{
			{Channel: grievance.X, Name: "State on X", Handle: "@cmo_test", ExternalID: "9001"},
			{Channel: grievance.Facebook, Name: "State on Facebook", Handle: "CMO Test", ExternalID: "9002"},
			{Channel: grievance.Email, Name: "State by mail", Handle: "help@state.test", ExternalID: "help@state.test"},
		} {
			a.OfficeID, a.CanSend, a.ConnectedAt = StateCell, true, Began
			id, err := tx.AddAccount(t.Context(), a)
			if err != nil {
				return err
			}
			small.Accounts[a.Channel] = id
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return small
}

func lists(t testing.TB, tx *store.Tx, small *Small) error {
	ctx := t.Context()
	if err := tx.SaveDistricts(ctx, []grievance.District{{ID: Hisar, NameEN: "Hisar", NameHI: "हिसार"}, {ID: Nuh, NameEN: "Nuh", NameHI: "नूंह"}}); err != nil {
		return err
	}
	if err := tx.SaveDepartments(ctx, []grievance.Department{{ID: Power, Code: "power", NameEN: "Power", NameHI: "बिजली"}, {ID: Water, Code: "water", NameEN: "Water", NameHI: "जल"}}); err != nil {
		return err
	}
	if err := tx.SaveSubjects(ctx, []grievance.Subject{
		{ID: PowerCut, Code: "power_cut", DepartmentID: Power, CategoryEN: "Supply", CategoryHI: "आपूर्ति", NameEN: "Power cut", NameHI: "बिजली कटौती", KindHint: "grievance", Urgency: grievance.Ordinary, LimitDays: 3, LimitSource: "test"},
		{ID: NoWater, Code: "no_water", DepartmentID: Water, CategoryEN: "Supply", CategoryHI: "आपूर्ति", NameEN: "No water", NameHI: "पानी नहीं", KindHint: "grievance", Urgency: grievance.Ordinary, LimitDays: 7, LimitSource: "default"},
	}); err != nil {
		return err
	}
	offices := []grievance.Office{
		{ID: StateCell, Code: "CELL", NameEN: "State cell", NameHI: "राज्य प्रकोष्ठ", Tier: grievance.Secretariat},
		{ID: PowerHQ, Code: "HQ-power", NameEN: "Power headquarters", NameHI: "बिजली मुख्यालय", Tier: grievance.Headquarters, ParentID: StateCell, DepartmentID: Power},
		{ID: WaterHQ, Code: "HQ-water", NameEN: "Water headquarters", NameHI: "जल मुख्यालय", Tier: grievance.Headquarters, ParentID: StateCell, DepartmentID: Water},
		{ID: HisarDC, Code: "DC-hisar", NameEN: "Deputy Commissioner, Hisar", NameHI: "उपायुक्त, हिसार", Tier: grievance.Administration, ParentID: StateCell, DistrictID: Hisar},
		{ID: NuhDC, Code: "DC-nuh", NameEN: "Deputy Commissioner, Nuh", NameHI: "उपायुक्त, नूंह", Tier: grievance.Administration, ParentID: StateCell, DistrictID: Nuh},
		{ID: HisarPower, Code: "power-hisar", NameEN: "Power, Hisar", NameHI: "बिजली, हिसार", Tier: grievance.FieldOffice, ParentID: PowerHQ, DepartmentID: Power, DistrictID: Hisar},
		{ID: NuhPower, Code: "power-nuh", NameEN: "Power, Nuh", NameHI: "बिजली, नूंह", Tier: grievance.FieldOffice, ParentID: PowerHQ, DepartmentID: Power, DistrictID: Nuh},
		{ID: HisarWater, Code: "water-hisar", NameEN: "Water, Hisar", NameHI: "जल, हिसार", Tier: grievance.FieldOffice, ParentID: WaterHQ, DepartmentID: Water, DistrictID: Hisar},
		{ID: NuhWater, Code: "water-nuh", NameEN: "Water, Nuh", NameHI: "जल, नूंह", Tier: grievance.FieldOffice, ParentID: WaterHQ, DepartmentID: Water, DistrictID: Nuh},
	}
	for _, o := range offices {
		small.Offices[o.ID] = o
	}
	if err := tx.SaveOffices(ctx, offices); err != nil {
		return err
	}
	return tx.SaveMatrix(ctx, []store.Answers{
		{DepartmentID: Power, DistrictID: Hisar, OfficeID: HisarPower}, {DepartmentID: Power, DistrictID: Nuh, OfficeID: NuhPower},
		{DepartmentID: Water, DistrictID: Hisar, OfficeID: HisarWater}, {DepartmentID: Water, DistrictID: Nuh, OfficeID: NuhWater},
	})
}

// seats says in which office the officer of a role sits.
var seats = map[grievance.Role]int{
	grievance.Administrator: StateCell, grievance.StateNodal: StateCell, grievance.Clerk: StateCell, grievance.Auditor: StateCell,
	grievance.DepartmentNodal: PowerHQ, grievance.DistrictNodal: HisarDC, grievance.FieldOfficer: HisarPower,
}

func officer(t testing.TB, tx *store.Tx, small *Small, i int, r grievance.Role) error {
	at := Began.Add(time.Duration(i) * time.Second)
	o := grievance.Officer{ID: tx.NewID(at), Email: string(r) + "@state.test", NameEN: "Officer " + string(r), NameHI: "अधिकारी " + string(r), Language: "en", Keys: true}
	ch := grievance.Charge{ID: tx.NewID(at), OfficerID: o.ID, OfficeID: seats[r], Role: r, TitleEN: string(r), TitleHI: string(r), From: Began, Duty: r == grievance.StateNodal}
	small.Officers[r], small.Charges[r] = o, ch
	if err := tx.SaveOfficer(t.Context(), o); err != nil {
		return err
	}
	return tx.SaveCharge(t.Context(), ch)
}

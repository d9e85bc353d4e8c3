package office_test

import (
	"errors"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// world is the small organisation with its directory and a clock.
type world struct {
	t     *testing.T
	store *store.Store
	small *storetest.Small
	org   *office.Organisation
	now   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := storetest.New(t)
	w := &world{t: t, store: s, small: storetest.Organisation(t, s), now: storetest.Began.AddDate(0, 6, 0)}
	dir, err := office.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	w.org = &office.Organisation{Store: s, Directory: dir, Now: func() time.Time { return w.now }}
	return w
}

func (w *world) tx(do func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.store.Tx(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

// takeUp lets the officer of the role take up the official ID.
func (w *world) takeUp(r grievance.Role) {
	w.t.Helper()
	w.tx(func(tx *store.Tx) error {
		return tx.SaveCredentials(w.t.Context(), w.small.Officers[r].ID, store.Credentials{Password: "hash"})
	})
}

func (w *world) hire(email string) grievance.ID {
	w.t.Helper()
	id, err := w.org.SaveOfficer(w.t.Context(), w.small.Actor(grievance.Administrator), grievance.Officer{Email: email, NameEN: "New Officer"})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// invalid wants a refusal of the field.
func (w *world) invalid(err error, field string) {
	w.t.Helper()
	if e, ok := errors.AsType[*grievance.InvalidError](err); !ok || e.Field != field {
		w.t.Errorf("error = %v, want an invalid %s", err, field)
	}
}

// Nobody grants what they lack, but an organisation can begin: what nobody can grant who
// has taken up an ID, whoever may appoint officers may.
func TestAppointGrantsNoMoreThanOneHas(t *testing.T) {
	w := newWorld(t)
	admin, state := w.small.Actor(grievance.Administrator), w.small.Actor(grievance.StateNodal)
	appoint := func(by grievance.Actor, r grievance.Role, o int) error {
		w.now = w.now.Add(time.Minute)
		_, err := w.org.Appoint(t.Context(), by, office.Appointment{OfficerID: w.hire(string(r) + w.now.Format("150405") + "@new.test"), OfficeID: o, Role: r, TitleEN: "Title"})
		return err
	}
	if err := appoint(admin, grievance.StateNodal, storetest.StateCell); err != nil {
		t.Errorf("the administrator appoints the first state nodal officer: %v", err)
	}
	w.takeUp(grievance.StateNodal)
	w.invalid(appoint(admin, grievance.DistrictNodal, storetest.HisarDC), "role")
	w.invalid(appoint(admin, grievance.FieldOfficer, storetest.HisarPower), "role")
	for _, o := range []struct {
		r  grievance.Role
		in int
	}{{grievance.DistrictNodal, storetest.HisarDC}, {grievance.FieldOfficer, storetest.HisarPower}, {grievance.Clerk, storetest.StateCell}} {
		if err := appoint(state, o.r, o.in); err != nil {
			t.Errorf("the state nodal officer appoints a %s: %v", o.r, err)
		}
	}
	for range 2 { // no role holds the auditor's permission and appoints: somebody must
		if err := appoint(state, grievance.Auditor, storetest.StateCell); err != nil {
			t.Errorf("the state nodal officer appoints an auditor: %v", err)
		}
		w.takeUp(grievance.Auditor)
	}
	w.takeUp(grievance.Administrator)
	w.invalid(appoint(state, grievance.Administrator, storetest.StateCell), "role")
	if err := appoint(admin, grievance.Administrator, storetest.StateCell); err != nil {
		t.Errorf("the administrator appoints another: %v", err)
	}
	if err := appoint(w.small.Actor(grievance.DistrictNodal), grievance.FieldOfficer, storetest.HisarPower); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("without officers.manage: %v", err)
	}
	_, err := w.org.Appoint(t.Context(), admin, office.Appointment{OfficerID: admin.ID, OfficeID: storetest.StateCell, Role: grievance.Administrator, TitleEN: "Again"})
	w.invalid(err, "officer")
}

// A custom role that appoints within a district reaches the offices of that district.
func TestAppointWithinTheOwnDistrict(t *testing.T) {
	w := newWorld(t)
	w.takeUp(grievance.StateNodal)
	dc := w.small.Actor(grievance.DistrictNodal)
	dc.Grants = append([]grievance.Permission{grievance.MayManageOfficers}, dc.Grants...)
	appoint := func(o int) error {
		w.now = w.now.Add(time.Minute)
		_, err := w.org.Appoint(t.Context(), dc, office.Appointment{OfficerID: w.hire(w.now.Format("150405") + "@new.test"), OfficeID: o, Role: grievance.FieldOfficer, TitleEN: "Engineer"})
		return err
	}
	if err := appoint(storetest.HisarPower); err != nil {
		t.Errorf("in the own district: %v", err)
	}
	w.invalid(appoint(storetest.NuhPower), "office")
}

// The substitute acts under the absent officer's charge: sees what it sees, and the
// history knows both.
func TestLeave(t *testing.T) {
	w := newWorld(t)
	field := w.small.Officers[grievance.FieldOfficer]
	substitute := w.hire("substitute@new.test")
	if _, err := w.org.Appoint(t.Context(), w.small.Actor(grievance.Administrator), office.Appointment{OfficerID: substitute, OfficeID: storetest.HisarPower, Role: grievance.FieldOfficer, TitleEN: "Engineer"}); err != nil {
		t.Fatal(err)
	}
	own := w.small.Actor(grievance.FieldOfficer)
	absence := office.Absence{OfficerID: field.ID, SubstituteID: substitute, From: w.now.AddDate(0, 0, 1), To: w.now.AddDate(0, 0, 8)}
	far := absence
	far.SubstituteID = w.small.Officers[grievance.Clerk].ID
	w.invalid(w.org.TakeLeave(t.Context(), own, far), "substitute")
	self := absence
	self.SubstituteID = field.ID
	w.invalid(w.org.TakeLeave(t.Context(), own, self), "substitute")
	if err := w.org.TakeLeave(t.Context(), w.small.Actor(grievance.DistrictNodal), absence); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("another officer's leave: %v", err)
	}
	if err := w.org.TakeLeave(t.Context(), own, absence); err != nil {
		t.Fatal(err)
	}
	w.invalid(w.org.TakeLeave(t.Context(), own, absence), "from")
	charges := func() (all []grievance.Charge) {
		w.tx(func(tx *store.Tx) (err error) {
			all, err = tx.Charges(t.Context(), substitute, w.now)
			return err
		})
		return all
	}
	if n := len(charges()); n != 1 {
		t.Errorf("before the leave the substitute acts under %d charges", n)
	}
	w.now = absence.From
	held := charges()
	if len(held) != 2 {
		t.Fatalf("during the leave the substitute acts under %v", held)
	}
	by, ok := w.org.Directory.Actor(held[1])
	if !ok || by.ID != substitute || by.For != field.ID || by.Scope.OfficerID != field.ID || by.Scope.Viewer != substitute || by.Scope.Absent != field.ID || by.ChargeID != own.ChargeID {
		t.Errorf("the substitute acts as %+v", by)
	}
	var leaves []grievance.Leave
	w.tx(func(tx *store.Tx) (err error) {
		leaves, err = tx.LeavesOf(t.Context(), field.ID, w.now)
		return err
	})
	if err := w.org.EndLeave(t.Context(), own, leaves[0].ID); err != nil {
		t.Fatal(err)
	}
	if n := len(charges()); n != 1 {
		t.Errorf("after the leave the substitute acts under %d charges", n)
	}
}

// Whoever holds a directory sees a change at once, another instance at its next look.
func TestDirectoryIsLive(t *testing.T) {
	w := newWorld(t)
	other, err := office.Load(t.Context(), w.store)
	if err != nil {
		t.Fatal(err)
	}
	id, err := w.org.AddOffice(t.Context(), w.small.Actor(grievance.Administrator), grievance.Office{Code: "power-hansi", NameEN: "Power, Hansi", Tier: grievance.FieldOffice, ParentID: storetest.PowerHQ, DepartmentID: storetest.Power, DistrictID: storetest.Hisar})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := w.org.Directory.Office(id); !ok {
		t.Error("the new office is not known here")
	}
	if _, ok := other.Office(id); ok {
		t.Error("the other instance knows it without a look")
	}
	if err := other.Refresh(t.Context(), w.store); err != nil {
		t.Fatal(err)
	}
	if _, ok := other.Office(id); !ok {
		t.Error("the other instance does not know it after a look")
	}
}

// An office stands below an open one, in no ring, with what its tier needs.
func TestTreeStaysATree(t *testing.T) {
	w := newWorld(t)
	admin := w.small.Actor(grievance.Administrator)
	hq := w.small.Offices[storetest.PowerHQ]
	hq.ParentID = storetest.HisarPower
	w.invalid(w.org.ChangeOffice(t.Context(), admin, hq), "parent")
	hq.ParentID = 0
	w.invalid(w.org.ChangeOffice(t.Context(), admin, hq), "parent")
	bad := grievance.Office{Code: "x", NameEN: "X", Tier: grievance.Administration, ParentID: storetest.StateCell}
	_, err := w.org.AddOffice(t.Context(), admin, bad)
	w.invalid(err, "district")
	bad.Code, bad.DistrictID = "power-nuh", storetest.Nuh
	_, err = w.org.AddOffice(t.Context(), admin, bad)
	w.invalid(err, "code")
	bad.Code, bad.Tier = "cell-2", grievance.Secretariat
	_, err = w.org.AddOffice(t.Context(), admin, bad)
	w.invalid(err, "tier")
	if _, err := w.org.AddOffice(t.Context(), w.small.Actor(grievance.Clerk), bad); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("by a clerk: %v", err)
	}
}

// The first thing in an empty database is the state cell; done again it changes nothing.
func TestEnsureStateCell(t *testing.T) {
	s := storetest.New(t)
	var ids [2]int
	for i := range ids {
		if err := s.Tx(t.Context(), func(tx *store.Tx) error {
			o, err := office.EnsureStateCell(t.Context(), tx)
			ids[i] = o.ID
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if ids[0] == 0 || ids[0] != ids[1] {
		t.Errorf("state cells %v", ids)
	}
}

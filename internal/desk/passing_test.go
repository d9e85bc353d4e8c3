package desk_test

import (
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

func org(w *desktest.World) *office.Organisation {
	return &office.Organisation{Store: w.Desk.Store, Directory: w.Desk.Office, Now: func() time.Time { return w.Clock }}
}

// engineer appoints another field officer to the office of the field officer.
func engineer(t *testing.T, w *desktest.World) grievance.Actor {
	t.Helper()
	id, err := org(w).SaveOfficer(t.Context(), w.State, grievance.Officer{Email: "second@nivaran.example", NameEN: "Second Engineer"})
	w.Must(err)
	charge, err := org(w).Appoint(t.Context(), w.State, office.Appointment{OfficerID: id, OfficeID: w.Field.OfficeID, Role: grievance.FieldOfficer, TitleEN: "Engineer"})
	w.Must(err)
	c, _, err := org(w).Charge(t.Context(), w.State, charge)
	w.Must(err)
	by, _ := w.Desk.Office.Actor(c)
	return by
}

func history(t *testing.T, w *desktest.World, id grievance.ID, e grievance.Event) (found []grievance.Entry) {
	t.Helper()
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	for _, x := range v.History {
		if x.Event == e {
			found = append(found, x)
		}
	}
	return found
}

// A substitute sees and does what the absent officer's charge may; the history has both,
// the case stays the absent officer's, and notices go to the substitute.
func TestSubstituteActs(t *testing.T) {
	w := desktest.New(t)
	second := engineer(t, w)
	id := w.Open("ravi")
	w.Must(org(w).TakeLeave(t.Context(), w.Field, office.Absence{OfficerID: w.Field.ID, SubstituteID: second.ID, From: w.Clock, To: w.Clock.AddDate(0, 0, 7)}))
	w.Must(w.Desk.Assign(t.Context(), w.Magistrate, id, w.Field.ID))
	told, err := w.Desk.Notices(t.Context(), second)
	w.Must(err)
	if len(told) == 0 || told[0].Kind != "notice.case_yours" {
		t.Errorf("the substitute was told %v", told)
	}
	var charges []grievance.Charge
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		charges, err = tx.Charges(t.Context(), second.ID, w.Clock)
		return err
	}))
	if len(charges) != 2 {
		t.Fatalf("the substitute acts under %v", charges)
	}
	by, _ := w.Desk.Office.Actor(charges[1], charges...)
	if page, err := w.Desk.Inbox(t.Context(), by, desk.InboxRequest{Folder: desk.FolderOwn}); err != nil || len(page.Rows) != 1 {
		t.Errorf("own cases of the absent officer: %v, %v", page.Rows, err)
	}
	w.Must(w.Desk.Accept(t.Context(), by, id))
	e := history(t, w, id, grievance.Accepted)
	if len(e) != 1 || e[0].ActorID != second.ID || e[0].ChargeID != w.Field.ChargeID {
		t.Errorf("accepted: %+v", e)
	}
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	if v.Case.OfficerID != w.Field.ID || v.For[w.Field.ChargeID].ID != w.Field.ID {
		t.Errorf("the case is %s's, acted for %v", v.Case.OfficerID, v.For)
	}
	w.Sound()
}

// A charge that ends leaves its cases to the successor, or in the office; the history
// names who held them and the list counts them.
func TestHandover(t *testing.T) {
	w := desktest.New(t)
	second := engineer(t, w)
	id := w.Open("ravi")
	w.Must(w.Desk.Assign(t.Context(), w.Magistrate, id, w.Field.ID))
	due := w.Case(id).DueAt
	if _, err := w.Desk.EndCharge(t.Context(), w.Clerk, desk.Ending{ChargeID: w.Field.ChargeID}); err == nil {
		t.Error("a clerk ends a charge")
	}
	hand, err := w.Desk.EndCharge(t.Context(), w.State, desk.Ending{ChargeID: w.Field.ChargeID, At: w.Clock.AddDate(0, 0, 2), SuccessorID: second.ID})
	w.Must(err)
	if c := w.Case(id); c.OfficerID != w.Field.ID {
		t.Error("handed over before the charge ends")
	}
	w.Clock = w.Clock.AddDate(0, 0, 2)
	for range 2 { // once, however often the clock is asked
		_, err = w.Desk.Due(t.Context())
		w.Must(err)
	}
	c := w.Case(id)
	if c.OfficerID != second.ID || !c.DueAt.Equal(due) || c.OfficeID != w.Field.OfficeID {
		t.Errorf("after the charge ended: %+v", c)
	}
	if e := history(t, w, id, grievance.HandedOver); len(e) != 1 {
		t.Errorf("handed over %d times", len(e))
	}
	l, err := w.Desk.Handover(t.Context(), w.State, hand)
	w.Must(err)
	if l.All != 1 || len(l.Rows) != 1 || l.From.ID != w.Field.ID || l.To.ID != second.ID || l.DoneAt.IsZero() {
		t.Errorf("the list: %+v", l)
	}
	_, err = w.Desk.EndCharge(t.Context(), w.State, desk.Ending{ChargeID: second.ChargeID})
	w.Must(err)
	if c := w.Case(id); c.OfficerID != 0 || c.OfficeID != w.Field.OfficeID {
		t.Errorf("without a successor: %+v", c)
	}
	_, err = w.Desk.Due(t.Context())
	w.Must(err)
	if e := history(t, w, id, grievance.Covered); len(e) != 1 {
		t.Errorf("the history says %d times that nobody works there", len(e))
	}
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	if !v.Answering.Vacant || v.Answering.OfficeID != w.Magistrate.OfficeID {
		t.Errorf("who answers: %+v", v.Answering)
	}
	w.Sound()
}

// A closed office's open cases pass on, its closed ones stay; one that starts again does
// so where its work is now.
func TestCloseOffice(t *testing.T) {
	w := desktest.New(t)
	open, closed := w.Open("ravi"), w.Resolved("asha")
	w.Clock = w.Clock.AddDate(0, 0, 30)
	_, err := w.Desk.Due(t.Context())
	w.Must(err)
	if c := w.Case(closed); c.State != grievance.Closed {
		t.Fatalf("the case is %s", c.State)
	}
	if _, err := w.Desk.CloseOffice(t.Context(), w.Clerk, w.Field.OfficeID, 0); err == nil {
		t.Error("a clerk closes an office")
	}
	n, err := w.Desk.CloseOffice(t.Context(), w.State, w.Field.OfficeID, 0)
	w.Must(err)
	if c := w.Case(open); n != 1 || c.OfficeID != w.Magistrate.OfficeID || c.DistrictID == 0 || c.DepartmentID == 0 {
		t.Errorf("%d passed on, the case lies in %d", n, c.OfficeID)
	}
	if c := w.Case(closed); c.OfficeID != w.Field.OfficeID {
		t.Errorf("a closed case moved to %d", c.OfficeID)
	}
	w.Must(w.Desk.Reopen(t.Context(), w.State, closed, "the trouble is back"))
	if c := w.Case(closed); c.OfficeID != w.Magistrate.OfficeID {
		t.Errorf("a case that starts again lies in the closed office: %d", c.OfficeID)
	}
	next := w.Open("mohan")
	if c := w.Case(next); c.OfficeID != w.Magistrate.OfficeID {
		t.Errorf("a new case went to %d", c.OfficeID)
	}
	w.Sound()
}

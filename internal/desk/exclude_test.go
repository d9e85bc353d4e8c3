package desk_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// signedIn is the actor as the sign-in makes it: what complains of any office of a charge,
// or of one above it, is hidden.
func signedIn(w *desktest.World, a grievance.Actor) grievance.Actor {
	w.T.Helper()
	by, ok := w.Desk.Office.Actor(grievance.Charge{ID: a.ChargeID, OfficerID: a.ID, OfficeID: a.OfficeID, Role: a.Role})
	if !ok {
		w.T.Fatal("no office or role")
	}
	return by
}

// sees says whether somebody sees a case.
func sees(w *desktest.World, a grievance.Actor, id grievance.ID) bool {
	w.T.Helper()
	_, err := w.Desk.Case(w.T.Context(), signedIn(w, a), id)
	if err != nil && !errors.Is(err, grievance.ErrNotFound) {
		w.T.Fatal(err)
	}
	return err == nil
}

// The office complained of loses the case to the level above, and those below it with it;
// who stands beside or above still reads.
func TestExcludedOfficeAndThoseBelow(t *testing.T) {
	w := desktest.New(t)
	office := w.Desk.Office
	head, cell := office.OfficeByCode("public_health"), office.StateCell()
	id := w.Open("asha")
	w.Must(w.Desk.Assign(t.Context(), w.Magistrate, id, w.Field.ID))
	field := store.Exclusion{OfficeID: w.Field.OfficeID}
	w.Must(w.Desk.Exclude(t.Context(), w.Clerk, id, field))
	above := office.Above(w.Field.OfficeID)[0]
	if c := w.Case(id); c.OfficeID != above || c.OfficerID != 0 || !c.Against || !c.Sensitive {
		t.Errorf("office %d, officer %s, against %v; want the level above, %d", c.OfficeID, c.OfficerID, c.Against, above)
	}
	if sees(w, w.Field, id) || !sees(w, w.Magistrate, id) || !sees(w, w.State, id) {
		t.Error("the office complained of sees it, or those beside and above do not")
	}
	if head == 0 {
		head = above
	}
	w.Must(w.Desk.Exclude(t.Context(), w.Clerk, id, store.Exclusion{OfficeID: head}))
	w.Must(w.Desk.Include(t.Context(), w.Clerk, id, field))
	if c := w.Case(id); c.OfficeID != cell {
		t.Errorf("complained of headquarters: office %d, want the state cell", c.OfficeID)
	}
	if sees(w, w.Field, id) {
		t.Error("who takes orders from the office complained of sees it")
	}
	if err := w.Desk.Forward(t.Context(), w.State, id, w.Field.OfficeID, "Please look at the pump in ward 9."); err == nil {
		t.Error("forwarded below the office complained of")
	}
	for name, x := range map[string]store.Exclusion{"nobody": {}, "the state cell": {OfficeID: cell}, "no office": {OfficeID: 99999}} {
		if err := w.Desk.Exclude(t.Context(), w.Clerk, id, x); err == nil {
			t.Errorf("excluded %s", name)
		}
	}
}

// An officer complained of is not named for the case, nor listed, nor left with it; the
// case leaves the office of the officer.
func TestExcludedOfficer(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	other := w.Hire(grievance.FieldOfficer, "public_health-hisar")
	w.Must(w.Desk.Exclude(t.Context(), w.Clerk, id, store.Exclusion{OfficerID: other.ID}))
	if c := w.Case(id); c.OfficeID == w.Field.OfficeID {
		t.Error("the officer's own office examines the complaint")
	}
	second := w.Open("bina")
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.Exclude(t.Context(), second, store.Exclusion{OfficerID: w.Field.ID}) // before the case comes to the office
	}))
	if err := w.Desk.Assign(t.Context(), w.Magistrate, second, w.Field.ID); err == nil {
		t.Error("assigned to the officer complained of")
	}
	list, err := w.Desk.Assignable(t.Context(), w.Magistrate, second)
	w.Must(err)
	if slices.ContainsFunc(list, func(h desk.Holder) bool { return h.Officer.ID == w.Field.ID }) || len(list) == 0 {
		t.Errorf("assignable: %d officers, the one complained of among them", len(list))
	}
}

// What is written on in the conversation of an excluded case is hidden before a clerk has
// seen it, and comes back when the exclusion is taken back.
func TestPostsBesideAnExcludedCase(t *testing.T) {
	w := desktest.New(t)
	clerk := signedIn(w, w.Clerk)
	first := w.Post("asha", "", "The clerk of the sorting desk does not answer at all.")
	opened, err := w.Desk.Open(t.Context(), w.State, []desk.OpenRequest{w.Request(first)})
	w.Must(err)
	id := opened[0].CaseID
	view, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	beside := w.Post("bina", view.Posts[0].ThreadID, "He never answers anybody.")
	queue := func() int {
		t.Helper()
		q, err := w.Desk.Queue(t.Context(), clerk, desk.QueueRequest{})
		w.Must(err)
		if q.Waiting != len(q.Posts) {
			t.Errorf("the desk counts %d, its list holds %d", q.Waiting, len(q.Posts))
		}
		return q.Waiting
	}
	if n := queue(); n != 1 {
		t.Fatalf("%d posts wait, want 1", n)
	}
	before, err := w.Desk.Figures(t.Context(), w.State)
	w.Must(err)
	x := store.Exclusion{OfficerID: w.Clerk.ID}
	w.Must(w.Desk.Exclude(t.Context(), w.State, id, x))
	if n := queue(); n != 0 {
		t.Errorf("%d posts of the conversation still wait before the clerk complained of", n)
	}
	for name, act := range map[string]func() error{
		"danger": func() error { return w.Desk.MarkDanger(t.Context(), clerk, beside) },
		"keep": func() error {
			return w.Desk.Keep(t.Context(), clerk, []grievance.ID{beside}, grievance.NotForUs, "news")
		},
		"open": func() error {
			_, err := w.Desk.Open(t.Context(), clerk, []desk.OpenRequest{{PostID: beside}})
			return err
		},
		"join": func() error {
			return w.Desk.Join(t.Context(), clerk, desk.JoinRequest{PostID: beside, CaseID: id})
		},
		"read": func() error {
			_, err := w.Desk.SortingPost(t.Context(), clerk, first)
			return err
		},
	} {
		if err := act(); !errors.Is(err, grievance.ErrNotFound) {
			t.Errorf("%s by the clerk complained of: %v, want not found", name, err)
		}
	}
	if tells, err := w.Desk.Concerns(t.Context(), clerk, []grievance.ID{id}, []grievance.ID{beside}); err != nil || tells {
		t.Errorf("a stream tells of it: %v, %v", tells, err)
	}
	after, err := w.Desk.Figures(t.Context(), w.State)
	w.Must(err)
	if posts(before) != posts(after) {
		t.Errorf("others count %d posts, %d before", posts(after), posts(before))
	}
	w.Must(w.Desk.Include(t.Context(), w.State, id, x))
	if n := queue(); n != 1 {
		t.Errorf("%d posts wait after the exclusion was taken back, want 1", n)
	}
}

func posts(f desk.Figures) (n int64) {
	for _, t := range f.Posts {
		n += t.N
	}
	return n
}

// The figures of posts leave out those that complain of the reader.
func TestFiguresLeaveOutHiddenPosts(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	w.Open("bina")
	state := signedIn(w, w.Hire(grievance.StateNodal, "cell"))
	before, err := w.Desk.Figures(t.Context(), state)
	w.Must(err)
	w.Must(w.Desk.Exclude(t.Context(), w.Clerk, id, store.Exclusion{OfficerID: state.ID}))
	after, err := w.Desk.Figures(t.Context(), state)
	w.Must(err)
	if posts(after) != posts(before)-1 || after.Total.All != before.Total.All-1 {
		t.Errorf("posts %d → %d, cases %d → %d, want one less of each", posts(before), posts(after), before.Total.All, after.Total.All)
	}
}

// The program opens nothing by itself that complains of somebody or of corruption.
func TestNothingAgainstAnybodyIsOpenedAlone(t *testing.T) {
	w := desktest.New(t)
	bribe := w.Desk.Office.SubjectByCode("bribe")
	if bribe == 0 {
		t.Fatal("no subject bribe")
	}
	plain := w.Request(w.Post("asha", "", "No water in ward 9 of Hisar since Monday morning."))
	against, corrupt := plain, plain
	against.Against, corrupt.SubjectID = true, bribe
	for name, r := range map[string]desk.OpenRequest{"against somebody": against, "corruption": corrupt} {
		if _, err := w.Desk.Open(t.Context(), grievance.System, []desk.OpenRequest{r}); !errors.Is(err, grievance.ErrForbidden) {
			t.Errorf("%s: %v, want forbidden", name, err)
		}
	}
	if _, err := w.Desk.Open(t.Context(), grievance.System, []desk.OpenRequest{plain}); err != nil {
		t.Errorf("what complains of nobody: %v", err)
	}
	if _, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{{PostID: w.Post("bina", "", "The engineer took money for the meter."), SubjectID: bribe, Against: true}}); err != nil {
		t.Errorf("a clerk decides: %v", err)
	}
}

// Vigilance reads and notes a case that lies elsewhere, is counted there, and stays when
// the case starts again; who is no vigilance office does not join.
func TestVigilance(t *testing.T) {
	w := desktest.New(t)
	all := w.Desk.Office.Vigilance(w.Clock)
	if len(all) == 0 || all[0].Tier != grievance.Headquarters {
		t.Fatalf("vigilance offices: %+v", all)
	}
	watch := signedIn(w, w.Hire(grievance.DepartmentNodal, all[0].Code))
	id := w.Resolved("asha")
	w.Open("bina")
	if sees(w, watch, id) {
		t.Fatal("vigilance sees a case that it has not joined")
	}
	if err := w.Desk.Involve(t.Context(), w.Clerk, id, w.Field.OfficeID); err == nil {
		t.Error("an office that is not of vigilance joined")
	}
	if err := w.Desk.Involve(t.Context(), w.Magistrate, id, all[0].ID); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("without the permission: %v", err)
	}
	w.Must(w.Desk.Involve(t.Context(), w.Clerk, id, all[0].ID))
	if err := w.Desk.Involve(t.Context(), w.Clerk, id, all[0].ID); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("joined twice: %v", err)
	}
	page, err := w.Desk.Cases(t.Context(), watch, desk.CasesRequest{})
	w.Must(err)
	figures, err := w.Desk.Figures(t.Context(), watch)
	w.Must(err)
	if len(page.Rows) != 1 || page.Rows[0].Case.ID != id || figures.Total.All != 1 {
		t.Errorf("vigilance lists %d cases and counts %d, want the one it joined", len(page.Rows), figures.Total.All)
	}
	search, err := w.Desk.SaveSearch(t.Context(), watch, desk.SearchRequest{Words: w.Case(id).Number})
	w.Must(err)
	found, err := w.Desk.Search(t.Context(), watch, search, 0)
	w.Must(err)
	if len(found.Hits) != 1 {
		t.Errorf("the search of vigilance finds %d", len(found.Hits))
	}
	w.Must(w.Desk.Reopen(t.Context(), w.State, id, "the motor burnt again"))
	if c := w.Case(id); c.OfficeID != w.Field.OfficeID || c.Round != 1 {
		t.Errorf("office %d, round %d: the responsible office stays", c.OfficeID, c.Round)
	}
	if err := w.Desk.Note(t.Context(), watch, id, "Statement of the contractor is with us.", nil); err != nil {
		t.Errorf("vigilance notes in the next round: %v", err)
	}
	if err := w.Desk.Forward(t.Context(), watch, id, w.Desk.Office.OfficeByCode("dc-hisar"), "Please look at the pump in ward 9."); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("vigilance forwards: %v", err)
	}
	w.Must(w.Desk.Exclude(t.Context(), w.Clerk, id, store.Exclusion{OfficerID: watch.ID}))
	if figures, err = w.Desk.Figures(t.Context(), watch); err != nil || figures.Total.All != 0 || sees(w, watch, id) {
		t.Errorf("vigilance complained of counts %d (%v)", figures.Total.All, err)
	}
}

// A look is for whoever may, and for an hour.
func TestLookNeedsThePermission(t *testing.T) {
	w := desktest.New(t)
	if _, err := w.Desk.LookAs(t.Context(), w.State, desk.LookRequest{ChargeID: w.Field.ChargeID, Reason: "cannot report"}); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("who reads cases looks as another: %v", err)
	}
	admin := w.Hire(grievance.Administrator, "cell")
	id, err := w.Desk.LookAs(t.Context(), admin, desk.LookRequest{ChargeID: w.Field.ChargeID, Reason: "cannot report"})
	w.Must(err)
	if _, err := w.Desk.Look(t.Context(), w.Hire(grievance.Administrator, "cell"), id); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("another administrator reads the look: %v", err)
	}
	v, err := w.Desk.Look(t.Context(), admin, id)
	if err != nil || v.Refusal(grievance.MayReport) != "" || v.Refusal(grievance.MayForward) != "seeas.lacks" {
		t.Errorf("Look = report %q, forward %q, %v", v.Refusal(grievance.MayReport), v.Refusal(grievance.MayForward), err)
	}
	w.Clock = w.Clock.Add(2 * time.Hour)
	if _, err := w.Desk.Look(t.Context(), admin, id); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("a look of two hours ago: %v", err)
	}
}

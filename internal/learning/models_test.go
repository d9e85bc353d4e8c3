package learning_test

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/learning"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// A district that the office splits off is found in posts from then on, without a restart.
func TestModelsKnowANewDistrict(t *testing.T) {
	facts := office.Facts{Districts: []grievance.District{{ID: 67, NameEN: "Karnal"}}, Places: []grievance.Place{{ID: 1, Code: "248519", Tier: "town", NameEN: "Assandh", DistrictID: 67}}, Version: "1"}
	m, err := learning.NewModels(t.Context(), storetest.New(t), office.New(facts))
	if err != nil {
		t.Fatal(err)
	}
	reads := func(text string) int {
		return m.Sort(&grievance.StoredPost{Post: grievance.Post{Text: text}}, nil, nil).District
	}
	if d := reads("Assandh me pani nahi"); d != 67 {
		t.Fatalf("before the split: %d", d)
	}
	facts.Districts = append(facts.Districts, grievance.District{ID: 900, NameEN: "Assandh", NameHI: "असंध", FromID: 67})
	facts.Places[0].DistrictID, facts.Version = 900, "2"
	m.Office = office.New(facts)
	for text, want := range map[string]int{"Assandh me pani nahi": 900, "असंध में पानी नहीं": 900, "Karnal me pani nahi": 67} {
		if d := reads(text); d != want {
			t.Errorf("%q after the split: %d, want %d", text, d, want)
		}
	}
}

// Subjects that an installation does not have are no candidates, and whose a subject is says
// its own list.
func TestCandidatesAreTheInstallationsOwn(t *testing.T) {
	w := desktest.New(t)
	m, err := learning.NewModels(t.Context(), w.Desk.Store, office.New(office.Facts{
		Departments: []grievance.Department{{ID: 1, Code: "town_hall", NameEN: "Town hall"}},
		Subjects:    []grievance.Subject{{ID: 5, Code: "no_water", DepartmentID: 1, NameEN: "No water", Sensitive: true}}, Version: "1",
	}))
	w.Must(err)
	v := m.Sort(&grievance.StoredPost{Post: grievance.Post{Text: "no drinking water in our ward for four days, taps are dry"}}, nil, nil)
	if len(v.Candidates) != 1 || v.Candidates[0].Subject != "no_water" || v.Candidates[0].Department != "town_hall" || v.Department != "town_hall" || !v.Sensitive {
		t.Errorf("the verdict: %+v", v)
	}
}

// versions is a world with models that were compared: the shipped file under numbers.
func versions(t *testing.T) (*desktest.World, *learning.Learning, func(worse bool, held int) int) {
	w := desktest.New(t)
	l := newLearning(w)
	m, err := learning.NewModels(t.Context(), w.Desk.Store, w.Desk.Office)
	w.Must(err)
	l.Models = m
	file, err := os.ReadFile("../sorting/shipped.model")
	w.Must(err)
	return w, l, func(worse bool, held int) (version int) {
		w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) (err error) {
			version, err = tx.AddModel(t.Context(), store.Model{MadeAt: w.Clock, Examples: 100, Held: held, Against: m.Version(), Worse: worse, Figures: `{"parts":[]}`}, file, 2)
			return err
		}))
		return version
	}
}

func TestAModelTakesOverAndIsBroughtBack(t *testing.T) {
	w, l, add := versions(t)
	ctx := t.Context()
	good, worse := add(false, 40), add(true, 40)
	admin := w.Hire(grievance.Administrator, "cell")
	if err := l.TakeOver(ctx, w.Clerk, good); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a clerk changes the model: %v", err)
	}
	if err := l.TakeOver(ctx, admin, worse); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("a worse model takes over: %v", err)
	}
	if err := l.RollBack(ctx, admin, good); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("a model that never ran is brought back: %v", err)
	}
	w.Must(l.TakeOver(ctx, admin, good))
	w.Must(l.RollBack(ctx, w.State, 0))
	w.Must(l.RollBack(ctx, w.State, good))
	w.Must(l.RollBack(ctx, w.State, good)) // twice is once
	if l.Models.Version() != good {
		t.Errorf("model %d reads, want %d", l.Models.Version(), good)
	}
	add(false, 40)
	last := add(false, 40)
	o, err := l.Overview(ctx, admin)
	w.Must(err)
	kept := map[int]bool{}
	for _, v := range o.Versions {
		kept[v.Version] = v.Kept
		if v.MayTake != (v.Version == last || v.Version == last-1) {
			t.Errorf("version %d may take over: %v", v.Version, v.MayTake)
		}
	}
	if !kept[good] || kept[worse] || !kept[last] {
		t.Errorf("files kept: %v, want the running one and the newest two", kept)
	}
	var changes int
	w.Must(w.Desk.Store.View(ctx, func(tx *store.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM office_log WHERE event = 'model.taken_over'`).Scan(&changes)
	}))
	if changes != 3 {
		t.Errorf("%d changes of the model stand in the office log, want 3", changes)
	}
	if _, err := l.Overview(ctx, w.Clerk); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a clerk reads the figures: %v", err)
	}
	w.Sound()
}

// An instance whose model cannot be read goes on with the one it has.
func TestABrokenFileLeavesTheRunningModel(t *testing.T) {
	w, l, add := versions(t)
	v := add(false, 40)
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `UPDATE models SET file = $1 WHERE version = $2`, []byte("cut"), v); err != nil {
			return err
		}
		return tx.RunModel(t.Context(), v, w.Clock)
	}))
	if err := l.Models.Refresh(t.Context()); err == nil {
		t.Error("a broken file is taken without a word")
	}
	if l.Models.Version() != 0 {
		t.Errorf("model %d reads", l.Models.Version())
	}
	again, err := learning.NewModels(t.Context(), w.Desk.Store, w.Desk.Office)
	if err != nil || again.Version() != 0 {
		t.Errorf("a program does not start beside a broken file: %v", err)
	}
}

// What was switched off stays off on an instance that cannot read the model, and what was on
// is no longer: the threshold is of a model that does not read here.
func TestNothingGoesAloneBesideABrokenFile(t *testing.T) {
	w, l, add := versions(t)
	v := add(false, 40)
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.SaveAloneRule(t.Context(), store.AloneRule{Decision: grievance.AloneKeep, Active: true, Stated: 0.95, Threshold: 0.9, SetAt: w.Clock})
	}))
	w.Must(l.Models.Refresh(t.Context()))
	if _, on := l.Models.Alone(grievance.AloneKeep); !on {
		t.Fatal("the rule is not on")
	}
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `UPDATE models SET file = NULL WHERE version = $1`, v); err != nil {
			return err
		}
		return tx.RunModel(t.Context(), v, w.Clock)
	}))
	if err := l.Models.Refresh(t.Context()); err == nil {
		t.Error("a model without a file is taken without a word")
	}
	if _, on := l.Models.Alone(grievance.AloneKeep); on {
		t.Error("posts go alone by the rule of a model that does not read them")
	}
}

// Two versions were trained beside the same model: once one of them runs, the other was
// compared with a model that does not.
func TestAnOlderTrainingDoesNotTakeOver(t *testing.T) {
	w, l, add := versions(t)
	ctx := t.Context()
	older, newer := add(false, 40), add(false, 40)
	w.Must(l.TakeOver(ctx, w.State, newer))
	if err := l.TakeOver(ctx, w.State, older); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("compared with the shipped one it takes over from %d: %v", newer, err)
	}
	o, err := l.Overview(ctx, w.State)
	w.Must(err)
	for _, v := range o.Versions {
		if v.MayTake {
			t.Errorf("version %d is offered", v.Version)
		}
	}
	w.Must(l.RollBack(ctx, w.State, 0))
	w.Must(l.TakeOver(ctx, w.State, older)) // beside the shipped one it was not worse
}

// Whoever may see how the sorting does reads posts only of the own jurisdiction, and none
// that is sensitive.
func TestDifferencesStayWithinTheJurisdiction(t *testing.T) {
	w, l, _ := versions(t)
	ctx := t.Context()
	id := w.Open("asha")
	w.Must(w.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		posts, err := tx.PostsOfCase(ctx, id)
		if err != nil {
			return err
		}
		p := posts[0].ID
		for i, officer := range []grievance.ID{w.Clerk.ID, w.State.ID} {
			e := store.Example{PostID: p, CaseID: id, Act: grievance.ExampleOpen, OfficerID: officer, At: w.Clock.Add(time.Duration(i) * time.Second), Chose: grievance.Reading{Kind: grievance.Grievance, Department: []string{"power", "public_health"}[i]}}
			if err := tx.AddExample(e); err != nil {
				return err
			}
		}
		return tx.SaveLookBack(ctx, nil, []store.Disagreement{{PostID: p, OtherID: p, Part: "department", At: w.Clock}})
	}))
	shown := func(by grievance.Actor) int {
		by.Grants = append(slices.Clone(by.Grants), grievance.MaySeeSorting)
		a, err := l.Accuracy(ctx, by, store.DepartmentPart, w.Clock)
		w.Must(err)
		return len(a.Differing)
	}
	if shown(w.State) != 1 || shown(w.Stranger) != 0 {
		t.Errorf("the state sees %d, a stranger %d", shown(w.State), shown(w.Stranger))
	}
	w.Must(w.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE cases SET sensitive = TRUE WHERE id = $1`, id)
		return err
	}))
	if shown(w.State) != 0 {
		t.Error("words of a sensitive case are shown")
	}
}

// decide lets the clerk keep n posts that the running model called politics, wrong of them
// as grievances.
func decide(w *desktest.World, l *learning.Learning, n, wrong int) {
	w.T.Helper()
	for i := range n {
		post := w.Post(w.Clock.String()+string(rune('a'+i%26))+string(rune('a'+i/26)), "", "what a speech that was")
		w.Must(w.Desk.Store.Tx(w.T.Context(), func(tx *store.Tx) error {
			p, err := tx.Post(w.T.Context(), post)
			if err != nil {
				return err
			}
			p.Verdict = grievance.Verdict{Kind: grievance.NotForUs, NotReason: "politics", KindConfidence: 0.97, Language: "en", Urgency: grievance.Ordinary, Model: l.Models.Version()}
			return tx.SaveSorting(w.T.Context(), p, "", w.Clock.Add(time.Hour))
		}))
		kind, reason := grievance.NotForUs, "politics"
		if i < wrong {
			kind, reason = grievance.Praise, "praise"
		}
		w.Must(w.Desk.Keep(w.T.Context(), w.Clerk, []grievance.ID{post}, kind, reason))
	}
}

func TestADecisionIsLeftToTheProgramAndTakenBack(t *testing.T) {
	w, l, add := versions(t)
	ctx := t.Context()
	on := func() error { return l.SwitchOn(ctx, w.State, grievance.AloneKeep, 0.95) }
	decide(w, l, 100, 2)
	if _, invalid := errors.AsType[*grievance.InvalidError](on()); !invalid {
		t.Error("it is switched on with a hundred posts")
	}
	decide(w, l, 110, 2)
	if err := l.SwitchOn(ctx, w.Clerk, grievance.AloneKeep, 0.95); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a clerk switches it on: %v", err)
	}
	if err := l.SwitchOn(ctx, w.State, grievance.AloneKeep, 0.5); err == nil {
		t.Error("any precision can be asked for")
	}
	w.Must(on())
	rule, active := l.Models.Alone(grievance.AloneKeep)
	if !active || rule.Threshold != 0.97 {
		t.Errorf("the rule: %+v, %v", rule, active)
	}
	if _, active := l.Models.Alone(grievance.AloneRoute); active {
		t.Error("another decision goes alone too")
	}

	// Clerks take back too much of what went alone: it ends by itself, and the nodal officer hears.
	w.Must(w.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		for i := range 40 {
			p := &grievance.StoredPost{Post: grievance.Post{ID: tx.NewID(w.Clock)}}
			if err := tx.AddAloneAct(ctx, p, grievance.AloneKeep, 0.98, false, w.Clock); err != nil {
				return err
			}
			if err := tx.CheckAloneAct(ctx, p.ID, w.Clerk.ID, i < 3, w.Clock); err != nil {
				return err
			}
		}
		return nil
	}))
	w.Must(l.Due(ctx))
	if _, active := l.Models.Alone(grievance.AloneKeep); active {
		t.Error("it goes on although it is wrong too often")
	}
	notices, err := w.Desk.Notices(ctx, w.State)
	w.Must(err)
	if len(notices) != 1 || notices[0].Kind != "notice.alone_off_keep" {
		t.Errorf("the nodal officer was told: %+v", notices)
	}
	views, err := l.AloneViews(ctx, w.State)
	w.Must(err)
	if views[0].Rule.EndedWhy != "precision" || views[0].Tally.Undone != 3 {
		t.Errorf("the page: %+v", views[0])
	}

	// Another model has no such figures: what is on then is switched off with it.
	w.Clock = w.Clock.Add(time.Hour)
	w.Must(on())
	w.Must(l.TakeOver(ctx, w.State, add(false, 40)))
	if _, active := l.Models.Alone(grievance.AloneKeep); active {
		t.Error("the rule of one model holds for another without being measured")
	}
	w.Must(l.RollBack(ctx, w.State, 0))
	w.Must(on())
	w.Must(l.SwitchOff(ctx, w.State, grievance.AloneKeep))
	if _, active := l.Models.Alone(grievance.AloneKeep); active {
		t.Error("it was switched off and goes on")
	}
	w.Sound()
}

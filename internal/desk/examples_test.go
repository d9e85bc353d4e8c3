package desk_test

import (
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// words are all words on the posts, the oldest first.
func words(w *desktest.World, posts ...grievance.ID) (all []store.Example) {
	w.T.Helper()
	w.Must(w.Desk.Store.View(w.T.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.ExamplesOfPosts(w.T.Context(), posts)
		return err
	}))
	return all
}

// verdict puts what the engine said under a post that waits.
func verdict(w *desktest.World, post grievance.ID, v grievance.Verdict) {
	w.T.Helper()
	w.Must(w.Desk.Store.Tx(w.T.Context(), func(tx *store.Tx) error {
		p, err := tx.Post(w.T.Context(), post)
		if err != nil {
			return err
		}
		p.Verdict = v
		return tx.SaveSorting(w.T.Context(), p, "", w.Clock.Add(1))
	}))
}

func TestEveryWordOfAPersonIsAnExample(t *testing.T) {
	w := desktest.New(t)
	ctx, hisar := t.Context(), w.Desk.Office.DistrictByName("Hisar")
	post := w.Post("asha", "", "no water in our street for four days now")
	said := grievance.Verdict{Kind: grievance.Query, KindConfidence: 0.6, Language: "en", Urgency: grievance.Ordinary, Model: 3,
		Candidates: []grievance.Candidate{{Subject: "power_cut", Department: "power", Confidence: 0.5}, {Subject: "no_water", Department: "public_health", Confidence: 0.3}, {Subject: "low_voltage", Department: "power", Confidence: 0.1}}}
	verdict(w, post, said)
	opened, err := w.Desk.Open(ctx, w.Clerk, []desk.OpenRequest{{PostID: post, Kind: grievance.Grievance, SubjectID: w.Desk.Office.SubjectByCode("no_water"), DistrictID: hisar, Urgency: grievance.Urgent}})
	w.Must(err)
	all := words(w, post)
	if len(all) != 1 {
		t.Fatalf("%d examples of one decision", len(all))
	}
	e := all[0]
	wantSaid := grievance.Reading{Kind: grievance.Query, Subject: "power_cut", Department: "power", Urgency: grievance.Ordinary}
	wantChose := grievance.Reading{Kind: grievance.Grievance, Subject: "no_water", Department: "public_health", District: hisar, Urgency: grievance.Urgent}
	if e.Said != wantSaid || e.Chose != wantChose || e.Model != 3 || e.Act != grievance.ExampleOpen || e.OfficerID != w.Clerk.ID || e.CaseID != opened[0].CaseID || e.Language != "en" || e.Channel != grievance.X || !e.At.Equal(w.Clock) {
		t.Errorf("the example is %+v", e)
	}
	if e.Sure != (grievance.Sure{Kind: 0.6, Subject: 0.5, Department: 0.6}) {
		t.Errorf("how sure: %+v", e.Sure)
	}

	// A correction of the case is the newer word; what the engine had said stays.
	w.Must(w.Desk.Correct(ctx, w.Magistrate, e.CaseID, desk.CorrectRequest{SubjectID: w.Desk.Office.SubjectByCode("dirty_water")}))
	w.Must(w.Desk.Correct(ctx, w.Magistrate, e.CaseID, desk.CorrectRequest{Title: "Another title"}))
	// "Not ours" says whose it is, not what it is about there.
	w.Must(w.Desk.Return(ctx, w.Magistrate, e.CaseID, w.Desk.Office.OfficeByCode("hq-power"), "this belongs to the power department"))
	all = words(w, post)
	if len(all) != 3 || all[1].Act != grievance.ExampleCorrect || all[1].Chose.Subject != "dirty_water" || all[1].Said != wantSaid {
		t.Fatalf("after the correction: %+v", all)
	}
	if m := all[2]; m.Act != grievance.ExampleMove || m.Chose.Subject != "" || m.Chose.Department != "power" || m.Chose.Kind != grievance.Grievance {
		t.Errorf("passed back: %+v", m)
	}
}

func TestKeptAndBroughtBack(t *testing.T) {
	w := desktest.New(t)
	ctx := t.Context()
	post := w.Post("ravi", "", "what a speech that was at the rally yesterday")
	verdict(w, post, grievance.Verdict{Kind: grievance.Grievance, KindConfidence: 0.7, Urgency: grievance.Ordinary})
	w.Must(w.Desk.Keep(ctx, w.Clerk, []grievance.ID{post}, grievance.NotForUs, "politics"))
	w.Must(w.Desk.Undo(ctx, w.Clerk, post))
	w.Must(w.Desk.Keep(ctx, w.Clerk, []grievance.ID{post}, grievance.Praise, "praise"))
	all := words(w, post)
	if len(all) != 3 || all[0].Chose != (grievance.Reading{Kind: grievance.NotForUs, Reason: "politics"}) || all[1].Chose != (grievance.Reading{}) || all[2].Chose != (grievance.Reading{Kind: grievance.Praise}) {
		t.Fatalf("words: %+v", all)
	}
	for _, e := range all { // what the clerk said never passes for the engine's word
		if e.Said.Kind != grievance.Grievance || e.Said.Reason != "" {
			t.Errorf("%s: the engine said %+v", e.Act, e.Said)
		}
	}
}

func TestOnlyPersonsTeach(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	first := w.Case(id)
	if err := w.Say(id, "asha", "still no water here, what are you doing"); err != nil {
		t.Fatal(err)
	}
	alone := w.Post("ravi", "", "no water either in the next street since Monday")
	w.Must(w.Desk.Join(t.Context(), grievance.System, desk.JoinRequest{PostID: alone, CaseID: id}))
	voice := w.Post("mina", "", "the same for us, no water in the whole ward")
	w.Must(w.Desk.Join(t.Context(), w.Clerk, desk.JoinRequest{PostID: voice, CaseID: id}))
	var followUps int
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM examples WHERE case_id = $1`, id).Scan(&followUps)
	}))
	if followUps != 2 {
		t.Errorf("%d examples, want those of the opening and of the new voice", followUps)
	}
	if len(words(w, alone)) != 0 {
		t.Error("what the program joined alone became an example")
	}
	if all := words(w, voice); len(all) != 1 || all[0].Act != grievance.ExampleJoin || all[0].Chose.Subject != "no_water" || first.SubjectID == 0 {
		t.Errorf("the new voice: %+v", all)
	}
	latest := 0
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
		all, _, err := tx.LabelledPosts(t.Context(), 0, 10)
		for _, l := range all {
			latest++
			if l.Post.Text == "" || l.Post.ID != l.PostID {
				t.Errorf("the words of the example: %+v", l)
			}
		}
		return err
	}))
	if latest != 2 {
		t.Errorf("%d posts to learn from, want 2", latest)
	}
}

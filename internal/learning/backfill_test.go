package learning_test

import (
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/learning"
	"nivaran/internal/store"
)

func newLearning(w *desktest.World) *learning.Learning {
	return &learning.Learning{Store: w.Desk.Store, Desk: w.Desk, Office: w.Desk.Office, Now: w.Desk.Now, Log: w.Desk.Log}
}

func TestWhatWasDecidedBeforeBecomesExamplesOnce(t *testing.T) {
	w := desktest.New(t)
	ctx := t.Context()
	id := w.Open("asha")
	w.Must(w.Say(id, "asha", "still no water here, what are you doing")) // a follow-up teaches nothing
	voice := w.Post("mina", "", "the same for us, no water in the whole ward")
	w.Must(w.Desk.Join(ctx, w.Clerk, desk.JoinRequest{PostID: voice, CaseID: id}))
	kept := w.Post("ravi", "", "what a speech that was")
	w.Must(w.Desk.Keep(ctx, w.Clerk, []grievance.ID{kept}, grievance.NotForUs, "politics"))
	w.Post("nobody", "", "this one waits for a clerk")
	// As before the release: nothing was written down, and the verdict held the clerk's word only.
	w.Must(w.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM examples`); err != nil {
			return err
		}
		p, err := tx.Post(ctx, kept)
		if err != nil {
			return err
		}
		p.Verdict.Before = nil
		return tx.SaveSorting(ctx, p, "politics", w.Clock)
	}))
	l := newLearning(w)
	for range 2 {
		w.Must(l.Due(ctx))
	}
	var all []store.Labelled
	w.Must(w.Desk.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, _, err = tx.LabelledPosts(ctx, 0, 0)
		return err
	}))
	if len(all) != 3 {
		t.Fatalf("%d examples, want those of the opening, the new voice and the kept post: %+v", len(all), all)
	}
	for _, e := range all {
		switch {
		case e.PostID == kept:
			if e.Chose.Kind != grievance.NotForUs || e.Chose.Reason != "politics" || e.Said.Kind != "" {
				t.Errorf("the kept post: %+v", e.Example)
			}
		case e.Chose.Subject != "no_water" || e.Said.Kind != grievance.Grievance || e.OfficerID != w.Clerk.ID:
			t.Errorf("a post of the case: %+v", e.Example)
		}
	}
}

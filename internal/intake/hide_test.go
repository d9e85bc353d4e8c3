package intake_test

import (
	"sync"
	"testing"

	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/intake"
	"nivaran/internal/sorting"
	"nivaran/internal/store"
)

// reader sorts by the words alone.
type reader struct{ *sorting.Engine }

var engine = sync.OnceValues(sorting.New)

func (r reader) Sort(p *grievance.StoredPost, _ []grievance.OfficialAccount, earlier []int) grievance.Verdict {
	return r.Engine.Sort(sorting.Input{Title: p.Title, Text: p.Text, Earlier: earlier})
}

func (reader) Alone(grievance.AloneDecision) (grievance.AloneRule, bool) {
	return grievance.AloneRule{}, false
}

// arrive stores a post as a channel hands it over, and lets intake sort it.
func arrive(w *desktest.World, author, thread, text string) *grievance.StoredPost {
	w.T.Helper()
	e, err := engine()
	w.Must(err)
	return arriveWith(w, reader{e}, author, thread, text)
}

func arriveWith(w *desktest.World, s intake.Sorter, author, thread, text string) *grievance.StoredPost {
	w.T.Helper()
	ctx := w.T.Context()
	in := &intake.Intake{Store: w.Desk.Store, Desk: w.Desk, Sorter: s, Now: w.Desk.Now, Log: w.Desk.Log}
	id := w.Desk.Store.NewID(w.Clock).String()
	if thread == "" {
		thread = id
	}
	var got grievance.ID
	w.Must(w.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.StorePosts(ctx, w.Account.ID, []store.Incoming{{What: "new", Post: grievance.Post{
			Channel: grievance.X, ExternalID: id, DedupKey: id, ThreadID: thread, Form: grievance.Mention, Public: true, Text: text, FullText: text, Direction: grievance.In,
			Author: grievance.Author{ExternalID: "a-" + author, Handle: author, Name: author}, PostedAt: w.Clock, Mentions: []string{"100"}}}}, w.Clock)
		if err == nil {
			got = r[0].ID
		}
		return err
	}))
	w.Must(in.Sort(ctx, []grievance.ID{got}))
	var p *grievance.StoredPost
	w.Must(w.Desk.Store.View(ctx, func(tx *store.Tx) (err error) {
		p, err = tx.Post(ctx, got)
		return err
	}))
	return p
}

// What a bystander writes in the conversation of a case is kept from whom the case is kept.
func TestIntakeHidesWhatBelongsToAHiddenCase(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	w.Must(w.Desk.Exclude(t.Context(), w.State, id, store.Exclusion{OfficerID: w.Clerk.ID}))
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	p := arrive(w, "bina", v.Posts[0].ThreadID, "The clerk there never answers anybody, it is the same for all of us.")
	if p.Sorted != grievance.SortAsk || p.Verdict.FollowUp != id {
		t.Fatalf("the bystander's post is %s, follows %s", p.Sorted, p.Verdict.FollowUp)
	}
	seen := func(by grievance.Actor) (n int) {
		w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
			ids, err := tx.SeenPosts(t.Context(), by.Scope, []grievance.ID{p.ID})
			n = len(ids)
			return err
		}))
		return n
	}
	if seen(w.Clerk) != 0 || seen(w.State) != 1 {
		t.Errorf("the one complained of sees %d, others %d", seen(w.Clerk), seen(w.State))
	}
}

// A complaint of corruption, or against an officer, waits for a clerk: intake opens nothing.
func TestIntakeLeavesComplaintsAgainstOfficersToAClerk(t *testing.T) {
	w := desktest.New(t)
	for _, text := range []string{"हिसार में जेई ने पानी का कनेक्शन देने के लिए रिश्वत मांगी", "The tehsildar of Hansi took a bribe of Rs 5000 for mutation"} {
		if p := arrive(w, "asha", "", text); p.Sorted != grievance.SortAsk || p.CaseID != 0 {
			t.Errorf("%q is %s in case %s, want it to wait for a clerk", text, p.Sorted, p.CaseID)
		}
	}
}

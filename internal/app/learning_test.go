package app

import (
	"fmt"
	"testing"

	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/learning/learningtest"
	"nivaran/internal/sorting"
	"nivaran/internal/store"
)

// An office corrects two hundred posts about a scheme that no shipped list knows. The next
// ones are read rightly once the new model took over, by every instance of the program, and
// as before when it is taken back.
func TestTheOfficeTeachesANewScheme(t *testing.T) {
	w := newWorld(t, false)
	ctx, clerk, state := t.Context(), w.people[grievance.Clerk], w.people[grievance.StateNodal]
	w.learning.Basis = 12 * sorting.Shipped
	subject := learningtest.AddScheme(t, w.store, w.office)
	if n := w.readsScheme("before", 30, learningtest.After); n != 0 {
		t.Fatalf("%d of 30 posts about an unknown scheme are read as it before anybody taught it", n)
	}

	w.write("corrected", 200, learningtest.Before)
	for _, p := range w.queue() {
		o, err := w.desk.Open(ctx, clerk, []desk.OpenRequest{{PostID: p.ID, Kind: grievance.Grievance, SubjectID: subject.ID, DistrictID: p.Verdict.District}})
		must(t, err)
		if o[0].Already {
			t.Fatal("a post was opened twice")
		}
	}
	must(t, w.learning.Ask(ctx, state))
	must(t, w.learning.Ask(ctx, state)) // a double click
	var trainings []store.Training
	must(t, w.store.View(ctx, func(tx *store.Tx) error {
		last, err := tx.LastTraining(ctx)
		trainings = append(trainings, last)
		return err
	}))
	must(t, w.learning.Train(ctx, trainings[0].ID))
	must(t, w.learning.Train(ctx, trainings[0].ID)) // the job ran twice
	versions := w.versions()
	if len(versions) != 1 || versions[0].Worse || versions[0].Examples < 130 || versions[0].Held < 20 || versions[0].Examples+versions[0].Held < 190 || versions[0].Bytes > 20<<20 {
		t.Fatalf("versions: %+v", versions)
	}
	if n := w.readsScheme("compared", 30, learningtest.After); n != 0 {
		t.Errorf("%d of 30 posts are read by a model that nobody let take over", n)
	}

	// Another instance of the program on the same database knows it without a restart.
	other, err := build(ctx, w.cfg, w.log, false)
	must(t, err)
	defer func() { must(t, other.close()) }()
	must(t, w.learning.TakeOver(ctx, state, 1))
	must(t, other.models.Refresh(ctx))
	if other.models.Version() != 1 || w.models.Version() != 1 {
		t.Errorf("versions that run: %d and %d, want 1", w.models.Version(), other.models.Version())
	}
	if n := w.readsScheme("taught", 40, learningtest.After); n < 38 {
		t.Errorf("%d of 40 posts in new words are read as the scheme after 200 corrections", n)
	}
	post := &grievance.StoredPost{Post: grievance.Post{Text: "no drinking water in ward 9 of Hisar for four days"}}
	if v := w.models.Sort(post, nil, nil); len(v.Candidates) == 0 || v.Candidates[0].Subject != "no_water" || v.Model != 1 {
		t.Errorf("what was known before is forgotten: %+v", v.Candidates)
	}

	must(t, w.learning.RollBack(ctx, state, 0))
	must(t, other.models.Refresh(ctx))
	if n := w.readsScheme("rolled", 30, learningtest.After); n != 0 || other.models.Version() != 0 {
		t.Errorf("%d of 30 posts are read by a model that was taken back", n)
	}
	must(t, w.learning.RollBack(ctx, state, 1)) // and forward again
	if n := w.readsScheme("again", 20, learningtest.After); n < 19 {
		t.Errorf("%d of 20 posts after the model was brought back", n)
	}
	w.sound()
}

// write lets n people write to the Chief Minister's account; the posts are sorted.
func (w *world) write(who string, n int, words func(n int) string) {
	w.t.Helper()
	for i := range n {
		handle := fmt.Sprintf("%s%d", who, i)
		w.standIns.X.AddUser(xtest.User{Username: handle, Name: handle})
		_, err := w.standIns.X.Post(handle, "@NivaranHR "+words(i), xtest.Draft{})
		must(w.t, err)
	}
	w.hear("@NivaranHR")
}

// queue is every post that waits for a clerk.
func (w *world) queue() (all []*grievance.StoredPost) {
	w.t.Helper()
	var r desk.QueueRequest
	for {
		q, err := w.desk.Queue(w.t.Context(), w.people[grievance.Clerk], r)
		must(w.t, err)
		if len(q.Posts) == 0 {
			return all
		}
		all = append(all, q.Posts...)
		last := q.Posts[len(q.Posts)-1]
		r.After = store.QueueAfter{Weight: last.Urgency.Weight(), ReceivedAt: last.ReceivedAt, ID: last.ID}
	}
}

// readsScheme lets n people write and says how many of their posts are read as the scheme,
// in its department; the posts are set aside.
func (w *world) readsScheme(who string, n int, words func(n int) string) (right int) {
	w.t.Helper()
	w.write(who, n, words)
	posts := w.queue()
	if len(posts) != n {
		w.t.Fatalf("%d posts wait, want %d", len(posts), n)
	}
	for _, p := range posts {
		if c := p.Verdict.Candidates; len(c) > 0 && c[0].Subject == learningtest.Scheme && c[0].Department == "social_justice" && p.Verdict.Kind == grievance.Grievance {
			right++
		}
		must(w.t, w.store.Tx(w.t.Context(), func(tx *store.Tx) error { // no clerk's word: nothing is learnt of it
			p.Sorted = grievance.SortKept
			return tx.SaveSorting(w.t.Context(), p, "automatic", w.desk.Now())
		}))
	}
	return right
}

func (w *world) versions() (all []store.Model) {
	w.t.Helper()
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Models(w.t.Context(), 100)
		return err
	}))
	return all
}

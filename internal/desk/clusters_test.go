package desk_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

func clusters(w *desktest.World, by grievance.Actor, offered bool) []store.Cluster {
	w.T.Helper()
	all, err := w.Desk.Clusters(w.T.Context(), by, offered, time.Time{})
	w.Must(err)
	return all
}

func due(w *desktest.World) {
	w.T.Helper()
	_, err := w.Desk.Due(w.T.Context())
	w.Must(err)
}

// outage lets n citizens of Hisar complain of water, each in other words.
func outage(w *desktest.World, n int) (posts []grievance.ID) {
	for i := range n {
		w.Clock = w.Clock.Add(time.Minute)
		posts = append(posts, sorted(w, fmt.Sprintf("c%d", i), fmt.Sprintf("ward %d: tap dry, %s", i, []string{"nobody answers", "children thirsty", "tanker late", "third day now"}[i%4]), "Hisar"))
	}
	return posts
}

// An outage is offered as one while it happens; one look makes it one case, to which what
// comes later is proposed, and every answer goes to all.
func TestOutage(t *testing.T) {
	w := desktest.New(t)
	outage(w, 7)
	due(w)
	if got := clusters(w, w.Clerk, true); len(got) != 0 {
		t.Fatalf("seven posts are a flood: %v", got)
	}
	posts := outage(w, 4)
	due(w)
	due(w) // the next minute finds it once
	got := clusters(w, w.Clerk, true)
	if len(got) != 1 || got[0].Kind != store.Event || got[0].Posts != 11 || got[0].DistrictID != w.Desk.Office.DistrictByName("Hisar") || got[0].SubjectID != w.Desk.Office.SubjectByCode("no_water") {
		t.Fatalf("floods %+v, want the outage of 11 posts", got)
	}
	v, err := w.Desk.Cluster(t.Context(), w.Clerk, got[0].ID, 0)
	w.Must(err)
	if len(v.Post) != 11 {
		t.Fatalf("%d posts are shown", len(v.Post))
	}
	other := sorted(w, "sita", "road broken at Agroha", "Sirsa")
	if _, err := w.Desk.TakeCluster(t.Context(), w.Clerk, got[0].ID, desk.TakeRequest{Open: w.Request(other), Posts: []grievance.ID{other}}); err == nil {
		t.Error("a post that is no part of the flood joins it")
	}
	chosen := []grievance.ID{posts[0], posts[1], posts[2]}
	var taken desk.Taken
	for range 2 { // a double click
		taken, err = w.Desk.TakeCluster(t.Context(), w.Clerk, got[0].ID, desk.TakeRequest{Open: w.Request(posts[0]), Posts: chosen})
		w.Must(err)
	}
	if err := w.Desk.DismissCluster(t.Context(), w.Clerk, got[0].ID); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("a flood whose case is open is dismissed: %v", err)
	}
	if c := w.Case(taken.CaseID); c.Complained != 3 {
		t.Errorf("%d complainants, want 3", c.Complained)
	}
	if got := clusters(w, w.Clerk, false); len(got) != 1 || got[0].CaseID != taken.CaseID || got[0].State != store.ClusterTaken {
		t.Errorf("decided floods %+v", got)
	}
	w.Clock = w.Clock.Add(time.Minute)
	later := sorted(w, "late", "tap dry here also, ward 40", "Hisar")
	due(w)
	view, err := w.Desk.SortingPost(t.Context(), w.Clerk, later)
	w.Must(err)
	if len(view.Similar) != 1 || view.Similar[0].Case.ID != taken.CaseID || !view.Similar[0].Flood {
		t.Errorf("what comes later is offered %+v, want the main case", view.Similar)
	}
	if n := len(clusters(w, w.Clerk, true)); n != 0 {
		t.Errorf("%d floods are offered anew", n)
	}
}

// What a district always brings is no flood.
func TestUsualIsNoFlood(t *testing.T) {
	w := desktest.New(t)
	for range 100 {
		outage(w, 4)
		w.Clock = w.Clock.Add(116 * time.Minute)
	}
	outage(w, 9)
	due(w)
	if got := clusters(w, w.Clerk, true); len(got) != 0 {
		t.Errorf("floods %+v", got)
	}
}

// A campaign is one text by many; the state cell hears of it once.
func TestCampaign(t *testing.T) {
	w := desktest.New(t)
	for i := range 12 {
		sorted(w, fmt.Sprintf("c%d", i), fmt.Sprintf("@friend%d @cm Regularise guest teachers of Haryana now, promise of manifesto not kept", i), "")
	}
	due(w)
	due(w)
	got := clusters(w, w.Clerk, true)
	if len(got) != 1 || got[0].Kind != store.Campaign || got[0].Authors != 12 {
		t.Fatalf("floods %+v, want the campaign of 12", got)
	}
	told := 0
	notices, err := w.Desk.Notices(t.Context(), w.State)
	w.Must(err)
	for _, n := range notices {
		if n.Kind == "notice.cluster" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the state cell was told %d times", told)
	}
	w.Must(w.Desk.DismissCluster(t.Context(), w.Clerk, got[0].ID))
	sorted(w, "c99", "@cm Regularise guest teachers of Haryana now, promise of manifesto not kept", "")
	due(w)
	if n := len(clusters(w, w.Clerk, true)); n != 0 {
		t.Errorf("a dismissed campaign is offered again")
	}
	if err := w.Desk.DismissCluster(t.Context(), w.Field, got[0].ID); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a field officer dismisses: %v", err)
	}
	if _, err := w.Desk.Clusters(t.Context(), w.Field, true, time.Time{}); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a field officer lists: %v", err)
	}
	if _, err := w.Desk.TakeCluster(t.Context(), w.Field, got[0].ID, desk.TakeRequest{CaseID: 1}); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a field officer takes: %v", err)
	}
}

// Whoever is complained of sees neither the flood nor its count.
func TestClusterHidden(t *testing.T) {
	w := desktest.New(t)
	posts := outage(w, 9)
	due(w)
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		for _, p := range posts[1:] {
			if err := tx.ExcludePost(t.Context(), p, store.Exclusion{OfficerID: w.Clerk.ID}); err != nil {
				return err
			}
		}
		return nil
	}))
	clerk := signedIn(w, w.Clerk)
	got := clusters(w, clerk, true)
	if len(got) != 1 || got[0].Posts != 1 {
		t.Fatalf("the one complained of sees %+v, want one post", got)
	}
	if _, err := w.Desk.TakeCluster(t.Context(), clerk, got[0].ID, desk.TakeRequest{Open: w.Request(posts[1]), Posts: posts[1:2]}); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("and opens what is hidden: %v", err)
	}
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.ExcludePost(t.Context(), posts[0], store.Exclusion{OfficerID: w.Clerk.ID})
	}))
	if got := clusters(w, clerk, true); len(got) != 0 {
		t.Errorf("a flood of which nothing may be seen: %+v", got)
	}
	if _, err := w.Desk.Cluster(t.Context(), clerk, got[0].ID, 0); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("it opens: %v", err)
	}
}

// Prints go after their days, floods after theirs.
func TestClustersExpire(t *testing.T) {
	w := desktest.New(t)
	posts := outage(w, 9)
	due(w)
	w.Must(w.Desk.TellApart(t.Context(), w.Clerk, posts[0], posts[1]))
	later := w.Clock.Add(200 * 24 * time.Hour)
	for _, rule := range []string{grievance.KeepPrints, grievance.KeepClusters} {
		w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
			n, err := tx.Expire(t.Context(), rule, later, 100)
			if err == nil && n == 0 {
				t.Errorf("%s: nothing went", rule)
			}
			return err
		}))
	}
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
		for _, table := range []string{"post_prints", "clusters", "cluster_posts", "told_apart"} {
			var n int
			if err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s: %d rows are left, %v", table, n, err)
			}
		}
		return nil
	}))
}

package console

import (
	"net/url"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// cluster keeps a flood of two posts and gives its address and the posts.
func (w *world) cluster() (string, []grievance.ID) {
	w.t.Helper()
	posts := []grievance.ID{w.post(w.x, "Rakesh Goyal", "हिसार सेक्टर 14 में पानी नहीं"), w.post(w.x, "Sunita Rani", "no water in sector 14 Hisar")}
	c := store.Cluster{ID: w.Desk.Store.NewID(time.Now()), Kind: store.Event, Mark: 7, DistrictID: w.Office.DistrictByName("Hisar"), FirstAt: time.Now(), LastAt: time.Now(), State: store.ClusterOffered}
	err := w.Desk.Store.Tx(w.ctx(), func(tx *store.Tx) error {
		if err := tx.InsertCluster(w.ctx(), c); err != nil {
			return err
		}
		return tx.AddToCluster(w.ctx(), c.ID, posts, time.Now())
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return "/clusters/" + c.ID.String(), posts
}

func rightfulCopies() map[string]step {
	const clerk = grievance.Clerk
	flood := func(suffix string) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			address, posts := w.cluster()
			return address + suffix, url.Values{"posts": {posts[0].String(), posts[1].String()}, "case": {""}, "subject": {""}, "district": {""}}
		}
	}
	two := func(suffix string) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			_, posts := w.cluster()
			return "/sorting/" + posts[0].String() + suffix, url.Values{"other": {posts[1].String()}}
		}
	}
	return map[string]step{
		"GET /clusters":                    {role: clerk, ready: at("/clusters")},
		"GET /clusters/{cluster}":          {role: clerk, ready: flood("")},
		"POST /clusters/{cluster}/take":    {role: clerk, ready: flood("/take")},
		"POST /clusters/{cluster}/dismiss": {role: clerk, ready: flood("/dismiss")},
		"POST /sorting/{post}/together":    {role: clerk, ready: two("/together")},
		"POST /sorting/{post}/apart":       {role: clerk, ready: two("/apart")},
	}
}

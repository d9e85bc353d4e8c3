package bench_test

import (
	"strings"
	"testing"
	"time"

	"nivaran/internal/bench"
	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// A database that is not only seeded has posts that wait for their case; they are found too.
func TestSearchTellsCasesAndWaitingPosts(t *testing.T) {
	w := desktest.New(t)
	opened, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(w.Post("asha", "", "pani nahi aa raha"))})
	w.Must(err)
	var waiting *grievance.StoredPost
	id := w.Post("ravi", "", "pani ganda hai")
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		waiting, err = tx.Post(t.Context(), id)
		return err
	}))
	w.Clock = w.Clock.Add(time.Minute)
	w.Open("sita") // the questions are about cases before the newest
	var told strings.Builder
	b := &bench.Search{Desk: w.Desk, State: w.State, District: w.Magistrate, Hits: &told}
	if _, err := b.Run(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	want := "common words\t0\tpani\t" + waiting.ExternalID + "\t" + w.Case(opened[0].CaseID).Number + "\n"
	if !strings.Contains(told.String(), want) {
		t.Errorf("told\n%s\nwant %q in it", told.String(), want)
	}
}

package desk_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// written flushes what was noted and reads the log of all days, in the order of writing.
func written(t *testing.T, w *desktest.World) []store.ReadLine {
	t.Helper()
	w.Must(w.Desk.Reads.Flush(t.Context()))
	return stored(t, w)
}

// stored is what the log holds already.
func stored(t *testing.T, w *desktest.World) (all []store.ReadLine) {
	t.Helper()
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		all, _, err = tx.Reads(t.Context(), grievance.System.Scope, store.LogFilter{}, 1000)
		return err
	}))
	slices.Reverse(all)
	return all
}

// Everything that shows personal data to an officer is noted, and what citizens and the
// program read is not.
func TestReadsAreNoted(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	post := w.Post("ravi", "", "no light in our street")
	ctx := t.Context()
	written(t, w)
	officer := w.State
	officer.Via = "GET /somewhere/{id}"
	search, err := w.Desk.SaveSearch(ctx, officer, desk.SearchRequest{Words: "asha"})
	w.Must(err)
	tests := []struct {
		name string
		read func() error
		want grievance.Read
	}{
		{"case", func() error { _, err := w.Desk.Case(ctx, officer, id); return err }, grievance.Read{What: grievance.ReadCase, CaseID: id}},
		{"post", func() error { _, err := w.Desk.SortingPost(ctx, officer, post); return err }, grievance.Read{What: grievance.ReadPost, Subject: post.String()}},
		{"search", func() error { _, err := w.Desk.Search(ctx, officer, search, 0); return err }, grievance.Read{What: grievance.ReadSearch, Subject: search.String() + " " + id.String()}},
		{"folder", func() error {
			_, err := w.Desk.Inbox(ctx, officer, desk.InboxRequest{Folder: desk.FolderAll})
			return err
		}, grievance.Read{What: grievance.ReadList, Subject: "inbox all 1"}},
		{"list", func() error {
			_, err := w.Desk.Cases(ctx, officer, desk.CasesRequest{Filter: store.CaseFilter{State: grievance.Assigned}})
			return err
		}, grievance.Read{What: grievance.ReadList, Subject: "cases state=assigned 1"}},
		{"sorting desk", func() error { _, err := w.Desk.Queue(ctx, officer, desk.QueueRequest{}); return err }, grievance.Read{What: grievance.ReadList, Subject: "sorting 1"}},
	}
	for _, tt := range tests {
		w.Must(tt.read())
		w.Must(tt.read()) // at once again: the same entry
		all := written(t, w)
		got := all[len(all)-1]
		if got.What != tt.want.What || got.CaseID != tt.want.CaseID || got.Subject != tt.want.Subject || got.OfficerID != officer.ID || got.ChargeID != officer.ChargeID || got.Route != officer.Via {
			t.Errorf("%s: noted %+v, want %+v", tt.name, got, tt.want)
		}
	}
	if all := written(t, w); len(all) != len(tests) {
		t.Errorf("%d entries: %+v", len(all), all)
	}
	_, err = w.Desk.Case(ctx, w.Stranger, id)
	if err == nil {
		t.Error("another district reads the case")
	}
	_, err = w.Desk.Case(ctx, grievance.System, id)
	w.Must(err)
	if all := written(t, w); len(all) != len(tests) {
		t.Errorf("a refused read or one of the program was noted: %+v", all[len(all)-1])
	}
	w.Sound()
}

// The log is written by itself within a second or so, and what is left at the end.
func TestReadsAreWrittenInTime(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	written(t, w)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { w.Desk.Reads.Run(ctx) })
	w.Desk.Reads.Note(w.State, grievance.ReadCase, id, "the first")
	for began, look := time.Now(), time.NewTicker(20*time.Millisecond); len(stored(t, w)) == 0; <-look.C {
		if time.Since(began) > 20*time.Second {
			t.Fatal("nothing was written by itself")
		}
	}
	w.Desk.Reads.Note(w.State, grievance.ReadCase, id, "the last")
	stop()
	wg.Wait()
	if all := stored(t, w); len(all) != 2 {
		t.Errorf("%d entries after the end, want both", len(all))
	}
	w.Sound()
}

// A database that does not answer loses nothing, and a read does not wait for it.
func TestReadsOutliveAFailure(t *testing.T) {
	w := desktest.New(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for i := range 250 {
		w.Desk.Reads.Note(w.State, grievance.ReadList, 0, strconv.Itoa(i))
	}
	if err := w.Desk.Reads.Flush(gone); err == nil {
		t.Fatal("written without a database")
	}
	w.Desk.Reads.Note(w.State, grievance.ReadList, 0, "250")
	all := written(t, w)
	if len(all) != 251 {
		t.Fatalf("%d entries, want 251", len(all))
	}
	for i, e := range all {
		if e.Subject != strconv.Itoa(i) || e.N != int64(i+1) {
			t.Fatalf("entry %d is %s, number %d", i, e.Subject, e.N)
		}
	}
	w.Sound()
}

// Each day gets one head however many programs look, days made up for too; the auditor
// hears of yesterday's once. Nothing enters a day that has one.
func TestDailyHeads(t *testing.T) {
	w := desktest.New(t)
	auditor := w.Hire(grievance.Auditor, "cell")
	id := w.Open("asha")
	_, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	w.Must(w.Desk.Reads.Flush(t.Context()))
	opened := w.Clock
	w.Clock = w.Clock.AddDate(0, 0, 3)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := w.Desk.Due(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	heads, err := w.Desk.PublicHeads(t.Context(), "")
	w.Must(err)
	if len(heads) != 3 || heads[0].Day != "2026-11-04" || heads[2].Day != "2026-11-02" || heads[2].Cases != 1 || heads[2].Reads == 0 {
		t.Fatalf("heads: %+v", heads)
	}
	var told int
	notices, err := w.Desk.Notices(t.Context(), auditor)
	w.Must(err)
	for _, n := range notices {
		if n.Kind == "notice.daily_head" && n.Data == heads[0].Day+" "+grievance.HashText(heads[0].Hash) {
			told++
		}
	}
	if told != 1 || len(notices) != 1 {
		t.Errorf("the auditor was told %d times of yesterday, of %d", told, len(notices))
	}
	w.Sound()

	now := w.Clock
	w.Clock = opened // a clock that goes wrong
	w.Must(w.Desk.Note(t.Context(), w.State, id, "a note of the past", nil))
	_, err = w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	w.Must(w.Desk.Reads.Flush(t.Context()))
	w.Sound()
	w.Clock = now.AddDate(0, 0, 1)
	_, err = w.Desk.Due(t.Context())
	w.Must(err)
	w.Sound()
}

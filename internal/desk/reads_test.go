package desk_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// written flushes what was noted and reads the log of all days, in the order of writing.
func written(t *testing.T, w *desktest.World) (all []grievance.Read) {
	t.Helper()
	w.Must(w.Desk.Reads.Flush(t.Context()))
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
	search, err := w.Desk.SaveSearch(ctx, officer, "asha")
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
	if all := written(t, w); len(all) != len(tests)+2 { // and those of desktest's own clerk are two
		t.Errorf("%d entries: %+v", len(all), all)
	}
	_, err = w.Desk.Case(ctx, w.Stranger, id)
	if err == nil {
		t.Error("another district reads the case")
	}
	_, err = w.Desk.Case(ctx, grievance.System, id)
	w.Must(err)
	if all := written(t, w); len(all) != len(tests)+2 {
		t.Errorf("a refused read or one of the program was noted: %+v", all[len(all)-1])
	}
	w.Sound()
}

// The log is written each second, at a hundred entries and at the end.
func TestReadsAreWrittenInTime(t *testing.T) {
	w := desktest.New(t)
	address := w.Desk.Store
	synctest.Test(t, func(t *testing.T) {
		r := desk.NewReads(address, time.Now, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { r.Run(ctx) })
		stop()
		wg.Wait()
	})
}

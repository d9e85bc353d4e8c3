package desk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// What is erased is not fetched from a copy that was made before, nor copied after.
func TestErasedWordsAreInNoCopy(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	id := w.Resolved("Asha Devi")
	c := author(t, w, "Asha Devi")
	lies := func(file string) bool {
		t.Helper()
		w.Clock = w.Clock.Add(time.Hour)
		_, err := w.Desk.Due(ctx)
		w.Must(err)
		ok, err := w.Desk.Files.Exists(ctx, file)
		w.Must(err)
		return ok
	}
	made := func() (request grievance.ID, file string) {
		t.Helper()
		request, err := w.Desk.DemandData(ctx, w.State, c.ID, demand(w, grievance.DemandExport))
		w.Must(err)
		work(t, w, request)
		v, err := w.Desk.Citizen(ctx, w.State, c.ID)
		w.Must(err)
		return request, v.Requests[0].File
	}

	first, file := made()
	v, err := w.Desk.Case(ctx, w.State, id)
	w.Must(err)
	w.Must(w.Desk.Erase(ctx, w.State, []grievance.ID{v.Complainants[0].PostID}, "deleted on the channel"))
	if _, err := w.Desk.FetchCopy(ctx, w.State, first); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("a copy with the words of an erased post: %v", err)
	}
	if lies(file) {
		t.Error("the copy with the words of an erased post still lies in the file store")
	}

	second, file := made()
	late, err := w.Desk.DemandData(ctx, w.State, c.ID, demand(w, grievance.DemandExport))
	w.Must(err)
	d := demand(w, grievance.DemandErasure)
	d.Anyway = true
	gone, err := w.Desk.DemandData(ctx, w.State, c.ID, d)
	w.Must(err)
	work(t, w, gone)
	work(t, w, late)
	for _, request := range []grievance.ID{second, late} {
		if _, err := w.Desk.FetchCopy(ctx, w.State, request); !errors.Is(err, grievance.ErrNotFound) {
			t.Errorf("a copy of an erased citizen: %v", err)
		}
	}
	if lies(file) {
		t.Error("the copy of an erased citizen still lies in the file store")
	}
	w.Sound()
}

// A draft that was sent back to its author is not sent to somebody who is erased.
func TestDraftsToAnErasedCitizenAreCancelled(t *testing.T) {
	t.Parallel()
	w := newSpeakers(t)
	ctx := t.Context()
	id, r := drafted(t, w)
	w.Must(w.Desk.ReturnReply(ctx, w.State, id, r.ID, r.Version, "name the day"))
	d := demand(w.World, grievance.DemandErasure)
	d.Anyway = true
	request, err := w.Desk.DemandData(ctx, w.State, author(t, w.World, "asha").ID, d)
	w.Must(err)
	work(t, w.World, request)
	if got := w.reply(r.ID); got.State != grievance.ReplyCancelled {
		t.Errorf("the draft is %s", got.State)
	}
}

// Whoever is complained of in any charge finds nothing of it in a citizen's copy, whatever
// charge the copy was asked for under.
func TestCopyHidesWhatComplainsOfAnotherCharge(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	id := w.Open("Asha Devi")
	c := author(t, w, "Asha Devi")
	tx(w, func(tx *store.Tx) error {
		second := grievance.Charge{ID: tx.NewID(w.Clock), OfficerID: w.State.ID, OfficeID: w.Magistrate.OfficeID, Role: grievance.DistrictNodal, TitleEN: "Additional charge", From: w.Clock.Add(-time.Hour), Additional: true}
		if err := tx.SaveCharge(ctx, second); err != nil {
			return err
		}
		return tx.Exclude(ctx, id, store.Exclusion{OfficeID: w.Magistrate.OfficeID})
	})
	request, err := w.Desk.DemandData(ctx, w.State, c.ID, demand(w, grievance.DemandExport))
	w.Must(err)
	work(t, w, request)
	v, err := w.Desk.Citizen(ctx, w.State, c.ID)
	w.Must(err)
	if q := v.Requests[0]; q.State != grievance.RequestDone || q.Cases != 0 || q.Posts != 0 {
		t.Errorf("the copy holds %d cases and %d posts that complain of the officer's other office", q.Cases, q.Posts)
	}
}

// A citizen who was erased after a backup is erased again when it is restored: the journal
// says so.
func TestErasedCitizenStaysErasedAfterRestore(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	id := w.Resolved("Asha Devi")
	w.Must(w.Desk.Note(ctx, w.Magistrate, w.Open("Bimla Rani"), "A neighbour.", nil))
	c := author(t, w, "Asha Devi")
	again := []store.Erasure{{At: w.Clock, AuthorID: c.ID}, {At: w.Clock, AuthorID: c.ID + 1}}
	for want := 1; want >= 0; want-- { // a restore that is repeated finds nothing more
		r, err := w.Desk.AfterRestore(ctx, w.Clock, 0, time.Minute, again)
		w.Must(err)
		if r.Citizens != want {
			t.Errorf("%d citizens were erased again, want %d", r.Citizens, want)
		}
	}
	v, err := w.Desk.Case(ctx, w.State, id)
	w.Must(err)
	if k := v.Complainants[0].Author; k.Name != "" || k.Handle != "" || strings.Contains(v.Case.Title, "Asha") {
		t.Errorf("the backup brought back %+v", k)
	}
	author(t, w, "Bimla Rani")
	w.Sound()
}

// Words that wait do not become public after their case has become sensitive.
func TestWhatWaitsIsNotPublicInASensitiveCase(t *testing.T) {
	t.Parallel()
	w := newSpeakers(t)
	ctx := t.Context()
	id, r := drafted(t, w)
	w.change(func(tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE cases SET sensitive = TRUE WHERE id = $1`, id)
		return err
	})
	for name, err := range map[string]error{
		"approved": w.Desk.ApproveReply(ctx, w.State, id, r.ID, r.Version),
		"edited":   w.Desk.EditReply(ctx, w.Magistrate, id, r.ID, r.Version, "We have seen to it."),
	} {
		if e, ok := errors.AsType[*grievance.InvalidError](err); !ok || e.Key != "error.sensitive_not_public" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := w.reply(r.ID); got.State != grievance.ReplyAwaiting {
		t.Errorf("the reply is %s", got.State)
	}
}

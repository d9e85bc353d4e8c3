package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

func addReply(t *testing.T, s *store.Store, c *grievance.Case, account int, sendAt time.Time) *grievance.Reply {
	t.Helper()
	r := &grievance.Reply{ID: s.NewID(noon), CaseID: c.ID, AccountID: account, Way: grievance.PublicWay, Kind: grievance.Interim, Text: "We are on it.", State: grievance.ReplyQueued, CreatedAt: noon, SendAt: sendAt}
	tx(t, s, func(tx *store.Tx) error { return tx.InsertReply(t.Context(), r, "") })
	return r
}

// A worker that stalled holds a lease that is over: whoever comes after it has the say.
func TestAStalledSendingChangesNothingLater(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	r := addReply(t, s, addCase(t, s, grievance.Case{OfficeID: 1}), addAccount(t, s), time.Time{})
	var stalled, twin *grievance.Reply
	tx(t, s, func(tx *store.Tx) (err error) {
		stalled, err = tx.LeaseReply(t.Context(), r.ID, grievance.ReplyQueued, noon, noon.Add(time.Minute))
		return err
	})
	if err := s.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.LeaseReply(t.Context(), r.ID, grievance.ReplyQueued, noon, noon.Add(time.Minute))
		return err
	}); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("a second lease: %v, want a conflict", err)
	}
	later := noon.Add(2 * time.Minute)
	tx(t, s, func(tx *store.Tx) error { return tx.DoubtStalled(t.Context(), later, later.Add(time.Minute)) })
	tx(t, s, func(tx *store.Tx) (err error) {
		twin, err = tx.LeaseReply(t.Context(), r.ID, grievance.ReplyDoubtful, later.Add(time.Minute), later.Add(2*time.Minute))
		return err
	})
	if twin.Fence <= stalled.Fence || !twin.StartedAt.Equal(stalled.StartedAt) || twin.Tries != 1 {
		t.Errorf("the look has fence %d after %d, began %s, try %d", twin.Fence, stalled.Fence, twin.StartedAt, twin.Tries)
	}
	stalled.State = grievance.ReplyQueued
	if err := s.Tx(t.Context(), func(tx *store.Tx) error { return tx.FinishReply(t.Context(), stalled) }); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("the stalled worker's word: %v, want a conflict", err)
	}
	twin.State, twin.ExternalID = grievance.ReplyPublished, "x1"
	tx(t, s, func(tx *store.Tx) error { return tx.FinishReply(t.Context(), twin) })
}

func TestWhatMayNotSendIsNotDue(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	free, other := addAccount(t, s), storetest.Organisation(t, s).Accounts[grievance.Email]
	c := addCase(t, s, grievance.Case{OfficeID: 1})
	now, letter, later := addReply(t, s, c, free, time.Time{}), addReply(t, s, c, other, time.Time{}), addReply(t, s, c, free, noon.Add(time.Hour))
	hold := store.Hold{ID: s.NewID(noon), AccountID: other, SetAt: noon, SetBy: 5, Reason: "new"}
	for _, step := range []struct {
		name   string
		change func(tx *store.Tx) error
		at     time.Time
		want   []grievance.ID
	}{
		{"all free", func(*store.Tx) error { return nil }, noon, []grievance.ID{now.ID, letter.ID}},
		{"one account on hold", func(tx *store.Tx) error { return tx.SetHold(t.Context(), hold) }, noon, []grievance.ID{now.ID}},
		{"lifted, an hour later", func(tx *store.Tx) error { return tx.LiftHold(t.Context(), hold.ID, 5, noon) }, noon.Add(time.Hour), []grievance.ID{now.ID, letter.ID, later.ID}},
		{"limited", func(tx *store.Tx) error {
			return tx.RecordFailure(t.Context(), free, true, "limited", "429", noon.Add(3*time.Hour), noon)
		}, noon.Add(2 * time.Hour), []grievance.ID{letter.ID}},
		{"the wait is over", func(*store.Tx) error { return nil }, noon.Add(3 * time.Hour), []grievance.ID{now.ID, letter.ID, later.ID}},
		{"signed out", func(tx *store.Tx) error {
			return tx.RecordFailure(t.Context(), other, true, "signin", "401", time.Time{}, noon)
		}, noon.Add(3 * time.Hour), []grievance.ID{now.ID, later.ID}},
		{"everything on hold", func(tx *store.Tx) error {
			return tx.SetHold(t.Context(), store.Hold{ID: tx.NewID(noon), SetAt: noon, Reason: "restore"})
		}, noon.Add(3 * time.Hour), nil},
	} {
		tx(t, s, step.change)
		view(t, s, func(tx *store.Tx) error {
			got, err := tx.RepliesDue(t.Context(), grievance.ReplyQueued, step.at, 10)
			if !slices.Equal(got, step.want) {
				t.Errorf("%s: due %v, want %v", step.name, got, step.want)
			}
			return err
		})
	}
}

func TestOneReplyUnderOneName(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := addCase(t, s, grievance.Case{OfficeID: 1})
	for i, want := range []error{nil, grievance.ErrConflict} {
		err := s.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.InsertReply(t.Context(), &grievance.Reply{ID: tx.NewID(noon), CaseID: c.ID, Kind: grievance.Acknowledgement, State: grievance.ReplyQueued}, "ack")
		})
		if !errors.Is(err, want) {
			t.Errorf("reply %d: %v, want %v", i+1, err, want)
		}
	}
}

func TestTheLeaseOfAnAccount(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	take := func(holder string, at time.Time) (fence int64, ok bool) {
		tx(t, s, func(tx *store.Tx) (err error) {
			fence, ok, err = tx.TakeLease(t.Context(), "account 1", holder, at, time.Minute)
			return err
		})
		return fence, ok
	}
	first, ok := take("a", noon)
	if !ok {
		t.Fatal("a free lease is not given")
	}
	if _, ok := take("b", noon.Add(30*time.Second)); ok {
		t.Error("two hold the lease")
	}
	if again, ok := take("a", noon.Add(30*time.Second)); !ok || again != first {
		t.Errorf("kept: %t, fence %d, want %d", ok, again, first)
	}
	if second, ok := take("b", noon.Add(2*time.Minute)); !ok || second <= first {
		t.Errorf("taken over: %t, fence %d after %d", ok, second, first)
	}
}

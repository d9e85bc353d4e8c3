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

// sorted stores a post as intake does: with its print, about no water, of the district.
func sorted(w *desktest.World, author, text, district string) grievance.ID {
	w.T.Helper()
	id := w.Post(author, "", text)
	w.Must(w.Desk.Store.Tx(w.T.Context(), func(tx *store.Tx) error {
		p, err := tx.Post(w.T.Context(), id)
		if err != nil {
			return err
		}
		p.Verdict.Candidates = []grievance.Candidate{{Subject: "no_water", Confidence: 0.9}}
		p.Verdict.District = w.Desk.Office.DistrictByName(district)
		if err := w.Desk.Print(tx, p); err != nil {
			return err
		}
		return tx.SaveSorting(w.T.Context(), p, "", w.Clock.Add(time.Hour))
	}))
	return id
}

// alike are the posts proposed beside a post.
func alike(w *desktest.World, by grievance.Actor, post grievance.ID) (all []grievance.ID) {
	w.T.Helper()
	v, err := w.Desk.SortingPost(w.T.Context(), by, post)
	w.Must(err)
	for _, a := range v.Alike {
		all = append(all, a.Post.ID)
	}
	return all
}

const (
	inHindi   = "सेक्टर 14 हिसार में तीन दिन से पानी नहीं आ रहा है, टैंकर भी नहीं"
	inLatin   = "sector 14 hisar me teen din se pani nahi aa raha hai, tanker bhi nahi"
	elsewhere = "Sheela chowk Rohtak street lights are broken since Diwali"
)

func TestAlike(t *testing.T) {
	w := desktest.New(t)
	first := sorted(w, "asha", inHindi, "Hisar")
	sorted(w, "ram", elsewhere, "Rohtak")
	second := sorted(w, "mohan", inLatin, "Hisar")
	if got := alike(w, w.Clerk, second); len(got) != 1 || got[0] != first {
		t.Fatalf("proposed %v, want the same in the other script %s", got, first)
	}
	o, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(first)})
	w.Must(err)
	v, err := w.Desk.SortingPost(t.Context(), w.Clerk, second)
	w.Must(err)
	if len(v.Alike) != 1 || v.Alike[0].Case == nil || v.Alike[0].Case.Case.ID != o[0].CaseID {
		t.Fatalf("once opened, its case is not proposed: %+v", v.Alike)
	}
	case1, err := w.Desk.CaseAlike(t.Context(), w.Clerk, o[0].CaseID)
	w.Must(err)
	if len(case1) != 1 || case1[0].Post.ID != second {
		t.Errorf("the case is proposed %v, want the waiting post", case1)
	}
	if got, err := w.Desk.CaseAlike(t.Context(), w.Magistrate, o[0].CaseID); err != nil || len(got) != 0 {
		t.Errorf("who does not sort sees a waiting post: %v, %v", got, err)
	}
	w.Must(w.Desk.TellApart(t.Context(), w.Clerk, second, first))
	w.Must(w.Desk.TellApart(t.Context(), w.Clerk, first, second))
	if got := alike(w, w.Clerk, second); len(got) != 0 {
		t.Errorf("told apart, but proposed again: %v", got)
	}
}

func TestOpenTogether(t *testing.T) {
	w := desktest.New(t)
	first, second := sorted(w, "asha", inHindi, "Hisar"), sorted(w, "mohan", inLatin, "Hisar")
	for range 2 { // a double click
		o, err := w.Desk.OpenTogether(t.Context(), w.Clerk, w.Request(second), first)
		w.Must(err)
		if c := w.Case(o.CaseID); c.Complained != 2 {
			t.Errorf("%d complainants, want both", c.Complained)
		}
	}
	if _, err := w.Desk.OpenTogether(t.Context(), w.Field, w.Request(second), first); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a field officer opens: %v", err)
	}
}

// A proposal shows no text of a case that complains of the reader, nor of one outside the
// scope.
func TestAlikeHidden(t *testing.T) {
	w := desktest.New(t)
	first := sorted(w, "asha", inHindi, "Hisar")
	r := w.Request(first)
	r.Against, r.Exclude = true, store.Exclusion{OfficerID: w.Clerk.ID}
	_, err := w.Desk.Open(t.Context(), w.State, []desk.OpenRequest{r})
	w.Must(err)
	second := sorted(w, "mohan", inLatin, "Hisar")
	clerk := signedIn(w, w.Clerk)
	if got := alike(w, clerk, second); len(got) != 0 {
		t.Errorf("the one complained of is shown %v", got)
	}
	if got := alike(w, signedIn(w, w.State), second); len(got) != 1 {
		t.Errorf("others are shown %v, want the case", got)
	}
	if err := w.Desk.TellApart(t.Context(), clerk, second, first); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("the one complained of judges it: %v", err)
	}
	if err := w.Desk.TellApart(t.Context(), w.Field, second, first); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a field officer judges: %v", err)
	}
}

// What an author says again and again is counted: a hint that a program writes.
func TestRepeats(t *testing.T) {
	w := desktest.New(t)
	var last grievance.ID
	for i := range 6 {
		last = sorted(w, "bot", fmt.Sprintf("Win a scooter today at lucky draw Gohana chowk, register coupon %d now", i), "")
	}
	v, err := w.Desk.SortingPost(t.Context(), w.Clerk, last)
	w.Must(err)
	if v.Repeats != 6 {
		t.Errorf("%d repetitions, want 6", v.Repeats)
	}
}

// After an erasure nothing is left by which the words could be guessed.
func TestEraseDropsPrints(t *testing.T) {
	w := desktest.New(t)
	first, second := sorted(w, "asha", inHindi, "Hisar"), sorted(w, "mohan", inLatin, "Hisar")
	w.Must(w.Desk.TellApart(t.Context(), w.Clerk, first, second))
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.ErasePosts(t.Context(), []grievance.ID{first}, w.Clock)
		return err
	}))
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
		for _, table := range []string{"post_prints", "told_apart", "cluster_posts"} {
			var n int
			if err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+table+` WHERE post_id = $1`, first).Scan(&n); err != nil {
				return err
			}
			if n != 0 {
				t.Errorf("%s still holds the post", table)
			}
		}
		return nil
	}))
	if got := alike(w, w.Clerk, second); len(got) != 0 {
		t.Errorf("an erased post is proposed: %v", got)
	}
}

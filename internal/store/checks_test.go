package store_test

import (
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// Posts are asked for once a day while their case is open and for 30 days after; what is
// kept as no grievance, imported, our own or gone is not.
func TestPostsAreAskedForAgain(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	open, closed := addCase(t, s, grievance.Case{OfficeID: 1}), addCase(t, s, grievance.Case{OfficeID: 1})
	in := func(c *grievance.Case) func(*grievance.StoredPost) {
		return func(p *grievance.StoredPost) { p.CaseID = c.ID }
	}
	names := map[grievance.ID]string{
		sorted(t, s, account, "open", grievance.SortCase, in(open)):                       "open",
		sorted(t, s, account, "closed", grievance.SortCase, in(closed)):                   "closed",
		sorted(t, s, account, "kept", grievance.SortKept, func(*grievance.StoredPost) {}): "kept",
		keep(t, s, account, post("waits", "words")).ID:                                    "waits",
	}
	imported, own, mail := post("imported", "words"), post("own", "words"), post("mail", "words")
	imported.Imported, own.Post.Direction, mail.Post.Channel = true, grievance.Out, grievance.Email
	keepAll(t, s, account, []store.Incoming{imported, own, mail, post("gone", "words"), gone("gone")})
	tx(t, s, func(tx *store.Tx) error {
		c, err := tx.Case(t.Context(), grievance.Scope{All: true}, closed.ID)
		if err != nil {
			return err
		}
		c.State, c.ClosedAt = grievance.Closed, noon
		return tx.UpdateCase(t.Context(), c)
	})
	times, last := map[string]int{}, map[string]time.Time{}
	for hour := range 60 * 24 {
		now := noon.Add(time.Duration(hour) * time.Hour)
		tx(t, s, func(tx *store.Tx) error {
			if err := tx.EndChecks(t.Context(), []int{account}, now); err != nil {
				return err
			}
			due, err := tx.PostsToCheck(t.Context(), []int{account}, now, 100)
			if err != nil || len(due) == 0 {
				return err
			}
			for _, id := range due {
				name := names[id]
				if !last[name].IsZero() && now.Sub(last[name]) > 24*time.Hour {
					t.Errorf("%s was not asked for in %v", name, now.Sub(last[name]))
				}
				times[name], last[name] = times[name]+1, now
			}
			return tx.Checked(t.Context(), due, now)
		})
	}
	if n := times["open"]; n < 60 || n > 63 || times["waits"] != n {
		t.Errorf("in 60 days the post of an open case was asked for %d times, one that waits %d times", n, times["waits"])
	}
	if n := times["closed"]; n < 30 || n > 32 {
		t.Errorf("after closing a post was asked for %d times, want once a day for 30 days", n)
	}
	if len(times) != 3 {
		t.Errorf("asked for %v, want the open, the closed and the waiting one only", times)
	}

	later := noon.AddDate(0, 3, 0)
	tx(t, s, func(tx *store.Tx) error { return tx.CheckCase(t.Context(), closed.ID, later) })
	view(t, s, func(tx *store.Tx) error {
		due, err := tx.PostsToCheck(t.Context(), []int{account}, later, 100)
		if len(due) != 3 {
			t.Errorf("%d posts are due, want that of the case taken up again too", len(due))
		}
		stale, e := tx.StalePosts(t.Context(), closed.ID, later.AddDate(0, 0, -1), 100)
		if e != nil || len(stale) != 1 {
			t.Errorf("stale posts of the closed case: %v, %v", stale, e)
		}
		return err
	})
}

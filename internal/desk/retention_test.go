package desk_test

import (
	"errors"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// retain goes once through all rules, as the night's jobs do.
func retain(t *testing.T, w *desktest.World) (steps int) {
	t.Helper()
	for next := (&desk.RetainArgs{Day: grievance.IndianDay(w.Clock), Rule: grievance.RetentionRules[0].Name}); next != nil; steps++ {
		var err error
		next, err = w.Desk.Retain(t.Context(), *next)
		w.Must(err)
		if steps > 500 {
			t.Fatal("the round does not end")
		}
	}
	return steps
}

// What was kept for its time goes, as much as that was stands in the office log; open
// cases, the history and the office log stay whole.
func TestRetention(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	admin := w.State
	admin.Grants = append([]grievance.Permission{grievance.MayRetain}, admin.Grants...)
	closed, open := w.Resolved("Asha Devi"), w.Open("Bimla Rani")
	kept := w.Post("Chitra", "", "Happy Diwali to everybody in Hisar")
	w.Must(w.Desk.Keep(ctx, w.Clerk, []grievance.ID{kept}, grievance.NotForUs, "news"))
	search, err := w.Desk.SaveSearch(ctx, w.State, desk.SearchRequest{Words: "Asha"})
	w.Must(err)
	tx(w, func(tx *store.Tx) error {
		return tx.KeepUnreadable(ctx, grievance.X, []byte("cut off"), "not readable", w.Clock)
	})
	w.Clock = w.Clock.AddDate(0, 0, 8)
	_, err = w.Desk.Due(ctx) // the feedback window is over: closed
	w.Must(err)
	if w.Case(closed).State != grievance.Closed || w.Case(open).State.Ended() {
		t.Fatalf("the cases are %s and %s", w.Case(closed).State, w.Case(open).State)
	}
	words := func(c grievance.ID) bool {
		v, err := w.Desk.Case(ctx, w.State, c)
		w.Must(err)
		return v.Posts[0].Text != ""
	}
	count := func(query string, args ...any) (n int) {
		tx(w, func(tx *store.Tx) error { return tx.QueryRowContext(ctx, query, args...).Scan(&n) })
		return n
	}
	retain(t, w)
	if count(`SELECT COUNT(*) FROM searches WHERE id = $1`, search) != 0 {
		t.Error("a search is kept for longer than a day")
	}
	if !words(closed) || !words(open) || count(`SELECT COUNT(*) FROM deliveries`) != 1 {
		t.Error("something went before its time")
	}

	w.Clock = w.Clock.AddDate(0, 0, 100)
	retain(t, w)
	if count(`SELECT COUNT(*) FROM posts WHERE id = $1 AND text = '' AND erased_at <> 0`, kept) != 1 || count(`SELECT COUNT(*) FROM deliveries`) != 0 {
		t.Error("what was no grievance, or not readable, is kept for longer than its time")
	}
	if !words(closed) || count(`SELECT COUNT(*) FROM posts WHERE raw IS NOT NULL AND case_id = $1`, closed) != 1 {
		t.Error("a closed case lost something before its time")
	}
	w.Clock = w.Clock.AddDate(0, 0, 100)
	retain(t, w)
	if count(`SELECT COUNT(*) FROM posts WHERE raw IS NOT NULL AND case_id = $1`, closed) != 0 || count(`SELECT COUNT(*) FROM posts WHERE raw IS NOT NULL AND case_id = $1`, open) != 1 {
		t.Error("what arrived byte for byte goes with closed cases after its time, and stays with open ones")
	}
	w.Must(w.Desk.SetRetention(ctx, admin, grievance.KeepClosedCases, 365))
	w.Clock = w.Clock.AddDate(0, 0, 200)
	entries := count(`SELECT COUNT(*) FROM history`)
	retain(t, w)
	if words(closed) || !words(open) {
		t.Error("the words of a closed case go after its time, those of an open one never")
	}
	if n := count(`SELECT COUNT(*) FROM history`); n <= entries {
		t.Errorf("%d entries of the history, %d before: nothing of it goes, and the erasure is recorded", n, entries)
	}
	if n := count(`SELECT COUNT(*) FROM office_log WHERE event = 'retention.applied'`); n < 4 {
		t.Errorf("the office log tells of %d rules that took something away", n)
	}
	all, err := w.Desk.Retention(ctx, admin)
	w.Must(err)
	if all[0].Name != grievance.KeepClosedCases || all[0].Days != 365 || all[0].Removed != 1 {
		t.Errorf("the page says %+v", all[0])
	}
	w.Sound()
}

// Nobody chooses more or less than the rule leaves open, or without the permission.
func TestSetRetention(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	admin := w.State
	admin.Grants = append([]grievance.Permission{grievance.MayRetain}, admin.Grants...)
	if err := w.Desk.SetRetention(ctx, w.State, grievance.KeepNotices, 60); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("without the permission: %v", err)
	}
	for _, tt := range []struct {
		rule  string
		days  int
		field string
	}{
		{grievance.KeepNotices, 29, "days"}, {grievance.KeepNotices, 1096, "days"}, {grievance.KeepNotices, 30, ""}, {grievance.KeepNotices, 1095, ""},
		{grievance.KeepSearches, 1, "rule"}, {"cases", 60, "rule"},
	} {
		err := w.Desk.SetRetention(ctx, admin, tt.rule, tt.days)
		invalid, ok := errors.AsType[*grievance.InvalidError](err)
		if tt.field == "" && err != nil || tt.field != "" && (!ok || invalid.Field != tt.field) {
			t.Errorf("%s for %d days: %v, want a fault at %q", tt.rule, tt.days, err, tt.field)
		}
	}
}

// The read log goes by whole days; what is left of it, and the heads, still verify.
func TestReadLogIsKeptForItsTime(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	id := w.Open("Asha")
	for range 3 {
		_, err := w.Desk.Case(ctx, w.State, id)
		w.Must(err)
		w.Must(w.Desk.Reads.Flush(ctx))
		w.Clock = w.Clock.AddDate(1, 0, 20)
	}
	_, err := w.Desk.Due(ctx)
	w.Must(err)
	days := func() (n int) {
		tx(w, func(tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT COUNT(DISTINCT day) FROM read_log`).Scan(&n)
		})
		return n
	}
	before := days()
	retain(t, w)
	if n := days(); n != before-1 || n < 2 {
		t.Errorf("the read log has %d days, %d before", n, before)
	}
	w.Sound()
}

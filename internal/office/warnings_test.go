package office_test

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// watched is one official account of Hisar with those who answer for it, and a clock.
type watched struct {
	*office.Accounts
	t       *testing.T
	now     time.Time
	id      int
	officer map[grievance.Role]grievance.ID
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	ctx, s := t.Context(), storetest.New(t)
	small := storetest.Organisation(t, s)
	d, err := office.Load(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, now: time.Date(2026, 11, 16, 6, 0, 0, 0, time.UTC), officer: map[grievance.Role]grievance.ID{}}
	w.Accounts = &office.Accounts{Store: s, Office: d, Keys: keys, Pace: func(grievance.Channel) time.Duration { return 2 * time.Minute }, Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler)}
	for role, o := range small.Officers {
		w.officer[role] = o.ID
	}
	w.tx(func(tx *store.Tx) (err error) {
		w.id, err = tx.AddAccount(ctx, grievance.OfficialAccount{Channel: grievance.X, Name: "DC Hisar", Handle: "@DCHisar", ExternalID: "7", OfficeID: storetest.HisarDC, CanSend: true, ConnectedAt: w.now, BudgetMicro: 100e6})
		return err
	})
	return w
}

func (w *watched) tx(do func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.Store.Tx(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

// kinds are the warnings that stand after the check of this minute.
func (w *watched) kinds() (all []office.WarningKind) {
	w.t.Helper()
	if err := w.Watch(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	v, err := w.Account(w.t.Context(), grievance.System, w.id)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, x := range v.Warnings {
		all = append(all, x.Kind)
	}
	return all
}

func (w *watched) told(role grievance.Role, kind office.WarningKind) (n int) {
	w.t.Helper()
	if err := w.Store.View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(w.t.Context(), `SELECT COUNT(*) FROM notices WHERE officer_id = $1 AND kind = $2 AND data = $3`, w.officer[role], "notice.account_"+string(kind), "@DCHisar").Scan(&n)
	}); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// polled says that the account was just read to its end.
func (w *watched) polled(tx *store.Tx) error { return tx.RecordPoll(w.t.Context(), w.id, w.now) }

// Each thing that will break is warned of before it does, once, to those who answer for
// the account, and the warning goes when it is mended.
func TestWarnings(t *testing.T) {
	ctx := t.Context()
	for _, tt := range []struct {
		kind     office.WarningKind
		fix      office.Fix
		before   func(w *watched, tx *store.Tx) error // nothing to warn of yet
		breaks   func(w *watched, tx *store.Tx) error
		mends    func(w *watched, tx *store.Tx) error
		later    time.Duration // until it is warned of
		unpolled bool
	}{
		{office.WarnSignIn, office.FixReconnect, nil,
			func(w *watched, tx *store.Tx) error {
				return tx.RecordFailure(ctx, w.id, false, "signin", "401", time.Time{}, w.now)
			},
			func(w *watched, tx *store.Tx) error { return tx.Resume(ctx, w.id) }, 0, false},
		{office.WarnSending, office.FixRetry, nil,
			func(w *watched, tx *store.Tx) error {
				return tx.RecordFailure(ctx, w.id, true, "forbidden", "403", time.Time{}, w.now)
			},
			func(w *watched, tx *store.Tx) error { return tx.Resume(ctx, w.id) }, 0, false},
		{office.WarnUnpaid, office.FixRetry, nil,
			func(w *watched, tx *store.Tx) error {
				return tx.RecordFailure(ctx, w.id, false, "unpaid", "402", time.Time{}, w.now)
			},
			func(w *watched, tx *store.Tx) error { return tx.Resume(ctx, w.id) }, 0, false},
		{office.WarnOverdue, office.FixRetry, nil, nil, func(w *watched, tx *store.Tx) error { return w.polled(tx) }, 7 * time.Minute, true},
		{office.WarnRenewing, office.FixReconnect, nil,
			func(w *watched, tx *store.Tx) error { return tx.RecordRenewFailure(ctx, w.id, w.now) },
			func(w *watched, tx *store.Tx) error { return tx.RecordToken(ctx, w.id, time.Time{}, w.now) }, 2 * time.Minute, false},
		{office.WarnEnds, office.FixReconnect,
			func(w *watched, tx *store.Tx) error { return tx.RecordStanding(ctx, w.id, nil, w.now.AddDate(0, 0, 8)) },
			func(w *watched, tx *store.Tx) error { return tx.RecordStanding(ctx, w.id, nil, w.now.AddDate(0, 0, 6)) },
			func(w *watched, tx *store.Tx) error {
				return tx.RecordStanding(ctx, w.id, nil, w.now.AddDate(0, 0, 90))
			}, 0, false},
		{office.WarnPermission, office.FixReconnect, nil,
			func(w *watched, tx *store.Tx) error {
				return tx.RecordStanding(ctx, w.id, []string{"tweet.write"}, time.Time{})
			},
			func(w *watched, tx *store.Tx) error { return tx.RecordStanding(ctx, w.id, nil, time.Time{}) }, 0, false},
		{office.WarnBudget, office.FixBudget,
			func(w *watched, tx *store.Tx) error {
				return tx.RecordBudget(ctx, w.id, store.Budget{Reads: 1, CostMicro: 79e6}, w.now)
			},
			func(w *watched, tx *store.Tx) error {
				return tx.RecordBudget(ctx, w.id, store.Budget{Reads: 1, CostMicro: 1e6}, w.now)
			},
			func(w *watched, tx *store.Tx) error {
				a, err := tx.Account(ctx, w.id)
				a.BudgetMicro = 200e6
				if err != nil {
					return err
				}
				return tx.ChangeAccount(ctx, a)
			}, 0, false},
		{office.WarnUsage, office.FixLook,
			func(w *watched, tx *store.Tx) error {
				return tx.RecordBudget(ctx, w.id, store.Budget{Percent: 74}, w.now)
			},
			func(w *watched, tx *store.Tx) error {
				return tx.RecordBudget(ctx, w.id, store.Budget{Limit: 300, Remaining: 75}, w.now)
			},
			func(w *watched, tx *store.Tx) error {
				return tx.RecordBudget(ctx, w.id, store.Budget{Limit: 300, Remaining: 290}, w.now)
			}, 0, false},
	} {
		t.Run(string(tt.kind), func(t *testing.T) {
			w := newWatched(t)
			for _, do := range []func(w *watched, tx *store.Tx) error{(*watched).polledNow, tt.before} {
				if do != nil {
					w.tx(func(tx *store.Tx) error { return do(w, tx) })
				}
			}
			if got := w.kinds(); len(got) > 0 {
				t.Fatalf("warned of %v before anything broke", got)
			}
			if tt.breaks != nil {
				w.tx(func(tx *store.Tx) error { return tt.breaks(w, tx) })
			}
			w.now = w.now.Add(tt.later)
			if !tt.unpolled && tt.later > 0 {
				w.tx(w.polled)
			}
			for range 3 {
				if got := w.kinds(); !slices.Equal(got, []office.WarningKind{tt.kind}) {
					t.Fatalf("warned of %v, want %s", got, tt.kind)
				}
				w.now = w.now.Add(10 * time.Second)
			}
			v, err := w.Account(ctx, grievance.System, w.id)
			if err != nil || v.Warnings[0].Fix != tt.fix {
				t.Errorf("remedy %s, want %s: %v", v.Warnings[0].Fix, tt.fix, err)
			}
			for role, want := range map[grievance.Role]int{grievance.Administrator: 1, grievance.StateNodal: 1, grievance.DistrictNodal: 1, grievance.Clerk: 0, grievance.DepartmentNodal: 0} {
				if n := w.told(role, tt.kind); n != want {
					t.Errorf("%s was told %d times, want %d", role, n, want)
				}
			}
			w.tx(func(tx *store.Tx) error { return tt.mends(w, tx) })
			w.tx(w.polled)
			if got := w.kinds(); len(got) > 0 {
				t.Errorf("warned of %v after it was mended", got)
			}
		})
	}
}

func (w *watched) polledNow(tx *store.Tx) error { return w.polled(tx) }

// A limit that comes and goes is told once in a day; a token that dies twice is told twice.
func TestWarningsThatComeBack(t *testing.T) {
	w := newWatched(t)
	ctx := t.Context()
	usage := func(percent int) {
		w.tx(func(tx *store.Tx) error { return tx.RecordBudget(ctx, w.id, store.Budget{Percent: percent}, w.now) })
		w.tx(w.polled)
		w.kinds()
		w.now = w.now.Add(time.Minute)
	}
	for range 5 {
		usage(80)
		usage(10)
	}
	if n := w.told(grievance.StateNodal, office.WarnUsage); n != 1 {
		t.Errorf("a limit that comes and goes was told %d times", n)
	}
	w.now = w.now.Add(25 * time.Hour)
	usage(80)
	if n := w.told(grievance.StateNodal, office.WarnUsage); n != 2 {
		t.Errorf("a day later it was told %d times in all", n)
	}
	usage(10)
	for range 2 {
		w.tx(func(tx *store.Tx) error { return tx.RecordFailure(ctx, w.id, false, "signin", "", time.Time{}, w.now) })
		w.kinds()
		w.tx(func(tx *store.Tx) error { return tx.Resume(ctx, w.id) })
		w.tx(w.polled)
		w.kinds()
	}
	if n := w.told(grievance.StateNodal, office.WarnSignIn); n != 2 {
		t.Errorf("a token that died twice was told %d times", n)
	}
}

// Reading slows while calls or money run out, and stops only for a limit of the service:
// nothing falls out of its reach.
func TestReadingSlows(t *testing.T) {
	w := newWatched(t)
	ctx := t.Context()
	w.tx(w.polled)
	paused := func(after time.Duration) bool {
		t.Helper()
		v, err := w.Account(ctx, grievance.System, w.id)
		if err != nil {
			t.Fatal(err)
		}
		late := *w.Accounts
		late.Now = func() time.Time { return w.now.Add(after) }
		return late.Paused(v.Account, v.Health)
	}
	check := func(name string, want ...bool) {
		t.Helper()
		var got []bool
		for _, after := range []time.Duration{2 * time.Minute, 5 * time.Minute, 61 * time.Minute} {
			got = append(got, paused(after))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: paused after 2, 5, 61 minutes %v, want %v", name, got, want)
		}
	}
	check("in order", false, false, false)
	w.tx(func(tx *store.Tx) error { return tx.RecordBudget(ctx, w.id, store.Budget{Percent: 80}, w.now) })
	check("calls run out", true, false, false)
	w.tx(func(tx *store.Tx) error {
		return tx.RecordBudget(ctx, w.id, store.Budget{Percent: 96, Reset: w.now.Add(30 * time.Minute)}, w.now)
	})
	check("calls used up", true, true, false)
	w.tx(func(tx *store.Tx) error {
		return tx.RecordBudget(ctx, w.id, store.Budget{Percent: 1, Reads: 1, CostMicro: 101e6}, w.now)
	})
	check("money used up", true, true, false)
	if got := w.kinds(); !slices.Equal(got, []office.WarningKind{office.WarnSpent}) {
		t.Errorf("warned of %v", got)
	}
}

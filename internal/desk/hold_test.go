package desk_test

import (
	"errors"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// A hold reaches the accounts of the actor's office and of those below, no others.
func TestHoldsReachDown(t *testing.T) {
	w := newSpeakers(t)
	ctx := t.Context()
	may := func(a grievance.Actor) grievance.Actor {
		a.Grants = append(a.Grants, grievance.MayHold, grievance.MaySeeChannels)
		return a
	}
	hisar, water := may(w.Magistrate), may(w.Hire(grievance.DepartmentNodal, "hq-public_health"))
	below := w.Connect(grievance.X, "@jal-hisar", "public_health-hisar")
	hq := w.Connect(grievance.X, "@jal", "hq-public_health")
	const why = "wrong figures went out"
	for _, tt := range []struct {
		name string
		by   grievance.Actor
		r    desk.HoldRequest
		want error
	}{
		{"everything by the state cell", w.State, desk.HoldRequest{Reason: why}, nil},
		{"everything by a district", hisar, desk.HoldRequest{Reason: why}, grievance.ErrForbidden},
		{"the own office", hisar, desk.HoldRequest{OfficeID: hisar.OfficeID, Reason: why}, nil},
		{"the own account", hisar, desk.HoldRequest{AccountID: w.of["@hisar"].ID, Reason: why}, nil},
		{"another district's account", hisar, desk.HoldRequest{AccountID: w.of["@nuh"].ID, Reason: why}, grievance.ErrForbidden},
		{"the office above", hisar, desk.HoldRequest{OfficeID: w.State.OfficeID, Reason: why}, grievance.ErrForbidden},
		{"an office below", water, desk.HoldRequest{OfficeID: below.OfficeID, Reason: why}, nil},
		{"an account that is not there", w.State, desk.HoldRequest{AccountID: 9999, Reason: why}, grievance.ErrNotFound},
		{"without the permission", w.Clerk, desk.HoldRequest{OfficeID: w.Clerk.OfficeID, Reason: why}, grievance.ErrForbidden},
	} {
		if err := w.Desk.Hold(ctx, tt.by, tt.r); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if err := w.Desk.Hold(ctx, w.State, desk.HoldRequest{Reason: " "}); err == nil {
		t.Error("held without a reason")
	}
	holds, err := w.Desk.Holds(ctx, hisar)
	w.Must(err)
	for _, h := range holds {
		if h.Reason != why || h.By.ID == 0 || h.SetAt.IsZero() || h.MayLift != (h.OfficeID == hisar.OfficeID || h.AccountID == w.of["@hisar"].ID) {
			t.Errorf("a hold of office %d, account %d: %+v", h.OfficeID, h.AccountID, h)
		}
		if h.OfficeID == 0 && h.AccountID == 0 {
			if err := w.Desk.LiftHold(ctx, hisar, h.ID); !errors.Is(err, grievance.ErrForbidden) {
				t.Errorf("a district lifts the state's hold: %v", err)
			}
		}
		w.Must(w.Desk.LiftHold(ctx, w.State, h.ID))
		if err := w.Desk.LiftHold(ctx, w.State, h.ID); !errors.Is(err, grievance.ErrConflict) {
			t.Errorf("lifted twice: %v", err)
		}
	}
	// An office's hold is one of all offices below it.
	w.Must(w.Desk.Hold(ctx, water, desk.HoldRequest{OfficeID: water.OfficeID, Reason: why}))
	held := map[string]bool{}
	w.change(func(tx *store.Tx) error {
		all, err := tx.HeldAccounts(ctx)
		for _, a := range append([]grievance.OfficialAccount{below, hq}, w.of["@cm"], w.of["@hisar"], w.of["mail@nuh"]) {
			one, oneErr := tx.Held(ctx, a.ID)
			if one != all[a.ID] {
				t.Errorf("%s: held %v and %v", a.Handle, one, all[a.ID])
			}
			held[a.Handle], err = one, errors.Join(err, oneErr)
		}
		return err
	})
	if !held["@jal-hisar"] || !held["@jal"] || held["@cm"] || held["@hisar"] || held["mail@nuh"] {
		t.Errorf("held: %v", held)
	}
	w.Sound()
}

// Who may speak from an account changes within the reach of whoever may connect it; those
// concerned are told and the office log keeps it.
func TestRightsOnAccounts(t *testing.T) {
	w := newSpeakers(t)
	ctx := t.Context()
	account := w.of["@cm"].ID
	connects := w.Magistrate
	connects.Grants = append(connects.Grants, grievance.MayConnect)
	draft := grievance.AccountRight{AccountID: account, OfficeID: w.Magistrate.OfficeID, Level: grievance.DraftRight}
	for name, tt := range map[string]struct {
		by   grievance.Actor
		x    grievance.AccountRight
		want error
	}{
		"the state cell":         {w.State, draft, nil},
		"without the permission": {w.Clerk, draft, grievance.ErrForbidden},
		"another's account":      {connects, draft, grievance.ErrForbidden},
		"the own account":        {connects, grievance.AccountRight{AccountID: w.of["@hisar"].ID, Role: grievance.FieldOfficer, Level: grievance.PublishRight}, nil},
		"no account":             {w.State, grievance.AccountRight{AccountID: 999, Role: grievance.Clerk, Level: grievance.ReadRight}, grievance.ErrNotFound},
	} {
		if err := w.Desk.SetRight(ctx, tt.by, tt.x); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	for field, x := range map[string]grievance.AccountRight{
		"office": {AccountID: account, Level: grievance.ReadRight},
		"level":  {AccountID: account, OfficeID: 1, Level: "shout"},
		"role":   {AccountID: account, Role: "nobody", Level: grievance.ReadRight},
	} {
		if invalid, ok := errors.AsType[*grievance.InvalidError](w.Desk.SetRight(ctx, w.State, x)); !ok || invalid.Field != field {
			t.Errorf("%+v: %v, want invalid %s", x, invalid, field)
		}
	}
	told := func(by grievance.Actor) (n int) {
		w.change(func(tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM notices WHERE officer_id = $1 AND kind = 'notice.account_rights'`, by.ID).Scan(&n)
		})
		return n
	}
	if told(w.State) == 0 || told(w.Magistrate) == 0 || told(w.Stranger) != 0 {
		t.Errorf("told: state %d, district %d, another district %d", told(w.State), told(w.Magistrate), told(w.Stranger))
	}
	var logged int
	w.change(func(tx *store.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM office_log WHERE event IN ('account.right_set')`).Scan(&logged)
	})
	if logged != 2 {
		t.Errorf("%d entries in the office log, want 2", logged)
	}
	w.Must(w.Desk.DropRight(ctx, w.State, account, w.Magistrate.OfficeID, ""))
	if err := w.Desk.DropRight(ctx, w.State, account, w.Magistrate.OfficeID, ""); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("taken back twice: %v", err)
	}
	w.Sound()
}

// What came to an account and went out from it is read by its own office, by whom a right
// was given, and by auditors, each within the own cases.
func TestWhoReadsAnAccount(t *testing.T) {
	w := newSpeakers(t)
	ctx := t.Context()
	a := w.of["@cm"]
	id := w.Write("asha", "no water for four days", nil, a)
	draft(t, w, w.State, id)
	w.Must(w.Desk.SetRight(ctx, w.State, grievance.AccountRight{AccountID: a.ID, OfficeID: w.Stranger.OfficeID, Level: grievance.ReadRight}))
	for name, tt := range map[string]struct {
		by   grievance.Actor
		n    int
		want error
	}{
		"the own office":                {w.State, 1, nil},
		"an auditor":                    {w.Hire(grievance.Auditor, "dc-nuh"), 1, nil},
		"a district without a right":    {w.Magistrate, 0, grievance.ErrForbidden},
		"a right, and none of its case": {w.Stranger, 0, nil},
	} {
		replies, _, err := w.Desk.RepliesFrom(ctx, tt.by, a.ID, 0)
		posts, _, err2 := w.Desk.HeardAt(ctx, tt.by, a.ID, 0)
		if !errors.Is(err, tt.want) || !errors.Is(err2, tt.want) || len(replies) != tt.n || len(posts) != tt.n {
			t.Errorf("%s: %d replies, %v; %d posts, %v", name, len(replies), err, len(posts), err2)
		}
	}
}

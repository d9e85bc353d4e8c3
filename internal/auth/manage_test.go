package auth

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Nobody has the ID of an officer in hand who holds what they lack, unless nobody who
// holds it has taken up an ID yet.
func TestWhoManagesWhom(t *testing.T) {
	w := newWorld(t, 1)
	password, err := HashPassword(rightPassword)
	if err != nil {
		t.Fatal(err)
	}
	takenUp := func(id grievance.ID) {
		t.Helper()
		if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.SavePassword(t.Context(), id, password) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.SavePassword(t.Context(), w.officer.ID, "") }); err != nil {
		t.Fatal(err)
	}
	a, admin := w.appoint(t, "admin@cell.example", grievance.Administrator, 1)
	takenUp(a.ID)
	a2, _ := w.appoint(t, "admin2@cell.example", grievance.Administrator, 1)
	s, state := w.appoint(t, "state@cell.example", grievance.StateNodal, 1)
	d, district := w.appoint(t, "district@cell.example", grievance.DistrictNodal, 2)
	au, auditor := w.appoint(t, "auditor@cell.example", grievance.Auditor, 1)
	all := map[string]func(by grievance.Actor, id grievance.ID) error{
		"invite":  func(by grievance.Actor, id grievance.ID) error { _, err := w.Invite(t.Context(), by, id); return err },
		"reset":   func(by grievance.Actor, id grievance.ID) error { return w.ResetFactor(t.Context(), by, id) },
		"suspend": func(by grievance.Actor, id grievance.ID) error { return w.Suspend(t.Context(), by, id) },
		"lift":    func(by grievance.Actor, id grievance.ID) error { return w.LiftSuspension(t.Context(), by, id) },
		"unlock":  func(by grievance.Actor, id grievance.ID) error { return w.Unlock(t.Context(), by, id) },
	}
	may := func(by grievance.Actor, id grievance.ID, want error, when string) {
		t.Helper()
		for _, name := range []string{"invite", "reset", "unlock", "suspend", "lift"} {
			if err := all[name](by, id); !errors.Is(err, want) {
				t.Errorf("%s: %s = %v, want %v", when, name, err, want)
			}
		}
	}
	may(admin, s.ID, nil, "the administrator and the first state nodal officer")
	may(admin, a2.ID, nil, "the administrator and another one")
	takenUp(s.ID)
	may(admin, s.ID, grievance.ErrForbidden, "the administrator and a state nodal officer who has taken up the ID")
	may(admin, d.ID, grievance.ErrForbidden, "the administrator and a district nodal officer, with a state nodal officer there")
	may(state, d.ID, nil, "the state nodal officer and a district's")
	may(state, au.ID, nil, "the state nodal officer and the first auditor")
	takenUp(au.ID)
	for _, tt := range []struct {
		name string
		want error
	}{{"invite", grievance.ErrForbidden}, {"reset", grievance.ErrForbidden}, {"unlock", nil}, {"suspend", nil}, {"lift", nil}} {
		if err := all[tt.name](state, au.ID); !errors.Is(err, tt.want) {
			t.Errorf("the state nodal officer and an auditor who has taken up the ID: %s = %v, want %v", tt.name, err, tt.want)
		}
	}
	may(state, a.ID, grievance.ErrForbidden, "the state nodal officer and the administrator")
	may(district, d.ID, grievance.ErrForbidden, "the district nodal officer, who manages nobody")
	may(auditor, d.ID, grievance.ErrForbidden, "the auditor")
	may(grievance.System, s.ID, nil, "the command line")
	for name, do := range all {
		if invalid, ok := errors.AsType[*grievance.InvalidError](do(admin, a.ID)); !ok || invalid.Key != "auth.own_id" {
			t.Errorf("%s of oneself: %v", name, do(admin, a.ID))
		}
		if err := do(admin, 4242); !errors.Is(err, grievance.ErrNotFound) {
			t.Errorf("%s of nobody: %v", name, err)
		}
	}
	if _, err := w.Holders(t.Context(), district); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("the list for a district nodal officer: %v", err)
	}
	if _, _, err := w.Holder(t.Context(), district, a.ID); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("an ID for a district nodal officer: %v", err)
	}
	if _, err := w.InviteAll(t.Context(), district); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("invite all by a district nodal officer: %v", err)
	}
}

func TestInviteAll(t *testing.T) {
	w := newWorld(t, 1)
	_, state := w.appoint(t, "state@cell.example", grievance.StateNodal, 1)
	invited, _ := w.appoint(t, "invited@cell.example", grievance.Clerk, 1)
	w.invite(t, state, invited.ID)
	suspended, _ := w.appoint(t, "suspended@cell.example", grievance.Clerk, 1)
	if err := w.Suspend(t.Context(), state, suspended.ID); err != nil {
		t.Fatal(err)
	}
	d, _ := w.appoint(t, "district@cell.example", grievance.DistrictNodal, 2)
	w.add(t, "nothing@cell.example", "", 0)
	links, err := w.InviteAll(t.Context(), state)
	if err != nil || len(links) != 1 || links[0].OfficerID != d.ID {
		t.Errorf("links = %+v, %v", links, err)
	}
	if links, err := w.InviteAll(t.Context(), state); err != nil || len(links) != 0 {
		t.Errorf("a second time: %+v, %v", links, err)
	}
}

func TestResetFactor(t *testing.T) {
	w := newWorld(t, 1)
	_, state := w.appoint(t, "state@cell.example", grievance.StateNodal, 1)
	b := &browser{w: w}
	b.signIn(t)
	if err := w.ResetFactor(t.Context(), state, w.officer.ID); err != nil {
		t.Fatal(err)
	}
	if b.who(t) != nil {
		t.Error("the session stands after the reset")
	}
	if got := w.told(t, w.officer.ID); !slices.Equal(got, []string{"notice.factor_reset"}) {
		t.Errorf("told %v", got)
	}
	b = &browser{w: w}
	if st, err := b.password(t, w.officer.Email, rightPassword, "10.0.0.1"); st != NeedEnrol || err != nil {
		t.Errorf("the next sign-in asks for %q, %v", st, err)
	}
	b.enrol(t)
}

func TestSuspendAndLift(t *testing.T) {
	w := newWorld(t, 1)
	_, state := w.appoint(t, "state@cell.example", grievance.StateNodal, 1)
	b := &browser{w: w}
	b.signIn(t)
	if err := w.Suspend(t.Context(), state, w.officer.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.Suspend(t.Context(), state, w.officer.ID); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("suspended twice: %v", err)
	}
	if b.who(t) != nil {
		t.Error("signed in after the suspension")
	}
	if err := w.LiftSuspension(t.Context(), state, w.officer.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.LiftSuspension(t.Context(), state, w.officer.ID); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("lifted twice: %v", err)
	}
	if b.who(t) != nil {
		t.Error("the old session came back with the lifting")
	}
	w.now = w.now.Add(time.Minute)
	(&browser{w: w}).signIn(t)
}

// sessions lists the officer's sessions.
func (w *world) sessions(t *testing.T) (all []store.Session) {
	t.Helper()
	own, err := w.Own(t.Context(), self(w.officer.ID))
	if err != nil {
		t.Fatal(err)
	}
	return own.Sessions
}

func TestSessions(t *testing.T) {
	w := newWorld(t, 1)
	_, state := w.appoint(t, "state@cell.example", grievance.StateNodal, 1)
	one, two := &browser{w: w}, &browser{w: w}
	one.signIn(t)
	one.who(t)
	w.now = w.now.Add(time.Minute)
	two.signIn(t)
	two.who(t)
	all := w.sessions(t)
	if len(all) != 2 || all[0].Address != "10.0.0.1" || all[0].Agent != "Firefox/140.0" || all[0].Began.IsZero() || all[0].Seen.Before(all[1].Seen) {
		t.Fatalf("sessions = %+v", all)
	}
	of := func(b *browser) (id grievance.ID) {
		b.visit(t, func(ctx context.Context) { id = w.SessionID(ctx) })
		return id
	}
	if of(one) != all[1].ID || of(two) != all[0].ID {
		t.Errorf("the sessions %s and %s are not %+v", of(one), of(two), all)
	}
	if err := w.EndOwnSession(t.Context(), state, all[1].ID); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("another officer's session ended as the own one: %v", err)
	}
	if err := w.EndOwnSession(t.Context(), self(w.officer.ID), all[1].ID); err != nil {
		t.Fatal(err)
	}
	if one.who(t) != nil || two.who(t) == nil {
		t.Error("not the named session has ended")
	}
	if err := w.EndSession(t.Context(), state, w.officer.ID, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if two.who(t) != nil {
		t.Error("the session stands after the state nodal officer ended it")
	}
	if got := w.told(t, w.officer.ID); !slices.Equal(got, []string{"notice.session_ended"}) {
		t.Errorf("told %v", got)
	}
}

// A request in hand while its session is ended does not keep the session anew.
func TestEndedSessionStaysEnded(t *testing.T) {
	w := newWorld(t, 2)
	charges := func(ctx context.Context) []grievance.Charge {
		all, err := w.Charges(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for name, meanwhile := range map[string]func(ctx context.Context) error{
		"a note":             func(ctx context.Context) error { w.Auth.sessions.Put(ctx, seenKey, "x"); return nil },
		"a change of charge": func(ctx context.Context) error { return w.ChooseCharge(ctx, charges(ctx)[1].ID) },
	} {
		b := &browser{w: w}
		w.now = w.now.Add(time.Minute)
		if _, err := b.password(t, w.officer.Email, rightPassword, "10.0.0.1"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.code(t, w.present(t, w.shared)); err != nil {
			t.Fatal(err)
		}
		b.visit(t, func(ctx context.Context) {
			if err := w.ChooseCharge(ctx, charges(ctx)[0].ID); err != nil {
				t.Fatal(err)
			}
		})
		b.visit(t, func(ctx context.Context) {
			if err := w.EndOwnSession(t.Context(), self(w.officer.ID), w.SessionID(ctx)); err != nil {
				t.Fatal(err)
			}
			if err := meanwhile(ctx); err != nil {
				t.Fatal(err)
			}
		})
		if b.who(t) != nil {
			t.Errorf("%s brought an ended session back", name)
		}
	}
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t, 1)
	one, two := &browser{w: w}, &browser{w: w}
	one.signIn(t)
	w.now = w.now.Add(time.Minute)
	two.signIn(t)
	change := func(old, password string) (err error) {
		two.visit(t, func(ctx context.Context) {
			err = w.ChangePassword(ctx, self(w.officer.ID), old, password, "10.0.0.1")
		})
		return err
	}
	if r := refusal(t, change("wrong", "kaagaz kalam davaat")); r.Key != "auth.wrong_old" || r.Left != accountTries-1 {
		t.Errorf("a wrong old password: %+v", r)
	}
	if err := change(rightPassword, "short"); err == nil {
		t.Error("a short password was taken")
	}
	if err := change(rightPassword, "kaagaz kalam davaat"); err != nil {
		t.Fatal(err)
	}
	if one.who(t) != nil || two.who(t) == nil {
		t.Error("the other sessions must end, this one must stay")
	}
	if _, err := (&browser{w: w}).password(t, w.officer.Email, "kaagaz kalam davaat", "10.0.0.1"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if got := w.told(t, w.officer.ID); !slices.Equal(got, []string{"notice.password_changed"}) {
		t.Errorf("told %v", got)
	}
}

func TestRecoveryCodes(t *testing.T) {
	w := newWorld(t, 1)
	b := &browser{w: w}
	b.signIn(t)
	fresh := func() (codes []string) {
		b.visit(t, func(ctx context.Context) {
			if err := w.NewRecoveryCodes(ctx, self(w.officer.ID)); err != nil {
				t.Fatal(err)
			}
			var err error
			if codes, err = w.RecoveryCodes(ctx); err != nil || len(codes) != recoveryCodes {
				t.Fatalf("codes = %v, %v", codes, err)
			}
			if st, err := w.CodesKept(ctx); st != SignedIn || err != nil {
				t.Fatalf("CodesKept = %q, %v", st, err)
			}
		})
		return codes
	}
	old, codes := fresh(), []string(nil)
	codes = fresh()
	use := func(code string) (st Stage, err error) {
		c := &browser{w: w}
		if _, err := c.password(t, w.officer.Email, rightPassword, "10.0.0.1"); err != nil {
			t.Fatal(err)
		}
		c.visit(t, func(ctx context.Context) { st, err = w.Recovery(ctx, code, "10.0.0.1") })
		return st, err
	}
	if _, err := use(old[0]); refusal(t, err).Key != "auth.wrong_recovery" {
		t.Errorf("a code that was replaced: %v", err)
	}
	if st, err := use(" " + codes[3][:9] + " " + codes[3][9:]); st != SignedIn || err != nil {
		t.Errorf("a code = %q, %v", st, err)
	}
	if _, err := use(codes[3]); refusal(t, err).Key != "auth.wrong_recovery" {
		t.Errorf("a code a second time: %v", err)
	}
	own, err := w.Own(t.Context(), self(w.officer.ID))
	if err != nil || own.Identity.Recovery != recoveryCodes-1 {
		t.Errorf("left = %d, %v", own.Identity.Recovery, err)
	}
	if got := w.told(t, w.officer.ID); got[0] != "notice.recovery_used" {
		t.Errorf("told %v", got)
	}
	w.logged(t, codes...)
	if _, err := (&browser{w: w}).recovery(t, codes[4]); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a code without a password: %v", err)
	}
	c := &browser{w: w}
	if _, err := c.password(t, w.officer.Email, rightPassword, "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	for range accountTries {
		if _, err := c.recovery(t, "GUESS"); err == nil {
			t.Fatal("a guess was taken")
		}
	}
	if _, err := c.recovery(t, codes[5]); refusal(t, err).Key != "auth.too_many" {
		t.Errorf("after %d guesses: %v", accountTries, err)
	}
}

func (b *browser) recovery(t *testing.T, code string) (st Stage, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { st, err = b.w.Recovery(ctx, code, "10.0.0.1") })
	return st, err
}

// Whoever signs in through the state's provider has taken up the ID, without a password:
// no link of somebody who holds less may set one.
func TestLinkedOfficerHasTakenUp(t *testing.T) {
	w := newWorld(t, 1)
	_, admin := w.appoint(t, "admin@cell.example", grievance.Administrator, 1)
	s, _ := w.appoint(t, "state@cell.example", grievance.StateNodal, 1)
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO oidc_links (issuer, subject, officer_id, linked_at) VALUES ('https://id.example', '1', $1, 1)`, s.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Invite(t.Context(), admin, s.ID); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("Invite = %v", err)
	}
	h, _, err := w.Holder(t.Context(), admin, s.ID)
	if err != nil || !h.Identity.TakenUp || !h.Identity.Provider || h.MaySet {
		t.Errorf("holder = %+v, %v", h, err)
	}
}

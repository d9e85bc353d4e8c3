package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// appoint adds an officer without an official ID who holds a charge of the role.
func (w *world) appoint(t *testing.T, email string, role grievance.Role, office int) (grievance.Officer, grievance.Actor) {
	t.Helper()
	o := grievance.Officer{ID: w.Store.NewID(w.now), Email: email, NameEN: "Officer of " + email, Language: "en", Keys: true}
	c := grievance.Charge{ID: w.Store.NewID(w.now), OfficerID: o.ID, OfficeID: office, Role: role, TitleEN: "Title", From: w.now.Add(-time.Hour)}
	err := w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveOfficer(t.Context(), o); err != nil {
			return err
		}
		return tx.SaveCharge(t.Context(), c)
	})
	if err != nil {
		t.Fatal(err)
	}
	by, ok := w.Office.Actor(c)
	if !ok {
		t.Fatalf("no office %d", office)
	}
	return o, by
}

// invite makes a link and gives its token.
func (w *world) invite(t *testing.T, by grievance.Actor, officer grievance.ID) string {
	t.Helper()
	l, err := w.Invite(t.Context(), by, officer)
	if err != nil {
		t.Fatal(err)
	}
	token, ok := strings.CutPrefix(l.URL, "http://localhost:8080/invitation/")
	if !ok || len(token) != 22 || !l.Until.Equal(w.now.Add(7*24*time.Hour)) {
		t.Fatalf("link = %+v", l)
	}
	return token
}

func (b *browser) takeUp(t *testing.T, token, password string) (st Stage, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { st, err = b.w.TakeUp(ctx, token, password, "10.0.0.7") })
	return st, err
}

// enrol sets up an authenticator app and notes the recovery codes down.
func (b *browser) enrol(t *testing.T) (shared string, codes []string) {
	t.Helper()
	b.visit(t, func(ctx context.Context) {
		var err error
		if shared, _, err = b.w.Enrolment(ctx); err != nil {
			t.Fatal(err)
		}
		if st, err := b.w.Enrol(ctx, b.w.present(t, shared), "10.0.0.7"); st != NeedKeep || err != nil {
			t.Fatalf("Enrol = %q, %v", st, err)
		}
		if codes, err = b.w.RecoveryCodes(ctx); err != nil {
			t.Fatal(err)
		}
		if st, err := b.w.CodesKept(ctx); st != SignedIn || err != nil {
			t.Fatalf("CodesKept = %q, %v", st, err)
		}
	})
	return shared, codes
}

// told lists what the officer was told, the newest first.
func (w *world) told(t *testing.T, officer grievance.ID) (kinds []string) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Notices(t.Context(), grievance.Scope{Viewer: officer}, 100)
		for _, n := range all {
			kinds = append(kinds, n.Kind)
			if strings.Contains(n.Data, "invitation") {
				t.Errorf("a notice holds %q", n.Data)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

// logged lists the events of the office log and checks that they hold no secret.
func (w *world) logged(t *testing.T, secrets ...string) (events []string) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.QueryContext(t.Context(), `SELECT event, data FROM office_log ORDER BY n`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var event, data string
			if err := rows.Scan(&event, &data); err != nil {
				return err
			}
			events = append(events, event)
			for _, s := range secrets {
				if strings.Contains(data, s) {
					t.Errorf("%s holds a secret: %s", event, data)
				}
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestTakeUp(t *testing.T) {
	w := newWorld(t, 1)
	_, state := w.appoint(t, "state@cell.example", grievance.StateNodal, 1)
	o, _ := w.appoint(t, "new@cell.example", grievance.DistrictNodal, 2)
	first := w.invite(t, state, o.ID)
	token := w.invite(t, state, o.ID)
	b := &browser{w: w}
	if _, err := b.takeUp(t, first, "kaagaz kalam davaat"); refusal(t, err).Key != "auth.link_over" {
		t.Errorf("the earlier link: %v", err)
	}
	in, err := w.Invited(t.Context(), token, "10.0.0.7")
	if err != nil || in.Officer.ID != o.ID || in.By.ID != state.ID || len(in.Charges) != 1 || in.TakenUp {
		t.Fatalf("invited = %+v, %v", in, err)
	}
	if st, err := b.takeUp(t, token, "kaagaz kalam davaat"); st != NeedEnrol || err != nil {
		t.Fatalf("TakeUp = %q, %v", st, err)
	}
	if b.who(t) != nil {
		t.Error("signed in without a second factor")
	}
	if _, err := b.takeUp(t, token, "kaagaz kalam davaat"); refusal(t, err).Key != "auth.link_over" {
		t.Errorf("the link a second time: %v", err)
	}
	b = &browser{w: w}
	if st, err := b.password(t, o.Email, "kaagaz kalam davaat", "10.0.0.7"); st != NeedEnrol || err != nil {
		t.Fatalf("Password = %q, %v", st, err)
	}
	_, codes := b.enrol(t)
	if who := b.who(t); who == nil || who.Officer.ID != o.ID {
		t.Errorf("who = %+v", who)
	}
	if got := w.told(t, state.ID); !slices.Equal(got, []string{"notice.taken_up"}) {
		t.Errorf("the inviter was told %v", got)
	}
	if got := w.told(t, o.ID); !slices.Equal(got, []string{"notice.invited", "notice.invited"}) {
		t.Errorf("the officer was told %v", got)
	}
	if got, want := w.logged(t, append(codes, token, "davaat")...), []string{"id.invited", "id.invited", "id.taken_up", "id.factor_set"}; !slices.Equal(got, want) {
		t.Errorf("log = %v, want %v", got, want)
	}
}

// Two tabs that use one link at once: one sets the password.
func TestTakeUpAtOnce(t *testing.T) {
	w := newWorld(t, 1)
	o, _ := w.appoint(t, "new@cell.example", grievance.Clerk, 1)
	token := w.invite(t, grievance.System, o.ID)
	var wg sync.WaitGroup
	results := make([]error, 2)
	for i := range results {
		wg.Go(func() { _, results[i] = (&browser{w: w}).takeUp(t, token, "kaagaz kalam davaat") })
	}
	wg.Wait()
	if (results[0] == nil) == (results[1] == nil) {
		t.Errorf("both tabs: %v, %v", results[0], results[1])
	}
}

func TestLinkEnds(t *testing.T) {
	w := newWorld(t, 1)
	o, _ := w.appoint(t, "new@cell.example", grievance.Clerk, 1)
	over := func(token, why string) {
		t.Helper()
		if _, err := w.Invited(t.Context(), token, "10.0.0.7"); refusal(t, err).Key != "auth.link_over" {
			t.Errorf("%s: %v", why, err)
		}
		if _, err := (&browser{w: w}).takeUp(t, token, "kaagaz kalam davaat"); refusal(t, err).Key != "auth.link_over" {
			t.Errorf("%s, taken up: %v", why, err)
		}
	}
	over("nothing-of-ours", "an unknown link")
	token := w.invite(t, grievance.System, o.ID)
	w.now = w.now.Add(7*24*time.Hour - time.Minute)
	if _, err := w.Invited(t.Context(), token, "10.0.0.7"); err != nil {
		t.Errorf("within seven days: %v", err)
	}
	w.now = w.now.Add(2 * time.Minute)
	over(token, "after seven days")
	token = w.invite(t, grievance.System, o.ID)
	if err := w.Suspend(t.Context(), grievance.System, o.ID); err != nil {
		t.Fatal(err)
	}
	over(token, "after the suspension")
	if _, err := w.Invite(t.Context(), grievance.System, o.ID); err == nil {
		t.Error("a suspended officer was invited")
	}
}

func TestWrongLinksAreLimited(t *testing.T) {
	w := newWorld(t, 1)
	o, _ := w.appoint(t, "new@cell.example", grievance.Clerk, 1)
	token := w.invite(t, grievance.System, o.ID)
	for range addressTries {
		if _, err := w.Invited(t.Context(), token, "10.0.0.1"); err != nil {
			t.Fatalf("a right link counts as wrong: %v", err)
		}
	}
	for range addressTries {
		_, err := w.Invited(t.Context(), "a guess", "10.0.0.1")
		refusal(t, err)
	}
	if _, err := w.Invited(t.Context(), token, "10.0.0.1"); refusal(t, err).Key != "auth.too_many" {
		t.Errorf("after %d guesses: %v", addressTries, err)
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	w := newWorld(t, 1)
	o, _ := w.appoint(t, "renu.phogat@cell.example", grievance.Clerk, 1)
	o.NameEN, o.NameHI = "Renu Phogat", "रेणु फोगाट देवी सिंह"
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.SaveOfficer(t.Context(), o) }); err != nil {
		t.Fatal(err)
	}
	token := w.invite(t, grievance.System, o.ID)
	for password, want := range map[string]string{
		"eleven lett": "auth.password_length", strings.Repeat("x y ", 51): "auth.password_length", "": "auth.password_length",
		"Renu.Phogat@cell.example": "auth.password_own", "renuphogat2026": "auth.password_own", "RENU-phogat-1": "auth.password_own", "रेणु फोगाट देवी सिंह": "auth.password_own",
		"Password1234": "auth.password_common", "Welcome-2026": "auth.password_common", "1234567890 12": "auth.password_common", "aaaaaaaaaaaab": "auth.password_common",
	} {
		_, err := (&browser{w: w}).takeUp(t, token, password)
		if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Field != "password" || invalid.Key != want {
			t.Errorf("%q: %v, want %s", password, err, want)
		}
	}
	if st, err := (&browser{w: w}).takeUp(t, token, "रेणु का लंबा रास्ता हिसार तक"); st != NeedEnrol || err != nil {
		t.Errorf("a good password after bad ones = %q, %v", st, err)
	}
}

// A link for an ID that is in use sets a new password: sessions end, the officer is told,
// the second factor stays.
func TestNewPasswordLink(t *testing.T) {
	w := newWorld(t, 1)
	_, by := w.appoint(t, "nodal@cell.example", grievance.StateNodal, 1)
	b := &browser{w: w}
	b.signIn(t)
	token := w.invite(t, by, w.officer.ID)
	if b.who(t) != nil {
		t.Error("the session stands although a new password is to be set")
	}
	if got := w.told(t, w.officer.ID); !slices.Equal(got, []string{"notice.new_link"}) {
		t.Errorf("told %v", got)
	}
	b = &browser{w: w}
	if st, err := b.takeUp(t, token, "kaagaz kalam davaat"); st != NeedCode || err != nil {
		t.Fatalf("TakeUp = %q, %v", st, err)
	}
	w.now = w.now.Add(time.Minute)
	if st, err := b.code(t, w.present(t, w.shared)); st != SignedIn || err != nil {
		t.Errorf("the old second factor = %q, %v", st, err)
	}
	if _, err := (&browser{w: w}).password(t, w.officer.Email, rightPassword, "10.0.0.3"); refusal(t, err).Key != "auth.wrong_password" {
		t.Errorf("the old password: %v", err)
	}
}

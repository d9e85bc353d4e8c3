package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

const rightPassword = "a long way to Hisar"

// world is a sign-in with one office and officers, at a time of the test's own.
type world struct {
	*Auth
	now     time.Time
	officer grievance.Officer
	shared  string
}

func newWorld(t *testing.T, charges int) *world {
	t.Helper()
	w := &world{now: time.Now(), shared: NewSharedSecret()}
	keys, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.New(t)
	if err := s.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.SaveOffices(t.Context(), []grievance.Office{
			{ID: 1, Code: "cell", NameEN: "State cell", Tier: grievance.Secretariat},
			{ID: 2, Code: "dc-hisar", NameEN: "District Administration, Hisar", Tier: grievance.Administration, ParentID: 1, DistrictID: 63},
		})
	}); err != nil {
		t.Fatal(err)
	}
	dir, err := office.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	w.Auth, err = New(Options{Store: s, Office: dir, Keys: keys, Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler), PublicURL: "http://localhost:8080"})
	if err != nil {
		t.Fatal(err)
	}
	w.officer = w.add(t, "Clerk@Cell.example", w.shared, charges)
	return w
}

func (w *world) add(t *testing.T, email, shared string, charges int) grievance.Officer {
	t.Helper()
	o := grievance.Officer{ID: w.Store.NewID(w.now), Email: email, NameEN: "A. Clerk", Language: "en", Keys: true}
	cred, err := Credentials(w.Keys, o.ID, rightPassword, shared)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveOfficer(t.Context(), o); err != nil {
			return err
		}
		for range charges {
			c := grievance.Charge{ID: tx.NewID(w.now), OfficerID: o.ID, OfficeID: 1, Role: grievance.Clerk, TitleEN: "Clerk", From: w.now.Add(-time.Hour)}
			if err := tx.SaveCharge(t.Context(), c); err != nil {
				return err
			}
		}
		return tx.SaveCredentials(t.Context(), o.ID, cred)
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// browser keeps the cookie of one visitor.
type browser struct {
	w      *world
	cookie *http.Cookie
}

// visit runs do within the visitor's session.
func (b *browser) visit(t *testing.T, do func(ctx context.Context)) {
	t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	rec := httptest.NewRecorder()
	b.w.Sessions(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { do(r.Context()) })).ServeHTTP(rec, r)
	if rec.Code != http.StatusOK {
		t.Fatalf("session: status %d", rec.Code)
	}
	for _, c := range rec.Result().Cookies() {
		b.cookie = c
	}
}

func (b *browser) password(t *testing.T, email, password, address string) (st Stage, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { st, err = b.w.Password(ctx, email, password, address) })
	return st, err
}

func (b *browser) code(t *testing.T, code string) (st Stage, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { st, err = b.w.Code(ctx, code, "10.0.0.1") })
	return st, err
}

func (b *browser) who(t *testing.T) (who *Who) {
	t.Helper()
	b.visit(t, func(ctx context.Context) {
		var err error
		if who, err = b.w.Who(ctx, From{Address: "10.0.0.1", Agent: "Firefox/140.0"}); err != nil {
			t.Error(err)
		}
	})
	return who
}

func (w *world) present(t *testing.T, shared string) string {
	t.Helper()
	code, err := totp.GenerateCode(shared, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// signIn goes the whole way with password and code.
func (b *browser) signIn(t *testing.T) {
	t.Helper()
	if st, err := b.password(t, "clerk@cell.example", rightPassword, "10.0.0.1"); st != NeedCode || err != nil {
		t.Fatalf("Password = %q, %v", st, err)
	}
	if st, err := b.code(t, b.w.present(t, b.w.shared)); st != SignedIn || err != nil {
		t.Fatalf("Code = %q, %v", st, err)
	}
}

func refusal(t *testing.T, err error) *RefusedError {
	t.Helper()
	r, ok := errors.AsType[*RefusedError](err)
	if !ok {
		t.Fatalf("error = %v, want a refusal", err)
	}
	return r
}

func TestSignIn(t *testing.T) {
	w := newWorld(t, 1)
	b := &browser{w: w}
	if who := b.who(t); who != nil {
		t.Fatalf("a stranger is %v", who)
	}
	if _, err := b.password(t, " CLERK@cell.example ", rightPassword, "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	first := b.cookie.Value
	if who := b.who(t); who != nil {
		t.Error("signed in by the password alone")
	}
	if st, err := b.code(t, w.present(t, w.shared)); st != SignedIn || err != nil {
		t.Fatalf("Code = %q, %v", st, err)
	}
	if b.cookie.Value == first {
		t.Error("the session token did not rotate at sign-in")
	}
	who := b.who(t)
	if who == nil || who.Officer.ID != w.officer.ID || who.Actor.Role != grievance.Clerk || !who.Actor.Scope.All {
		t.Fatalf("who = %+v", who)
	}
	if !b.cookie.HttpOnly || b.cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie = %v", b.cookie)
	}
	b.visit(t, func(ctx context.Context) {
		if err := w.SignOut(ctx); err != nil {
			t.Error(err)
		}
	})
	if b.who(t) != nil {
		t.Error("still signed in after signing out")
	}
}

// An unknown address, a wrong password and a suspended officer look the same.
func TestRefusalsAreAlike(t *testing.T) {
	w := newWorld(t, 1)
	gone := w.add(t, "gone@cell.example", w.shared, 1)
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.Suspend(t.Context(), gone.ID, w.now) }); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ email, password string }{
		{"clerk@cell.example", "wrong"}, {"nobody@cell.example", rightPassword}, {"gone@cell.example", rightPassword}, {"clerk@cell.example2", ""},
	} {
		_, err := (&browser{w: w}).password(t, tt.email, tt.password, "10.0.0.2")
		if r := refusal(t, err); r.Key != "auth.wrong_password" || r.Left != accountTries-1 {
			t.Errorf("%s: %+v", tt.email, r)
		}
	}
}

func TestLimitPerAccount(t *testing.T) {
	for _, email := range []string{"clerk@cell.example", "nobody@cell.example"} {
		w := newWorld(t, 1)
		b := &browser{w: w}
		for i := 1; i <= accountTries; i++ {
			_, err := b.password(t, email, "wrong", "10.0.0.1")
			r := refusal(t, err)
			if last := i == accountTries; last != (r.Wait > 0) || !last && r.Left != accountTries-i {
				t.Errorf("%s, try %d: %+v", email, i, r)
			}
		}
		if _, err := b.password(t, email, rightPassword, "10.9.9.9"); refusal(t, err).Wait <= 0 {
			t.Errorf("%s: no wait after %d wrong tries", email, accountTries)
		}
		w.now = w.now.Add(tryWindow + time.Second)
		_, err := b.password(t, email, rightPassword, "10.0.0.1")
		if known := strings.HasPrefix(email, "clerk"); known != (err == nil) {
			t.Errorf("%s after the wait: %v", email, err)
		}
	}
}

func TestLimitPerAddress(t *testing.T) {
	w := newWorld(t, 1)
	b := &browser{w: w}
	for i := range addressTries {
		_, err := b.password(t, strings.Repeat("x", i+1)+"@cell.example", "wrong", "10.0.0.1")
		refusal(t, err)
	}
	if _, err := b.password(t, "clerk@cell.example", rightPassword, "10.0.0.1"); refusal(t, err).Key != "auth.too_many" {
		t.Errorf("from the address of %d wrong tries: %v", addressTries, err)
	}
	if _, err := b.password(t, "clerk@cell.example", rightPassword, "10.0.0.2"); err != nil {
		t.Errorf("from another address: %v", err)
	}
}

func TestCodeWorksOnce(t *testing.T) {
	w := newWorld(t, 1)
	(&browser{w: w}).signIn(t)
	b := &browser{w: w}
	if _, err := b.password(t, "clerk@cell.example", rightPassword, "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.code(t, w.present(t, w.shared)); refusal(t, err).Key != "auth.used_code" {
		t.Errorf("the same code again: %v", err)
	}
	if _, err := b.code(t, "000000"); refusal(t, err).Key != "auth.wrong_code" {
		t.Errorf("a wrong code: %v", err)
	}
	w.now = w.now.Add(stepSeconds * time.Second)
	if st, err := b.code(t, w.present(t, w.shared)); st != SignedIn || err != nil {
		t.Errorf("the next code = %q, %v", st, err)
	}
	if st, err := (&browser{w: w}).code(t, w.present(t, w.shared)); st != NeedPassword || !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a code without a password = %q, %v", st, err)
	}
}

func TestSuspensionEndsSessions(t *testing.T) {
	w := newWorld(t, 1)
	b := &browser{w: w}
	b.signIn(t)
	alive := func() (ok bool) {
		b.visit(t, func(ctx context.Context) {
			var err error
			if ok, err = w.Alive(ctx); err != nil {
				t.Error(err)
			}
		})
		return ok
	}
	if !alive() {
		t.Fatal("a fresh session is not alive")
	}
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.Suspend(t.Context(), w.officer.ID, w.now) }); err != nil {
		t.Fatal(err)
	}
	if alive() {
		t.Error("the session is alive after the suspension")
	}
	if b.who(t) != nil {
		t.Error("signed in after the suspension")
	}
}

func TestIdleAndEndedCharge(t *testing.T) {
	w := newWorld(t, 1)
	b := &browser{w: w}
	b.signIn(t)
	w.now = w.now.Add(idleLimit - time.Minute)
	if b.who(t) == nil {
		t.Fatal("signed out before the limit")
	}
	w.now = w.now.Add(idleLimit - time.Minute)
	if b.who(t) == nil {
		t.Fatal("a request did not count as activity")
	}
	w.now = w.now.Add(idleLimit + time.Minute)
	if b.who(t) != nil {
		t.Error("signed in after doing nothing for too long")
	}
}

func TestSeveralCharges(t *testing.T) {
	w := newWorld(t, 2)
	b := &browser{w: w}
	if _, err := b.password(t, "clerk@cell.example", rightPassword, "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if st, err := b.code(t, w.present(t, w.shared)); st != NeedCharge || err != nil {
		t.Fatalf("Code = %q, %v", st, err)
	}
	if b.who(t) != nil {
		t.Fatal("signed in without a charge")
	}
	b.visit(t, func(ctx context.Context) {
		if err := w.ChooseCharge(ctx, 12345); err == nil {
			t.Error("took up a charge of nobody")
		}
		charges, err := w.Charges(ctx)
		if err != nil || len(charges) != 2 {
			t.Fatalf("charges = %v, %v", charges, err)
		}
		if err := w.ChooseCharge(ctx, charges[1].ID); err != nil {
			t.Error(err)
		}
	})
	if who := b.who(t); who == nil || len(who.Charges) != 2 {
		t.Errorf("who = %+v", who)
	}
}

func TestNoCharge(t *testing.T) {
	w := newWorld(t, 0)
	b := &browser{w: w}
	if _, err := b.password(t, "clerk@cell.example", rightPassword, "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.code(t, w.present(t, w.shared)); refusal(t, err).Key != "auth.no_charge" {
		t.Errorf("without a charge: %v", err)
	}
}

func TestEnrol(t *testing.T) {
	w := newWorld(t, 1)
	w.add(t, "fresh@cell.example", "", 1)
	b := &browser{w: w}
	if st, err := b.password(t, "fresh@cell.example", rightPassword, "10.0.0.1"); st != NeedEnrol || err != nil {
		t.Fatalf("Password = %q, %v", st, err)
	}
	letters := func() (l string) {
		b.visit(t, func(ctx context.Context) {
			var err error
			if l, _, err = w.Enrolment(ctx); err != nil {
				t.Fatal(err)
			}
		})
		return l
	}
	offered := letters()
	if again := letters(); again != offered {
		t.Errorf("the offered secret changed from %q to %q", offered, again)
	}
	// A key that is dropped takes what sessions held with it, and no sign-in.
	keys, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	w.Auth.Keys = keys
	if fresh := letters(); fresh == "" || fresh == offered || letters() != fresh {
		t.Errorf("after the key was dropped %q is offered", fresh)
	}
	offered = letters()
	b.visit(t, func(ctx context.Context) {
		if _, err := w.Enrol(ctx, "000000", "10.0.0.1"); refusal(t, err).Key != "auth.wrong_code" {
			t.Errorf("wrong code: %v", err)
		}
	})
	b.visit(t, func(ctx context.Context) {
		if st, err := w.Enrol(ctx, w.present(t, offered), "10.0.0.1"); st != NeedKeep || err != nil {
			t.Errorf("Enrol = %q, %v", st, err)
		}
	})
	if b.who(t) != nil {
		t.Error("signed in before the recovery codes were noted down")
	}
	b.visit(t, func(ctx context.Context) {
		codes, err := w.RecoveryCodes(ctx)
		if err != nil || len(codes) != recoveryCodes {
			t.Errorf("recovery codes = %d, %v", len(codes), err)
		}
		if st, err := w.CodesKept(ctx); st != SignedIn || err != nil {
			t.Errorf("CodesKept = %q, %v", st, err)
		}
		if codes, err := w.RecoveryCodes(ctx); len(codes) != 0 || err != nil {
			t.Errorf("recovery codes are shown again: %d, %v", len(codes), err)
		}
	})
	if b.who(t) == nil {
		t.Error("not signed in after setting up the app")
	}
	if st, err := (&browser{w: w}).password(t, "fresh@cell.example", rightPassword, "10.0.0.1"); st != NeedCode || err != nil {
		t.Errorf("the next sign-in asks for %q, %v", st, err)
	}
}

func TestCredentials(t *testing.T) {
	keys, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Credentials(keys, 1, "short", ""); err == nil {
		t.Error("a short password was taken")
	}
	c, err := Credentials(keys, 1, rightPassword, "ABC")
	if err != nil || !strings.HasPrefix(c.Password, "$argon2id$") || strings.Contains(string(c.TOTP), "ABC") {
		t.Errorf("credentials = %v, %v", c, err)
	}
}

// Who shows a password sets up the own second factor, though the address has passed to
// another officer meanwhile.
func TestFactorIsSetUpForWhoeverShowedThePassword(t *testing.T) {
	w := newWorld(t, 1)
	first := w.add(t, "desk@cell.example", "", 1)
	second := w.add(t, "next@cell.example", "", 1)
	b := &browser{w: w}
	if st, err := b.password(t, "desk@cell.example", rightPassword, "10.0.0.1"); st != NeedEnrol || err != nil {
		t.Fatalf("Password = %q, %v", st, err)
	}
	first.Email, second.Email = "moved@cell.example", "desk@cell.example"
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.SaveOfficer(t.Context(), first), tx.SaveOfficer(t.Context(), second))
	}); err != nil {
		t.Fatal(err)
	}
	b.visit(t, func(ctx context.Context) {
		shared, _, err := w.Enrolment(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Enrol(ctx, w.present(t, shared), "10.0.0.1"); !errors.Is(err, grievance.ErrConflict) {
			t.Errorf("a factor for the one who has the address now: %v", err)
		}
	})
}

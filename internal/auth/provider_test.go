package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nivaran/internal/auth/oidctest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

const program = "http://localhost:8080"

// The first time a verified address links the officer, who is told; our second factor is
// asked for; from then on the subject counts, whatever address the provider has.
func TestProviderLinks(t *testing.T) {
	for _, inToken := range []bool{false, true} {
		w := newProvided(t, 1, nil)
		if inToken {
			w.p.SayInToken()
		}
		b := &browser{w: w.world}
		r, err := w.through(t, b, "asha")
		if err != nil || r.Stage != NeedCode {
			t.Fatalf("back from the provider: %+v, %v", r, err)
		}
		before := b.cookie.Value
		if b.who(t) != nil {
			t.Error("signed in without the second factor")
		}
		if st, err := b.code(t, w.present(t, w.shared)); st != SignedIn || err != nil {
			t.Fatalf("Code = %q, %v", st, err)
		}
		if who := b.who(t); who == nil || who.Officer.ID != w.officer.ID || b.cookie.Value == before {
			t.Errorf("who = %+v, token rotated: %v", who, b.cookie.Value != before)
		}
		if got := w.events(t, "id.provider_linked"); got != 1 {
			t.Errorf("%d links in the office log", got)
		}
		var told []store.Notice
		if err := w.Store.Tx(t.Context(), func(tx *store.Tx) (err error) {
			if told, err = tx.Notices(t.Context(), grievance.Scope{Viewer: w.officer.ID}, 9); err != nil {
				return err
			}
			w.officer.Email = "moved@cell.example"
			return tx.SaveOfficer(t.Context(), w.officer)
		}); err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || told[0].Kind != "notice.provider_linked" {
			t.Errorf("told %+v", told)
		}
		w.now = w.now.Add(time.Minute)
		if r, err := w.through(t, &browser{w: w.world}, "asha"); err != nil || r.Stage != NeedCode || w.events(t, "id.provider_linked") != 1 {
			t.Errorf("by the subject alone: %+v, %v", r, err)
		}
	}
}

func TestProviderFactorSuffices(t *testing.T) {
	w := newProvided(t, 1, factor)
	if who := w.enters(t, "asha").who(t); who == nil || who.Actor.Role != grievance.Clerk {
		t.Errorf("who = %+v", who)
	}
	w.Provider.Factors = []string{"amr:mfa"}
	w.p.Forget()
	if r, err := w.through(t, &browser{w: w.world}, "asha"); err != nil || r.Stage != NeedCode {
		t.Errorf("with a password only: %+v, %v", r, err)
	}
}

// Whom the provider names and we do not let in, is told why; nothing is linked.
func TestProviderRefuses(t *testing.T) {
	w := newProvided(t, 1, mapped,
		oidctest.User{Name: "doubtful", Email: "doubtful@cell.example", Unverified: true, Roles: []string{"cell"}},
		oidctest.User{Name: "unknown", Email: "unknown@cell.example", Roles: []string{"cell"}},
		oidctest.User{Name: "roleless", Email: "roleless@cell.example", Roles: []string{"guests", "ghost", "nowhere"}},
		oidctest.User{Name: "gone", Email: "gone@cell.example", Roles: []string{"cell"}},
		oidctest.User{Name: "again", Email: "clerk@cell.example", Roles: []string{"cell"}},
		oidctest.User{Name: "idle", Email: "idle@cell.example", Roles: []string{"cell"}})
	for _, email := range []string{"doubtful@cell.example", "roleless@cell.example"} {
		w.add(t, email, w.shared, 1)
	}
	w.add(t, "idle@cell.example", w.shared, 0)
	gone := w.add(t, "gone@cell.example", w.shared, 1)
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.Suspend(t.Context(), gone.ID, w.now) }); err != nil {
		t.Fatal(err)
	}
	w.enters(t, "asha")
	for user, want := range map[string]string{
		"doubtful": "auth.provider_unverified", "unknown": "auth.provider_unknown", "roleless": "auth.provider_no_role", "gone": "auth.provider_suspended",
		"again": "auth.provider_other", "idle": "auth.no_charge",
	} {
		w.p.Forget()
		b := &browser{w: w.world}
		if _, err := w.through(t, b, user); refusal(t, err).Key != want {
			t.Errorf("%s: %v, want %s", user, err, want)
		}
		if b.who(t) != nil {
			t.Errorf("%s is signed in", user)
		}
	}
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.Suspend(t.Context(), w.officer.ID, w.now) }); err != nil {
		t.Fatal(err)
	}
	w.p.Forget()
	if _, err := w.through(t, &browser{w: w.world}, "asha"); refusal(t, err).Key != "auth.provider_suspended" {
		t.Errorf("a linked officer who is suspended: %v", err)
	}
	if n := w.events(t, "id.provider_linked"); n != 2 { // asha, and idle, who is known but holds no charge
		t.Errorf("%d links", n)
	}
}

// An answer counts once, in the browser that asked, with its own nonce, and not for ever.
func TestProviderAnswers(t *testing.T) {
	w := newProvided(t, 1, factor)
	asked := func(b *browser) url.Values {
		to, err := b.toProvider(t, false)
		if err != nil {
			t.Fatal(err)
		}
		return w.p.SignIn(t, to, "asha")
	}
	again := func(name string, b *browser, answer url.Values) {
		t.Helper()
		if _, err := b.fromProvider(t, answer); refusal(t, err).Key != "auth.provider_again" {
			t.Errorf("%s: %v", name, err)
		}
		if b.who(t) != nil {
			t.Errorf("%s: signed in", name)
		}
	}
	victim, attacker := &browser{w: w.world}, &browser{w: w.world}
	if _, err := victim.toProvider(t, false); err != nil {
		t.Fatal(err)
	}
	again("the state of another browser", victim, asked(attacker))
	b := &browser{w: w.world}
	answer := asked(b)
	forged := url.Values{"code": answer["code"], "state": {"forged"}}
	again("a forged state", b, forged)
	again("no state", b, url.Values{"code": answer["code"]})
	if r, err := b.fromProvider(t, answer); err != nil || r.Stage != SignedIn {
		t.Fatalf("the right answer: %+v, %v", r, err)
	}
	second := &browser{w: w.world, cookie: b.cookie}
	if _, err := second.fromProvider(t, answer); refusal(t, err).Key != "auth.provider_again" {
		t.Errorf("the same answer again: %v", err)
	}
	b = &browser{w: w.world}
	answer = asked(b)
	answer.Set("iss", "https://another.example")
	again("another issuer", b, answer)
	b = &browser{w: w.world}
	answer = asked(b)
	answer.Set("code", "made up")
	again("a made-up code", b, answer)
	b = &browser{w: w.world}
	answer = asked(b)
	w.now = w.now.Add(tryLife + time.Second)
	again("an old answer", b, answer)
	w.p.SwapNonce("of another request")
	b = &browser{w: w.world}
	again("another nonce", b, asked(b))
	w.p.SwapNonce("")
	b = &browser{w: w.world}
	to, err := b.toProvider(t, false)
	if err != nil {
		t.Fatal(err)
	}
	state := mustQuery(t, to).Get("state")
	if _, err := b.fromProvider(t, url.Values{"error": {"access_denied"}, "state": {state}}); refusal(t, err).Key != "auth.provider_no" {
		t.Errorf("the officer's own no: %v", err)
	}
	if q := mustQuery(t, to); q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("redirect_uri") != program+ReturnPath {
		t.Errorf("asked with %v", q)
	}
}

func mustQuery(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// The claim decides under which charges the session acts; a mapping with an office grants
// the charge, recorded, for ways through the provider only, and ends it with the claim.
func TestProviderRoles(t *testing.T) {
	w := newProvided(t, 1, mapped)
	auditor := grievance.Charge{ID: w.Store.NewID(w.now), OfficerID: w.officer.ID, OfficeID: 1, Role: grievance.Auditor, TitleEN: "Auditor", From: w.now.Add(-time.Hour)}
	if err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.SaveCharge(t.Context(), auditor) }); err != nil {
		t.Fatal(err)
	}
	b := w.enters(t, "asha")
	if got := b.charges(t); len(got) != 1 || got[0] != grievance.Clerk {
		t.Errorf("charges by the claim = %v", got)
	}
	b.visit(t, func(ctx context.Context) {
		if err := w.ChooseCharge(ctx, auditor.ID); err == nil {
			t.Error("took up a charge that the claim does not name")
		}
	})
	w.p.SetRoles("asha", "cell", "dc hisar")
	b = &browser{w: w.world}
	if r, err := w.through(t, b, "asha"); err != nil || r.Stage != NeedCharge {
		t.Fatalf("with two roles: %+v, %v", r, err)
	}
	if got := b.charges(t); len(got) != 2 || got[1] != grievance.DistrictNodal {
		t.Errorf("charges with the grant = %v", got)
	}
	if w.events(t, "charge.given") != 1 || w.events(t, "charge.bound") != 1 {
		t.Error("the grant is not in the office log")
	}
	byPassword := &browser{w: w.world}
	if st, err := byPassword.password(t, "clerk@cell.example", rightPassword, "10.0.0.1"); st != NeedCode || err != nil {
		t.Fatal(err)
	}
	if st, err := byPassword.code(t, w.present(t, w.shared)); st != NeedCharge || err != nil {
		t.Fatalf("by password: %q, %v", st, err)
	}
	for _, role := range byPassword.charges(t) {
		if role == grievance.DistrictNodal {
			t.Error("the provider's charge is open to a password")
		}
	}
	w.now = w.now.Add(time.Minute)
	w.p.SetRoles("asha", "dc hisar")
	if who := w.enters(t, "asha").who(t); who == nil || who.Actor.Role != grievance.DistrictNodal || who.Actor.Scope.DistrictID != 63 {
		t.Errorf("under the grant: %+v", who)
	}
	w.p.SetRoles("asha", "cell")
	w.enters(t, "asha")
	var held []grievance.Charge
	if err := w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		held, err = tx.Charges(t.Context(), w.officer.ID, w.now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(held) != 2 || w.events(t, "charge.ended") != 1 {
		t.Errorf("after the claim is gone: %d charges, %d ended", len(held), w.events(t, "charge.ended"))
	}
}

// A provider that is down keeps nobody from signing in by password, and is found again
// once it is up.
func TestProviderDown(t *testing.T) {
	w := newProvided(t, 1, factor)
	w.p.Stop() // before anything was asked
	b := &browser{w: w.world}
	if _, err := b.toProvider(t, false); !errors.Is(err, ErrProviderDown) {
		t.Fatalf("down at the start: %v", err)
	}
	(&browser{w: w.world}).signIn(t)
	w.p.Resume(t)
	w.now = w.now.Add(askAgain + time.Second)
	to, err := b.toProvider(t, false)
	if err != nil {
		t.Fatalf("up again: %v", err)
	}
	answer := w.p.SignIn(t, to, "asha")
	w.p.Stop() // while the officer was on the way
	if _, err := b.fromProvider(t, answer); !errors.Is(err, ErrProviderDown) {
		t.Errorf("down on the way: %v", err)
	}
	w.now = w.now.Add(answeredLately + time.Second)
	if _, err := (&browser{w: w.world}).toProvider(t, false); !errors.Is(err, ErrProviderDown) {
		t.Errorf("down after it was known: %v", err) // the browser would find no way back from there
	}
	w.p.Resume(t)
	w.now = w.now.Add(askAgain + time.Second)
	w.enters(t, "asha")
	w.Provider = NewProvider(ProviderOptions{Issuer: w.p.URL + "/elsewhere", HTTP: w.Provider.HTTP, Now: w.Provider.Now})
	if _, err := (&browser{w: w.world}).toProvider(t, false); !errors.Is(err, ErrProviderDown) {
		t.Errorf("an address where no provider is: %v", err)
	}
}

// When the identity token is over, the provider is asked again unseen: who is still
// signed in there goes on under the same charge, with what the claim says by then; who is
// not, signs in again.
func TestProviderSessionExpires(t *testing.T) {
	w := newProvided(t, 1, mapped)
	b := w.enters(t, "asha")
	if who := b.who(t); who == nil || who.AskProvider {
		t.Fatalf("fresh: %+v", who)
	}
	quiet := func() (Returned, error) {
		t.Helper()
		to, err := b.toProvider(t, true)
		if err != nil {
			t.Fatal(err)
		}
		return b.fromProvider(t, w.p.SignIn(t, to, "nobody, for nobody is asked"))
	}
	w.now = w.now.Add(time.Hour + time.Minute)
	w.p.SetLifetime(24 * time.Hour)
	if who := b.who(t); who == nil || !who.AskProvider {
		t.Fatalf("after the token: %+v", who)
	}
	token := b.cookie.Value
	if r, err := quiet(); err != nil || r.Stage != SignedIn || r.Next != "/cases/7" || r.Over {
		t.Fatalf("asked again: %+v, %v", r, err)
	}
	if who := b.who(t); who == nil || who.AskProvider || b.cookie.Value == token {
		t.Fatalf("renewed: %+v", who)
	}
	w.p.SetRoles("asha", "dc hisar")
	if r, err := quiet(); err != nil || r.Stage != SignedIn {
		t.Fatalf("with another role: %+v, %v", r, err)
	}
	if who := b.who(t); who == nil || who.Actor.Role != grievance.DistrictNodal {
		t.Errorf("the charge follows the claim: %+v", who)
	}
	b.visit(t, func(ctx context.Context) { w.PutOff(ctx) })
	w.now = w.now.Add(leastLife + time.Second)
	if who := b.who(t); who == nil || !who.AskProvider {
		t.Errorf("put off for a while only: %+v", who)
	}
	w.p.Forget()
	if r, err := quiet(); err != nil || !r.Over || r.Next != "/cases/7" {
		t.Fatalf("signed out there: %+v, %v", r, err)
	}
	if b.who(t) != nil {
		t.Error("the session outlived the one at the provider")
	}
	w.p.SetRoles("asha", "cell")
	b = w.enters(t, "asha")
	w.now = w.now.Add(24*time.Hour + grace + time.Second)
	if b.who(t) != nil {
		t.Error("the session outlived its token by more than the grace")
	}
}

// Removing the provider from the settings ends what stood on its word.
func TestProviderRemoved(t *testing.T) {
	w := newProvided(t, 1, factor)
	b := w.enters(t, "asha")
	w.Provider = nil
	if b.who(t) != nil {
		t.Error("a session of the provider stands without it")
	}
	if _, err := b.toProvider(t, false); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("to no provider: %v", err)
	}
}

func TestProviderLimits(t *testing.T) {
	w := newProvided(t, 1, factor)
	for range addressTries {
		if _, err := (&browser{w: w.world}).toProvider(t, false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (&browser{w: w.world}).toProvider(t, false); refusal(t, err).Key != "auth.too_many" {
		t.Errorf("from an address of %d vain ways: %v", addressTries, err)
	}
	w.now = w.now.Add(tryWindow + time.Second)
	for range addressTries + 10 { // ways that end well count for nothing
		w.p.Forget()
		w.enters(t, "asha")
	}
	for i := range accountTries {
		b := &browser{w: w.world}
		if _, err := b.password(t, "clerk@cell.example", "wrong", "10.0.0.9"); refusal(t, err).Left != accountTries-1-i {
			t.Fatal(err)
		}
	}
	if _, err := w.through(t, &browser{w: w.world}, "asha"); refusal(t, err).Key != "auth.too_many" {
		t.Errorf("while the account waits: %v", err)
	}
}

// Signing out here leads to where the provider ends its own session.
func TestProviderSignOut(t *testing.T) {
	w := newProvided(t, 1, factor)
	b := w.enters(t, "asha")
	var away string
	b.visit(t, func(ctx context.Context) {
		away = w.SignOutAtProvider(ctx)
		if err := w.SignOut(ctx); err != nil {
			t.Error(err)
		}
	})
	if b.who(t) != nil || !strings.HasPrefix(away, w.p.URL) {
		t.Fatalf("signed out to %q", away)
	}
	r, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(away)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.Header.Get("Location") != program+"/sign-in" || w.p.Ended() != 1 {
		t.Errorf("the provider answers %s to %q, %d sessions ended", r.Status, r.Header.Get("Location"), w.p.Ended())
	}
	other := &browser{w: w.world}
	other.signIn(t)
	other.visit(t, func(ctx context.Context) {
		if to := w.SignOutAtProvider(ctx); to != "" {
			t.Errorf("who came by password is sent to %s", to)
		}
	})
}

// Nothing that the provider gave lies in the sessions in clear.
func TestProviderSecretsSealed(t *testing.T) {
	w := newProvided(t, 1, factor)
	w.enters(t, "asha")
	b := &browser{w: w.world}
	to, err := b.toProvider(t, false)
	if err != nil {
		t.Fatal(err)
	}
	q := mustQuery(t, to)
	err = w.Store.View(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.QueryContext(t.Context(), `SELECT data FROM sessions`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var data []byte
			if err := rows.Scan(&data); err != nil {
				return err
			}
			for _, secret := range []string{"eyJ", q.Get("state"), q.Get("nonce")} { // eyJ begins every token
				if strings.Contains(string(data), secret) {
					t.Errorf("a session holds %s in clear", secret)
				}
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

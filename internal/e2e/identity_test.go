//go:build browser

package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// virtualAuthenticator gives the window an authenticator that keeps passkeys and always
// finds its owner.
func virtualAuthenticator(t *testing.T, ctx context.Context) {
	t.Helper()
	do(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return err
	}))
}

// choosePassword opens a one-time link and sets the password there.
func choosePassword(t *testing.T, ctx context.Context, link, password string) {
	t.Helper()
	do(t, ctx,
		chromedp.Navigate(link), chromedp.WaitVisible(`#f-password`),
		chromedp.SendKeys(`#f-password`, password), chromedp.SendKeys(`#f-again`, password),
		submit(`form[action^="/invitation/"]`))
}

// noteCodes reads the recovery codes and goes on.
func noteCodes(t *testing.T, ctx context.Context) []string {
	t.Helper()
	do(t, ctx, chromedp.WaitVisible(`.recovery`))
	codes := read(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".recovery code")].map(c => c.textContent)`))
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	do(t, ctx, submit(`form[action="/sign-in/codes"]`), chromedp.WaitReady(`main:not(.sign)`))
	return codes
}

// takeUpByApp takes up the official ID of a link with an authenticator app.
func takeUpByApp(t *testing.T, ctx context.Context, link, password string) (shared string, codes []string) {
	t.Helper()
	choosePassword(t, ctx, link, password)
	do(t, ctx, chromedp.WaitVisible(`.secretletters`))
	shared = read(t, ctx, chromedp.TextContent(`.secretletters`))
	if width := read(t, ctx, chromedp.Evaluate[int](`document.querySelector("img.qr").naturalWidth`)); width == 0 {
		t.Error("the square code for the app's camera does not load")
	}
	code, err := totp.GenerateCode(shared, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.SendKeys(`#code`, code), submit(`form[action="/sign-in/enrol"]`))
	return shared, noteCodes(t, ctx)
}

// takeUpByPasskey takes up the official ID of a link with the window's authenticator.
func takeUpByPasskey(t *testing.T, ctx context.Context, link, password string) (codes []string) {
	t.Helper()
	choosePassword(t, ctx, link, password)
	do(t, ctx, chromedp.WaitVisible(`form.passkey button`), chromedp.Click(`form.passkey button`))
	return noteCodes(t, ctx)
}

func signOut(t *testing.T, ctx context.Context) {
	t.Helper()
	do(t, ctx, submit(`form[action="/sign-out"]`), chromedp.WaitVisible(`#email`))
}

// TestOfficialIDs begins with an empty folder: the first administrator takes up the
// official ID with an app and invites, the invited officer takes it up with a passkey,
// signs in by it and by a recovery code, and ends a session whose stream is open.
func TestOfficialIDs(t *testing.T) {
	s := startServe(t)
	admin, officer := open(t, 1440, true), open(t, 1440, true)
	link := s.invitation(t, "asha@state.example", "Asha Rani")
	examine(t, admin, link, "invitation")
	takeUpByApp(t, admin, link, "kaagaz kalam davaat")
	examine(t, admin, link, "invitation-over")

	state := s.hire(t, "renu@state.example", "Renu Phogat", grievance.StateNodal)
	examine(t, admin, s.URL+"/ids", "ids")
	do(t, admin, submit(`form[action="/ids/invite"]`), chromedp.WaitVisible(`.linkletters`))
	shoot(t, admin, "ids-links")
	axe(t, admin, "ids-links")
	link = read(t, admin, chromedp.TextContent(`.linkletters`))
	examine(t, admin, s.URL+"/ids/links", "ids-links-none")

	virtualAuthenticator(t, officer)
	choosePassword(t, officer, link, "lamba raasta hisar tak")
	do(t, officer, chromedp.WaitVisible(`form.passkey button`))
	examine(t, officer, s.URL+"/sign-in/enrol", "enrol")
	do(t, officer, chromedp.EmulateViewport(1440, 900), chromedp.Click(`form.passkey button`), chromedp.WaitVisible(`.recovery`))
	examine(t, officer, s.URL+"/sign-in/codes", "codes")
	codes := noteCodes(t, officer)
	examine(t, admin, s.URL+"/ids/"+state.String(), "id")
	if read(t, admin, chromedp.Evaluate[bool](`document.querySelector('form[action$="/suspend"]') !== null`)) {
		t.Error("the administrator may suspend the state nodal officer")
	}

	signOut(t, officer)
	do(t, officer, chromedp.WaitVisible(`form.passkey button`), chromedp.Click(`form.passkey button`), chromedp.WaitReady(`main[data-events]`))

	other := open(t, 1440, true)
	do(t, other, chromedp.Navigate(s.URL+"/sign-in"), chromedp.SendKeys(`#email`, "renu@state.example"), chromedp.SendKeys(`#password`, "lamba raasta hisar tak"),
		submit(`form[action="/sign-in"]`), chromedp.WaitReady(`form.passkey`))
	examine(t, other, s.URL+"/sign-in/code", "code-passkey")
	do(t, other, chromedp.EmulateViewport(1440, 900), chromedp.Click(`a[href^="/sign-in/recovery"]`), chromedp.WaitVisible(`#recovery`))
	examine(t, other, s.URL+"/sign-in/recovery", "recovery")
	do(t, other, chromedp.SendKeys(`#recovery`, strings.ToLower(codes[4])), submit(`form[action="/sign-in/recovery"]`), chromedp.WaitReady(`main[data-events]`))

	examine(t, officer, s.URL+"/settings/id", "settings-id")
	text := read(t, officer, chromedp.TextContent(`main`))
	for _, want := range []string{"9 ", "Chrome · Linux"} {
		if !strings.Contains(text, want) {
			t.Errorf("the own official ID does not say %q", want)
		}
	}
	do(t, officer, chromedp.EmulateViewport(1440, 900), submit(`form[action$="/end"]:not([action$="/sessions/end"])`))
	ended := time.Now()
	do(t, other, chromedp.WaitVisible(`#email`))
	t.Logf("the other window is at the sign-in %v after its session was ended", time.Since(ended))
	do(t, officer, chromedp.Navigate(s.URL+"/settings/id"), submit(`form[action="/settings/id/recovery"]`), chromedp.WaitVisible(`.recovery`))
	examine(t, officer, s.URL+"/settings/id/codes", "settings-codes")
}

// hire adds an officer who holds a charge in the state cell and has no official ID.
func (s *served) hire(t *testing.T, email, name string, role grievance.Role) grievance.ID {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Address: s.Dir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o := grievance.Officer{ID: db.NewID(time.Now()), Email: email, NameEN: name, Language: "en", Keys: true}
	err = db.Tx(t.Context(), func(tx *store.Tx) error {
		offices, err := tx.Offices(t.Context())
		if err != nil {
			return err
		}
		if err := tx.SaveOfficer(t.Context(), o); err != nil {
			return err
		}
		return tx.SaveCharge(t.Context(), grievance.Charge{ID: tx.NewID(time.Now()), OfficerID: o.ID, OfficeID: offices[0].ID, Role: role, TitleEN: "State Nodal Officer", From: time.Now().Add(-time.Hour)})
	})
	if err != nil {
		t.Fatal(err)
	}
	return o.ID
}

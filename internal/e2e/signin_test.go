//go:build browser

package e2e

import (
	"encoding/json"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// TestSignInPages examines what only some officers see when they sign in: how a new one
// sets the authenticator up, and where one with two charges chooses.
func TestSignInPages(t *testing.T) {
	dir := t.TempDir()
	printed, err := exec.Command(binary, "bench", "seed", "--cases", "20", "--data", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var d demo
	if err := json.Unmarshal(printed, &d); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Address: dir})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Tx(t.Context(), func(tx *store.Tx) error {
		newcomer, c, err := tx.OfficerByEmail(t.Context(), d.email(t, "auditor"))
		if err != nil {
			return err
		}
		if err := tx.SaveCredentials(t.Context(), newcomer.ID, store.Credentials{Password: c.Password}); err != nil {
			return err
		}
		both, _, err := tx.OfficerByEmail(t.Context(), d.email(t, "clerk"))
		if err != nil {
			return err
		}
		held, err := tx.Charges(t.Context(), both.ID, time.Now())
		if err != nil {
			return err
		}
		second := held[0]
		second.ID, second.Role = tx.NewID(time.Now()), grievance.Auditor
		return tx.SaveCharge(t.Context(), second)
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.URL = serve(t, dir).URL
	ctx := open(t, 1440, true)
	d.password(t, ctx, "auditor")
	examine(t, ctx, d.URL+"/sign-in/enrol", "sign-in-enrol")
	other := open(t, 1440, true)
	d.password(t, other, "clerk")
	do(t, other, chromedp.SendKeys(`#code`, d.code(t, "clerk")), submit(`form[action="/sign-in/code"]`))
	examine(t, other, d.URL+"/sign-in/charge", "sign-in-charge")
	for at, window := range map[string]string{"/sign-in/enrol": read(t, ctx, chromedp.Location()), "/sign-in/charge": read(t, other, chromedp.Location())} {
		if want := d.URL + at + "?lang=hi"; window != want {
			t.Errorf("examined %s, want %s", window, want)
		}
	}
}

func (d *demo) email(t *testing.T, role string) string {
	t.Helper()
	for _, s := range d.SignIns {
		if s.Role == role {
			return s.Email
		}
	}
	t.Fatalf("no sign-in for %s", role)
	return ""
}

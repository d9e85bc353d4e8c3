package app

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"nivaran/internal/connector"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// An account that is looked after is pushed: what happens there arrives without a poll.
func TestAccountsArePushed(t *testing.T) {
	w := newWorld(t, false)
	mux := http.NewServeMux()
	for ch, r := range w.intake.Receivers {
		mux.Handle("GET /webhooks/"+string(ch), challenge(r))
		mux.Handle("POST /webhooks/"+string(ch), w.webhook(ch))
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	page := w.accounts["CM Haryana Nivaran"]
	must(t, w.standIns.Facebook.SetWebhook(t.Context(), srv.URL+"/webhooks/facebook"))
	w.intake.Webhooks = map[grievance.Channel]string{grievance.X: srv.URL + "/webhooks/x", grievance.Facebook: srv.URL + "/webhooks/facebook"}
	for _, a := range w.accounts {
		for range 2 { // asking again changes nothing
			must(t, w.intake.Tend(t.Context(), a.ID))
		}
	}
	if n := len(w.standIns.X.WebhookURLs()); n != 1 {
		t.Errorf("%d webhooks at X, want one for all accounts", n)
	}
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	_, err := w.standIns.X.Post("asha", "@DCHisarNivaran no drinking water in Hisar", xtest.Draft{})
	must(t, err)
	_, err = w.standIns.Facebook.VisitorPost(page.ExternalID, "Meena Saini", "no drinking water in Hisar either", facebooktest.Draft{})
	must(t, err)
	_, err = w.standIns.X.Flush(t.Context())
	must(t, err)
	_, err = w.standIns.Facebook.Flush(t.Context())
	must(t, err)
	must(t, w.readDeliveries())
	for handle, want := range map[string]bool{"@DCHisarNivaran": true, "@PHED_Nivaran": false, "CM Haryana Nivaran": true} {
		if h := w.health(handle); h.PushedAt.IsZero() == want || h.PushProblem != "" {
			t.Errorf("%s: pushed at %s, problem %q", handle, h.PushedAt, h.PushProblem)
		}
	}
	var posts int
	must(t, w.store.View(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM posts`).Scan(&posts)
	}))
	if posts != 2 {
		t.Errorf("%d posts stored, want both", posts)
	}
}

// A service that refuses to push is polled, and the reason stands with the account's
// health until it no longer refuses.
func TestARefusedPushIsShown(t *testing.T) {
	w := newWorld(t, false)
	cm := w.accounts["@NivaranHR"]
	w.intake.Webhooks = map[grievance.Channel]string{grievance.X: "http://grievance.example/webhooks/x"}
	if err := w.intake.Tend(t.Context(), cm.ID); connector.ClassOf(err) != connector.Broken {
		t.Errorf("an address that X refuses: %v", err)
	}
	if h := w.health("@NivaranHR"); h.PushProblem == "" {
		t.Error("the health does not say that X refuses to push")
	}
	must(t, w.intake.Poll(t.Context(), cm.ID))
	w.intake.Webhooks = nil
	must(t, w.intake.Tend(t.Context(), cm.ID))
}

// A secret that speaks for another account stops the account: nothing is read or said
// under a wrong name.
func TestASecretOfAnotherAccountStopsIt(t *testing.T) {
	w := newWorld(t, false)
	a := w.accounts["@NivaranHR"]
	token := w.standIns.X.Authorize("PHED_Nivaran")
	must(t, w.store.Tx(t.Context(), func(tx *store.Tx) error {
		return w.parts.accounts.Seal(t.Context(), tx, a.ID, connector.Secret{Access: token.Access, Refresh: token.Refresh})
	}))
	if err := w.intake.Tend(t.Context(), a.ID); connector.ClassOf(err) != connector.SignIn {
		t.Errorf("Tend = %v, want a failure of class signin", err)
	}
	must(t, w.store.View(t.Context(), func(tx *store.Tx) error {
		kept, err := tx.Account(t.Context(), a.ID)
		if kept.StoppedAt.IsZero() {
			t.Error("the account goes on")
		}
		return err
	}))
}

func (w *world) health(handle string) (h store.Health) {
	w.t.Helper()
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) (err error) {
		h, err = tx.Health(w.t.Context(), w.accounts[handle].ID)
		return err
	}))
	return h
}

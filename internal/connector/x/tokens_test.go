package x_test

import (
	"sync"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/x/xtest"
)

func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	r := newRig(t)
	old := r.tokens.held
	r.pass(xtest.TokenLife - 30*time.Second)
	r.round(mentions(), "")
	if r.tokens.stores != 1 || r.tokens.held.Access == old.Access || r.tokens.held.Refresh == old.Refresh {
		t.Errorf("%d renewals, pair new: %v", r.tokens.stores, r.tokens.held != old)
	}
	if want := r.clock().Add(xtest.TokenLife); !r.tokens.held.ExpiresAt.Equal(want) {
		t.Errorf("expires %v, want %v", r.tokens.held.ExpiresAt, want)
	}
	r.round(mentions(), "")
	if r.tokens.stores != 1 {
		t.Errorf("%d renewals, want 1", r.tokens.stores)
	}
}

// X may end a token at any time: one refresh, one more try.
func TestUnauthorizedIsTriedOnceMore(t *testing.T) {
	r := newRig(t)
	r.x.FailNext(xtest.Mentions, 1, xtest.Failure{Status: 401, Title: "Unauthorized"})
	r.round(mentions(), "")
	if r.tokens.stores != 1 || r.x.Calls(xtest.Mentions) != 2 {
		t.Errorf("%d renewals, %d calls", r.tokens.stores, r.x.Calls(xtest.Mentions))
	}
	r.x.FailNext(xtest.Mentions, 2, xtest.Failure{Status: 401, Title: "Unauthorized"})
	_, err := r.Fetch(t.Context(), mentions(), "")
	if f := class(t, err); f.Class != connector.SignIn {
		t.Errorf("401 twice = %v, want signin", err)
	}
}

func TestRefreshFailures(t *testing.T) {
	tests := []struct {
		name string
		do   func(r *rig)
		want connector.Class
	}{
		{"consent taken back", func(r *rig) { r.x.Revoke("cmo_test") }, connector.SignIn},
		{"no refresh token", func(r *rig) { r.tokens.held.Refresh = "" }, connector.SignIn},
		{"X is down", func(r *rig) { r.x.FailNext(xtest.Token, 2, xtest.Unavailable()) }, connector.Temporary},
		{"limit", func(r *rig) { r.x.FailNext(xtest.Token, 2, xtest.RateLimited(time.Minute)) }, connector.Limited},
		{"cut", func(r *rig) { r.x.FailNext(xtest.Token, 2, xtest.Failure{Cut: true}) }, connector.Temporary},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			tt.do(r)
			r.pass(xtest.TokenLife)
			_, err := r.Send(t.Context(), connector.Outgoing{Text: "दर्ज"})
			if f := class(t, err); f.Class != tt.want {
				t.Errorf("%v, want %s: without a token nothing is in doubt", err, tt.want)
			}
			if r.x.Calls(xtest.Create) != 0 {
				t.Error("called without a token")
			}
		})
	}
}

// Many that find the token over at once renew it once: the old refresh token is dead
// after the first.
func TestOneRefresher(t *testing.T) {
	r := newRig(t)
	r.pass(xtest.TokenLife)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := r.Fetch(t.Context(), mentions(), ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if r.tokens.stores != 1 || r.x.Calls(xtest.Token) != 1 {
		t.Errorf("%d renewals, %d calls, want 1", r.tokens.stores, r.x.Calls(xtest.Token))
	}
}

func TestWhoami(t *testing.T) {
	r := newRig(t)
	who, err := r.Whoami(t.Context())
	if err != nil || who.Account.ExternalID != r.us.ID || who.Account.Handle != "cmo_test" || !who.Account.Official {
		t.Errorf("Whoami = %+v, %v", who, err)
	}
}

package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Names of what a session holds of a sign-in through the identity provider.
const (
	providerTriesKey = "provider_tries" // sealed: the ways out that may come back
	providerKey      = "provider"       // issuer through which the officer signed in
	providerRolesKey = "provider_roles" // what its roles allow, as allowedRoles writes it
	providerUntilKey = "provider_until" // when it is asked again
	providerTokenKey = "provider_token" // sealed identity token, to sign out with
)

// A way out to the provider may come back for tryLife, keptTries of them a session.
const (
	tryLife   = 10 * time.Minute
	keptTries = 5
)

// While the identity token lasts, and leastLife at least, the provider is not asked
// again; then the next page goes through it unseen. grace is how long forms that were
// open then may still be sent, and by how much the question is put off while the provider
// is down.
const (
	leastLife = 5 * time.Minute
	grace     = 15 * time.Minute
)

// providerTry is one way out to the provider.
type providerTry struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Next     string    `json:"next"` // page to come back to
	Quiet    bool      `json:"quiet"`
	At       time.Time `json:"at"`
}

// ToProvider gives the address at the identity provider to which the browser goes to sign
// in; next is the page to come back to. A quiet way asks the provider to answer without
// asking the officer. It is ErrProviderDown when the provider cannot be reached.
func (a *Auth) ToProvider(ctx context.Context, next string, quiet bool, address string) (string, error) {
	if a.Provider == nil {
		return "", grievance.ErrNotFound
	}
	if _, err := a.try(ctx, "", address); err != nil {
		return "", err
	}
	d, err := a.Provider.reach(ctx)
	if err != nil {
		return "", err
	}
	t := providerTry{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: next, Quiet: quiet, At: a.Now()}
	tries, err := a.providerTries(ctx)
	if err != nil {
		return "", err
	}
	tries = append(tries, t)
	if err := a.keepTries(ctx, tries[max(0, len(tries)-keptTries):]); err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)}
	if quiet {
		options = append(options, oauth2.SetAuthURLParam("prompt", "none"))
	}
	return d.oauth.AuthCodeURL(t.State, options...), nil
}

func (a *Auth) providerTries(ctx context.Context) (tries []providerTry, err error) {
	text, err := a.getSealed(ctx, providerTriesKey)
	if err != nil || text == "" {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &tries); err != nil {
		return nil, fmt.Errorf("read ways out: %w", err)
	}
	now := a.Now()
	return slices.DeleteFunc(tries, func(t providerTry) bool { return now.Sub(t.At) > tryLife }), nil
}

func (a *Auth) keepTries(ctx context.Context, tries []providerTry) error {
	b, err := json.Marshal(tries)
	if err != nil {
		return err
	}
	return a.putSealed(ctx, providerTriesKey, string(b))
}

// takeTry finds the way out that the state belongs to; it can be taken once.
func (a *Auth) takeTry(ctx context.Context, state string) (providerTry, error) {
	tries, err := a.providerTries(ctx)
	if err != nil {
		return providerTry{}, err
	}
	i := slices.IndexFunc(tries, func(t providerTry) bool { return subtle.ConstantTimeCompare([]byte(t.State), []byte(state)) == 1 })
	if i < 0 {
		return providerTry{}, &RefusedError{Key: "auth.provider_again"}
	}
	t := tries[i]
	return t, a.keepTries(ctx, slices.Delete(tries, i, i+1))
}

// Returned is where a way through the provider leads.
type Returned struct {
	Stage Stage
	Next  string // page to come back to
	// Over: the provider would have to ask the officer, whose session here has ended.
	Over bool
}

// FromProvider takes the answer with which the provider sends the browser back.
func (a *Auth) FromProvider(ctx context.Context, answer url.Values, address string) (Returned, error) {
	if a.Provider == nil {
		return Returned{}, grievance.ErrNotFound
	}
	t, err := a.takeTry(ctx, answer.Get("state"))
	if err != nil {
		return Returned{}, err
	}
	r := Returned{Next: t.Next}
	if issuer := answer.Get("iss"); issuer != "" && issuer != a.Provider.Issuer {
		return r, &RefusedError{Key: "auth.provider_again"}
	}
	if answer.Has("error") {
		return a.providerSaidNo(ctx, r, t, answer.Get("error"))
	}
	d, err := a.Provider.discover(ctx)
	if err != nil {
		return r, err
	}
	c, err := a.Provider.redeem(ctx, d, answer.Get("code"), t)
	if err != nil {
		return r, err
	}
	r.Stage, err = a.letIn(ctx, c, address)
	return r, err
}

// providerSaidNo: a quiet way that needed the officer ends the session, so that the
// officer signs in and comes back; anything else is the officer's own no.
func (a *Auth) providerSaidNo(ctx context.Context, r Returned, t providerTry, code string) (Returned, error) {
	asks := []string{"login_required", "interaction_required", "consent_required", "account_selection_required"}
	if t.Quiet && slices.Contains(asks, code) {
		r.Over = true
		return r, a.sessions.Destroy(ctx)
	}
	a.Log.WarnContext(ctx, "the identity provider refused", "code", clip(code, 64))
	if code == "temporarily_unavailable" || code == "server_error" {
		return r, ErrProviderDown
	}
	return r, &RefusedError{Key: "auth.provider_no"}
}

// letIn makes this session that of the officer whom the provider names, or renews it, and
// goes on to our second factor unless the provider's suffices.
func (a *Auth) letIn(ctx context.Context, c claims, address string) (Stage, error) {
	allowed, err := a.allowedRoles(ctx, c.roles)
	if err != nil {
		return NeedPassword, err
	}
	var o grievance.Officer
	var id store.Identity
	err = a.Store.Tx(ctx, func(tx *store.Tx) error {
		if o, err = a.recognise(ctx, tx, c); err != nil {
			return err
		}
		if err := a.grant(ctx, tx, o, allowed); err != nil {
			return err
		}
		id, err = tx.Identity(ctx, o.ID, a.Now())
		return err
	})
	if err != nil {
		if refused, ok := errors.AsType[*RefusedError](err); ok {
			return NeedPassword, refused
		}
		return NeedPassword, fmt.Errorf("sign in through provider: %w", err)
	}
	t, err := a.try(ctx, clean(o.Email), address) // waits where the password was tried too often
	if err != nil {
		return NeedPassword, err
	}
	renewed := a.Stage(ctx) == SignedIn && a.sessions.GetString(ctx, officerKey) == o.ID.String() && a.sessions.GetString(ctx, providerKey) == a.Provider.Issuer
	stage := SignedIn
	if !renewed {
		if stage, err = a.begin(ctx, o, id); err != nil {
			return stage, err
		}
	}
	if err := a.noteProvider(ctx, c, allowed); err != nil {
		return NeedPassword, err
	}
	switch {
	case renewed:
		return a.stay(ctx, t)
	case c.factor:
		return a.pass(ctx, t)
	}
	return stage, nil
}

// noteProvider keeps in the session through whom the officer came, what that allows and
// until when it holds.
func (a *Auth) noteProvider(ctx context.Context, c claims, allowed roles) error {
	until := c.until
	if least := a.Now().Add(leastLife); until.Before(least) {
		until = least
	}
	a.sessions.Put(ctx, providerKey, a.Provider.Issuer)
	a.sessions.Put(ctx, providerRolesKey, allowed.String())
	a.sessions.Put(ctx, providerUntilKey, until.Format(time.RFC3339))
	return a.putSealed(ctx, providerTokenKey, c.raw)
}

// stay goes on with a session that was renewed, under its charge where the roles still
// allow that.
func (a *Auth) stay(ctx context.Context, t *try) (Stage, error) {
	if err := t.forget(ctx, 2); err != nil {
		return NeedPassword, err
	}
	charges, err := a.Charges(ctx)
	if err != nil {
		return NeedPassword, err
	}
	for _, ch := range charges {
		if ch.ID.String() == a.sessions.GetString(ctx, chargeKey) {
			return SignedIn, a.enter(ctx, ch)
		}
	}
	return a.admit(ctx)
}

// providerState says whether the provider is to be asked again about this session, and
// whether the session is over for it.
func (a *Auth) providerState(ctx context.Context, now time.Time) (ask, over bool) {
	issuer := a.sessions.GetString(ctx, providerKey)
	if issuer == "" {
		return false, false
	}
	until, err := time.Parse(time.RFC3339, a.sessions.GetString(ctx, providerUntilKey))
	if err != nil || a.Provider == nil || a.Provider.Issuer != issuer {
		return false, true
	}
	return now.After(until), now.After(until.Add(grace))
}

// PutOff lets a session go on while the provider cannot be asked; the limits of every
// session hold all the same.
func (a *Auth) PutOff(ctx context.Context) {
	if a.sessions.GetString(ctx, providerKey) != "" {
		a.sessions.Put(ctx, providerUntilKey, a.Now().Add(leastLife).Format(time.RFC3339))
	}
}

// SignOutAtProvider is where the browser goes to end the provider's own session too, or
// empty: the officer came another way, or the provider offers none. It is asked before
// SignOut.
func (a *Auth) SignOutAtProvider(ctx context.Context) string {
	if a.Provider == nil || a.sessions.GetString(ctx, providerKey) != a.Provider.Issuer {
		return ""
	}
	raw, err := a.getSealed(ctx, providerTokenKey)
	if err != nil {
		raw = ""
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return a.Provider.signOutURL(ctx, raw)
}

// ProviderName is what officers call the identity provider; empty where there is none.
func (a *Auth) ProviderName() string {
	if a.Provider == nil {
		return ""
	}
	return a.Provider.Name
}

// Unlink removes the links of an officer's ID with identity providers, ends the officer's
// sessions and tells the officer. The next verified sign-in there links it anew.
func (a *Auth) Unlink(ctx context.Context, by grievance.Actor, officer grievance.ID) error {
	return a.manage(ctx, by, officer, "id.provider_unlinked", control, func(tx *store.Tx, o grievance.Officer, now time.Time) error {
		if err := tx.UnlinkProviders(ctx, officer); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, officer, 0, now); err != nil {
			return err
		}
		return tx.Notify(ctx, store.Notice{OfficerID: officer, Kind: "notice.provider_unlinked", At: now})
	})
}

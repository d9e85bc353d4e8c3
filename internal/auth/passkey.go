package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// passkeys speaks WebAuthn in the name under which officers reach the program.
type passkeys struct{ *webauthn.WebAuthn }

// ceremonyTime is how long a browser may take to answer a challenge.
const ceremonyTime = 5 * time.Minute

// PasskeyProblem says, as a message key, why passkeys cannot be used at the public address
// of the program; empty: they can. Browsers bind a passkey to a name, never to a number,
// and only where nobody on the way can read along.
func PasskeyProblem(publicURL string) string {
	u, err := url.Parse(publicURL)
	switch {
	case err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil:
		return "auth.passkey_number"
	case u.Scheme != "https" && u.Hostname() != "localhost" && !strings.HasSuffix(u.Hostname(), ".localhost"):
		return "auth.passkey_insecure"
	}
	return ""
}

// PasskeyProblem says, as a message key, why there are no passkeys here; empty: there are.
func (a *Auth) PasskeyProblem() string { return PasskeyProblem(a.PublicURL) }

func newPasskeys(publicURL string) (*passkeys, error) {
	if PasskeyProblem(publicURL) != "" {
		return nil, nil
	}
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil, err
	}
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyTime, TimeoutUVD: ceremonyTime}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Nivaran", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred},
		Timeouts:               webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", u.Host, err)
	}
	return &passkeys{w}, nil
}

// keyHolder is an officer as WebAuthn knows one.
type keyHolder struct {
	grievance.Officer
	kept        []store.Passkey
	credentials []webauthn.Credential
}

// WebAuthnID is the handle under which an authenticator keeps the passkey.
func (h *keyHolder) WebAuthnID() []byte { return []byte(h.ID.String()) }

// WebAuthnName is the official address.
func (h *keyHolder) WebAuthnName() string { return h.Email }

// WebAuthnDisplayName is the officer's name.
func (h *keyHolder) WebAuthnDisplayName() string { return h.NameEN }

// WebAuthnCredentials are the officer's passkeys.
func (h *keyHolder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// keyHolder reads an officer with the passkeys; a suspended one is not found.
func (a *Auth) keyHolder(ctx context.Context, officer grievance.ID) (*keyHolder, error) {
	h := &keyHolder{}
	err := a.Store.View(ctx, func(tx *store.Tx) (err error) {
		if h.Officer, err = tx.Officer(ctx, officer); err != nil {
			return err
		}
		h.kept, err = tx.Passkeys(ctx, officer)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !h.SuspendedAt.IsZero() {
		return nil, grievance.ErrNotFound
	}
	for _, p := range h.kept {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(p.Record), &c); err != nil {
			return nil, fmt.Errorf("read passkey %s: %w", p.ID, err)
		}
		h.credentials = append(h.credentials, c)
	}
	return h, nil
}

// What a challenge of this session was made for.
const (
	toEnter  = "enter"  // a passkey alone, which checks who holds it
	asFactor = "factor" // after the password
	toAdd    = "add"
)

// challenge is kept in the session until it is answered, once.
type challenge struct {
	For  string               `json:"for"`
	Data webauthn.SessionData `json:"data"`
}

// putChallenge keeps the challenge and gives what the browser is asked.
func (a *Auth) putChallenge(ctx context.Context, purpose string, data *webauthn.SessionData, options any) ([]byte, error) {
	b, err := json.Marshal(challenge{For: purpose, Data: *data})
	if err != nil {
		return nil, err
	}
	a.sessions.Put(ctx, passkeyKey, string(b))
	return json.Marshal(options)
}

// takeChallenge takes the challenge out of the session: it is answered once.
func (a *Auth) takeChallenge(ctx context.Context, purpose string) (webauthn.SessionData, error) {
	var c challenge
	text := a.sessions.PopString(ctx, passkeyKey)
	if text == "" {
		return c.Data, grievance.ErrForbidden
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c.Data, fmt.Errorf("read challenge: %w", err)
	}
	if c.For != purpose {
		return c.Data, grievance.ErrForbidden
	}
	return c.Data, nil
}

// AskPasskey is what the browser is asked at the sign-in, as JSON: for any passkey that
// checks who holds it and so stands alone, or after the password for one of the officer's.
func (a *Auth) AskPasskey(ctx context.Context, alone bool) ([]byte, error) {
	if a.passkeys == nil {
		return nil, grievance.ErrConflict
	}
	if alone {
		options, data, err := a.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return nil, fmt.Errorf("ask for a passkey: %w", err)
		}
		return a.putChallenge(ctx, toEnter, data, options)
	}
	if a.Stage(ctx) != NeedCode {
		return nil, grievance.ErrForbidden
	}
	h, err := a.sessionHolder(ctx)
	if err != nil {
		return nil, err
	}
	options, data, err := a.passkeys.BeginLogin(h)
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return a.putChallenge(ctx, asFactor, data, options)
}

func (a *Auth) sessionHolder(ctx context.Context) (*keyHolder, error) {
	id, err := a.officer(ctx)
	if err != nil {
		return nil, err
	}
	return a.keyHolder(ctx, id)
}

// Passkey signs in by what the browser answered: alone, or as second factor.
func (a *Auth) Passkey(ctx context.Context, alone bool, answer, address string) (Stage, error) {
	before, email := NeedPassword, ""
	if !alone {
		before, email = NeedCode, a.Email(ctx)
	}
	if a.passkeys == nil || !alone && a.Stage(ctx) != NeedCode {
		return NeedPassword, grievance.ErrForbidden
	}
	t, err := a.try(ctx, email, address)
	if err != nil {
		return before, err
	}
	h, used, err := a.answered(ctx, alone, answer)
	if err != nil {
		a.Log.InfoContext(ctx, "passkey refused", "why", errorKind(err))
		return before, t.refused("auth.wrong_passkey")
	}
	err = a.usePasskey(ctx, h, used)
	switch {
	case errors.Is(err, errCopied):
		return before, t.refused("auth.passkey_copied")
	case errors.Is(err, grievance.ErrConflict): // used or taken away meanwhile
		return before, t.refused("auth.wrong_passkey")
	case err != nil:
		return before, fmt.Errorf("use passkey: %w", err)
	}
	if !alone {
		return a.pass(ctx, t)
	}
	if _, err := a.begin(ctx, h.Officer, store.Identity{Passkeys: 1}); err != nil {
		return before, err
	}
	if err := t.forget(ctx, 1); err != nil {
		return before, err
	}
	return a.admit(ctx)
}

// answered checks the answer to the challenge of this session.
func (a *Auth) answered(ctx context.Context, alone bool, answer string) (h *keyHolder, used *webauthn.Credential, err error) {
	purpose := asFactor
	if alone {
		purpose = toEnter
	}
	data, err := a.takeChallenge(ctx, purpose)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return nil, nil, err
	}
	if !alone {
		if h, err = a.sessionHolder(ctx); err != nil {
			return nil, nil, err
		}
		used, err = a.passkeys.ValidateLogin(h, data, parsed)
		return h, used, err
	}
	_, used, err = a.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		id, err := grievance.ParseID(string(handle))
		if err != nil {
			return nil, err
		}
		h, err = a.keyHolder(ctx, id)
		return h, err
	}, data, parsed)
	return h, used, err
}

// errorKind is what the library says was wrong, without what the browser sent.
func errorKind(err error) string {
	if e, ok := errors.AsType[*protocol.Error](err); ok {
		return e.Type
	}
	return "not answered"
}

// errCopied: the counter of the passkey went back, so there are two of it.
var errCopied = errors.New("passkey counter went back")

// usePasskey keeps the counter of the passkey. One that went back is refused, and the
// officer told: somebody may have a copy.
func (a *Auth) usePasskey(ctx context.Context, h *keyHolder, used *webauthn.Credential) error {
	now := a.Now()
	var kept store.Passkey
	for _, p := range h.kept {
		if string(p.Credential) == string(used.ID) {
			kept = p
		}
	}
	copied := used.Authenticator.CloneWarning
	used.Authenticator.CloneWarning = false
	record, err := json.Marshal(used)
	if err != nil {
		return err
	}
	err = a.Store.Tx(ctx, func(tx *store.Tx) error {
		if !copied {
			return tx.UsePasskey(ctx, kept.ID, kept.Record, string(record), now)
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: h.ID, Kind: "notice.passkey_copied", Data: kept.Name, At: now}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, self(h.ID), "id.passkey_refused", map[string]any{"passkey": kept.ID}, now)
	})
	if err == nil && copied {
		return errCopied
	}
	return err
}

// AskNewPasskey is what the browser is asked to make a passkey of, as JSON: for the first
// second factor or, by an officer who is signed in, for another one.
func (a *Auth) AskNewPasskey(ctx context.Context) ([]byte, error) {
	if a.passkeys == nil {
		return nil, grievance.ErrConflict
	}
	if st := a.Stage(ctx); st != NeedEnrol && st != SignedIn {
		return nil, grievance.ErrForbidden
	}
	h, err := a.sessionHolder(ctx)
	if err != nil {
		return nil, err
	}
	options, data, err := a.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("ask for a new passkey: %w", err)
	}
	return a.putChallenge(ctx, toAdd, data, options)
}

// maxKeyName is how many letters the name of a passkey may have.
const maxKeyName = 60

// AddPasskey keeps the passkey that the browser made. As the first second factor it is
// followed by the recovery codes.
func (a *Auth) AddPasskey(ctx context.Context, name, answer string) (Stage, error) {
	st := a.Stage(ctx)
	if a.passkeys == nil || st != NeedEnrol && st != SignedIn {
		return NeedPassword, grievance.ErrForbidden
	}
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > maxKeyName {
		return st, grievance.Invalid("name", "auth.passkey_name")
	}
	data, err := a.takeChallenge(ctx, toAdd)
	if err != nil {
		return st, grievance.Invalid("credential", "auth.passkey_not_made")
	}
	h, err := a.sessionHolder(ctx)
	if err != nil {
		return st, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return st, grievance.Invalid("credential", "auth.passkey_not_made")
	}
	made, err := a.passkeys.CreateCredential(h, data, parsed)
	if err != nil {
		return st, grievance.Invalid("credential", "auth.passkey_not_made")
	}
	record, err := json.Marshal(made)
	if err != nil {
		return st, err
	}
	now := a.Now()
	key := store.Passkey{ID: a.Store.NewID(now), OfficerID: h.ID, Credential: made.ID, Name: name, Record: string(record), AddedAt: now}
	if st == NeedEnrol {
		err := a.setUp(ctx, "passkey", func(tx *store.Tx, _ grievance.Officer, _ store.Credentials) error { return tx.AddPasskey(ctx, key) })
		return a.Stage(ctx), err
	}
	return st, a.changePasskeys(ctx, self(h.ID), "id.passkey_added", "notice.passkey_added", key.ID, func(tx *store.Tx) error { return tx.AddPasskey(ctx, key) })
}

// RemovePasskey takes one of the actor's own passkeys away; the last second factor stays.
func (a *Auth) RemovePasskey(ctx context.Context, by grievance.Actor, key grievance.ID) error {
	return a.changePasskeys(ctx, by, "id.passkey_removed", "notice.passkey_removed", key, func(tx *store.Tx) error {
		id, err := tx.Identity(ctx, by.ID, a.Now())
		if err != nil {
			return err
		}
		if !id.App && id.Passkeys < 2 {
			return grievance.Invalid("passkey", "auth.last_factor")
		}
		return tx.RemovePasskey(ctx, by.ID, key)
	})
}

// changePasskeys changes an officer's passkeys, on record, and tells the officer.
func (a *Auth) changePasskeys(ctx context.Context, by grievance.Actor, event, notice string, key grievance.ID, change func(tx *store.Tx) error) error {
	now := a.Now()
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: by.ID, Kind: notice, At: now}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, event, map[string]any{"passkey": key}, now)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", event, err)
	}
	return nil
}

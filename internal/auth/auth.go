// Package auth lets officers in and manages their official IDs: invitations by one-time
// link, passwords, authenticator apps, passkeys and recovery codes, limited tries, sessions
// that end with the officer's suspension, and the charge under which they act. What an
// actor may do is grievance's to say; pages and cookies' looks are left to web.
package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"nivaran/internal/grievance"
	"nivaran/internal/notice"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/store"
)

// Options are the parts that sign-in is built of.
type Options struct {
	Store  *store.Store
	Office *office.Directory
	Keys   *secret.Keys
	Now    func() time.Time
	Log    *slog.Logger
	Secure bool // the session cookie goes over https only
	// PublicURL is the address under which officers reach the program: it stands in
	// invitations, and its host is the name for which passkeys are made.
	PublicURL string
	// Mail carries one-time links to their officers where mail is set up.
	Mail *notice.Mailer
	// Provider is the identity provider with which officers may sign in too; nil: none.
	Provider *Provider
}

// Auth signs officers in and knows who they are.
type Auth struct {
	Options
	sessions *scs.SessionManager
	kept     *kept
	hashing  chan struct{} // each hash takes 19 MB: no more at once than this holds
	nobody   string        // hash of a password that nobody has
	passkeys *passkeys     // nil where the address of the program allows none
}

// Who is a signed-in officer under one charge.
type Who struct {
	Officer grievance.Officer
	Charge  grievance.Charge
	Office  grievance.Office
	Actor   grievance.Actor
	Charges []grievance.Charge // all under which this session may act now
	// AskProvider: the identity provider is to be asked again before the next page.
	AskProvider bool
}

// A session lives for a working day at most and ends after idleLimit without a request.
// Its last request is noted no more often than noteEvery: a note is a write.
const (
	lifetime  = 12 * time.Hour
	idleLimit = 2 * time.Hour
	noteEvery = 5 * time.Minute
)

// New prepares the sign-in.
func New(o Options) (*Auth, error) {
	nobody, err := HashPassword("nobody has this password")
	if err != nil {
		return nil, err
	}
	a := &Auth{Options: o, kept: &kept{store: o.Store, now: o.Now}, hashing: make(chan struct{}, 4), nobody: nobody}
	m := scs.New()
	m.Lifetime = lifetime
	m.Store = a.kept
	m.Codec = codec{}
	m.Cookie.Name = "session"
	m.Cookie.Persist = false
	m.Cookie.Secure = o.Secure
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		if r.Context().Err() == nil {
			o.Log.ErrorContext(r.Context(), "session store failed", "err", err)
		}
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
	}
	a.sessions = m
	a.passkeys, err = newPasskeys(o.PublicURL)
	return a, err
}

// Sessions loads and keeps the session around the handler. All other methods that take a
// context want one that came through it.
func (a *Auth) Sessions(next http.Handler) http.Handler { return a.sessions.LoadAndSave(next) }

// Names of what a session holds.
const (
	stageKey   = "stage"
	officerKey = "officer"
	emailKey   = "email"
	chargeKey  = "charge"
	seenKey    = "seen"
	idKey      = "id"      // by which the session is listed and ended
	beganKey   = "began"   // when the officer signed in
	addressKey = "address" // of the network, at the request seen last
	agentKey   = "agent"   // how the browser names itself
	pendingKey = "pending" // sealed second factor that is being set up
	codesKey   = "codes"   // sealed recovery codes that were not yet noted down
	linksKey   = "links"   // sealed invitations that were not yet shown
	passkeyKey = "passkey" // challenge that a passkey is to answer
)

// Stage is how far a visitor has come in signing in.
type Stage string

// The stages, each naming what comes next.
const (
	NeedPassword Stage = ""
	NeedCode     Stage = "code"   // the second factor
	NeedEnrol    Stage = "enrol"  // no second factor yet: set one up
	NeedKeep     Stage = "keep"   // recovery codes to note down
	NeedCharge   Stage = "charge" // holds several: choose
	SignedIn     Stage = "in"
)

// Stage tells how far this session has come.
func (a *Auth) Stage(ctx context.Context) Stage {
	return Stage(a.sessions.GetString(ctx, stageKey))
}

// Email is the address that this session is signing in with.
func (a *Auth) Email(ctx context.Context) string { return a.sessions.GetString(ctx, emailKey) }

// From is where a request comes from.
type From struct {
	Address string // of the network
	Agent   string // how the browser names itself
}

// Who is signed in; nil for a stranger, for an officer who was suspended, whose charge
// ended or who did nothing for too long. Where the request comes from is noted now and then.
func (a *Auth) Who(ctx context.Context, from From) (*Who, error) {
	if a.Stage(ctx) != SignedIn {
		return nil, nil
	}
	now := a.Now()
	seen, err := time.Parse(time.RFC3339, a.sessions.GetString(ctx, seenKey))
	if err != nil || now.Sub(seen) > idleLimit {
		return nil, a.sessions.Destroy(ctx)
	}
	ask, over := a.providerState(ctx, now)
	if over {
		return nil, a.sessions.Destroy(ctx)
	}
	w, err := a.load(ctx, now)
	if errors.Is(err, grievance.ErrNotFound) {
		return nil, a.sessions.Destroy(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("who is signed in: %w", err)
	}
	w.AskProvider = ask
	if now.Sub(seen) > noteEvery || a.sessions.GetString(ctx, addressKey) == "" {
		a.sessions.Put(ctx, seenKey, now.Format(time.RFC3339))
		a.sessions.Put(ctx, addressKey, clip(from.Address, 64))
		a.sessions.Put(ctx, agentKey, clip(from.Agent, 256))
	}
	return w, nil
}

// load reads the officer and the chosen charge as they are now.
func (a *Auth) load(ctx context.Context, now time.Time) (*Who, error) {
	id, err := a.officer(ctx)
	if err != nil {
		return nil, err
	}
	w := &Who{}
	var held []grievance.Charge // whatever is complained of in any of them is hidden
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		if w.Officer, err = tx.Officer(ctx, id); err != nil {
			return err
		}
		if held, err = tx.Charges(ctx, id, now); err != nil {
			return err
		}
		w.Charges, err = a.permitted(ctx, tx, id, held)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !w.Officer.SuspendedAt.IsZero() {
		return nil, grievance.ErrNotFound
	}
	chosen := a.sessions.GetString(ctx, chargeKey)
	for _, c := range w.Charges {
		if c.ID.String() != chosen {
			continue
		}
		by, ok := a.Office.Actor(c, held...)
		if !ok { // an office or a role that another process has made
			if err := a.Office.Reload(ctx, a.Store); err != nil {
				return nil, err
			}
			by, ok = a.Office.Actor(c, held...)
		}
		if ok {
			w.Charge, w.Actor = c, by
			w.Office, _ = a.Office.Office(c.OfficeID)
			return w, nil
		}
	}
	return nil, grievance.ErrNotFound
}

// Alive says whether the session of a stream still stands: its officer was not suspended
// and nobody signed it out.
func (a *Auth) Alive(ctx context.Context) (bool, error) {
	_, found, err := a.kept.FindCtx(ctx, a.sessions.Token(ctx))
	return found, err
}

// SignOut ends the session.
func (a *Auth) SignOut(ctx context.Context) error { return a.sessions.Destroy(ctx) }

// ChooseCharge takes up one of the officer's charges, at sign-in or later.
func (a *Auth) ChooseCharge(ctx context.Context, charge grievance.ID) error {
	if st := a.Stage(ctx); st != NeedCharge && st != SignedIn {
		return grievance.ErrForbidden
	}
	charges, err := a.Charges(ctx)
	if err != nil {
		return err
	}
	for _, c := range charges {
		if c.ID == charge {
			return a.enter(ctx, c)
		}
	}
	return grievance.Invalid("charge", "error.not_a_choice")
}

// Charges lists under what the officer may act in this session.
func (a *Auth) Charges(ctx context.Context) ([]grievance.Charge, error) {
	id, err := a.officer(ctx)
	if err != nil {
		return nil, err
	}
	var charges []grievance.Charge
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		held, err := tx.Charges(ctx, id, a.Now())
		if err != nil {
			return err
		}
		charges, err = a.permitted(ctx, tx, id, held)
		return err
	})
	return charges, err
}

// enter signs in under the charge, with a fresh token.
func (a *Auth) enter(ctx context.Context, c grievance.Charge) error {
	if err := a.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	if a.sessions.GetString(ctx, idKey) == "" {
		a.sessions.Put(ctx, idKey, a.Store.NewID(a.Now()).String())
		a.sessions.Put(ctx, beganKey, a.Now().Format(time.RFC3339))
	}
	a.sessions.Put(ctx, stageKey, string(SignedIn))
	a.sessions.Put(ctx, chargeKey, c.ID.String())
	a.sessions.Put(ctx, seenKey, a.Now().Format(time.RFC3339))
	a.Log.InfoContext(ctx, "signed in", "officer", c.OfficerID, "charge", c.ID)
	return nil
}

// officer is whom this session is signing in, or has signed in.
func (a *Auth) officer(ctx context.Context) (grievance.ID, error) {
	return grievance.ParseID(a.sessions.GetString(ctx, officerKey))
}

func clean(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// clip cuts what a visitor's browser or network says of itself to what the table takes.
func clip(text string, limit int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	return strings.ToValidUTF8(text[:min(len(text), limit)], "")
}

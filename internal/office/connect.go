package office

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// attemptLife is how long an owner may take to consent.
const attemptLife = 15 * time.Minute

// Attempt is a connection that was begun. It lies sealed in the session of the officer who
// began it.
type Attempt struct {
	Service   Service           `json:"service"`
	OfficeID  int               `json:"office"`
	AccountID int               `json:"account,omitempty"` // to be connected again; 0: a new one
	Officer   grievance.ID      `json:"officer"`
	Consent   connector.Consent `json:"consent"`
	Until     time.Time         `json:"until"`
	// Grants are what the consent opened, while the officer chooses among them.
	Grants []connector.Grant `json:"grants,omitempty"`
}

// BeginRequest says what is to be connected.
type BeginRequest struct {
	Service   Service
	OfficeID  int
	Mailbox   string // the address; mail only
	AccountID int    // connect this one again: service, office and mailbox are its own
}

// Begin starts a connection. The attempt comes back in the owner's browser only: it is
// sealed and belongs to the actor.
func (x *Accounts) Begin(ctx context.Context, by grievance.Actor, r BeginRequest) (sealed string, err error) {
	if !by.May(grievance.MayConnect) {
		return "", grievance.ErrForbidden
	}
	if r.AccountID != 0 {
		if r, err = x.again(ctx, by, r.AccountID); err != nil {
			return "", err
		}
	} else if err := x.office(by, r.OfficeID); err != nil {
		return "", err
	}
	if x.Authorizers[r.Service] == nil {
		return "", grievance.Invalid("service", "connect.error_not_set_up")
	}
	if r.Service.Channel() == grievance.Email {
		if r.Mailbox, err = mailbox(r.Mailbox); err != nil {
			return "", err
		}
	}
	return x.seal(Attempt{
		Service: r.Service, OfficeID: r.OfficeID, AccountID: r.AccountID, Officer: by.ID, Until: x.Now().Add(attemptLife),
		Consent: connector.Consent{
			Redirect: x.BaseURL + "/channels/connect/" + string(r.Service) + "/callback",
			State:    rand.Text(), Verifier: rand.Text() + rand.Text(), Mailbox: r.Mailbox,
		},
	})
}

// again asks for the consent of an account that was connected before.
func (x *Accounts) again(ctx context.Context, by grievance.Actor, id int) (r BeginRequest, err error) {
	err = x.Store.View(ctx, func(tx *store.Tx) error {
		a, err := x.own(ctx, tx, by, id)
		r = BeginRequest{Service: ServiceOf(a), OfficeID: a.OfficeID, AccountID: a.ID, Mailbox: a.ExternalID}
		return err
	})
	return r, err
}

// mailbox is an address as it is kept: bare and in lower case.
func mailbox(address string) (string, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(address))
	if err != nil || a.Name != "" {
		return "", grievance.Invalid("address", "error.mail_address")
	}
	return strings.ToLower(a.Address), nil
}

func (x *Accounts) seal(at Attempt) (string, error) {
	plain, err := json.Marshal(at)
	if err != nil {
		return "", fmt.Errorf("seal attempt: %w", err)
	}
	sealed, err := x.Keys.Seal(plain, "attempt")
	return base64.StdEncoding.EncodeToString(sealed), err
}

// Attempt opens one that the actor began and that is not over, where the office still lies
// within the actor's reach; else the refusal says to begin again.
func (x *Accounts) Attempt(by grievance.Actor, sealed string) (at Attempt, err error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return at, grievance.Invalid("service", "connect.error_over")
	}
	plain, err := x.Keys.Open(raw, "attempt")
	if err != nil || json.Unmarshal(plain, &at) != nil || at.Officer != by.ID || x.Now().After(at.Until) {
		return Attempt{}, grievance.Invalid("service", "connect.error_over")
	}
	if !by.May(grievance.MayConnect) {
		return Attempt{}, grievance.ErrForbidden
	}
	if at.AccountID == 0 && x.office(by, at.OfficeID) != nil { // begun under another charge
		return Attempt{}, grievance.Invalid("service", "connect.error_over")
	}
	return at, nil
}

// ConsentAddress is the page of the service on which the owner consents.
func (x *Accounts) ConsentAddress(at Attempt) string {
	return x.Authorizers[at.Service].Address(at.Consent)
}

// Scopes are the permissions that the service asks the owner for.
func (x *Accounts) Scopes(s Service) []string { return x.Authorizers[s].Scopes() }

// Redeem takes the code that came back with the owner. An account that stands alone is
// connected at once and its id given; where there are several to choose from, the attempt
// goes on, sealed.
func (x *Accounts) Redeem(ctx context.Context, by grievance.Actor, sealed, state, code string) (ids []int, further string, err error) {
	at, err := x.Attempt(by, sealed)
	if err != nil {
		return nil, "", err
	}
	if subtle.ConstantTimeCompare([]byte(state), []byte(at.Consent.State)) != 1 {
		return nil, "", grievance.Invalid("service", "connect.error_over")
	}
	if code == "" {
		return nil, "", grievance.Invalid("service", "connect.error_cancelled")
	}
	grants, err := x.Authorizers[at.Service].Redeem(ctx, at.Consent, code)
	if err != nil {
		return nil, "", notConnected(err)
	}
	if at.Service == Facebook {
		at.Grants = grants
		further, err = x.seal(at)
		return nil, further, err
	}
	if missing := grants[0].Standing.Missing; len(missing) > 0 {
		return nil, "", invalid("service", "connect.error_missing", "Missing", strings.Join(missing, ", "))
	}
	ids, err = x.keep(ctx, by, at, grants)
	return ids, "", err
}

// Choose connects the accounts with these external ids among those that the consent opened.
func (x *Accounts) Choose(ctx context.Context, by grievance.Actor, sealed string, external []string) ([]int, error) {
	at, err := x.Attempt(by, sealed)
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(at.Grants, func(g connector.Grant) bool { return !slices.Contains(external, g.ExternalID) })
	if len(chosen) == 0 {
		return nil, grievance.Invalid("page", "connect.error_choose_page")
	}
	if at.AccountID != 0 && len(chosen) > 1 {
		return nil, grievance.Invalid("page", "connect.error_one_page")
	}
	return x.keep(ctx, by, at, chosen)
}

// notConnected gives a failure at the service the words for the officer.
func notConnected(err error) error {
	f, ok := errors.AsType[*connector.Failure](err)
	switch {
	case ok && f.Class == connector.SignIn:
		return grievance.Invalid("service", "connect.error_code")
	case ok && (f.Class == connector.Temporary || f.Class == connector.Limited):
		return grievance.Invalid("service", "connect.error_service_down")
	}
	return err
}

func invalid(field, key, arg, value string) *grievance.InvalidError {
	return &grievance.InvalidError{Field: field, Key: key, Args: map[string]any{arg: value}}
}

// keep connects what was granted, in one transaction.
func (x *Accounts) keep(ctx context.Context, by grievance.Actor, at Attempt, grants []connector.Grant) (ids []int, err error) {
	now := x.Now()
	err = x.Store.Tx(ctx, func(tx *store.Tx) error {
		ids = nil
		for _, g := range grants {
			id, err := x.keepOne(ctx, tx, by, at, g, now)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

func (x *Accounts) keepOne(ctx context.Context, tx *store.Tx, by grievance.Actor, at Attempt, g connector.Grant, now time.Time) (int, error) {
	a, known, err := tx.AccountAt(ctx, at.Service.Channel(), g.ExternalID)
	if err != nil {
		return 0, err
	}
	switch {
	case at.AccountID != 0 && a.ID != at.AccountID:
		return 0, invalid("service", "connect.error_other_account", "Name", g.Name)
	case at.AccountID == 0 && known && a.Connected():
		return 0, invalid("service", "connect.error_already", "Name", a.Name)
	case known && !x.MayChange(by, a):
		return 0, grievance.ErrNotFound
	}
	fresh := !known || !a.Connected()
	if !known {
		a = grievance.OfficialAccount{Channel: at.Service.Channel(), Name: g.Name, ExternalID: g.ExternalID, CanSend: true, Acknowledge: true, ConnectedAt: now}
	}
	a.Handle = g.Handle
	if a.Channel == grievance.X {
		a.Handle = "@" + g.Handle
	}
	if fresh {
		a.OfficeID = at.OfficeID
	}
	if len(g.Settings) > 0 {
		settings := maps.Clone(a.Settings)
		if settings == nil {
			settings = map[string]string{}
		}
		maps.Copy(settings, g.Settings)
		a.Settings = settings
	}
	event := "account.reconnected"
	if known {
		err = tx.ReconnectAccount(ctx, a, now)
	} else {
		a.ID, err = tx.AddAccount(ctx, a)
	}
	if err != nil {
		return 0, err
	}
	if fresh { // what goes out waits until somebody has looked
		event = "account.connected"
		if err := tx.SetHold(ctx, store.Hold{ID: tx.NewID(now), AccountID: a.ID, SetAt: now, SetBy: by.ID, Reason: FirstHold}); err != nil {
			return 0, err
		}
	}
	if err := x.Seal(ctx, tx, a.ID, g.Secret); err != nil {
		return 0, err
	}
	if err := tx.RecordToken(ctx, a.ID, g.Standing.Ends, now); err != nil {
		return 0, err
	}
	if err := tx.RecordStanding(ctx, a.ID, g.Standing.Missing, g.Standing.Ends); err != nil {
		return 0, err
	}
	if err := tx.RecordOffice(ctx, by, event, map[string]any{"account": a.ID, "office": a.OfficeID, "service": at.Service}, now); err != nil {
		return 0, err
	}
	return a.ID, x.tell(ctx, tx, a, "notice."+strings.Replace(event, ".", "_", 1), now)
}

// FirstHold is the reason of the hold that begins with a connection: a message key.
const FirstHold = "hold.first_connection"

package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/secret"
	"nivaran/internal/store"
)

// Service is where an official account lives, as its owner signs in there.
type Service string

// The services.
const (
	X         Service = "x"
	Facebook  Service = "facebook"
	Google    Service = "google"    // a mailbox at Gmail or Workspace
	Microsoft Service = "microsoft" // a mailbox at Microsoft 365
	Mailbox   Service = "mailbox"   // any other, by app password
)

// Services lists them in the order in which they are shown.
var Services = []Service{X, Facebook, Google, Microsoft, Mailbox}

// Channel is the channel of the service's accounts.
func (s Service) Channel() grievance.Channel {
	switch s {
	case X:
		return grievance.X
	case Facebook:
		return grievance.Facebook
	}
	return grievance.Email
}

// ServiceOf is where an account lives.
func ServiceOf(a grievance.OfficialAccount) Service {
	switch {
	case a.Channel == grievance.X:
		return X
	case a.Channel == grievance.Facebook:
		return Facebook
	case a.Settings["service"] != "":
		return Service(a.Settings["service"])
	}
	return Mailbox
}

// Accounts are the official accounts: connected to offices by the consent of their owners,
// changed, taken away, and watched over.
type Accounts struct {
	Store  *store.Store
	Office *Directory
	Keys   *secret.Keys
	// Authorizers let owners consent, by service; one that is not set up is missing.
	Authorizers map[Service]connector.Authorizer
	// Try signs in to a mailbox before it is kept. What is wrong is a *grievance.InvalidError.
	Try     func(ctx context.Context, a grievance.OfficialAccount, s connector.Secret) error
	BaseURL string // to which services send owners back
	// Pace is how often a channel is polled.
	Pace func(grievance.Channel) time.Duration
	Now  func() time.Time
	Log  *slog.Logger
}

func sealedFor(account int) string { return fmt.Sprintf("account %d", account) }

// Secret opens what opens the account.
func (x *Accounts) Secret(a grievance.OfficialAccount) (s connector.Secret, err error) {
	plain, err := x.Keys.Open(a.Secret, sealedFor(a.ID))
	if err != nil {
		return s, errors.New("its secret cannot be opened with the key of this machine")
	}
	return s, json.Unmarshal(plain, &s)
}

// Seal keeps a new secret of the account.
func (x *Accounts) Seal(ctx context.Context, tx *store.Tx, account int, s connector.Secret) error {
	plain, err := json.Marshal(s)
	if err != nil {
		return err
	}
	sealed, err := x.Keys.Seal(plain, sealedFor(account))
	if err != nil {
		return err
	}
	return tx.SetSecret(ctx, account, sealed)
}

// Offices lists the open offices to which the actor may connect accounts.
func (x *Accounts) Offices(by grievance.Actor) (all []grievance.Office) {
	if !by.May(grievance.MayConnect) {
		return nil
	}
	for _, o := range x.Office.Offices(x.Now()) {
		if by.Oversees(o) {
			all = append(all, o)
		}
	}
	return all
}

// MayChange says whether the actor may connect again, change or take away the account.
func (x *Accounts) MayChange(by grievance.Actor, a grievance.OfficialAccount) bool {
	o, ok := x.Office.Office(a.OfficeID)
	return by.May(grievance.MayConnect) && ok && by.Oversees(o) && !a.Archive
}

// own reads an account that the actor may change; not found when it is not the actor's.
func (x *Accounts) own(ctx context.Context, tx *store.Tx, by grievance.Actor, id int) (grievance.OfficialAccount, error) {
	a, err := tx.Account(ctx, id)
	if err != nil {
		return a, err
	}
	if !x.MayChange(by, a) {
		return a, grievance.ErrNotFound
	}
	return a, nil
}

// office demands an open office within the actor's reach.
func (x *Accounts) office(by grievance.Actor, id int) error {
	for _, o := range x.Offices(by) {
		if o.ID == id {
			return nil
		}
	}
	return grievance.Invalid("office", "error.not_a_choice")
}

// tell sends a notice about the account to those who answer for it: the nodal officers of
// its office, and of the one that it leaves, the state nodal officers and the
// administrators, each once.
func (x *Accounts) tell(ctx context.Context, tx *store.Tx, a grievance.OfficialAccount, kind string, now time.Time, leaves ...int) error {
	charges, err := tx.AllCharges(ctx, now)
	if err != nil {
		return err
	}
	told := map[grievance.ID]bool{}
	for _, c := range charges {
		officer := c.Acting() // a substitute while the holder is away
		if officer != 0 && !told[officer] && x.answers(c.Charge, append(leaves, a.OfficeID)) {
			told[officer] = true
			if err := tx.Notify(ctx, store.Notice{OfficerID: officer, Kind: kind, Data: a.Handle, At: now}); err != nil {
				return err
			}
		}
	}
	return nil
}

// answers says whether the holder of the charge answers for accounts of the offices.
func (x *Accounts) answers(c grievance.Charge, offices []int) bool {
	here := slices.Contains(offices, c.OfficeID)
	switch c.Role {
	case grievance.StateNodal, grievance.Administrator:
		return true
	case grievance.DistrictNodal, grievance.DepartmentNodal:
		return here
	}
	by, ok := x.Office.Actor(c)
	return ok && here && by.May(grievance.MayConnect)
}

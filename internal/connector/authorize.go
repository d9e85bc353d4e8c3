package connector

import (
	"context"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// Consent is one request for the consent of an account's owner, from the page of the
// service that asks for it to the code that comes back.
type Consent struct {
	Redirect string // our address, to which the service sends the owner back
	State    string // comes back with the owner, so that nobody else's code is taken
	Verifier string // PKCE: proves that who redeems the code is who asked for it
	Mailbox  string // the address that is to be opened; mail only
}

// Authorizer lets the owners of accounts consent at their service (OAuth 2.0) and turns
// the consent into what opens the account.
type Authorizer interface {
	// Address is the page of the service on which the owner consents.
	Address(c Consent) string
	// Redeem exchanges the code that came back for the accounts that it opens: one on X,
	// every page on Facebook. A code that the service will not take is a *Failure of
	// class SignIn.
	Redeem(ctx context.Context, c Consent, code string) ([]Grant, error)
	// Revoke ends the consent at the service. Where the service has no call for it
	// nothing happens.
	Revoke(ctx context.Context, s Secret) error
	// Scopes are the permissions that are asked for.
	Scopes() []string
}

// Grant is an account that an owner's consent opens.
type Grant struct {
	ExternalID, Handle, Name string

	Secret   Secret
	Standing Standing
	Settings map[string]string // of the account, where the channel needs some
}

// Secret is what opens an official account: the tokens of X and of a mailbox, the token
// of a Facebook page, the password of another mailbox. It lies sealed in the store.
type Secret struct {
	Access   string    `json:"access,omitempty"`
	Refresh  string    `json:"refresh,omitempty"`
	Expires  time.Time `json:"expires,omitzero"`
	Token    string    `json:"token,omitempty"`
	Password string    `json:"password,omitempty"`
}

// Standing is what a secret allows, and until when.
type Standing struct {
	Account grievance.Author `json:"-"` // whom it speaks for; empty: not told
	Known   bool             // Missing and Ends were told
	Missing []string         // permissions that we need and were not granted
	Ends    time.Time        // when the consent ends by itself; zero: never, or not told
}

// Without lists what of wanted is not among granted.
func Without(wanted, granted []string) (missing []string) {
	for _, w := range wanted {
		if !slices.Contains(granted, w) {
			missing = append(missing, w)
		}
	}
	return missing
}

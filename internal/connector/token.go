package connector

import (
	"context"
	"errors"
	"time"
)

// Tokens is what an account's owner granted.
type Tokens struct {
	Access    string
	Refresh   string
	ExpiresAt time.Time // of Access
	// EndsAt is when the consent itself ends, where the service says so.
	EndsAt time.Time
}

// TokenStore keeps the tokens of one account, encrypted.
type TokenStore interface {
	// Tokens gives those held now.
	Tokens(ctx context.Context) (Tokens, error)
	// Replace renews them, one caller at a time over all instances: when the access token
	// held is no longer stale, somebody else was faster and it gives what is held. Else it
	// calls renew with what is held and stores the answer before it returns it, because
	// the old refresh token may be dead by then.
	Replace(ctx context.Context, stale string, renew func(context.Context, Tokens) (Tokens, error)) (Tokens, error)
}

// renewBefore is how long before its end a token is renewed: time enough to warn while it
// still works.
const renewBefore = 5 * time.Minute

// Bearer gives access tokens that live.
type Bearer struct {
	Store TokenStore
	Renew func(ctx context.Context, old Tokens) (Tokens, error)
	Now   func() time.Time
}

// Access gives an access token that still lives. One that could not be renewed in time is
// used to its end.
func (b Bearer) Access(ctx context.Context) (string, error) {
	t, err := b.Store.Tokens(ctx)
	if err != nil {
		return "", noToken(err)
	}
	now := b.Now()
	if t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt.Add(-renewBefore)) {
		return t.Access, nil
	}
	fresh, err := b.Renewed(ctx, t.Access)
	if err != nil && ClassOf(err) != SignIn && now.Before(t.ExpiresAt) {
		return t.Access, nil
	}
	return fresh, err
}

// Renewed gives a token after the stale one was refused.
func (b Bearer) Renewed(ctx context.Context, stale string) (string, error) {
	t, err := b.Store.Replace(ctx, stale, b.Renew)
	if err != nil {
		return "", noToken(err)
	}
	return t.Access, nil
}

// noToken gives every failure to get a token a class: without a token nothing was sent,
// so nothing is in doubt.
func noToken(err error) error {
	if _, ok := errors.AsType[*Failure](err); ok {
		return err
	}
	return &Failure{Class: Temporary, Code: "token", Err: err}
}

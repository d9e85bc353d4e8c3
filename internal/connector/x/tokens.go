package x

import (
	"context"
	"errors"
	"time"

	"golang.org/x/oauth2"

	"nivaran/internal/connector"
)

// Tokens is what the account's owner granted.
type Tokens struct {
	Access    string
	Refresh   string
	ExpiresAt time.Time
}

// TokenStore keeps the tokens of one account, encrypted.
type TokenStore interface {
	// Tokens gives those held now.
	Tokens(ctx context.Context) (Tokens, error)
	// Replace renews them, one caller at a time over all instances: when the access token
	// held is no longer stale, somebody else was faster and it gives what is held. Else it
	// calls renew with what is held and stores the answer before it returns it, because
	// the old refresh token is dead by then.
	Replace(ctx context.Context, stale string, renew func(context.Context, Tokens) (Tokens, error)) (Tokens, error)
}

// renewBefore is how long before its end a token is renewed.
const renewBefore = time.Minute

// access gives an access token that still lives.
func (c *Connector) access(ctx context.Context) (string, error) {
	t, err := c.Tokens.Tokens(ctx)
	if err != nil {
		return "", noToken(err)
	}
	if !t.ExpiresAt.IsZero() && !c.Now().Before(t.ExpiresAt.Add(-renewBefore)) {
		return c.renewed(ctx, t.Access)
	}
	return t.Access, nil
}

func (c *Connector) renewed(ctx context.Context, stale string) (string, error) {
	t, err := c.Tokens.Replace(ctx, stale, c.refresh)
	if err != nil {
		return "", noToken(err)
	}
	return t.Access, nil
}

// noToken gives every failure to get a token a class: without a token nothing was sent,
// so nothing is in doubt.
func noToken(err error) error {
	if _, ok := errors.AsType[*connector.Failure](err); ok {
		return err
	}
	return &connector.Failure{Class: connector.Temporary, Code: "token", Err: err}
}

// refresh exchanges a refresh token at X. What X refuses is a matter for the owner.
func (c *Connector) refresh(ctx context.Context, old Tokens) (Tokens, error) {
	if old.Refresh == "" {
		return Tokens{}, &connector.Failure{Class: connector.SignIn, Code: "no_refresh_token"}
	}
	conf := oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		Endpoint: oauth2.Endpoint{TokenURL: c.BaseURL + "/2/oauth2/token", AuthStyle: oauth2.AuthStyleInHeader},
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, c.http)
	t, err := conf.TokenSource(ctx, &oauth2.Token{RefreshToken: old.Refresh}).Token()
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return Tokens{}, c.refreshFailure(refused)
	}
	if err != nil {
		return Tokens{}, &connector.Failure{Class: connector.Temporary, Code: "token", Err: plain(err)}
	}
	fresh := Tokens{Access: t.AccessToken, Refresh: t.RefreshToken}
	if t.ExpiresIn > 0 {
		fresh.ExpiresAt = c.Now().Add(time.Duration(t.ExpiresIn) * time.Second)
	}
	return fresh, nil
}

// refreshFailure reads the token endpoint's refusal, which has a form of its own.
func (c *Connector) refreshFailure(e *oauth2.RetrieveError) *connector.Failure {
	status := e.Response.StatusCode
	switch {
	case status == 429 || status == 402 || status >= 500:
		return failure(status, e.Response.Header, e.Body, c.Now())
	default: // invalid_grant, invalid_request, unauthorized_client: the consent is over
		return &connector.Failure{Class: connector.SignIn, Code: e.ErrorCode, RequestID: requestID(e.Response.Header)}
	}
}

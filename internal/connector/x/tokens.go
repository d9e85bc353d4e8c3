package x

import (
	"context"
	"errors"
	"time"

	"golang.org/x/oauth2"

	"nivaran/internal/connector"
)

// bearer gives access tokens of the account.
func (c *Connector) bearer() connector.Bearer {
	return connector.Bearer{Store: c.Tokens, Renew: c.refresh, Now: c.Now}
}

// refresh exchanges a refresh token at X. What X refuses is a matter for the owner.
func (c *Connector) refresh(ctx context.Context, old connector.Tokens) (connector.Tokens, error) {
	if old.Refresh == "" {
		return connector.Tokens{}, &connector.Failure{Class: connector.SignIn, Code: "no_refresh_token"}
	}
	conf := oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: endpoint("", c.BaseURL)}
	t, err := conf.TokenSource(context.WithValue(ctx, oauth2.HTTPClient, c.http), &oauth2.Token{RefreshToken: old.Refresh}).Token()
	if err != nil {
		return connector.Tokens{}, tokenFailure(err, c.Now())
	}
	return tokens(t, c.Now()), nil
}

func tokens(t *oauth2.Token, now time.Time) connector.Tokens {
	fresh := connector.Tokens{Access: t.AccessToken, Refresh: t.RefreshToken}
	if t.ExpiresIn > 0 {
		fresh.ExpiresAt = now.Add(time.Duration(t.ExpiresIn) * time.Second)
	}
	return fresh
}

// endpoint are X's addresses for consent; the client's secret goes by Basic.
func endpoint(authorize, base string) oauth2.Endpoint {
	return oauth2.Endpoint{AuthURL: authorize, TokenURL: base + "/2/oauth2/token", AuthStyle: oauth2.AuthStyleInHeader}
}

// tokenFailure reads how the token endpoint refused, which has a form of its own.
func tokenFailure(err error, now time.Time) *connector.Failure {
	e, refused := errors.AsType[*oauth2.RetrieveError](err)
	if !refused {
		return &connector.Failure{Class: connector.Temporary, Code: "token", Err: plain(err)}
	}
	switch status := e.Response.StatusCode; {
	case status == 429 || status == 402 || status >= 500:
		return failure(status, e.Response.Header, e.Body, now)
	default: // invalid_grant, invalid_request, unauthorized_client: the consent is over
		return &connector.Failure{Class: connector.SignIn, Code: e.ErrorCode, RequestID: requestID(e.Response.Header)}
	}
}

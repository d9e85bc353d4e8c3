package x

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"nivaran/internal/connector"
)

// DefaultAuthorizeURL is where an account's owner consents.
const DefaultAuthorizeURL = "https://x.com/i/oauth2/authorize"

// scopes are what the owner is asked for.
var scopes = []string{"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"}

// Authorizer lets the owner of an account consent: OAuth 2.0 with PKCE.
type Authorizer struct {
	AuthorizeURL           string // DefaultAuthorizeURL when empty
	BaseURL                string // DefaultBaseURL when empty
	ClientID, ClientSecret string
	HTTP                   *http.Client
	Now                    func() time.Time
}

var _ connector.Authorizer = (*Authorizer)(nil)

func (z *Authorizer) base() string {
	return strings.TrimRight(cmp.Or(z.BaseURL, DefaultBaseURL), "/")
}

func (z *Authorizer) config(c connector.Consent) *oauth2.Config {
	return &oauth2.Config{
		ClientID: z.ClientID, ClientSecret: z.ClientSecret, RedirectURL: c.Redirect, Scopes: scopes,
		Endpoint: endpoint(cmp.Or(z.AuthorizeURL, DefaultAuthorizeURL), z.base()),
	}
}

// Scopes are the permissions that are asked for.
func (z *Authorizer) Scopes() []string { return scopes }

// Address is X's page on which the owner consents.
func (z *Authorizer) Address(c connector.Consent) string {
	return z.config(c).AuthCodeURL(c.State, oauth2.S256ChallengeOption(c.Verifier))
}

// Redeem exchanges the code, which lives half a minute, for the owner's account.
func (z *Authorizer) Redeem(ctx context.Context, c connector.Consent, code string) ([]connector.Grant, error) {
	client := noRedirects(z.HTTP)
	t, err := z.config(c).Exchange(context.WithValue(ctx, oauth2.HTTPClient, client), code, oauth2.VerifierOption(c.Verifier))
	if err != nil {
		return nil, tokenFailure(err, z.Now())
	}
	a, _, err := send(ctx, client, z.base(), t.AccessToken, me(), z.Now)
	if err != nil {
		return nil, err
	}
	who, err := readMe(a)
	if err != nil {
		return nil, err
	}
	held := tokens(t, z.Now())
	granted, _ := t.Extra("scope").(string)
	return []connector.Grant{{
		ExternalID: who.ExternalID, Handle: who.Handle, Name: who.Name,
		Secret:   connector.Secret{Access: held.Access, Refresh: held.Refresh, Expires: held.ExpiresAt},
		Standing: connector.Standing{Known: true, Missing: connector.Without(scopes, strings.Fields(granted))},
	}}, nil
}

// Revoke ends the consent at X.
func (z *Authorizer) Revoke(ctx context.Context, s connector.Secret) error {
	form := url.Values{"token": {cmp.Or(s.Refresh, s.Access)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, z.base()+"/2/oauth2/revoke", strings.NewReader(form.Encode()))
	if err != nil {
		return &connector.Failure{Class: connector.Broken, Code: "request", Err: plain(err)}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(z.ClientID), url.QueryEscape(z.ClientSecret))
	resp, err := noRedirects(z.HTTP).Do(req)
	if err != nil {
		return &connector.Failure{Class: connector.Temporary, Code: "network", Err: plain(err)}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return failure(resp.StatusCode, resp.Header, nil, z.Now())
	}
	return nil
}

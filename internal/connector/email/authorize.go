package email

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"nivaran/internal/connector"
)

// Provider is a mail service whose mailboxes open by OAuth 2.0.
type Provider struct {
	Name                              string // google or microsoft
	AuthorizeURL, TokenURL, RevokeURL string // without RevokeURL the service has no call for it
	IMAPURL, SMTPURL, AuthServID      string
	ClientID, ClientSecret            string
	Scope                             []string
	Extra                             map[string]string // what its page of consent wants to be told
}

// GoogleScopes and MicrosoftScopes are the permissions that reading and sending need.
var (
	GoogleScopes    = []string{"https://mail.google.com/"}
	MicrosoftScopes = []string{"https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access"}
)

// Authorizer lets the owner of a mailbox consent at its service.
type Authorizer struct {
	Provider
	HTTP *http.Client
	Now  func() time.Time
	// Try signs in to the mailbox with what the owner granted: the mail server is the one
	// that knows whose it is.
	Try func(ctx context.Context, cfg Config) error
}

var _ connector.Authorizer = (*Authorizer)(nil)

func (p Provider) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: redirect, Scopes: p.Scope,
		Endpoint: oauth2.Endpoint{AuthURL: p.AuthorizeURL, TokenURL: p.TokenURL, AuthStyle: oauth2.AuthStyleInParams},
	}
}

// Scopes are the permissions that are asked for.
func (z *Authorizer) Scopes() []string { return z.Scope }

// Address is the page of the service on which the owner consents.
func (z *Authorizer) Address(c connector.Consent) string {
	opts := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(c.Verifier), oauth2.SetAuthURLParam("login_hint", c.Mailbox)}
	for k, v := range z.Extra {
		opts = append(opts, oauth2.SetAuthURLParam(k, v))
	}
	return z.config(c.Redirect).AuthCodeURL(c.State, opts...)
}

// Redeem exchanges the code for the mailbox that was asked for, and signs in to it. A
// consent to another mailbox is refused by the mail server.
func (z *Authorizer) Redeem(ctx context.Context, c connector.Consent, code string) ([]connector.Grant, error) {
	t, err := z.config(c.Redirect).Exchange(context.WithValue(ctx, oauth2.HTTPClient, z.HTTP), code, oauth2.VerifierOption(c.Verifier))
	if err != nil {
		return nil, tokenFailure(err)
	}
	held := tokensOf(t, z.Now())
	if held.Refresh == "" {
		return nil, &connector.Failure{Class: connector.SignIn, Code: "no_refresh_token"}
	}
	g := connector.Grant{
		ExternalID: c.Mailbox, Handle: c.Mailbox, Name: c.Mailbox,
		Secret:   connector.Secret{Access: held.Access, Refresh: held.Refresh, Expires: held.ExpiresAt},
		Standing: connector.Standing{Known: true, Ends: held.EndsAt},
		Settings: map[string]string{"service": z.Name, "imap": z.IMAPURL, "smtp": z.SMTPURL, "username": "", "authserv": z.AuthServID},
	}
	if granted, ok := t.Extra("scope").(string); ok {
		asked := strings.Fields(strings.ReplaceAll(strings.Join(z.Scope, " "), "offline_access", "")) // never told back
		g.Standing.Missing = connector.Without(asked, strings.Fields(granted))
	}
	if len(g.Standing.Missing) > 0 {
		return []connector.Grant{g}, nil // the mail server would refuse, and say less
	}
	fixed := fixedToken(held.Access)
	return []connector.Grant{g}, z.Try(ctx, Config{Address: c.Mailbox, IMAPURL: z.IMAPURL, SMTPURL: z.SMTPURL, Tokens: fixed, Now: z.Now})
}

// Revoke ends the consent at the service.
func (z *Authorizer) Revoke(ctx context.Context, s connector.Secret) error {
	if z.RevokeURL == "" {
		return nil
	}
	form := url.Values{"token": {s.Refresh}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, z.RevokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return &connector.Failure{Class: connector.Broken, Code: "request", Err: err}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := z.HTTP.Do(req)
	if err != nil {
		return &connector.Failure{Class: connector.Temporary, Code: "network", Err: withoutAddress(err)}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return &connector.Failure{Class: connector.SignIn, Code: resp.Status}
	}
	return nil
}

// Refresh exchanges a refresh token at the mail service.
func (p Provider) Refresh(ctx context.Context, client *http.Client, old connector.Tokens, now time.Time) (connector.Tokens, error) {
	if old.Refresh == "" {
		return connector.Tokens{}, &connector.Failure{Class: connector.SignIn, Code: "no_refresh_token", Key: KeySignIn}
	}
	t, err := p.config("").TokenSource(context.WithValue(ctx, oauth2.HTTPClient, client), &oauth2.Token{RefreshToken: old.Refresh}).Token()
	if err != nil {
		return connector.Tokens{}, tokenFailure(err)
	}
	return tokensOf(t, now), nil
}

func tokensOf(t *oauth2.Token, now time.Time) connector.Tokens {
	fresh := connector.Tokens{Access: t.AccessToken, Refresh: t.RefreshToken}
	if t.ExpiresIn > 0 {
		fresh.ExpiresAt = now.Add(time.Duration(t.ExpiresIn) * time.Second)
	}
	if s, ok := t.Extra("refresh_token_expires_in").(float64); ok && s > 0 {
		fresh.EndsAt = now.Add(time.Duration(s) * time.Second)
	}
	return fresh
}

// tokenFailure reads how the token endpoint refused.
func tokenFailure(err error) *connector.Failure {
	e, refused := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !refused:
		return &connector.Failure{Class: connector.Temporary, Code: "token", Err: withoutAddress(err)}
	case e.Response.StatusCode >= 500 || e.Response.StatusCode == http.StatusTooManyRequests:
		return &connector.Failure{Class: connector.Temporary, Code: e.Response.Status}
	}
	return &connector.Failure{Class: connector.SignIn, Code: e.ErrorCode, Key: KeySignIn}
}

// withoutAddress takes the address off a network error: it may hold a token.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// fixedToken is an access token that was just given and is not renewed.
type fixedToken string

func (t fixedToken) Tokens(context.Context) (connector.Tokens, error) {
	return connector.Tokens{Access: string(t)}, nil
}

// Replace refuses: a token that was just given and does not open the mailbox is another's.
func (t fixedToken) Replace(context.Context, string, func(context.Context, connector.Tokens) (connector.Tokens, error)) (connector.Tokens, error) {
	return connector.Tokens{}, &connector.Failure{Class: connector.SignIn, Code: "another_mailbox", Key: KeySignIn}
}

package facebook

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"nivaran/internal/connector"
)

// DefaultDialogURL is where a page's owner consents.
const DefaultDialogURL = "https://www.facebook.com/v26.0/dialog/oauth"

// Authorizer lets the owner of pages consent: Facebook Login for Business.
type Authorizer struct {
	DialogURL string // DefaultDialogURL when empty
	BaseURL   string // DefaultBaseURL when empty
	AppID     string
	AppSecret string
	// ConfigID names a configuration of Facebook Login for Business; without one the
	// permissions are asked for one by one.
	ConfigID string
	HTTP     *http.Client
	Now      func() time.Time
}

var _ connector.Authorizer = (*Authorizer)(nil)

// Scopes are the permissions that are asked for.
func (z *Authorizer) Scopes() []string { return strings.Fields(permissions) }

// Address is Facebook's page on which the owner consents. The dialog knows no PKCE: the
// state and the app's secret keep the code ours.
func (z *Authorizer) Address(c connector.Consent) string {
	q := url.Values{"client_id": {z.AppID}, "redirect_uri": {c.Redirect}, "state": {c.State}, "response_type": {"code"}}
	if z.ConfigID != "" {
		q.Set("config_id", z.ConfigID)
	} else {
		q.Set("scope", strings.Join(z.Scopes(), ","))
	}
	return cmp.Or(z.DialogURL, DefaultDialogURL) + "?" + q.Encode()
}

// Redeem exchanges the code for a token of the owner, that for one of sixty days, and
// asks with it for the tokens of all pages that the owner let us have.
func (z *Authorizer) Redeem(ctx context.Context, c connector.Consent, code string) ([]connector.Grant, error) {
	short, err := z.token(ctx, url.Values{"redirect_uri": {c.Redirect}, "code": {code}})
	if err != nil {
		return nil, consentOver(err)
	}
	long, err := z.token(ctx, url.Values{"grant_type": {"fb_exchange_token"}, "fb_exchange_token": {short}})
	if err != nil {
		return nil, consentOver(err)
	}
	owner := z.as(long)
	missing, err := owner.missingPermissions(ctx)
	if err != nil {
		return nil, err
	}
	pages, err := owner.ownPages(ctx)
	if err != nil {
		return nil, err
	}
	var grants []connector.Grant
	for _, p := range pages {
		grants = append(grants, connector.Grant{ExternalID: p.ID, Handle: p.Name, Name: p.Name, Secret: connector.Secret{Token: p.Token}, Standing: connector.Standing{Known: true, Missing: missing}})
	}
	return grants, nil
}

// consentOver: a code or token that Facebook will not take is the owner's matter. What it
// says of a code is "invalid parameter".
func consentOver(err error) error {
	if f, ok := asFailure(err); ok && f.Class == connector.Broken {
		f.Class = connector.SignIn
	}
	return err
}

// Revoke ends the pushing of the page's events: the consent itself is the owner's, who
// may have given us other pages with it.
func (z *Authorizer) Revoke(ctx context.Context, s connector.Secret) error {
	c := z.as(s.Token)
	who, err := c.Whoami(ctx)
	if err != nil {
		return err
	}
	_, _, err = c.call(ctx, request{method: http.MethodDelete, path: "/" + who.Account.ExternalID + "/subscribed_apps"})
	return err
}

// as calls with a token.
func (z *Authorizer) as(token string) *Connector {
	return New(Settings{BaseURL: z.BaseURL, HTTP: z.HTTP, Token: func(context.Context) (string, error) { return token, nil }, Now: z.Now})
}

// token asks for one in the app's name. The secret goes in the body: addresses are logged.
func (z *Authorizer) token(ctx context.Context, form url.Values) (string, error) {
	form.Set("client_id", z.AppID)
	form.Set("client_secret", z.AppSecret)
	c := z.as("")
	req, err := c.request(ctx, request{method: http.MethodPost, path: "/oauth/access_token", form: form})
	if err != nil {
		return "", &connector.Failure{Class: connector.Broken, Code: "request", Err: plain(err)}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return "", &connector.Failure{Class: connector.Temporary, Code: "network", Err: plain(err)}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return "", &connector.Failure{Class: connector.Temporary, Code: "network", Err: err}
	}
	var got struct {
		Token string `json:"access_token"`
	}
	if resp.StatusCode != http.StatusOK || json.Unmarshal(raw, &got) != nil || got.Token == "" {
		return "", failure(resp.StatusCode, resp.Header, raw, "", z.Now())
	}
	return got.Token, nil
}

// missingPermissions are those that the owner did not grant.
func (c *Connector) missingPermissions(ctx context.Context) ([]string, error) {
	var got struct {
		Data []struct {
			Permission string `json:"permission"`
			Status     string `json:"status"`
		} `json:"data"`
	}
	if _, err := c.read(ctx, "/me/permissions", nil, &got); err != nil {
		return nil, err
	}
	var granted []string
	for _, p := range got.Data {
		if p.Status == "granted" {
			granted = append(granted, p.Permission)
		}
	}
	return connector.Without(strings.Fields(permissions), granted), nil
}

// ownPage is a page with its own token.
type ownPage struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"access_token"`
}

// maxPages bounds how many answers of a list are read.
const maxPages = 50

// ownPages are the pages that the owner let us have.
func (c *Connector) ownPages(ctx context.Context) (all []ownPage, err error) {
	q := url.Values{"fields": {"id,name,access_token"}, "limit": {"100"}}
	for range maxPages {
		var got struct {
			Data   []ownPage `json:"data"`
			Paging struct {
				Cursors struct{ After string }
				Next    string
			}
		}
		if _, err := c.read(ctx, "/me/accounts", q, &got); err != nil {
			return nil, err
		}
		all = append(all, got.Data...)
		if got.Paging.Next == "" {
			return all, nil
		}
		q.Set("after", got.Paging.Cursors.After)
	}
	return all, nil
}

package app

import (
	"context"
	"net/http"
	"syscall"
	"time"

	"nivaran/internal/config"
	"nivaran/internal/connector"
	"nivaran/internal/connector/email"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/connector/x"
	"nivaran/internal/office"
)

// mailProvider is the mail service whose mailboxes open by consent; false for others.
func mailProvider(c *config.Config, s office.Service) (email.Provider, bool) {
	switch s {
	case office.Google:
		return email.Provider{Name: string(s), AuthorizeURL: c.GoogleAuthorizeURL, TokenURL: c.GoogleTokenURL, RevokeURL: c.GoogleRevokeURL,
			IMAPURL: c.GoogleIMAP, SMTPURL: c.GoogleSMTP, AuthServID: "mx.google.com", ClientID: c.GoogleClientID, ClientSecret: c.GoogleClientSecret,
			Scope: email.GoogleScopes, Extra: map[string]string{"access_type": "offline", "prompt": "consent"}}, true
	case office.Microsoft:
		return email.Provider{Name: string(s), AuthorizeURL: c.MicrosoftAuthorizeURL, TokenURL: c.MicrosoftTokenURL,
			IMAPURL: c.MicrosoftIMAP, SMTPURL: c.MicrosoftSMTP, ClientID: c.MicrosoftClientID, ClientSecret: c.MicrosoftClientSecret,
			Scope: email.MicrosoftScopes, Extra: map[string]string{"prompt": "select_account"}}, true
	}
	return email.Provider{}, false
}

// authorizers are those services at which owners can consent: where the app's keys are set.
func authorizers(c *config.Config, client *http.Client, now func() time.Time) map[office.Service]connector.Authorizer {
	all := map[office.Service]connector.Authorizer{}
	if c.XClientID != "" {
		all[office.X] = &x.Authorizer{AuthorizeURL: c.XAuthorizeURL, BaseURL: c.XURL, ClientID: c.XClientID, ClientSecret: c.XClientSecret, HTTP: client, Now: now}
	}
	if c.FacebookAppID != "" && c.FacebookAppSecret != "" {
		all[office.Facebook] = &facebook.Authorizer{DialogURL: c.FacebookDialogURL, BaseURL: c.FacebookURL, AppID: c.FacebookAppID, AppSecret: c.FacebookAppSecret, ConfigID: c.FacebookConfigID, HTTP: client, Now: now}
	}
	for _, s := range []office.Service{office.Google, office.Microsoft} {
		if p, _ := mailProvider(c, s); p.ClientID != "" {
			all[s] = &email.Authorizer{Provider: p, HTTP: client, Now: now, Try: func(ctx context.Context, cfg email.Config) error {
				cfg.Timeout, cfg.Control = c.Timeout, mailControl(c)
				return tryMailbox(ctx, cfg)
			}}
		}
	}
	return all
}

// mailControl refuses private addresses unless mail servers may lie there; nil: none.
func mailControl(c *config.Config) func(network, address string, conn syscall.RawConn) error {
	if c.PrivateFetch || c.MailPrivate {
		return nil
	}
	return refusePrivate
}

// Package x is the channel X: mentions and open conversations by poll, activity events
// by webhook, replies at most once. It speaks X API v2 by net/http and translates to
// grievance.Post; what becomes of a post is none of its business. The rules that it
// follows, and what X really does, stand in docs/connectors.md.
package x

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/text"
)

// DefaultBaseURL is where X answers.
const DefaultBaseURL = "https://api.x.com"

// Account is one official account on X.
type Account struct {
	ID     string // X's id, digits
	Handle string // without @
	// Premium accounts write up to text.XLimitPremium.
	Premium bool
	// Enterprise lifts the rule that only who was mentioned or quoted may answer.
	Enterprise bool
	// OwnApp: the app belongs to this account, so its own mentions cost less.
	OwnApp bool
}

// Settings make a connector.
type Settings struct {
	Account Account
	BaseURL string       // DefaultBaseURL when empty
	HTTP    *http.Client // with a time-out
	// ClientID and ClientSecret are the app's, for refreshing tokens.
	ClientID, ClientSecret string
	AppToken               string // the app's own, for its webhook; only Subscribe needs it
	Tokens                 connector.TokenStore
	Prices                 Prices // X's list prices when zero
	Now                    func() time.Time
}

// Connector serves one official account on X.
type Connector struct {
	Settings
	http   *http.Client
	ledger ledger
}

var (
	_ connector.Connector  = (*Connector)(nil)
	_ connector.Replier    = (*Connector)(nil)
	_ connector.Checker    = (*Connector)(nil)
	_ connector.Subscriber = (*Connector)(nil)
	_ connector.Identified = (*Connector)(nil)
	_ connector.Receiver   = (*Receiver)(nil)
)

// New returns a connector; it does not call X.
func New(s Settings) *Connector {
	s.BaseURL = strings.TrimRight(cmp.Or(s.BaseURL, DefaultBaseURL), "/")
	if s.Prices == (Prices{}) {
		s.Prices = listPrices
	}
	return &Connector{Settings: s, http: noRedirects(s.HTTP)}
}

// noRedirects copies a client so that it follows none: the API gives none, and a reply
// must not be posted wherever a redirect points.
func noRedirects(c *http.Client) *http.Client {
	own := *c
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// Length counts as X does. Everything is public there, so way makes no difference.
func (c *Connector) Length(s string, _ grievance.Way) (n, limit int) {
	limit = text.XLimit
	if c.Account.Premium {
		limit = text.XLimitPremium
	}
	return Length(s), limit
}

// Length is the length of a text as X counts it.
func Length(s string) int { return text.XLength(s) }

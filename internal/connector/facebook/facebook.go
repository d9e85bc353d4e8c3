// Package facebook is the channel Facebook: the feed of a page, posts that name it, their
// comments and the page's inbox, by poll and by webhook; public replies, private replies
// and messages, at most once. It speaks the Graph API by net/http and translates to
// grievance.Post; what becomes of a post is none of its business. The rules that it
// follows, and what Facebook really does, stand in docs/connectors.md.
package facebook

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// DefaultBaseURL is where the Graph API answers, its version included.
const DefaultBaseURL = "https://graph.facebook.com/v26.0"

// The most that Facebook takes.
const (
	commentLimit = 8000
	messageLimit = 2000
)

// Page is one official page.
type Page struct {
	ID   string // Facebook's id, digits
	Name string
	// HumanAgent: Meta granted the feature, so that officers may answer a message for
	// seven days and not only for one.
	HumanAgent bool
}

// Settings make a connector.
type Settings struct {
	Page    Page
	BaseURL string       // DefaultBaseURL when empty
	HTTP    *http.Client // with a time-out
	// Token gives the page's own token. It has no end date and dies when its owner
	// changes the password, loses the role or removes the app.
	Token func(ctx context.Context) (string, error)
	Now   func() time.Time
}

// Connector serves one official page.
type Connector struct {
	Settings
	http *http.Client
}

var (
	_ connector.Connector  = (*Connector)(nil)
	_ connector.Replier    = (*Connector)(nil)
	_ connector.Checker    = (*Connector)(nil)
	_ connector.Subscriber = (*Connector)(nil)
	_ connector.Identified = (*Connector)(nil)
	_ connector.Receiver   = (*Receiver)(nil)
)

// New returns a connector; it does not call Facebook.
func New(s Settings) *Connector {
	s.BaseURL = strings.TrimRight(cmp.Or(s.BaseURL, DefaultBaseURL), "/")
	return &Connector{Settings: s, http: noRedirects(s.HTTP)}
}

// noRedirects copies a client so that it follows none: the API gives none, and a reply
// must not be posted wherever a redirect points.
func noRedirects(c *http.Client) *http.Client {
	own := *c
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// Length counts as Facebook does, in UTF-16 units: a letter of Hindi is one, an emoji two.
func (c *Connector) Length(s string, way grievance.Way) (n, limit int) {
	if way == grievance.PrivateWay {
		return Length(s), messageLimit
	}
	return Length(s), commentLimit
}

// Length is the length of a text as Facebook counts it.
func Length(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

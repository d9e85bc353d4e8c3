package x

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nivaran/internal/connector"
)

// App acts for the app itself, with its own token: the webhook belongs to the app, not
// to an account.
type App struct {
	BaseURL string
	HTTP    *http.Client
	Token   string
	Now     func() time.Time
}

type webhook struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Valid bool   `json:"valid"`
}

// EnsureWebhook makes X deliver to address and gives the webhook's id. One that X has
// given up on is checked anew.
func (a App) EnsureWebhook(ctx context.Context, address string) (string, error) {
	var list struct {
		Data []webhook `json:"data"`
	}
	if err := a.do(ctx, http.MethodGet, "/2/webhooks", nil, &list); err != nil {
		return "", err
	}
	if i := slices.IndexFunc(list.Data, func(w webhook) bool { return w.URL == address }); i >= 0 {
		w := list.Data[i]
		if w.Valid {
			return w.ID, nil
		}
		return w.ID, a.do(ctx, http.MethodPut, "/2/webhooks/"+url.PathEscape(w.ID), nil, nil)
	}
	// The schema and the guide disagree whether the answer is wrapped.
	var made struct {
		webhook
		Data webhook `json:"data"`
	}
	if err := a.do(ctx, http.MethodPost, "/2/webhooks", map[string]string{"url": address}, &made); err != nil {
		return "", err
	}
	if made.ID == "" {
		made.ID = made.Data.ID
	}
	return made.ID, nil
}

func (a App) do(ctx context.Context, method, path string, body, v any) error {
	base := strings.TrimRight(a.BaseURL, "/")
	if base == "" {
		base = DefaultBaseURL
	}
	got, _, err := send(ctx, noRedirects(a.HTTP), base, a.Token, request{method: method, path: path, body: body}, a.Now)
	if err != nil || v == nil {
		return err
	}
	if err := json.Unmarshal(got.body, v); err != nil {
		return &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
	}
	return nil
}

// pushed are the events that an account subscribes to.
var pushed = []string{"post.mention.create", "post.reply.create", "post.quote.create"}

type subscription struct {
	EventType string `json:"event_type"`
	Filter    struct {
		UserID string `json:"user_id"`
	} `json:"filter"`
	Tag       string `json:"tag,omitempty"`
	WebhookID string `json:"webhook_id"`
}

// Subscribe makes X push this account's mentions, replies and quotes to the webhook at
// address, which the app gets if it has none there. What is subscribed already stays.
func (c *Connector) Subscribe(ctx context.Context, address string) error {
	app := App{BaseURL: c.BaseURL, HTTP: c.HTTP, Token: c.AppToken, Now: c.Now}
	webhookID, err := app.EnsureWebhook(ctx, address)
	if err != nil {
		return err
	}
	var list struct {
		Data []subscription `json:"data"`
	}
	path := "/2/activity/subscriptions"
	if _, err := c.read(ctx, request{method: http.MethodGet, path: path}, &list); err != nil {
		return err
	}
	for _, kind := range pushed {
		want := subscription{EventType: kind, WebhookID: webhookID}
		want.Filter.UserID = c.Account.ID
		if slices.ContainsFunc(list.Data, func(s subscription) bool {
			s.Tag = ""
			return s == want
		}) {
			continue
		}
		want.Tag = "nivaran"
		if _, err := c.call(ctx, request{method: http.MethodPost, path: path, body: want}); err != nil {
			return err
		}
	}
	return nil
}

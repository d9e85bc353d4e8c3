package facebook

import (
	"context"
	"net/http"
	"net/url"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// Subscribe asks Facebook to tell the app's webhook what happens at this page. Asking
// again changes nothing.
func (c *Connector) Subscribe(ctx context.Context) error {
	_, _, err := c.call(ctx, request{
		method: http.MethodPost, path: "/" + c.Page.ID + "/subscribed_apps",
		form: url.Values{"subscribed_fields": {"feed,mention,messages,message_echoes"}},
	})
	return err
}

// Whoami is the page that the token speaks for: whether it is the one that an
// administrator connected, and whether the token still lives.
func (c *Connector) Whoami(ctx context.Context) (grievance.Author, error) {
	var got actor
	if _, err := c.read(ctx, "/me", url.Values{"fields": {"id,name"}}, &got); err != nil {
		return grievance.Author{}, err
	}
	if got.ID == "" {
		return grievance.Author{}, &connector.Failure{Class: connector.Temporary, Code: "unreadable"}
	}
	return got.author(), nil
}

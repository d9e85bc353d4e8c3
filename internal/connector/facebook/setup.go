package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// permissions are what the token must be granted for our calls.
const permissions = "pages_manage_metadata pages_read_engagement pages_read_user_content pages_show_list pages_manage_engagement pages_messaging"

// Subscribe asks Facebook to tell the app's webhook what happens at this page. The
// webhook's address is the app's: an administrator enters it in Meta's dashboard.
func (c *Connector) Subscribe(ctx context.Context, _ string) error {
	_, _, err := c.call(ctx, request{
		method: http.MethodPost, path: "/" + c.Page.ID + "/subscribed_apps",
		form: url.Values{"subscribed_fields": {"feed,mention,messages,message_echoes"}},
	})
	return err
}

// Whoami is the page that the token speaks for, with the permissions that it lacks and
// when the consent behind it ends. A dead token is a failure of class SignIn.
//
// Facebook takes the token that is to be looked at only in the address. Such addresses
// must not be logged; this package's errors hold none.
func (c *Connector) Whoami(ctx context.Context) (connector.Standing, error) {
	token, err := c.Token(ctx)
	if err != nil {
		return connector.Standing{}, noToken(err)
	}
	var got struct {
		Data struct {
			Valid  bool        `json:"is_valid"`
			Page   json.Number `json:"profile_id"` // a text or a number
			Scopes []string    `json:"scopes"`
			// The token's own end is 0 for a page; access to its data ends with the owner's
			// consent, unless a system user owns it.
			Expires    int64 `json:"expires_at"`
			DataAccess int64 `json:"data_access_expires_at"`
		} `json:"data"`
	}
	if _, err := c.read(ctx, "/debug_token", url.Values{"input_token": {token}}, &got); err != nil {
		return connector.Standing{}, err
	}
	d := got.Data
	if !d.Valid {
		return connector.Standing{}, &connector.Failure{Class: connector.SignIn, Code: "invalid_token"}
	}
	return connector.Standing{
		Account: grievance.Author{ExternalID: d.Page.String()},
		Known:   true,
		Missing: connector.Without(strings.Fields(permissions), d.Scopes),
		Ends:    sooner(unix(d.Expires), unix(d.DataAccess)),
	}, nil
}

func unix(s int64) time.Time {
	if s <= 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

// sooner is the earlier of two times, of which either may be unknown.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

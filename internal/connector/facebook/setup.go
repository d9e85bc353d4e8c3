package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

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

// Whoami is the page that the token speaks for: whether it is the one that an
// administrator connected. It refuses a dead token as SignIn, and one without a
// permission that we need as Forbidden, whose Code names what is missing.
//
// Facebook takes the token that is to be looked at only in the address. Such addresses
// must not be logged; this package's errors hold none.
func (c *Connector) Whoami(ctx context.Context) (grievance.Author, error) {
	token, err := c.Token(ctx)
	if err != nil {
		return grievance.Author{}, noToken(err)
	}
	var got struct {
		Data struct {
			Valid  bool        `json:"is_valid"`
			Page   json.Number `json:"profile_id"` // a text or a number
			Scopes []string    `json:"scopes"`
		} `json:"data"`
	}
	if _, err := c.read(ctx, "/debug_token", url.Values{"input_token": {token}}, &got); err != nil {
		return grievance.Author{}, err
	}
	if !got.Data.Valid {
		return grievance.Author{}, &connector.Failure{Class: connector.SignIn, Code: "invalid_token"}
	}
	missing := slices.DeleteFunc(strings.Fields(permissions), func(p string) bool { return slices.Contains(got.Data.Scopes, p) })
	if len(missing) > 0 {
		return grievance.Author{}, &connector.Failure{Class: connector.Forbidden, Code: "without " + strings.Join(missing, " ")}
	}
	return grievance.Author{ExternalID: got.Data.Page.String()}, nil
}

package console

import (
	"errors"
	"net/http"
	"net/url"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// providerRoutes lead through the state's own identity provider.
func (c *Console) providerRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/sign-in/provider", Handler: c.toProvider, Public: true},
		{Method: "GET", Pattern: auth.ReturnPath, Handler: c.fromProvider, Public: true},
		{Method: "POST", Pattern: "/ids/{officer}/unlink", Handler: c.manageID(c.Auth.Unlink, "done.unlinked"), May: grievance.MayManageOfficers},
	}
}

// linkFact says since when an official ID is linked with the identity provider; nil where
// there is neither provider nor link.
func (c *Console) linkFact(v *web.Visit, all []store.ProviderLink) *fact {
	name := c.Auth.ProviderName()
	switch {
	case len(all) > 0:
		return &fact{Name: v.T("auth.provider_link"), Value: v.T("auth.provider_linked", "Issuer", all[0].Issuer, "Time", v.DateTime(all[0].LinkedAt))}
	case name != "":
		return &fact{Name: v.T("auth.provider_link"), Value: v.T("auth.provider_not_linked", "Name", name)}
	}
	return nil
}

// providerPage says what came of a way through the identity provider, or offers it.
type providerPage struct {
	web.Page
	Provider, Next string
	Title, Text    string
	Again          string // address that tries once more; empty: of no use
	Leave          string // address that ends the provider's own session
}

// toProvider leads to the identity provider. A quiet way renews the session of an officer
// who is at work; where it cannot, work goes on.
func (c *Console) toProvider(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	next := web.LocalPath(r.URL.Query().Get("next"), "/")
	quiet := r.URL.Query().Get("quiet") != "" && v.Who != nil
	if quiet && !v.Who.AskProvider { // a link from elsewhere ends or exchanges no session
		web.Redirect(w, r, next)
		return nil
	}
	to, err := c.Auth.ToProvider(r.Context(), next, quiet, v.Address)
	refused, tooMany := errors.AsType[*auth.RefusedError](err)
	switch {
	case quiet && (tooMany || errors.Is(err, auth.ErrProviderDown)):
		c.Log.WarnContext(r.Context(), "a session goes on without the identity provider", "officer", v.Who.Officer.ID, "err", err)
		c.Auth.PutOff(r.Context())
		web.Redirect(w, r, next)
		return nil
	case tooMany:
		return c.providerRefused(w, v, next, refused)
	case errors.Is(err, auth.ErrProviderDown):
		return c.providerDown(w, r, v, next, err)
	case err != nil:
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// fromProvider takes the provider's answer and leads on.
func (c *Console) fromProvider(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	back, err := c.Auth.FromProvider(r.Context(), r.URL.Query(), v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.providerRefused(w, v, back.Next, refused)
	}
	if errors.Is(err, auth.ErrProviderDown) {
		return c.providerDown(w, r, v, back.Next, err)
	}
	if err != nil {
		return err
	}
	if back.Over {
		web.Redirect(w, r, "/sign-in?over=1&next="+url.QueryEscape(back.Next))
		return nil
	}
	c.onwardTo(w, r, back.Stage, back.Next)
	return nil
}

func (c *Console) providerRefused(w http.ResponseWriter, v *web.Visit, next string, e *auth.RefusedError) error {
	p := providerPage{Page: c.Web.Page(v), Provider: c.Auth.ProviderName(), Next: next, Title: v.T("auth.provider_refused_title"), Text: refusedWords(v, e)}
	if e.Key == "auth.provider_again" || e.Key == "auth.provider_no" {
		p.Again = toProviderURL(next)
	}
	return c.Web.Render(w, refusedStatus(e), "signin/provider", p)
}

// providerDown says that only the provider is, and that the password opens too.
func (c *Console) providerDown(w http.ResponseWriter, r *http.Request, v *web.Visit, next string, err error) error {
	c.Log.WarnContext(r.Context(), "identity provider is down", "err", err)
	name := c.Auth.ProviderName()
	p := providerPage{Page: c.Web.Page(v), Provider: name, Next: next, Title: v.T("auth.provider_down_title", "Name", name), Text: v.T("auth.provider_down"), Again: toProviderURL(next)}
	return c.Web.Render(w, http.StatusServiceUnavailable, "signin/provider", p)
}

func toProviderURL(next string) string {
	if next == "" || next == "/" {
		return "/sign-in/provider"
	}
	return "/sign-in/provider?next=" + url.QueryEscape(next)
}

// signOut ends the session, and leads to where the provider ends its own. A form may not
// lead out of the program, so the browser is sent on from a page.
func (c *Console) signOut(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	leave := c.Auth.SignOutAtProvider(r.Context())
	if err := c.Auth.SignOut(r.Context()); err != nil {
		return err
	}
	if leave == "" {
		web.Redirect(w, r, "/sign-in")
		return nil
	}
	w.Header().Set("Refresh", "0; url="+leave)
	v.Who = nil
	name := c.Auth.ProviderName()
	p := providerPage{Page: c.Web.Page(v), Provider: name, Title: v.T("auth.signed_out"), Text: v.T("auth.signed_out_text", "Name", name), Leave: leave}
	return c.Web.Render(w, http.StatusOK, "signin/provider", p)
}

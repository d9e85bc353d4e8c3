package console

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) signInRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/{$}", Handler: c.start, Public: true},
		{Method: "GET", Pattern: "/sign-in", Handler: c.showPassword, Public: true},
		{Method: "POST", Pattern: "/sign-in", Handler: c.password, Public: true},
		{Method: "GET", Pattern: "/sign-in/code", Handler: c.showCode, Public: true},
		{Method: "POST", Pattern: "/sign-in/code", Handler: c.code, Public: true},
		{Method: "GET", Pattern: "/sign-in/enrol", Handler: c.showEnrol, Public: true},
		{Method: "POST", Pattern: "/sign-in/enrol", Handler: c.enrol, Public: true},
		{Method: "GET", Pattern: "/sign-in/enrol/picture.png", Handler: c.enrolPicture, Public: true},
		{Method: "GET", Pattern: "/sign-in/recovery", Handler: c.showRecovery, Public: true},
		{Method: "POST", Pattern: "/sign-in/recovery", Handler: c.recovery, Public: true},
		{Method: "GET", Pattern: "/sign-in/codes", Handler: c.showCodes, Public: true},
		{Method: "POST", Pattern: "/sign-in/codes", Handler: c.codesKept, Public: true},
		{Method: "GET", Pattern: "/sign-in/forgotten", Handler: c.forgotten, Public: true},
		{Method: "GET", Pattern: "/sign-in/charge", Handler: c.showCharge, Public: true},
		{Method: "POST", Pattern: "/sign-in/charge", Handler: c.charge, Public: true},
		{Method: "POST", Pattern: "/sign-out", Handler: c.signOut, Public: true},
	}
}

// signInPage is one question of the sign-in.
type signInPage struct {
	web.Page
	Email, Next string
	Error       string
	Letters     string       // shared secret to type into the app
	Link        template.URL // the same for an app on this machine
	Charges     []web.Choice
	Codes       []string     // recovery codes to note down
	Passkey     *passkeyForm // nil where none can be used
	App         bool         // the second factor may be a code of the app
	// Provider is the name of the identity provider, empty where there is none.
	Provider, ProviderURL string
	Over                  string // that the provider's session has ended
}

// start leads to the first page of whoever is signed in.
func (c *Console) start(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	to := "/sign-in"
	if v.Who != nil {
		to = home(v.Who.Actor)
	}
	web.Redirect(w, r, to)
	return nil
}

func (c *Console) showPassword(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if v.Who != nil {
		web.Redirect(w, r, home(v.Who.Actor))
		return nil
	}
	p := signInPage{Next: r.URL.Query().Get("next")}
	if r.URL.Query().Get("over") != "" {
		p.Over = v.T("auth.provider_over", "Name", c.Auth.ProviderName())
	}
	return c.passwordPage(w, v, http.StatusOK, p)
}

// passwordPage asks for the password, and offers the identity provider where there is one.
func (c *Console) passwordPage(w http.ResponseWriter, v *web.Visit, status int, p signInPage) error {
	p.Page, p.Provider, p.ProviderURL = c.Web.Page(v), c.Auth.ProviderName(), toProviderURL(p.Next)
	p.Passkey = c.usePasskey(v, "/sign-in/passkey", p.Next)
	return c.Web.Render(w, status, "signin/password", p)
}

func (c *Console) password(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	email := r.PostFormValue("email")
	stage, err := c.Auth.Password(r.Context(), email, r.PostFormValue("password"), v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.passwordPage(w, v, refusedStatus(refused), signInPage{Email: email, Next: r.PostFormValue("next"), Error: refusedWords(v, refused)})
	}
	if err != nil {
		return err
	}
	c.onward(w, r, stage)
	return nil
}

// stepped goes on after a step: to the next question, or in; to the beginning where the
// session has ended meanwhile.
func (c *Console) stepped(w http.ResponseWriter, r *http.Request, stage auth.Stage, err error) error {
	switch {
	case errors.Is(err, grievance.ErrForbidden):
		web.Redirect(w, r, "/sign-in")
	case err != nil:
		return err
	default:
		c.onward(w, r, stage)
	}
	return nil
}

// onward leads to the next question, or in.
func (c *Console) onward(w http.ResponseWriter, r *http.Request, stage auth.Stage) {
	c.onwardTo(w, r, stage, r.PostFormValue("next"))
}

func (c *Console) onwardTo(w http.ResponseWriter, r *http.Request, stage auth.Stage, next string) {
	next = web.LocalPath(next, "/")
	to := map[auth.Stage]string{auth.NeedPassword: "/sign-in", auth.NeedCode: "/sign-in/code", auth.NeedEnrol: "/sign-in/enrol", auth.NeedKeep: "/sign-in/codes", auth.NeedCharge: "/sign-in/charge"}[stage]
	switch {
	case to == "":
		to = next
	case next != "/":
		to += "?next=" + url.QueryEscape(next)
	}
	web.Redirect(w, r, to)
}

func (c *Console) showCode(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if c.Auth.Stage(r.Context()) != auth.NeedCode {
		web.Redirect(w, r, "/sign-in")
		return nil
	}
	return c.codePage(w, r, v, http.StatusOK, r.URL.Query().Get("next"), "")
}

func (c *Console) codePage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, next, words string) error {
	id, err := c.Auth.Factors(r.Context())
	if err != nil {
		return err
	}
	p := signInPage{Page: c.Web.Page(v), Email: c.Auth.Email(r.Context()), Next: next, Error: words, App: id.App}
	if id.Passkeys > 0 {
		if p.Passkey = c.usePasskey(v, "/sign-in/code/passkey", next); p.Passkey != nil {
			p.Passkey.Main = !id.App
		}
	}
	return c.Web.Render(w, status, "signin/code", p)
}

func (c *Console) code(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stage, err := c.Auth.Code(r.Context(), r.PostFormValue("code"), v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.codePage(w, r, v, refusedStatus(refused), r.PostFormValue("next"), refusedWords(v, refused))
	}
	return c.stepped(w, r, stage, err)
}

func (c *Console) showEnrol(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.enrolPage(w, r, v, http.StatusOK, r.URL.Query().Get("next"), "")
}

func (c *Console) enrolPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, next, words string) error {
	letters, link, err := c.Auth.Enrolment(r.Context())
	if errors.Is(err, grievance.ErrForbidden) {
		web.Redirect(w, r, "/sign-in")
		return nil
	}
	if err != nil {
		return err
	}
	// The address is of our own making; only its scheme is unknown to html/template.
	p := signInPage{Page: c.Web.Page(v), Next: next, Error: words, Letters: letters, Link: template.URL(link), Passkey: c.makePasskey(v, "/sign-in/enrol/passkey", next, browserName(v, r.UserAgent()))}
	return c.Web.Render(w, status, "signin/enrol", p)
}

func (c *Console) enrol(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stage, err := c.Auth.Enrol(r.Context(), r.PostFormValue("code"), v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.enrolPage(w, r, v, refusedStatus(refused), r.PostFormValue("next"), refusedWords(v, refused))
	}
	return c.stepped(w, r, stage, err)
}

func (c *Console) showCharge(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if st := c.Auth.Stage(r.Context()); st != auth.NeedCharge && st != auth.SignedIn {
		web.Redirect(w, r, "/sign-in")
		return nil
	}
	charges, err := c.Auth.Charges(r.Context())
	if err != nil {
		return err
	}
	p := signInPage{Page: c.Web.Page(v), Next: r.URL.Query().Get("next")}
	for _, ch := range charges {
		o, _ := c.Office.Office(ch.OfficeID)
		p.Charges = append(p.Charges, web.Choice{Value: ch.ID.String(), Text: ch.Title(v.Lang()), Hint: o.Name(v.Lang()) + c.actingFor(r, v, ch)})
	}
	return c.Web.Render(w, http.StatusOK, "signin/charge", p)
}

// actingFor says for whom a substitute would act under the charge.
func (c *Console) actingFor(r *http.Request, v *web.Visit, ch grievance.Charge) string {
	if ch.ActingID == 0 {
		return ""
	}
	name, err := c.Org.NameOf(r.Context(), ch.OfficerID)
	if err != nil {
		return ""
	}
	return " · " + v.T("org.acting_for", "Name", name.Name(v.Lang()))
}

func (c *Console) charge(w http.ResponseWriter, r *http.Request, _ *web.Visit) error {
	if st := c.Auth.Stage(r.Context()); st != auth.NeedCharge && st != auth.SignedIn {
		web.Redirect(w, r, "/sign-in")
		return nil
	}
	id, err := web.FormID(r, "charge")
	if err != nil {
		return err
	}
	if err := c.Auth.ChooseCharge(r.Context(), id); err != nil {
		return err
	}
	c.onward(w, r, auth.SignedIn)
	return nil
}

func refusedWords(v *web.Visit, e *auth.RefusedError) string {
	return v.T(e.Key, "Count", e.Left, "Wait", v.Duration(e.Wait))
}

func refusedStatus(e *auth.RefusedError) int {
	if e.Wait > 0 {
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}

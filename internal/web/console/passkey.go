package console

import (
	"errors"
	"net/http"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// passkeyRoutes ask for passkeys and take the answers of browsers. What is asked is JSON
// for our script, which sends the answer as a form.
func (c *Console) passkeyRoutes() []web.Route {
	return []web.Route{
		{Method: "POST", Pattern: "/sign-in/passkey/begin", Handler: c.askPasskey(true), Public: true},
		{Method: "POST", Pattern: "/sign-in/passkey", Handler: c.passkeyAlone, Public: true},
		{Method: "POST", Pattern: "/sign-in/code/passkey/begin", Handler: c.askPasskey(false), Public: true},
		{Method: "POST", Pattern: "/sign-in/code/passkey", Handler: c.passkeyFactor, Public: true},
		{Method: "POST", Pattern: "/sign-in/enrol/passkey/begin", Handler: c.askNewPasskey, Public: true},
		{Method: "POST", Pattern: "/sign-in/enrol/passkey", Handler: c.enrolPasskey, Public: true},
		{Method: "POST", Pattern: "/settings/id/passkeys/begin", Handler: c.askNewPasskey},
		{Method: "POST", Pattern: "/settings/id/passkeys", Handler: c.addPasskey},
		{Method: "POST", Pattern: "/settings/id/passkeys/{passkey}/remove", Handler: c.removePasskey},
	}
}

// passkeyForm is where a page offers to use, or to make, a passkey.
type passkeyForm struct {
	Action, Next    string
	Make            bool
	Main            bool   // nothing else stands on the page
	Name            *field // asked for a new one
	Button          string
	Failed, Without string // when the browser gave none; when scripts are off
}

// usePasskey offers to sign in by a passkey, nil where there are none.
func (c *Console) usePasskey(v *web.Visit, action, next string) *passkeyForm {
	if c.Auth.PasskeyProblem() != "" {
		return nil
	}
	return &passkeyForm{Action: action, Next: next, Button: v.T("auth.use_passkey"), Failed: v.T("auth.passkey_not_given"), Without: v.T("auth.passkey_scripts")}
}

// makePasskey offers to make a passkey, nil where there are none.
func (c *Console) makePasskey(v *web.Visit, action, next, name string) *passkeyForm {
	if c.Auth.PasskeyProblem() != "" {
		return nil
	}
	return &passkeyForm{Action: action, Next: next, Make: true, Name: &field{Label: v.T("auth.passkey_called"), Value: name}, Button: v.T("auth.make_passkey"),
		Failed: v.T("auth.passkey_not_made"), Without: v.T("auth.passkey_scripts_new")}
}

func asked(w http.ResponseWriter, question []byte, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(question) // the reader has gone: nobody is left to tell
	return nil
}

func (c *Console) askPasskey(alone bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ *web.Visit) error {
		question, err := c.Auth.AskPasskey(r.Context(), alone)
		return asked(w, question, err)
	}
}

func (c *Console) askNewPasskey(w http.ResponseWriter, r *http.Request, _ *web.Visit) error {
	question, err := c.Auth.AskNewPasskey(r.Context())
	return asked(w, question, err)
}

// passkeyAlone signs in by a passkey that checks who holds it.
func (c *Console) passkeyAlone(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stage, err := c.Auth.Passkey(r.Context(), true, r.PostFormValue("credential"), v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.passwordPage(w, v, refusedStatus(refused), signInPage{Next: r.PostFormValue("next"), Error: refusedWords(v, refused)})
	}
	if err != nil {
		return err
	}
	c.onward(w, r, stage)
	return nil
}

// passkeyFactor takes a passkey as second factor after the password.
func (c *Console) passkeyFactor(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stage, err := c.Auth.Passkey(r.Context(), false, r.PostFormValue("credential"), v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		if stage != auth.NeedCode { // no charge at present: the session has ended
			return c.passwordPage(w, v, refusedStatus(refused), signInPage{Error: refusedWords(v, refused)})
		}
		return c.codePage(w, r, v, refusedStatus(refused), r.PostFormValue("next"), refusedWords(v, refused))
	}
	return c.stepped(w, r, stage, err)
}

// enrolPasskey keeps a passkey as the first second factor.
func (c *Console) enrolPasskey(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stage, err := c.Auth.AddPasskey(r.Context(), r.PostFormValue("name"), r.PostFormValue("credential"))
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.enrolPage(w, r, v, http.StatusUnprocessableEntity, r.PostFormValue("next"), v.T(invalid.Key))
	}
	return c.stepped(w, r, stage, err)
}

// addPasskey keeps a further passkey of an officer who is signed in.
func (c *Console) addPasskey(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	_, err := c.Auth.AddPasskey(r.Context(), r.PostFormValue("name"), r.PostFormValue("credential"))
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.securityPage(w, r, v, http.StatusUnprocessableEntity, invalid, "")
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.passkey_added", "/settings/id")
	return nil
}

func (c *Console) removePasskey(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	key, err := web.PathID(r, "passkey")
	if err != nil {
		return err
	}
	err = c.Auth.RemovePasskey(r.Context(), v.Who.Actor, key)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.securityPage(w, r, v, http.StatusUnprocessableEntity, invalid, "")
	}
	if err != nil && !errors.Is(err, grievance.ErrNotFound) { // removed already, by a second click
		return err
	}
	c.Web.Done(w, r, "done.passkey_removed", "/settings/id")
	return nil
}

package console

import (
	"errors"
	"net/http"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// enrolPicture is the square code for the camera of an authenticator app.
func (c *Console) enrolPicture(w http.ResponseWriter, r *http.Request, _ *web.Visit) error {
	picture, err := c.Auth.EnrolmentPicture(r.Context())
	if errors.Is(err, grievance.ErrForbidden) {
		return grievance.ErrNotFound
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(picture) // the reader has gone: nobody is left to tell
	return nil
}

func (c *Console) showRecovery(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if c.Auth.Stage(r.Context()) != auth.NeedCode {
		web.Redirect(w, r, "/sign-in")
		return nil
	}
	return c.recoveryPage(w, v, http.StatusOK, r.URL.Query().Get("next"), "")
}

func (c *Console) recoveryPage(w http.ResponseWriter, v *web.Visit, status int, next, words string) error {
	return c.Web.Render(w, status, "signin/recovery", signInPage{Page: c.Web.Page(v), Next: next, Error: words})
}

// recovery takes a recovery code in place of the second factor.
func (c *Console) recovery(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stage, err := c.Auth.Recovery(r.Context(), r.PostFormValue("recovery"), v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.recoveryPage(w, v, refusedStatus(refused), r.PostFormValue("next"), refusedWords(v, refused))
	}
	return c.stepped(w, r, stage, err)
}

// showCodes shows fresh recovery codes until the officer says that they are noted down.
func (c *Console) showCodes(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if c.Auth.Stage(r.Context()) != auth.NeedKeep {
		web.Redirect(w, r, "/sign-in")
		return nil
	}
	return c.codesPage(w, r, v, r.URL.Query().Get("next"))
}

// ownCodes shows codes that an officer made anew.
func (c *Console) ownCodes(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.codesPage(w, r, v, "/settings/id")
}

func (c *Console) codesPage(w http.ResponseWriter, r *http.Request, v *web.Visit, next string) error {
	codes, err := c.Auth.RecoveryCodes(r.Context())
	if err != nil {
		return err
	}
	return c.Web.Render(w, http.StatusOK, "signin/codes", signInPage{Page: c.Web.Page(v), Next: next, Codes: codes})
}

func (c *Console) codesKept(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stage, err := c.Auth.CodesKept(r.Context())
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok { // no charge at present
		return c.passwordPage(w, v, refusedStatus(refused), signInPage{Error: refusedWords(v, refused)})
	}
	return c.stepped(w, r, stage, err)
}

// forgotten says whom to ask for a new password.
func (c *Console) forgotten(w http.ResponseWriter, _ *http.Request, v *web.Visit) error {
	return c.Web.Render(w, http.StatusOK, "signin/forgotten", signInPage{Page: c.Web.Page(v)})
}

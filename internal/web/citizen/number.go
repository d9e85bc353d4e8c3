package citizen

import (
	"crypto/rand"
	"errors"
	"net/http"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// numberPage shows status and dates; no word, no person.
type numberPage struct {
	page
	CanCode  bool
	Code     string
	Until    string
	Unlocked bool
}

func (c *Citizen) number(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	number, err := grievance.ParseRegistrationNumber(r.PathValue("number"))
	if err != nil {
		return c.malformed(w, v, r.PathValue("number"))
	}
	s, err := c.Desk.NumberPage(r.Context(), number)
	if errors.Is(err, grievance.ErrNotFound) {
		return c.lost(w, v, number, v.T("citizen.number_unknown"))
	}
	if err != nil {
		return err
	}
	code, err := c.code(r, s)
	if err != nil {
		return err
	}
	waits := code.Digits != "" && !code.Unlocked
	if r.Header.Get("HX-Request") != "" { // the page asks whether the code was written
		if !waits {
			w.Header().Set("HX-Refresh", "true")
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	f := factsOf(s)
	p := numberPage{page: page{Page: c.Web.Page(v), Number: s.Number, Title: f.sentence(v), Limit: f.limit(v), Steps: f.road(v, v.Date), Self: "/n/" + s.Number, Live: waits}, CanCode: s.CanCode, Unlocked: code.Unlocked}
	if waits {
		p.Code, p.Until = code.Digits[:3]+" "+code.Digits[3:], v.Time(code.ExpiresAt)
	}
	return c.Web.Render(w, http.StatusOK, "citizen/number", p)
}

// code is how far this browser's code is, empty when it has none.
func (c *Citizen) code(r *http.Request, s *desk.PublicStatus) (desk.Code, error) {
	b := browser(r)
	if b == "" || !s.CanCode {
		return desk.Code{}, nil
	}
	code, err := c.Desk.CodeState(r.Context(), s.Number, b)
	if errors.Is(err, grievance.ErrNotFound) {
		return desk.Code{}, nil
	}
	return code, err
}

// newCode gives this browser a code that the complainant writes in the thread.
func (c *Citizen) newCode(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	number, err := grievance.ParseRegistrationNumber(r.PathValue("number"))
	if err != nil {
		return grievance.ErrNotFound
	}
	b := browser(r)
	if b == "" {
		b = rand.Text()
		c.keepBrowser(w, b, 3600)
	}
	if _, err := c.Desk.NewCode(r.Context(), number, b); err != nil {
		return err
	}
	web.Redirect(w, r, "/n/"+number)
	return nil
}

// verdictByCode takes the one verdict that the code unlocked; the browser is then as
// unknown as before.
func (c *Citizen) verdictByCode(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	number, err := grievance.ParseRegistrationNumber(r.PathValue("number"))
	if err != nil {
		return grievance.ErrNotFound
	}
	if err := c.Desk.ConfirmByCode(r.Context(), number, browser(r), grievance.Feedback(r.PostFormValue("feedback"))); err != nil {
		return err
	}
	c.keepBrowser(w, "", -1)
	c.Web.Done(w, r, "done.verdict", "/n/"+number)
	return nil
}

// browserCookie names the browser in which a code unlocks a verdict.
const browserCookie = "track"

func browser(r *http.Request) string {
	ck, err := r.Cookie(browserCookie)
	if err != nil {
		return ""
	}
	return ck.Value
}

func (c *Citizen) keepBrowser(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: browserCookie, Value: value, Path: "/n/", MaxAge: age, HttpOnly: true, Secure: c.Web.Secure, SameSite: http.SameSiteLaxMode})
}

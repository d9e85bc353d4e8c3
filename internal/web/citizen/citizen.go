// Package citizen serves the public pages: the number page, which shows status and dates
// to whoever has a registration number, and the secret link, where the complainant reads
// the answer and says whether it is so.
package citizen

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// Citizen serves the public pages.
type Citizen struct {
	Web  *web.Server
	Desk *desk.Desk
	Now  func() time.Time
	Log  *slog.Logger
}

// Routes is the map of the public pages: the whole list of what strangers may see of cases.
func (c *Citizen) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/track", Handler: c.track, Public: true},
		{Method: "POST", Pattern: "/track", Handler: c.find, Public: true},
		{Method: "GET", Pattern: "/n/{number}", Handler: c.number, Public: true},
		{Method: "POST", Pattern: "/n/{number}/code", Handler: c.newCode, Public: true},
		{Method: "POST", Pattern: "/n/{number}/verdict", Handler: c.verdictByCode, Public: true},
		{Method: "GET", Pattern: "/c/{token}", Handler: c.link, Public: true},
		{Method: "POST", Pattern: "/c/{token}/verdict", Handler: c.verdictByLink, Public: true},
		{Method: "GET", Pattern: "/c/{token}/files/{hash}", Handler: c.file, Public: true},
	}
}

// page is what every public page embeds.
type page struct {
	web.Page
	Number string
	Title  string
	Now    string // the sentence that says where the matter stands
	Steps  []step
	Error  string
	Self   string // address that its forms go under
}

// step is one line of the road so far.
type step struct{ Class, Icon, Name, When string }

type numberPage struct {
	page
	CanCode  bool
	Code     string
	Until    string
	Unlocked bool
}

type linkPage struct {
	page
	Words     string // of the citizen
	WordsLang string
	Report    string
	Photos    []photo
	MayAnswer bool
	AnswerBy  string
	Given     string
}

type photo struct{ URL, Name string }

func (c *Citizen) track(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.Web.Render(w, http.StatusOK, "citizen/track", page{Page: c.Web.Page(v)})
}

func (c *Citizen) find(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	number, err := grievance.ParseRegistrationNumber(r.PostFormValue("number"))
	if err != nil {
		p := page{Page: c.Web.Page(v), Number: r.PostFormValue("number"), Error: v.T("error.number_malformed")}
		return c.Web.Render(w, http.StatusUnprocessableEntity, "citizen/track", p)
	}
	web.Redirect(w, r, "/n/"+number)
	return nil
}

// number shows status and dates; no word, no person.
func (c *Citizen) number(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	number, err := grievance.ParseRegistrationNumber(r.PathValue("number"))
	if err != nil {
		return grievance.ErrNotFound
	}
	s, err := c.Desk.NumberPage(r.Context(), number)
	if err != nil {
		return err
	}
	p := numberPage{page: page{Page: c.Web.Page(v), Number: s.Number, Title: v.T("citizen.state." + string(s.State)), Self: "/n/" + s.Number}, CanCode: s.CanCode}
	p.Steps = steps(v, s.ReceivedAt, s.OpenedAt, s.ReportAt, s.ResolvedAt, s.ClosedAt, s.State)
	if b := browser(r); b != "" && s.CanCode {
		code, err := c.Desk.CodeState(r.Context(), number, b)
		switch {
		case err == nil:
			p.Code, p.Until, p.Unlocked = code.Digits[:3]+" "+code.Digits[3:], v.Time(code.ExpiresAt), code.Unlocked
		case !errors.Is(err, grievance.ErrNotFound):
			return err
		}
	}
	return c.Web.Render(w, http.StatusOK, "citizen/number", p)
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
		http.SetCookie(w, &http.Cookie{Name: browserCookie, Value: b, Path: "/n/", MaxAge: 3600, HttpOnly: true, Secure: c.Web.Secure, SameSite: http.SameSiteLaxMode})
	}
	if _, err := c.Desk.NewCode(r.Context(), number, b); err != nil {
		return err
	}
	web.Redirect(w, r, "/n/"+number)
	return nil
}

func (c *Citizen) verdictByCode(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	number, err := grievance.ParseRegistrationNumber(r.PathValue("number"))
	if err != nil {
		return grievance.ErrNotFound
	}
	if err := c.Desk.ConfirmByCode(r.Context(), number, browser(r), grievance.Feedback(r.PostFormValue("verdict"))); err != nil {
		return err
	}
	web.Redirect(w, r, "/n/"+number)
	return nil
}

// link opens the complainant's own page.
func (c *Citizen) link(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.showLink(w, r, v, http.StatusOK, "")
}

func (c *Citizen) showLink(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, problem string) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
	token := r.PathValue("token")
	cc, err := c.Desk.SecretLink(r.Context(), token)
	if err != nil {
		return err
	}
	p := linkPage{page: page{Page: c.Web.Page(v), Number: cc.Case.Number, Title: cc.Case.Title, Now: v.T("citizen.state." + string(cc.Case.State)), Self: "/c/" + token, Error: problem}, MayAnswer: cc.MayAnswer}
	p.Steps = steps(v, cc.Case.ReceivedAt, cc.Case.OpenedAt, cc.Case.ReportAt, cc.Case.ResolvedAt, cc.Case.ClosedAt, cc.Case.State)
	if len(cc.Posts) > 0 {
		p.Words, p.WordsLang = cc.Posts[0].Text, cc.Complainant.Language
	}
	if cc.Report != nil {
		p.Report = cc.Report.Text
		for _, f := range cc.Report.Files {
			if f.Inline() {
				p.Photos = append(p.Photos, photo{p.Self + "/files/" + f.Hash, f.Name})
			}
		}
	}
	if cc.MayAnswer {
		p.AnswerBy = v.Date(cc.Until)
	}
	if cc.Complainant.Feedback == grievance.FeedbackYes || cc.Complainant.Feedback == grievance.FeedbackNo {
		p.Given = v.T("citizen.given." + string(cc.Complainant.Feedback))
	}
	return c.Web.Render(w, status, "citizen/link", p)
}

func (c *Citizen) verdictByLink(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	err := c.Desk.ConfirmByLink(r.Context(), r.PathValue("token"), grievance.Feedback(r.PostFormValue("verdict")), r.PostFormValue("words"))
	if _, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.showLink(w, r, v, http.StatusUnprocessableEntity, v.T("citizen.choose"))
	}
	if err != nil {
		return err
	}
	web.Redirect(w, r, "/c/"+r.PathValue("token"))
	return nil
}

// file sends a photograph of the answer.
func (c *Citizen) file(w http.ResponseWriter, r *http.Request, _ *web.Visit) error {
	f, in, err := c.Desk.LinkFile(r.Context(), r.PathValue("token"), r.PathValue("hash"))
	if err != nil {
		return err
	}
	defer in.Close()
	if !f.Inline() {
		return grievance.ErrNotFound
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	if _, err := io.Copy(w, in); err != nil {
		return fmt.Errorf("send file: %w", err)
	}
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

// steps are the road so far, with what comes next.
func steps(v *web.Visit, received, opened, reported, resolved, closed time.Time, s grievance.State) []step {
	at := func(key string, t time.Time) step {
		if t.IsZero() {
			return step{Class: "next", Name: v.T(key)}
		}
		return step{Class: "past", Icon: "check-lg", Name: v.T(key), When: v.Date(t)}
	}
	all := []step{at("citizen.step.received", received), at("citizen.step.opened", opened), at("citizen.step.reported", reported), at("citizen.step.resolved", resolved), at("citizen.step.closed", closed)}
	if s == grievance.NotAdmissible {
		all = append(all[:2], step{Class: "now", Icon: "slash-circle", Name: v.T("citizen.state.not_admissible"), When: v.Date(closed)})
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Class == "past" {
			all[i].Class = "now"
			break
		}
	}
	return all
}

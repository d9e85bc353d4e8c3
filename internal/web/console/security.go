package console

import (
	"errors"
	"net/http"
	"strings"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// securityRoutes are an officer's own official ID: password, factors, sessions.
func (c *Console) securityRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/settings/id", Handler: c.security},
		{Method: "POST", Pattern: "/settings/id/password", Handler: c.changePassword},
		{Method: "POST", Pattern: "/settings/id/recovery", Handler: c.newCodes},
		{Method: "GET", Pattern: "/settings/id/codes", Handler: c.ownCodes},
		{Method: "POST", Pattern: "/settings/id/sessions/end", Handler: c.endOthers},
		{Method: "POST", Pattern: "/settings/id/sessions/{session}/end", Handler: c.endOwn},
	}
}

// securityPage is what officers see of their own official ID.
type securityPage struct {
	page
	Factor, Recovery string
	Linked           *fact // with the identity provider
	Few              bool  // few recovery codes are left
	Fields           []field
	Problem          string // of the password as a whole
	Passkeys         []passkeyRow
	Passkey          *passkeyForm // to make another
	NoPasskeys       string       // why there are none here
	PasskeyError     string
	Sessions         []sessionRow
	Others           bool // there are other sessions
}

// passkeyRow is one of the officer's passkeys.
type passkeyRow struct{ ID, Name, Note string }

// sessionRow is a session that stands.
type sessionRow struct {
	ID, Browser, Address, Began, Seen string
	Current                           bool
}

func sessionRows(v *web.Visit, all []store.Session, current grievance.ID) (rows []sessionRow) {
	for _, s := range all {
		rows = append(rows, sessionRow{ID: s.ID.String(), Browser: browserName(v, s.Agent), Address: s.Address, Began: v.Moment(s.Began), Seen: v.Moment(s.Seen), Current: s.ID == current})
	}
	return rows
}

// browserName is the family of the browser and of the machine, as officers call them.
func browserName(v *web.Visit, agent string) string {
	pick := func(families ...[2]string) string {
		for _, f := range families {
			if strings.Contains(agent, f[0]) {
				return f[1]
			}
		}
		return ""
	}
	browser := pick([2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"SamsungBrowser", "Samsung Internet"}, [2]string{"Firefox/", "Firefox"}, [2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	machine := pick([2]string{"Android", "Android"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Windows", "Windows"}, [2]string{"Mac OS", "Mac"}, [2]string{"Linux", "Linux"})
	switch {
	case browser == "":
		return v.T("auth.browser_unknown")
	case machine == "":
		return browser
	}
	return browser + " · " + machine
}

func (c *Console) security(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.securityPage(w, r, v, http.StatusOK, nil, "")
}

func (c *Console) securityPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, invalid *grievance.InvalidError, problem string) error {
	own, err := c.Auth.Own(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/settings")
	if err != nil {
		return err
	}
	p := securityPage{page: base, Problem: problem, Factor: factorWords(v, own.Identity), Recovery: v.T("auth.recovery_left", "Count", own.Identity.Recovery), Few: own.Identity.Recovery < 3,
		Sessions: sessionRows(v, own.Sessions, c.Auth.SessionID(r.Context())), Others: len(own.Sessions) > 1}
	for _, k := range own.Passkeys {
		row := passkeyRow{ID: k.ID.String(), Name: k.Name, Note: v.T("auth.passkey_added", "Day", v.Date(k.AddedAt))}
		if !k.UsedAt.IsZero() {
			row.Note += " · " + v.T("auth.passkey_used", "Time", v.Moment(k.UsedAt))
		}
		p.Passkeys = append(p.Passkeys, row)
	}
	p.Passkey = c.makePasskey(v, "/settings/id/passkeys", "", browserName(v, r.UserAgent()))
	if problem := c.Auth.PasskeyProblem(); problem != "" {
		p.NoPasskeys = v.T(problem)
	}
	p.Linked = c.linkFact(v, own.Links)
	p.Fields = append([]field{{Kind: "password", Name: "old", Label: v.T("auth.old_password"), Complete: "current-password"}}, newPasswordFields(v)...)
	switch {
	case invalid == nil:
	case invalid.Field == "name", invalid.Field == "credential", invalid.Field == "passkey":
		p.PasskeyError = v.T(invalid.Key)
	default:
		atField(v, p.Fields, invalid)
	}
	return c.Web.Render(w, status, "console/security", p)
}

func (c *Console) changePassword(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	password, err := typedTwice(r)
	if err == nil {
		err = c.Auth.ChangePassword(r.Context(), v.Who.Actor, r.PostFormValue("old"), password, v.Address)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.securityPage(w, r, v, http.StatusUnprocessableEntity, invalid, "")
	}
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.securityPage(w, r, v, refusedStatus(refused), nil, refusedWords(v, refused))
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.password", "/settings/id")
	return nil
}

// newCodes replaces the recovery codes and leads to where they are shown.
func (c *Console) newCodes(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Auth.NewRecoveryCodes(r.Context(), v.Who.Actor); err != nil {
		return err
	}
	web.Redirect(w, r, "/settings/id/codes")
	return nil
}

func (c *Console) endOwn(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	session, err := web.PathID(r, "session")
	if err != nil {
		return err
	}
	if err := c.Auth.EndOwnSession(r.Context(), v.Who.Actor, session); err != nil && !errors.Is(err, grievance.ErrNotFound) {
		return err
	}
	c.Web.Done(w, r, "done.session_ended", "/settings/id")
	return nil
}

func (c *Console) endOthers(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Auth.EndOtherSessions(r.Context(), v.Who.Actor); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.sessions_ended", "/settings/id")
	return nil
}

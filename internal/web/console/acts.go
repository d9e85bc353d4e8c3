package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// act is something that an officer can do to a case. Its name is the end of its address;
// with - as _ it names its texts: act.NAME, act.NAME_text, act.NAME_send.
type act struct {
	Name, Icon, Key string
	May             grievance.Permission
	Event           grievance.Event // must be possible in the case's state; empty: in any
	// When narrows further: who sees the act offered. The desk decides in any case.
	When func(v *desk.CaseView, by grievance.Actor) bool
	// Fields are what the form asks; nil: nothing, the act is one button.
	Fields func(f *forms) []field
	Do     func(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error
	Place  string // first, second, menu; empty: not offered by itself
	Files  bool
}

// acts is every act on a case but those that the conversation holds (reply, note).
var acts = []act{
	{Name: "accept", Icon: "check2", Key: "a", May: grievance.MayAccept, Event: grievance.Accepted, Place: "first", Do: doAccept},
	{Name: "route", Icon: "building", May: grievance.MayRoute, Event: grievance.Routed, Place: "first", Fields: routeFields, Do: doRoute},
	{Name: "report", Icon: "clipboard-check", May: grievance.MayReport, Event: grievance.Reported, Place: "second", Files: true, Fields: reportFields, Do: doReport},
	{Name: "assign", Icon: "person-check", May: grievance.MayAssign, Event: grievance.AssignedTo, Place: "menu", Fields: assignFields, Do: doAssign},
	{Name: "forward", Icon: "arrow-right", Key: "f", May: grievance.MayForward, Event: grievance.Forwarded, Place: "second", Fields: moveFields, Do: doForward},
	{Name: "return", Icon: "arrow-return-left", May: grievance.MayReturn, Event: grievance.Returned, Place: "menu", Fields: moveFields, Do: doReturn},
	{Name: "ask", Icon: "chat-left-dots", May: grievance.MayAsk, Event: grievance.Asked, Place: "second", Fields: askFields, Do: doAsk},
	{Name: "told", Icon: "telephone", May: grievance.MayTell, Place: "menu", Fields: toldFields, Do: doTold,
		When: func(v *desk.CaseView, _ grievance.Actor) bool {
			return v.Case.State == grievance.ActionTaken && v.Case.Approver != 0
		}},
	{Name: "confirm", Icon: "hand-thumbs-up", May: grievance.MayTell, Place: "menu", Fields: confirmFields, Do: doConfirm,
		When: func(v *desk.CaseView, _ grievance.Actor) bool { return v.Case.State == grievance.Resolved }},
	{Name: "escalate", Icon: "arrow-up-circle", May: grievance.MayEscalate, Event: grievance.Escalated, Place: "menu", Fields: reasonFields, Do: doEscalate,
		When: func(v *desk.CaseView, _ grievance.Actor) bool {
			return v.Case.Late && v.Case.Level < grievance.TopLevel
		}},
	{Name: "correct", Icon: "pencil", May: grievance.MayNote, Place: "menu", Fields: correctFields, Do: doCorrect,
		When: func(v *desk.CaseView, _ grievance.Actor) bool { return v.Case.State.Open() }},
	{Name: "settle", Icon: "check2-circle", May: grievance.MayReport, Event: grievance.Settled, Place: "menu", Fields: settleFields, Do: doSettle,
		When: func(v *desk.CaseView, _ grievance.Actor) bool { return v.Case.Kind != grievance.Grievance }},
	{Name: "reject", Icon: "slash-circle", May: grievance.MayReject, Event: grievance.Rejected, Place: "menu", Fields: rejectFields, Do: doReject},
	{Name: "readmit", Icon: "arrow-counterclockwise", May: grievance.MayReject, Event: grievance.Readmitted, Place: "first", Fields: reasonFields, Do: doReadmit},
	{Name: "withdraw", Icon: "x-circle", May: grievance.MayWithdraw, Event: grievance.Withdrawn, Place: "menu", Fields: reasonFields, Do: doWithdraw},
	{Name: "reopen", Icon: "arrow-counterclockwise", May: grievance.MayReopen, Event: grievance.Reopened, Place: "menu", Fields: reasonFields, Do: doReopen},
	{Name: "watch", Icon: "eye", May: grievance.MayWatch, Place: "menu", Do: doWatch,
		When: func(v *desk.CaseView, _ grievance.Actor) bool { return !v.Case.CMWatch && !v.Case.State.Ended() }},
	{Name: "unwatch", Icon: "eye-slash", May: grievance.MayWatch, Place: "menu", Do: doUnwatch,
		When: func(v *desk.CaseView, _ grievance.Actor) bool { return v.Case.CMWatch }},
	{Name: "refer", Icon: "link-45deg", May: grievance.MayRefer, Place: "menu", Fields: referFields, Do: doRefer},
	{Name: "exclude", Icon: "eye-slash", May: grievance.MayExclude, Place: "menu", Fields: excludeFields, Do: doExclude},
	{Name: "unexclude", Icon: "eye", May: grievance.MayExclude, Place: "menu", Fields: includeFields, Do: doInclude,
		When: func(v *desk.CaseView, _ grievance.Actor) bool { return len(v.Exclusions) > 0 }},
	{Name: "vigilance", Icon: "shield-check", May: grievance.MayExclude, Place: "menu", Fields: vigilanceFields, Do: doVigilance,
		When: func(v *desk.CaseView, _ grievance.Actor) bool { return !involved(v) }},
	{Name: "erase", Icon: "eraser", May: grievance.MayErase, Place: "menu", Fields: eraseFields, Do: doErase},
}

// text is a message key of the act: act.NAME and what follows.
func (a act) text(suffix string) string {
	return "act." + strings.ReplaceAll(a.Name, "-", "_") + suffix
}

// offered says whether the act is shown on the case to the actor.
func (a act) offered(v *desk.CaseView, by grievance.Actor) bool {
	return by.Can(a.May, v.Case) &&
		(a.Event == "" || slices.Contains(grievance.Events(v.Case.State), a.Event)) &&
		(a.When == nil || a.When(v, by))
}

// actRoutes are the addresses of all acts, drawn from the list.
func (c *Console) actRoutes() []web.Route {
	var all []web.Route
	for _, a := range acts {
		pattern := "/cases/{id}/" + a.Name
		post := web.Route{Method: "POST", Pattern: pattern, Handler: c.perform(a), May: a.May}
		if a.Files {
			post.Body = uploadLimit
		}
		all = append(all, post)
		if a.Fields != nil {
			all = append(all, web.Route{Method: "GET", Pattern: pattern, Handler: c.showAct(a), May: a.May})
		}
	}
	return all
}

// actPage asks what an act needs.
type actPage struct {
	page
	Title, Explain, Send       string
	Number, CaseTitle, CaseURL string
	BackURL                    string // for the field officer's bar
	Action, Back               string
	Files                      bool
	Fields                     []field
	Errors                     []fieldError
}

// fieldError leads from the summary to the field.
type fieldError struct{ Field, Words string }

func (c *Console) showAct(a act) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		return c.actForm(w, r, v, a, nil)
	}
}

// perform does the act and leads back to the case, or asks again with what was typed.
func (c *Console) perform(a act) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		id, err := web.PathID(r, "id")
		if err != nil {
			return err
		}
		if a.Files {
			if err := r.ParseMultipartForm(memoryForFiles); err != nil && !errors.Is(err, http.ErrNotMultipart) {
				return err
			}
		}
		err = a.Do(c, r, v.Who.Actor, id)
		if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok && a.Fields != nil {
			return c.actForm(w, r, v, a, invalid)
		}
		if err != nil {
			return err
		}
		c.Web.Done(w, r, "done."+a.Name, c.after(r, v, id))
		return nil
	}
}

// after is where an act leads: back to the list it came from, or the case.
func (c *Console) after(r *http.Request, v *web.Visit, id grievance.ID) string {
	fallback := "/cases/" + id.String()
	if v.Who.Actor.InField() {
		fallback = "/field/" + id.String()
	}
	return web.LocalPath(r.FormValue("back"), fallback)
}

func (c *Console) actForm(w http.ResponseWriter, r *http.Request, v *web.Visit, a act, invalid *grievance.InvalidError) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	cv, err := c.Desk.Case(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	if !a.offered(cv, v.Who.Actor) {
		return grievance.ErrConflict
	}
	base, err := c.page(r, v, "/cases")
	if err != nil {
		return err
	}
	f := &forms{console: c, r: r, v: v, view: cv}
	p := actPage{
		page: base, Title: v.T(a.text("")), Explain: v.T(a.text("_text")), Send: v.T(a.text("_send")),
		Number: cv.Case.Number, CaseTitle: cv.Case.Title, CaseURL: c.after(r, v, id), Back: r.FormValue("back"),
		Action: "/cases/" + id.String() + "/" + a.Name, Files: a.Files, Fields: a.Fields(f),
	}
	p.BackURL = p.CaseURL
	if f.err != nil {
		return f.err
	}
	status, problems := refusedFields(v, p.Fields, invalid)
	p.Errors = problems
	name := "console/act"
	if v.Who.Actor.InField() {
		name = "field/act"
	}
	return c.Web.Render(w, status, name, p)
}

// actLinks are the acts that the case offers to the actor: the first one, those beside
// it, and the rest for the menu.
func (c *Console) actLinks(v *web.Visit, cv *desk.CaseView, back string) (first *actLink, second, menu []actLink) {
	for _, a := range acts {
		if !a.offered(cv, v.Who.Actor) {
			continue
		}
		l := actLink{
			Name: v.T(a.text("")), URL: "/cases/" + cv.Case.ID.String() + "/" + a.Name, Icon: a.Icon, Class: "btn-plain",
			Direct: a.Fields == nil, Back: back, Key: a.Key, KeyName: strings.ToUpper(a.Key),
		}
		if !l.Direct && back != "" {
			l.URL += "?back=" + queryEscape(back)
		}
		switch {
		case a.Place == "first" && first == nil:
			l.Class = "btn-do"
			first = &l
		case a.Place == "second" && len(second) < 3:
			second = append(second, l)
		default:
			menu = append(menu, l)
		}
	}
	return first, second, menu
}

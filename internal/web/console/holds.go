package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) holdRoutes() []web.Route {
	return []web.Route{
		{Method: "POST", Pattern: "/channels/hold", Handler: c.hold, May: grievance.MayHold},
		{Method: "POST", Pattern: "/channels/holds/{id}/lift", Handler: c.liftHold, May: grievance.MayHold},
	}
}

// holdReason is why: an officer's words, or a message key of the program's own.
func holdReason(v *web.Visit, reason string) string {
	if strings.HasPrefix(reason, "hold.") {
		return v.T(reason)
	}
	return reason
}

// holdWords says in the bar what is on hold, since when, by whom and why.
func (c *Console) holdWords(v *web.Visit, holds []desk.StandingHold) string {
	if len(holds) == 0 {
		return ""
	}
	words := c.holdHead(v, holds[0]) + ": " + holdReason(v, holds[0].Reason) + ". " + v.T("console.on_hold")
	if more := len(holds) - 1; more > 0 {
		words += " " + v.T("publish.more_holds", "Count", more)
	}
	return words
}

// holdHead names what a hold stops, since when and by whom.
func (c *Console) holdHead(v *web.Visit, h desk.StandingHold) string {
	when := v.Moment(h.SetAt)
	if by := h.By.Name(v.Lang()); by != "" {
		when += ", " + by
	}
	switch {
	case h.AccountID != 0:
		return v.T("console.need_hold", "Name", h.Account.Name, "Time", when)
	case h.OfficeID != 0:
		return v.T("console.need_hold", "Name", c.officeName(v, h.OfficeID), "Time", when)
	}
	return v.T("console.need_hold_all", "Time", when)
}

// needHolds lists the holds among what needs a person.
func (c *Console) needHolds(r *http.Request, v *web.Visit) ([]need, error) {
	holds, err := c.Desk.Holds(r.Context(), v.Who.Actor)
	var needs []need
	for _, h := range holds {
		x := need{Class: "half", Icon: "pause-circle", Head: c.holdHead(v, h), Text: holdReason(v, h.Reason)}
		if h.MayLift {
			x.Lift, x.LiftName = "/channels/holds/"+h.ID.String()+"/lift", v.T("console.lift_hold")
		}
		needs = append(needs, x)
	}
	return needs, err
}

// holdForm asks what is to be held, and why.
type holdForm struct{ Fields []field }

// What a hold stops, as the form names it.
const (
	holdAll     = "all"
	holdOffice  = "office-"
	holdAccount = "account-"
)

func (c *Console) holdForm(r *http.Request, v *web.Visit, invalid *grievance.InvalidError) (holdForm, error) {
	offices, accounts, all, err := c.Desk.Holdable(r.Context(), v.Who.Actor)
	if err != nil || len(offices)+len(accounts) == 0 && !all {
		return holdForm{}, err
	}
	f := &forms{console: c, r: r, v: v}
	what := f.choice("what", "publish.hold_what", "", nil)
	chosen := f.typed("what", "")
	add := func(g *web.Group, value, text string) {
		g.Choices = append(g.Choices, web.Choice{Value: value, Text: text, Chosen: value == chosen})
	}
	if all {
		g := web.Group{Name: v.T("console.whole_state")}
		add(&g, holdAll, v.T("console.hold_all"))
		what.Groups = append(what.Groups, g)
	}
	under, single := web.Group{Name: v.T("publish.hold_offices")}, web.Group{Name: v.T("console.official_accounts")}
	for _, o := range offices {
		add(&under, holdOffice+strconv.Itoa(o.ID), o.Name(v.Lang()))
	}
	for _, a := range accounts {
		add(&single, holdAccount+strconv.Itoa(a.ID), a.Name+" · "+v.T("channel."+string(a.Channel)))
	}
	for _, g := range []web.Group{under, single} {
		if len(g.Choices) > 0 {
			what.Groups = append(what.Groups, g)
		}
	}
	out := holdForm{Fields: []field{what, f.line("text1", "reason", "console.reason", "")}}
	if invalid != nil {
		for i := range out.Fields {
			if out.Fields[i].Name == invalid.Field {
				out.Fields[i].Error = v.T(invalid.Key, invalid.Args)
			}
		}
	}
	return out, nil
}

// holdRequest reads what the form names.
func holdRequest(r *http.Request) (desk.HoldRequest, error) {
	req := desk.HoldRequest{Reason: r.PostFormValue("reason")}
	what := r.PostFormValue("what")
	if what == holdAll {
		return req, nil
	}
	for prefix, to := range map[string]*int{holdOffice: &req.OfficeID, holdAccount: &req.AccountID} {
		if id, ok := strings.CutPrefix(what, prefix); ok {
			n, err := strconv.Atoi(id)
			if err == nil && n > 0 {
				*to = n
				return req, nil
			}
		}
	}
	return req, grievance.Invalid("what", "error.choose")
}

// hold stops what goes out: of one account, of an office and those below, or all.
func (c *Console) hold(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	req, err := holdRequest(r)
	if err == nil {
		err = c.Desk.Hold(r.Context(), v.Who.Actor, req)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.channelsPage(w, r, v, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.hold", "/channels")
	return nil
}

func (c *Console) liftHold(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := c.Desk.LiftHold(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.lift", "/channels")
	return nil
}

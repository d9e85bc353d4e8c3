package console

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) seeAsRoutes() []web.Route {
	may := grievance.MaySeeAs
	return []web.Route{
		{Method: "GET", Pattern: "/see-as", Handler: c.askSeeAs, May: may},
		{Method: "POST", Pattern: "/see-as", Handler: c.seeAs, May: may},
		{Method: "GET", Pattern: "/see-as/{look}", Handler: c.look, May: may},
	}
}

// seeAsPage asks whose menus are looked at, and why.
type seeAsPage struct {
	page
	Fields []field
	Errors []fieldError
}

func (c *Console) askSeeAs(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.seeAsForm(w, r, v, nil)
}

func (c *Console) seeAsForm(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	found, err := c.Desk.ChargesNamed(r.Context(), v.Who.Actor, r.FormValue("find"))
	if err != nil {
		return err
	}
	lang, now := v.Lang(), c.Now()
	list := field{Kind: "radio", Name: "charge", Label: v.T("seeas.charge")}
	for _, h := range found {
		hint := h.Charge.Title(lang) + ", " + c.officeName(v, h.Charge.OfficeID) + " · " + c.roleName(v, h.Charge.Role)
		if !h.Charge.Held(now) {
			hint += " · " + v.T("seeas.not_now")
		}
		id := h.Charge.ID.String()
		list.Choices = append(list.Choices, web.Choice{Value: id, Text: h.Officer.Name(lang), Hint: hint, Chosen: id == r.FormValue("charge") || len(found) == 1})
	}
	switch asked := strings.TrimSpace(r.FormValue("find")) != ""; {
	case len(found) == 0 && asked:
		list.Hint = v.T("against.none_found")
	case len(found) == 0:
		list.Hint = v.T("seeas.find_first")
	}
	p := seeAsPage{page: base, Fields: []field{
		{Kind: "search", Name: "find", Label: v.T("seeas.find"), Value: r.FormValue("find"), Hint: v.T("seeas.find_hint"), Optional: v.T("common.optional")},
		list,
		{Kind: "text1", Name: "number", Label: v.T("seeas.number"), Value: r.FormValue("number"), Hint: v.T("seeas.number_hint"), Optional: v.T("common.optional")},
		{Kind: "text1", Name: "reason", Label: v.T("console.reason"), Value: r.FormValue("reason"), Hint: v.T("seeas.reason_hint"), Optional: v.T("seeas.before_look")},
	}}
	status, problems := refusedFields(v, p.Fields, invalid)
	p.Errors = problems
	return c.Web.Render(w, status, "console/seeas", p)
}

// seeAs begins the look, which is written down and told; a search only searches.
func (c *Console) seeAs(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if r.PostFormValue("do") == "find" {
		return c.seeAsForm(w, r, v, nil)
	}
	charge, err := web.FormID(r, "charge")
	if err != nil {
		return err
	}
	id, err := c.Desk.LookAs(r.Context(), v.Who.Actor, desk.LookRequest{ChargeID: charge, Number: r.PostFormValue("number"), Reason: r.PostFormValue("reason")})
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.seeAsForm(w, r, v, invalid)
	}
	if err != nil {
		return err
	}
	web.Redirect(w, r, "/see-as/"+id.String())
	return nil
}

// lookPage shows what another officer may do, and why not.
type lookPage struct {
	page
	Name, Charge, Blocked, Leave string
	Sees                         []string // the entries of the menu
	Home                         string
	Areas                        []lookArea
	Number                       string
	Acts                         []verdictLine
	Accounts                     []verdictLine
}

// lookArea is the permissions of an area with what each opens.
type lookArea struct {
	Key, Name string
	Lines     []verdictLine
}

// verdictLine says whether something is allowed, or why not.
type verdictLine struct {
	Name, Why string
	May       bool
	Routes    []string // the addresses that need it
	Opens     string   // how many
}

func (c *Console) look(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "look")
	if err != nil {
		return err
	}
	x, err := c.Desk.Look(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	lang := v.Lang()
	p := lookPage{page: base, Name: x.Officer.Name(lang), Charge: x.Charge.Title(lang) + ", " + x.Office.Name(lang) + " · " + c.roleName(v, x.Charge.Role), Number: x.Number}
	if x.Blocked != "" {
		p.Blocked = v.T(x.Blocked)
	} else {
		for _, item := range c.entries(v, x.Actor) {
			p.Sees = append(p.Sees, item.Name)
		}
		p.Home = home(x.Actor)
	}
	if x.Leave.ID != 0 {
		p.Leave = v.T("seeas.on_leave", "Day", v.Date(x.Leave.To), "Name", cmp.Or(x.Substitute.Name(lang), v.T("seeas.level_above")))
	}
	p.Areas = c.lookAreas(v, x)
	if x.Number != "" {
		p.Acts = lookActs(v, x)
	}
	for _, a := range x.Accounts {
		p.Accounts = append(p.Accounts, verdictLine{Name: v.T("channel."+string(a.Account.Channel)) + " · " + a.Account.Name, Why: v.T("right." + string(a.Right)), May: a.Right.Least(grievance.DraftRight)})
	}
	return c.Web.Render(w, http.StatusOK, "console/look", p)
}

// lookAreas says of every permission, with the addresses that need it, whether the officer
// has it.
func (c *Console) lookAreas(v *web.Visit, x desk.LookView) []lookArea {
	routes := map[grievance.Permission][]string{}
	for _, rt := range c.Routes() {
		if !rt.Public {
			routes[rt.May] = append(routes[rt.May], rt.Method+" "+rt.Pattern)
		}
	}
	line := func(name string, may grievance.Permission) verdictLine {
		l := verdictLine{Name: name, Routes: routes[may]}
		slices.Sort(l.Routes)
		l.Opens = v.T("seeas.addresses", "Count", len(l.Routes))
		why := x.Refusal(may)
		if l.May = why == ""; !l.May {
			l.Why = v.T(why)
		}
		return l
	}
	all := []lookArea{{Key: "own", Name: v.T("seeas.own_pages"), Lines: []verdictLine{line(v.T("seeas.own_pages_text"), "")}}}
	for _, a := range permissionAreas {
		area := lookArea{Key: a.Key, Name: v.T("permission_area." + a.Key)}
		for _, may := range a.List {
			area.Lines = append(area.Lines, line(v.T("permission."+string(may)), may))
		}
		all = append(all, area)
	}
	return all
}

// lookActs says of every act whether the officer may do it to the case that was named.
func lookActs(v *web.Visit, x desk.LookView) (all []verdictLine) {
	add := func(name string, may grievance.Permission) {
		l := verdictLine{Name: name}
		why := x.CaseRefusal(may)
		if l.May = why == ""; !l.May {
			l.Why = v.T(why)
		}
		all = append(all, l)
	}
	add(v.T("seeas.read_case"), grievance.MayRead)
	for _, a := range acts {
		add(v.T(a.text("")), a.May)
	}
	for _, a := range []struct {
		key string
		may grievance.Permission
	}{{"case.way_public", grievance.MayReply}, {"case.way_private", grievance.MayReply}, {"case.way_note", grievance.MayNote}, {"case.report", grievance.MayApprove}, {"case.approve_reply", grievance.MayApproveReply}} {
		add(v.T(a.key), a.may)
	}
	return all
}

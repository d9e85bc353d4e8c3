package console

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

func (c *Console) citizenRoutes() []web.Route {
	may := grievance.MayAnswerCitizens
	return []web.Route{
		{Method: "GET", Pattern: "/citizens", Handler: c.citizens, May: may},
		{Method: "POST", Pattern: "/citizens", Handler: c.seekCitizen, May: may},
		{Method: "GET", Pattern: "/citizen-search/{id}", Handler: c.foundCitizens, May: may},
		{Method: "GET", Pattern: "/citizens/{id}", Handler: c.citizen, May: may},
		{Method: "GET", Pattern: "/citizens/{id}/copy", Handler: c.askCopy, May: may},
		{Method: "POST", Pattern: "/citizens/{id}/copy", Handler: c.demand(grievance.DemandExport), May: may},
		{Method: "GET", Pattern: "/citizens/{id}/erase", Handler: c.askErasure, May: may},
		{Method: "POST", Pattern: "/citizens/{id}/erase", Handler: c.demand(grievance.DemandErasure), May: may},
		{Method: "GET", Pattern: "/citizens/requests/{id}/file", Handler: c.fetchCopy, May: may},
	}
}

// citizensPage seeks a citizen, and lists what was demanded.
type citizensPage struct {
	page
	Words, Error, Found string
	Asked               bool
	List                rowsView // who was found, or the demands
	Empty               string
}

func (c *Console) citizens(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.citizensPage(w, r, v, http.StatusOK, "", "")
}

func (c *Console) citizensPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, words, problem string) error {
	base, err := c.page(r, v, "/citizens")
	if err != nil {
		return err
	}
	all, officers, err := c.Desk.DataRequests(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	p := citizensPage{page: base, Words: words, Error: problem, Empty: v.T("citizens.no_requests")}
	p.List = requestRows(v, all, officers, true)
	return c.Web.Render(w, status, "console/citizens", p)
}

// seekCitizen keeps what was typed and leads to who was found: no name stands in an address.
func (c *Console) seekCitizen(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	q := r.PostFormValue("q")
	id, err := c.Desk.SeekCitizen(r.Context(), v.Who.Actor, q)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.citizensPage(w, r, v, http.StatusUnprocessableEntity, q, v.T(invalid.Key, invalid.Args))
	}
	if err != nil {
		return err
	}
	web.Redirect(w, r, "/citizen-search/"+id.String())
	return nil
}

func (c *Console) foundCitizens(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	search, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	query, all, err := c.Desk.FoundCitizens(r.Context(), v.Who.Actor, search)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/citizens")
	if err != nil {
		return err
	}
	p := citizensPage{page: base, Words: query, Asked: true, Found: v.T("citizens.found", "Count", len(all)), Empty: v.T("citizens.found_none")}
	p.List = rowsView{Title: p.Found, Heads: []string{v.T("citizens.citizen"), v.T("citizens.posts"), v.T("console.cases"), v.T("citizens.last")}}
	for _, x := range all {
		m := channelMark(v.Printer, x.Channel)
		p.List.Rows = append(p.List.Rows, tableRow{Cells: []cell{
			{Mark: &m, Text: citizenName(v, x), URL: "/citizens/" + x.ID.String(), Note: cmp.Or(x.Handle, x.ExternalID)}, {Text: v.Number(x.Posts)}, {Text: v.Number(x.Cases)}, {Text: dayOrNone(v, x.Last)},
		}})
	}
	return c.Web.Render(w, http.StatusOK, "console/citizens", p)
}

func citizenName(v *web.Visit, c store.Citizen) string {
	return cmp.Or(c.Name, c.Handle, v.T("citizens.nameless"))
}

func dayOrNone(v *web.Visit, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return v.Date(t)
}

func requestRows(v *web.Visit, all []grievance.DataRequest, officers map[grievance.ID]grievance.Officer, who bool) rowsView {
	list := rowsView{Title: v.T("citizens.requests"), Heads: []string{v.T("citizens.demand"), v.T("citizens.asked_at"), v.T("citizens.identity"), v.T("citizens.reason"), v.T("common.officer"), v.T("common.state")}}
	for _, q := range all {
		what := cell{Text: v.T("citizens.demand_" + string(q.Demand)), Note: v.Moment(q.At)}
		if who {
			what.URL = "/citizens/" + q.AuthorID.String()
		}
		state := cell{Sign: requestSign(v, q), Note: v.T("citizens.counts", "Posts", q.Posts, "Cases", q.Cases)}
		if q.File != "" && q.Officer == v.Who.Actor.ID {
			state.Text, state.URL = v.T("citizens.fetch"), "/citizens/requests/"+q.ID.String()+"/file"
			state.Note = v.T("citizens.until", "Time", v.Date(q.Expires))
		}
		list.Rows = append(list.Rows, tableRow{Cells: []cell{what, {Text: dayOrNone(v, q.AskedAt), Note: v.T("citizens.way_" + q.Way)},
			{Text: v.T("citizens.identity_" + q.Identity)}, {Text: v.T("citizens.reason_" + q.Reason)}, {Text: officers[q.Officer].Name(v.Lang())}, state}})
	}
	return list
}

func requestSign(v *web.Visit, q grievance.DataRequest) *sign {
	switch q.State {
	case grievance.RequestDone:
		return &sign{Class: "flag flag-ok", Icon: "check-circle", Words: v.T("citizens.state_done")}
	case grievance.RequestFailed:
		return &sign{Class: "flag flag-late", Icon: "x-circle", Words: v.T("citizens.state_failed")}
	}
	return &sign{Class: "flag flag-review", Icon: "hourglass-split", Words: v.T("citizens.state_working")}
}

// citizenPage is what is held of one citizen.
type citizenPage struct {
	page
	Title       string
	Mark        mark
	Facts       []fact
	Cases       rowsView
	Requests    rowsView
	Copy, Erase string
}

func (c *Console) citizen(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	x, err := c.Desk.Citizen(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/citizens")
	if err != nil {
		return err
	}
	url := "/citizens/" + id.String()
	p := citizenPage{page: base, Title: citizenName(v, x.Citizen), Mark: channelMark(v.Printer, x.Channel), Copy: url + "/copy", Erase: url + "/erase",
		Cases: rowsView{Title: v.T("console.cases"), Heads: []string{v.T("console.col_case"), v.T("common.state"), v.T("common.office"), v.T("citizens.received")}}}
	for _, f := range []fact{
		{Name: v.T("citizens.handle"), Value: x.Handle}, {Name: v.T("citizens.address"), Value: x.ExternalID}, {Name: v.T("citizens.posts"), Value: v.Number(x.Posts)},
		{Name: v.T("citizens.first"), Value: dayOrNone(v, x.First)}, {Name: v.T("citizens.last"), Value: dayOrNone(v, x.Last)},
		{Name: v.T("console.cases"), Value: v.T("citizens.cases_open", "Cases", x.Citizen.Cases, "Open", x.Open)},
	} {
		if f.Value != "" {
			p.Facts = append(p.Facts, f)
		}
	}
	for _, cs := range x.Cases {
		sg := stateSign(v.Printer, cs.State)
		p.Cases.Rows = append(p.Cases.Rows, tableRow{Cells: []cell{{Text: cs.Number, URL: "/cases/" + cs.ID.String(), Class: "regno"}, {Sign: &sg}, {Text: c.officeName(v, cs.OfficeID)}, {Text: v.Date(cs.ReceivedAt), Class: "nowrap"}}})
	}
	p.Requests = requestRows(v, x.Requests, x.Officers, false)
	return c.Web.Render(w, http.StatusOK, "console/citizen", p)
}

func (c *Console) askCopy(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.demandForm(w, r, v, grievance.DemandExport, nil)
}

func (c *Console) askErasure(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.demandForm(w, r, v, grievance.DemandErasure, nil)
}

// demandForm asks who demands, how they are known, and why.
func (c *Console) demandForm(w http.ResponseWriter, r *http.Request, v *web.Visit, what grievance.Demand, invalid *grievance.InvalidError) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	x, err := c.Desk.Citizen(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/citizens")
	if err != nil {
		return err
	}
	url := "/citizens/" + id.String()
	p := askPage{page: base, BackURL: url, BackName: citizenName(v, x.Citizen), Title: v.T("citizens.copy"), Explain: v.T("citizens.copy_text"), Send: v.T("citizens.copy_send"), Action: url + "/copy"}
	f := &forms{console: c, r: r, v: v}
	codes := func(name, prefix string, all []string) field {
		var choices []web.Choice
		for _, code := range all {
			choices = append(choices, web.Choice{Value: code, Text: v.T(prefix + code)})
		}
		return f.choice(name, "citizens."+name, "", choices)
	}
	p.Fields = []field{f.line("date", "asked_at", "citizens.asked_at", c.Now().In(grievance.India).Format(time.DateOnly)), codes("way", "citizens.way_", grievance.DemandWays),
		codes("identity", "citizens.identity_", grievance.DemandIdentities), codes("reason", "citizens.reason_", grievance.DemandReasons)}
	if what == grievance.DemandErasure {
		p.Title, p.Explain, p.Send, p.Action = v.T("citizens.erase"), v.T("citizens.erase_text"), v.T("citizens.erase_send"), url+"/erase"
		if x.Open > 0 {
			p.Fields = append(p.Fields, f.radio(f.choice("anyway", "citizens.anyway", "no", []web.Choice{
				{Value: "no", Text: v.T("citizens.anyway_no")}, {Value: "yes", Text: v.T("citizens.anyway_yes", "Count", x.Open), Hint: v.T("citizens.anyway_text")}})))
		}
	}
	return c.ask(w, v, p, invalid)
}

// demand records the demand and orders the work.
func (c *Console) demand(what grievance.Demand) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		id, err := web.PathID(r, "id")
		if err != nil {
			return err
		}
		asked, err := time.ParseInLocation(time.DateOnly, r.PostFormValue("asked_at"), grievance.India)
		if err != nil {
			asked = time.Time{} // the desk says so at the field
		}
		_, err = c.Desk.DemandData(r.Context(), v.Who.Actor, id, desk.DataDemand{
			Demand: what, AskedAt: asked, Way: r.PostFormValue("way"), Identity: r.PostFormValue("identity"), Reason: r.PostFormValue("reason"), Anyway: r.PostFormValue("anyway") == "yes",
		})
		if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
			return c.demandForm(w, r, v, what, invalid)
		}
		if err != nil {
			return err
		}
		c.Web.Done(w, r, "done.demand_"+string(what), "/citizens/"+id.String())
		return nil
	}
}

// fetchCopy sends a citizen's copy to the officer who asked for it.
func (c *Console) fetchCopy(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	body, err := c.Desk.FetchCopy(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "copy-" + id.String() + ".zip"}))
	_, _ = io.Copy(w, body) // a reader who leaves is nobody's error
	return nil
}

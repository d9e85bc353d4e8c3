package console

import (
	"net/http"
	"slices"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// fieldRoutes are the pages of a field officer on a phone: one thing at a time.
func (c *Console) fieldRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/field", Handler: c.fieldList, May: grievance.MayReport},
		{Method: "GET", Pattern: "/field/{id}", Handler: c.fieldCase, May: grievance.MayReport},
	}
}

// fieldListPage is the officer's own cases.
type fieldListPage struct {
	page
	BackURL string
	Tabs    []fieldTab
	Rows    []fieldRow
	MoreURL string
}

// fieldTab is a list with its count.
type fieldTab struct {
	link
	Count string
}

// fieldRow is a case in short: what, where, by when.
type fieldRow struct {
	URL, Title, Place string
	Clock             clock
	Flag              *sign
}

// fieldTabs are the lists: what is to do, where the citizen's turn is, what is done.
var fieldTabs = []struct {
	Key   string
	Holds func(grievance.State) bool
}{
	{"todo", func(s grievance.State) bool {
		return s == grievance.Assigned || s == grievance.InProgress || s == grievance.Received
	}},
	{"waiting", func(s grievance.State) bool { return s == grievance.Waiting }},
	{"done", func(s grievance.State) bool { return s == grievance.ActionTaken || s == grievance.Resolved }},
}

func (c *Console) fieldList(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/field")
	if err != nil {
		return err
	}
	list, err := c.Desk.Cases(r.Context(), v.Who.Actor, desk.CasesRequest{
		Filter: store.CaseFilter{Open: true, OfficerID: v.Who.Officer.ID, ByDue: true, Limit: 200}, Cursor: r.URL.Query().Get("after"),
	})
	if err != nil {
		return err
	}
	now := r.URL.Query().Get("list")
	if !slices.ContainsFunc(fieldTabs, func(t struct {
		Key   string
		Holds func(grievance.State) bool
	}) bool {
		return t.Key == now
	}) {
		now = fieldTabs[0].Key
	}
	p := fieldListPage{page: base}
	k := c.clocks(v)
	for _, t := range fieldTabs {
		n := 0
		for _, x := range list.Rows {
			if !t.Holds(x.Case.State) {
				continue
			}
			n++
			if t.Key == now {
				p.Rows = append(p.Rows, c.fieldRow(v, k, x.Case))
			}
		}
		p.Tabs = append(p.Tabs, fieldTab{link: link{Name: v.T("folder." + t.Key), URL: "/field?list=" + t.Key, Current: t.Key == now}, Count: v.Number(n)})
	}
	if list.Next != "" {
		p.MoreURL = "/field?list=" + now + "&after=" + list.Next
	}
	return c.Web.Render(w, http.StatusOK, "field/list", p)
}

func (c *Console) fieldRow(v *web.Visit, k clocks, cs *grievance.Case) fieldRow {
	row := fieldRow{URL: "/field/" + cs.ID.String(), Title: cs.Title, Place: c.placeWords(v, cs), Clock: k.chip(cs)}
	if all := flags(v.Printer, cs); len(all) > 0 {
		row.Flag = &all[0]
	}
	return row
}

// placeWords says where a case is, as exactly as it is known.
func (c *Console) placeWords(v *web.Visit, cs *grievance.Case) string {
	lang := v.Lang()
	if p, ok := c.Office.Place(cs.PlaceID); ok {
		if lang == "hi" && p.NameHI != "" {
			return p.NameHI
		}
		return p.NameEN
	}
	if d, ok := c.Office.District(cs.DistrictID); ok {
		return d.Name(lang)
	}
	return v.T("case.place_unknown")
}

// fieldCasePage is one case for the spot.
type fieldCasePage struct {
	page
	BackURL string
	Case    fieldCase
}

// fieldCase says what, where, by when, and what people wrote.
type fieldCase struct {
	Title, Number, Due, Left, Place string
	State                           sign
	SentBack                        string
	Said                            []message
	Remarks                         []string
	Acts                            []actLink
	Main                            *actLink
}

func (c *Console) fieldCase(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	cv, err := c.Desk.Case(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/field")
	if err != nil {
		return err
	}
	k, cs := c.clocks(v), cv.Case
	p := fieldCasePage{page: base, BackURL: "/field", Case: fieldCase{
		Title: cs.Title, Number: cs.Number, Due: v.Moment(cs.DueAt), Left: k.left(cs), Place: c.placeWords(v, cs), State: stateSign(v.Printer, cs.State),
	}}
	for _, post := range cv.Posts {
		if post.Direction == grievance.In && post.ErasedAt.IsZero() {
			p.Case.Said = append(p.Case.Said, k.post(post).message)
		}
	}
	for i := range cv.History {
		e := &cv.History[i]
		if e.Text != "" && (e.Event == grievance.Forwarded || e.Event == grievance.Noted || e.Event == grievance.Escalated) {
			p.Case.Remarks = append(p.Case.Remarks, e.Text)
		}
	}
	if n := len(cv.Reports); n > 0 && cv.Reports[n-1].State == grievance.ReportSentBack && cs.State.Open() {
		p.Case.SentBack = cv.Reports[n-1].Reason
	}
	first, second, menu := c.actLinks(v, cv, "/field/"+id.String())
	p.Case.Main = first
	for _, a := range append(second, menu...) {
		if p.Case.Main == nil && a.Icon == "clipboard-check" {
			main := a
			p.Case.Main = &main
			continue
		}
		p.Case.Acts = append(p.Case.Acts, a)
	}
	return c.Web.Render(w, http.StatusOK, "field/case", p)
}

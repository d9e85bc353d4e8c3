package console

import (
	"errors"
	"net/http"
	"strconv"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) retentionRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/retention", Handler: c.retention, May: grievance.MayRetain},
		{Method: "POST", Pattern: "/retention", Handler: c.setRetention, May: grievance.MayRetain},
	}
}

// retentionPage says for how long everything is kept, and lets it be changed.
type retentionPage struct {
	askPage
	List rowsView
}

func (c *Console) retention(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.retentionForm(w, r, v, nil)
}

func (c *Console) retentionForm(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	all, err := c.Desk.Retention(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/retention")
	if err != nil {
		return err
	}
	f := &forms{console: c, r: r, v: v}
	p := retentionPage{List: rowsView{Title: v.T("retention.title"), Heads: []string{v.T("retention.what"), v.T("retention.days"), v.T("retention.bounds"), v.T("retention.last")}}}
	var rules []web.Choice
	for _, k := range all {
		bounds, last := v.T("retention.between", "Least", k.Least, "Most", k.Most), "–"
		if k.Fixed() {
			bounds = v.T("retention.fixed")
		} else {
			rules = append(rules, web.Choice{Value: k.Name, Text: v.T("retention." + k.Name)})
		}
		if k.DoneDay != "" {
			last = v.T("retention.removed", "Day", dayWords(v, k.DoneDay), "Count", k.Removed)
		}
		p.List.Rows = append(p.List.Rows, tableRow{Cells: []cell{{Text: v.T("retention." + k.Name), Note: v.T("retention." + k.Name + "_why")},
			{Text: v.T("retention.days_of", "Count", k.Days), Class: "nowrap", Note: usual(v, k.Days, k.Usual)}, {Text: bounds}, {Text: last}}})
	}
	p.askPage = askPage{page: base, Title: v.T("retention.title"), Explain: v.T("retention.text"), BackURL: home(v.Who.Actor), BackName: v.T("error.to_start"), Send: v.T("common.save"), Action: "/retention",
		Fields: []field{f.choice("rule", "retention.what", "", rules), f.line("number", "days", "retention.days", "")}}
	status := p.refuse(v, invalid)
	return c.Web.Render(w, status, "console/retention", p)
}

// dayWords writes a day like 2026-11-24 as officers read it.
func dayWords(v *web.Visit, day string) string {
	t, err := grievance.DayStart(day)
	if err != nil {
		return day
	}
	return v.Date(t)
}

// usual says what is usual where something else was chosen.
func usual(v *web.Visit, days, usual int) string {
	if days == usual {
		return ""
	}
	return v.T("retention.usual", "Count", usual)
}

func (c *Console) setRetention(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil {
		days = 0 // the desk says so at the field
	}
	err = c.Desk.SetRetention(r.Context(), v.Who.Actor, r.PostFormValue("rule"), days)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.retentionForm(w, r, v, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.retention", "/retention")
	return nil
}

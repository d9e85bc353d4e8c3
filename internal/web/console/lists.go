package console

import (
	"net/http"
	"net/url"
	"strconv"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

func (c *Console) listRoutes() []web.Route {
	read := grievance.MayRead
	return []web.Route{
		{Method: "GET", Pattern: "/cases", Handler: c.cases, May: read},
		{Method: "GET", Pattern: "/figures", Handler: c.figures, May: grievance.MaySeeFigures},
	}
}

// casesPage lists cases by what they are and where they lie.
type casesPage struct {
	page
	Filters []field
	Rows    []caseRow
	MoreURL string
}

// cases lists the cases of the officer's scope, open ones by due time, others the newest
// first.
func (c *Console) cases(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/cases")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	filter := store.CaseFilter{State: grievance.State(q.Get("state")), Limit: 50}
	filter.Open = filter.State == "" || filter.State.Open() || filter.State == grievance.Resolved
	filter.ByDue = filter.Open
	if filter.State != "" && stateIcons[filter.State] == "" {
		return grievance.ErrNotFound
	}
	for name, to := range map[string]*int{"district": &filter.DistrictID, "department": &filter.DepartmentID, "office": &filter.OfficeID} {
		if *to, err = number(r, name); err != nil {
			return grievance.ErrNotFound
		}
	}
	list, err := c.Desk.Cases(r.Context(), v.Who.Actor, desk.CasesRequest{Filter: filter, Cursor: q.Get("after")})
	if err != nil {
		return err
	}
	p := casesPage{page: base, Rows: c.rows(v, list.Rows), Filters: c.caseFilters(v, q)}
	if list.Next != "" {
		q.Set("after", list.Next)
		p.MoreURL = "/cases?" + q.Encode()
	}
	return c.Web.Render(w, http.StatusOK, "console/cases", p)
}

func (c *Console) caseFilters(v *web.Visit, q url.Values) []field {
	lang := v.Lang()
	states := field{Name: "state", Label: v.T("common.state")}
	for _, s := range grievance.States {
		states.Choices = append(states.Choices, web.Choice{Value: string(s), Text: v.T("state." + string(s))})
	}
	districts := field{Name: "district", Label: v.T("common.district")}
	for _, d := range c.Office.Districts() {
		districts.Choices = append(districts.Choices, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(lang)})
	}
	departments := field{Name: "department", Label: v.T("common.department")}
	for _, d := range c.Office.Departments() {
		if d.ParentID == 0 && !d.Outside {
			departments.Choices = append(departments.Choices, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(lang)})
		}
	}
	all := []field{states, districts, departments}
	if offices := c.officesOf(v, q); len(offices.Choices) > 0 {
		all = append(all, offices)
	}
	for i := range all {
		all[i].Choices = chosen(all[i].Choices, q.Get(all[i].Name))
	}
	return all
}

// officesOf lists the offices of the chosen district or department, closed ones too: what
// they held stays findable.
func (c *Console) officesOf(v *web.Visit, q url.Values) field {
	offices := field{Name: "office", Label: v.T("common.office")}
	district, department, office := q.Get("district"), q.Get("department"), q.Get("office")
	for _, o := range c.Office.Tree() {
		id := strconv.Itoa(o.ID)
		in := (district != "" || department != "") && (district == "" || district == idText(o.DistrictID)) && (department == "" || department == idText(o.DepartmentID))
		if !in && id != office {
			continue
		}
		name := o.Name(v.Lang())
		if !o.Open(c.Now()) {
			name = v.T("org.office_closed", "Office", name)
		}
		offices.Choices = append(offices.Choices, web.Choice{Value: id, Text: name})
	}
	return offices
}

package console

import (
	"errors"
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
		{Method: "GET", Pattern: "/search", Handler: c.searchForm, May: read},
		{Method: "POST", Pattern: "/search", Handler: c.search, May: read},
		{Method: "GET", Pattern: "/search/{id}", Handler: c.found, May: read},
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

// searchPage asks for words and shows what was found.
type searchPage struct {
	page
	Words, Error string
	Asked        bool
	Found, Note  string
	Rows         []caseRow
	MoreURL      string
}

func (c *Console) searchForm(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/search")
	if err != nil {
		return err
	}
	return c.Web.Render(w, http.StatusOK, "console/search", searchPage{page: base})
}

// search keeps what was typed and leads to its page: names and numbers of citizens stand
// in no address. A whole registration number leads to its case.
func (c *Console) search(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	words := r.PostFormValue("q")
	if _, err := grievance.ParseRegistrationNumber(words); err == nil {
		id, err := c.Desk.CaseNumbered(r.Context(), v.Who.Actor, words)
		if err == nil {
			web.Redirect(w, r, "/cases/"+id.String())
			return nil
		}
		if !errors.Is(err, grievance.ErrNotFound) {
			return err
		}
	}
	id, err := c.Desk.SaveSearch(r.Context(), v.Who.Actor, words)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		base, err := c.page(r, v, "/search")
		if err != nil {
			return err
		}
		return c.Web.Render(w, http.StatusUnprocessableEntity, "console/search", searchPage{page: base, Words: words, Error: v.T(invalid.Key, invalid.Args)})
	}
	if err != nil {
		return err
	}
	web.Redirect(w, r, "/search/"+id.String())
	return nil
}

func (c *Console) found(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	var before grievance.ID
	if text := r.URL.Query().Get("before"); text != "" {
		if before, err = grievance.ParseID(text); err != nil {
			return err
		}
	}
	f, err := c.Desk.Search(r.Context(), v.Who.Actor, id, before)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/search")
	if err != nil {
		return err
	}
	p := searchPage{page: base, Words: f.Query, Asked: true, Rows: c.rows(v, f.Rows), Found: v.T("console.found", "Count", len(f.Rows))}
	if f.More {
		p.MoreURL = "/search/" + id.String() + "?before=" + f.Next.String()
		p.Found = v.T("console.found_more", "Count", len(f.Rows))
		if !f.Back.IsZero() {
			p.Note = v.T("console.looked_back", "Day", v.Date(f.Back))
		}
	}
	return c.Web.Render(w, http.StatusOK, "console/search", p)
}

package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
	for i := range all {
		all[i].Choices = chosen(all[i].Choices, q.Get(all[i].Name))
	}
	return all
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

// figuresPage is one page of figures, in tables.
type figuresPage struct {
	page
	Title, Counted string
	Figures        []figure
	Columns        []string
	Tables         []figureTable
	Posts          []figureRow
}

// figure is one large number with what it stands beside.
type figure struct{ Name, Value, Note, Class string }

// figureTable is the cases by district or department.
type figureTable struct {
	Key, Name, What string
	Rows            []figureRow
}

// figureRow is a line of figures.
type figureRow struct {
	Name, URL string
	Cells     []string
}

func (c *Console) figures(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	f, err := c.Desk.Figures(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/figures")
	if err != nil {
		return err
	}
	p := figuresPage{
		page: base, Title: v.T("console.figures_title", "Scope", c.scopeName(v)), Counted: v.T("console.figures_counted", "Time", v.Moment(c.Now())),
		Figures: figuresOf(v, f), Columns: []string{v.T("console.fig_all"), v.T("console.fig_open"), v.T("console.fig_late"), v.T("state.waiting_for_citizen"), v.T("console.fig_report"), v.T("console.fig_resolved"), v.T("console.fig_closed")},
	}
	lang := v.Lang()
	districts := figureTable{Key: "districts", Name: v.T("console.by_district"), What: v.T("common.district")}
	for _, l := range f.Districts {
		row := figureRow{Name: v.T("console.unknown_district"), Cells: lineCells(v, l)}
		if d, ok := c.Office.District(l.ID); ok {
			row.Name, row.URL = d.Name(lang), "/cases?district="+strconv.Itoa(l.ID)
		}
		districts.Rows = append(districts.Rows, row)
	}
	departments := figureTable{Key: "departments", Name: v.T("console.by_department"), What: v.T("common.department")}
	for _, l := range f.Departments {
		row := figureRow{Name: v.T("console.unknown_department"), Cells: lineCells(v, l)}
		if d, ok := c.Office.Department(l.ID); ok {
			row.Name, row.URL = d.Name(lang), "/cases?department="+strconv.Itoa(l.ID)
		}
		departments.Rows = append(departments.Rows, row)
	}
	p.Tables = []figureTable{districts, departments}
	if p.Posts, err = c.postFigures(r, v, f); err != nil {
		return err
	}
	return c.Web.Render(w, http.StatusOK, "console/figures", p)
}

// scopeName names whose figures they are.
func (c *Console) scopeName(v *web.Visit) string {
	s := v.Who.Actor.Scope
	if d, ok := c.Office.District(s.DistrictID); ok && !s.All {
		return d.Name(v.Lang())
	}
	if d, ok := c.Office.Department(s.DepartmentID); ok && !s.All {
		return d.Name(v.Lang())
	}
	return v.T("console.whole_state")
}

func figuresOf(v *web.Visit, f desk.Figures) []figure {
	var posts int64
	for _, t := range f.Posts {
		posts += t.N
	}
	t := f.Total
	late := figure{Name: v.T("console.fig_late"), Value: v.Number(t.Late), Note: v.T("console.fig_late_note", "Open", t.Open)}
	if t.Late > 0 {
		late.Class = "tone-late"
	}
	return []figure{
		{Name: v.T("console.fig_posts"), Value: v.Number(posts), Note: v.T("console.fig_posts_note")},
		{Name: v.T("console.fig_all"), Value: v.Number(t.All), Note: v.T("console.fig_all_note")},
		{Name: v.T("console.fig_open"), Value: v.Number(t.Open), Note: v.T("console.fig_open_note", "Waiting", t.Waiting)},
		late,
		{Name: v.T("console.fig_resolved"), Value: v.Number(t.Resolved), Note: v.T("console.fig_resolved_note")},
		{Name: v.T("console.fig_closed"), Value: v.Number(t.Closed), Note: v.T("console.fig_closed_note", "Rejected", t.Refused)},
	}
}

func lineCells(v *web.Visit, l desk.Line) []string {
	var cells []string
	for _, n := range []int64{l.All, l.Open, l.Late, l.Waiting, l.ActionTaken, l.Resolved, l.Closed} {
		cells = append(cells, v.Number(n))
	}
	return cells
}

// postFigures counts the posts by the account that received them, where the officer may
// see the accounts.
func (c *Console) postFigures(r *http.Request, v *web.Visit, f desk.Figures) ([]figureRow, error) {
	names := map[int]string{}
	if v.Who.Actor.May(grievance.MaySeeChannels) {
		all, _, err := c.Desk.Channels(r.Context(), v.Who.Actor)
		if err != nil {
			return nil, err
		}
		for _, ch := range all {
			names[ch.Account.ID] = v.T("channel."+string(ch.Account.Channel)) + " · " + ch.Account.Name
		}
	}
	counts := map[int]int64{}
	var order []int
	for _, t := range f.Posts {
		if _, ok := counts[t.AccountID]; !ok {
			order = append(order, t.AccountID)
		}
		counts[t.AccountID] += t.N
	}
	var rows []figureRow
	for _, id := range order {
		name := names[id]
		if name == "" {
			name = strings.Join([]string{v.T("common.official_account"), strconv.Itoa(id)}, " ")
		}
		rows = append(rows, figureRow{Name: name, Cells: []string{v.Number(counts[id])}})
	}
	return rows, nil
}

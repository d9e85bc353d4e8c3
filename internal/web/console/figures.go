package console

import (
	"net/http"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

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
	p.Tables = []figureTable{c.districtTable(v, f.Districts), c.departmentTable(v, f.Departments)}
	if p.Posts, err = c.postFigures(r, v, f); err != nil {
		return err
	}
	return c.Web.Render(w, http.StatusOK, "console/figures", p)
}

// districtTable has the districts in the order of the directory: counts rank nobody.
func (c *Console) districtTable(v *web.Visit, lines []desk.Line) figureTable {
	t := figureTable{Key: "districts", Name: v.T("console.by_district"), What: v.T("common.district")}
	byID := linesByID(lines)
	for _, d := range c.Office.Districts() {
		if l, ok := byID[d.ID]; ok {
			t.Rows = append(t.Rows, figureRow{Name: d.Name(v.Lang()), URL: "/cases?district=" + strconv.Itoa(d.ID), Cells: lineCells(v, l)})
		}
	}
	if l, ok := byID[0]; ok {
		t.Rows = append(t.Rows, figureRow{Name: v.T("console.unknown_district"), Cells: lineCells(v, l)})
	}
	return t
}

// departmentTable has the departments in the order of the directory.
func (c *Console) departmentTable(v *web.Visit, lines []desk.Line) figureTable {
	t := figureTable{Key: "departments", Name: v.T("console.by_department"), What: v.T("common.department")}
	byID := linesByID(lines)
	for _, d := range c.Office.Departments() {
		if l, ok := byID[d.ID]; ok {
			t.Rows = append(t.Rows, figureRow{Name: d.Name(v.Lang()), URL: "/cases?department=" + strconv.Itoa(d.ID), Cells: lineCells(v, l)})
		}
	}
	if l, ok := byID[0]; ok {
		t.Rows = append(t.Rows, figureRow{Name: v.T("console.unknown_department"), Cells: lineCells(v, l)})
	}
	return t
}

func linesByID(lines []desk.Line) map[int]desk.Line {
	byID := make(map[int]desk.Line, len(lines))
	for _, l := range lines {
		byID[l.ID] = l
	}
	return byID
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
		all, err := c.Desk.Channels(r.Context(), v.Who.Actor)
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

package console

import (
	"net/http"
	"strconv"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// matrixPage shows who answers for what, where.
type matrixPage struct {
	page
	Text     string
	Sums     []sign
	Heads    []matrixHead
	Rows     []matrixRow
	Legend   []matrixCell
	New      string // which district is new
	AllURL   string
	AllName  string
	CheckURL string
	Cell     *matrixDetail
}

// matrixHead is a district over its column.
type matrixHead struct {
	Short, Name string
	New         bool
}

// matrixRow is a department with a cell a district.
type matrixRow struct {
	Name  string
	Cells []matrixCell
}

// matrixCell is how well a department is answered for in a district.
type matrixCell struct {
	URL, Class, Icon, Words string
	Current                 bool
}

// matrixDetail explains one cell: who answers, the ladder, who held it before.
type matrixDetail struct {
	Title  string
	Sign   sign
	Text   string
	Ladder []matrixStep
	Rows   []link // offices of bodies and places
	Before []string
	Change string // address of the form that gives it to an office
}

// matrixStep is an office to which the work passes.
type matrixStep struct{ Name, Note, URL string }

// cellLooks draw the states of cells.
var cellLooks = map[office.CellState]matrixCell{
	office.CellAnswered: {Class: "cell cell-ok", Icon: "check2"}, office.CellHead: {Class: "cell cell-ok", Icon: "building"}, office.CellSubstitute: {Class: "cell cell-sub", Icon: "person-gear"},
	office.CellVacant: {Class: "cell cell-vac", Icon: "person-x"}, office.CellSplit: {Class: "cell cell-two", Icon: "layers"}, office.CellOverlap: {Class: "cell cell-over", Icon: "intersect"},
	office.CellGap: {Class: "cell cell-gap", Icon: "x-octagon-fill"},
}

// cellStates is the order of the legend.
var cellStates = []office.CellState{office.CellAnswered, office.CellHead, office.CellSubstitute, office.CellVacant, office.CellSplit, office.CellOverlap, office.CellGap}

func (c *Console) matrix(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	survey, err := c.Org.Survey(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	department, err := number(r, "department")
	if err != nil {
		return grievance.ErrNotFound
	}
	district, err := number(r, "district")
	if err != nil {
		return grievance.ErrNotFound
	}
	all := r.URL.Query().Get("all") == "yes"
	p := matrixPage{page: base, CheckURL: "/offices/check", Sums: c.matrixSums(v, survey)}
	shown := 0
	for _, d := range survey.Departments {
		if !all && !survey.InDistricts[d.ID] && d.ID != department {
			continue
		}
		shown++
		p.Rows = append(p.Rows, c.matrixRow(v, survey, d, department, district, all))
	}
	p.Text = v.T("org.matrix_text", "Shown", shown, "All", len(survey.Departments), "Districts", len(survey.Districts), "Day", v.Date(c.Now()))
	p.AllURL, p.AllName = "/offices/matrix?all=yes", v.T("org.all_departments")
	if all {
		p.AllURL, p.AllName = "/offices/matrix", v.T("org.district_departments")
	}
	p.Heads, p.New = c.matrixHeads(v, survey.Districts)
	for _, s := range cellStates {
		look := cellLooks[s]
		look.Words = v.T("cell." + string(s))
		p.Legend = append(p.Legend, look)
	}
	if cell, ok := survey.Cells[[2]int{department, district}]; ok {
		if p.Cell, err = c.matrixDetail(r, v, department, district, cell); err != nil {
			return err
		}
	}
	return c.Web.Render(w, http.StatusOK, "console/matrix", p)
}

// matrixSums are the counts above the matrix, the loudest first.
func (c *Console) matrixSums(v *web.Visit, s office.Survey) []sign {
	n := map[office.CellState]int{}
	for _, cell := range s.Cells {
		n[cell.State]++
	}
	var sums []sign
	add := func(state office.CellState, class string) {
		if n[state] > 0 {
			sums = append(sums, sign{Class: class, Icon: cellLooks[state].Icon, Words: v.T("cell.count_"+string(state), "Count", n[state])})
		}
	}
	add(office.CellGap, "flag flag-danger")
	add(office.CellOverlap, "flag flag-late")
	add(office.CellVacant, "flag flag-review")
	add(office.CellSubstitute, "flag flag-citizen")
	if len(sums) == 0 && len(s.Cells) > 0 {
		sums = append(sums, sign{Class: "flag flag-ok", Icon: "check2-circle", Words: v.T("org.all_answered")})
	}
	return sums
}

func (c *Console) matrixHeads(v *web.Visit, districts []grievance.District) (heads []matrixHead, fresh string) {
	for _, d := range districts {
		h := matrixHead{Short: short(d.NameEN), Name: d.Name(v.Lang()), New: !d.Since.IsZero() && c.Now().Sub(d.Since) < 2*365*24*time.Hour}
		if h.New {
			fresh = v.T("org.district_since", "Short", h.Short, "Day", v.Date(d.Since))
		}
		heads = append(heads, h)
	}
	return heads, fresh
}

// short is three letters of a district's name: its first, and the consonants that follow.
func short(name string) string {
	var out []byte
	for i := 0; i < len(name) && len(out) < 3; i++ {
		b := name[i] &^ 0x20
		vowel := b == 'A' || b == 'E' || b == 'I' || b == 'O' || b == 'U'
		if b >= 'A' && b <= 'Z' && (!vowel || len(out) == 0) {
			out = append(out, b)
		}
	}
	return string(out)
}

func (c *Console) matrixRow(v *web.Visit, s office.Survey, d grievance.Department, department, district int, all bool) matrixRow {
	row := matrixRow{Name: d.Name(v.Lang())}
	for _, x := range s.Districts {
		state := s.Cells[[2]int{d.ID, x.ID}].State
		cell := cellLooks[state]
		cell.URL = "/offices/matrix?department=" + strconv.Itoa(d.ID) + "&district=" + strconv.Itoa(x.ID)
		if all {
			cell.URL += "&all=yes"
		}
		cell.URL += "#cell"
		cell.Words = d.Name(v.Lang()) + ", " + x.Name(v.Lang()) + ": " + v.T("cell."+string(state))
		cell.Current = d.ID == department && x.ID == district
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// matrixDetail explains a cell.
func (c *Console) matrixDetail(r *http.Request, v *web.Visit, department, district int, cell office.Cell) (*matrixDetail, error) {
	dep, _ := c.Office.Department(department)
	dist, _ := c.Office.District(district)
	look := cellLooks[cell.State]
	d := &matrixDetail{Title: v.T("org.cell_title", "Department", dep.Name(v.Lang()), "District", dist.Name(v.Lang())),
		Sign: sign{Class: cellFlags[cell.State], Icon: look.Icon, Words: v.T("cell." + string(cell.State))}, Text: v.T("cell.text_" + string(cell.State))}
	if v.Who.Actor.May(grievance.MayManageOffices) {
		d.Change = answerURL(department, district)
	}
	for _, o := range cell.Others {
		d.Rows = append(d.Rows, link{Name: c.officeName(v, o), URL: "/offices/" + strconv.Itoa(o)})
	}
	at := cell.OfficeID
	if at == 0 {
		at = c.Office.Route(office.Question{DepartmentID: department, DistrictID: district, At: c.Now()}).OfficeID
	}
	about := &grievance.Case{OfficeID: at, DistrictID: district, DepartmentID: department}
	for _, o := range append([]int{at}, c.Office.Ladder(at, about, c.Now())...) {
		view, err := c.Org.View(r.Context(), v.Who.Actor, o)
		if err != nil {
			return nil, err
		}
		step := matrixStep{Name: view.Office.Name(v.Lang()), Note: v.T("org.nobody_there"), URL: "/offices/" + strconv.Itoa(o)}
		for _, h := range view.Held {
			if who, role := h.Acting(), c.roleNow(h.Role); who != 0 && (role.Answers() || role.May(grievance.MayReport)) {
				step.Note = view.Officers[who].Name(v.Lang()) + ", " + h.Title(v.Lang())
				break
			}
		}
		d.Ladder = append(d.Ladder, step)
		if o != cell.OfficeID {
			continue
		}
		for _, ch := range view.Ever {
			if !ch.Held(c.Now()) && len(d.Before) < 5 && !ch.To.IsZero() {
				d.Before = append(d.Before, view.Officers[ch.OfficerID].Name(v.Lang())+", "+ch.Title(v.Lang())+", "+v.Date(ch.From)+" – "+v.Date(lastDay(ch.To)))
			}
		}
	}
	return d, nil
}

// roleNow is the role of a code; the zero one when there is none.
func (c *Console) roleNow(code grievance.Role) grievance.RoleDef {
	r, _ := c.Office.Role(code)
	return r
}

// cellFlags colour the state of a cell where it is said in words.
var cellFlags = map[office.CellState]string{
	office.CellAnswered: "flag flag-ok", office.CellHead: "flag flag-ok", office.CellSubstitute: "flag flag-citizen", office.CellVacant: "flag flag-review",
	office.CellSplit: "flag flag-desk", office.CellOverlap: "flag flag-late", office.CellGap: "flag flag-danger",
}

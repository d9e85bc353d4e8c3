package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// lastDay is the last day of a period that ends at the moment.
func lastDay(end time.Time) time.Time { return end.Add(-time.Millisecond) }

// departments lists the departments and the bodies in them.
func (c *Console) departments(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("org.departments"), Empty: v.T("org.no_departments"), BackURL: "/offices", BackName: v.T("console.offices"),
		Heads: []string{v.T("common.department"), v.T("org.field_code"), v.T("org.field_parent_department")}}
	manage := v.Who.Actor.May(grievance.MayManageOffices)
	if manage {
		p.Links = []link{{Name: v.T("org.department_new"), URL: "/departments/new"}}
	}
	for _, d := range c.Office.Departments() {
		name := cell{Text: d.Name(v.Lang())}
		if manage {
			name.URL = "/departments/" + strconv.Itoa(d.ID)
		}
		if d.Outside {
			name.Note = v.T("org.field_outside")
		}
		up, _ := c.Office.Department(d.ParentID)
		p.Rows = append(p.Rows, tableRow{Cells: []cell{name, {Text: d.Code}, {Text: up.Name(v.Lang())}}})
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

// districts lists the districts, with since when and out of which.
func (c *Console) districts(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("org.districts"), Text: v.T("org.districts_text"), Empty: v.T("org.no_districts"), BackURL: "/offices", BackName: v.T("console.offices"),
		Heads: []string{v.T("common.district"), v.T("org.field_lgd"), v.T("org.field_since"), v.T("org.carved_from")}}
	manage := v.Who.Actor.May(grievance.MayManageOffices)
	if manage {
		p.Links = []link{{Name: v.T("org.district_new"), URL: "/districts/new"}}
		p.Heads = append(p.Heads, "")
	}
	for _, d := range c.Office.Districts() {
		since, from := cell{Class: "nowrap"}, cell{}
		if !d.Since.IsZero() {
			since.Text = v.Date(d.Since)
		}
		if old, ok := c.Office.District(d.FromID); ok {
			from.Text = old.Name(v.Lang())
		}
		row := tableRow{Cells: []cell{{Text: d.Name(v.Lang())}, {Text: strconv.Itoa(d.ID)}, since, from}}
		if manage {
			at := "/districts/" + strconv.Itoa(d.ID)
			row.Cells = append(row.Cells, cell{Links: []link{{Name: v.T("org.rename"), URL: at}, {Name: v.T("org.district_split"), URL: at + "/split"}}})
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

// findingSigns draw the findings.
var findingSigns = map[office.FindingKind]sign{
	office.NoStateCell: {Class: "flag flag-danger", Icon: "x-octagon-fill"}, office.Gap: {Class: "flag flag-danger", Icon: "x-octagon-fill"}, office.NoOffice: {Class: "flag flag-danger", Icon: "x-octagon-fill"},
	office.ClosedRow: {Class: "flag flag-late", Icon: "building-lock"}, office.Overlap: {Class: "flag flag-late", Icon: "intersect"}, office.Ring: {Class: "flag flag-late", Icon: "arrow-counterclockwise"},
	office.Orphan: {Class: "flag flag-late", Icon: "signpost-split"}, office.Vacant: {Class: "flag flag-review", Icon: "person-x"}, office.Empty: {Class: "flag flag-review", Icon: "person-x"},
}

func findingSign(v *web.Visit, k office.FindingKind) *sign {
	s := findingSigns[k]
	s.Words = v.T("finding." + string(k))
	return &s
}

// check lists what is wrong with the organisation, the loudest first, each with its remedy.
func (c *Console) check(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	survey, err := c.Org.Survey(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	want := office.FindingKind(r.URL.Query().Get("kind"))
	kinds := field{Name: "kind", Label: v.T("org.finding")}
	for _, k := range office.FindingKinds {
		kinds.Choices = append(kinds.Choices, web.Choice{Value: string(k), Text: v.T("finding." + string(k)), Chosen: k == want})
	}
	p := tablePage{page: base, Title: v.T("org.check"), Text: v.T("org.check_found", "Count", len(survey.Findings)), Empty: v.T("org.check_nothing"), BackURL: "/offices", BackName: v.T("console.offices"),
		Path: "/offices/check", Filters: []field{kinds}, Heads: []string{v.T("org.finding"), v.T("org.where"), v.T("org.meanwhile"), v.T("org.remedy")}}
	found := slices.DeleteFunc(survey.Findings, func(f office.Finding) bool { return want != "" && f.Kind != want })
	found, p.MoreURL, err = part(r, found)
	if err != nil {
		return err
	}
	for _, f := range found {
		p.Rows = append(p.Rows, c.findingRow(v, f))
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

func (c *Console) findingRow(v *web.Visit, f office.Finding) tableRow {
	return tableRow{Cells: []cell{{Sign: findingSign(v, f.Kind)}, {Text: c.findingPlace(v, f)}, c.meanwhile(v, f.GoesTo), {Links: c.remedy(v, f)}}}
}

// findingPlace says where it is: department and district, or the office.
func (c *Console) findingPlace(v *web.Visit, f office.Finding) string {
	words := ""
	add := func(s string) {
		if s != "" && words != "" {
			words += " · "
		}
		words += s
	}
	if d, ok := c.Office.Department(f.DepartmentID); ok {
		add(d.Name(v.Lang()))
	}
	if p, ok := c.Office.Place(f.PlaceID); ok {
		add(p.Name(v.Lang()))
	}
	if d, ok := c.Office.District(f.DistrictID); ok {
		add(d.Name(v.Lang()))
	}
	if f.OfficeID != 0 {
		add(c.officeName(v, f.OfficeID))
	}
	return words
}

func (c *Console) meanwhile(v *web.Visit, id int) cell {
	if id == 0 {
		return cell{Text: v.T("org.nobody_answers")}
	}
	return cell{Text: c.officeName(v, id), URL: "/offices/" + strconv.Itoa(id)}
}

// remedy leads to the page that mends a finding, for those who may.
func (c *Console) remedy(v *web.Visit, f office.Finding) []link {
	offices, officers := v.Who.Actor.May(grievance.MayManageOffices), v.Who.Actor.May(grievance.MayManageOfficers)
	at := "/offices/" + strconv.Itoa(f.OfficeID)
	switch {
	case (f.Kind == office.Gap || f.Kind == office.Overlap || f.Kind == office.ClosedRow) && offices:
		return []link{{Name: v.T("org.answer"), URL: answerURL(f.DepartmentID, f.DistrictID)}}
	case (f.Kind == office.NoOffice || f.Kind == office.NoStateCell) && offices:
		return []link{{Name: v.T("org.office_new"), URL: "/offices/new"}}
	case (f.Kind == office.Ring || f.Kind == office.Orphan) && offices:
		return []link{{Name: v.T("org.office_change"), URL: at + "/change"}}
	case (f.Kind == office.Vacant || f.Kind == office.Empty) && officers:
		return []link{{Name: v.T("org.appoint"), URL: at + "/appoint"}}
	case f.OfficeID != 0:
		return []link{{Name: v.T("console.look"), URL: at}}
	}
	return nil
}

func answerURL(department, district int) string {
	return "/offices/matrix/answer?department=" + strconv.Itoa(department) + "&district=" + strconv.Itoa(district)
}

// cellURL is the matrix with one cell explained.
func cellURL(department, district int) string {
	return "/offices/matrix?department=" + strconv.Itoa(department) + "&district=" + strconv.Itoa(district) + "#cell"
}

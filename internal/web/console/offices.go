package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) officeRoutes() []web.Route {
	see := grievance.MaySeeOffices
	return []web.Route{
		{Method: "GET", Pattern: "/offices", Handler: c.offices, May: see},
		{Method: "GET", Pattern: "/offices/{office}", Handler: c.office, May: see},
		{Method: "GET", Pattern: "/officers", Handler: c.officers, May: see},
	}
}

// offices lists the offices with who holds a charge there; a vacancy is said.
func (c *Console) offices(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	holders, err := c.byOffice(r, v)
	if err != nil {
		return err
	}
	lang := v.Lang()
	district, err := number(r, "district")
	if err != nil {
		return grievance.ErrNotFound
	}
	tier := grievance.Tier(r.URL.Query().Get("tier"))
	p := tablePage{page: base, Title: v.T("console.offices"), Empty: v.T("console.nothing_found"), Path: "/offices",
		Heads: []string{v.T("common.office"), v.T("console.col_tier"), v.T("common.district"), v.T("console.col_holder")}}
	department, err := number(r, "department")
	if err != nil {
		return grievance.ErrNotFound
	}
	closed := r.URL.Query().Get("closed") == "yes"
	p.Filters = c.officeFilters(v, tier, district, department, closed)
	var fitting []grievance.Office
	for _, o := range c.Office.Tree() {
		if (district == 0 || o.DistrictID == district) && (tier == "" || o.Tier == tier) && (department == 0 || o.DepartmentID == department) && o.Open(c.Now()) != closed {
			fitting = append(fitting, o)
		}
	}
	rows, more, err := part(r, fitting)
	if err != nil {
		return err
	}
	p.MoreURL = more
	for _, o := range rows {
		d, _ := c.Office.District(o.DistrictID)
		p.Rows = append(p.Rows, tableRow{Cells: []cell{
			{Text: o.Name(lang), URL: "/offices/" + strconv.Itoa(o.ID), Note: o.Code, Class: "depth-" + strconv.Itoa(min(len(c.Office.Above(o.ID)), 3))}, {Text: v.T("tier." + string(o.Tier))}, {Text: d.Name(lang)}, heldBy(v, holders[o.ID]),
		}})
	}
	p.Links = []link{{Name: v.T("org.matrix"), URL: "/offices/matrix"}, {Name: v.T("org.check"), URL: "/offices/check"}, {Name: v.T("console.officers"), URL: "/officers"}, {Name: v.T("org.departments"), URL: "/departments"},
		{Name: v.T("org.districts"), URL: "/districts"}, {Name: v.T("roles.title"), URL: "/roles"}, {Name: v.T("org.csv"), URL: "/organisation/csv"}}
	if v.Who.Actor.May(grievance.MayManageOffices) {
		p.Links = append(p.Links, link{Name: v.T("org.office_new"), URL: "/offices/new"})
	}
	p.Text = v.T("console.offices_text", "Count", len(fitting))
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

// heldBy names who holds a charge in an office, or says that nobody does.
func heldBy(v *web.Visit, holders []desk.Holder) cell {
	if len(holders) == 0 {
		return cell{Sign: &sign{Class: "flag flag-review", Icon: "person-x", Words: v.T("console.vacant")}}
	}
	var names []string
	for _, h := range holders {
		names = append(names, h.Officer.Name(v.Lang()))
	}
	return cell{Text: strings.Join(names, ", ")}
}

func (c *Console) officeFilters(v *web.Visit, tier grievance.Tier, district, department int, closed bool) []field {
	tiers := field{Name: "tier", Label: v.T("console.col_tier")}
	for _, t := range grievance.Tiers {
		tiers.Choices = append(tiers.Choices, web.Choice{Value: string(t), Text: v.T("tier." + string(t)), Chosen: t == tier})
	}
	districts := field{Name: "district", Label: v.T("common.district")}
	for _, d := range c.Office.Districts() {
		districts.Choices = append(districts.Choices, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(v.Lang()), Chosen: d.ID == district})
	}
	departments := field{Name: "department", Label: v.T("common.department")}
	for _, d := range c.Office.Departments() {
		if d.ParentID == 0 && !d.Outside {
			departments.Choices = append(departments.Choices, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(v.Lang()), Chosen: d.ID == department})
		}
	}
	open := field{Name: "closed", Label: v.T("common.state"), Choices: []web.Choice{{Value: "yes", Text: v.T("org.closed_ones"), Chosen: closed}}}
	return []field{tiers, districts, departments, open}
}

func (c *Console) byOffice(r *http.Request, v *web.Visit) (map[int][]desk.Holder, error) {
	all, err := c.Desk.Officers(r.Context(), v.Who.Actor)
	held := map[int][]desk.Holder{}
	for _, h := range all {
		held[h.Charge.OfficeID] = append(held[h.Charge.OfficeID], h)
	}
	return held, err
}

// officers lists who holds which charge now.
func (c *Console) officers(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Desk.Officers(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("console.officers"), Text: v.T("console.officers_text"), Empty: v.T("console.nothing_found"), Path: "/officers", BackURL: "/offices", BackName: v.T("console.offices"), Heads: holderHeads(v)}
	p.Filters = []field{peopleField(r, v)}
	all = slices.DeleteFunc(all, func(h desk.Holder) bool { return !named(h.Officer, p.Filters[0].Value) })
	all, p.MoreURL, err = part(r, all)
	if err != nil {
		return err
	}
	for _, h := range all {
		p.Rows = append(p.Rows, c.holderRow(v, h))
	}
	if v.Who.Actor.May(grievance.MayManageOfficers) {
		p.Links = []link{{Name: v.T("auth.ids"), URL: "/ids"}, {Name: v.T("org.officer_new"), URL: "/officers/new"}}
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

func holderHeads(v *web.Visit) []string {
	return []string{v.T("common.officer"), v.T("console.col_charge"), v.T("common.office"), v.T("console.col_since")}
}

func (c *Console) holderRow(v *web.Visit, h desk.Holder) tableRow {
	lang := v.Lang()
	charge := cell{Text: h.Charge.Title(lang), Note: c.roleName(v, h.Charge.Role)}
	if h.Charge.Duty {
		charge.Note += " · " + v.T("console.duty")
	}
	if h.Leave.ID != 0 {
		charge.Note += " · " + v.T("org.leave_until", "Day", v.Date(lastDay(h.Leave.To)))
		if h.Substitute.ID != 0 {
			charge.Note += " · " + v.T("org.substitute_is", "Name", h.Substitute.Name(lang))
		}
	}
	return tableRow{Cells: []cell{
		{Text: h.Officer.Name(lang), URL: "/officers/" + h.Officer.ID.String(), Note: h.Officer.Email}, charge,
		{Text: c.officeName(v, h.Charge.OfficeID), URL: "/offices/" + strconv.Itoa(h.Charge.OfficeID)}, {Text: v.Date(h.Charge.From), Class: "nowrap"},
	}}
}

// roleName is the name of a role: built-in ones have a text, custom ones bring their own.
func (c *Console) roleName(v *web.Visit, code grievance.Role) string {
	if r, ok := c.Office.Role(code); ok && r.Custom {
		return r.Name(v.Lang())
	}
	return v.T("role." + string(code))
}

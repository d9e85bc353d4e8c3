package console

import (
	"net/http"
	"strconv"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

func (c *Console) organisationRoutes() []web.Route {
	see := grievance.MaySeeOffices
	return append([]web.Route{
		{Method: "GET", Pattern: "/offices/matrix", Handler: c.matrix, May: see},
		{Method: "GET", Pattern: "/offices/check", Handler: c.check, May: see},
		{Method: "GET", Pattern: "/departments", Handler: c.departments, May: see},
		{Method: "GET", Pattern: "/districts", Handler: c.districts, May: see},
		{Method: "GET", Pattern: "/officers/{officer}", Handler: c.officer, May: see},
		{Method: "GET", Pattern: "/leave", Handler: c.ownLeave},
		{Method: "POST", Pattern: "/leaves/{leave}/end", Handler: c.endLeave},
		{Method: "GET", Pattern: "/handovers/{handover}", Handler: c.handover},
		{Method: "GET", Pattern: "/organisation/csv", Handler: c.csv, May: see},
		{Method: "GET", Pattern: "/organisation/csv/{file}", Handler: c.exportCSV, May: see},
		{Method: "POST", Pattern: "/organisation/csv", Handler: c.keepCSV, May: see, Body: uploadLimit},
		{Method: "GET", Pattern: "/organisation/imports/{import}", Handler: c.dryRun, May: see},
		{Method: "POST", Pattern: "/organisation/imports/{import}", Handler: c.applyCSV, May: see},
	}, c.orgFormRoutes()...)
}

// unitPage shows one office, officer or handover: facts, then tables.
type unitPage struct {
	page
	Title, Text, BackURL, BackName string
	Links                          []link
	Signs                          []sign
	Facts                          []fact
	Sections                       []section
	Sign                           *signatures
}

// signatures are the lines on which both sign a handover.
type signatures struct{ From, To string }

// section is a named table of a page.
type section struct {
	Key, Name, Text, Empty string
	Heads                  []string
	Rows                   []tableRow
}

// office shows one office: who holds which charge, who held one, who answers.
func (c *Console) office(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := strconv.Atoi(r.PathValue("office"))
	if err != nil {
		return grievance.ErrNotFound
	}
	by := v.Who.Actor
	view, err := c.Org.View(r.Context(), by, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	o := view.Office
	p := unitPage{page: base, Title: o.Name(v.Lang()), Text: v.T("tier."+string(o.Tier)) + " · " + o.Code, BackURL: "/offices", BackName: v.T("console.offices")}
	open := o.Open(c.Now())
	self := "/offices/" + r.PathValue("office")
	if open && by.May(grievance.MayManageOfficers) {
		p.Links = append(p.Links, link{Name: v.T("org.appoint"), URL: self + "/appoint"})
	}
	if open && by.May(grievance.MayManageOffices) {
		p.Links = append(p.Links, link{Name: v.T("org.office_change"), URL: self + "/change"}, link{Name: v.T("org.office_close"), URL: self + "/close"})
	}
	p.Facts = c.officeFacts(v, o)
	if by.May(grievance.MayRead) {
		n, more, err := c.Desk.OfficeCases(r.Context(), by, id)
		if err != nil {
			return err
		}
		words := v.Number(n)
		if more {
			words += "+"
		}
		p.Facts = append(p.Facts, fact{Name: v.T("org.open_cases"), Value: words, URL: "/cases?office=" + r.PathValue("office")})
	}
	p.Signs = c.officeSigns(v, view, open)
	p.Sections = []section{c.heldSection(v, view), c.everSection(v, view), c.belowSection(v, id), c.handoverSection(v, view.Handovers, view.Officers)}
	return c.Web.Render(w, http.StatusOK, "console/unit", p)
}

func (c *Console) officeFacts(v *web.Visit, o grievance.Office) []fact {
	var facts []fact
	if up, ok := c.Office.Office(o.ParentID); ok {
		facts = append(facts, fact{Name: v.T("console.col_parent"), Value: up.Name(v.Lang()), URL: "/offices/" + strconv.Itoa(up.ID)})
	}
	if d, ok := c.Office.Department(o.DepartmentID); ok {
		facts = append(facts, fact{Name: v.T("common.department"), Value: d.Name(v.Lang())})
	}
	if d, ok := c.Office.District(o.DistrictID); ok {
		facts = append(facts, fact{Name: v.T("common.district"), Value: d.Name(v.Lang())})
	}
	if !o.ClosedAt.IsZero() {
		facts = append(facts, fact{Name: v.T("org.closed_on"), Value: v.Date(o.ClosedAt)})
		if next, ok := c.Office.Office(c.Office.Instead(o.ID, c.Now())); ok {
			facts = append(facts, fact{Name: v.T("org.work_with"), Value: next.Name(v.Lang()), URL: "/offices/" + strconv.Itoa(next.ID)})
		}
	}
	return facts
}

// officeSigns say that an office is closed, or that nobody works there and who answers.
func (c *Console) officeSigns(v *web.Visit, view office.OfficeView, open bool) []sign {
	switch {
	case !open:
		return []sign{{Class: "flag flag-late", Icon: "building-lock", Words: v.T("org.closed")}}
	case view.Answering.Vacant && len(view.Answering.Officers) == 0:
		return []sign{{Class: "flag flag-late", Icon: "person-x", Words: v.T("org.nobody_answers")}}
	case view.Answering.Vacant:
		return []sign{{Class: "flag flag-review", Icon: "person-x", Words: v.T("org.vacant_goes", "Office", c.officeName(v, view.Answering.OfficeID))}}
	}
	return nil
}

// heldSection lists the charges that are held now.
func (c *Console) heldSection(v *web.Visit, view office.OfficeView) section {
	s := section{Key: "held", Name: v.T("org.holders"), Empty: v.T("console.vacant"), Heads: []string{v.T("common.officer"), v.T("console.col_charge"), v.T("console.col_since"), v.T("org.acts_now")}}
	for _, h := range view.Held {
		o := view.Officers[h.OfficerID]
		s.Rows = append(s.Rows, tableRow{Cells: []cell{
			{Text: o.Name(v.Lang()), URL: "/officers/" + o.ID.String(), Note: o.Email}, c.chargeCell(v, h.Charge), {Text: v.Date(h.From), Class: "nowrap"}, actsCell(v, h, view.Officers),
		}})
	}
	return s
}

// chargeCell names a charge: title, role, duties.
func (c *Console) chargeCell(v *web.Visit, ch grievance.Charge) cell {
	note := c.roleName(v, ch.Role)
	if ch.Duty {
		note += " · " + v.T("console.duty")
	}
	if ch.Additional {
		note += " · " + v.T("org.additional")
	}
	return cell{Text: ch.Title(v.Lang()), Note: note}
}

// actsCell says who acts under a charge now.
func actsCell(v *web.Visit, h store.Held, officers map[grievance.ID]grievance.Officer) cell {
	switch {
	case h.Leave.ID != 0 && h.Acting() != 0:
		return cell{Sign: &sign{Class: "flag flag-citizen", Icon: "person-gear", Words: v.T("org.substitute_until", "Name", officers[h.Acting()].Name(v.Lang()), "Day", v.Date(lastDay(h.Leave.To)))}}
	case h.Leave.ID != 0:
		return cell{Sign: &sign{Class: "flag flag-review", Icon: "person-x", Words: v.T("org.leave_until", "Day", v.Date(lastDay(h.Leave.To)))}}
	case h.Suspended:
		return cell{Sign: &sign{Class: "flag flag-late", Icon: "slash-circle", Words: v.T("org.suspended")}}
	}
	return cell{Text: v.T("org.acts_self")}
}

func (c *Console) everSection(v *web.Visit, view office.OfficeView) section {
	s := section{Key: "ever", Name: v.T("org.holders_before"), Empty: v.T("org.nobody_before"), Heads: []string{v.T("common.officer"), v.T("console.col_charge"), v.T("org.field_from"), v.T("org.field_to")}}
	now := c.Now()
	for _, ch := range view.Ever {
		if ch.Held(now) {
			continue
		}
		o := view.Officers[ch.OfficerID]
		s.Rows = append(s.Rows, tableRow{Cells: []cell{{Text: o.Name(v.Lang()), URL: "/officers/" + o.ID.String()}, c.chargeCell(v, ch), {Text: v.Date(ch.From), Class: "nowrap"}, untilCell(v, ch)}})
	}
	return s
}

func untilCell(v *web.Visit, ch grievance.Charge) cell {
	if ch.To.IsZero() {
		return cell{Text: v.T("org.open_end")}
	}
	return cell{Text: v.Date(lastDay(ch.To)), Class: "nowrap"}
}

func (c *Console) belowSection(v *web.Visit, id int) section {
	s := section{Key: "below", Name: v.T("org.below"), Empty: v.T("org.nothing_below"), Heads: []string{v.T("common.office"), v.T("console.col_tier")}}
	for _, o := range c.Office.Offices(c.Now()) {
		if o.ParentID == id {
			s.Rows = append(s.Rows, tableRow{Cells: []cell{{Text: o.Name(v.Lang()), URL: "/offices/" + strconv.Itoa(o.ID)}, {Text: v.T("tier." + string(o.Tier))}}})
		}
	}
	return s
}

func (c *Console) handoverSection(v *web.Visit, all []store.Handover, officers map[grievance.ID]grievance.Officer) section {
	s := section{Key: "handovers", Name: v.T("org.handovers"), Empty: v.T("org.no_handovers"), Heads: []string{v.T("org.field_last_day"), v.T("org.hands_over"), v.T("org.takes_over"), v.T("common.office")}}
	for _, h := range all {
		to := cell{Text: officers[h.SuccessorID].Name(v.Lang())}
		if h.SuccessorID == 0 {
			to.Text = v.T("org.cases_wait")
		}
		s.Rows = append(s.Rows, tableRow{Cells: []cell{
			{Text: v.Date(lastDay(h.At)), URL: "/handovers/" + h.ID.String(), Class: "nowrap"}, {Text: officers[h.OfficerID].Name(v.Lang())}, to, {Text: c.officeName(v, h.OfficeID), URL: "/offices/" + strconv.Itoa(h.OfficeID)},
		}})
	}
	return s
}

// officer shows one officer: charges, leave, handovers.
func (c *Console) officer(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "officer")
	if err != nil {
		return err
	}
	view, err := c.Org.ViewOfficer(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	self := "/officers/" + id.String()
	p := unitPage{page: base, Title: view.Officer.Name(v.Lang()), Text: view.Officer.Email, BackURL: "/officers", BackName: v.T("console.officers")}
	manage := v.Who.Actor.May(grievance.MayManageOfficers) && !v.Who.Actor.Is(id)
	if manage {
		p.Links = []link{{Name: v.T("org.officer_change"), URL: self + "/change"}, {Name: v.T("org.leave_of"), URL: self + "/leave"}, {Name: v.T("auth.official_id"), URL: "/ids/" + id.String()}}
	}
	if !view.Officer.SuspendedAt.IsZero() {
		p.Signs = []sign{{Class: "flag flag-late", Icon: "slash-circle", Words: v.T("org.suspended")}}
	}
	p.Sections = []section{c.chargesSection(v, view, manage), c.leaveSection(v, view, self, manage || v.Who.Actor.ID == id), c.handoverSection(v, view.Handovers, view.Officers)}
	return c.Web.Render(w, http.StatusOK, "console/unit", p)
}

func (c *Console) chargesSection(v *web.Visit, view office.OfficerView, manage bool) section {
	s := section{Key: "charges", Name: v.T("org.charges"), Empty: v.T("org.no_charges"), Heads: []string{v.T("console.col_charge"), v.T("common.office"), v.T("org.field_from"), v.T("org.field_to")}}
	if manage {
		s.Heads = append(s.Heads, "")
	}
	now := c.Now()
	for _, ch := range view.Ever {
		row := tableRow{Cells: []cell{c.chargeCell(v, ch), {Text: c.officeName(v, ch.OfficeID), URL: "/offices/" + strconv.Itoa(ch.OfficeID)}, {Text: v.Date(ch.From), Class: "nowrap"}, untilCell(v, ch)}}
		if manage {
			at := "/charges/" + ch.ID.String()
			acts := cell{}
			if ch.To.IsZero() || now.Before(ch.To) {
				acts.Links = []link{{Name: v.T("org.charge_change"), URL: at + "/change"}, {Name: v.T("org.transfer"), URL: at + "/transfer"}, {Name: v.T("org.charge_end"), URL: at + "/end"}}
			}
			row.Cells = append(row.Cells, acts)
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func (c *Console) leaveSection(v *web.Visit, view office.OfficerView, back string, may bool) section {
	s := section{Key: "leave", Name: v.T("org.leave"), Empty: v.T("org.no_leave"), Heads: []string{v.T("console.col_charge"), v.T("org.field_from"), v.T("org.field_to"), v.T("org.field_substitute"), ""}}
	charges := map[grievance.ID]grievance.Charge{}
	for _, ch := range view.Ever {
		charges[ch.ID] = ch
	}
	for _, l := range view.Leaves {
		who := cell{Text: view.Officers[l.SubstituteID].Name(v.Lang())}
		if l.SubstituteID == 0 {
			who.Text = v.T("org.level_above")
		}
		acts := cell{}
		if may {
			acts.Buttons = []button{{URL: "/leaves/" + l.ID.String() + "/end", Name: v.T("org.leave_end"), Value: back}}
		}
		s.Rows = append(s.Rows, tableRow{Cells: []cell{c.chargeCell(v, charges[l.ChargeID]), {Text: v.Date(l.From), Class: "nowrap"}, {Text: v.Date(lastDay(l.To)), Class: "nowrap"}, who, acts}})
	}
	return s
}

// ownLeave shows the officer's own leave.
func (c *Console) ownLeave(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	view, err := c.Org.ViewOfficer(r.Context(), v.Who.Actor, v.Who.Officer.ID)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/leave")
	if err != nil {
		return err
	}
	p := unitPage{page: base, Title: v.T("org.leave"), Text: v.T("org.leave_explain"), BackURL: home(v.Who.Actor), BackName: v.T("error.to_start"),
		Links: []link{{Name: v.T("org.leave_own"), URL: "/leave/new"}}, Sections: []section{c.leaveSection(v, view, "/leave", true)}}
	if len(view.Handovers) > 0 {
		p.Sections = append(p.Sections, c.handoverSection(v, view.Handovers, view.Officers))
	}
	return c.Web.Render(w, http.StatusOK, "console/unit", p)
}

// handover is the list that both officers sign.
func (c *Console) handover(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "handover")
	if err != nil {
		return err
	}
	l, err := c.Desk.Handover(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	to := l.To.Name(v.Lang())
	if l.SuccessorID == 0 {
		to = v.T("org.cases_wait")
	}
	p := unitPage{page: base, Title: v.T("org.handover"), Text: c.officeName(v, l.OfficeID), BackURL: "/leave", BackName: v.T("org.leave"),
		Facts: []fact{{Name: v.T("org.hands_over"), Value: l.From.Name(v.Lang())}, {Name: v.T("org.takes_over"), Value: to}, {Name: v.T("org.field_last_day"), Value: v.Date(lastDay(l.At))}, {Name: v.T("org.cases_handed"), Value: v.Number(l.All)}},
		Sign:  &signatures{From: l.From.Name(v.Lang()), To: to}}
	if v.Who.Actor.May(grievance.MaySeeOffices) {
		p.BackURL, p.BackName = "/offices/"+strconv.Itoa(l.OfficeID), c.officeName(v, l.OfficeID)
	}
	s := section{Key: "cases", Name: v.T("console.cases"), Empty: v.T("org.no_cases_shown"), Heads: []string{v.T("common.registration_number"), v.T("console.col_matter"), v.T("common.state"), v.T("org.due")}}
	if l.DoneAt.IsZero() {
		s.Text = v.T("org.handover_ahead")
	}
	for _, x := range l.Rows {
		st := stateSign(v.Printer, x.Case.State)
		s.Rows = append(s.Rows, tableRow{Cells: []cell{{Text: x.Case.Number, URL: "/cases/" + x.Case.ID.String(), Class: "regno"}, {Text: x.Case.Title}, {Sign: &st}, {Text: v.Date(x.Case.DueAt), Class: "nowrap"}}})
	}
	p.Sections = []section{s}
	return c.Web.Render(w, http.StatusOK, "console/unit", p)
}

package console

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// orgForm is something that can be done to the organisation: a page that asks, and the
// deed. Key names its texts: org.KEY, org.KEY_text, org.KEY_send, done.KEY.
type orgForm struct {
	Key, Pattern string
	May          grievance.Permission
	// Back is where giving up leads, and the words of that link.
	Back   func(c *Console, r *http.Request, v *web.Visit) link
	Fields func(f *orgAsk) []field
	// Do gives where it leads; empty: back.
	Do func(c *Console, r *http.Request, by grievance.Actor) (string, error)
}

// orgAsk makes the fields of an orgForm.
type orgAsk struct {
	forms
	err error
}

var orgForms = []orgForm{
	{Key: "office_new", Pattern: "/offices/new", May: grievance.MayManageOffices, Back: toOffices, Fields: newOfficeFields, Do: doAddOffice},
	{Key: "office_change", Pattern: "/offices/{office}/change", May: grievance.MayManageOffices, Back: toOffice, Fields: changeOfficeFields, Do: doChangeOffice},
	{Key: "office_close", Pattern: "/offices/{office}/close", May: grievance.MayManageOffices, Back: toOffice, Fields: closeFields, Do: doCloseOffice},
	{Key: "appoint", Pattern: "/offices/{office}/appoint", May: grievance.MayManageOfficers, Back: toOffice, Fields: appointFields, Do: doAppoint},
	{Key: "answer", Pattern: "/offices/matrix/answer", May: grievance.MayManageOffices, Back: toMatrix, Fields: answerFields, Do: doAnswer},
	{Key: "department_new", Pattern: "/departments/new", May: grievance.MayManageOffices, Back: toDepartments, Fields: departmentFields, Do: doSaveDepartment},
	{Key: "department_change", Pattern: "/departments/{department}", May: grievance.MayManageOffices, Back: toDepartments, Fields: departmentFields, Do: doSaveDepartment},
	{Key: "district_new", Pattern: "/districts/new", May: grievance.MayManageOffices, Back: toDistricts, Fields: districtFields, Do: doSaveDistrict},
	{Key: "district_change", Pattern: "/districts/{district}", May: grievance.MayManageOffices, Back: toDistricts, Fields: districtFields, Do: doSaveDistrict},
	{Key: "district_split", Pattern: "/districts/{district}/split", May: grievance.MayManageOffices, Back: toDistricts, Fields: splitFields, Do: doSplit},
	{Key: "officer_new", Pattern: "/officers/new", May: grievance.MayManageOfficers, Back: toOfficers, Fields: officerFields, Do: doSaveOfficer},
	{Key: "officer_change", Pattern: "/officers/{officer}/change", May: grievance.MayManageOfficers, Back: toOfficer, Fields: officerFields, Do: doSaveOfficer},
	{Key: "leave_of", Pattern: "/officers/{officer}/leave", May: grievance.MayManageOfficers, Back: toOfficer, Fields: leaveFields, Do: doLeave},
	{Key: "leave_own", Pattern: "/leave/new", Back: toOwnLeave, Fields: leaveFields, Do: doLeave},
	{Key: "charge_change", Pattern: "/charges/{charge}/change", May: grievance.MayManageOfficers, Back: toHolder, Fields: changeChargeFields, Do: doChangeCharge},
	{Key: "charge_end", Pattern: "/charges/{charge}/end", May: grievance.MayManageOfficers, Back: toHolder, Fields: endFields, Do: doEndCharge},
	{Key: "transfer", Pattern: "/charges/{charge}/transfer", May: grievance.MayManageOfficers, Back: toHolder, Fields: transferFields, Do: doTransfer},
}

// orgFormRoutes are the addresses of all forms, drawn from the list.
func (c *Console) orgFormRoutes() []web.Route {
	var all []web.Route
	for _, f := range orgForms {
		all = append(all,
			web.Route{Method: "GET", Pattern: f.Pattern, Handler: c.showOrgForm(f), May: f.May},
			web.Route{Method: "POST", Pattern: f.Pattern, Handler: c.doOrgForm(f), May: f.May})
	}
	return all
}

func (c *Console) showOrgForm(f orgForm) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		return c.orgForm(w, r, v, f, nil)
	}
}

func (c *Console) doOrgForm(f orgForm) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		to, err := f.Do(c, r, v.Who.Actor)
		if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
			return c.orgForm(w, r, v, f, invalid)
		}
		if err != nil {
			return err
		}
		if to == "" {
			to = f.Back(c, r, v).URL
		}
		c.Web.Done(w, r, "done."+f.Key, to)
		return nil
	}
}

func (c *Console) orgForm(w http.ResponseWriter, r *http.Request, v *web.Visit, f orgForm, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	a := &orgAsk{forms: forms{console: c, r: r, v: v}}
	fields := f.Fields(a)
	if a.err != nil {
		return a.err
	}
	back := f.Back(c, r, v)
	return c.ask(w, v, askPage{page: base, Title: v.T("org." + f.Key), Explain: v.T("org." + f.Key + "_text"), Send: v.T("org." + f.Key + "_send"),
		BackURL: back.URL, BackName: back.Name, Action: r.URL.Path, Fields: fields}, invalid)
}

func toOffices(_ *Console, _ *http.Request, v *web.Visit) link {
	return link{Name: v.T("console.offices"), URL: "/offices"}
}

func toOffice(c *Console, r *http.Request, v *web.Visit) link {
	id, _ := strconv.Atoi(r.PathValue("office"))
	return link{Name: c.officeName(v, id), URL: "/offices/" + r.PathValue("office")}
}

func toMatrix(_ *Console, _ *http.Request, v *web.Visit) link {
	return link{Name: v.T("org.matrix"), URL: "/offices/matrix"}
}

func toDepartments(_ *Console, _ *http.Request, v *web.Visit) link {
	return link{Name: v.T("org.departments"), URL: "/departments"}
}

func toDistricts(_ *Console, _ *http.Request, v *web.Visit) link {
	return link{Name: v.T("org.districts"), URL: "/districts"}
}

func toOfficers(_ *Console, _ *http.Request, v *web.Visit) link {
	return link{Name: v.T("console.officers"), URL: "/officers"}
}

func toOfficer(_ *Console, r *http.Request, v *web.Visit) link {
	return link{Name: v.T("org.officer"), URL: "/officers/" + r.PathValue("officer")}
}

func toOwnLeave(_ *Console, _ *http.Request, v *web.Visit) link {
	return link{Name: v.T("org.leave"), URL: "/leave"}
}

// toHolder leads to the officer of the charge.
func toHolder(c *Console, r *http.Request, v *web.Visit) link {
	id, err := web.PathID(r, "charge")
	if err != nil {
		return toOfficers(c, r, v)
	}
	_, p, err := c.Org.Charge(r.Context(), v.Who.Actor, id)
	if err != nil {
		return toOfficers(c, r, v)
	}
	return link{Name: p.Name(v.Lang()), URL: "/officers/" + p.ID.String()}
}

// line is a text of one line, with its label org.field_NAME.
func (f *orgAsk) text(name, fallback string, optional bool) field {
	x := f.line("text1", name, "org.field_"+name, fallback)
	if optional {
		return f.optional(x)
	}
	return x
}

func (f *orgAsk) day(name, fallback string, optional bool) field {
	x := f.line("date", name, "org.field_"+name, fallback)
	if optional {
		return f.optional(x)
	}
	return x
}

func (f *orgAsk) pick(name, fallback string, optional bool, choices []web.Choice) field {
	x := f.choice(name, "org.field_"+name, fallback, choices)
	if optional {
		return f.optional(x)
	}
	return x
}

// tick is a yes or no.
func (f *orgAsk) tick(name string, on bool) field {
	value := "no"
	if on {
		value = "yes"
	}
	return f.radio(f.choice(name, "org.field_"+name, value, []web.Choice{{Value: "yes", Text: f.v.T("org.yes")}, {Value: "no", Text: f.v.T("org.no")}}))
}

func (f *orgAsk) districts(name string, chosen int, optional bool) field {
	var choices []web.Choice
	for _, d := range f.console.Office.Districts() {
		choices = append(choices, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(f.v.Lang())})
	}
	return f.pick(name, idText(chosen), optional, choices)
}

// departments lists the topmost departments, and bodies below them where bodies is set.
func (f *orgAsk) departments(name string, chosen int, bodies, optional bool) field {
	var choices []web.Choice
	for _, d := range f.console.Office.Departments() {
		if d.Outside || d.ParentID != 0 && !bodies {
			continue
		}
		choices = append(choices, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(f.v.Lang())})
	}
	return f.pick(name, idText(chosen), optional, choices)
}

// officesOpen lists the open offices that fit.
func (f *orgAsk) officesOpen(name string, chosen int, optional bool, fits func(grievance.Office) bool) field {
	var choices []web.Choice
	for _, o := range f.console.Office.Offices(f.console.Now()) {
		if fits == nil || fits(o) {
			choices = append(choices, web.Choice{Value: strconv.Itoa(o.ID), Text: o.Name(f.v.Lang())})
		}
	}
	return f.pick(name, idText(chosen), optional, choices)
}

func (f *orgAsk) roles(chosen grievance.Role) field {
	var choices []web.Choice
	for _, r := range f.console.Office.Roles() {
		choices = append(choices, web.Choice{Value: string(r.Code), Text: f.console.roleName(f.v, r.Code)})
	}
	return f.pick("role", string(chosen), false, choices)
}

// officeOfPath is the office that the address names.
func (f *orgAsk) officeOfPath() grievance.Office {
	id, err := strconv.Atoi(f.r.PathValue("office"))
	o, ok := f.console.Office.Office(id)
	if err != nil || !ok {
		f.err = grievance.ErrNotFound
	}
	return o
}

func newOfficeFields(f *orgAsk) []field {
	return f.officeFields(grievance.Office{ParentID: f.console.Office.StateCell()})
}

func changeOfficeFields(f *orgAsk) []field { return f.officeFields(f.officeOfPath()) }

func (f *orgAsk) officeFields(o grievance.Office) []field {
	var tiers []web.Choice
	for _, t := range grievance.Tiers {
		if t != grievance.Secretariat || o.Tier == t {
			tiers = append(tiers, web.Choice{Value: string(t), Text: f.v.T("tier." + string(t))})
		}
	}
	fields := []field{f.text("code", o.Code, false), f.text("name_en", o.NameEN, false), f.text("name_hi", o.NameHI, true), f.pick("tier", string(o.Tier), false, tiers)}
	if o.Tier != grievance.Secretariat {
		fields = append(fields, f.officesOpen("parent", o.ParentID, false, func(x grievance.Office) bool { return x.ID != o.ID }))
	}
	return append(fields, f.districts("district", o.DistrictID, true), f.departments("department", o.DepartmentID, false, true))
}

func readOffice(r *http.Request) (o grievance.Office, err error) {
	o = grievance.Office{Code: r.PostFormValue("code"), NameEN: r.PostFormValue("name_en"), NameHI: r.PostFormValue("name_hi"), Tier: grievance.Tier(r.PostFormValue("tier"))}
	for name, to := range map[string]*int{"parent": &o.ParentID, "district": &o.DistrictID, "department": &o.DepartmentID} {
		if *to, err = number(r, name); err != nil {
			return o, err
		}
	}
	return o, nil
}

func doAddOffice(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	o, err := readOffice(r)
	if err != nil {
		return "", err
	}
	id, err := c.Org.AddOffice(r.Context(), by, o)
	return "/offices/" + strconv.Itoa(id), err
}

func doChangeOffice(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	o, err := readOffice(r)
	if err != nil {
		return "", err
	}
	if o.ID, err = strconv.Atoi(r.PathValue("office")); err != nil {
		return "", grievance.ErrNotFound
	}
	return "", c.Org.ChangeOffice(r.Context(), by, o)
}

func closeFields(f *orgAsk) []field {
	o := f.officeOfPath()
	near := f.officesOpen("successor", 0, true, func(x grievance.Office) bool {
		return x.ID != o.ID && (x.DepartmentID == o.DepartmentID && o.DepartmentID != 0 || x.DistrictID == o.DistrictID && o.DistrictID != 0)
	})
	near.Empty = f.v.T("org.level_above")
	return []field{near}
}

func doCloseOffice(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	id, err := strconv.Atoi(r.PathValue("office"))
	if err != nil {
		return "", grievance.ErrNotFound
	}
	successor, err := number(r, "successor")
	if err != nil {
		return "", err
	}
	_, err = c.Desk.CloseOffice(r.Context(), by, id, successor)
	return "", err
}

func answerFields(f *orgAsk) []field {
	department, _ := strconv.Atoi(f.typed("department", ""))
	district, _ := strconv.Atoi(f.typed("district", ""))
	top := f.console.Office.TopDepartment(department)
	fits := func(o grievance.Office) bool {
		return o.Tier == grievance.Administration && o.DistrictID == district ||
			o.Tier != grievance.Administration && o.DepartmentID != 0 && (department == 0 || f.console.Office.TopDepartment(o.DepartmentID) == top)
	}
	at := f.console.Office.AnswersNow(office.Answers{DepartmentID: department, DistrictID: district})
	ladder := f.officesOpen("office", at, true, fits)
	ladder.Empty = f.v.T("org.ladder_decides")
	var places []web.Choice
	for _, p := range f.console.Office.Places() {
		if p.DistrictID == district && p.Tier != "village" {
			places = append(places, web.Choice{Value: strconv.Itoa(p.ID), Text: p.Name(f.v.Lang())})
		}
	}
	whole := f.pick("place", "", true, places)
	whole.Empty = f.v.T("org.whole_district")
	return []field{f.departments("department", department, true, false), f.districts("district", district, false), whole, ladder}
}

func doAnswer(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	var a office.Answers
	var err error
	for name, to := range map[string]*int{"department": &a.DepartmentID, "district": &a.DistrictID, "place": &a.PlaceID, "office": &a.OfficeID} {
		if *to, err = number(r, name); err != nil {
			return "", err
		}
	}
	return cellURL(c.Office.TopDepartment(a.DepartmentID), a.DistrictID), c.Org.Answer(r.Context(), by, a)
}

// period reads a beginning and a last day.
func period(r *http.Request) (from, to time.Time, err error) {
	if from, err = office.ParseDay("from", r.PostFormValue("from")); err != nil {
		return from, to, err
	}
	to, err = office.ParseLastDay("to", r.PostFormValue("to"))
	return from, to, err
}

func orgPathID(f *orgAsk, name string) grievance.ID {
	id, err := web.PathID(f.r, name)
	if err != nil {
		f.err = err
	}
	return id
}

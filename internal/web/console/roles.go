package console

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

func (c *Console) roleRoutes() []web.Route {
	see, manage := grievance.MaySeeOffices, grievance.MayManageRoles
	return []web.Route{
		{Method: "GET", Pattern: "/roles", Handler: c.roles, May: see},
		{Method: "GET", Pattern: "/roles/new", Handler: c.newRole, May: manage},
		{Method: "POST", Pattern: "/roles/new", Handler: c.createRole, May: manage},
		{Method: "GET", Pattern: "/roles/{role}", Handler: c.role, May: see},
		{Method: "GET", Pattern: "/roles/{role}/change", Handler: c.editRole, May: manage},
		{Method: "POST", Pattern: "/roles/{role}/change", Handler: c.changeRole, May: manage},
		{Method: "POST", Pattern: "/roles/{role}/retire", Handler: c.retireRole, May: manage},
	}
}

// permissionArea is permissions that are read together.
type permissionArea struct {
	Key  string
	List []grievance.Permission
}

// permissionAreas holds every permission once.
var permissionAreas = []permissionArea{
	{"sorting", []grievance.Permission{grievance.MaySort, grievance.MayOpen, grievance.MayRoute}},
	{"cases", []grievance.Permission{grievance.MayRead, grievance.MayAccept, grievance.MayAssign, grievance.MayForward, grievance.MayReturn, grievance.MayNote, grievance.MayRefer,
		grievance.MayReport, grievance.MayTell, grievance.MayReject, grievance.MayWithdraw, grievance.MayReopen, grievance.MayEscalate, grievance.MayWatch, grievance.MayExclude}},
	{"answers", []grievance.Permission{grievance.MayAsk, grievance.MayReply, grievance.MayApprove, grievance.MayApproveReply, grievance.MayWriteTemplates, grievance.MayApproveTemplates}},
	{"channels", []grievance.Permission{grievance.MaySeeChannels, grievance.MayHold, grievance.MayConnect}},
	{"organisation", []grievance.Permission{grievance.MaySeeOffices, grievance.MayManageOffices, grievance.MayManageOfficers, grievance.MayManageRoles, grievance.MaySeeAs}},
	{"records", []grievance.Permission{grievance.MaySeeFigures, grievance.MayAudit, grievance.MayErase, grievance.MayAnswerCitizens, grievance.MayRetain, grievance.MayRetryJobs, grievance.MaySeeSorting, grievance.MayManageSorting}},
}

// roles lists the roles with how many hold them.
func (c *Console) roles(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("roles.title"), Text: v.T("roles.text"), BackURL: "/offices", BackName: v.T("console.offices"),
		Heads: []string{v.T("roles.role"), v.T("roles.reach"), v.T("roles.allows"), v.T("roles.holders")}}
	if v.Who.Actor.May(grievance.MayManageRoles) {
		p.Links = []link{{Name: v.T("roles.new"), URL: "/roles/new"}}
	}
	for _, x := range c.Office.Roles() {
		held, err := c.Roles.Holders(r.Context(), v.Who.Actor, x.Code)
		if err != nil {
			return err
		}
		kind := v.T("roles.built_in")
		if x.Custom {
			kind = v.T("roles.custom")
		}
		p.Rows = append(p.Rows, tableRow{Cells: []cell{
			{Text: c.roleName(v, x.Code), URL: "/roles/" + string(x.Code), Note: kind}, {Text: v.T("reach." + cmp.Or(string(x.Reach), "none"))},
			{Text: v.T("roles.permissions", "Count", len(x.Grants))}, {Text: v.T("roles.held_by", "Count", len(held))},
		}})
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

// rolePage explains one role: what it allows in sentences, which cases it reaches, who
// holds it.
type rolePage struct {
	page
	Name, Kind, Reach     string
	Areas                 []roleArea
	Holders               []roleHolder
	ChangeURL, RetireURL  string
	Retired, WhyNot       string
	HoldersHead, NoHolder string
}

// roleArea is the sentences of an area.
type roleArea struct {
	Key, Name string
	Checks    []roleCheck
	Sentences []string
}

// roleCheck is a permission to choose.
type roleCheck struct {
	Value, Sentence string
	Chosen          bool
}

// roleHolder is who has the role where.
type roleHolder struct{ Name, Charge, Office, OfficeURL, Since string }

// roleOf is the role that the address names.
func (c *Console) roleOf(r *http.Request) (grievance.RoleDef, error) {
	x, ok := c.Office.Role(grievance.Role(r.PathValue("role")))
	if !ok {
		return x, grievance.ErrNotFound
	}
	return x, nil
}

func (c *Console) role(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	x, err := c.roleOf(r)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	held, err := c.Roles.Holders(r.Context(), v.Who.Actor, x.Code)
	if err != nil {
		return err
	}
	p := rolePage{page: base, Name: c.roleName(v, x.Code), Kind: v.T("roles.built_in_text"), Reach: v.T("reach_text." + cmp.Or(string(x.Reach), "none"))}
	p.HoldersHead, p.NoHolder = v.T("roles.held_by", "Count", len(held)), v.T("roles.nobody")
	own := false
	for _, h := range held {
		own = own || h.Charge.OfficerID == v.Who.Officer.ID
		p.Holders = append(p.Holders, c.roleHolder(v, h))
	}
	if x.Custom {
		p.Kind = v.T("roles.custom_text")
	}
	switch {
	case x.Retired:
		p.Retired = v.T("roles.retired")
	case !x.Custom || !v.Who.Actor.May(grievance.MayManageRoles):
	case own:
		p.WhyNot = v.T("error.role_own")
	default:
		p.ChangeURL = "/roles/" + string(x.Code) + "/change"
		if len(held) == 0 {
			p.RetireURL = "/roles/" + string(x.Code) + "/retire"
		} else {
			p.WhyNot = v.T("error.role_in_use")
		}
	}
	for _, a := range permissionAreas {
		area := roleArea{Key: a.Key, Name: v.T("permission_area." + a.Key)}
		for _, may := range a.List {
			if x.May(may) {
				area.Sentences = append(area.Sentences, v.T("permission."+string(may)))
			}
		}
		if len(area.Sentences) > 0 {
			p.Areas = append(p.Areas, area)
		}
	}
	return c.Web.Render(w, http.StatusOK, "console/role", p)
}

func (c *Console) roleHolder(v *web.Visit, h office.Holder) roleHolder {
	return roleHolder{Name: h.Officer.Name(v.Lang()), Charge: h.Charge.Title(v.Lang()), Office: c.officeName(v, h.Charge.OfficeID),
		OfficeURL: "/offices/" + strconv.Itoa(h.Charge.OfficeID), Since: v.Date(h.Charge.From)}
}

// roleFormPage composes a role.
type roleFormPage struct {
	page
	Title, Text, Action, Back, Version string
	Names                              []field
	Reach                              field
	Areas                              []roleArea
	GrantsError                        string
	Errors                             []fieldError
}

func (c *Console) newRole(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.roleForm(w, r, v, grievance.RoleDef{Reach: grievance.ReachOffice}, nil)
}

func (c *Console) editRole(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	x, err := c.roleOf(r)
	if err != nil {
		return err
	}
	if !x.Custom || x.Retired {
		return grievance.ErrNotFound
	}
	return c.roleForm(w, r, v, x, nil)
}

// typedRole is the role as the form describes it.
func typedRole(r *http.Request) (grievance.RoleDef, error) {
	x := grievance.RoleDef{Code: grievance.Role(r.PathValue("role")), Custom: true, NameEN: r.PostFormValue("name_en"), NameHI: r.PostFormValue("name_hi")}
	x.Reach = grievance.Reach(strings.TrimPrefix(r.PostFormValue("reach"), "none"))
	for _, p := range r.PostForm["grants"] {
		x.Grants = append(x.Grants, grievance.Permission(p))
	}
	var err error
	x.Version, err = number(r, "version")
	return x, err
}

func (c *Console) createRole(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	x, err := typedRole(r)
	if err != nil {
		return err
	}
	code, err := c.Roles.Create(r.Context(), v.Who.Actor, x)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.roleForm(w, r, v, x, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.role_created", "/roles/"+string(code))
	return nil
}

func (c *Console) changeRole(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	x, err := typedRole(r)
	if err != nil {
		return err
	}
	err = c.Roles.Change(r.Context(), v.Who.Actor, x)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.roleForm(w, r, v, x, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.role_changed", "/roles/"+string(x.Code))
	return nil
}

func (c *Console) retireRole(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Roles.Retire(r.Context(), v.Who.Actor, grievance.Role(r.PathValue("role"))); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.role_retired", "/roles")
	return nil
}

// roleForm asks what a role is called, reaches and allows; invalid says what was not taken.
func (c *Console) roleForm(w http.ResponseWriter, r *http.Request, v *web.Visit, x grievance.RoleDef, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := roleFormPage{page: base, Title: v.T("roles.new"), Text: v.T("roles.form_text"), Action: "/roles/new", Back: "/roles"}
	if x.Code != "" {
		p.Title, p.Back = v.T("roles.change", "Name", c.roleName(v, x.Code)), "/roles/"+string(x.Code)
		p.Action, p.Version = p.Back+"/change", strconv.Itoa(x.Version)
	}
	p.Names = []field{{Kind: "text1", Name: "name_en", Label: v.T("roles.name_en"), Value: x.NameEN}, {Kind: "text1", Name: "name_hi", Label: v.T("roles.name_hi"), Value: x.NameHI}}
	p.Reach = field{Kind: "radio", Name: "reach", Label: v.T("roles.reach")}
	for _, reach := range grievance.Reaches {
		key := cmp.Or(string(reach), "none")
		p.Reach.Choices = append(p.Reach.Choices, web.Choice{Value: key, Text: v.T("reach." + key), Hint: v.T("reach_text." + key), Chosen: reach == x.Reach})
	}
	for _, a := range permissionAreas {
		area := roleArea{Key: a.Key, Name: v.T("permission_area." + a.Key)}
		for _, may := range a.List {
			area.Checks = append(area.Checks, roleCheck{Value: string(may), Sentence: v.T("permission." + string(may)), Chosen: x.May(may)})
		}
		p.Areas = append(p.Areas, area)
	}
	status := http.StatusOK
	if invalid != nil {
		status = http.StatusUnprocessableEntity
		p.refuse(invalid.Field, v.T(invalid.Key, invalid.Args))
	}
	return c.Web.Render(w, status, "console/roleform", p)
}

// refuse shows why the form was not taken, above it and at the field.
func (p *roleFormPage) refuse(name, words string) {
	p.Errors = []fieldError{{name, words}}
	for i := range p.Names {
		if p.Names[i].Name == name {
			p.Names[i].Error = words
		}
	}
	switch name {
	case "reach":
		p.Reach.Error = words
	case "grants":
		p.GrantsError = words
	}
}

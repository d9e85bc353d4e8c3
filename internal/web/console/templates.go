package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) templateRoutes() []web.Route {
	write := grievance.MayWriteTemplates
	return []web.Route{
		{Method: "GET", Pattern: "/templates", Handler: c.templates},
		{Method: "GET", Pattern: "/templates/new", Handler: c.newTemplate, May: write},
		{Method: "POST", Pattern: "/templates", Handler: c.addTemplate, May: write},
		{Method: "GET", Pattern: "/templates/{id}", Handler: c.template},
		{Method: "GET", Pattern: "/templates/{id}/edit", Handler: c.editTemplate, May: write},
		{Method: "POST", Pattern: "/templates/{id}", Handler: c.saveTemplate, May: write},
		{Method: "POST", Pattern: "/templates/{id}/approve", Handler: c.approveTemplate, May: grievance.MayApproveTemplates},
		{Method: "POST", Pattern: "/templates/{id}/retire", Handler: c.retireTemplate},
		{Method: "GET", Pattern: "/cases/{id}/templates", Handler: c.fittingTemplates, May: grievance.MayNote},
		{Method: "POST", Pattern: "/cases/{id}/insert", Handler: c.insertTemplate, May: grievance.MayNote},
	}
}

// templates lists the templates of the own office and the shared ones.
func (c *Console) templates(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Desk.Templates(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/templates")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	way, state, owner := grievance.Way(q.Get("way")), q.Get("state"), q.Get("owner")
	p := tablePage{page: base, Title: v.T("template.list"), Text: v.T("template.list_text"), Empty: v.T("template.none"), Path: "/templates",
		BackURL: home(v.Who.Actor), BackName: v.T("error.to_start"),
		Heads: []string{v.T("template.name"), v.T("template.use"), v.T("template.for"), v.T("template.whose"), v.T("common.state")}}
	p.Filters = templateFilters(v, way, state, owner)
	if v.Who.Actor.May(grievance.MayWriteTemplates) {
		p.Links = []link{{Name: v.T("template.new"), URL: "/templates/new"}}
	}
	for _, t := range all {
		is := templateState(t.Template)
		if way != "" && t.Version.Way != way || owner != "" && owner != ownerOf(t.Template) || state != "" && state != is || state == "" && is == "retired" {
			continue
		}
		sg := templateSign(v, t.Template)
		p.Rows = append(p.Rows, tableRow{Cells: []cell{
			{Text: t.Version.Name(v.Lang()), URL: "/templates/" + t.ID.String()}, {Text: c.templateUse(v, t.Version)}, {Text: c.templateFor(v, t.Version)},
			{Text: c.templateOwner(v, t.Template)}, {Sign: &sg},
		}})
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

// ownerOf and templateState are the words of the filters.
func ownerOf(t grievance.Template) string {
	if t.Shared() {
		return "state"
	}
	return "office"
}

func templateState(t grievance.Template) string {
	switch {
	case !t.RetiredAt.IsZero():
		return "retired"
	case t.Awaits():
		return "waits"
	}
	return "used"
}

func templateFilters(v *web.Visit, way grievance.Way, state, owner string) []field {
	ways := field{Name: "way", Label: v.T("template.use")}
	for _, x := range grievance.TemplateWays {
		ways.Choices = append(ways.Choices, web.Choice{Value: string(x), Text: v.T("template.way_" + string(x)), Chosen: x == way})
	}
	owners := field{Name: "owner", Label: v.T("template.whose")}
	for _, x := range []string{"office", "state"} {
		owners.Choices = append(owners.Choices, web.Choice{Value: x, Text: v.T("template.owner_" + x), Chosen: x == owner})
	}
	states := field{Name: "state", Label: v.T("common.state")}
	for _, x := range []string{"used", "waits", "retired"} {
		states.Choices = append(states.Choices, web.Choice{Value: x, Text: v.T("template.state_" + x), Chosen: x == state})
	}
	return []field{ways, owners, states}
}

func templateSign(v *web.Visit, t grievance.Template) sign {
	switch state := templateState(t); state {
	case "retired":
		return sign{Class: "flag", Icon: "archive", Words: v.T("template.state_retired")}
	case "waits":
		return sign{Class: "flag flag-review", Icon: "hourglass-split", Words: v.T("template.state_waits")}
	}
	return sign{Class: "flag flag-ok", Icon: "check-circle", Words: v.T("template.state_used")}
}

func (c *Console) templateUse(v *web.Visit, t grievance.TemplateText) string {
	words := v.T("template.way_" + string(t.Way))
	if t.Channel != "" {
		words += " · " + v.T("channel."+string(t.Channel))
	}
	return words
}

func (c *Console) templateFor(v *web.Visit, t grievance.TemplateText) string {
	if s, ok := c.Office.Subject(t.SubjectID); ok {
		return s.Name(v.Lang())
	}
	if d, ok := c.Office.Department(t.DepartmentID); ok {
		return d.Name(v.Lang())
	}
	return v.T("template.for_all")
}

func (c *Console) templateOwner(v *web.Visit, t grievance.Template) string {
	if t.Shared() {
		return v.T("template.owner_state")
	}
	return c.officeName(v, t.OfficeID)
}

// templatePage is one template with all its versions.
type templatePage struct {
	page
	Title        string
	State        sign
	Facts        []fact
	Awaits       string // that it is used as before until another approves
	Texts        []templateWords
	Approve      string // address; empty: not to be approved by this officer
	ApproveWords string
	Version      string
	Retire, Edit string
	Versions     []templateVersion
}

// templateWords are a version's words in one language.
type templateWords struct{ Name, Lang, Title, Text string }

// templateVersion is a line of the history.
type templateVersion struct {
	Head, By, Note string
	Texts          []templateWords
}

func (c *Console) template(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	h, err := c.Desk.Template(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/templates")
	if err != nil {
		return err
	}
	by, url, now := v.Who.Actor, "/templates/"+id.String(), h.Texts[0]
	p := templatePage{page: base, Title: now.Name(v.Lang()), State: templateSign(v, h.Template), Texts: wordsOf(v, now), Version: strconv.Itoa(now.Version)}
	p.Facts = []fact{{Name: v.T("template.use"), Value: c.templateUse(v, now)}, {Name: v.T("template.for"), Value: c.templateFor(v, now)}, {Name: v.T("template.whose"), Value: c.templateOwner(v, h.Template)}}
	open := h.RetiredAt.IsZero()
	if h.Awaits() {
		p.Awaits = v.T("template.awaits_first")
		if h.Usable > 0 {
			p.Awaits = v.T("template.awaits", "Version", h.Usable)
		}
		switch {
		case !by.May(grievance.MayApproveTemplates):
		case now.AuthorID == by.ID:
			p.ApproveWords = v.T("template.own")
		default:
			p.Approve, p.ApproveWords = url+"/approve", v.T("template.approve_text")
		}
	}
	if open && by.May(grievance.MayWriteTemplates) {
		p.Edit = url + "/edit"
	}
	if open && (h.Shared() && by.May(grievance.MayApproveTemplates) || !h.Shared() && by.May(grievance.MayWriteTemplates)) {
		p.Retire = url + "/retire"
	}
	for _, t := range h.Texts {
		p.Versions = append(p.Versions, c.templateVersion(v, h, t))
	}
	return c.Web.Render(w, http.StatusOK, "console/template", p)
}

func wordsOf(v *web.Visit, t grievance.TemplateText) (all []templateWords) {
	if t.TextHI != "" {
		all = append(all, templateWords{Name: v.T("common.hindi"), Lang: "hi", Title: t.NameHI, Text: t.TextHI})
	}
	if t.TextEN != "" {
		all = append(all, templateWords{Name: v.T("common.english"), Lang: "en", Title: t.NameEN, Text: t.TextEN})
	}
	return all
}

func (c *Console) templateVersion(v *web.Visit, h desk.TemplateHistory, t grievance.TemplateText) templateVersion {
	out := templateVersion{Head: v.T("template.version", "Version", t.Version), By: v.T("template.delivered"), Texts: wordsOf(v, t)}
	if t.AuthorID != 0 {
		out.By = v.T("template.written_by", "Name", h.Officers[t.AuthorID].Name(v.Lang()), "Time", v.Moment(t.WrittenAt))
	}
	switch {
	case t.ApproverID != 0:
		out.Note = v.T("template.approved_by", "Name", h.Officers[t.ApproverID].Name(v.Lang()), "Time", v.Moment(t.ApprovedAt))
	case h.Shared() && t.AuthorID != 0:
		out.Note = v.T("template.not_approved")
	}
	return out
}

func (c *Console) newTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.templateForm(w, r, v, nil, nil)
}

func (c *Console) editTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	h, err := c.Desk.Template(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	if !h.RetiredAt.IsZero() {
		return grievance.ErrConflict
	}
	return c.templateForm(w, r, v, &h, nil)
}

// templateForm asks for the words of a template; h is the one that gets a new version.
func (c *Console) templateForm(w http.ResponseWriter, r *http.Request, v *web.Visit, h *desk.TemplateHistory, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/templates")
	if err != nil {
		return err
	}
	p := askPage{page: base, Title: v.T("template.new"), Explain: v.T("template.form_text"), BackURL: "/templates", BackName: v.T("template.list"), Send: v.T("common.save"), Action: "/templates"}
	old := grievance.TemplateText{Way: grievance.PublicWay}
	if h != nil {
		old = h.Texts[0]
		p.Title, p.Action = v.T("template.edit"), "/templates/"+h.ID.String()
		p.BackURL, p.BackName = p.Action, old.Name(v.Lang())
		if h.Shared() {
			p.Explain = v.T("template.form_shared")
		}
	}
	f := &forms{console: c, r: r, v: v}
	if h == nil {
		p.Fields = append(p.Fields, f.radio(f.choice("owner", "template.whose", "office", []web.Choice{
			{Value: "office", Text: v.T("template.owner_office"), Hint: v.T("template.owner_office_text")},
			{Value: "state", Text: v.T("template.owner_state"), Hint: v.T("template.owner_state_text")}})))
	}
	p.Fields = append(p.Fields, c.templateFields(f, old)...)
	return c.ask(w, v, p, invalid)
}

func (c *Console) templateFields(f *forms, old grievance.TemplateText) []field {
	v := f.v
	var ways, channels, departments []web.Choice
	for _, x := range grievance.TemplateWays {
		ways = append(ways, web.Choice{Value: string(x), Text: v.T("template.way_" + string(x))})
	}
	for _, x := range []grievance.Channel{grievance.X, grievance.Facebook, grievance.Email} {
		channels = append(channels, web.Choice{Value: string(x), Text: v.T("channel." + string(x))})
	}
	for _, d := range c.Office.Departments() {
		departments = append(departments, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(v.Lang())})
	}
	every := func(x field, words string) field {
		x.Empty = v.T(words)
		return x
	}
	subject := f.choice("subject", "template.subject", "", nil)
	subject.Groups = c.subjectGroups(v, f.typed("subject", idText(old.SubjectID)))
	hint := v.T("template.fields", "Fields", "{"+strings.Join(grievance.TemplateFields, "} {")+"}")
	words := func(kind, name, label, old string) field { return f.optional(f.line(kind, name, label, old)) }
	textHI, textEN := words("text", "text_hi", "template.text_hi", old.TextHI), words("text", "text_en", "template.text_en", old.TextEN)
	textHI.Hint = hint
	return []field{
		f.choice("way", "template.use", string(old.Way), ways),
		every(f.choice("channel", "template.channel", string(old.Channel), channels), "template.every_channel"),
		every(f.choice("department", "template.department", idText(old.DepartmentID), departments), "template.every_department"),
		every(subject, "template.every_subject"),
		words("text1", "name_hi", "template.name_hi", old.NameHI), textHI,
		words("text1", "name_en", "template.name_en", old.NameEN), textEN,
	}
}

// templateOf reads the form of a template.
func templateOf(r *http.Request) (t grievance.TemplateText, err error) {
	t = grievance.TemplateText{
		Way: grievance.Way(r.PostFormValue("way")), Channel: grievance.Channel(r.PostFormValue("channel")),
		NameEN: r.PostFormValue("name_en"), NameHI: r.PostFormValue("name_hi"), TextEN: r.PostFormValue("text_en"), TextHI: r.PostFormValue("text_hi"),
	}
	if t.DepartmentID, err = number(r, "department"); err != nil {
		return t, err
	}
	t.SubjectID, err = number(r, "subject")
	return t, err
}

func (c *Console) addTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.keepTemplate(w, r, v, nil)
}

func (c *Console) saveTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	h, err := c.Desk.Template(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	return c.keepTemplate(w, r, v, &h)
}

func (c *Console) keepTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit, h *desk.TemplateHistory) error {
	var id grievance.ID
	if h != nil {
		id = h.ID
	}
	t, err := templateOf(r)
	if err == nil {
		id, err = c.Desk.SaveTemplate(r.Context(), v.Who.Actor, id, r.PostFormValue("owner") == "state", t)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.templateForm(w, r, v, h, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.template", "/templates/"+id.String())
	return nil
}

func (c *Console) approveTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	n, err := version(r)
	if err != nil {
		return err
	}
	if err := c.Desk.ApproveTemplate(r.Context(), v.Who.Actor, id, n); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.template_approved", "/templates/"+id.String())
	return nil
}

func (c *Console) retireTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := c.Desk.RetireTemplate(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.template_retired", "/templates")
	return nil
}

package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// Whom a case complains of is chosen from a search over officers and offices: "officer-ID"
// or "office-ID" in a form, and "nobody" when the post names none.
const (
	officerPrefix = "officer-"
	officePrefix  = "office-"
	nobodyNamed   = "nobody"
)

// whomShown is how many of those found are shown; the page says so when there are more.
const whomShown = 20

// whom reads the choice; nothing chosen is refused.
func whom(r *http.Request) (x store.Exclusion, err error) {
	text := r.PostFormValue("whom")
	if id, ok := strings.CutPrefix(text, officerPrefix); ok {
		if x.OfficerID, err = grievance.ParseID(id); err == nil {
			return x, nil
		}
	}
	if id, ok := strings.CutPrefix(text, officePrefix); ok {
		if x.OfficeID, err = strconv.Atoi(id); err == nil {
			return x, nil
		}
	}
	return store.Exclusion{}, grievance.Invalid("whom", "error.whom_required")
}

func whomValue(x store.Exclusion) string {
	if x.OfficerID != 0 {
		return officerPrefix + x.OfficerID.String()
	}
	return officePrefix + strconv.Itoa(x.OfficeID)
}

// whomFields are the search and what it found: an empty search shows those of the office.
func (c *Console) whomFields(r *http.Request, v *web.Visit, near int) ([]field, error) {
	find := r.FormValue("find")
	choices, more, err := c.whomChoices(r, v, find, near)
	if err != nil {
		return nil, err
	}
	search := field{Kind: "search", Name: "find", Label: v.T("against.find"), Value: find, Hint: v.T("against.find_hint"), Optional: v.T("common.optional")}
	list := field{Kind: "radio", Name: "whom", Label: v.T("against.whom"), Choices: chosen(choices, r.PostFormValue("whom"))}
	switch {
	case more:
		list.Hint = v.T("against.more", "Count", whomShown)
	case len(choices) == 0:
		list.Hint = v.T("against.none_found")
	}
	return []field{search, list}, nil
}

// whomChoices finds officers and offices by any of their names.
func (c *Console) whomChoices(r *http.Request, v *web.Visit, find string, near int) (all []web.Choice, more bool, err error) {
	lang := v.Lang()
	words := strings.Fields(strings.ToLower(find))
	fits := func(office int, names ...string) bool {
		if len(words) == 0 {
			return office == near
		}
		text := strings.ToLower(strings.Join(names, " "))
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	}
	if v.Who.Actor.May(grievance.MaySeeOffices) {
		held, err := c.Desk.Officers(r.Context(), v.Who.Actor)
		if err != nil {
			return nil, false, err
		}
		for _, h := range held {
			o, _ := c.Office.Office(h.Charge.OfficeID)
			if fits(o.ID, h.Officer.NameEN, h.Officer.NameHI, h.Charge.TitleEN, h.Charge.TitleHI, o.NameEN, o.NameHI) {
				all = append(all, web.Choice{Value: whomValue(store.Exclusion{OfficerID: h.Officer.ID}), Text: h.Officer.Name(lang), Hint: h.Charge.Title(lang) + ", " + o.Name(lang)})
			}
		}
	}
	for _, o := range c.Office.Offices(c.Now()) {
		if o.ID != c.Office.StateCell() && fits(o.ID, o.NameEN, o.NameHI, o.Code) {
			all = append(all, web.Choice{Value: whomValue(store.Exclusion{OfficeID: o.ID}), Text: o.Name(lang), Hint: v.T("against.whole_office")})
		}
	}
	return all[:min(len(all), whomShown)], len(all) > whomShown, nil
}

// vigilanceField offers the vigilance offices that stand for the district, and none.
func (c *Console) vigilanceField(v *web.Visit, district, proposed int) field {
	f := field{Kind: "radio", Name: "vigilance", Label: v.T("against.vigilance"), Choices: []web.Choice{{Value: "0", Text: v.T("against.vigilance_no")}}}
	for _, o := range c.Office.Vigilance(c.Now()) {
		if o.DistrictID == 0 || o.DistrictID == district {
			f.Choices = append(f.Choices, web.Choice{Value: strconv.Itoa(o.ID), Text: o.Name(v.Lang())})
		}
	}
	f.Choices = chosen(f.Choices, strconv.Itoa(proposed))
	return f
}

// againstPage asks whom a post complains of before it becomes a case.
type againstPage struct {
	page
	Post   *bigPost
	Kept   []field // what was chosen at the desk
	Fields []field
	Errors []fieldError
	Back   string
}

// keptChoices are the fields of the sorting desk that the page carries on.
var keptChoices = []string{"candidate", "subject", "district", "place", "urgency", "kind", "next"}

// against opens a post that complains of somebody, once the clerk has said of whom and
// whether vigilance joins, or keeps it from them for now. It answers false when the post
// is opened without more.
func (c *Console) against(w http.ResponseWriter, r *http.Request, v *web.Visit, view *desk.SortingView, req *desk.OpenRequest) (done bool, err error) {
	if !req.Against || !v.Who.Actor.May(grievance.MayExclude) {
		return false, nil
	}
	switch r.PostFormValue("do") {
	case "open":
		if r.PostFormValue("whom") != nobodyNamed {
			req.Exclude, err = whom(r)
		}
		if err == nil {
			req.Vigilance, err = number(r, "vigilance")
		}
		return false, err
	case "keep":
		x, err := whom(r)
		if err == nil {
			err = c.Desk.KeepFrom(r.Context(), v.Who.Actor, view.Post.ID, x)
		}
		if err == nil {
			c.nextPost(w, r, v, "against")
		}
		return err == nil, err
	}
	return true, c.askWhom(w, r, v, view, *req, nil)
}

// askWhom shows the page; invalid says what was not taken.
func (c *Console) askWhom(w http.ResponseWriter, r *http.Request, v *web.Visit, view *desk.SortingView, req desk.OpenRequest, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/sorting")
	if err != nil {
		return err
	}
	var shown sortingPage
	c.sortingPost(v, &shown, view)
	p := againstPage{page: base, Post: shown.Post, Back: sortingURL(view.Post.ID)}
	for _, name := range keptChoices {
		p.Kept = append(p.Kept, field{Kind: "hidden", Name: name, Value: r.PostFormValue(name)})
	}
	routed := c.Office.Route(questionOf(view.Post, req))
	if p.Fields, err = c.whomFields(r, v, routed.OfficeID); err != nil {
		return err
	}
	list := &p.Fields[1]
	list.Choices = append(list.Choices, web.Choice{Value: nobodyNamed, Text: v.T("against.nobody"), Hint: v.T("against.nobody_hint"), Chosen: r.PostFormValue("whom") == nobodyNamed})
	proposed := 0
	if all := c.Office.Vigilance(c.Now()); len(all) > 0 && c.Office.Corruption(req.SubjectID, req.DepartmentID) {
		proposed = all[0].ID
	}
	if r.PostForm.Has("vigilance") {
		if proposed, err = number(r, "vigilance"); err != nil {
			return err
		}
	}
	p.Fields = append(p.Fields, c.vigilanceField(v, routed.DistrictID, proposed))
	status, problems := refusedFields(v, p.Fields, invalid)
	p.Errors = problems
	w.Header().Set("HX-Push-Url", "false") // the address of a form is no page
	return c.Web.Render(w, status, "console/against", p)
}

func excludeFields(f *forms) []field {
	fields, err := f.console.whomFields(f.r, f.v, f.view.Case.OfficeID)
	f.err = errors.Join(f.err, err)
	return fields
}

func doExclude(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	x, err := whom(r)
	if err != nil {
		return err
	}
	return c.Desk.Exclude(r.Context(), by, id, x)
}

func includeFields(f *forms) []field {
	n := f.console.names(f.v, f.view)
	list := field{Kind: "radio", Name: "whom", Label: f.v.T("against.kept_from")}
	for _, x := range f.view.Exclusions {
		list.Choices = append(list.Choices, web.Choice{Value: whomValue(x), Text: n.excluded(x)})
	}
	return []field{list}
}

func doInclude(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	x, err := whom(r)
	if err != nil {
		return err
	}
	return c.Desk.Include(r.Context(), by, id, x)
}

func vigilanceFields(f *forms) []field {
	x := f.console.vigilanceField(f.v, f.view.Case.DistrictID, 0)
	x.Choices = x.Choices[1:] // the act is to choose one
	if len(x.Choices) > 0 {
		x.Choices[0].Chosen = true
	}
	return []field{x}
}

func doVigilance(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	office, err := number(r, "vigilance")
	if err != nil {
		return err
	}
	return c.Desk.Involve(r.Context(), by, id, office)
}

// excluded names whom a case is kept from.
func (n names) excluded(x store.Exclusion) string {
	if x.OfficerID != 0 {
		return n.officers[x.OfficerID]
	}
	return n.offices(x.OfficeID)
}

// involved says that a vigilance office has joined in the case's round.
func involved(v *desk.CaseView) bool {
	return slices.ContainsFunc(v.Overseers, func(o store.Overseer) bool { return o.Level == 0 && o.Round == v.Case.Round })
}

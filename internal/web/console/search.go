package console

import (
	"errors"
	"net/http"
	"net/url"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) searchRoutes() []web.Route {
	read := grievance.MayRead
	return []web.Route{
		{Method: "GET", Pattern: "/search", Handler: c.searchForm, May: read},
		{Method: "POST", Pattern: "/search", Handler: c.search, May: read},
		{Method: "GET", Pattern: "/search/{id}", Handler: c.found, May: read},
		{Method: "GET", Pattern: "/cases/{id}/similar", Handler: c.similarCases, May: read},
		{Method: "GET", Pattern: "/sorting/{post}/similar", Handler: c.similarToPost, May: grievance.MaySort},
	}
}

// searchPage asks for words and shows what was found.
type searchPage struct {
	page
	Words, Error string
	Filters      []field
	Narrowed     bool // something narrows the search, so the choices stand open
	Asked        bool
	Found, Note  string
	Looked       string // what was looked through
	Instead      string
	InsteadForm  []field // what goes with the words that are tried instead
	Hits         []hitRow
	MoreURL      string
}

// hitRow is one thing found, with the words that speak of what was asked.
type hitRow struct {
	caseRow
	Case bool // else a post without a case
	Said []desk.Part
	Note string
}

func (c *Console) searchForm(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/search")
	if err != nil {
		return err
	}
	return c.Web.Render(w, http.StatusOK, "console/search", searchPage{page: base, Filters: c.searchFilters(v, desk.SearchRequest{}, "", "")})
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
	request, err := readSearch(r)
	if err != nil {
		return err
	}
	id, err := c.Desk.SaveSearch(r.Context(), v.Who.Actor, request)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.searchAgain(w, r, v, request, invalid)
	}
	if err != nil {
		return err
	}
	web.Redirect(w, r, "/search/"+id.String())
	return nil
}

// searchAgain shows the form with what was typed and what is wrong with it.
func (c *Console) searchAgain(w http.ResponseWriter, r *http.Request, v *web.Visit, request desk.SearchRequest, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/search")
	if err != nil {
		return err
	}
	p := searchPage{page: base, Words: request.Words}
	says := v.T(invalid.Key, invalid.Args)
	if invalid.Field == "q" {
		p.Error, says = says, ""
	}
	p.Filters = c.searchFilters(v, request, invalid.Field, says)
	p.Narrowed = narrowed(request)
	return c.Web.Render(w, http.StatusUnprocessableEntity, "console/search", p)
}

func readSearch(r *http.Request) (desk.SearchRequest, error) {
	f := desk.SearchRequest{
		Words: r.PostFormValue("q"), In: r.PostFormValue("in"), Order: r.PostFormValue("order"),
		State: grievance.State(r.PostFormValue("state")), Kind: grievance.Kind(r.PostFormValue("kind")), Channel: grievance.Channel(r.PostFormValue("channel")),
		From: r.PostFormValue("from"), To: r.PostFormValue("to"),
	}
	var err error
	for name, to := range map[string]*int{"district": &f.DistrictID, "department": &f.DepartmentID, "office": &f.OfficeID, "subject": &f.SubjectID} {
		if *to, err = number(r, name); err != nil {
			return f, grievance.ErrNotFound
		}
	}
	return f, nil
}

func narrowed(f desk.SearchRequest) bool {
	f.Words = ""
	return f != desk.SearchRequest{}
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
	p := searchPage{page: base, Words: f.Words, Asked: true, Filters: c.searchFilters(v, f.SearchRequest, "", ""), Narrowed: narrowed(f.SearchRequest),
		Hits: c.hits(v, f.Hits), Found: v.T("search.found", "Count", len(f.Hits)), Looked: v.T("search.looked_cases"), Instead: f.Instead}
	if v.Who.Actor.May(grievance.MaySort) && f.In != desk.InCases {
		p.Looked = v.T("search.looked_all")
	}
	if narrowed(f.SearchRequest) {
		p.Looked = v.T("search.looked_narrowed")
	}
	if f.Instead != "" {
		p.InsteadForm = values(p.Filters)
	}
	if f.More {
		p.MoreURL = "/search/" + url.PathEscape(id.String()) + "?before=" + f.Next.String()
		p.Found = v.T("search.found_more", "Count", len(f.Hits))
		p.Note = v.T("console.looked_back", "Day", v.Date(f.Back))
	}
	if !f.Renewed.IsZero() {
		p.Note += " " + v.T("search.renewed", "Day", v.Date(f.Renewed))
	}
	return c.Web.Render(w, http.StatusOK, "console/search", p)
}

// values are the chosen values of fields, to be sent along unseen.
func values(fields []field) []field {
	var all []field
	for _, f := range fields {
		value := f.Value
		for _, ch := range f.Choices {
			if ch.Chosen {
				value = ch.Value
			}
		}
		for _, g := range f.Groups {
			for _, ch := range g.Choices {
				if ch.Chosen {
					value = ch.Value
				}
			}
		}
		if value != "" {
			all = append(all, field{Name: f.Name, Value: value})
		}
	}
	return all
}

// hits makes rows of what was found.
func (c *Console) hits(v *web.Visit, found []desk.FoundHit) []hitRow {
	all := make([]hitRow, len(found))
	for i, h := range found {
		all[i].Said = h.Said
		if h.Row != nil {
			all[i].caseRow, all[i].Case = c.rows(v, []desk.Row{*h.Row})[0], true
			all[i].Note = h.Row.Case.Title
			continue
		}
		p := h.Post
		all[i].caseRow = caseRow{ID: p.ID.String(), URL: "/sorting/" + p.ID.String(), Mark: channelMark(v.Printer, p.Channel), Name: p.Author.Name, When: v.Day(p.ReceivedAt), TextLang: textLang(p.Lang)}
		all[i].Note = v.T("search.waits")
		if p.Sorted == grievance.SortKept {
			all[i].Note = v.T("search.kept")
		}
	}
	return all
}

func (c *Console) searchFilters(v *web.Visit, f desk.SearchRequest, wrong, says string) []field {
	pick := func(name, label, empty, now string, choices ...web.Choice) field {
		return field{Kind: "choice", Name: name, Label: v.T(label), Empty: v.T(empty), Choices: chosen(choices, now)}
	}
	var all []field
	if v.Who.Actor.May(grievance.MaySort) {
		all = append(all, pick("in", "search.in", "search.in_all", f.In, web.Choice{Value: desk.InCases, Text: v.T("search.in_cases")}, web.Choice{Value: desk.InPosts, Text: v.T("search.in_posts")}))
	}
	all = append(all, pick("order", "search.order", "search.newest", f.Order, web.Choice{Value: desk.ByFit, Text: v.T("search.by_fit")}))
	q := url.Values{"state": {string(f.State)}, "district": {idText(f.DistrictID)}, "department": {idText(f.DepartmentID)}, "office": {idText(f.OfficeID)}}
	for _, x := range c.caseFilters(v, q) {
		x.Empty = v.T("common.all")
		all = append(all, x)
	}
	all = append(all,
		field{Name: "subject", Label: v.T("common.subject"), Empty: v.T("common.all"), Groups: c.subjectGroups(v, idText(f.SubjectID))},
		pick("kind", "sorting.kind", "common.all", string(f.Kind), kindChoices(v)...),
		pick("channel", "search.channel", "common.all", string(f.Channel), channelChoices(v)...))
	for _, day := range []field{{Name: "from", Label: v.T("search.from"), Value: f.From}, {Name: "to", Label: v.T("search.to"), Value: f.To}} {
		day.Kind = "date"
		if day.Name == wrong {
			day.Error = says
		}
		all = append(all, day)
	}
	return all
}

func channelChoices(v *web.Visit) []web.Choice {
	var all []web.Choice
	for _, ch := range []grievance.Channel{grievance.X, grievance.Facebook, grievance.Email} {
		all = append(all, web.Choice{Value: string(ch), Text: v.T("channel." + string(ch))})
	}
	return all
}

// similarPage shows what says the same as a case or a post.
type similarPage struct {
	page
	Head, BackURL, BackName string
	Hits                    []hitRow
}

func (c *Console) similarCases(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	of, hits, err := c.Desk.SimilarCases(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	return c.similar(w, r, v, similarPage{Head: v.T("search.similar_to", "Number", of.Number), BackURL: "/cases/" + id.String(), BackName: of.Number, Hits: c.hits(v, hits)})
}

func (c *Console) similarToPost(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	_, hits, err := c.Desk.SimilarToPost(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	return c.similar(w, r, v, similarPage{Head: v.T("search.similar_post"), BackURL: "/sorting/" + id.String(), BackName: v.T("search.back_post"), Hits: c.hits(v, hits)})
}

func (c *Console) similar(w http.ResponseWriter, r *http.Request, v *web.Visit, p similarPage) error {
	var err error
	if p.page, err = c.page(r, v, "/search"); err != nil {
		return err
	}
	return c.Web.Render(w, http.StatusOK, "console/similar", p)
}

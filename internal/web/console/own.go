package console

import (
	"net/http"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// ownRoutes are an officer's own pages.
func (c *Console) ownRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/notices", Handler: c.notices},
		{Method: "POST", Pattern: "/notices/read", Handler: c.readNotices},
		{Method: "GET", Pattern: "/settings", Handler: c.settings},
		{Method: "POST", Pattern: "/settings", Handler: c.saveSettings},
		{Method: "GET", Pattern: "/keys", Handler: c.keys},
	}
}

// notices lists what the officer was told.
func (c *Console) notices(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Desk.Notices(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/notices")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("console.notices"), Empty: v.T("console.notices_none"), BackURL: home(v.Who.Actor), BackName: v.T("error.to_start"),
		Heads: []string{v.T("console.col_when"), v.T("console.notices"), v.T("console.col_case")}}
	for _, n := range all {
		what := cell{Text: v.T(n.Kind)}
		if n.ReadAt.IsZero() {
			what.Sign = &sign{Class: "flag flag-desk", Icon: "inbox", Words: v.T("console.new")}
			p.Above = []button{{URL: "/notices/read", Name: v.T("console.notices_read")}}
		}
		about := cell{Text: n.Data, Class: "regno"}
		switch {
		case strings.HasPrefix(n.Kind, "notice.template_"):
			about.Class, about.URL = "", "/templates"
		case n.CaseID != 0 && v.Who.Actor.InField():
			about.URL = "/field/" + n.CaseID.String()
		case n.CaseID != 0:
			about.URL = "/cases/" + n.CaseID.String()
		case n.Kind == "notice.daily_head":
			about.URL = "/audit/heads"
		case n.PostID != 0 && v.Who.Actor.May(grievance.MaySort):
			about.Text, about.URL = v.T("sorting.this_post"), sortingURL(n.PostID)
		}
		p.Rows = append(p.Rows, tableRow{Cells: []cell{{Text: v.Moment(n.At), Class: "nowrap"}, what, about}})
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

func (c *Console) readNotices(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Desk.ReadNotices(r.Context(), v.Who.Actor); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.read", "/notices")
	return nil
}

// keysPage lists the keys.
type keysPage struct {
	page
	Groups []keyGroup
}

// keyGroup is the keys of one place.
type keyGroup struct {
	Key, Name string
	Keys      []keyHelp
}

// keyHelp says what a key does.
type keyHelp struct {
	Caps []string
	Does string
}

func (c *Console) keys(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	base, err := c.page(r, v, "/keys")
	if err != nil {
		return err
	}
	k := func(does string, caps ...string) keyHelp { return keyHelp{Caps: caps, Does: v.T(does)} }
	enter := v.T("console.enter")
	p := keysPage{page: base, Groups: []keyGroup{
		{Key: "all", Name: v.T("console.keys_everywhere"), Keys: []keyHelp{k("console.key_search", "/"), k("console.key_help", "?"), k("console.key_escape", "Esc")}},
		{Key: "case", Name: v.T("console.keys_case"), Keys: []keyHelp{
			k("console.key_accept", "A"), k("console.key_forward", "F"), k("console.key_public", "R"), k("console.key_private", "M"),
			k("console.key_note", "I"), k("console.key_send", "Ctrl", enter),
		}},
	}}
	if v.Who.Actor.May(grievance.MaySort) {
		p.Groups = append(p.Groups, keyGroup{Key: "sorting", Name: v.T("sorting.desk"), Keys: []keyHelp{
			k("sorting.key_open", enter), k("sorting.key_choose", "1", "2", "3", "0"), k("sorting.key_lists", "/", "P", "G", "K"), k("sorting.against", "V"),
			k("sorting.key_join", "J"), k("sorting.not_grievance", "N"), k("sorting.key_danger", "D"), k("sorting.key_later", "L"),
			k("sorting.key_move", "[", "]"), k("sorting.key_undo", "U"),
		}})
	}
	return c.Web.Render(w, http.StatusOK, "console/keys", p)
}

package console

import (
	"net/http"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// ownRoutes are an officer's own pages.
func (c *Console) ownRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/notices", Handler: c.notices},
		{Method: "GET", Pattern: "/notices/{id}", Handler: c.openNotice},
		{Method: "POST", Pattern: "/notices/read", Handler: c.readNotices},
		{Method: "POST", Pattern: "/notices/{id}/read", Handler: c.readNotice},
		{Method: "GET", Pattern: "/settings", Handler: c.settings},
		{Method: "POST", Pattern: "/settings", Handler: c.saveSettings},
		{Method: "GET", Pattern: "/keys", Handler: c.keys},
	}
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
			k("sorting.key_open", enter), k("sorting.key_choose", "1", "2", "3", "0"), k("sorting.key_lists", "/", "P", "E", "G", "K"), k("sorting.against", "V"),
			k("sorting.key_join", "J"), k("copies.key_apart", "X"), k("sorting.not_grievance", "N"), k("sorting.key_danger", "D"), k("sorting.key_later", "L"),
			k("sorting.key_move", "[", "]"), k("sorting.key_undo", "U"),
		}})
	}
	return c.Web.Render(w, http.StatusOK, "console/keys", p)
}

// Package citizen serves the public pages: the number page, which shows status and dates
// to whoever has a registration number, and the secret link, where the complainant reads
// the answer and says whether it is so. They speak Hindi first, and English to whoever
// wrote English. What citizens may do is decided by the desk.
package citizen

import (
	"net/http"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// Citizen serves the public pages.
type Citizen struct {
	Web  *web.Server
	Desk *desk.Desk
}

// Routes is the map of the public pages: the whole list of what strangers may see of cases.
func (c *Citizen) Routes() []web.Route {
	return []web.Route{
		c.public("GET", "/track", c.track),
		c.public("POST", "/track", c.find),
		c.public("GET", "/n/{number}", c.number),
		c.public("POST", "/n/{number}/code", c.newCode),
		c.public("POST", "/n/{number}/verdict", c.verdictByCode),
		c.public("GET", "/c/{token}", c.link),
		c.public("POST", "/c/{token}/verdict", c.verdictByLink),
		c.public("GET", "/c/{token}/files/{hash}", c.file),
		c.public("GET", "/audit/heads", c.heads),
		c.public("GET", "/audit/heads.json", c.headsJSON),
	}
}

// public is a route for strangers: in Hindi first, and neither indexed nor told to the
// pages that it leads to, since an address may hold a secret.
func (c *Citizen) public(method, pattern string, h web.Handler) web.Route {
	return web.Route{Method: method, Pattern: pattern, Public: true, Handler: func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Robots-Tag", "noindex")
		c.Web.Suggest(v, "hi")
		return h(w, r, v)
	}}
}

// page is what every public page embeds.
type page struct {
	web.Page
	Number string
	Title  string
	Now    string // the sentence that says where the matter stands
	Limit  string // the sentence that says by when the office answers, or did
	Steps  []step
	Error  string
	Self   string // address that its forms go under
	Live   bool   // looks by itself whether something has changed
}

// findPage asks for a number: at the start, and where an address opens nothing.
type findPage struct {
	page
	Lost string // why the reader is here and not where the address led
}

func (c *Citizen) track(w http.ResponseWriter, _ *http.Request, v *web.Visit) error {
	return c.Web.Render(w, http.StatusOK, "citizen/track", findPage{page: page{Page: c.Web.Page(v)}})
}

func (c *Citizen) find(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	number, err := grievance.ParseRegistrationNumber(r.PostFormValue("number"))
	if err != nil {
		return c.malformed(w, v, r.PostFormValue("number"))
	}
	web.Redirect(w, r, "/n/"+number)
	return nil
}

func (c *Citizen) malformed(w http.ResponseWriter, v *web.Visit, typed string) error {
	p := findPage{page: page{Page: c.Web.Page(v), Number: typed, Error: v.T("error.number_malformed")}}
	return c.Web.Render(w, http.StatusUnprocessableEntity, "citizen/track", p)
}

// lost says that the address opens nothing, and how to go on with a number.
func (c *Citizen) lost(w http.ResponseWriter, v *web.Visit, number, why string) error {
	p := findPage{page: page{Page: c.Web.Page(v), Number: number}, Lost: why}
	return c.Web.Render(w, http.StatusNotFound, "citizen/track", p)
}

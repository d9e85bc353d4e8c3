package citizen

import (
	"encoding/json"
	"net/http"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// headsPage lists what seals the days: days and hashes, nothing else.
type headsPage struct {
	page
	Heads []sealedDay
	More  string // address of the older ones
}

// sealedDay is a day with its hash.
type sealedDay struct {
	Day   string `json:"day"`
	Hash  string `json:"hash"`
	Words string `json:"-"` // the day as people write it
}

// sealed reads a year of heads before a day, and where older ones are.
func (c *Citizen) sealed(r *http.Request, path string) (all []sealedDay, more string, err error) {
	before := r.URL.Query().Get("before")
	if _, err := grievance.DayStart(before); before != "" && err != nil {
		return nil, "", err
	}
	heads, err := c.Desk.PublicHeads(r.Context(), before)
	if err != nil || len(heads) == 0 {
		return nil, "", err
	}
	for _, h := range heads {
		all = append(all, sealedDay{Day: h.Day, Hash: grievance.HashText(h.Hash)})
	}
	last := all[len(all)-1].Day
	older, err := c.Desk.PublicHeads(r.Context(), last)
	if len(older) > 0 {
		more = path + "?before=" + last
	}
	return all, more, err
}

func (c *Citizen) heads(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, more, err := c.sealed(r, "/audit/heads")
	if err != nil {
		return err
	}
	for i, h := range all {
		day, err := grievance.DayStart(h.Day)
		if err != nil {
			return err
		}
		all[i].Words = v.Date(day)
	}
	return c.Web.Render(w, http.StatusOK, "citizen/heads", headsPage{page: page{Page: c.Web.Page(v)}, Heads: all, More: more})
}

// headsJSON is the list for programs, such as the one that checks an export.
func (c *Citizen) headsJSON(w http.ResponseWriter, r *http.Request, _ *web.Visit) error {
	all, more, err := c.sealed(r, "/audit/heads.json")
	if err != nil {
		return err
	}
	if all == nil {
		all = []sealedDay{}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"heads": all, "older": more})
}

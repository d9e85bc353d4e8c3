package console

import (
	"net/url"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
)

// citizen is the address of the author of a new case.
func (w *world) citizen() string {
	w.t.Helper()
	v, err := w.Desk.Case(w.ctx(), w.actor(grievance.StateNodal), w.assigned(w.x, "Suresh Yadav").ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return "/citizens/" + v.Complainants[0].Author.ID.String()
}

// copied is the address of a citizen's copy that the state nodal officer asked for.
func (w *world) copied() string {
	w.t.Helper()
	by := w.actor(grievance.StateNodal)
	author, err := grievance.ParseID(w.citizen()[len("/citizens/"):])
	if err != nil {
		w.t.Fatal(err)
	}
	id, err := w.Desk.DemandData(w.ctx(), by, author, desk.DataDemand{Demand: grievance.DemandExport, AskedAt: w.Desk.Now(), Way: "letter", Identity: "document", Reason: "own_wish"})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.Desk.WorkRequest(w.ctx(), desk.WorkRequestArgs{RequestID: id}); err != nil {
		w.t.Fatal(err)
	}
	return "/citizens/requests/" + id.String() + "/file"
}

func rightfulCitizens() map[string]step {
	const state = grievance.StateNodal
	below := func(suffix string, form url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) { return w.citizen() + suffix, form }
	}
	demand := url.Values{"asked_at": {"2026-01-05"}, "way": {"letter"}, "identity": {"document"}, "reason": {"own_wish"}, "anyway": {"yes"}}
	return map[string]step{
		"GET /retention": {role: grievance.Administrator, ready: at("/retention")},
		"POST /retention": {role: grievance.Administrator, ready: func(*world) (string, url.Values) {
			return "/retention", url.Values{"rule": {"kept_posts"}, "days": {"60"}}
		}},
		"GET /citizens":  {role: state, ready: at("/citizens")},
		"POST /citizens": {role: state, ready: func(*world) (string, url.Values) { return "/citizens", url.Values{"q": {"Suresh"}} }},
		"GET /citizen-search/{id}": {role: state, ready: func(w *world) (string, url.Values) {
			id, err := w.Desk.SeekCitizen(w.ctx(), w.actor(state), "Suresh")
			if err != nil {
				w.t.Fatal(err)
			}
			return "/citizen-search/" + id.String(), nil
		}},
		"GET /citizens/{id}":               {role: state, ready: below("", nil)},
		"GET /citizens/{id}/copy":          {role: state, ready: below("/copy", nil)},
		"POST /citizens/{id}/copy":         {role: state, ready: below("/copy", demand)},
		"GET /citizens/{id}/erase":         {role: state, ready: below("/erase", nil)},
		"POST /citizens/{id}/erase":        {role: state, ready: below("/erase", demand)},
		"GET /citizens/requests/{id}/file": {role: state, ready: func(w *world) (string, url.Values) { return w.copied(), nil }},
	}
}

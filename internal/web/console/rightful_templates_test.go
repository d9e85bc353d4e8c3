package console

import (
	"net/url"

	"nivaran/internal/grievance"
)

// template writes a template of the role's office, or a shared one, and gives its address.
func (w *world) template(role grievance.Role, shared bool) string {
	w.t.Helper()
	id, err := w.Desk.SaveTemplate(w.ctx(), w.actor(role), 0, shared, grievance.TemplateText{Way: grievance.PublicWay, NameEN: "Pump", TextEN: "{number}: the pump is being mended. {words}"})
	if err != nil {
		w.t.Fatal(err)
	}
	return "/templates/" + id.String()
}

func rightfulTemplates() map[string]step {
	const district, state, approver = grievance.DistrictNodal, grievance.StateNodal, grievance.Approver
	words := url.Values{"way": {"public"}, "name_en": {"Pump"}, "text_en": {"{number}: the pump is being mended."}}
	own := func(suffix string, form url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) { return w.template(district, false) + suffix, form }
	}
	return map[string]step{
		"GET /templates":              {role: district, ready: at("/templates")},
		"GET /templates/new":          {role: district, ready: at("/templates/new")},
		"POST /templates":             {role: district, ready: func(*world) (string, url.Values) { return "/templates", words }},
		"GET /templates/{id}":         {role: district, ready: own("", nil)},
		"GET /templates/{id}/edit":    {role: district, ready: own("/edit", nil)},
		"POST /templates/{id}":        {role: district, ready: own("", words)},
		"POST /templates/{id}/retire": {role: district, ready: own("/retire", nil)},
		"POST /templates/{id}/approve": {role: approver, ready: func(w *world) (string, url.Values) {
			return w.template(state, true) + "/approve", url.Values{"version": {"1"}}
		}},
		"GET /cases/{id}/templates": {role: district, ready: on("/templates?mode=note", nil)},
		"POST /cases/{id}/insert":   {role: district, ready: on("/insert", url.Values{"mode": {"note"}}), want: 200},
	}
}

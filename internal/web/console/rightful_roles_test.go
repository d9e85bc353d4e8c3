package console

import (
	"net/url"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// rightfulRoles is a successful request for each route of roles.
func rightfulRoles() map[string]step {
	admin := grievance.Administrator
	role := func(suffix string, form func(w *world, r grievance.RoleDef) url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			r := w.compose("Inspector " + w.Desk.Store.NewID(time.Now()).String())
			var f url.Values
			if form != nil {
				f = form(w, r)
			}
			return "/roles/" + string(r.Code) + suffix, f
		}
	}
	composed := url.Values{"name_en": {"Night desk"}, "name_hi": {"रात्रि कक्ष"}, "reach": {"state"}, "grants": {"case.read", "case.note"}}
	excluded := func(w *world, c *grievance.Case) {
		if err := w.Desk.Exclude(w.ctx(), w.actor(grievance.Clerk), c.ID, store.Exclusion{OfficerID: w.actor(grievance.FieldOfficer).ID}); err != nil {
			w.t.Fatal(err)
		}
	}
	vigilance := func(w *world) (string, url.Values) {
		path, _ := on("/vigilance", nil)(w)
		return path, url.Values{"vigilance": {itoa(w.Office.Vigilance(time.Now())[0].ID)}}
	}
	looked := func(w *world) (string, url.Values) {
		id, err := w.Desk.LookAs(w.ctx(), w.actor(admin), desk.LookRequest{ChargeID: w.who[grievance.DistrictNodal].Charge.ID, Reason: "she cannot find a case"})
		if err != nil {
			w.t.Fatal(err)
		}
		return "/see-as/" + id.String(), nil
	}
	return map[string]step{
		"GET /see-as": {role: admin, ready: at("/see-as")}, "GET /see-as/{look}": {role: admin, ready: looked},
		"POST /see-as": {role: admin, ready: func(w *world) (string, url.Values) {
			return "/see-as", url.Values{"charge": {w.who[grievance.FieldOfficer].Charge.ID.String()}, "reason": {"he cannot report"}, "do": {"look"}}
		}},
		"GET /cases/{id}/unexclude": {role: grievance.Clerk, ready: on("/unexclude", nil, excluded)},
		"POST /cases/{id}/unexclude": {role: grievance.Clerk, ready: func(w *world) (string, url.Values) {
			path, _ := on("/unexclude", nil, excluded)(w)
			return path, url.Values{"whom": {"officer-" + w.actor(grievance.FieldOfficer).ID.String()}}
		}},
		"GET /cases/{id}/vigilance": {role: grievance.Clerk, ready: on("/vigilance", nil)}, "POST /cases/{id}/vigilance": {role: grievance.Clerk, ready: vigilance},
		"GET /roles": {role: admin, ready: at("/roles")}, "GET /roles/new": {role: admin, ready: at("/roles/new")}, "GET /roles/{role}": {role: grievance.FieldOfficer, ready: at("/roles/clerk")},
		"POST /roles/new":          {role: admin, ready: func(*world) (string, url.Values) { return "/roles/new", composed }},
		"GET /roles/{role}/change": {role: admin, ready: role("/change", nil)},
		"POST /roles/{role}/change": {role: admin, ready: role("/change", func(_ *world, r grievance.RoleDef) url.Values {
			return url.Values{"version": {itoa(r.Version)}, "name_en": {r.NameEN}, "name_hi": {"निरीक्षक"}, "reach": {"own"}, "grants": {"case.read", "case.report", "case.note"}}
		})},
		"POST /roles/{role}/retire": {role: admin, ready: role("/retire", nil)},
	}
}

// compose makes a custom role for those who report on own cases.
func (w *world) compose(name string) grievance.RoleDef {
	w.t.Helper()
	code, err := w.Roles.Create(w.ctx(), w.actor(grievance.Administrator), grievance.RoleDef{NameEN: name, NameHI: "निरीक्षक", Reach: grievance.ReachOwn, Grants: []grievance.Permission{
		grievance.MayRead, grievance.MayAccept, grievance.MayReport, grievance.MayNote, grievance.MaySeeOffices}})
	if err != nil {
		w.t.Fatal(err)
	}
	r, _ := w.Office.Role(code)
	return r
}

// hold gives a charge of any role to the officer, besides those held.
func (w *world) hold(officer grievance.ID, role grievance.Role, office int) grievance.Charge {
	w.t.Helper()
	now := time.Now()
	ch := grievance.Charge{ID: w.Desk.Store.NewID(now), OfficerID: officer, OfficeID: office, Role: role, TitleEN: "Additional charge", TitleHI: "अतिरिक्त पदभार", From: now.Add(-time.Hour)}
	w.tx(func(tx *store.Tx) error { return tx.SaveCharge(w.ctx(), ch) })
	return ch
}

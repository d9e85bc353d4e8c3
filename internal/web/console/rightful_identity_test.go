package console

import (
	"net/http"
	"net/url"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// rightfulIdentity is the part of rightful about official IDs.
func rightfulIdentity() map[string]step {
	const state, field = grievance.StateNodal, grievance.FieldOfficer
	ofDistrict := func(suffix string, prepare ...func(w *world, officer grievance.ID)) func(w *world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			id := w.newcomer()
			for _, p := range prepare {
				p(w, id)
			}
			return "/ids/" + id.String() + suffix, nil
		}
	}
	suspended := func(w *world, id grievance.ID) {
		if err := w.Auth.Suspend(w.ctx(), grievance.System, id); err != nil {
			w.t.Fatal(err)
		}
	}
	return map[string]step{
		"GET /ids": {role: state, ready: at("/ids")}, "GET /ids/links": {role: state, ready: at("/ids/links")}, "GET /ids/{officer}": {role: state, ready: ofDistrict("")},
		"POST /ids/invite":                           {role: state, ready: at("/ids/invite")},
		"POST /ids/{officer}/invite":                 {role: state, ready: ofDistrict("/invite")},
		"POST /ids/{officer}/reset":                  {role: state, ready: ofDistrict("/reset")},
		"POST /ids/{officer}/suspend":                {role: state, ready: ofDistrict("/suspend")},
		"POST /ids/{officer}/lift":                   {role: state, ready: ofDistrict("/lift", suspended)},
		"POST /ids/{officer}/sessions/{session}/end": {role: state, ready: ofDistrict("/sessions/77/end")},

		"GET /settings/id": {role: field, ready: at("/settings/id")},
		"POST /settings/id/password": {role: field, ready: func(*world) (string, url.Values) {
			return "/settings/id/password", url.Values{"old": {password}, "password": {"kaagaz kalam davaat"}, "again": {"kaagaz kalam davaat"}}
		}},
		"POST /settings/id/recovery":                  {role: field, ready: at("/settings/id/recovery")},
		"POST /settings/id/passkeys/begin":            {role: field, ready: at("/settings/id/passkeys/begin"), want: http.StatusOK},
		"POST /settings/id/passkeys":                  {role: field, ready: at("/settings/id/passkeys"), want: http.StatusUnprocessableEntity}, // no browser has made one
		"POST /settings/id/passkeys/{passkey}/remove": {role: field, ready: at("/settings/id/passkeys/79/remove")},
		"GET /settings/id/codes":                      {role: field, ready: at("/settings/id/codes")},
		"POST /settings/id/sessions/end":              {role: field, ready: at("/settings/id/sessions/end")},
		"POST /settings/id/sessions/{session}/end":    {role: field, ready: at("/settings/id/sessions/77/end"), want: http.StatusSeeOther},
	}
}

// newcomer is a field officer without an official ID.
func (w *world) newcomer() grievance.ID {
	w.t.Helper()
	now := time.Now()
	o := grievance.Officer{ID: w.Desk.Store.NewID(now), NameEN: "Asha Rani", Language: "en", Keys: true}
	o.Email = "asha" + o.ID.String() + "@nivaran.example"
	ch := w.who[grievance.FieldOfficer].Charge
	ch.ID, ch.OfficerID = w.Desk.Store.NewID(now), o.ID
	w.tx(func(tx *store.Tx) error {
		if err := tx.SaveOfficer(w.ctx(), o); err != nil {
			return err
		}
		return tx.SaveCharge(w.ctx(), ch)
	})
	return o.ID
}

package console

import (
	"net/http"
	"net/url"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
)

// rightfulPublish is one successful request for every route of approvals, holds and
// rights on accounts.
func rightfulPublish() map[string]step {
	const state, clerk, district, admin, approver = grievance.StateNodal, grievance.Clerk, grievance.DistrictNodal, grievance.Administrator, grievance.Approver
	// reply waits for a second person; the clerk wrote it.
	reply := func(suffix string, form url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			c := w.assigned(w.x, "Suresh Yadav")
			return "/cases/" + c.ID.String() + "/replies/" + w.waiting(c).String() + suffix, form
		}
	}
	held := func(w *world) (string, url.Values) {
		if err := w.Desk.Hold(w.ctx(), w.actor(state), desk.HoldRequest{Reason: "restore of last night"}); err != nil {
			w.t.Fatal(err)
		}
		holds, err := w.Desk.Holds(w.ctx(), w.actor(state))
		if err != nil || len(holds) == 0 {
			w.t.Fatalf("holds = %v, %v", holds, err)
		}
		return "/channels/holds/" + holds[0].ID.String() + "/lift", nil
	}
	account := func(suffix string, form url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) { return "/channels/" + itoa(w.x.ID) + suffix, form }
	}
	given := func(w *world) (string, url.Values) {
		office := w.officeOf(grievance.Administration, 0, w.Office.DistrictByName("Sirsa"))
		if err := w.Desk.SetRight(w.ctx(), w.actor(admin), grievance.AccountRight{AccountID: w.x.ID, OfficeID: office, Level: grievance.ReadRight}); err != nil {
			w.t.Fatal(err)
		}
		return "/channels/" + itoa(w.x.ID) + "/rights/drop", url.Values{"office": {itoa(office)}}
	}
	version := func(pairs ...string) url.Values {
		form := url.Values{"version": {"1"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return form
	}
	return map[string]step{
		"GET /approvals": {role: approver, ready: at("/approvals")},
		"POST /cases/{id}/replies/{reply}/approve":    {role: approver, ready: reply("/approve", version())},
		"POST /cases/{id}/replies/{reply}/send-back":  {role: district, ready: reply("/send-back", version("reason", "name the ward"))},
		"GET /cases/{id}/replies/{reply}/edit":        {role: approver, ready: reply("/edit", nil)},
		"POST /cases/{id}/replies/{reply}/edit":       {role: clerk, ready: reply("/edit", version("text", "We look into it today."))},
		"POST /cases/{id}/replies/{reply}/drop":       {role: clerk, ready: reply("/drop", version())},
		"POST /cases/{id}/replies/{reply}/send-again": {role: district, ready: reply("/send-again", url.Values{"state": {"refused"}}), want: http.StatusConflict}, // it waits for approval: nothing to send again
		"POST /channels/hold": {role: admin, ready: func(*world) (string, url.Values) {
			return "/channels/hold", url.Values{"what": {"all"}, "reason": {"first connection"}}
		}},
		"POST /channels/holds/{id}/lift":           {role: admin, ready: held},
		"GET /channels/{account}/rights":           {role: district, ready: account("/rights", nil)},
		"POST /channels/{account}/rights":          {role: admin, ready: account("/rights", url.Values{"role": {"clerk"}, "level": {"draft"}})},
		"POST /channels/{account}/rights/drop":     {role: state, ready: given},
		"POST /channels/{account}/rights/approval": {role: state, ready: account("/rights/approval", url.Values{"approval": {"interim"}, "roles": {"clerk"}})},
		"GET /channels/{account}/replies":          {role: approver, ready: account("/replies", nil)},
		"GET /channels/{account}/posts":            {role: state, ready: account("/posts", nil)},
	}
}

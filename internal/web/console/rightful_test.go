package console

import (
	"maps"
	"net/http"
	"net/url"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
)

// rightful is one successful request for every route that asks for a sign-in.
func rightful() map[string]step {
	const (
		state, clerk, district, field, admin = grievance.StateNodal, grievance.Clerk, grievance.DistrictNodal, grievance.FieldOfficer, grievance.Administrator
	)
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	reason := form("reason", "reason enough for this")
	move := func(w *world) url.Values {
		return form("office", itoa(w.officeOf(grievance.Administration, 0, w.Office.DistrictByName("Sirsa"))), "remark", "The place lies in Sirsa, please act there.")
	}
	// with is on for forms that need the world.
	with := func(suffix string, make func(w *world, c *grievance.Case) url.Values, prepare ...func(*world, *grievance.Case)) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			c := w.assigned(w.x, "Suresh Yadav")
			for _, p := range prepare {
				p(w, c)
			}
			return "/cases/" + c.ID.String() + suffix, make(w, c)
		}
	}
	complainant := func(pairs ...string) func(*world, *grievance.Case) url.Values {
		return func(w *world, c *grievance.Case) url.Values {
			v := form(pairs...)
			v.Set("complainant", w.complainant(c).String())
			return v
		}
	}
	below := func(prefix, suffix string) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			return prefix + w.assigned(w.x, "Suresh Yadav").ID.String() + suffix, nil
		}
	}
	unrouted := func(w *world) *grievance.Case {
		opened, err := w.Desk.Open(w.ctx(), w.actor(clerk), []desk.OpenRequest{{PostID: w.post(w.x, "Nobody Near", "kuch to karo"), Kind: grievance.Grievance}})
		if err != nil {
			w.t.Fatal(err)
		}
		return w.read(opened[0].CaseID)
	}
	suggestion := func(w *world) *grievance.Case {
		opened, err := w.Desk.Open(w.ctx(), w.actor(clerk), []desk.OpenRequest{{PostID: w.post(w.mail, "Harpreet Gill", "One counter for pension papers would help"), Kind: grievance.Suggestion, DistrictID: w.Office.DistrictByName("Hisar")}})
		if err != nil {
			w.t.Fatal(err)
		}
		return w.read(opened[0].CaseID)
	}
	sortingOn := func(suffix string, make func(w *world) url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			f := url.Values{}
			if make != nil {
				f = make(w)
			}
			return "/sorting/" + w.post(w.x, "Rakesh Goyal", "हिसार सेक्टर 14 में 3 दिन से बिजली नहीं है").String() + suffix, f
		}
	}
	searched := func(w *world) (string, url.Values) {
		// a search belongs to whoever made it
		id, err := w.Desk.SaveSearch(w.ctx(), w.actor(state), desk.SearchRequest{Words: "पानी"})
		if err != nil {
			w.t.Fatal(err)
		}
		return "/search/" + id.String(), nil
	}
	withFile := func(w *world) (string, url.Values) {
		c := w.assigned(w.x, "Suresh Yadav")
		if err := w.Desk.Note(w.ctx(), w.actor(district), c.ID, "see the list", []desk.Upload{{Name: "list.txt", Data: []byte("pump, motor")}}); err != nil {
			w.t.Fatal(err)
		}
		v, err := w.Desk.Case(w.ctx(), w.actor(district), c.ID)
		if err != nil || len(v.NoteFiles) != 1 {
			w.t.Fatalf("files = %v, %v", v, err)
		}
		return "/cases/" + c.ID.String() + "/files/" + v.NoteFiles[0].Hash, nil
	}
	report := form("text", "The burnt motor of the pump was replaced, water runs.", "done_at", "2026-01-05", "done_time", "10:00", "done_by", "A. B.")
	steps := map[string]step{
		"GET /inbox": {role: district, ready: at("/inbox")}, "GET /inbox/folders": {role: district, ready: at("/inbox/folders")},
		"GET /inbox/{id}": {role: district, ready: below("/inbox/", "")}, "GET /inbox/{id}/details": {role: district, ready: below("/inbox/", "/details")},
		"GET /cases": {role: district, ready: at("/cases")}, "GET /cases/{id}": {role: district, ready: below("/cases/", "")}, "GET /cases/{id}/files/{hash}": {role: district, ready: withFile},
		"GET /search": {role: state, ready: at("/search")}, "POST /search": {role: state, ready: func(*world) (string, url.Values) { return "/search", form("q", "पानी") }}, "GET /search/{id}": {role: state, ready: searched},
		"GET /cases/{id}/similar": {role: district, ready: below("/cases/", "/similar")}, "GET /sorting/{post}/similar": {role: clerk, ready: sortingOn("/similar", nil)},
		"GET /figures": {role: state, ready: at("/figures")}, "GET /counting.json": {role: district, ready: at("/counting.json")},

		"POST /cases/{id}/accept":   {role: field, ready: on("/accept", nil)},
		"GET /cases/{id}/route":     {role: clerk, ready: func(w *world) (string, url.Values) { return "/cases/" + unrouted(w).ID.String() + "/route", nil }},
		"POST /cases/{id}/route":    {role: clerk, ready: func(w *world) (string, url.Values) { return "/cases/" + unrouted(w).ID.String() + "/route", move(w) }},
		"GET /cases/{id}/report":    {role: field, ready: on("/report", nil)},
		"POST /cases/{id}/report":   {role: field, ready: on("/report", report, accepted)},
		"GET /cases/{id}/assign":    {role: district, ready: on("/assign", nil)},
		"POST /cases/{id}/assign":   {role: district, ready: with("/assign", func(w *world, _ *grievance.Case) url.Values { return form("officer", w.actor(field).ID.String()) })},
		"GET /cases/{id}/forward":   {role: district, ready: on("/forward", nil)},
		"POST /cases/{id}/forward":  {role: state, ready: with("/forward", func(w *world, _ *grievance.Case) url.Values { return move(w) })},
		"GET /cases/{id}/return":    {role: district, ready: on("/return", nil)},
		"POST /cases/{id}/return":   {role: district, ready: with("/return", func(w *world, _ *grievance.Case) url.Values { return move(w) })},
		"GET /cases/{id}/ask":       {role: district, ready: on("/ask", nil)},
		"POST /cases/{id}/ask":      {role: district, ready: with("/ask", complainant("way", "public", "text", "Which ward is it, please?"))},
		"GET /cases/{id}/told":      {role: district, ready: on("/told", nil, approved)},
		"POST /cases/{id}/told":     {role: district, ready: with("/told", complainant("how", "by telephone"), approved)},
		"GET /cases/{id}/confirm":   {role: district, ready: on("/confirm", nil, told)},
		"POST /cases/{id}/confirm":  {role: district, ready: with("/confirm", complainant("feedback", "satisfied"), told)},
		"GET /cases/{id}/escalate":  {role: state, ready: on("/escalate", nil, late)},
		"POST /cases/{id}/escalate": {role: state, ready: on("/escalate", reason, late), want: http.StatusConflict}, // the level above joined by the clock: not due again
		"GET /cases/{id}/correct":   {role: district, ready: on("/correct", nil)},
		"POST /cases/{id}/correct":  {role: district, ready: on("/correct", form("title", "No water in ward 9"))},
		"GET /cases/{id}/settle":    {role: state, ready: func(w *world) (string, url.Values) { return "/cases/" + suggestion(w).ID.String() + "/settle", nil }},
		"POST /cases/{id}/settle": {role: state, ready: func(w *world) (string, url.Values) {
			return "/cases/" + suggestion(w).ID.String() + "/settle", form("outcome", "suggestion_noted", "text", "Thank you.")
		}},
		"GET /cases/{id}/reject":    {role: district, ready: on("/reject", nil)},
		"POST /cases/{id}/reject":   {role: district, ready: on("/reject", form("reason", "court", "remark", "The High Court has the matter."))},
		"GET /cases/{id}/readmit":   {role: district, ready: on("/readmit", nil, rejected)},
		"POST /cases/{id}/readmit":  {role: district, ready: on("/readmit", reason, rejected)},
		"GET /cases/{id}/withdraw":  {role: district, ready: on("/withdraw", nil)},
		"POST /cases/{id}/withdraw": {role: district, ready: on("/withdraw", reason)},
		"GET /cases/{id}/reopen":    {role: district, ready: on("/reopen", nil, told)},
		"POST /cases/{id}/reopen":   {role: district, ready: on("/reopen", reason, told)},
		"POST /cases/{id}/watch":    {role: clerk, ready: on("/watch", nil)},
		"POST /cases/{id}/unwatch":  {role: clerk, ready: on("/unwatch", nil)},
		"GET /cases/{id}/refer":     {role: district, ready: on("/refer", nil)},
		"POST /cases/{id}/refer":    {role: district, ready: on("/refer", form("system", "diary", "number", "PHED/17"))},
		"GET /cases/{id}/exclude":   {role: clerk, ready: on("/exclude", nil)},
		"POST /cases/{id}/exclude":  {role: clerk, ready: with("/exclude", func(w *world, c *grievance.Case) url.Values { return form("whom", "office-"+itoa(c.OfficeID)) })},
		"GET /cases/{id}/erase":     {role: state, ready: on("/erase", nil)},
		"POST /cases/{id}/erase": {role: state, ready: with("/erase", func(w *world, c *grievance.Case) url.Values {
			v, err := w.Desk.Case(w.ctx(), w.actor(state), c.ID)
			if err != nil {
				w.t.Fatal(err)
			}
			return form("post", v.Posts[0].ID.String(), "reason", "the citizen asked for it")
		})},
		"POST /cases/{id}/reply":     {role: district, ready: with("/reply", complainant("mode", "public", "text", "The motor is being replaced today."))},
		"POST /cases/{id}/note":      {role: field, ready: on("/note", form("text", "spare motor left the store"))},
		"POST /cases/{id}/approve":   {role: district, ready: on("/approve", form("version", "1"), reported)},
		"POST /cases/{id}/send-back": {role: district, ready: on("/send-back", form("version", "1", "reason", "show the motor running"), reported)},

		"GET /sorting": {role: clerk, ready: at("/sorting")}, "GET /sorting/kept": {role: clerk, ready: at("/sorting/kept")}, "GET /sorting/{post}": {role: clerk, ready: sortingOn("", nil)},
		"POST /sorting/{post}/open":   {role: clerk, ready: sortingOn("/open", func(*world) url.Values { return form("candidate", "0", "kind", "grievance", "urgency", "urgent") })},
		"POST /sorting/{post}/join":   {role: clerk, ready: sortingOn("/join", func(w *world) url.Values { return form("case", w.assigned(w.x, "Other Voice").ID.String()) })},
		"POST /sorting/{post}/keep":   {role: clerk, ready: sortingOn("/keep", func(*world) url.Values { return form("reason", "politics") })},
		"POST /sorting/{post}/danger": {role: clerk, ready: sortingOn("/danger", nil)},
		"POST /sorting/{post}/undo": {role: clerk, ready: func(w *world) (string, url.Values) {
			id := w.post(w.x, "Rakesh Goyal", "nothing in particular")
			if err := w.Desk.Keep(w.ctx(), w.actor(clerk), []grievance.ID{id}, grievance.NotForUs, "news"); err != nil {
				w.t.Fatal(err)
			}
			return "/sorting/" + id.String() + "/undo", nil
		}},

		"GET /field": {role: field, ready: at("/field")}, "GET /field/{id}": {role: field, ready: below("/field/", "")},
		"GET /offices": {role: admin, ready: at("/offices")}, "GET /offices/{office}": {role: admin, ready: at("/offices/1")}, "GET /officers": {role: admin, ready: at("/officers")},
		"GET /channels": {role: admin, ready: at("/channels")}, "GET /channels/unreadable": {role: admin, ready: at("/channels/unreadable")}, "GET /channels/replies": {role: district, ready: at("/channels/replies")},
		"POST /channels/{account}/resume": {role: admin, ready: func(w *world) (string, url.Values) { return "/channels/" + itoa(w.x.ID) + "/resume", nil }},
		"GET /keys":                       {role: field, ready: at("/keys")},
	}
	maps.Copy(steps, rightfulRoles())
	maps.Copy(steps, rightfulOrganisation())
	maps.Copy(steps, rightfulAudit())
	maps.Copy(steps, rightfulTemplates())
	maps.Copy(steps, rightfulAid())
	maps.Copy(steps, rightfulCopies())
	maps.Copy(steps, rightfulConnect())
	maps.Copy(steps, rightfulCitizens())
	maps.Copy(steps, rightfulOwn())
	maps.Copy(steps, rightfulPublish())
	maps.Copy(steps, rightfulIdentity())
	maps.Copy(steps, rightfulUnderstanding())
	return steps
}

package console

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
)

// fresh is an office of the transport department in Hisar that nobody else uses.
func (w *world) fresh() int {
	w.t.Helper()
	w.posts++
	id, err := w.Org.AddOffice(w.ctx(), grievance.System, grievance.Office{Code: "fresh-" + strconv.Itoa(w.posts), NameEN: "Fresh office", Tier: grievance.FieldOffice,
		ParentID: w.officeOf(grievance.Headquarters, w.department("Transport"), 0), DepartmentID: w.department("Transport"), DistrictID: w.Office.DistrictByName("Hisar")})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// hired is an officer with a charge in a fresh office.
func (w *world) hired() (officer, charge grievance.ID, at int) {
	w.t.Helper()
	at = w.fresh()
	officer, err := w.Org.SaveOfficer(w.ctx(), w.actor(grievance.StateNodal), grievance.Officer{Email: "hired" + strconv.Itoa(w.posts) + "@nivaran.example", NameEN: "Hired Officer"})
	if err != nil {
		w.t.Fatal(err)
	}
	charge, err = w.Org.Appoint(w.ctx(), w.actor(grievance.StateNodal), office.Appointment{OfficerID: officer, OfficeID: at, Role: grievance.FieldOfficer, TitleEN: "Engineer"})
	if err != nil {
		w.t.Fatal(err)
	}
	return officer, charge, at
}

// rightfulOrganisation is the part of rightful about offices, officers and charges.
func rightfulOrganisation() map[string]step {
	const state, field = grievance.StateNodal, grievance.FieldOfficer
	day := func(days int) string { return office.Day(time.Now().AddDate(0, 0, days)) }
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	atOffice := func(suffix string, make func(w *world, at int) url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			at, f := w.fresh(), url.Values{}
			if make != nil {
				f = make(w, at)
			}
			return "/offices/" + strconv.Itoa(at) + suffix, f
		}
	}
	atCharge := func(suffix string, make func(w *world) url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			_, charge, _ := w.hired()
			f := url.Values{}
			if make != nil {
				f = make(w)
			}
			return "/charges/" + charge.String() + suffix, f
		}
	}
	atOfficer := func(suffix string, f url.Values) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			officer, _, _ := w.hired()
			return "/officers/" + officer.String() + suffix, f
		}
	}
	newOffice := func(code string) url.Values {
		return form("code", code, "name_en", "Another", "tier", "administration", "parent", "1", "district", "63")
	}
	kept := func(w *world) grievance.ID {
		id, err := w.Org.KeepFile(w.ctx(), w.actor(state), office.DistrictsFile, []byte("lgd_code,name_en\n99801,Filed District\n"))
		if err != nil {
			w.t.Fatal(err)
		}
		return id
	}
	handover := func(w *world) (string, url.Values) {
		_, charge, _ := w.hired()
		id, err := w.Desk.EndCharge(w.ctx(), w.actor(state), desk.Ending{ChargeID: charge})
		if err != nil {
			w.t.Fatal(err)
		}
		return "/handovers/" + id.String(), nil
	}
	leave := func(w *world) (string, url.Values) {
		officer := w.who[field].Officer.ID
		if err := w.Org.TakeLeave(w.ctx(), w.actor(field), office.Absence{OfficerID: officer, From: time.Now().AddDate(2, 0, 0), To: time.Now().AddDate(2, 0, 3)}); err != nil {
			w.t.Fatal(err)
		}
		v, err := w.Org.ViewOfficer(w.ctx(), w.actor(field), officer)
		if err != nil || len(v.Leaves) == 0 {
			w.t.Fatalf("leaves = %v, %v", v.Leaves, err)
		}
		return "/leaves/" + v.Leaves[len(v.Leaves)-1].ID.String() + "/end", nil
	}
	hisar := func(w *world) string { return strconv.Itoa(w.Office.DistrictByName("Hisar")) }
	return map[string]step{
		"GET /offices/matrix":        {role: state, ready: at("/offices/matrix?department=1&district=63")},
		"GET /offices/check":         {role: state, ready: at("/offices/check")},
		"GET /offices/matrix/answer": {role: state, ready: at("/offices/matrix/answer?department=1&district=63")},
		"POST /offices/matrix/answer": {role: state, ready: func(w *world) (string, url.Values) {
			return "/offices/matrix/answer", form("department", strconv.Itoa(w.department("Transport")), "district", hisar(w), "office", strconv.Itoa(w.fresh()))
		}},
		"GET /offices/new":              {role: state, ready: at("/offices/new")},
		"POST /offices/new":             {role: state, ready: func(*world) (string, url.Values) { return "/offices/new", newOffice("another-one") }},
		"GET /offices/{office}/change":  {role: state, ready: atOffice("/change", nil)},
		"POST /offices/{office}/change": {role: state, ready: atOffice("/change", func(_ *world, at int) url.Values { return newOffice("changed-" + strconv.Itoa(at)) })},
		"GET /offices/{office}/close":   {role: state, ready: atOffice("/close", nil)},
		"POST /offices/{office}/close":  {role: state, ready: atOffice("/close", nil)},
		"GET /offices/{office}/appoint": {role: state, ready: atOffice("/appoint", nil)},
		"POST /offices/{office}/appoint": {role: state, ready: atOffice("/appoint", func(w *world, _ int) url.Values {
			return form("officer", w.newcomer().String(), "role", "field_officer", "title_en", "Engineer", "from", day(0))
		})},
		"GET /departments":     {role: state, ready: at("/departments")},
		"GET /departments/new": {role: state, ready: at("/departments/new")},
		"POST /departments/new": {role: state, ready: func(*world) (string, url.Values) {
			return "/departments/new", form("code", "new_department", "name_en", "New")
		}},
		"GET /departments/{department}": {role: state, ready: at("/departments/1")},
		"POST /departments/{department}": {role: state, ready: func(w *world) (string, url.Values) {
			d, _ := w.Office.Department(1)
			return "/departments/1", form("code", d.Code, "name_en", d.NameEN, "name_hi", d.NameHI)
		}},
		"GET /districts":     {role: state, ready: at("/districts")},
		"GET /districts/new": {role: state, ready: at("/districts/new")},
		"POST /districts/new": {role: state, ready: func(*world) (string, url.Values) {
			return "/districts/new", form("lgd", "99802", "name_en", "Brand New")
		}},
		"GET /districts/{district}": {role: state, ready: func(w *world) (string, url.Values) { return "/districts/" + hisar(w), nil }},
		"POST /districts/{district}": {role: state, ready: func(w *world) (string, url.Values) {
			return "/districts/" + hisar(w), form("name_en", "Hisar", "name_hi", "हिसार")
		}},
		"GET /districts/{district}/split": {role: state, ready: func(w *world) (string, url.Values) { return "/districts/" + hisar(w) + "/split", nil }},
		"POST /districts/{district}/split": {role: state, ready: func(w *world) (string, url.Values) {
			return "/districts/" + hisar(w) + "/split", form("lgd", "99803", "name_en", "Uklana", "since", day(1))
		}},

		"GET /officers/new": {role: state, ready: at("/officers/new")},
		"POST /officers/new": {role: state, ready: func(*world) (string, url.Values) {
			return "/officers/new", form("email", "quite.new@nivaran.example", "name_en", "Quite New")
		}},
		"GET /officers/{officer}":         {role: state, ready: atOfficer("", nil)},
		"GET /officers/{officer}/change":  {role: state, ready: atOfficer("/change", nil)},
		"POST /officers/{officer}/change": {role: state, ready: atOfficer("/change", form("email", "other.address@nivaran.example", "name_en", "Other Name"))},
		"GET /officers/{officer}/leave":   {role: state, ready: atOfficer("/leave", nil)},
		"POST /officers/{officer}/leave":  {role: state, ready: atOfficer("/leave", form("from", day(1), "to", day(9)))},
		"GET /charges/{charge}/change":    {role: state, ready: atCharge("/change", nil)},
		"POST /charges/{charge}/change":   {role: state, ready: atCharge("/change", func(*world) url.Values { return form("title_en", "Senior Engineer") })},
		"GET /charges/{charge}/end":       {role: state, ready: atCharge("/end", nil)},
		"POST /charges/{charge}/end":      {role: state, ready: atCharge("/end", nil)},
		"GET /charges/{charge}/transfer":  {role: state, ready: atCharge("/transfer", nil)},
		"POST /charges/{charge}/transfer": {role: state, ready: atCharge("/transfer", func(w *world) url.Values {
			return form("office", strconv.Itoa(w.fresh()), "role", "field_officer", "title_en", "Engineer")
		})},
		"GET /leave":                {role: field, ready: at("/leave")},
		"GET /leave/new":            {role: field, ready: at("/leave/new")},
		"POST /leave/new":           {role: field, ready: func(*world) (string, url.Values) { return "/leave/new", form("from", day(20), "to", day(30)) }},
		"POST /leaves/{leave}/end":  {role: field, ready: leave},
		"GET /handovers/{handover}": {role: state, ready: handover},

		"GET /organisation/csv":        {role: state, ready: at("/organisation/csv")},
		"GET /organisation/csv/{file}": {role: state, ready: at("/organisation/csv/offices")},
		"POST /organisation/csv": {role: state, ready: func(*world) (string, url.Values) {
			return "/organisation/csv", form("kind", "districts", "lines", "lgd_code,name_en\n99804,Pasted\n")
		}},
		"GET /organisation/imports/{import}": {role: state, ready: func(w *world) (string, url.Values) { return "/organisation/imports/" + kept(w).String(), nil }},
		"POST /organisation/imports/{import}": {role: state, ready: func(w *world) (string, url.Values) {
			id := kept(w)
			p, err := w.Org.DryRun(w.ctx(), w.actor(state), id)
			if err != nil {
				w.t.Fatal(err)
			}
			return "/organisation/imports/" + id.String(), form("hash", p.Hash)
		}, want: http.StatusSeeOther},
	}
}

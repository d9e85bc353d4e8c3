package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// complaint is a case with whom it complains of, and the roles whose officers are kept away
// by it.
type complaint struct {
	what string
	*grievance.Case
	author string
	from   []grievance.Role
}

// complaints makes a case for each way of being complained of: as officer, as office, as
// one below it, under a second charge.
func (w *world) complaints(inspector grievance.Role) []complaint {
	w.t.Helper()
	hisar := w.who[grievance.DistrictNodal].Office.ID
	field, head := w.who[grievance.FieldOfficer].Office.ID, w.who[grievance.DepartmentNodal].Office.ID
	w.hold(w.who[grievance.DepartmentNodal].Officer.ID, grievance.Approver, hisar)
	officer := func(r grievance.Role) store.Exclusion { return store.Exclusion{OfficerID: w.who[r].Officer.ID} }
	all := []struct {
		what, author string
		assigned     grievance.Role
		x            store.Exclusion
		by           grievance.Role
		from         []grievance.Role
	}{
		{"nodal officer", "Zubeida Khatoon", grievance.FieldOfficer, officer(grievance.DistrictNodal), grievance.Clerk, []grievance.Role{grievance.DistrictNodal}},
		{"district office, second charge", "Yashoda Ahlawat", grievance.FieldOfficer, store.Exclusion{OfficeID: hisar}, grievance.Clerk, []grievance.Role{grievance.DistrictNodal, grievance.DepartmentNodal}},
		{"field office", "Wazir Chand", grievance.FieldOfficer, store.Exclusion{OfficeID: field}, grievance.Clerk, []grievance.Role{grievance.FieldOfficer, inspector}},
		{"headquarters and below", "Vidya Rani", grievance.FieldOfficer, store.Exclusion{OfficeID: head}, grievance.Clerk, []grievance.Role{grievance.DepartmentNodal, grievance.FieldOfficer, inspector}},
		{"field officer", "Umed Singh", grievance.FieldOfficer, officer(grievance.FieldOfficer), grievance.Clerk, []grievance.Role{grievance.FieldOfficer}},
		{"custom role", "Tara Devi", inspector, officer(inspector), grievance.Clerk, []grievance.Role{inspector}},
		{"clerk", "Satbir Nain", grievance.FieldOfficer, officer(grievance.Clerk), grievance.StateNodal, []grievance.Role{grievance.Clerk}},
		{"auditor", "Ramphal Kundu", grievance.FieldOfficer, officer(grievance.Auditor), grievance.StateNodal, []grievance.Role{grievance.Auditor}},
		{"approver", "Qasim Ali", grievance.FieldOfficer, officer(grievance.Approver), grievance.StateNodal, []grievance.Role{grievance.Approver}},
	}
	var made []complaint
	for _, x := range all {
		c := w.open(w.x, x.author)
		if err := w.Desk.Assign(w.ctx(), w.actor(grievance.StateNodal), c.ID, w.who[x.assigned].Officer.ID); err != nil {
			w.t.Fatal(err)
		}
		if err := w.Desk.Exclude(w.ctx(), w.actor(x.by), c.ID, x.x); err != nil {
			w.t.Fatal(err)
		}
		made = append(made, complaint{x.what, c, x.author, x.from})
	}
	return made
}

// Whoever is complained of, officer or office, gets 404 on every route of the case, and on
// every page, list, search and count no trace of it.
func TestWhoIsComplainedOfFindsNothing(t *testing.T) {
	w := newWorld(t)
	inspector := w.compose("Road inspector").Code
	w.officer(w.Auth.Keys, inspector, w.who[grievance.FieldOfficer].Office.ID, "inspector@nivaran.example")
	browsers := map[grievance.Role]*browser{} // signed in before a second charge is given
	for _, role := range w.Office.Roles() {
		browsers[role.Code] = w.as(role.Code)
	}
	complaints := w.complaints(inspector)
	for _, c := range complaints { // it is there for the others
		if a := browsers[grievance.StateNodal].get("/cases/" + c.ID.String()); a.status != http.StatusOK {
			t.Fatalf("%s: the state nodal officer: %d", c.what, a.status)
		}
	}
	for _, role := range w.Office.Roles() {
		hidden := slices.DeleteFunc(slices.Clone(complaints), func(c complaint) bool { return !slices.Contains(c.from, role.Code) })
		if len(hidden) == 0 {
			continue
		}
		t.Run(string(role.Code), func(t *testing.T) {
			b := browsers[role.Code]
			w.walk(t, b, role, hidden)
			w.searchFor(t, b, role, hidden)
			w.countsAgree(t, role, hidden)
		})
	}
}

// walk visits every route: those of a case with the hidden ones, all other pages for a trace.
func (w *world) walk(t *testing.T, b *browser, role grievance.RoleDef, hidden []complaint) {
	for _, rt := range w.Routes() {
		if rt.Public || rt.Stream || rt.May != "" && !role.May(rt.May) {
			continue
		}
		ofCase := strings.HasPrefix(rt.Pattern, "/cases/{id}") || strings.HasPrefix(rt.Pattern, "/inbox/{id}") || strings.HasPrefix(rt.Pattern, "/field/{id}")
		for _, c := range hidden {
			switch {
			case ofCase:
				a := b.do(rt.Method, filled(rt.Pattern, c.Case, 9), anything())
				if a.status != http.StatusNotFound {
					t.Errorf("%s of what complains of the %s: %d, want 404", name(rt), c.what, a.status)
				}
				noTrace(t, name(rt), a, c)
			case rt.Method == http.MethodGet:
				noTrace(t, name(rt), b.get(filled(rt.Pattern, c.Case, 9)), c)
			}
		}
	}
	for _, folder := range desk.AllFolders {
		a := b.get("/inbox?folder=" + string(folder) + "&order=newest")
		for _, c := range hidden {
			noTrace(t, "folder "+string(folder), a, c)
		}
	}
}

// noTrace looks for number, name and id; the id that was asked for stands in the page's own
// address.
func noTrace(t *testing.T, where string, a answer, c complaint) {
	t.Helper()
	traces := []string{c.Number, c.author}
	if !strings.Contains(where, "{id}") {
		traces = append(traces, c.ID.String())
	}
	for _, trace := range traces {
		if strings.Contains(a.body, trace) {
			t.Errorf("%s shows %q of what complains of the %s", where, trace, c.what)
		}
	}
}

// searchFor looks by number and name, and names the case in forms.
func (w *world) searchFor(t *testing.T, b *browser, role grievance.RoleDef, hidden []complaint) {
	for _, c := range hidden {
		if role.May(grievance.MayRead) {
			for _, q := range []string{c.Number, c.author} {
				a := b.get(b.post("/search", url.Values{"q": {q}}).location)
				if strings.Contains(a.body, c.ID.String()) || q == c.author && strings.Contains(a.body, c.Number) {
					t.Errorf("a search for %q finds what complains of the %s", q, c.what)
				}
			}
		}
		if role.May(grievance.MaySort) {
			post := w.post(w.x, "Somebody Else", "pump band hai")
			for _, form := range []url.Values{{"case": {c.ID.String()}}, {"number": {c.Number}}} {
				if a := b.post("/sorting/"+post.String()+"/join", form); a.status != http.StatusNotFound {
					t.Errorf("joining what complains of the %s by %v: %d, want 404", c.what, form, a.status)
				}
			}
			of, err := w.Desk.Case(w.ctx(), w.actor(grievance.StateNodal), c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if a := b.get("/sorting/" + of.Posts[0].ID.String()); a.status != http.StatusNotFound {
				t.Errorf("the post of what complains of the %s: %d, want 404", c.what, a.status)
			}
		}
	}
}

// countsAgree compares figures, folders, notices and streams with the lists.
func (w *world) countsAgree(t *testing.T, role grievance.RoleDef, hidden []complaint) {
	who := w.who[role.Code]
	by, ok := w.Office.Actor(who.Charge, w.charges(who.Officer.ID)...)
	if !ok {
		t.Fatal("no actor")
	}
	ctx := w.ctx()
	list, err := w.Desk.Cases(ctx, by, desk.CasesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if role.May(grievance.MaySeeFigures) {
		f, err := w.Desk.Figures(ctx, by)
		if err != nil {
			t.Fatal(err)
		}
		if f.Total.All != int64(len(list.Rows)) {
			t.Errorf("the figures count %d cases, the list holds %d", f.Total.All, len(list.Rows))
		}
	}
	folders, err := w.Desk.Folders(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if f.Folder == desk.FolderAll && f.N != int64(len(list.Rows)) {
			t.Errorf("the folder counts %d cases, the list holds %d", f.N, len(list.Rows))
		}
	}
	notices, err := w.Desk.Notices(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range hidden {
		if slices.ContainsFunc(notices, func(n store.Notice) bool { return n.CaseID == c.ID }) {
			t.Errorf("an older notice tells of what complains of the %s", c.what)
		}
		if tells, err := w.Desk.Concerns(ctx, by, []grievance.ID{c.ID}, nil); err != nil || tells {
			t.Errorf("a stream tells of a change of what complains of the %s (%v)", c.what, err)
		}
	}
}

func (w *world) charges(officer grievance.ID) (held []grievance.Charge) {
	w.t.Helper()
	w.tx(func(tx *store.Tx) (err error) {
		held, err = tx.Charges(w.ctx(), officer, w.Now())
		return err
	})
	return held
}

// An exclusion that was chosen wrongly is taken back, and the case is there again.
func TestUnexclude(t *testing.T) {
	w := newWorld(t)
	c := w.open(w.x, "Suresh Yadav")
	at := "/cases/" + c.ID.String()
	x := "officer-" + w.actor(grievance.DistrictNodal).ID.String()
	clerk, district := w.as(grievance.Clerk), w.as(grievance.DistrictNodal)
	if a := clerk.post(at+"/exclude", url.Values{"find": {"district_nodal"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, x) {
		t.Errorf("a search for whom: %d\n%s", a.status, excerpt(a.body))
	}
	if a := clerk.post(at+"/exclude", url.Values{"whom": {x}}); a.location != at {
		t.Fatalf("exclude: %d\n%s", a.status, excerpt(a.body))
	}
	if a := district.get(at); a.status != http.StatusNotFound {
		t.Errorf("the one complained of: %d", a.status)
	}
	if a := clerk.get(at); !strings.Contains(a.body, "Officer district_nodal") {
		t.Error("the page does not say from whom it is kept")
	}
	if a := clerk.post(at+"/unexclude", url.Values{"whom": {"office-3"}}); a.status != http.StatusNotFound {
		t.Errorf("taking back what is not there: %d", a.status)
	}
	if a := clerk.post(at+"/unexclude", url.Values{"whom": {x}}); a.location != at {
		t.Fatalf("unexclude: %d\n%s", a.status, excerpt(a.body))
	}
	if a := district.get(at); a.status != http.StatusOK {
		t.Errorf("after it was taken back: %d", a.status)
	}
}

// The clerk says whom a post complains of; only then it is opened, kept from them, before
// the level above, with vigilance where the clerk confirms it.
func TestAgainst(t *testing.T) {
	w := newWorld(t)
	post := w.post(w.x, "Suresh Yadav", "हिसार में जेई ने पानी का कनेक्शन देने के लिए रिश्वत मांगी")
	clerk, field := w.as(grievance.Clerk), w.who[grievance.FieldOfficer]
	vigilance := w.Office.Vigilance(w.Now())[0]
	w.officer(w.Auth.Keys, grievance.DepartmentNodal, vigilance.ID, "vigilance@nivaran.example")
	at, bribe := "/sorting/"+post.String()+"/open", itoa(w.Office.SubjectByCode("bribe"))
	form := url.Values{"candidate": {"other"}, "subject": {bribe}, "kind": {"grievance"}, "urgency": {"urgent"}, "district": {itoa(w.Office.DistrictByName("Hisar"))}, "against": {"yes"}}
	a := clerk.post(at, form)
	if a.status != http.StatusOK || !strings.Contains(a.body, "Whom does it complain of?") || !strings.Contains(a.body, `value="`+itoa(vigilance.ID)+`" checked`) {
		t.Fatalf("the desk does not ask whom, with vigilance proposed: %d\n%s", a.status, excerpt(a.body))
	}
	form.Set("do", "find")
	form.Set("find", "field_officer")
	whom := "officer-" + field.Officer.ID.String()
	if a := clerk.post(at, form); !strings.Contains(a.body, whom) || !strings.Contains(a.body, `name="subject" value="`+bribe+`"`) {
		t.Errorf("the search does not find the officer, or forgets what was chosen:\n%s", excerpt(a.body))
	}
	form.Set("do", "open")
	if a := clerk.post(at, form); a.status != http.StatusUnprocessableEntity {
		t.Errorf("opened without a word on whom: %d", a.status)
	}
	form.Set("whom", "officer-"+w.who[grievance.Clerk].Officer.ID.String())
	if a := clerk.post(at, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "It complains of you") {
		t.Errorf("a clerk opens the own complaint: %d", a.status)
	}
	form.Set("whom", whom)
	form.Set("vigilance", itoa(vigilance.ID))
	a = clerk.post(at, form)
	if a.status != http.StatusSeeOther || !strings.Contains(a.location, "opened=") {
		t.Fatalf("open: %d\n%s", a.status, excerpt(a.body))
	}
	id, err := w.Desk.CaseNumbered(w.ctx(), w.actor(grievance.StateNodal), a.location[strings.Index(a.location, "GRV-"):])
	if err != nil {
		t.Fatal(err)
	}
	c := w.read(id)
	if above := w.Office.Above(field.Office.ID)[0]; c.OfficeID != above || !c.Against || c.State != grievance.Assigned {
		t.Errorf("office %d (%s), want the level above, %d", c.OfficeID, c.State, above)
	}
	watch := w.as(grievance.DepartmentNodal)
	if a := watch.get("/cases/" + id.String()); a.status != http.StatusOK || strings.Contains(a.body, "/forward") || !strings.Contains(a.body, `value="note"`) {
		t.Errorf("vigilance reads and notes, no more: %d\n%s", a.status, excerpt(a.body))
	}
	if a := watch.post("/cases/"+id.String()+"/forward", url.Values{"office": {"1"}, "remark": {"Please look at this yourselves."}}); a.status != http.StatusForbidden {
		t.Errorf("vigilance forwards: %d", a.status)
	}
	if a := watch.get("/inbox"); !strings.Contains(a.body, c.Number) && !strings.Contains(a.body, id.String()) {
		t.Error("the case is not in the list of vigilance")
	}
	if a := watch.get("/notices"); !strings.Contains(a.body, "before vigilance") {
		t.Error("vigilance was not told")
	}
	kept := w.post(w.x, "Rakesh Goyal", "sorting desk ka clerk jawab nahi deta")
	form = url.Values{"against": {"yes"}, "do": {"keep"}, "candidate": {"other"}, "whom": {"officer-" + w.who[grievance.Clerk].Officer.ID.String()}}
	if a := clerk.post("/sorting/"+kept.String()+"/open", form); !strings.HasPrefix(a.location, "/sorting") {
		t.Fatalf("keep from: %d\n%s", a.status, excerpt(a.body))
	}
	if a := clerk.get("/sorting"); strings.Contains(a.body, "Rakesh Goyal") || !strings.Contains(a.body, "Nothing waits") {
		t.Error("the clerk complained of still sees the post, or its count")
	}
	if a := w.as(grievance.StateNodal).get("/sorting"); !strings.Contains(a.body, "Rakesh Goyal") {
		t.Error("nobody is left to see the post")
	}
}

// An administrator sees menus and reasons of another officer, nothing of a case, and no
// more than the officer's own pages show: what complains of the officer is as if it were
// not there.
func TestSeeAs(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.x, "Suresh Yadav")
	admin, district := w.as(grievance.Administrator), w.who[grievance.DistrictNodal]
	if a := admin.post("/see-as", url.Values{"do": {"find"}, "find": {"district_nodal"}}); !strings.Contains(a.body, district.Charge.ID.String()) {
		t.Fatalf("the officer is not found:\n%s", excerpt(a.body))
	}
	look := func(number string) answer {
		t.Helper()
		a := admin.post("/see-as", url.Values{"do": {"look"}, "charge": {district.Charge.ID.String()}, "number": {number}, "reason": {"she cannot find a case"}})
		if !strings.HasPrefix(a.location, "/see-as/") {
			t.Fatalf("look: %d\n%s", a.status, excerpt(a.body))
		}
		return admin.get(a.location)
	}
	if a := admin.post("/see-as", url.Values{"do": {"look"}, "charge": {district.Charge.ID.String()}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a look without a reason: %d", a.status)
	}
	a := look(c.Number)
	for _, want := range []string{"Inbox", "The role does not allow it.", "POST /cases/{id}/assign", "State cell on X", "Assign"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the look lacks %q", want)
		}
	}
	for _, content := range []string{"Suresh", "पानी", c.Title, c.ID.String(), w.who[grievance.FieldOfficer].Officer.NameEN} {
		if strings.Contains(a.body, content) {
			t.Errorf("the look shows %q of the case", content)
		}
	}
	reached := strings.Count(a.body, "Not among the cases")
	if err := w.Desk.Exclude(w.ctx(), w.actor(grievance.Clerk), c.ID, store.Exclusion{OfficerID: district.Officer.ID}); err != nil {
		t.Fatal(err)
	}
	kept, absent := look(c.Number), look(grievance.RegistrationNumber(w.Now(), 990_017))
	if n := strings.Count(kept.body, "Not among the cases"); reached > 0 || n == 0 || n != strings.Count(absent.body, "Not among the cases") {
		t.Errorf("kept from the officer: %d times out of reach (before %d), a number that is not there: %d", n, reached, strings.Count(absent.body, "Not among the cases"))
	}
	if a := w.as(grievance.DistrictNodal).get("/notices"); !strings.Contains(a.body, "An administrator looked") || strings.Contains(a.body, c.Number) {
		t.Error("the officer was not told, or told of the case")
	}
	w.tx(func(tx *store.Tx) error { return tx.Suspend(w.ctx(), district.Officer.ID, w.Now()) })
	if a := look(""); !strings.Contains(a.body, "The officer is suspended") {
		t.Errorf("a suspended officer:\n%s", excerpt(a.body))
	}
}

// Everything that an administrator may open is free of cases.
func TestAdministratorsReadNoCase(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.x, "Suresh Yadav")
	admin := w.as(grievance.Administrator)
	for _, rt := range w.Routes() {
		if rt.Public || rt.Stream || rt.Method != http.MethodGet {
			continue
		}
		noTrace(t, name(rt), admin.get(filled(rt.Pattern, c, 9)), complaint{what: "nobody", Case: c, author: "Suresh Yadav"})
	}
}

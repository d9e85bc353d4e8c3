package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// A custom role works like a built-in one: its officer has the pages of the field, and a
// change of the role acts with the next request.
func TestCustomRoleInTheField(t *testing.T) {
	w := newWorld(t)
	inspector := w.compose("Road inspector")
	w.officer(w.Auth.Keys, inspector.Code, w.who[grievance.FieldOfficer].Office.ID, "inspector@nivaran.example")
	c := w.open(w.x, "Suresh Yadav")
	at := "/cases/" + c.ID.String()
	if a := w.as(grievance.DistrictNodal).post(at+"/assign", url.Values{"officer": {w.who[inspector.Code].Officer.ID.String()}}); a.location != at {
		t.Fatalf("assign: %d\n%s", a.status, excerpt(a.body))
	}
	b := w.as(inspector.Code)
	if a := b.get("/"); a.location != "/field" {
		t.Errorf("the first page is %q", a.location)
	}
	if a := b.get("/field"); !strings.Contains(a.body, "/field/"+c.ID.String()) {
		t.Errorf("the own case is not there:\n%s", excerpt(a.body))
	}
	if a := b.post(at+"/accept", nil); a.location != "/field/"+c.ID.String() {
		t.Errorf("accept leads to %q", a.location)
	}
	if a := b.get(at + "/forward"); a.status != http.StatusForbidden {
		t.Errorf("what the role does not allow: %d", a.status)
	}
	if a := b.get("/officers"); a.status != http.StatusOK || !strings.Contains(a.body, "Road inspector") {
		t.Errorf("the custom role's name on the list of officers: %d", a.status)
	}
	inspector.Grants = slices.DeleteFunc(inspector.Grants, func(p grievance.Permission) bool { return p == grievance.MayReport })
	if err := w.Roles.Change(w.ctx(), w.actor(grievance.Administrator), inspector); err != nil {
		t.Fatal(err)
	}
	if a := b.get(at + "/report"); a.status != http.StatusForbidden {
		t.Errorf("a permission that was taken away, on the next request: %d", a.status)
	}
}

func TestRolePages(t *testing.T) {
	w := newWorld(t)
	admin := w.as(grievance.Administrator)
	form := url.Values{"name_en": {"Night desk"}, "name_hi": {""}, "reach": {"state"}, "grants": {"case.read", "case.note"}}
	if a := admin.post("/roles/new", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="Night desk"`) || !strings.Contains(a.body, `value="case.note" checked`) {
		t.Errorf("a role without its Hindi name: %d, shown again with what was typed\n%s", a.status, excerpt(a.body))
	}
	form.Set("name_hi", "रात्रि कक्ष")
	form.Add("grants", "roles.manage")
	if a := admin.post("/roles/new", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Administrators read no case") {
		t.Errorf("an administrator who reads: %d", a.status)
	}
	form["grants"] = []string{"case.read", "case.note"}
	if a := admin.post("/roles/new", form); a.location != "/roles/night_desk" {
		t.Fatalf("create: %d to %q\n%s", a.status, a.location, excerpt(a.body))
	}
	for path, want := range map[string]string{
		"/roles": "Night desk", "/roles/night_desk": "Writes internal notes", "/roles/night_desk?lang=hi": "भीतरी टिप्पणी", "/roles/clerk": "Officer clerk",
	} {
		if a := admin.get(path); a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("GET %s: %d, want %q\n%s", path, a.status, want, excerpt(a.body))
		}
		admin.get("/roles?lang=en")
	}
	if a := admin.get("/roles/clerk"); strings.Contains(a.body, "/change") {
		t.Error("a built-in role is offered to be changed")
	}
	if a := admin.post("/roles/night_desk/retire", nil); a.location != "/roles" {
		t.Errorf("retire: %d to %q", a.status, a.location)
	}
	if a := admin.get("/roles"); strings.Contains(a.body, "/roles/night_desk") {
		t.Error("a retired role is still listed")
	}
}

// Every permission stands in one area of the form and has its sentence in both languages.
func TestPermissionsAreExplained(t *testing.T) {
	var all []grievance.Permission
	for _, a := range permissionAreas {
		all = append(all, a.List...)
	}
	want := slices.Clone(grievance.Permissions)
	slices.Sort(all)
	slices.Sort(want)
	if !slices.Equal(all, want) {
		t.Errorf("areas hold %v, the list has %v", all, want)
	}
	w := newWorld(t)
	for _, lang := range []string{"en", "hi"} {
		p := w.Web.Texts.In(lang)
		for _, may := range grievance.Permissions {
			if words := p.T("permission." + string(may)); words == "" || strings.Contains(words, "permission.") {
				t.Errorf("%s has no sentence in %s", may, lang)
			}
		}
	}
}

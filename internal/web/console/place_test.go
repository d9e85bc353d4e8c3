package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// The town that a post names is chosen beforehand and goes into the case; a place that lies
// in another district than the clerk chose is left out.
func TestPlaceOfAPost(t *testing.T) {
	w := newWorld(t)
	clerk := w.as(grievance.Clerk)
	hisar, jind := w.Office.DistrictByName("Hisar"), w.Office.DistrictByName("Jind")
	place := 0
	for _, p := range w.Office.Places() {
		if p.Tier == "town" && p.NameEN == "Hisar" {
			place = p.ID
		}
	}
	for _, tt := range []struct {
		name            string
		district        int
		place, want, in int
	}{
		{"as chosen beforehand", hisar, place, place, hisar},
		{"another district", jind, place, 0, jind},
		{"the place alone", 0, place, place, hisar},
		{"none", hisar, 0, 0, hisar},
	} {
		t.Run(tt.name, func(t *testing.T) {
			post := w.post(w.x, "Suresh "+tt.name, "Hisar sector 14 me 4 din se pani nahi aa raha, "+tt.name)
			if page := clerk.get("/sorting/" + post.String()); !strings.Contains(page.body, `<option value="`+itoa(place)+`" selected>`) {
				t.Error("the town is not chosen beforehand")
			}
			a := clerk.post("/sorting/"+post.String()+"/open", url.Values{"candidate": {"0"}, "kind": {"grievance"}, "district": {itoa(tt.district)}, "place": {itoa(tt.place)}})
			if a.status != http.StatusSeeOther {
				t.Fatalf("open: %d\n%s", a.status, excerpt(a.body))
			}
			number := strings.TrimPrefix(a.location[strings.Index(a.location, "opened="):], "opened=")
			id, err := w.Desk.CaseNumbered(w.ctx(), w.actor(grievance.StateNodal), number)
			if err != nil {
				t.Fatal(err)
			}
			if c := w.read(id); c.PlaceID != tt.want || c.DistrictID != tt.in {
				t.Errorf("the case is of place %d in %d, want %d in %d", c.PlaceID, c.DistrictID, tt.want, tt.in)
			}
		})
	}
	if a := clerk.post("/sorting/"+w.post(w.x, "Ram", "Hisar me pani nahi").String()+"/open", url.Values{"candidate": {"0"}, "place": {"99999"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a place that is not there: %d", a.status)
	}
}

package console

import (
	"net/http"
	"strconv"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
)

func departmentFields(f *orgAsk) []field {
	var d grievance.Department
	if text := f.r.PathValue("department"); text != "" {
		id, _ := strconv.Atoi(text)
		var ok bool
		if d, ok = f.console.Office.Department(id); !ok {
			f.err = grievance.ErrNotFound
		}
	}
	up := f.departments("parent", d.ParentID, false, true)
	up.Label = f.v.T("org.field_parent_department")
	return []field{f.text("code", d.Code, false), f.text("name_en", d.NameEN, false), f.text("name_hi", d.NameHI, true), up, f.tick("outside", d.Outside)}
}

func doSaveDepartment(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	d := grievance.Department{Code: r.PostFormValue("code"), NameEN: r.PostFormValue("name_en"), NameHI: r.PostFormValue("name_hi"), Outside: r.PostFormValue("outside") == "yes"}
	var err error
	if d.ParentID, err = number(r, "parent"); err != nil {
		return "", err
	}
	if text := r.PathValue("department"); text != "" {
		if d.ID, err = strconv.Atoi(text); err != nil {
			return "", grievance.ErrNotFound
		}
	}
	_, err = c.Org.SaveDepartment(r.Context(), by, d)
	return "", err
}

func districtFields(f *orgAsk) []field {
	text := f.r.PathValue("district")
	if text == "" {
		return []field{f.text("lgd", "", false), f.text("name_en", "", false), f.text("name_hi", "", true)}
	}
	id, _ := strconv.Atoi(text)
	d, ok := f.console.Office.District(id)
	if !ok {
		f.err = grievance.ErrNotFound
	}
	return []field{f.text("name_en", d.NameEN, false), f.text("name_hi", d.NameHI, true)}
}

func doSaveDistrict(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	d := grievance.District{NameEN: r.PostFormValue("name_en"), NameHI: r.PostFormValue("name_hi")}
	var err error
	text := r.PathValue("district")
	if text == "" {
		if d.ID, err = number(r, "lgd"); err != nil {
			return "", grievance.Invalid("lgd", "error.lgd")
		}
		if _, known := c.Office.District(d.ID); known {
			return "", grievance.Invalid("lgd", "error.lgd_taken")
		}
	} else if d.ID, err = strconv.Atoi(text); err != nil {
		return "", grievance.ErrNotFound
	}
	return "", c.Org.SaveDistrict(r.Context(), by, d)
}

func splitFields(f *orgAsk) []field {
	id, _ := strconv.Atoi(f.r.PathValue("district"))
	if _, ok := f.console.Office.District(id); !ok {
		f.err = grievance.ErrNotFound
	}
	return []field{f.text("lgd", "", false), f.text("name_en", "", false), f.text("name_hi", "", true), f.day("since", office.Day(f.console.Now()), false), f.placesOf(id)}
}

// placesOf lets sub-districts and towns be named that go over to the new district.
func (f *orgAsk) placesOf(district int) field {
	x := f.optional(f.line("text", "places", "org.field_places", ""))
	var names []string
	for _, p := range f.console.Office.Places() {
		if p.DistrictID == district && p.Tier != "village" {
			names = append(names, p.NameEN)
		}
	}
	x.Hint = f.v.T("org.places_hint", "Places", strings.Join(names, ", "))
	return x
}

func doSplit(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	d := grievance.District{NameEN: r.PostFormValue("name_en"), NameHI: r.PostFormValue("name_hi")}
	var err error
	if d.FromID, err = strconv.Atoi(r.PathValue("district")); err != nil {
		return "", grievance.ErrNotFound
	}
	if d.ID, err = number(r, "lgd"); err != nil {
		return "", grievance.Invalid("lgd", "error.lgd")
	}
	if d.Since, err = office.ParseDay("since", r.PostFormValue("since")); err != nil {
		return "", err
	}
	places, err := c.placesNamed(d.FromID, r.PostFormValue("places"))
	if err != nil {
		return "", err
	}
	return "", c.Org.SplitDistrict(r.Context(), by, d, places)
}

// placesNamed finds the places of a district by their names, parted by commas or lines.
func (c *Console) placesNamed(district int, text string) (ids []int, err error) {
	known := map[string]int{}
	for _, p := range c.Office.Places() {
		if p.DistrictID == district {
			known[strings.ToLower(p.NameEN)] = p.ID
		}
	}
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
			continue
		}
		id, ok := known[name]
		if !ok {
			return nil, &grievance.InvalidError{Field: "places", Key: "error.csv_unknown", Args: map[string]any{"Value": grievance.Excerpt(name, 60)}}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

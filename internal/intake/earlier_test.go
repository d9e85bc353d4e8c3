package intake_test

import (
	"slices"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Where a citizen's last cases were speaks for a post that names no place.
func TestIntakeKnowsEarlierPlaces(t *testing.T) {
	w := desktest.New(t)
	first := arrive(w, "asha", "", "The light is gone in our street again, nobody comes.")
	if first.Verdict.District != 0 {
		t.Fatalf("a first post without a place is of %d", first.Verdict.District)
	}
	w.Open("asha")
	hisar := w.Desk.Office.DistrictByName("Hisar")
	for text, want := range map[string]int{
		"Garbage lies in front of our houses for a week now.":     hisar,
		"Garbage lies in front of the houses in Karnal for days.": w.Desk.Office.DistrictByName("Karnal"),
	} {
		if p := arrive(w, "asha", "", text); p.Verdict.District != want {
			t.Errorf("%q is of %d, want %d", text, p.Verdict.District, want)
		}
	}
	if p := arrive(w, "bina", "", "Dogs bite children in our street, please do something."); p.Verdict.District != 0 {
		t.Errorf("somebody else's post is of %d", p.Verdict.District)
	}
}

func TestEarlierDistrictsAreTheLastThree(t *testing.T) {
	w := desktest.New(t)
	var author grievance.ID
	for _, district := range []string{"Jind", "Hisar", "Karnal", "Hisar", ""} {
		p := w.Post("asha", "", "No water for days in "+district)
		r := w.Request(p)
		r.DistrictID = w.Desk.Office.DistrictByName(district)
		_, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{r})
		w.Must(err)
		w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
			sp, err := tx.Post(t.Context(), p)
			if err == nil {
				author = sp.Author.ID
			}
			return err
		}))
	}
	var got map[grievance.ID][]int
	w.Must(w.Desk.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		got, err = tx.EarlierDistricts(t.Context(), []grievance.ID{author, author + 1})
		return err
	}))
	hisar, karnal := w.Desk.Office.DistrictByName("Hisar"), w.Desk.Office.DistrictByName("Karnal")
	if len(got) != 1 || !slices.Equal(got[author], []int{hisar, karnal}) {
		t.Errorf("earlier districts %v, want %d: %v", got, author, []int{hisar, karnal})
	}
}

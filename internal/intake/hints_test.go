package intake_test

import (
	"testing"

	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
)

// What an authority wrote from a template waits like any other post, set aside beforehand.
func TestIntakeKnowsAuthorityTemplates(t *testing.T) {
	w := desktest.New(t)
	p := arrive(w, "utility_care", "", "Thank you for contacting us. Your complaint has been forwarded to the concerned department.")
	if p.Sorted != grievance.SortAsk || p.Verdict.Kind != grievance.NotForUs || p.Verdict.NotReason != "authority" {
		t.Errorf("the reply is %s, %s, %q; want it to wait, proposed to be kept as an authority's", p.Sorted, p.Verdict.Kind, p.Verdict.NotReason)
	}
}

// What intake sorts is found at once beside what says the same in the other script.
func TestIntakeFindsWhatSaysTheSame(t *testing.T) {
	w := desktest.New(t)
	first := arrive(w, "asha", "", "कुटाना के पास कैथल रोड की पुलिया टूट गई है, स्कूल बस नहीं निकल पाती")
	second := arrive(w, "mohan", "", "Kutana ke paas Kaithal road ki pulia toot gayi hai, school bus nahi nikal paati")
	v, err := w.Desk.SortingPost(t.Context(), w.Clerk, second.ID)
	w.Must(err)
	if len(v.Alike) != 1 || v.Alike[0].Post.ID != first.ID {
		t.Errorf("proposed %v, want %s", v.Alike, first.ID)
	}
}

package sorting

import (
	"testing"

	"nivaran/internal/grievance"
)

var plain = New()

func TestSubjectsAndDistricts(t *testing.T) {
	for _, tt := range []struct {
		in         Input
		department string
		district   int
	}{
		{Input{Text: "हांसी के वार्ड 9 में 4 दिन से पानी नहीं आ रहा, टैंकर भी नहीं भेजा"}, "public_health", 792},
		{Input{Text: "Hisar sector 14 me kal raat se light nahi hai, JE phone nahi utha raha"}, "power", 63},
		{Input{Text: "Street lights in Karnal have not been working for two months"}, "urban_local_bodies", 67},
		{Input{Text: "rohtak me sadak par bade bade gadde hain"}, "pwd_roads", 73},
		{Input{Text: "no electricity since yesterday", District: 63}, "power", 63},
	} {
		v := plain.Sort(tt.in)
		if len(v.Candidates) == 0 || v.Candidates[0].Department != tt.department || v.District != tt.district || v.Kind != grievance.Grievance {
			t.Errorf("%q → %s %+v in %d, want %s in %d", tt.in.Text, v.Kind, v.Candidates, v.District, tt.department, tt.district)
		}
	}
}

func TestRohtakRoadIsNotRohtak(t *testing.T) {
	if v := plain.Sort(Input{Text: "Rohtak Road par jaam laga hai"}); v.District != 0 {
		t.Errorf("Rohtak Road → %d", v.District)
	}
}

func TestDangerGoesFirst(t *testing.T) {
	for _, s := range []string{"स्कूल के बाहर बिजली का तार टूटकर लटक रहा है, करंट आ रहा है", "live wire lying on the road, someone will die"} {
		if v := plain.Sort(Input{Text: s}); v.Urgency != grievance.Danger || v.Kind != grievance.Grievance {
			t.Errorf("%q → %s %s", s, v.Kind, v.Urgency)
		}
	}
}

func TestKinds(t *testing.T) {
	for s, want := range map[string]grievance.Kind{
		"Thank you so much, great work by the team": grievance.Praise,
		"मेरा सुझाव है कि बस अड्डे पर प्रतीक्षालय बने": grievance.Suggestion,
		"good morning everyone": grievance.NotForUs,
	} {
		if v := plain.Sort(Input{Text: s}); v.Kind != want {
			t.Errorf("%q → %s (%v), want %s", s, v.Kind, v.Reasons, want)
		}
	}
}

func TestReasonsMarkTheVeryWords(t *testing.T) {
	in := Input{Text: "सेक्टर 14 हिसार में 3 दिन से बिजली नहीं है"}
	v := plain.Sort(in)
	if len(v.Reasons) == 0 {
		t.Fatal("no reasons")
	}
	for _, r := range v.Reasons {
		if in.Text[r.Start:r.End] != r.Words {
			t.Errorf("%+v points at %q", r, in.Text[r.Start:r.End])
		}
	}
	if c := v.Candidates[0].Confidence; c <= 0 || c >= 1 {
		t.Errorf("confidence %v", c)
	}
}

func FuzzSort(f *testing.F) {
	f.Add("पानी nahi", "Re: water \xff")
	f.Fuzz(func(t *testing.T, body, title string) {
		v := plain.Sort(Input{Text: body, Title: title})
		for _, r := range v.Reasons {
			if r.End > len(body) || r.Start > r.End {
				t.Fatalf("%+v in %q", r, body)
			}
		}
	})
}

func BenchmarkSort(b *testing.B) {
	in := Input{Text: "हांसी के वार्ड 9 में 4 दिन से पानी नहीं आ रहा, टैंकर भी नहीं भेजा। बच्चे स्कूल बिना नहाए जा रहे हैं।"}
	for b.Loop() {
		plain.Sort(in)
	}
}

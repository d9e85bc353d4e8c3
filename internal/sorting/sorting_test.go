package sorting

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"testing"

	"nivaran/internal/grievance"
)

var engine = sync.OnceValue(func() *Engine {
	e, err := New()
	if err != nil {
		panic(err)
	}
	return e
})

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
		v := engine().Sort(tt.in)
		if len(v.Candidates) == 0 || v.Candidates[0].Department != tt.department || v.District != tt.district || v.Kind != grievance.Grievance {
			t.Errorf("%q → %s %+v in %d, want %s in %d", tt.in.Text, v.Kind, v.Candidates, v.District, tt.department, tt.district)
		}
	}
}

func TestDistricts(t *testing.T) {
	for _, tt := range []struct {
		text string
		own  int // the account's own district
		want int
	}{
		{"Rohtak Road par jaam laga hai", 0, 0},
		{"Rohtak-Jhajjar road par jaam", 0, 0},
		{"Hisar se Rohtak road tuti hai", 0, 0},
		{"रोहतक रोड पर अंधेरा है", 0, 0},
		{"Rohtak gate Bhiwani ke paas sewer", 0, 59},
		{"Hisar bus stand par safai nahi", 0, 63},
		{"सब लोग हंसी उड़ा रहे हैं", 0, 0},
		{"हाँसी में पानी नहीं", 0, 792},
		{"जींद के सेक्टर 8 में कूड़ा", 0, 65},
		{"Nuh me doctor nahi", 0, 604},
		{"नारनौल में पानी नहीं", 0, 69},
		{"ਸਿਰਸਾ ਵਿੱਚ ਪਾਣੀ ਨਹੀਂ", 0, 74},
		{"street light out, sector 15 ggn", 0, 62},
		{"charkhi dadri me bijli nahi", 0, 701},
		{"Gohana me patwari", 0, 75},
		{"pin 125001 no water", 0, 63},
		{"gaon Khera me pani nahi", 0, 0},
		{"Jindal ka plant", 0, 0},
		{"Rohtak Road par jaam", 71, 71},
		{"Karnal me pani nahi", 71, 67},
	} {
		v := engine().Sort(Input{Text: tt.text, District: tt.own})
		if v.District != tt.want || tt.want == 0 != (v.DistrictConfidence == 0) {
			t.Errorf("%q → %d with %v, want %d", tt.text, v.District, v.DistrictConfidence, tt.want)
		}
	}
	two := engine().Sort(Input{Text: "Hisar aur Sirsa dono me pani nahi"})
	if one := engine().Sort(Input{Text: "Hisar me pani nahi"}); two.DistrictConfidence > 0.6 || one.DistrictConfidence < 0.9 {
		t.Errorf("two districts: %v, one: %v", two.DistrictConfidence, one.DistrictConfidence)
	}
}

// The account's own department leans an open reading its way and never overrules the text.
func TestOwnDepartment(t *testing.T) {
	open := "pani bahut hai sadak par, bijli"
	free, own := engine().Sort(Input{Text: open}), engine().Sort(Input{Text: open, Department: "power"})
	share := func(v grievance.Verdict) float64 {
		for _, c := range v.Candidates {
			if c.Department == "power" {
				return c.Confidence
			}
		}
		return 0
	}
	if share(own) <= share(free) {
		t.Errorf("power %v, at power's account %v", share(free), share(own))
	}
	if v := engine().Sort(Input{Text: "पानी नहीं आ रहा है", Department: "power"}); v.Candidates[0].Department != "public_health" {
		t.Errorf("water at power's account → %+v", v.Candidates)
	}
}

func TestShortWordsDoNotMeetByChance(t *testing.T) {
	if v := engine().Sort(Input{Text: "nice place for a picnic"}); v.Urgency != grievance.Ordinary || len(v.Reasons) != 0 {
		t.Errorf("for → %s %+v", v.Urgency, v.Reasons)
	}
	for _, r := range engine().Sort(Input{Text: "मेरे साथ चलो"}).Reasons {
		if r.Words == "साथ" {
			t.Errorf("साथ → %+v", r)
		}
	}
}

func TestWordsOfTheSubjectLine(t *testing.T) {
	v := engine().Sort(Input{Title: "Street light not working in Karnal", Text: "see above"})
	if len(v.Candidates) == 0 || v.District != 67 {
		t.Fatalf("%+v", v)
	}
	for _, r := range v.Reasons {
		if r.Start != 0 || r.End != 0 || r.Words == "" {
			t.Errorf("%+v points into the text", r)
		}
	}
	if v := engine().Sort(Input{Title: "light not working", Text: "street"}); slices.ContainsFunc(v.Reasons, func(r grievance.Reason) bool { return strings.Contains(r.Words, "street light") }) {
		t.Error("a phrase ran over from text to subject line")
	}
}

func TestAgainstOfficer(t *testing.T) {
	v := engine().Sort(Input{Text: "Patwari demanded 5000 rupees bribe for mutation"})
	if !v.AgainstOfficer || !v.Sensitive || v.Kind != grievance.Grievance {
		t.Errorf("bribe → %+v", v)
	}
}

func TestDangerGoesFirst(t *testing.T) {
	for _, s := range []string{"स्कूल के बाहर बिजली का तार टूटकर लटक रहा है, करंट आ रहा है", "live wire lying on the road, someone will die", "mujhe marne ka mann kar raha hai, koi nahi sunta", "मेरे साथ बलात्कार की धमकी दी जा रही है", "kids are dying of heat", "thank you sir, my brother wants to kill himself, he will end his life: suicide"} {
		if v := engine().Sort(Input{Text: s}); v.Urgency != grievance.Danger || v.Kind != grievance.Grievance {
			t.Errorf("%q → %s %s", s, v.Kind, v.Urgency)
		}
	}
}

func TestKinds(t *testing.T) {
	for s, want := range map[string]grievance.Kind{
		"Thank you so much, great work by the team": grievance.Praise,
		"मेरा सुझाव है कि बस अड्डे पर प्रतीक्षालय बने": grievance.Suggestion,
		"good morning everyone":                       grievance.NotForUs,
		"thank you DC sahab, road ban gayi":           grievance.Praise,
		"no water supply since Monday, thank you sir": grievance.Grievance,
		"pani nahi aa raha, thanks":                   grievance.Grievance,
		"how to apply for ration card?":               grievance.Query,
		"vote for our leader zindabad":                grievance.NotForUs,
		"supply not coming":                           grievance.Grievance,
		"":                                            grievance.NotForUs,
	} {
		if v := engine().Sort(Input{Text: s}); v.Kind != want {
			t.Errorf("%q → %s (%v), want %s", s, v.Kind, v.Reasons, want)
		}
	}
}

func TestReasonsMarkTheVeryWords(t *testing.T) {
	in := Input{Text: "सेक्टर 14 हिसार में 3 दिन से बिजली नहीं है"}
	v := engine().Sort(in)
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

// A letter that repeats itself for pages is read in time, and its reasons stay readable.
func TestLongLetter(t *testing.T) {
	v := engine().Sort(Input{Text: strings.Repeat("live wire in Hisar, pani nahi, suicide. ", 5000)})
	said := map[string]int{}
	for _, r := range v.Reasons {
		said[r.Says+" "+r.Code]++
	}
	if v.Urgency != grievance.Danger || said["urgency danger"] != mostReasons || said["district 63"] != mostReasons {
		t.Errorf("%s for %v", v.Urgency, said)
	}
}

func FuzzSort(f *testing.F) {
	f.Add("पानी nahi", "Re: water \xff")
	f.Fuzz(func(t *testing.T, body, title string) {
		v := engine().Sort(Input{Text: body, Title: title})
		for _, r := range v.Reasons {
			if r.End > len(body) || r.Start > r.End {
				t.Fatalf("%+v in %q", r, body)
			}
		}
	})
}

// What is not the state government's is a grievance all the same, with the reason proposed.
func TestOtherGovernments(t *testing.T) {
	v := engine().Sort(Input{Text: "Railway station par train roz 2 ghante late aati hai, fatak bhi band rehta hai"})
	if v.Kind != grievance.Grievance || v.Department != "outside_state" || v.NotReason != "other_government" {
		t.Errorf("railways → %s %s %q", v.Kind, v.Department, v.NotReason)
	}
	if v := engine().Sort(Input{Text: "पानी नहीं आ रहा है"}); v.NotReason != "" {
		t.Errorf("water → %q", v.NotReason)
	}
}

// A clear department shows its subjects, an open one the departments beside it; the
// candidates never exceed their department.
func TestCandidates(t *testing.T) {
	clear := engine().Sort(Input{Text: "Bijli ka transformer jal gaya, poora mohalla andhere me, bijli nahi aa rahi"})
	if clear.DepartmentConfidence < clearFrom || len(clear.Candidates) != most {
		t.Fatalf("%+v", clear)
	}
	var sum float64
	for _, c := range clear.Candidates {
		sum += c.Confidence
		if c.Department != clear.Department {
			t.Errorf("%+v beside %s", c, clear.Department)
		}
	}
	if sum > clear.DepartmentConfidence+0.002 {
		t.Errorf("subjects %v of %v", sum, clear.DepartmentConfidence)
	}
	seen := map[string]bool{}
	for _, c := range engine().Sort(Input{Text: "sir meri sunwai karo"}).Candidates {
		if seen[c.Department] {
			t.Errorf("%s twice", c.Department)
		}
		seen[c.Department] = true
	}
}

// Candidates come best first, also where the likeliest department has many subjects and a
// smaller one but one.
func TestCandidatesAreInOrder(t *testing.T) {
	open := 0
	for _, post := range shippedPosts() {
		v := engine().Sort(Input{Text: post.Text})
		if !slices.IsSortedFunc(v.Candidates, func(a, b grievance.Candidate) int { return cmp.Compare(b.Confidence, a.Confidence) }) {
			t.Errorf("%q: %+v", post.Text, v.Candidates)
		}
		if len(v.Candidates) > 0 && v.Department != v.Candidates[0].Department {
			t.Errorf("%q: %s, and first %+v", post.Text, v.Department, v.Candidates[0])
		}
		if len(v.Candidates) > 1 && v.Candidates[1].Department != v.Department {
			open++
		}
	}
	if open == 0 {
		t.Error("no post leaves its department open")
	}
}

package copies

import (
	"slices"
	"testing"

	"nivaran/internal/grievance"
)

func TestCompare(t *testing.T) {
	w := New()
	tests := []struct {
		name, a, b string
		want       Verdict
		because    string // a reason that must be given
	}{
		{"word for word", "Sector 14 Hisar mein teen din se paani nahi aaya", "sector 14 hisar mein teen din se paani nahi aaya!!", Same, "verbatim"},
		{"word for word, but too little", "Garbage is not cleared", "garbage is not cleared", Different, "little"},
		{"a few words differ", "The overhead tank of Ward 9 Tohana leaks since Diwali and water floods the Arya school lane, nobody from public health came to see it",
			"Sir the overhead tank of ward 9 Tohana leaks since Diwali, water floods the Arya school lane and nobody from public health came", Propose, "words"},
		{"in the other script", "सेक्टर 14 हिसार में तीन दिन से पानी नहीं आ रहा है", "sector 14 hisar me teen din se pani nahi aa raha", Propose, "translated"},
		{"in the other language", "बरवाला रोड हिसार पर सुबह से बिजली नहीं है", "No electricity on Barwala road Hisar since morning", Propose, "translated"},
		{"another matter in the other language", "बरवाला रोड हिसार पर सुबह से बिजली नहीं है", "The school at Agroha has no teacher for mathematics", Different, ""},
		{"the same template, another number plate", "Car HR 26 AB 1234 parked on the footpath of Sheela chowk Rohtak again, challan it please, traffic police does nothing here",
			"Car HR 12 C 9876 parked on the footpath of Sheela chowk Rohtak again, challan it please, traffic police does nothing here", Different, "numbers_differ"},
		{"reminders count", "Reminder no 4: the culvert at Bhuna bypass near Sethi petrol pump collapsed, tractors fall into the drain every night",
			"Reminder no 5: the culvert at Bhuna bypass near Sethi petrol pump collapsed, tractors fall into the drain every night.", Propose, "words"},
		{"an authority's reply", "Thank you for sharing this with us. We have intimated our team.", "Thank you for sharing this with us. We have intimated our team.", Different, "template"},
		{"nothing at all", "", "", Different, "little"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := w.Compare(Post{Reading: w.Read(tt.a)}, Post{Reading: w.Read(tt.b)})
			if c.Verdict != tt.want {
				t.Errorf("Compare = %s (%.2f, %v), want %s", c.Verdict, c.Score, c.Reasons, tt.want)
			}
			if tt.because != "" && !slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Code == tt.because }) {
				t.Errorf("reasons %v lack %q", c.Reasons, tt.because)
			}
			back := w.Compare(Post{Reading: w.Read(tt.b)}, Post{Reading: w.Read(tt.a)})
			if back.Verdict != c.Verdict {
				t.Errorf("the other way round it is %s", back.Verdict)
			}
		})
	}
}

// What is known around the posts counts: the same author makes less enough, another
// district is a veto.
func TestCompareAround(t *testing.T) {
	w := New()
	a := Post{Reading: w.Read("Gas agency at Kosli gives no receipt"), Author: 1}
	b := Post{Reading: w.Read("Kosli gas agency still gives no receipt"), Author: 1}
	mine := w.Compare(a, b)
	if mine.Verdict != Propose {
		t.Errorf("the author's own repetition is %s (%.2f %v)", mine.Verdict, mine.Score, mine.Reasons)
	}
	b.Author = 2
	if theirs := w.Compare(a, b); theirs.Score >= mine.Score {
		t.Errorf("another author's is as alike (%.2f) as one's own (%.2f)", theirs.Score, mine.Score)
	}
	b.Author, a.District, b.District = grievance.ID(1), 68, 71
	if c := w.Compare(a, b); c.Verdict != Different {
		t.Errorf("of another district it is %s", c.Verdict)
	}
}

func TestTemplate(t *testing.T) {
	for _, s := range []string{
		"Thank you for contacting us. Your complaint has been forwarded to the concerned department.",
		"We regret the inconvenience. The matter is being looked into.",
		"आपकी शिकायत संबंधित विभाग को आवश्यक कार्यवाही हेतु प्रेषित कर दी गई है।",
	} {
		if !Template(s) {
			t.Errorf("no template: %s", s)
		}
	}
	for _, s := range []string{
		"Thank you for sharing the number, but nobody came to repair the road",
		"They said thank you for contacting us, complaint has been forwarded to JE, but it is still not resolved",
		"आपकी शिकायत दर्ज हो गई लिखा आता है पर अभी तक कोई कार्यवाही नहीं",
		"Kindly forward my complaint to the concerned officer",
	} {
		if Template(s) {
			t.Errorf("a citizen speaks like that: %s", s)
		}
	}
}

func TestEvaluate(t *testing.T) {
	w := New()
	one := "Sector 14 Hisar mein teen din se paani nahi aaya"
	f := w.Evaluate([]Judged{{one, one, true}, {one, one, false}, {one, "School without roof in Kalayat", true}, {one, "School without roof in Kalayat", false}})
	if f.Pairs != 4 || f.Precision.Of != 1 || f.Precision.All != 2 || f.Recall.Of != 1 || f.Recall.All != 2 || f.Same.All != 2 {
		t.Errorf("Evaluate = %+v", f)
	}
	if f.Recall.Low <= 0 || f.Recall.Low >= 0.5 || f.Recall.High <= 0.5 || f.Recall.High >= 1 {
		t.Errorf("the bounds of one half of two are %v", f.Recall)
	}
}

func FuzzRead(f *testing.F) {
	w := New()
	f.Add("सेक्टर 14 हिसार", "sector 14 <URL> @x")
	f.Fuzz(func(t *testing.T, a, b string) {
		c := w.Compare(Post{Reading: w.Read(a)}, Post{Reading: w.Read(b)})
		if !(c.Score >= 0 && c.Score <= 1) {
			t.Errorf("score %v", c.Score)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	w := New()
	x, y := Post{Reading: w.Read("सेक्टर 14 हिसार में तीन दिन से पानी नहीं आ रहा है")}, Post{Reading: w.Read("No water in sector 14 of Hisar for three days, please help")}
	for b.Loop() {
		w.Compare(x, y)
	}
}

func BenchmarkRead(b *testing.B) {
	w := New()
	for b.Loop() {
		w.Read("No water in sector 14 of Hisar for three days, please help, we have small children at home")
	}
}

func BenchmarkMarks(b *testing.B) {
	w := New()
	for b.Loop() {
		w.Marks("No water in sector 14 of Hisar for three days, please help, we have small children at home")
	}
}

func BenchmarkTemplate(b *testing.B) {
	for b.Loop() {
		Template("No water in sector 14 of Hisar for three days, please help, we have small children at home")
	}
}

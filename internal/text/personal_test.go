package text

import "testing"

func TestPersonalData(t *testing.T) {
	for s, want := range map[string]string{
		"call 98765 43210": "phone", "+91-9876543210": "phone", "0172-2740000": "phone",
		"a.b@example.org.": "mail", "3234 5678 9012": "number", "323456789012": "number",
	} {
		got := PersonalData(s)
		if len(got) != 1 || got[0].Kind != want {
			t.Errorf("PersonalData(%q) = %v, want one %s", s, got, want)
		}
	}
	for _, s := range []string{"ward 9, 14 days, GRV-2026-0042117", "PIN 125001", "1,50,000 rupees", "ID 2026110200001"} {
		if got := PersonalData(s); len(got) != 0 {
			t.Errorf("PersonalData(%q) = %v, want none", s, got)
		}
	}
}

func TestMask(t *testing.T) {
	got := Mask("मेरा नंबर 9876543210, mail a.b@example.org, card 3234 5678 9012 है")
	want := "मेरा नंबर ******10, mail ***@***, card ******12 है"
	if got != want {
		t.Errorf("Mask = %q, want %q", got, want)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("call 9876543210 or a@b.co")
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, p := range PersonalData(s) {
			if p.Start < last || p.End > len(s) || p.End-p.Start < 2 {
				t.Fatalf("%+v in %q", p, s)
			}
			last = p.End
		}
		Mask(s)
	})
}

package text

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestXLength(t *testing.T) {
	tests := []struct {
		name, text string
		want       int
	}{
		{"nothing", "", 0},
		{"Hindi; NFC makes two of ड़", "सड़क टूटी है", 12},
		{"the same, decomposed", norm.NFD.String("सड़क टूटी है"), 12},
		{"Punjabi", "ਸੜਕ ਟੁੱਟੀ ਹੈ", 12},
		{"Urdu", "سڑک ٹوٹی ہے", 11},
		{"rupee", "₹500", 5},
		{"tick", "दर्ज ✅", 7},
		{"ellipsis and bullet", "…•", 4},
		{"dashes and quotes", "– “शब्द” ’", 10},
		{"halant and joiners", "क्\u200dष", 4},
		{"Chinese", "你好", 4},

		{"domain without a scheme", "grievance.gov.in/track", 23},
		{"short link", "https://t.co/a", 23},
		{"long link", "https://grievance.example.gov.in/n/GRV-2026-0042117?lang=hi&x=1#top", 23},
		{"link at the end of a sentence", "देखें grievance.gov.in/track।", 30},
		{"full stop after a link", "see grievance.gov.in/track.", 28},
		{"link in brackets", "(https://grievance.gov.in/a)", 25},
		{"brackets in a link", "https://en.example.org/wiki/Hansi_(city)", 23},
		{"two links", "a.in b.in", 47},
		{"port and path", "https://grievance.gov.in:8443/x", 23},
		{"a domain after a word in Hindi", "gov.in.काम", 27},
		{"labels without end", strings.Repeat("a.", 20000) + "in", 23},
		{"upper case", "HTTPS://Grievance.GOV.IN", 23},
		{"a name in Devanagari with a scheme", "https://शिकायत.भारत/क", 24},
		{"a word after a full stop", "paani nahi.kab aayega", 21},
		{"a domain before such a word", "gov.in.kaam", 28},
		{"an address of mail", "dc@gov.in", 9},
		{"a handle", "@cmohry.in", 10},
		{"a host without a domain", "http://localhost:8080/x", 23},
		{"an unknown name", "http://host.invalid/x", 21},

		{"family", "👨‍👩‍👧‍👦", 2},
		{"skin tone", "👍🏽", 2},
		{"flag", "🇮🇳", 2},
		{"flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2},
		{"keycap", "1️⃣", 2},
		{"heart", "❤️", 2},
		{"two emoji", "🙏🙏", 4},
		{"digits are digits", "12", 2},
		{"copyright as text", "©", 1},
		{"copyright as emoji", "©️", 2},

		{"280 letters", strings.Repeat("क", 280), 280},
		{"281 letters", strings.Repeat("क", 281), 281},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := XLength(tt.text); got != tt.want {
				t.Errorf("XLength(%q) = %d, want %d", tt.text, got, tt.want)
			}
		})
	}
}

func TestXTableJSON(t *testing.T) {
	raw, err := XTableJSON()
	if err != nil {
		t.Fatal(err)
	}
	var got XTable
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if got.Limit != 280 || len(got.Light) != 4 || len(got.TLDs) < 1000 || got.Domain != xDomain {
		t.Errorf("the table lost something: %d bytes, limit %d, %d ranges, %d names", len(raw), got.Limit, len(got.Light), len(got.TLDs))
	}
}

func FuzzXLength(f *testing.F) {
	for _, s := range []string{"सड़क", "👨‍👩‍👧‍👦", "https://a.in/(b)", "a..in.", "1️⃣", "\xff.in"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := XLength(s)
		if most := 2*utf8.RuneCountInString(norm.NFC.String(s)) + xLinkWeight*strings.Count(s, "."); n < 0 || n > most {
			t.Errorf("XLength(%q) = %d, more than %d", s, n, most)
		}
	})
}

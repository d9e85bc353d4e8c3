package text

import (
	"testing"
	"unicode/utf8"
)

func TestNormal(t *testing.T) {
	for s, want := range map[string]string{
		"Sadak TOOTI hai":             "sadak tooti hai",
		"pleeeease helppp!!!!":        "pleease helpp!!",
		"स\u0921\u093cक":              "सडक",
		"स\u095cक":                    "सडक",
		"क्\u200dया हाँ":              "क्या हां",
		"ｂｉｊｌｉ":                       "bijli",
		"bijli gayi 😡😡":               "bijli gayi emojiangry emojiangry ",
		"thanks 🙏🏽":                   "thanks emojiplead ",
		"go 🦄":                        "go emoji ",
		"#SaveWater now":              " save water now",
		"#swachh_bharat":              " swachh bharat",
		"#BJPHaryana2026x":            " bjp haryana 2026 x",
		"#पानी_दो":                    " पानी दो",
		"@DC_Hisar_x see":             "@dc_hisar_x see",
		"bus &amp; train":             "bus & train",
		"call 1000000  now\n\nplease": "call 1000000 now please",
		"😊\U0001F3FB":                 " emojigood ",
		"→ 5 km":                      "→ 5 km",
	} {
		if got := Normal(s); got != want {
			t.Errorf("Normal(%q) = %q, want %q", s, got, want)
		}
	}
}

func FuzzNormal(f *testing.F) {
	f.Add("#SaveWater @DC_Hisar 😡 क्\u200dया &amp; loooong")
	f.Fuzz(func(t *testing.T, s string) {
		if got := Normal(s); utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("Normal(%q) = %q is not valid UTF-8", s, got)
		}
	})
}

func BenchmarkNormal(b *testing.B) {
	s := "@DC_Hisar सेक्टर 14 में तीन दिन से पानी नहीं आ रहा है, please help 🙏 #SaveWater"
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Normal(s)
	}
}

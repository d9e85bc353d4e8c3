package text

import (
	"regexp"
	"slices"
	"testing"
)

func TestScriptsFindEachOther(t *testing.T) {
	for _, same := range [][]string{
		{"pani", "paani", "Paanee", "पानी"},
		{"bijli", "bijlee", "बिजली", "bijali"},
		{"sadak", "सड़क"},
		{"pension", "pensions"},
		{"mandi", "मंडी", "mandee"},
		{"nahi", "nahin", "नहीं"},
		{"chhat", "छत"},
		{"Ambala", "अंबाला", "अम्बाला"},
		{"Rewari", "रेवाड़ी"},
		{"sadak", "sadkon", "सड़कों", "sarak", "ਸੜਕ"},
		{"pani", "ਪਾਣੀ"},
		{"vikas", "vikaas", "विकास"},
		{"complaint", "complaints"},
		{"nali", "naliyan", "नालियां"},
		{"rasta", "raste", "रास्ते"},
		{"kisan", "kisano", "किसानों"},
		{"pension", "पेंशन"},
		{"road", "रोड"},
		{"police", "पुलिस"},
		{"hospital", "aspatal", "अस्पताल"},
		{"क्या", "क्\u200dया", "kya"},
		{"2026", "२०२६"},
		{"GRV-2026-0042117", "grv-2026-0042117"},
	} {
		want := Tokens(same[0])
		for _, s := range same[1:] {
			if got := Tokens(s); !slices.Equal(got, want) {
				t.Errorf("%s → %v, %s → %v", same[0], want, s, got)
			}
		}
	}
}

func TestDifferentWordsStayApart(t *testing.T) {
	for _, pair := range [][2]string{{"पानी", "पेंशन"}, {"road", "ration"}, {"Khera", "Kheri"}, {"बिजली", "बजाज"}, {"14", "41"}, {"police", "puliya"}, {"पुलिस", "पुलिया"}} {
		if slices.Equal(Tokens(pair[0]), Tokens(pair[1])) {
			t.Errorf("%s and %s are one: %v", pair[0], pair[1], Tokens(pair[0]))
		}
	}
}

func TestSpansPointAtTheWords(t *testing.T) {
	s := "सेक्टर 14 में bijli नहीं, GRV-2026-0042117!"
	for _, tok := range Spans(s) {
		if s[tok.Start:tok.End] == "" || !regexp.MustCompile(`^[a-z0-9]+$`).MatchString(tok.Key) {
			t.Errorf("%+v → %q", tok, s[tok.Start:tok.End])
		}
	}
	all := Tokens(s)
	if all[len(all)-1] != "grv20260042117" {
		t.Errorf("registration number → %v", all)
	}
}

func TestVerbatim(t *testing.T) {
	a, n := Verbatim("@cmohry Pani nahi aa raha, gali 4 https://x.com/1")
	b, _ := Verbatim("pani NAHI aa raha gali 4!! @dc_hisar")
	c, _ := Verbatim("pani nahi aa raha gali 5")
	if a != b || a == c || n < 4 {
		t.Errorf("keys %s %s %s, %d words", a, b, c, n)
	}
	joined, _ := Verbatim("क्\u200dया पानी आएगा")
	if plain, _ := Verbatim("क्या  पानी आएगा?"); plain != joined {
		t.Error("a joiner makes another copy")
	}
	if key, n := Verbatim("@cmohry https://x.com/1 !!"); key != "" || n != 0 {
		t.Errorf("no words: %q, %d", key, n)
	}
}

func FuzzSpans(f *testing.F) {
	f.Add("पानी pani \xff GRV-2026-")
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, tok := range Spans(s) {
			if tok.Start < last || tok.End > len(s) || tok.Key == "" {
				t.Fatalf("%+v in %q", tok, s)
			}
			last = tok.End
		}
	})
}

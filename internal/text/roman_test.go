package text

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
)

// romanSpellings are Hindi words with the spellings in which citizens type them.
//
//go:embed testdata/roman.tsv
var romanSpellings string

func TestUsualSpellingsFindTheWord(t *testing.T) {
	words, pairs, found := 0, 0, 0
	byKey := map[string][]string{}
	for line := range strings.Lines(romanSpellings) {
		fields := strings.Fields(line)
		key := Tokens(fields[0])
		words++
		byKey[key[0]] = append(byKey[key[0]], fields[0])
		for _, s := range fields[1:] {
			pairs++
			if slices.Equal(Tokens(s), key) {
				found++
			}
		}
	}
	if words < 500 || found*100 < pairs*98 {
		t.Errorf("of %d words in %d spellings %d find each other", words, pairs, found)
	}
	shared := 0
	for _, group := range byKey {
		if len(group) > 1 {
			shared += len(group)
		}
	}
	// The list has forms of one word: बच्चा, बच्चे.
	if shared*100 > words*7 {
		t.Errorf("%d of %d words share their key", shared, words)
	}
}

func TestEverydayWordsKeepRareOnesOut(t *testing.T) {
	for _, pair := range [][2]string{{"दाम", "डाम"}, {"दिन", "डिन"}, {"कम", "काम"}, {"दिन", "दान"}, {"char", "kar"}, {"khana", "kana"}, {"bhai", "bai"}} {
		if slices.Equal(Tokens(pair[0]), Tokens(pair[1])) {
			t.Errorf("%s and %s are one: %v", pair[0], pair[1], Tokens(pair[0]))
		}
	}
}

func TestStrangersAreFoundByTheirOwnSpellings(t *testing.T) {
	for _, of := range [][2][]string{
		{{"बनाना", "banana", "banaana"}, {"बनना", "banna"}},
		{{"निकालना", "nikalna", "nikaalna"}, {"पीना", "peena", "pina"}},
		{{"कार", "car", "kaar"}, {"कर", "kar"}},
		{{"अभियान", "abhiyan", "abhiyaan"}, {"अभी", "abhi"}},
		{{"मीटर", "meter"}, {"मित्र", "mitr", "mitra"}},
		{{"नालियां", "naliyan", "naliyaan"}, {"करें", "karen", "karein"}},
		{{"हंस", "hans"}, {"हां", "haan"}},
		{{"पिता", "pita"}, {"पीटा", "peeta"}},
		{{"बिजली", "bijli", "bijali"}, {"बिजलियां", "bijliyan"}},
		{{"धर्म", "dharm", "dharma"}, {"धर्मों", "dharmon"}},
	} {
		for _, one := range of {
			for _, s := range one[1:] {
				if got, want := Tokens(s), Tokens(one[0]); !slices.Equal(got, want) {
					t.Errorf("%s → %v, %s → %v", one[0], want, s, got)
				}
			}
		}
	}
	for _, strangers := range [][2]string{{"बनाना", "बनना"}, {"नाली", "नली"}, {"तीन", "टीन"}, {"दिन", "दीन"}, {"मिलन", "मिलान"}, {"पिता", "पीता"}, {"साठ", "साथ"}, {"अक्षर", "अक्सर"}, {"कार", "कर"}, {"car", "kar"}, {"अभी", "अभियान"}, {"मां", "मान"}, {"मीटर", "मित्र"}, {"रेत", "रेट"}, {"metro", "meter"}} {
		if slices.Equal(Tokens(strangers[0]), Tokens(strangers[1])) {
			t.Errorf("%s and %s are one: %v", strangers[0], strangers[1], Tokens(strangers[0]))
		}
	}
	// A slip of the pen makes no stranger.
	for _, slip := range [][2]string{{"ऊपर", "उपर"}, {"दूसरा", "दुसरा"}, {"सड़क", "सडक"}, {"नहीं", "नही"}} {
		if !slices.Equal(Tokens(slip[0]), Tokens(slip[1])) {
			t.Errorf("%s → %v, %s → %v", slip[0], Tokens(slip[0]), slip[1], Tokens(slip[1]))
		}
	}
}

func TestSpellingsThatTheRulesReach(t *testing.T) {
	for _, same := range [][]string{
		{"व्यवस्था", "vyavastha", "vyavasta", "vyawastha"},
		{"ज्यादा", "zyada", "jyada", "jyaada"},
		{"खुशी", "khushi", "kushi", "khusi"},
		{"आंखें", "aankhen", "ankhe", "aankhein"},
		{"क्योंकि", "kyonki", "kyunki"},
		{"अदालती", "adalati", "adalti"},
		{"अंतर्राष्ट्रीय", "antarrashtriya", "antrrashtriy"},
		{"गए", "गये", "gaye", "gae"},
		{"हिंदी", "हिन्दी", "hindi", "hindee"},
		{"पहले", "pahle", "pehle"},
		{"अनपढ़", "anpadh", "anpdh"},
		{"कामों", "kaamon", "kaamo"},
		{"लक्ष्मी", "laxmi", "lakshmi"},
		{"विद्यालय", "vidyalaya", "vidyalay"},
		{"ज्ञान", "gyan", "gyaan"},
		{"सड़क", "सडक", "sadak"},
		{"ਬਿਜਲੀ", "बिजली", "bijli"},
	} {
		for _, s := range same[1:] {
			if got, want := Tokens(s), Tokens(same[0]); !slices.Equal(got, want) {
				t.Errorf("%s → %v, %s → %v", same[0], want, s, got)
			}
		}
	}
}

func BenchmarkTokens(b *testing.B) {
	s := "sector 14 mein 3 din se bijli nahi aa rahi, कृपया जल्दी ठीक करवाएं, no power since Monday"
	b.SetBytes(int64(len(s)))
	lexicon() // learned once, see BenchmarkLearn
	for b.Loop() {
		Tokens(s)
	}
}

func BenchmarkLearn(b *testing.B) {
	for b.Loop() {
		learn(everydayWords, commonWords)
	}
}

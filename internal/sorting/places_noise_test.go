package sorting

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"nivaran/internal/seed"
)

// alternatives are how one sound is typed; each is tried where it stands in a name.
var alternatives = map[script][][2]string{
	latinScript: {{"aa", "a"}, {"a", "aa"}, {"i", "ee"}, {"ee", "i"}, {"u", "oo"}, {"w", "v"}, {"v", "w"}, {"ph", "f"}, {"f", "ph"}, {"sh", "s"}, {"th", "t"}, {"t", "th"},
		{"dh", "d"}, {"bh", "b"}, {"kh", "k"}, {"garh", "gadh"}, {"garh", "gad"}, {"garh", "gard"}, {"gaon", "gaun"}, {"gaon", "gaav"}, {"gaon", "goan"}, {"ai", "e"}, {"au", "o"}, {"nagar", " nagar"}, {"abad", "abaad"}},
	indicScript: {{"\u093c", ""}, {"ी", "ि"}, {"ि", "ी"}, {"ू", "ु"}, {"ु", "ू"}, {"ं", "ँ"}, {"ंद", "न्द"}, {"ंब", "म्ब"}, {"म्ब", "ंब"}, {"ण", "न"}, {"न", "ण"}, {"श", "स"}},
}

// misspell writes a name as a hurried citizen does: another habit of spelling, or, in a
// long name, one slip of the finger behind its first letter.
func misspell(r *rand.Rand, name string) string {
	s := latinScript
	if name[0] >= utf8.RuneSelf {
		s = indicScript
	} else {
		name = strings.ToLower(name)
	}
	habits := alternatives[s]
	for range 20 {
		h := habits[r.IntN(len(habits))]
		if i := 1 + strings.Index(name[1:], h[0]); i > 0 && (s == indicScript || !isLetterVowel(name[i-1]) || !isLetterVowel(h[0][0])) {
			name = name[:i] + h[1] + name[i+len(h[0]):]
			break
		}
	}
	if s == indicScript || len(name) < 8 || r.IntN(2) == 0 {
		return name
	}
	i := 1 + r.IntN(len(name)-2)
	switch r.IntN(3) {
	case 0: // left out
		return name[:i] + name[i+1:]
	case 1: // typed twice
		return name[:i] + name[i:i+1] + name[i:]
	}
	return name[:i] + name[i+1:i+2] + name[i:i+1] + name[i+2:] // swapped
}

// frames name a place as citizens do; the last ones name none.
var (
	framesOf = map[script][]string{
		latinScript: {"%s me 3 din se pani nahi aa raha", "sector 4 %s me kuda pada hai", "no electricity in %s since morning", "street light kharab, ward 5, %s", "main %s se hun, sadak tuti hai", "#%s me jaam", "%s ke log pareshan hain", "teh %s me patwari nahi baithta"},
		indicScript: {"%s में 3 दिन से पानी नहीं आ रहा", "सेक्टर 4 %s में कूड़ा पड़ा है", "%s के वार्ड 7 में अंधेरा", "मैं %s से हूं, सड़क टूटी है", "तहसील %s में पटवारी नहीं बैठता", "गली में सीवर भरा है, %s"},
	}
	nowhere = []string{"%s Road par jaam laga hai", "%s chowk ki light kharab", "%s bypass par gadde", "%s road, %s road sab tuti hui"}
)

// TestNoise measures spellings that nobody wrote down, drawn with a fixed seed.
func TestNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 23))
	var f figures
	ask := func(text string, want int) {
		got := allPlaces().find(Input{Text: text}).District
		if want != 0 {
			f.wanted++
		}
		if got != 0 {
			f.given++
		}
		if got != 0 && got == want {
			f.right++
		} else if got != want {
			t.Logf("%q → %d, want %d", text, got, want)
		}
	}
	type named struct {
		name     string
		district int
	}
	var names []named
	for _, d := range seed.Districts() {
		names = append(names, named{d.NameEN, d.Code}, named{d.NameHI, d.Code}, named{d.NameEN, d.Code}, named{d.NameHI, d.Code})
	}
	for _, p := range seed.Places() {
		if p.Tier != "town" || !p.Municipal || len(p.NameEN) < 6 {
			continue
		}
		for _, name := range []string{p.NameEN, p.NameHI} {
			names = append(names, named{name, p.District})
		}
	}
	for range 8 {
		for _, n := range names {
			frames := framesOf[latinScript]
			if n.name[0] >= utf8.RuneSelf {
				frames = framesOf[indicScript]
			}
			name := misspell(r, n.name)
			frame := frames[r.IntN(len(frames))]
			if strings.HasPrefix(frame, "#") {
				name = strings.ReplaceAll(name, " ", "")
			}
			ask(fmt.Sprintf(frame, name), n.district)
		}
	}
	for _, d := range seed.Districts() {
		for _, frame := range nowhere {
			ask(strings.ReplaceAll(frame, "%s", d.NameEN), 0)
		}
	}
	villages, others := seed.Villages(), seed.OtherStates()
	for range 200 {
		ask("gaon "+villages[r.IntN(len(villages))].NameEN+" me pani nahi", 0)
		ask(others[r.IntN(len(others))].Name+" district me barish", 0)
	}
	t.Logf("spelling noise: precision %v, recall %v", share{f.right, f.given}, share{f.right, f.wanted})
	if f.precision() < 0.97 || f.recall() < 0.95 {
		t.Errorf("precision %.3f, recall %.3f", f.precision(), f.recall())
	}
}

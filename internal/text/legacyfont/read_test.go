package legacyfont

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	tests := []struct {
		name, text, want string
		sure             bool
	}{
		{"a letter", "lsok esa]\n\nJheku mik;qDr egksn;] fglkj\n\nfo\"k;%& xyh dh lM+d VwVh gksus ckjsA", "सेवा में,\n\nश्रीमान उपायुक्त महोदय, हिसार\n\nविषय:- गली की सड़क टूटी होने बारे।", true},
		{"three words", "fctyh ugha gS", "बिजली नहीं है", true},
		{"with an address", "esjk bZesy ram.kumar@example.in gS vkSj Qksu 98120 00000 gSA", "मेरा ईमेल ram.kumar@example.in है और फोन 98120 00000 है।", true},
		{"with a number plate and a date", "fnukad 12-05-2024 dks Vªd HR26DK8337 us VDdj ekjhA", "दिनांक 12-05-2024 को ट्रक HR26DK8337 ने टक्कर मारी।", true},
		{"with English", "eSaus Consumer Helpline Number ij f'kdk;r dh Fkh ysfdu dksbZ dk;Zokgh ugha gqbZA", "मैंने Consumer Helpline Number पर शिकायत की थी लेकिन कोई कार्यवाही नहीं हुई।", true},
		{"English before it", "Respected Sir, please find my complaint below.\n\ngekjs xkao dh lM+d VwVh gqbZ gS vkSj ikuh Hkjk jgrk gSA\n\nThanks and regards,\nRam Kumar", "Respected Sir, please find my complaint below.\n\nहमारे गांव की सड़क टूटी हुई है और पानी भरा रहता है।\n\nThanks and regards,\nRam Kumar", true},
		{"beside Unicode", "महोदय, gekjs xkao esa fctyh ugha vk jgh gSA धन्यवाद", "महोदय, हमारे गांव में बिजली नहीं आ रही है। धन्यवाद", true},
		{"english", "There is no water in our street since Monday; please help and/or send a tanker.", "", false},
		{"hinglish", "sir hamare gaon mein bijli nahi aa rahi hai, kripya madad kare", "", false},
		{"capitals", "SIR NO ELECTRICITY IN OUR VILLAGE PLEASE DO SOMETHING", "", false},
		{"slang", "plz hlp thr is no lyt in sec 14 frm 2 dys wht r u ppl doin", "", false},
		{"hindi", "हमारे गांव में बिजली नहीं है", "", false},
		{"punjabi", "ਸਾਡੇ ਪਿੰਡ ਵਿੱਚ ਪਾਣੀ ਨਹੀਂ ਹੈ", "", false},
		{"code", "if (a[i] == b && c->d) { return x; } // [link](http://a.example/b)", "", false},
		{"nothing", "", "", false},
		{"handles", "@cmohry @dcfaridabad #GurugramRains @mlkhattar", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Read(tt.text, false)
			if !tt.sure {
				tt.want = tt.text
			}
			if got.Sure != tt.sure || Readable(tt.text) != tt.want {
				t.Errorf("sure = %v, read as %q, want %v, %q", got.Sure, got.Text, tt.sure, tt.want)
			}
		})
	}
}

// A named font needs fewer words, but not none: Word lists fonts that no word is set in.
func TestReadNamed(t *testing.T) {
	if r := Read("Jheku th", true); !r.Sure || r.Text != "श्रीमान जी" {
		t.Errorf("named: %+v", r)
	}
	if r := Read("The road is broken", true); r.Sure {
		t.Errorf("English in that font: %+v", r)
	}
}

// No English and no Hinglish phrase is taken for Hindi, and of the Hindi ones that have
// enough words nearly all are found.
func TestReadPhrases(t *testing.T) {
	for _, p := range phrases("en", "hi-Latn", "bgc-Latn", "pa") {
		for _, form := range []string{p, strings.ToUpper(p), p + ". " + p + "?"} {
			if r := Read(form, false); r.Sure {
				t.Errorf("%q is taken for Kruti Dev: %q", form, r.Text)
			}
		}
	}
	found, all := 0, 0
	for _, p := range phrases("hi") {
		if len(strings.Fields(p)) < 4 || strings.ContainsFunc(p, func(r rune) bool { return r >= 'A' && r <= 'z' }) {
			continue
		}
		all++
		if r := Read(encode(p), false); r.Sure {
			found++
		}
	}
	t.Logf("%d of %d", found, all)
	if float64(found) < 0.97*float64(all) {
		t.Errorf("%d of %d phrases of four words and more are found", found, all)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("gekjs xkao esa lM+d VwVh gS ffZZ ~~ ++")
	f.Fuzz(func(t *testing.T, s string) {
		if r := Read(s, true); !r.Found && r.Text != s {
			t.Errorf("nothing found, and yet %q became %q", s, r.Text)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	const post = "Sir there is no water supply in our sector since three days, tanker bhi nahi aa raha hai, please help us soon and ask the officer why"
	b.SetBytes(int64(len(post)))
	for b.Loop() {
		Read(post, false)
	}
}

package text

import (
	"bytes"
	"testing"
)

func TestLanguage(t *testing.T) {
	for s, want := range map[string]string{
		"हमारे गांव में पानी नहीं आ रहा है":                               "hi",
		"म्हारे गाम म्ह पाणी कोनी आंदा":                                   "hi",
		"SDO और JE दोनों ने मना कर दिया":                                  "hi",
		"sir मेरी सुन लो":                                                 "hi",
		"hamare gaon me pani nahi aa raha hai":                            "hi-Latn",
		"light nahi aa rahi":                                              "hi-Latn",
		"koi sunwai nhi":                                                  "hi-Latn",
		"BIJLI KA BILL GALAT BHEJ DIYA":                                   "hi-Latn",
		"PANCHKULA SE BUS KAB TAK MILEGI":                                 "hi-Latn",
		"mhare gaam ki gali kad banegi, koe sunda koni":                   "hi-Latn",
		"ap ny jo kaha tha wo to hua hi nahi":                             "hi-Latn",
		"transformer phunk gaya, please send someone to repair it":        "hi-Latn",
		"@someone #paani https://a.example/hai kab tak sahenge":           "hi-Latn",
		"No water supply in our street":                                   "en",
		"lol omg i'm gonna be sooo late again wtf":                        "en",
		"@dhbvn kindly restore supply in Kheri Kalan, Rampura and Mirpur": "en",
		"u guys suck, where is my refund smh":                             "en",
		"Thank you Ramesh Kumar ji for the quick repair":                  "en",
		"ਸਾਡੇ ਪਿੰਡ ਵਿੱਚ ਪਾਣੀ ਨਹੀਂ":                                        "pa",
		"ہمارے گاؤں میں پانی نہیں آ رہا":                                  "ur",
		"माझ्या गावात पाणी नाही आहे":                                      "mr",
		"रस्ता कधी दुरुस्त होणार ते सांगा":                                "mr",
		"हमारे sector 14 मे light nahi hai जी":                            "mixed",
		"Sewer overflow for ten days, छोटे बच्चे बीमार पड़ रहे हैं":       "mixed",
		"123 !!":   "en",
		"":         "en",
		"#paani":   "hi-Latn",
		"FIR":      "en",
		"<URL>":    "en",
		"@user !!": "en",
	} {
		if got := Language(s); got != want {
			t.Errorf("Language(%q) = %s, want %s", s, got, want)
		}
	}
}

// Names of places and people say nothing of the language around them.
func TestLanguageOfNames(t *testing.T) {
	for _, name := range []string{"Gurugram", "Bahadurgarh", "Kheri Sadh", "Sunita Devi", "Charkhi Dadri"} {
		if got := Language("no electricity in " + name + " since the morning"); got != "en" {
			t.Errorf("English with %s = %s", name, got)
		}
		if got := Language(name + " me subah se bijli nahi hai"); got != "hi-Latn" {
			t.Errorf("Hinglish with %s = %s", name, got)
		}
	}
}

func TestTrainLanguage(t *testing.T) {
	examples := []LanguageExample{
		{Text: "plim plam plom", Language: "hi-Latn"}, {Text: "plam plim", Language: "hi-Latn"},
		{Text: "grunk grank", Language: "en"}, {Text: "grank gronk grunk", Language: "en", Weight: 2},
		{Text: "टपटप", Language: "hi"}, {Text: "घुमघुम", Language: "mr"},
	}
	table := TrainLanguage(examples)
	if !bytes.Equal(table, TrainLanguage(examples)) {
		t.Error("the same examples give another table")
	}
	m := readLanguageModel(string(table))
	for word, hindi := range map[string]bool{"plim": true, "plams": true, "grunk": false, "granks": false, "टपटप": true, "घुमघुम": false} {
		if got := m.score([]string{word}); got > 0 != hindi || got == 0 {
			t.Errorf("score(%q) = %v, want Hindi %v", word, got, hindi)
		}
	}
	if got := readLanguageModel("short").score([]string{"plim"}); got != 0 {
		t.Errorf("a table of the wrong size says %v", got)
	}
}

func FuzzLanguage(f *testing.F) {
	f.Add("पानी pani \xff #ab <x> @a b@c.d www. ਪਾਣੀ پانی don’t")
	f.Fuzz(func(t *testing.T, s string) {
		switch got := Language(s); got {
		case "en", "hi", "hi-Latn", "pa", "ur", "mr", "mixed":
		default:
			t.Errorf("Language(%q) = %q", s, got)
		}
	})
}

func BenchmarkLanguage(b *testing.B) {
	posts := []string{
		"@cmohry sector 14 hisar me 3 din se light nahi aa rahi, 1912 pe koi phone nahi uthata. bache ke paper chal rahe hain #bijli",
		"There has been no water in our street for five days and the tanker asks for 900 rupees, kindly look into it",
		"गांव का ट्रांसफार्मर चार दिन पहले फुंक गया था, आधा गांव अंधेरे में है",
	}
	for i := 0; b.Loop(); i++ {
		Language(posts[i%len(posts)])
	}
}

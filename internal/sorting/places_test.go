package sorting

import (
	"slices"
	"strings"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
)

func TestPlacesDecide(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int
	}{
		// Roads, journeys and things that bear a name.
		{"Rohtak Road par jaam laga hai", 0},
		{"Hisar se Rohtak road tuti hai", 0},
		{"Rohtak-Bhiwani highway, Sonipat-Panipat highway", 0},
		{"जींद चौक पर अंधेरा", 0},
		{"करनाल बाईपास पर गड्ढे", 0},
		{"Delhi Road, Rohtak me sewer", 73},
		{"Hisar bus stand par safai nahi", 63},
		{"IMT Manesar gate 2 ki light", 62},
		{"Jind Express phir late", 0},
		{"Hisar wali sadak par gadde", 0},
		{"हिसार जाने वाली सड़क टूटी", 0},
		{"Sirsa branch canal me kachra", 0},
		{"Delhi se Rohtak ja rahi bus kharab ho gayi", 0},
		// Who decides between two.
		{"Hisar ke DC sahab, main Jind se hun, pani nahi aata", 65},
		{"DC Hisar please, Jind me pani nahi aata", 65},
		{"मैं कैथल निवासी हूं, करनाल डीसी साहब सुनिए", 66},
		{"Sonipat police ne Gohana me FIR nahi likhi", 75},
		{"Hisar aur Sirsa dono me pani nahi", 0},
		{"Rohtak, Jind, Bhiwani sab jagah bura haal", 0},
		{"VPO Sisai, teh. Hansi, dist. Hisar", 792},
		{"Hisar, Hansi, Jind sab jagah pani nahi", 0},
		// Names that are words.
		{"सब लोग हंसी उड़ा रहे हैं", 0},
		{"mujhe hansi aa rahi hai", 0},
		{"hansi me pani nahi aa raha", 792},
		{"हंसी शहर में पानी नहीं", 792},
		{"jind meri jaan hai tu", 0},
		{"jind ke sector 8 me kuda", 65},
		{"kalka kaam aaj karo", 0},
		{"Kalka me pani nahi", 70},
		{"meri rai me galat hai", 0},
		{"thana Rai me FIR nahi", 75},
		{"mera badli ka order nahi aaya", 0},
		{"badli, district Jhajjar me patwari nahi", 64},
		{"bawal ho gaya bhai", 0},
		{"nahar me pani nahi aaya", 0},
		{"नहर में पानी नहीं", 0},
		{"बास हांसी में डॉक्टर नहीं", 792},
		{"यहां से बहुत बास आ रही है", 0},
		{"कर्नल साहब की कोठी", 0},
		{"ye sohna munda hai", 0},
		{"SRS ka khata band", 0},
		{"no water, sector 20 SRS", 74},
		// Other states.
		{"Dadri UP me bijli nahi", 0},
		{"Bahadurgarh (Hapur) ki sadak", 0},
		{"Shahpur UP me pani", 0},
		{"Bilaspur Chhattisgarh me barish", 0},
		{"Bilaspur, Yamunanagar me barish", 76},
		{"Noida sector 62 me jaam", 0},
		{"Zirakpur me pani bhara", 0},
		{"चंडीगढ़ सेक्टर 17 में पार्किंग", 0},
		{"Gurugram, Delhi NCR: garbage everywhere", 62},
		// Villages.
		{"gaon Khera me pani nahi", 0},
		{"गांव शाहपुर की गली टूटी", 0},
		{"village Sisai Bola has no water", 0},
		{"gaon Barwala me bijli", 0},
		{"Shahpur tehsil Ballabgarh me pani nahi", 60},
		// Spellings.
		{"no light in GGN", 62},
		{"Gurgoan sec 10", 62},
		{"गुडगांव में पानी", 62},
		{"Ballabgard me jaam", 60},
		{"बल्लभगढ में जाम", 60},
		{"hissar me barish", 63},
		{"sonepat me bijli", 75},
		{"kurukhsetra university hostel, kurukshetr", 68},
		{"Yamuna Nagar me dhuan", 76},
		{"ਗੁੜਗਾਓਂ ਵਿੱਚ ਪਾਣੀ ਨਹੀਂ", 62},
		{"ਪਾਣੀਪਤ ਵਿੱਚ ਬਿਜਲੀ ਨਹੀਂ", 71},
		{"Mohindergarh distt", 69},
		{"Faridabd me sewer", 60},
		{"Gohane me bijli koni", 75},
		{"टोहाणे में पानी कोनी", 61},
		{"गुरुग्राममध्ये पाणी नाही", 62},
		{"सोनीपतला पाणी नाही", 75},
		// Tags, handles and numbers.
		{"#Gurugram me jaam", 62},
		{"#gurugramrains again", 62},
		{"#HisarNews", 63},
		{"@DC_Panipat please help", 71},
		{"@gurgaonpolice no one picks up", 62},
		{"@hisaab_kitab ok", 0},
		{"pin 125001 no water", 63},
		{"Rs 125001 bill aaya", 0},
		{"pin 110001 no water", 0},
		{"rohtak.city@example.org", 0},
		{"https://example.org/rohtak", 0},
		{"HISAR ME PANI NAHI AA RAHA HAI", 63},
		{"BAWAL HO GAYA BHAI LOG", 0},
		{"Ambala Chandigarh Expressway par gadde", 0},
		{"ਨੂੰਹ-ਸੱਸ ਦੀ ਲੜਾਈ", 0},
		{"mujhe jaakar dekhna hai, hisaaab do", 0},
		{"imarat jarjar hai, khetan me pani", 0},
		{"snow on the ground day and night", 0},
		{"paisa bhi nanhi diya", 0},
		{"a sample of the water, unable to drink", 0},
		{"Guru gram me jaam", 62},
		{"सिरसा की शिक्षा के क्षेत्र में", 74},
		{"शिक्षा के क्षेत्र में बदलाव", 0},
		{"हीसार में पानी नहीं", 63},
		{"Heavy traffic towards Gurgaon", 0},
		{"", 0},
	} {
		got := allPlaces().find(Input{Text: tt.text})
		if got.District != tt.want || got.District == 0 != (got.Confidence == 0) {
			t.Errorf("%q → %d with %v, want %d", tt.text, got.District, got.Confidence, tt.want)
		}
	}
}

// What is known besides the text speaks softly, and a village beside it.
func TestPlacesAround(t *testing.T) {
	for _, tt := range []struct {
		in   Input
		want int
	}{
		{Input{Text: "Rohtak Road par jaam", District: 71}, 71},
		{Input{Text: "Karnal me pani nahi", District: 71}, 67},
		{Input{Text: "pani nahi", Earlier: []int{65}}, 65},
		{Input{Text: "pani nahi", Earlier: []int{65, 63, 72}}, 0},
		{Input{Text: "gaon Khera me pani nahi", Earlier: []int{65}}, 65},
		{Input{Text: "Sirsa me pani nahi", Earlier: []int{65}}, 74},
		{Input{Text: "pani nahi", Lat: 29.15, Lon: 75.72}, 63},
		{Input{Text: "pani nahi", Lat: 28.61, Lon: 77.21}, 0}, // Delhi
		{Input{Text: "pani nahi", Lat: 12.97, Lon: 77.59}, 0},
		{Input{Title: "Street light, Karnal", Text: "see above"}, 67},
	} {
		if got := allPlaces().find(tt.in); got.District != tt.want {
			t.Errorf("%+v → %d with %v, want %d", tt.in, got.District, got.Confidence, tt.want)
		}
	}
	alone := allPlaces().find(Input{Text: "pani nahi", Earlier: []int{65}})
	named := allPlaces().find(Input{Text: "Jind me pani nahi"})
	if alone.Confidence > 0.6 || named.Confidence < 0.95 {
		t.Errorf("earlier place %v, named %v", alone.Confidence, named.Confidence)
	}
}

func TestPlacesNamed(t *testing.T) {
	for text, want := range map[string][]string{
		"Kalka-Shimla highway":                nil,
		"Firozpur Jhirka me school nahi":      {"town Ferozepur Jhirka"},
		"Noida me jaam":                       {"state Uttar Pradesh"},
		"Haryana me barish":                   {"state Haryana"},
		"Hisar me pani nahi":                  {"district Hisar"},
		"Hisar sector 14 me pani nahi":        {"district Hisar", "town Hisar"},
		"Hisar city me pani nahi":             {"district Hisar", "town Hisar"},
		"Narwana me pani nahi":                {"town Narwana"},
		"tehsil Tosham me patwari nahi":       {"subdistrict Tosham"},
		"gaon Sisai Bola, Hansi me pani nahi": {"district Hansi", "village Sisai Bola"},
		"village Palwal has no water":         {"district Palwal"},
		"gaon Khanpur Kalan, Sonipat me bus":  {"district Sonipat", "village Khanpur Kalan"},
		"Barwala, Panchkula me pani nahi":     {"district Panchkula", "subdistrict Barwala"},
		"Barwala, dist Hisar me pani":         {"district Hisar", "town Barwala"},
		"DLF Phase 3 me pani nahi":            {"town Gurugram"},
		"हांसी के वार्ड 9 में पानी नहीं": {"district Hansi", "town Hansi"},
		"gaon Shahpur me bijli nahi":             {"village Shahpur"},
		"gaon Shahpur, Ballabgarh me bijli nahi": {"subdistrict Ballabgarh", "village Shahpur"},
	} {
		var got []string
		for _, c := range allPlaces().find(Input{Text: text}).Cues {
			got = append(got, c.Tier+" "+c.Name)
			if c.Confidence <= 0 || c.Confidence > 1 {
				t.Errorf("%q: %+v", text, c)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q → %q, want %q", text, got, want)
		}
	}
}

// A district that the installation split off is found by its name, the places that were
// moved into it lead there, and one that it does not know yet counts with the old one.
func TestPlacesOfTheInstallation(t *testing.T) {
	g := NewGrounds([]grievance.District{{ID: 63, NameEN: "Hisar"}, {ID: 67, NameEN: "Karnal"}, {ID: 900, NameEN: "Newgarh", NameHI: "न्यूगढ़", FromID: 67}},
		[]grievance.Place{{Code: "248519", Tier: "town", NameEN: "Assandh", DistrictID: 900}, {Code: "t-1", Tier: "town", NameEN: "Tiltown", DistrictID: 900}})
	for text, want := range map[string]int{
		"Newgarh me pani nahi": 900,
		"न्यूगढ़ में पानी नहीं": 900,
		"Assandh me pani nahi":      900,
		"Tiltown me pani nahi":      900,
		"Karnal me pani nahi":       67,
		"Hansi me pani nahi":        63, // not known here
		"Narnaund me pani nahi":     63,
		"Rohtak me pani nahi":       0,
		"Assandh, dist Karnal me":   900,
		"Gharaunda me pani nahi":    67,
		"pin 125033 me pani nahi":   63,
		"@DC_Hansi pani nahi aaya":  63,
		"@DC_Rohtak pani nahi aaya": 0,
	} {
		if got := allPlaces().find(Input{Text: text, Grounds: g}); got.District != want {
			t.Errorf("%q → %d, want %d", text, got.District, want)
		}
	}
	if got := allPlaces().find(Input{Text: "pani nahi", District: 900, Grounds: g}); got.District != 900 {
		t.Errorf("at the account of a new district → %d", got.District)
	}
}

func TestPlaceReasonsMarkTheVeryWords(t *testing.T) {
	s := "गुडगांव sector 14, @DC_Gurugram, PIN 122001 #GurugramRains"
	got := allPlaces().find(Input{Text: s, Title: "Gurgaon"})
	if len(got.Reasons) < 4 {
		t.Fatalf("%+v", got.Reasons)
	}
	for _, r := range got.Reasons {
		if r.Start != r.End && s[r.Start:r.End] != r.Words || r.Start == r.End && r.Words != "Gurgaon" {
			t.Errorf("%+v", r)
		}
	}
	long := allPlaces().find(Input{Text: strings.Repeat("Hisar me pani nahi. ", 5000)})
	if len(long.Reasons) != mostReasons || long.District != 63 {
		t.Errorf("%d reasons, %d", len(long.Reasons), long.District)
	}
}

func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"Hisar me पानी #Gurugram_2 @x", "a\u200dक\xff#", "teh. X, dist. Y-Z (UP) 125001", "Kalka-Shimla highway"} {
		f.Add(s, 28.5, 77.0)
	}
	f.Fuzz(func(t *testing.T, s string, lat, lon float64) {
		got := allPlaces().find(Input{Text: s, Lat: lat, Lon: lon})
		for _, r := range got.Reasons {
			if s[r.Start:r.End] != r.Words {
				t.Fatalf("%+v in %q", r, s)
			}
		}
		for _, c := range append(got.Cues, grievance.PlaceCue{Confidence: max(got.Confidence, 0.01)}) {
			if !(c.Confidence > 0 && c.Confidence <= 1) { // NaN is neither
				t.Fatalf("%+v in %q", c, s)
			}
		}
	})
}

// No word of a phrase that tells a matter or an urgency is taken for a name spelled in a
// hurry; some phrases hold a name (PGI Rohtak), as it is written.
func TestNoPhraseIsAPlace(t *testing.T) {
	var phrases []string
	for _, c := range seed.Cues() {
		phrases = append(phrases, c.Phrase)
	}
	for _, c := range seed.UrgencyCues() {
		phrases = append(phrases, c.Phrase)
	}
	for _, phrase := range phrases {
		text := allPlaces().read(phrase, nil)
		for i := range text.mentions {
			if m := &text.mentions[i]; m.first().tier <= tierSubdistrict && !m.way && text.cued(m, false) && (!m.exact || m.guard == needsAdmin) {
				t.Errorf("%q: %s", phrase, m.first().name)
			}
		}
	}
}

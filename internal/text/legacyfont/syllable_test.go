package legacyfont

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// Words as they were typed in offices, each with what the font showed.
func TestConvert(t *testing.T) {
	tests := []struct{ typed, want string }{
		{"gS", "है"}, {"gSa", "हैं"}, {"esa", "में"}, {"ugha", "नहीं"}, {"vkSj", "और"}, {"dh", "की"}, {"dks", "को"}, {"ls", "से"}, {"fd", "कि"}, {";g", "यह"}, {",d", "एक"}, {"ij", "पर"},
		// the short i and its cluster
		{"fLFkfr", "स्थिति"}, {"fiz;", "प्रिय"}, {"fufeZr", "निर्मित"}, {"f}rh;", "द्वितीय"}, {"fn~orh;", "द्वितीय"}, {"fo|ky;", "विद्यालय"}, {"fctyh", "बिजली"}, {"f'k{kk", "शिक्षा"}, {"ifRu", "पत्नि"},
		{"f=yksd", "त्रिलोक"}, {"f=kyksd", "त्रिलोक"}, {"fØ;k", "क्रिया"}, {"fMªi", "ड्रिप"},
		// reph
		{"dk;Z", "कार्य"}, {"/keZ", "धर्म"}, {"izkFkhZ", "प्रार्थी"}, {"o\"kkZ", "वर्षा"}, {"fo|kFkhZ", "विद्यार्थी"}, {"nqO;Zogkj", "दुर्व्यवहार"}, {"fuekZ.k", "निर्माण"}, {"odZ'kkWi", "वर्कशॉप"},
		{"dkÆed", "कार्मिक"}, {"bZ", "ई"}, {"bZaV", "ईंट"}, {"b±V", "ईंट"}, {"eq[;ea=h", "मुख्यमंत्री"}, {"dk;Zokgh", "कार्यवाही"},
		// conjuncts
		{"Kku", "ज्ञान"}, {"vkKk", "आज्ञा"}, {"Jheku", "श्रीमान"}, {"{ks=", "क्षेत्र"}, {"d{kk", "कक्षा"}, {"fo'ks\"k", "विशेष"}, {"mÙkj", "उत्तर"}, {"mÙkjnkf;Ro", "उत्तरदायित्व"}, {"Hkz\"Vkpkj", "भ्रष्टाचार"},
		{"jk\"Vªh;", "राष्ट्रीय"}, {"cq)", "बुद्ध"}, {"i)fr", "पद्धति"}, {"eqíks", "मुद्दो"}, {"dÙkZO;", "कर्त्तव्य"}, {"ç'kklu", "प्रशासन"}, {"iz'kklu", "प्रशासन"}, {"Øekad", "क्रमांक"}, {"—ik", "कृपा"}, {"d`ik", "कृपा"}, {"–f\"V", "दृष्टि"},
		{"ân;", "हृदय"}, {"fpÙk", "चित्त"}, {"iêk", "पट्टा"}, {"fpêh", "चिट्टी"}, {"fpëh", "चिट्ठी"}, {"gM~Mh", "हड्डी"}, {"xM~<k", "गड्ढा"}, {"Vªd", "ट्रक"}, {"MªkbZoj", "ड्राईवर"}, {"LokLF;", "स्वास्थ्य"}, {"fpfdRld", "चिकित्सक"},
		{"lM+d", "सड़क"}, {"i<+kbZ", "पढ़ाई"}, {"Qkby", "फाइल"}, {"Qksu", "फोन"}, {"t+:jh", "ज़रूरी"}, {"[k+r", "ख़त"}, {"#i;s", "रुपये"}, {"'kq:", "शुरू"}, {"xk¡o", "गाँव"}, {"vr%", "अतः"}, {"nq%[k", "दुःख"}, {"izk;%", "प्रायः"}, {"fo\"k;%", "विषय:"}, {"fo\"k; %", "विषय :"},
		{"dkWyst", "कॉलेज"}, {"vkWfQl", "ऑफिस"}, {"v‚fQl", "ऑफिस"}, {"d‚yksuh", "कॉलोनी"}, {"vks", "ओ"}, {"vkS\"k/kh", "औषधी"}, {",sls", "ऐसे"}, {"Å¡pk", "ऊँचा"}, {"_.k", "ऋण"}, {"vFkkZr~", "अर्थात्"}, {"vkidk", "आपका"},
		{"’kgj", "शहर"}, {"xq.kk", "गुणा"}, {"iq.;", "पुण्य"}, {"ykHk", "लाभ"}, {"gq,", "हुए"}, {"x,", "गए"},
		// signs
		{"gS]", "है,"}, {"gSA", "है।"}, {"D;k\\", "क्या?"}, {"¼xzkeh.k½", "(ग्रामीण)"}, {"izkFkhZ@izkfFkZ;k", "प्रार्थी/प्रार्थिया"}, {"Mk-", "डा."}, {"/kU;okn", "धन्यवाद"}, {"tu&tu", "जन-जन"}, {"Þvkidks*ß", "“आपको’”"}, {"lsok esa]", "सेवा में,"}, {"gS\"", "है\""}, {"gS.", "है."}, {"gS?", "है?"}, {"gS...", "है..."},
	}
	for _, tt := range tests {
		if got, _ := convert(tt.typed); got != norm.NFC.String(tt.want) {
			t.Errorf("%s = %s, want %s", tt.typed, got, tt.want)
		}
	}
}

// Every Hindi phrase of the seed, typed and read, is itself again.
func TestRoundTrip(t *testing.T) {
	words := 0
	for _, p := range phrases("hi", "bgc") {
		for w := range strings.FieldsSeq(p) {
			if strings.ContainsFunc(w, func(r rune) bool { return r < 0x900 && r > 0x40 }) {
				continue // a Latin letter is another key's
			}
			words++
			typed := encode(w)
			if got, faults := convert(typed); got != norm.NFC.String(w) || faults > 0 {
				t.Errorf("%s, typed %s, is read as %s with %d faults", w, typed, got, faults)
			}
		}
	}
	if words < 5000 {
		t.Errorf("only %d words were tried", words)
	}
}

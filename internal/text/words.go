package text

import "strings"

// oneWord maps the key of a spelling to the key of the word that it stands for, where
// rules do not reach: English words in Devanagari, and a few that everybody writes as
// they please. Each line of sameWords is one word, its first spelling gives the key.
var oneWord = same(sameWords)

const sameWords = `
gaon gaav gaanv gav gao गांव गाँव ਪਿੰਡ
sadak sarak सड़क सडक ਸੜਕ
pension पेंशन पेन्शन पैंशन
road रोड rode
school स्कूल iskool सकूल
police पुलिस polis pulis
hospital अस्पताल aspatal हॉस्पिटल हस्पताल haspatal
light लाइट lait लाईट
complaint कंप्लेंट कम्प्लेंट complain
transformer ट्रांसफार्मर ट्रांसफॉर्मर ट्रांसफ़ॉर्मर transfarmer
ration राशन rashan
sewer सीवर seevar sivar
sewerage सीवरेज
meter मीटर metre
sector सेक्टर सैक्टर sec
colony कॉलोनी कालोनी
ward वार्ड
bus बस
bill बिल
tanker टैंकर टेंकर
street स्ट्रीट
park पार्क
plot प्लॉट प्लाट
property प्रॉपर्टी प्रोपर्टी
tax टैक्स
card कार्ड
office ऑफिस आफिस
officer ऑफिसर अफसर afsar
report रिपोर्ट
doctor डॉक्टर डाक्टर
teacher टीचर
college कॉलेज कालेज
university यूनिवर्सिटी
station स्टेशन
traffic ट्रैफिक ट्रेफिक
pipe पाइप
pipeline पाइपलाइन
supply सप्लाई
tubewell ट्यूबवेल
voltage वोल्टेज
connection कनेक्शन कनैक्शन
committee कमेटी कमिटी
registry रजिस्ट्री
certificate सर्टिफिकेट
photo फोटो foto
number नंबर नम्बर
mobile मोबाइल
online ऑनलाइन
portal पोर्टल
scheme स्कीम
family फैमिली
computer कंप्यूटर कम्प्यूटर
engineer इंजीनियर
contractor ठेकेदार thekedar
Rewari रेवाड़ी रेवाडी
Mahendragarh महेंद्रगढ़ महेन्द्रगढ़ Mahendergarh
Gurgaon गुड़गांव गुड़गाँव गुडगांव
Nuh नूंह नूह
Sonipat सोनीपत Sonepat
Bahadurgarh बहादुरगढ़
Ballabgarh बल्लभगढ़ Ballabhgarh
`

func same(list string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(list) {
		var one string
		for _, w := range strings.Fields(line) {
			key := folded(w)
			if one == "" {
				one = key
			}
			if key != one {
				m[key] = one
			}
		}
	}
	return m
}

package text

import (
	"slices"
	"strings"
)

// oneWord maps the key of a spelling to the key of the word that it stands for, where
// rules do not reach: English words in Devanagari, and a few that everybody writes as
// they please. Each line of sameWords is one word, its first spelling gives the key.
// oneForms are the forms of the spellings in Devanagari that have a mapped key.
var oneWord, oneForms = same(sameWords)

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
meter मीटर
metro मेट्रो
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
motor मोटर
line लाइन लाईन
urea यूरिया yuria
depot डिपो dipo
toll टोल tol
video वीडियो विडियो
camera कैमरा kaimra
jail जेल
cycle साइकिल साईकिल saikil
tractor ट्रैक्टर ट्रेक्टर
cylinder सिलेंडर सिलेन्डर silinder silender
party पार्टी
phone फोन फ़ोन fon
ambulance एम्बुलेंस एंबुलेंस embulance
form फॉर्म फार्म farm
file फाइल फ़ाइल
minute मिनट
hotel होटल
train ट्रेन
ticket टिकट
time टाइम
team टीम
bank बैंक
loan लोन
company कंपनी कम्पनी
market मार्केट मार्किट
machine मशीन mashin
truck ट्रक
bike बाइक
petrol पेट्रोल
diesel डीजल डीज़ल
gate गेट
road रोड
building बिल्डिंग
society सोसायटी सोसाइटी
wire वायर
pole पोल
tower टावर टॉवर
network नेटवर्क
signal सिग्नल
manager मैनेजर
member मेंबर मेम्बर
minister मिनिस्टर
collector कलेक्टर कलक्टर
inspector इंस्पेक्टर
driver ड्राइवर
conductor कंडक्टर
nurse नर्स
vaccine वैक्सीन
operation ऑपरेशन
test टेस्ट
result रिजल्ट
exam एग्जाम
class क्लास
student स्टूडेंट
admission एडमिशन दाखिला dakhila
fees फीस fee
salary सैलरी
duty ड्यूटी
court कोर्ट
case केस
notice नोटिस
license लाइसेंस लाईसेंस licence
passport पासपोर्ट
password पासवर्ड
account अकाउंट एकाउंट
number नंबर
message मैसेज मेसेज
email ईमेल
internet इंटरनेट
website वेबसाइट
app ऐप एप
tv टीवी
AC एसी
fan फैन
cooler कूलर
fridge फ्रिज
gas गैस
plastic प्लास्टिक
cement सीमेंट सीमेन्ट
paint पेंट
color कलर colour
size साइज
rate रेट
cash कैश
cheque चेक check
crore करोड़
police पुलिस
january जनवरी
february फरवरी
march मार्च
april अप्रैल
may मई
june जून
july जुलाई
august अगस्त
september सितंबर सितम्बर
october अक्टूबर
november नवंबर नवम्बर
december दिसंबर दिसम्बर
doctor डॉक्टर
hospital अस्पताल
ambedkar अंबेडकर आंबेडकर
uncle अंकल
aunty आंटी
sir सर
madam मैडम
please प्लीज
help हेल्प
problem प्रॉब्लम प्रोब्लम
system सिस्टम
service सर्विस
emergency इमरजेंसी
security सिक्योरिटी
camp कैंप कैम्प
ground ग्राउंड
stadium स्टेडियम
match मैच
cricket क्रिकेट
film फिल्म फ़िल्म
media मीडिया
news न्यूज
channel चैनल
paper पेपर
pen पेन
pencil पेंसिल
book बुक
table टेबल
chair चेयर
room रूम
toilet टॉयलेट टायलेट
bathroom बाथरूम
drain ड्रेन
footpath फुटपाथ
flyover फ्लाईओवर फ्लाइओवर
bridge ब्रिज
highway हाईवे हाइवे
bypass बाईपास बाइपास
area एरिया
block ब्लॉक
village विलेज
city सिटी
district डिस्ट्रिक्ट
state स्टेट
india इंडिया
commission कमीशन
commissioner कमिश्नर
director डायरेक्टर
secretary सेक्रेटरी
department डिपार्टमेंट
government गवर्नमेंट
public पब्लिक
private प्राइवेट
limited लिमिटेड
project प्रोजेक्ट
tender टेंडर
budget बजट
bond बॉन्ड
share शेयर
business बिजनेस
factory फैक्ट्री फैक्टरी
industry इंडस्ट्री
labour लेबर labor
union यूनियन
election इलेक्शन
vote वोट
Hisar हिसार Hissar
Rewari रेवाड़ी रेवाडी
Mahendragarh महेंद्रगढ़ महेन्द्रगढ़ Mahendergarh
Gurgaon गुड़गांव गुड़गाँव गुडगांव
Nuh नूंह नूह
Sonipat सोनीपत Sonepat
Bahadurgarh बहादुरगढ़
Ballabgarh बल्लभगढ़ Ballabhgarh
`

// soundAlike are English words whose sounds are those of a Hindi word that is a stranger to
// them, with their keys: car is कार, kar is कर.
var soundAlike = map[string]string{"car": "kaar", "cars": "kaar"}

func same(list string) (keys map[string]string, forms map[string][]string) {
	keys, forms = map[string]string{}, map[string][]string{}
	for line := range strings.Lines(list) {
		var one string
		for _, w := range strings.Fields(line) {
			key, sounds, in := folded(w)
			if one == "" {
				one = key
			}
			if key != one {
				keys[key] = one
				if in == inDevanagari {
					forms[key] = append(forms[key], short.Replace(form(sounds)))
				}
			}
		}
	}
	return keys, forms
}

// sameWord is the key of the word that a spelling stands for, "" where it stands for itself:
// मीटर is meter, मित्र is not.
func sameWord(key, sounds string, in writing) string {
	if forms := oneForms[key]; in == inDevanagari && len(forms) > 0 && !slices.Contains(forms, short.Replace(form(sounds))) {
		return ""
	}
	return oneWord[key]
}

package text

import "strings"

// Language says in which language and script a text is: en, hi, hi-Latn, pa, ur, mr or
// mixed, by its letters and its commonest words. A text without letters is en.
func Language(s string) string {
	var latin, deva, guru, arab int
	for _, r := range handlesAndLinks.ReplaceAllString(s, " ") {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			latin++
		case r >= 0x0900 && r <= 0x097F:
			deva++
		case r >= 0x0A00 && r <= 0x0A7F:
			guru++
		case r >= 0x0600 && r <= 0x06FF:
			arab++
		}
	}
	all := latin + deva + guru + arab
	switch {
	case all == 0:
		return "en"
	case guru*2 > all:
		return "pa"
	case arab*2 > all:
		return "ur"
	case deva*10 > all*7:
		return devanagari(s)
	case deva*10 > all*2:
		return "mixed"
	}
	return romanised(s)
}

func devanagari(s string) string {
	if count(s, marathiWords) > count(s, hindiWords) {
		return "mr"
	}
	return "hi"
}

func romanised(s string) string {
	hindi, english := count(strings.ToLower(s), hinglishWords), count(strings.ToLower(s), englishWords)
	if hindi > english {
		return "hi-Latn"
	}
	return "en"
}

func count(s string, words map[string]bool) int {
	n := 0
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \n\t.,!?;:।()[]\"'’-/", r) }) {
		if words[w] {
			n++
		}
	}
	return n
}

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

var (
	hindiWords    = set("है हैं का के की को से में नहीं और पर कर रहा रही हो गया था यह मेरे हमारे")
	marathiWords  = set("आहे आहेत नाही आणि माझ्या झाले मध्ये चा ची चे करा होते")
	hinglishWords = set("hai h hain hn nahi nahin nhi ka ke ki ko se me mein par aur kya kyu kyun bhi ho raha rahi rahe hota gaya gayi gya kar karo karna kr rha rhi " +
		"pani paani bijli sadak gaon gali ghar din mahine sal log koi kuch abhi tak bahut jaldi karwao karwaye karein hamare hamari mere meri apna yaha yahan wala wale sarkar " +
		"ab ji tha thi the kab kaha kahan kaise phir liye wahi ek do teen char ganda band kharab tuta tooti")
	englishWords = set("the is are was were of in on at to for and or not no my our please this that it we you i have has been be with from by since when where who what " +
		"water road power street light supply days months there near still complaint your they will can do does any all")
)

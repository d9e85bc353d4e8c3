package desk

import (
	"fmt"
	"strings"

	"nivaran/internal/grievance"
)

// phrases are what the program itself writes to citizens, in the language and script in
// which they wrote.
type phrases struct {
	ack, link, ask, askLink, received string
}

var phrasesOf = map[string]phrases{
	"en": {
		ack:      "Your matter is registered. Number %s. Status: %s",
		link:     "Your own page, for you only: %s",
		ask:      "Is it settled? Please answer Yes or No here. %s",
		askLink:  "Is it settled? Tell us here: %s or answer this letter with Yes or No. Number %s",
		received: "Thank you, your answer is noted. Number %s",
	},
	"hi": {
		ack:      "आपकी बात दर्ज हो गई है। पंजीकरण संख्या %s। स्थिति देखें: %s",
		link:     "आपका अपना पृष्ठ, केवल आपके लिए: %s",
		ask:      "क्या समाधान हुआ? यहीं हाँ या नहीं लिखें। %s",
		askLink:  "क्या समाधान हुआ? यहाँ बताएं: %s या इसी के उत्तर में हाँ या नहीं लिखें। संख्या %s",
		received: "धन्यवाद, आपका उत्तर दर्ज कर लिया गया है। संख्या %s",
	},
	"hi-Latn": {
		ack:      "Aapki baat darj ho gayi hai. Number %s. Sthiti dekhein: %s",
		link:     "Aapka apna page, sirf aapke liye: %s",
		ask:      "Kya kaam ho gaya? Yahin haan ya nahi likhein. %s",
		askLink:  "Kya kaam ho gaya? Yahan batayein: %s ya isi ke jawab mein haan ya nahi likhein. Number %s",
		received: "Dhanyavaad, aapka jawab darj kar liya gaya hai. Number %s",
	},
}

// say picks the phrases of a language; those that have none of their own get Hindi, the
// state's language.
func say(lang string) phrases {
	if p, ok := phrasesOf[lang]; ok {
		return p
	}
	return phrasesOf["hi"]
}

// answerText is the answer as it reaches one complainant: the approved words, unchanged,
// and the question. A public one carries no link that gives rights.
func answerText(c *grievance.Case, k *grievance.Complainant, words string, way grievance.Way, link string) string {
	p := say(k.Language)
	if way == grievance.PublicWay {
		return words + "\n" + fmt.Sprintf(p.ask, c.Number)
	}
	return words + "\n\n" + fmt.Sprintf(p.askLink, link, c.Number)
}

// letterTitle is the subject line of our letters in a case.
func letterTitle(title, number string) string {
	title = strings.TrimSpace(title)
	if !strings.HasPrefix(strings.ToLower(title), "re:") {
		title = strings.TrimSpace("Re: " + title)
	}
	if strings.Contains(title, number) {
		return title
	}
	return title + " [" + number + "]"
}

package email

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

var (
	// legacyFonts put Hindi and Punjabi letters in the places of ASCII.
	legacyFonts = regexp.MustCompile(`(?i)\b(kruti\s?dev|krutidev|devlys|chanakya|shusha|shivaji0|walkman|4c\s?gandhi|shree-?dev|dv-?tt|kundli|anmol\s?lipi|gurbani\s?akhar|asees|satluj|joy\s?punjabi)`)
	// A slash is the letter ध with a k behind it; elsewhere it is English: and/or, H/No.
	signInWord = regexp.MustCompile(`\pL([+{}&~|\[\]\\^]+|/k)\pL`)
	notWords   = regexp.MustCompile(`(?i)(https?://|www\.)\S+|\S+@\S+|\b[swdchr]/o\b`)
)

// krutiWords are the commonest words of Hindi as Kruti Dev and DevLys write them: है,
// में, का, के, को, से, नहीं, और …
var krutiWords = wordSet("gS gSa esa dk dh ds dks ls ugha vkSj eSa gekjs vkids vkidk Jheku Fkk Fkh jgk jgh jgs djus fd;k x;k x;h tk ;g og ,d ij fn;k djrk egksn; lM+d ikuh fctyh xk¡o xkao")

// plainWords veto: who uses these writes English, or Hindi in Latin letters.
var plainWords = wordSet("the and of to is in for are was not sir please my our we you with from this that have has hai nahi mein ka ki ke ko se aur pani bijli sadak")

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// legacyFont tells that a letter is Hindi only in an old font. It is flagged and never
// converted silently.
func legacyFont(text, src string) bool {
	return legacyWords(text, 0.2) || legacyFonts.MatchString(src) && fontUsed(parseHTML(src))
}

// fontUsed looks for text that is set in such a font and means nothing without it. Word
// lists fonts that a letter does not use, and English may be set in one by mistake.
func fontUsed(n *html.Node) bool {
	if n == nil {
		return false
	}
	if legacyFonts.MatchString(attr(n, "face")+" "+attr(n, "style")) && legacyWords(renderText(n), 0) {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if fontUsed(c) {
			return true
		}
	}
	return false
}

// legacyWords: at least three words, no common English or Latin Hindi among them, no
// Indian script, and at least share of them as only such a font writes.
func legacyWords(text string, share float64) bool {
	words, strange := 0, 0
	for w := range strings.FieldsSeq(notWords.ReplaceAllString(text, " ")) {
		bare := strings.Trim(w, `.,:;?!()"'-`)
		switch {
		case strings.ContainsFunc(w, unicode.IsLetter) && indian(w):
			return false
		case plainWords[strings.ToLower(bare)] && !krutiWords[bare]:
			return false
		case krutiWords[bare], signInWord.MatchString(w):
			strange++
		}
		if strings.ContainsFunc(w, unicode.IsLetter) {
			words++
		}
	}
	return words >= 3 && (share == 0 || strange >= 2 && float64(strange) >= share*float64(words))
}

func indian(w string) bool {
	return strings.ContainsFunc(w, func(r rune) bool {
		return unicode.In(r, unicode.Devanagari, unicode.Gurmukhi, unicode.Arabic)
	})
}

package email

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"nivaran/internal/text/legacyfont"
)

// otherFonts put Hindi and Punjabi letters in the places of ASCII too, each in its own way.
// A letter in one of them is flagged, and not read.
var otherFonts = regexp.MustCompile(`(?i)\b(chanakya|shusha|shivaji0|walkman|4c\s?gandhi|shree-?dev|dv-?tt|kundli|anmol\s?lipi|gurbani\s?akhar|asees|satluj|joy\s?punjabi)`)

// plainWords veto: who uses these writes English, or Hindi in Latin letters.
var plainWords = wordSet("the and of to is in for are was not sir please my our we you with from this that have has hai nahi mein ka ki ke ko se aur pani bijli sadak")

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// legacyFont tells that a letter is Hindi or Punjabi only in an old font, and whether it
// names a font that can be read. It is flagged; whoever shows it converts it.
func legacyFont(text, src string) (found, named bool) {
	if legacyfont.Named(src) || otherFonts.MatchString(src) {
		other, kruti := fontUsed(parseHTML(src))
		return other || kruti, kruti && !other
	}
	return legacyfont.Read(text, false).Sure, false
}

// fontUsed looks for text that is set in such a font and means nothing without it. Word
// lists fonts that a letter does not use, and English may be set in one by mistake.
func fontUsed(n *html.Node) (other, kruti bool) {
	if n == nil {
		return false, false
	}
	if name := attr(n, "face") + " " + attr(n, "style"); legacyfont.Named(name) {
		kruti = legacyfont.Read(renderText(n), true).Sure
	} else if otherFonts.MatchString(name) {
		other = meaningless(renderText(n))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		o, k := fontUsed(c)
		other, kruti = other || o, kruti || k
	}
	return other, kruti
}

// meaningless: at least three words, no common English or Latin Hindi among them, and no
// Indian script.
func meaningless(text string) bool {
	words := 0
	for w := range strings.FieldsSeq(text) {
		bare := strings.ToLower(strings.Trim(w, `.,:;?!()"'-`))
		if plainWords[bare] || strings.ContainsFunc(w, unicode.IsLetter) && indian(w) {
			return false
		}
		if strings.ContainsFunc(w, unicode.IsLetter) {
			words++
		}
	}
	return words >= 3
}

func indian(w string) bool {
	return strings.ContainsFunc(w, func(r rune) bool {
		return unicode.In(r, unicode.Devanagari, unicode.Gurmukhi, unicode.Arabic)
	})
}

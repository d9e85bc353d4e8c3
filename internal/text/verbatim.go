package text

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var handlesAndLinks = regexp.MustCompile(`(?i)@\w+|https?://\S+|www\.\S+`)

// joiners shape letters on the screen and are no part of a word.
var joiners = strings.NewReplacer("\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\u00ad", "")

// Verbatim is the key under which word-for-word copies meet: handles, links, case, spaces
// and punctuation do not matter, every word and number does. words counts the content
// words; without any the key is empty.
func Verbatim(s string) (key string, words int) {
	s = strings.ToLower(norm.NFKC.String(joiners.Replace(handlesAndLinks.ReplaceAllString(s, " "))))
	fields := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	for _, f := range fields {
		if !stopKeys()[fold(f)] {
			words++
		}
	}
	if words == 0 {
		return "", 0
	}
	sum := sha256.Sum256([]byte(strings.Join(fields, " ")))
	return hex.EncodeToString(sum[:16]), words
}

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

// Verbatim is the key under which word-for-word copies meet: handles, links, case, spaces
// and punctuation do not matter, every word and number does. words counts the content
// words; without any the key is empty.
func Verbatim(s string) (key string, words int) {
	s = strings.ToLower(norm.NFKC.String(handlesAndLinks.ReplaceAllString(s, " ")))
	fields := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	for _, f := range fields {
		if !stopKeys[fold(f)] {
			words++
		}
	}
	if words == 0 {
		return "", 0
	}
	sum := sha256.Sum256([]byte(strings.Join(fields, " ")))
	return hex.EncodeToString(sum[:16]), words
}

// Finding is a piece of personal data in a text.
type Finding struct {
	Start, End int
	Kind       string // phone, number, mail
}

var personal = []struct {
	kind    string
	pattern *regexp.Regexp
}{
	{"mail", regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.]+`)},
	{"number", regexp.MustCompile(`\b\d{4}[ -]?\d{4}[ -]?\d{4}\b`)},
	{"phone", regexp.MustCompile(`(?:\+91[ -]?|\b0)?[6-9]\d{4}[ -]?\d{5}\b|\b0\d{2,4}[ -]\d{6,8}\b`)},
}

// PersonalData finds telephone numbers, long identity numbers and mail addresses.
func PersonalData(s string) []Finding {
	var found []Finding
	for _, p := range personal {
		for _, at := range p.pattern.FindAllStringIndex(s, -1) {
			found = append(found, Finding{at[0], at[1], p.kind})
		}
	}
	return found
}

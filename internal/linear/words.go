package linear

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// link stands for every address.
const link = "<url>"

// appendWords adds the words of a normal text: runs of letters, handles whole, addresses
// as one sign, numbers by their length alone, marks that colour what is said.
func appendWords(words []string, s string) []string {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		n := size
		switch {
		case r == '@':
			n = 1 + span(s[1:], handleRune)
			words = append(words, s[:n])
		case strings.HasPrefix(s, "http://"), strings.HasPrefix(s, "https://"):
			n = span(s, func(r rune) bool { return !unicode.IsSpace(r) })
			words = append(words, link)
		case strings.HasPrefix(s, link):
			n = len(link)
			words = append(words, link)
		case wordRune(r):
			n = span(s, func(r rune) bool { return wordRune(r) || r == '\'' })
			words = append(words, strings.TrimRight(s[:n], "'"))
		case unicode.IsDigit(r):
			n = span(s, unicode.IsDigit)
			words = append(words, zeros[:min(utf8.RuneCountInString(s[:n]), len(zeros))])
		case r == '?' || r == '!' || r > 0x2000 && !unicode.IsSpace(r):
			words = append(words, s[:n])
		}
		s = s[n:]
	}
	return words
}

// zeros stand for numbers of as many digits, twelve and more alike.
const zeros = "000000000000"

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func handleRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z'
}

// span is how many bytes at the start of s are runes that belong.
func span(s string, belongs func(rune) bool) int {
	n := strings.IndexFunc(s, func(r rune) bool { return !belongs(r) })
	if n < 0 {
		return len(s)
	}
	return n
}

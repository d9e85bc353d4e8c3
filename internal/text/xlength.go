package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	xDomainPattern = regexp.MustCompile(`(?i)` + xDomain)
	xPathPattern   = regexp.MustCompile(xPath)
	xNoLink        = regexp.MustCompile(xNoLinkAfter)
	xNoBareLink    = regexp.MustCompile(xNoBareLinkAfter)
)

// XLength is the length of s as X counts it: Unicode NFC, a letter of any Indian script 1,
// a link 23, an emoji sequence 2, most other signs (₹, …, •) 2. The handles that X itself
// puts before a reply count nothing and are no part of s.
func XLength(s string) int {
	s = norm.NFC.String(s)
	n := 0
	for s != "" {
		start, end := firstLink(s)
		n += xWeight([]rune(s[:start]))
		if end > start {
			n += xLinkWeight
		}
		s = s[end:]
	}
	return n
}

// firstLink finds where the first link of s begins and ends; without one, both are its end.
func firstLink(s string) (start, end int) {
	for from := 0; ; {
		m := xDomainPattern.FindStringSubmatchIndex(s[from:])
		if m == nil {
			return len(s), len(s)
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += from
			}
		}
		bare := m[2] < 0
		domain := knownDomain(s[m[4]:m[5]], bare)
		if domain == 0 || xNoLink.MatchString(last(s[:m[0]])) || bare && xNoBareLink.MatchString(last(s[:m[0]])) {
			from = m[1]
			continue
		}
		end := m[4] + domain
		if end == m[5] { // else text follows that is no path
			end += len(xPathPattern.FindString(s[end:]))
		}
		return m[0], end
	}
}

// knownDomain is the size of the longest part of labels that ends in a top-level name,
// 0 without one. X reads domains without a scheme in ASCII only.
func knownDomain(labels string, bare bool) int {
	end := len(labels)
	if i := strings.IndexFunc(labels, func(r rune) bool { return r > 0x7F }); bare && i >= 0 {
		end = strings.LastIndexByte(labels[:i], '.')
	}
	for end > 0 {
		dot := strings.LastIndexByte(labels[:end], '.')
		if dot > 0 && slices.Contains(xTLDs, strings.ToLower(labels[dot+1:end])) {
			return end
		}
		end = dot
	}
	return 0
}

// last is the last letter of s.
func last(s string) string {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[len(s)-size:]
}

// xWeight counts code points and emoji sequences.
func xWeight(s []rune) int {
	n := 0
	for len(s) > 0 {
		size := emojiSize(s)
		switch {
		case size > 0:
			n += xHeavy
		case in(xLight, s[0]):
			n, size = n+1, 1
		default:
			n, size = n+xHeavy, 1
		}
		s = s[size:]
	}
	return n
}

// The joints of emoji sequences.
const (
	joiner    = 0x200D
	asEmoji   = 0xFE0F
	keycap    = 0x20E3
	firstTone = 0x1F3FB
	lastTone  = 0x1F3FF
	firstFlag = 0x1F1E6
	lastFlag  = 0x1F1FF
	firstTag  = 0xE0020
	lastTag   = 0xE007F
)

// emojiSize is how many code points the emoji sequence at the start of s has, 0 without
// one. A sign that is also a letter's size (©) is an emoji only when it says so.
func emojiSize(s []rune) int {
	at := func(i int) rune {
		if i < len(s) {
			return s[i]
		}
		return 0
	}
	between := func(i int, first, last rune) bool { return first <= at(i) && at(i) <= last }
	if between(0, firstFlag, lastFlag) && between(1, firstFlag, lastFlag) {
		return 2
	}
	if at(0) == '#' || at(0) == '*' || between(0, '0', '9') {
		switch {
		case at(1) == keycap:
			return 2
		case at(1) == asEmoji && at(2) == keycap:
			return 3
		}
		return 0
	}
	size := 0
	for in(xEmoji, at(size)) {
		light := in(xLight, at(size))
		size++
		if at(size) == asEmoji {
			size++
		} else if light {
			return size - 1
		}
		if between(size, firstTone, lastTone) {
			size++
		}
		for between(size, firstTag, lastTag) {
			size++
		}
		if at(size) != joiner || !in(xEmoji, at(size+1)) {
			break
		}
		size++
	}
	return size
}

// HasXLink tells whether X will find a link in s: such a post costs more.
func HasXLink(s string) bool {
	start, end := firstLink(norm.NFC.String(s))
	return end > start
}

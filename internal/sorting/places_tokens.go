package sorting

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// script of a word.
type script uint8

const (
	latinScript script = iota
	indicScript        // Devanagari, or Gurmukhi laid onto it
	otherScript
)

// gap is what parts a word from the one before it.
type gap uint8

const (
	gapSpace gap = iota
	gapHyphen
	gapComma
	gapBracket
	gapFullStop // also the start of a text
)

// placeToken is a word or number of a text as places are read from it.
type placeToken struct {
	start, end int
	lower      string // lower case; of Indic words the form that is compared
	keys       [2]string
	script     script
	gap        gap
	role       role
	capital    bool // its first letter
	capitals   bool // all of it
	number     bool
	hashtag    bool
	handle     bool
}

// mostTokens bounds the work on a letter that goes on for pages: whoever names no place in
// the first two thousand words names none.
const mostTokens = 2000

// placeTokens cuts a text into words and numbers. Links and mail addresses are passed
// over, a hashtag comes apart where its letters change size, a handle is one word.
func (p *places) placeTokens(s string) []placeToken {
	tokens := make([]placeToken, 0, 32)
	g := gapFullStop
	for i := 0; i < len(s) && len(tokens) < mostTokens; {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !placeRune(r) {
			g = widen(g, r)
			if r == '@' || r == '#' {
				if end := tagEnd(s, i+1); end > i+1 {
					tokens = p.tag(tokens, s, i, end)
					g, i = gapSpace, end
					continue
				}
			}
			i += n
			continue
		}
		end := i + n
		for end < len(s) {
			r, n := utf8.DecodeRuneInString(s[end:])
			if !placeRune(r) {
				break
			}
			end += n
		}
		if next := linkEnd(s, i, end); next > end {
			g, i = gapSpace, next
			continue
		}
		tokens = p.words(tokens, s, i, end, g)
		g, i = gapSpace, end
	}
	return tokens
}

func placeRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r >= 0x200B && r <= 0x200D
}

// widen keeps the strongest sign between two words.
func widen(g gap, r rune) gap {
	n := gapSpace
	switch r {
	case '-', '–', '/', '_', '&', '→', '>':
		n = gapHyphen
	case ',', ';', ':', '،':
		n = gapComma
	case '(', ')', '[', ']':
		n = gapBracket
	case '.', '!', '?', '।', '\n', '|', '۔', '*':
		n = gapFullStop
	}
	return max(g, n)
}

// linkEnd is where a link or a mail address that begins with the word s[i:end] ends, or 0.
func linkEnd(s string, i, end int) int {
	if end == len(s) || s[end] > '@' && s[end] != '_' || s[end] == ' ' {
		return 0
	}
	run := end
	for run < len(s) && s[run] > ' ' && s[run] != ',' && s[run] < utf8.RuneSelf {
		run++
	}
	rest := s[end:run]
	if at := strings.IndexByte(rest, '@'); at >= 0 && strings.IndexByte(rest[at:], '.') > 0 || strings.HasPrefix(rest, "://") || s[i:end] == "www" && rest[0] == '.' {
		return run
	}
	return 0
}

func tagEnd(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !placeRune(r) && r != '_' {
			break
		}
		i += n
	}
	return i
}

// words adds the run s[from:to], parted where letters and digits meet ("sector14",
// "Gurgaon122001").
func (p *places) words(tokens []placeToken, s string, from, to int, g gap) []placeToken {
	for i := from; i < to; {
		end := i
		digit := isDigit(s, i)
		for end < to && isDigit(s, end) == digit {
			_, n := utf8.DecodeRuneInString(s[end:])
			end += n
		}
		tokens = append(tokens, p.token(s, i, end, g))
		g, i = gapSpace, end
	}
	return tokens
}

func isDigit(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsDigit(r)
}

// tag adds the words of a hashtag, or a handle as one.
func (p *places) tag(tokens []placeToken, s string, at, end int) []placeToken {
	if s[at] == '@' {
		return append(tokens, placeToken{start: at, end: end, lower: strings.ToLower(s[at+1 : end]), handle: true, script: otherScript})
	}
	first := len(tokens)
	for i := at + 1; i < end; {
		r, n := utf8.DecodeRuneInString(s[i:])
		to := i + n
		for to < end {
			next, m := utf8.DecodeRuneInString(s[to:])
			if next == '_' || unicode.IsUpper(next) && !unicode.IsUpper(r) || unicode.IsDigit(next) != unicode.IsDigit(r) {
				break
			}
			r, to = next, to+m
		}
		if s[i] != '_' {
			tokens = append(tokens, p.token(s, i, to, gapSpace))
		}
		i = to
		for i < end && s[i] == '_' {
			i++
		}
	}
	for i := first; i < len(tokens); i++ {
		tokens[i].hashtag = true
	}
	if first < len(tokens) {
		tokens[first].gap = gapComma
		if len(tokens) == first+1 {
			tokens = p.splitTag(tokens, s)
		}
	}
	return tokens
}

// splitTag takes #gurugramrains apart where the name of a district begins or ends it.
func (p *places) splitTag(tokens []placeToken, s string) []placeToken {
	t := tokens[len(tokens)-1]
	if t.script != latinScript {
		return tokens
	}
	for n := len(t.lower) - 1; n >= shortestInTag; n-- {
		at := 0
		if p.taggable(t.lower[:n]) {
			at = n
		} else if p.taggable(t.lower[len(t.lower)-n:]) {
			at = len(t.lower) - n
		} else {
			continue
		}
		tokens = append(tokens[:len(tokens)-1], p.token(s, t.start, t.start+at, gapComma), p.token(s, t.start+at, t.end, gapSpace))
		tokens[len(tokens)-1].hashtag, tokens[len(tokens)-2].hashtag = true, true
		return tokens
	}
	return tokens
}

// taggable says whether the name of a district or town may be cut off a hashtag: not one
// that is a common word.
func (p *places) taggable(name string) bool {
	_, ok := p.inHandles[name]
	i, spelled := p.byForm[name]
	return ok && (!spelled || p.all[i].guard == unguarded)
}

// shortestInTag is how long a name must be to be found inside a hashtag or handle.
const shortestInTag = 5

// token reads one word or number.
func (p *places) token(s string, start, end int, g gap) placeToken {
	word := s[start:end]
	t := placeToken{start: start, end: end, gap: g}
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case unicode.IsDigit(r):
		t.number, t.script, t.lower = true, otherScript, asciiDigits(word)
		return t
	case r < utf8.RuneSelf:
		t.lower = strings.ToLower(word)
		t.capital = r >= 'A' && r <= 'Z'
		t.capitals = t.capital && strings.ToUpper(word) == word
		t.keys[0] = latinKey(t.lower)
	case r >= 0x0A00 && p.ordinary[word]: // ਨੂੰਹ is a daughter-in-law, नूंह a district
		t.script, t.lower = otherScript, word
	case isIndic(r):
		runes := indicRunes(word)
		t.script, t.lower, t.keys[0] = indicScript, indicForm(runes), indicKey(runes, false)
		if slices.Contains(runes, 'ड') || slices.Contains(runes, 'ढ') {
			t.keys[1] = indicKey(runes, true)
		}
	default:
		t.script, t.lower = otherScript, strings.ToLower(word)
		t.keys[0] = t.lower
	}
	t.role = p.roles[t.lower]
	return t
}

func asciiDigits(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				if r >= '०' && r <= '९' {
					return '0' + r - '०'
				}
				if r >= '੦' && r <= '੯' {
					return '0' + r - '੦'
				}
				return r
			}, s)
		}
	}
	return s
}

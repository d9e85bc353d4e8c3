package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Token is a searchable word with the bytes of the text that it stands for.
type Token struct {
	Key        string // [a-z0-9] only
	Start, End int
}

// Tokens are the searchable words of a text, in its order: "pani", "paani" and "पानी"
// give the same one. Numbers stay whole, and a registration number is one token.
func Tokens(s string) []string {
	spans := Spans(s)
	keys := make([]string, 0, len(spans))
	for _, t := range spans {
		keys = append(keys, t.Key)
	}
	return keys
}

// QueryTokens are the words that a text must hold to be found: those of the query, each
// once, without the words that every text holds.
func QueryTokens(s string) []string {
	var keys []string
	seen := map[string]bool{}
	all := Tokens(s)
	for _, k := range all {
		if !seen[k] && !(stopKeys[k] && len(all) > 1) {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return all
	}
	return keys
}

// Spans are the tokens with their places in the text.
func Spans(s string) []Token {
	var tokens []Token
	for start := 0; start < len(s); {
		end := start
		for end < len(s) {
			r, n := utf8.DecodeRuneInString(s[end:])
			if !wordRune(r) {
				break
			}
			end += n
		}
		if end == start {
			_, n := utf8.DecodeRuneInString(s[start:])
			start += n
			continue
		}
		if n := numberSpan(s[start:]); n > end-start {
			end = start + n
		}
		if key := fold(s[start:end]); key != "" {
			tokens = append(tokens, Token{key, start, end})
		}
		start = end
	}
	return tokens
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\u200b' || r == '\u200c' || r == '\u200d'
}

// numberSpan is the length of a registration number at the start of s: GRV-2026-0042117.
func numberSpan(s string) int {
	if len(s) < 10 || !strings.EqualFold(s[:3], "grv") {
		return 0
	}
	n, dashes := 3, 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '-' && dashes < 2) {
		if s[n] == '-' {
			dashes++
		}
		n++
	}
	return n
}

// fold is the key of one word.
func fold(word string) string {
	key := folded(word)
	if one, ok := oneWord[key]; ok {
		return one
	}
	return key
}

// folded is the key of one word by the rules alone.
func folded(word string) string {
	word = norm.NFKC.String(word)
	var latin strings.Builder
	script := ""
	for _, r := range word {
		switch {
		case r >= 0x0900 && r <= 0x097F:
			script = "deva"
		case r >= 0x0A00 && r <= 0x0A7F:
			script = "guru"
		}
	}
	switch script {
	case "deva":
		latin.WriteString(skeleton(word, 0))
	case "guru":
		latin.WriteString(skeleton(word, 0x0A00-0x0900))
	default:
		for _, r := range norm.NFD.String(strings.ToLower(word)) {
			if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				latin.WriteRune(r)
			}
		}
	}
	key := latin.String()
	if key == "" || key[0] >= '0' && key[0] <= '9' || strings.HasPrefix(key, "grv2") {
		return key
	}
	if script == "" {
		key = stem(key)
	}
	return spell(key)
}

// consonants of Devanagari in Latin letters; Gurmukhi stands at the same places.
var consonants = map[rune]string{
	'क': "k", 'ख': "kh", 'ग': "g", 'घ': "gh", 'ङ': "n", 'च': "ch", 'छ': "chh", 'ज': "j", 'झ': "j", 'ञ': "n",
	'ट': "t", 'ठ': "t", 'ड': "d", 'ढ': "d", 'ण': "n", 'त': "t", 'थ': "t", 'द': "d", 'ध': "d", 'न': "n",
	'प': "p", 'फ': "f", 'ब': "b", 'भ': "b", 'म': "m", 'य': "y", 'र': "r", 'ल': "l", 'ळ': "l", 'व': "v",
	'श': "s", 'ष': "s", 'स': "s", 'ह': "h", 'ऴ': "l", 'ऩ': "n", 'ऱ': "r",
	// With a nukta of their own: Gurmukhi's ੜ does not come apart.
	'\u0959': "kh", '\u095a': "g", '\u095b': "j", '\u095c': "d", '\u095e': "f",
}

var vowels = map[rune]string{
	'अ': "a", 'आ': "a", 'इ': "i", 'ई': "i", 'उ': "u", 'ऊ': "u", 'ऋ': "ri", 'ए': "e", 'ऐ': "e", 'ओ': "o", 'औ': "o", 'ऑ': "o", 'ऍ': "e",
	'ा': "a", 'ि': "i", 'ी': "i", 'ु': "u", 'ू': "u", 'ृ': "ri", 'े': "e", 'ै': "e", 'ो': "o", 'ौ': "o", 'ॉ': "o", 'ॅ': "e",
}

// skeleton transliterates a word of an Indic script, shifted onto Devanagari. The vowel
// that every consonant carries is written inside a word and silent at its end.
func skeleton(word string, shift rune) string {
	var b strings.Builder
	runes := []rune(norm.NFD.String(word))
	for i, r := range runes {
		r -= shift
		if d := digitOf(r); d >= 0 {
			b.WriteByte(byte('0' + d))
			continue
		}
		if c, ok := consonants[r]; ok {
			b.WriteString(c)
			if carries(runes[i+1:], shift) {
				b.WriteByte('a')
			}
			continue
		}
		if v, ok := vowels[r]; ok {
			b.WriteString(v)
			continue
		}
		if r == 'ं' || r == 'ँ' || r == 'ੰ'-0x100 {
			if i+1 < len(runes) { // a nasal inside a word; at its end it is only a colour
				b.WriteByte(nasal(runes[i+1] - shift))
			}
			continue
		}
		if r+shift < 0x80 && (unicode.IsLetter(r+shift) || unicode.IsDigit(r+shift)) {
			b.WriteRune(unicode.ToLower(r + shift))
		}
	}
	return b.String()
}

// nasal is the sound of the dot over a letter: m before a labial, else n.
func nasal(next rune) byte {
	if next >= 'प' && next <= 'म' {
		return 'm'
	}
	return 'n'
}

func digitOf(r rune) int {
	if r >= '०' && r <= '९' {
		return int(r - '०')
	}
	return -1
}

// carries says whether a consonant keeps its own vowel before what follows.
func carries(rest []rune, shift rune) bool {
	for _, r := range rest {
		r -= shift
		switch {
		case r == '़': // nukta belongs to the consonant
			continue
		case r == '्':
			return false
		}
		if _, sign := vowels[r]; sign {
			return r >= 'अ' && r <= 'औ' // a full vowel follows the silent one
		}
		return true
	}
	return false
}

// spell folds the spellings of romanised Hindi onto one: long and short vowels, w and v,
// ph and f, aspirates, doubled letters, endings in a nasal.
func spell(w string) string {
	w = spellings.Replace(w)
	var b strings.Builder
	var last rune
	for _, r := range w {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	w = b.String()
	w = ending(w)
	return inner(w)
}

// ending takes off what a word's case and number add: sadkon, raste and naliyan are sadak,
// rasta and nali.
func ending(w string) string {
	if strings.HasSuffix(w, "ian") && len(w) > 5 {
		w = w[:len(w)-2]
	}
	if n := len(w); n > 3 && w[n-1] == 'n' && strings.IndexByte("eiou", w[n-2]) >= 0 {
		w = w[:n-1]
	}
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "h")
	}
	if n := len(w); n > 3 && strings.IndexByte("aeo", w[n-1]) >= 0 {
		w = w[:n-1]
	}
	return w
}

var spellings = strings.NewReplacer(
	"chh", "kh", "ch", "kh", "ce", "se", "ci", "si", "cy", "si",
	"aa", "a", "ee", "i", "ii", "i", "oo", "u", "uu", "u", "ai", "e", "au", "o", "ou", "o", "ei", "e", "ey", "e", "ay", "e",
	"ph", "f", "w", "v", "z", "j", "x", "ks", "q", "k", "ck", "k",
	"sh", "s", "th", "t", "dh", "d", "bh", "b", "gh", "g", "kh", "k", "jh", "j",
	"y", "i", "c", "k")

// inner drops a short a between consonants inside a longer word: bijali and bijli, sadak
// and sadk are one.
func inner(w string) string {
	if len(w) < 5 {
		return w
	}
	b := []byte{w[0]}
	for i := 1; i < len(w); i++ {
		if w[i] == 'a' && i > 1 && i < len(w)-1 && !isVowel(w[i-1]) && !isVowel(w[i+1]) {
			continue
		}
		b = append(b, w[i])
	}
	return string(b)
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

// stem takes light English endings off; Hindi's fall with the spelling.
func stem(w string) string {
	switch {
	case len(w) > 5 && strings.HasSuffix(w, "ing"):
		return w[:len(w)-3]
	case len(w) > 4 && strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "i"
	case len(w) > 4 && strings.HasSuffix(w, "es") && !strings.HasSuffix(w, "ses"):
		return w[:len(w)-1]
	case len(w) > 3 && w[len(w)-1] == 's' && strings.IndexByte("saiu", w[len(w)-2]) < 0: // vikas and bus are no plurals
		return w[:len(w)-1]
	}
	return w
}

var stopKeys = stops(`the is are was a an of in on at to for and or not my our please sir no this that it me
	hai h hain ka ke ki ko se me mein par pe aur ye yeh vo nahi bhi to tha thi kya
	है हैं का के की को से में पर और यह वह नहीं भी तो था थी क्या`)

func stops(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[fold(w)] = true
	}
	return m
}

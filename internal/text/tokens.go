package text

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Version counts the ways in which keys were made: an index made by another is made anew.
const Version = 4

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
		if !seen[k] && !(stopKeys()[k] && len(all) > 1) {
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

// folds remembers the keys of words that were met lately, each in a place of its own: most
// words of a post stood in another before. What is kept is bounded, and never a longer text.
var folds [1 << 13]atomic.Pointer[foldedWord]

type foldedWord struct{ word, key string }

// longestKept is how many bytes the longest word has that is remembered.
const longestKept = 48

var foldSeed = maphash.MakeSeed()

// fold is the key of one word.
func fold(word string) string {
	if len(word) > longestKept {
		return keyOf(word)
	}
	place := &folds[maphash.String(foldSeed, word)%uint64(len(folds))]
	f := place.Load()
	if f == nil || f.word != word {
		word = strings.Clone(word) // else the whole text would be kept
		f = &foldedWord{word, keyOf(word)}
		place.Store(f)
	}
	return f.key
}

func keyOf(word string) string {
	if one, ok := soundAlike[strings.ToLower(word)]; ok {
		return one
	}
	key, sounds, writing := folded(word)
	if writing == inLatin {
		return lexicon().latin(key, sounds)
	}
	if one := sameWord(key, sounds, writing); one != "" {
		return one
	}
	if writing == inDevanagari {
		return lexicon().devanagari(key, sounds)
	}
	return key
}

// The scripts that keys are made from; shift is how far one lies behind Devanagari.
type writing rune

const (
	inLatin      writing = -1
	inDevanagari writing = 0
	inGurmukhi   writing = 0x0A00 - 0x0900
)

// folded is the key of one word by the rules alone, its sounds with their marks, and the
// writing it was in.
func folded(word string) (key, sounds string, in writing) {
	if !ascii(word) {
		word = norm.NFKC.String(word)
	}
	if in = writingOf(word); in != inLatin {
		sounds = spoken(word, in)
	} else {
		sounds = plain(word)
	}
	switch {
	case sounds == "" || sounds[0] >= '0' && sounds[0] <= '9' || strings.HasPrefix(sounds, "grv2"):
		return sounds, sounds, in
	case in == inLatin:
		key, sounds = nasal(roman(stem(sounds))), roman(sounds)
	default:
		key = sounds
	}
	return settle(unmarked.Replace(key)), sounds, in
}

// plain are the letters a to z and the digits of a word in Latin letters, without accents
// and the dashes of a registration number.
func plain(word string) string {
	if ascii(word) {
		return strings.ToLower(strings.ReplaceAll(word, "-", ""))
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func ascii(word string) bool {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func writingOf(word string) writing {
	for _, r := range word {
		switch {
		case r >= 0x0900 && r <= 0x097F:
			return inDevanagari
		case r >= 0x0A00 && r <= 0x0A7F:
			return inGurmukhi
		}
	}
	return inLatin
}

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

var stopKeys = sync.OnceValue(func() map[string]bool {
	return stops(`the is are was a an of in on at to for and or not my our please sir no this that it me
	hai h hain ka ke ki ko se me mein par pe aur ye yeh vo nahi bhi to tha thi kya
	है हैं का के की को से में पर और यह वह नहीं भी तो था थी क्या`)
})

func stops(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[fold(w)] = true
	}
	return m
}

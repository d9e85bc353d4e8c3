package sorting

import "strings"

// Names of places have keys of their own: what search folds away tells places apart. No
// stem and no ending is taken off (Khera and Kheri are two villages); what falls is what
// citizens and clerks write as they please, in Latin letters: long vowels, aspirates,
// doubled letters, the short a that Hindi does not write, and the endings -gaon and -garh.

// latinFold writes a lower-case Latin word with one letter a sound, vowels kept.
func latinFold(dst []byte, w string) []byte {
	start := len(dst)
	for i := 0; i < len(w); i++ {
		c := w[i]
		next := byte(0)
		if i+1 < len(w) {
			next = w[i+1]
		}
		switch {
		case c == 'c' && next == 'h':
			for i+1 < len(w) && (w[i+1] == 'h' || w[i+1] == 'c') {
				i++
			}
			c = 'c'
		case c == 'c':
			c = 'k'
		case c == 'p' && next == 'h':
			c, i = 'f', i+1
		case c == 'w':
			c = 'v'
		case c == 'z':
			c = 'j'
		case c == 'q':
			c = 'k'
		case c == 'x':
			dst = append(dst, 'k')
			c = 's'
		case c == 'a' && (next == 'i' || next == 'e' || next == 'y' && (i+2 == len(w) || !isLetterVowel(w[i+2]))), c == 'e' && next == 'i':
			c, i = 'e', i+1
		case c == 'a' && next == 'u', c == 'o' && next == 'u':
			c, i = 'o', i+1
		case c == 'e' && next == 'e':
			c, i = 'i', i+1
		case c == 'o' && next == 'o':
			c, i = 'u', i+1
		case c == 'i' && next == 'y':
			i++
		case c == 'y' && i > 0 && (next == 0 || !isLetterVowel(next)):
			c = 'i'
		case c == 'h' && len(dst) > start && !isLetterVowel(dst[len(dst)-1]):
			continue // an aspirate
		case c < 'a' || c > 'z':
			continue
		}
		if len(dst) == start || dst[len(dst)-1] != c {
			dst = append(dst, c)
		}
	}
	if n := len(dst); n-start > 3 && dst[n-1] == 'h' {
		dst = dst[:n-1]
	}
	return dst
}

func isLetterVowel(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'
}

// bones takes the a's inside a folded word out and writes its ending the usual way.
func bones(fold []byte) string {
	var buf [64]byte
	b := buf[:0]
	for i, c := range fold {
		if c == 'a' && i > 0 && i < len(fold)-1 {
			continue
		}
		b = append(b, c)
	}
	for _, e := range endings {
		if n := len(b) - len(e.is); n >= 2 && string(b[n:]) == e.is {
			b = append(b[:n], e.becomes...)
			break
		}
	}
	return string(b)
}

// endings of towns that everybody spells differently: -gaon and -garh.
var endings = []struct{ is, becomes string }{
	{"ganv", "gon"}, {"gnv", "gon"}, {"gvn", "gon"}, {"gavn", "gon"}, {"gv", "gon"}, {"go", "gon"}, {"gun", "gon"}, {"grd", "gr"}, {"gd", "gr"},
}

// latinKey is the key of a lower-case Latin word.
func latinKey(w string) string {
	var buf [64]byte
	return bones(latinFold(buf[:0], w))
}

// indicForm is a word of Devanagari, or of Gurmukhi laid onto it, as compared letter by
// letter: dots under letters, joiners, the ways to write a nasal, and a long or short u do
// not matter. A long i does: जींद is a district, जिंद is life.
func indicForm(runes []rune) string {
	var b strings.Builder
	b.Grow(3 * len(runes))
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch r {
		case 'ू':
			r = 'ु'
		case 'ऊ':
			r = 'उ'
		case 'ङ', 'ञ', 'ण', 'न', 'म':
			if i+2 < len(runes) && runes[i+1] == '्' && isStop(runes[i+2]) {
				r, i = 'ं', i+1
			}
		case nukta:
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

const nukta = '\u093c'

// indicRunes lays Gurmukhi onto Devanagari and takes letters with a dot apart.
func indicRunes(word string) []rune {
	runes := make([]rune, 0, len(word)/3+4)
	for _, r := range word {
		switch {
		case r == 'ੰ':
			r = 'ं'
		case r == 'ੱ', r >= 0x200B && r <= 0x200D:
			continue // doubles the next letter; shapes letters
		case r >= 0x0A00 && r <= 0x0A7F:
			r -= 0x100
		}
		if r == 'ँ' {
			r = 'ं'
		}
		if r >= 0x0958 && r <= 0x095F {
			runes = append(runes, dotted[r-0x0958], nukta)
			continue
		}
		runes = append(runes, r)
	}
	return runes
}

// dotted are the letters under U+0958 to U+095F.
var dotted = [...]rune{'क', 'ख', 'ग', 'ज', 'ड', 'ढ', 'फ', 'य'}

func isIndic(r rune) bool { return r >= 0x0900 && r <= 0x097F || r >= 0x0A00 && r <= 0x0A7F }

func isStop(r rune) bool {
	return r >= 'क' && r <= 'घ' || r >= 'च' && r <= 'झ' || r >= 'ट' && r <= 'ढ' || r >= 'त' && r <= 'ध' || r >= 'प' && r <= 'भ'
}

// indicKey is the key of a word in Devanagari or Gurmukhi. The letters ड and ढ stand for
// an r where their dot was left out: with bare the key takes them so.
func indicKey(runes []rune, bare bool) string {
	var buf [64]byte
	b := buf[:0]
	for i, r := range runes {
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		if c := soundOf(r, &indicConsonants); c != 0 {
			if (r == 'ड' || r == 'ढ') && (next == nukta || bare) {
				c = 'r'
			}
			if len(b) > 0 && b[len(b)-1] == c && i > 0 && runes[i-1] == '्' {
				continue // a doubled letter
			}
			b = append(b, c)
			continue
		}
		if v := soundOf(r, &indicVowels); v != 0 {
			switch {
			case v == 'a' && i > 0 && i < len(runes)-1: // unwritten in the key
			case v == 'R':
				b = append(b, 'r', 'i')
			default:
				b = append(b, v)
			}
			continue
		}
		if r == 'ं' && i < len(runes)-1 {
			if next >= 'प' && next <= 'म' {
				b = append(b, 'm')
			} else {
				b = append(b, 'n')
			}
		}
	}
	for i := 1; i+1 < len(b); i++ { // रानियां and Rania
		if b[i] == 'y' && b[i-1] == 'i' {
			b = append(b[:i], b[i+1:]...)
		}
	}
	return bones(b)
}

func soundOf(r rune, of *[0x80]byte) byte {
	if r < 0x0900 || r > 0x097F {
		return 0
	}
	return of[r-0x0900]
}

var indicConsonants = sounds(map[rune]byte{
	'क': 'k', 'ख': 'k', 'ग': 'g', 'घ': 'g', 'ङ': 'n', 'च': 'c', 'छ': 'c', 'ज': 'j', 'झ': 'j', 'ञ': 'n',
	'ट': 't', 'ठ': 't', 'ड': 'd', 'ढ': 'd', 'ण': 'n', 'त': 't', 'थ': 't', 'द': 'd', 'ध': 'd', 'न': 'n',
	'प': 'p', 'फ': 'f', 'ब': 'b', 'भ': 'b', 'म': 'm', 'य': 'y', 'र': 'r', 'ल': 'l', 'ळ': 'l', 'व': 'v',
	'श': 's', 'ष': 's', 'स': 's', 'ह': 'h',
})

var indicVowels = sounds(map[rune]byte{
	'अ': 'a', 'आ': 'a', 'इ': 'i', 'ई': 'i', 'उ': 'u', 'ऊ': 'u', 'ऋ': 'R', 'ए': 'e', 'ऐ': 'e', 'ओ': 'o', 'औ': 'o', 'ऑ': 'o',
	'ा': 'a', 'ि': 'i', 'ी': 'i', 'ु': 'u', 'ू': 'u', 'ृ': 'R', 'े': 'e', 'ै': 'e', 'ो': 'o', 'ौ': 'o', 'ॉ': 'o',
})

// sounds lays a table of Devanagari out by letter.
func sounds(of map[rune]byte) (table [0x80]byte) {
	for r, c := range of {
		table[r-0x0900] = c
	}
	return table
}

// alike says whether two Latin spellings sound the same but for one slip, two in a long name.
func alike(a, b string) bool {
	var x, y [64]byte
	return within(string(latinFold(x[:0], a)), string(latinFold(y[:0], b)))
}

func sameSound(a, b string) bool {
	var x, y [64]byte
	return string(latinFold(x[:0], a)) == string(latinFold(y[:0], b))
}

func sameIndic(a, b string) bool {
	var x, y [48]byte
	return string(indicLetters(x[:0], a)) == string(indicLetters(y[:0], b))
}

// longName is how many sounds a name must have for two slips to be forgiven.
const longName = 9

func within(a, b string) bool {
	if a == b || oneSlip(a, b) {
		return true
	}
	if len(a) < longName || len(b) < longName || a[0] != b[0] {
		return false
	}
	for i := 1; i <= len(a); i++ {
		if i < len(a) && oneSlip(a[:i]+a[i+1:], b) {
			return true
		}
	}
	for i := 1; i < len(b); i++ {
		if oneSlip(a, b[:i]+b[i+1:]) || i < len(a) && oneSlip(a[:i]+b[i:i+1]+a[i+1:], b) {
			return true
		}
	}
	return false
}

// alikeIndic is alike for words of Devanagari as they are compared.
func alikeIndic(a, b string) bool {
	var x, y [48]byte
	s, t := string(indicLetters(x[:0], a)), string(indicLetters(y[:0], b))
	if s == t {
		return true
	}
	n, m := len(s), len(t)
	if n < slipFrom || m < slipFrom || s[n-1] != t[m-1] && (s[n-1] >= 'ा'-0x0900 || t[m-1] >= 'ा'-0x0900) {
		return false // the sign of a vowel at the end tells names apart
	}
	return oneSlip(s, t)
}

// indicLetters writes a word with one byte a letter; letters of one sound are one.
func indicLetters(dst []byte, word string) []byte {
	for _, r := range word {
		switch r {
		case 'श', 'ष':
			r = 'स'
		case 'ण':
			r = 'न'
		case 'ी':
			r = 'ि'
		}
		if r >= 0x0900 && r <= 0x097F {
			dst = append(dst, byte(r-0x0900))
		}
	}
	return dst
}

// oneSlip says whether two keys differ by one letter left out, put in, changed or by two
// that changed places; the first letter, and a vowel at the end, must agree.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 || len(b)-len(a) > 1 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if i >= len(a)-1 && len(a) > 0 && (isLetterVowel(a[len(a)-1]) || isLetterVowel(b[len(b)-1])) {
		return len(a) == len(b) && i == len(a)
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return true
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

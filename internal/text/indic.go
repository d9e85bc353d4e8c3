package text

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Sounds are how a word is kept while it is made into a key: small Latin letters, with
// c for the sound of "ch", A, I and U for long vowels, N for a nasal at the end of a word. Whatever
// writing a word was in, its key is made from its sounds (see settle).

// consonants of Devanagari; Gurmukhi stands at the same places. A capital marks what Latin
// letters do not tell: T and D are said with the tongue turned back, R is written d by most
// and r by many, C is breathed.
var consonants = map[rune]string{
	'क': "k", 'ख': "kh", 'ग': "g", 'घ': "gh", 'ङ': "n", 'च': "c", 'छ': "C", 'ज': "j", 'झ': "jh", 'ञ': "n",
	'ट': "T", 'ठ': "Th", 'ड': "D", 'ढ': "Dh", 'ण': "n", 'त': "t", 'थ': "th", 'द': "d", 'ध': "dh", 'न': "n",
	'प': "p", 'फ': "f", 'ब': "b", 'भ': "bh", 'म': "m", 'य': "y", 'र': "r", 'ल': "l", 'ळ': "l", 'व': "v",
	'श': "sh", 'ष': "sh", 'स': "s", 'ह': "h", 'ऴ': "l", 'ऩ': "n", 'ऱ': "r",
	// With a nukta of their own: Gurmukhi's ੜ does not come apart.
	'\u0959': "kh", '\u095a': "g", '\u095b': "j", '\u095c': "R", '\u095e': "f",
}

var fullVowels = map[rune]string{
	'अ': "a", 'आ': "A", 'इ': "i", 'ई': "I", 'उ': "u", 'ऊ': "U", 'ऋ': "ri", 'ए': "e", 'ऐ': "ai", 'ओ': "o", 'औ': "au", 'ऑ': "o", 'ऍ': "e",
}

var vowelSigns = map[rune]string{
	'ा': "A", 'ि': "i", 'ी': "I", 'ु': "u", 'ू': "U", 'ृ': "ri", 'े': "e", 'ै': "ai", 'ो': "o", 'ौ': "au", 'ॉ': "o", 'ॅ': "e",
}

const (
	nukta, virama = '़', '्'
	nasalSigns    = "ंँ"
)

// syllable is what carries one vowel: the consonants before it, and the vowel, "" where it
// is silent. own says that it is the one that every consonant carries.
type syllable struct {
	onset []string
	vowel string
	own   bool
}

// syllables takes a word of an Indic writing apart. tail are the
// consonants after the last vowel.
func syllables(word string, in writing) (all []syllable, tail []string) {
	var onset []string
	shift := rune(in)
	runes := []rune(norm.NFD.String(word))
	for i := range runes {
		runes[i] -= shift
	}
	end := func(vowel string, own bool) {
		all = append(all, syllable{onset, vowel, own})
		onset = nil
	}
	defer func() { // the vowel that every consonant carries is silent at the end of a word
		if n := len(all); n > 1 && all[n-1].own && len(tail) == 0 {
			all[n-1].vowel = ""
		}
	}()
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		next := func(k int) rune {
			if i+k < len(runes) {
				return runes[i+k]
			}
			return 0
		}
		c, consonant := consonants[r]
		switch {
		case r == 'ज' && next(1) == virama && next(2) == 'ञ': // written jñ, said gy
			onset = append(onset, "g")
			runes[i+2] = 'य'
			i++
		case consonant:
			if next(1) == nukta {
				if c[0] == 'D' {
					c = "R" + c[1:]
				}
				i++
			}
			onset = append(onset, c)
			sign, signed := vowelSigns[next(1)]
			switch {
			case next(1) == virama:
				i++
			case signed:
				end(sign, false)
				i++
			default:
				end("a", true)
			}
		case fullVowels[r] != "":
			end(fullVowels[r], false)
		case vowelSigns[r] != "": // a sign astray
			end(vowelSigns[r], false)
		case strings.ContainsRune(nasalSigns, r) || r == gurmukhiTippi:
			onset = append(onset, "N")
		case r == gurmukhiAddak && next(1) != 0:
			onset = append(onset, consonants[next(1)]) // doubles what follows
		case r >= '०' && r <= '९':
			onset = append(onset, string('0'+r-'०'))
		case r+shift < 0x80:
			onset = append(onset, strings.ToLower(string(r+shift)))
		}
	}
	return all, onset
}

const gurmukhiTippi, gurmukhiAddak = 'ੰ' - 0x100, 'ੱ' - 0x100

// marked writes the sounds of the syllables with their marks. A nasal sign is m before a
// labial, else n; at the end of the word it is N.
func marked(all []syllable, tail []string) string {
	var parts []string
	for _, s := range all {
		parts = append(append(parts, s.onset...), s.vowel)
	}
	parts = append(parts, tail...)
	var b strings.Builder
	for i, p := range parts {
		if p == "N" && i+1 < len(parts) {
			p = "n"
			if strings.IndexByte("pfbm", first(parts[i+1])) >= 0 {
				p = "m"
			}
		}
		b.WriteString(p)
	}
	return b.String()
}

func first(s string) byte {
	if s == "" {
		return ' '
	}
	return s[0]
}

// unmarked are the sounds as Latin letters tell them.
var unmarked = strings.NewReplacer("T", "t", "D", "d", "R", "d", "C", "c", "I", "i", "U", "u")

// spoken are the marked sounds of a word in an Indic writing.
func spoken(word string, in writing) string { return marked(syllables(word, in)) }

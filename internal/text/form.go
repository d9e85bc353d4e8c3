package text

import "strings"

// form is a word in Devanagari as its key is, but with its marks and what tells strangers
// apart: the length of its first vowel, and where a long a fell out of it. A dot that is
// left out makes no other word.
func form(sounds string) string {
	s := nasals(short.Replace(strings.ReplaceAll(sounds, "R", "D")))
	b := []byte(ending(glides(inner(s))))
	long, vowels := longFirst(sounds), 0
	for i, c := range b {
		if !isVowel(c) {
			continue
		}
		vowels++
		switch {
		case vowels == 1 && long != 0:
			b[i] = long
		case vowels > 1 && c == 'A':
			b[i] = 'a'
		}
	}
	return strings.ReplaceAll(string(b), "ii", "i") + fallen(s)
}

// short takes the length off the vowels that are not an a.
var short = strings.NewReplacer("I", "i", "U", "u")

// longFirst is the first vowel of a word if it is a long i or u before a consonant: at the
// end of a word and before y its length changes with the ending, नदी and नदियां.
func longFirst(sounds string) byte {
	i := strings.IndexAny(sounds, "aAeiouIU")
	if i < 0 || i+1 == len(sounds) || sounds[i] != 'I' && sounds[i] != 'U' || isVowel(sounds[i+1]) || strings.IndexByte("yN", sounds[i+1]) >= 0 {
		return 0
	}
	return sounds[i]
}

// fallen says after which of its consonants, counted from '0', a long a falls out of a
// word (see inner).
func fallen(s string) string {
	var b []byte
	vowel, consonants := false, byte('0')
	for i := range len(s) {
		switch {
		case !isVowel(s[i]):
			consonants++
			continue
		case s[i] == 'A' && falls(s, i, vowel):
			b = append(b, consonants)
		}
		vowel = true
	}
	return string(b)
}

// apart is the key of a word whose key by the rules a stranger has: its form, in letters
// that no other key has (see oneSound).
func apart(form string) string {
	b := make([]byte, 0, len(form)+4)
	for _, c := range []byte(form) {
		switch {
		case c < 'A':
			b = append(b, 'x', 'a'+(c-'0')%26)
		case c == 'A' || c == 'I' || c == 'U':
			b = append(b, c+'a'-'A', 'w')
		case c < 'a':
			b = append(b, c+'a'-'A', 'z')
		default:
			b = append(b, c)
		}
	}
	return string(append(b, 'q'))
}

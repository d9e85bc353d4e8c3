package text

import "strings"

// roman are the sounds of a word in small Latin letters, as Hindi is written with them.
func roman(w string) string {
	b := make([]byte, 0, len(w)+4)
	for i := 0; i < len(w); {
		n := run(w[i:], w[i])
		rest := w[i+1:]
		switch c := w[i]; {
		case c == 'a' && n > 1:
			b, i = append(b, 'A'), i+n
		case (c == 'e' || c == 'i') && n > 1:
			b, i = append(b, 'I'), i+n
		case (c == 'o' || c == 'u') && n > 1:
			b, i = append(b, 'U'), i+n
		case c == 'o' && (rest != "" && rest[0] == 'u' || rest != "" && rest[0] == 'w' && !vowelAt(rest, 1)):
			b, i = append(b, "au"...), i+2
		case c == 'e' && rest != "" && (rest[0] == 'i' || rest[0] == 'y') && !vowelAt(rest, 1):
			b, i = append(b, 'e'), i+2
		case c == 'c':
			var sound string
			sound, n = cSound(w[i:])
			b, i = append(b, sound...), i+n
		case (c == 'p' || c == 'z') && strings.HasPrefix(rest, "h"):
			sound := "f"
			if c == 'z' {
				sound = "jh"
			}
			b, i = append(b, sound...), i+2
		case c == 'k' && strings.HasPrefix(rest, "ch") && i > 0: // rakcha: raksha
			b, i = append(b, "ks"...), i+3
		default:
			b, i = append(b, oneSound(c)...), i+1
		}
	}
	return string(b)
}

func oneSound(c byte) string {
	switch c {
	case 'x':
		return "ks"
	case 'q':
		return "k"
	case 'w':
		return "v"
	case 'z':
		return "j"
	}
	return string(c)
}

// cSound reads what begins with c: ch is c and chh is C, cch and chchh are it doubled; alone
// it is s or k.
func cSound(w string) (sound string, n int) {
	c, h := 0, 0
	for ; n < len(w) && (w[n] == 'c' || w[n] == 'h' && c > 0); n++ {
		if w[n] == 'c' {
			c++
		} else {
			h++
		}
	}
	switch {
	case h > 0 && c > 1:
		return "cc", n
	case h > 1:
		return "C", n
	case h > 0:
		return "c", n
	case n < len(w) && strings.IndexByte("eiy", w[n]) >= 0:
		return "s", n
	case n < len(w) && w[n] == 'k':
		return "k", n + 1
	}
	return "k", n
}

func run(s string, c byte) int {
	n := 0
	for n < len(s) && s[n] == c {
		n++
	}
	return n
}

func isVowel(c byte) bool { return strings.IndexByte("aAeiou", c) >= 0 }

func vowelAt(s string, i int) bool { return i < len(s) && isVowel(s[i]) }

// settle makes the key of a word from its sounds: what people write in more ways than one
// is written in one. Tuned on testdata/roman.tsv and the names of in_subdistricts.csv.
func settle(sounds string) string {
	s := sounds
	if strings.IndexByte(s, 'h') >= 0 { // all that they replace has one
		s = aspirates.Replace(clusters.Replace(s))
	}
	s = nasals(s)
	long := "a"
	if closedVowel(plural(s)) { // kam and kaam are two words; pani and paani one
		long = "aa"
	}
	groups := vowelGroups(s)
	s = labials(ending(glides(inner(s))))
	b := make([]byte, 0, len(s)+1)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'A':
			b = append(b, long...)
		case c == 'N':
			b = append(b, 'n')
		case c == 'e' && i+1 < len(s) && s[i+1] == 'h' && !(vowelAt(s, i+2) && s[i+2] != 'a' && s[i+2] != 'A'): // pehle, pahle
			b = append(b, 'a')
		case i > 0 && c == s[i-1] && (c == 'i' || !isVowel(c) && groups > 2):
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

var (
	clusters  = strings.NewReplacer("ksh", "ks", "shth", "sht", "sth", "st", "shc", "sc", "shr", "sr")
	aspirates = strings.NewReplacer("khkh", "kkh", "ghgh", "ggh", "thth", "tth", "dhdh", "ddh", "bhbh", "bbh", "shsh", "ssh")
)

// nasals drops a nasal at the end of the word after e, i and o, where it is silent in Latin
// letters; after a and u it stays.
func nasals(s string) string {
	if n := len(s); n > 1 && s[n-1] == 'N' && strings.IndexByte("eio", s[n-2]) >= 0 {
		return s[:n-1]
	}
	return s
}

// nasal marks an n at the end of a word in Latin letters that may be the nasal of an
// ending, karen, kisanon, naliyan: in Devanagari it is another letter, अभियान.
func nasal(s string) string {
	n := len(s)
	if n > 3 && s[n-1] == 'n' && (s[n-2] == 'e' || s[n-2] == 'o' || isA(s[n-2]) && (s[n-3] == 'i' || s[n-3] == 'y' && s[n-4] == 'i')) {
		return s[:n-1] + "N"
	}
	return s
}

// labials writes n before a labial as m, and m before v as n.
func labials(s string) string {
	var b []byte
	for i := 1; i+1 < len(s); i++ {
		var c byte
		switch {
		case s[i] == 'n' && strings.IndexByte("pbf", s[i+1]) >= 0:
			c = 'm'
		case s[i] == 'm' && s[i+1] == 'v':
			c = 'n'
		default:
			continue
		}
		if b == nil {
			b = []byte(s)
		}
		b[i] = c
	}
	if b == nil {
		return s
	}
	return string(b)
}

// inner drops every a between consonants but the first vowel of the word: nobody agrees
// whether it is bijali or bijli, antarrashtriya or antrarashtriy.
func inner(s string) string {
	b := make([]byte, 0, len(s))
	vowel := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if isA(c) && falls(s, i, vowel) {
			continue
		}
		vowel = vowel || isVowel(c)
		b = append(b, c)
	}
	return string(b)
}

// falls says whether the a at i is one that inner drops; vowel, whether it has one before it.
func falls(s string, i int, vowel bool) bool {
	return vowel && i+1 < len(s) && !isVowel(s[i-1]) && !isVowel(s[i+1]) && !(s[i-1] == 'y' && s[i-2] == 'i')
}

// glides writes a y beside vowels in one way: naliyan and nalian, gaye and gae, samay and
// samai.
func glides(s string) string {
	if strings.IndexByte(s, 'y') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != 'y' || i == 0 || !isVowel(s[i-1]) {
			b = append(b, c)
			continue
		}
		before, next := s[i-1], byte(0)
		if i+1 < len(s) {
			next = s[i+1]
		}
		switch {
		case before == 'i': // naliyan
		case next == 'e' || next == 'i': // gaye
		case isVowel(next): // gaya
			b = append(b, c)
		default:
			b = append(b, 'i')
		}
	}
	return string(b)
}

// plural takes the ending of many off a word that is long enough, as ending does.
func plural(s string) string {
	if n := len(s); n > 3 && s[n-1] == 'o' && !isVowel(s[n-2]) {
		return s[:n-1]
	}
	return s
}

// closedVowel says whether the only vowel of a word is an a between consonants.
func closedVowel(s string) bool {
	i := strings.IndexAny(s, "aAeiou")
	return i >= 0 && (s[i] == 'a' || s[i] == 'A') && i+1 < len(s) && s[i+1] != 'N' && !strings.ContainsAny(s[i+1:], "aAeiou")
}

// vowelGroups counts the vowels of a word; those side by side are one.
func vowelGroups(s string) int {
	n := 0
	for i := range len(s) {
		if isVowel(s[i]) && (i == 0 || !isVowel(s[i-1])) {
			n++
		}
	}
	return n
}

// ending takes off what a word's case and number add, as far as it does not make one of
// words that are strangers: kisanon is kisan, naliyan nali, raste rasta, bharatiya bharati; and the a that some
// write after a heavy end: rashtra, atirikta.
func ending(w string) string {
	n := len(w)
	last := func(k int) byte { return w[len(w)-k] }
	switch {
	case n > 4 && last(1) == 'N' && isA(last(2)) && last(3) == 'i':
		w = w[:n-2]
	case n > 4 && isA(last(1)) && last(2) == 'i' && vowelGroups(w) > 1:
		w = w[:n-1]
	case n > 4 && last(1) == 'o' && (last(2) == 'i' || last(2) == 'u' || isA(last(2))), n > 5 && last(1) == 'e' && isA(last(2)):
		w = w[:n-1]
	case n > 3 && last(1) == 'o' && !isVowel(last(2)):
		w = w[:n-1]
	case n > 3 && last(1) == 'e' && !isVowel(last(2)) && (!isVowel(last(3)) || vowelGroups(w) > 2):
		w = w[:n-1] + "a"
	}
	if n = len(w); n > 3 && isA(last(1)) && !isVowel(last(2)) && !isVowel(last(3)) {
		groups := vowelGroups(w)
		if groups > 2 || groups > 1 && strings.IndexByte("ryv", last(2)) >= 0 {
			w = w[:n-1]
		}
	}
	if n = len(w); n > 6 && isA(last(1)) && last(2) == 'y' && isA(last(3)) && last(4) == 'l' { // karyalaya
		w = w[:n-2] + "i"
	}
	return w
}

func isA(c byte) bool { return c == 'a' || c == 'A' }

package main

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

var consonants = map[rune]string{
	'क': "k", 'ख': "kh", 'ग': "g", 'घ': "gh", 'ङ': "n", 'च': "ch", 'छ': "chh", 'ज': "j", 'झ': "jh", 'ञ': "n",
	'ट': "t", 'ठ': "th", 'ड': "d", 'ढ': "dh", 'ण': "n", 'त': "t", 'थ': "th", 'द': "d", 'ध': "dh", 'न': "n",
	'प': "p", 'फ': "ph", 'ब': "b", 'भ': "bh", 'म': "m", 'य': "y", 'र': "r", 'ल': "l", 'ळ': "l", 'व': "v",
	'श': "sh", 'ष': "sh", 'स': "s", 'ह': "h",
}

var vowels = map[rune]string{
	'अ': "a", 'आ': "aa", 'इ': "i", 'ई': "ee", 'उ': "u", 'ऊ': "oo", 'ऋ': "ri", 'ए': "e", 'ऐ': "ai", 'ओ': "o", 'औ': "au", 'ऑ': "o",
	'ा': "aa", 'ि': "i", 'ी': "ee", 'ु': "u", 'ू': "oo", 'ृ': "ri", 'े': "e", 'ै': "ai", 'ो': "o", 'ौ': "au", 'ॉ': "o",
}

// romanised writes Hindi in roman letters as people type it, each time a little otherwise.
func (t *teacher) romanised(s string) string {
	words := strings.Fields(strings.ReplaceAll(norm.NFKD.String(s), "\u093c", "")) // without dots
	for i, w := range words {
		words[i] = t.romanWord([]rune(w))
	}
	return strings.Join(words, " ")
}

func (t *teacher) romanWord(w []rune) string {
	var b strings.Builder
	for i, r := range w {
		switch c := consonants[r]; {
		case c != "":
			b.WriteString(c)
			if t.speaksA(w, i) {
				b.WriteString("a")
			}
		case vowels[r] != "":
			b.WriteString(t.spelt(vowels[r], i == len(w)-1))
		case r == 'ं' || r == 'ँ':
			if i < len(w)-1 || t.random.IntN(2) == 0 {
				b.WriteString("n")
			}
		case r < 0x80:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// speaksA says whether the consonant at i carries the vowel that is not written: not at the
// end of a word, not before a sign, and not in the middle where a long vowel follows next.
func (t *teacher) speaksA(w []rune, i int) bool {
	if i == len(w)-1 {
		return false
	}
	next := w[i+1]
	if consonants[next] == "" && next != 'ं' && next != 'ँ' {
		return false
	}
	middle := i > 0 && i+2 < len(w) && (w[i+2] >= 'ा' && w[i+2] <= 'ौ') && consonants[next] != ""
	return !middle
}

// spelt chooses one of the usual spellings of a vowel.
func (t *teacher) spelt(v string, last bool) string {
	choices := map[string][]string{"aa": {"aa", "a", "a"}, "ee": {"ee", "i", "i"}, "oo": {"oo", "u"}, "ai": {"ai", "e", "ai"}, "e": {"e", "e", "ey", "ay"}, "au": {"au", "o"}}
	if last {
		choices["aa"], choices["ee"] = []string{"a", "a", "a", "aa"}, []string{"i", "i", "i", "ee"}
	}
	if c := choices[v]; c != nil {
		return c[t.random.IntN(len(c))]
	}
	return v
}

// usual are the shapes that the commonest words take on telephones.
var usual = map[string][]string{
	"nahi": {"nhi", "nai", "nahin", "ni", "nahe", "nhe"}, "hai": {"h", "hy", "he", "ha", "hay"}, "hain": {"h", "hn", "hen", "hein"},
	"mein": {"me", "mai", "main", "mn", "m"}, "me": {"mein", "mai", "main"}, "kya": {"kia", "kyaa", "kya"}, "kyu": {"kyun", "kyo", "kyon", "kiun"},
	"aur": {"or", "our", "aor"}, "ke": {"k", "kay", "ky"}, "ne": {"ny", "nay"}, "se": {"sy", "say"}, "ko": {"koo", "ku"}, "par": {"pe", "pr", "per", "pay"}, "pe": {"par", "pr", "pay"},
	"raha": {"rha", "rahaa"}, "rahi": {"rhi", "rahee"}, "rahe": {"rhe", "rahay", "rhy"}, "gaya": {"gya", "gia", "gaya"}, "gayi": {"gyi", "gai", "gayee"},
	"hum": {"ham", "hm"}, "yeh": {"ye", "yh"}, "woh": {"wo", "vo"}, "bahut": {"bohot", "bht", "boht", "bahot", "buhat"}, "liye": {"lye", "liay", "liey"},
	"tha": {"tha", "thaa"}, "kar": {"kr", "ker"}, "karo": {"kro", "kero"}, "abhi": {"abi", "abhe"}, "ho": {"hoo", "ho"}, "koi": {"koe", "koi"},
	"mujhe": {"mje", "mujhay", "mujy", "muje"}, "unka": {"un ka"}, "uska": {"us ka"}, "aap": {"ap"}, "jo": {"jo", "joo"}, "wala": {"vala", "wla"}, "sab": {"sb", "sub"},
}

// misspelt writes some words in another way that people write them.
func (t *teacher) misspelt(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if c := usual[strings.ToLower(w)]; c != nil && t.random.IntN(2) == 0 {
			words[i] = c[t.random.IntN(len(c))]
			continue
		}
		words[i] = t.otherwise(w)
	}
	return strings.Join(words, " ")
}

var exchanges = [][2]string{{"aa", "a"}, {"ee", "i"}, {"oo", "u"}, {"w", "v"}, {"v", "w"}, {"ph", "f"}, {"z", "j"}, {"chh", "ch"}, {"y", "i"}, {"q", "k"}, {"sh", "s"}, {"d", "r"}}

func (t *teacher) otherwise(w string) string {
	if len(w) < 4 || t.random.IntN(3) > 0 {
		return w
	}
	switch t.random.IntN(4) {
	case 0:
		if strings.HasSuffix(w, "e") {
			return strings.TrimSuffix(w, "e") + []string{"ay", "y", "ey"}[t.random.IntN(3)]
		}
		if strings.HasSuffix(w, "a") {
			return w + "h"
		}
	case 1:
		at := 1 + t.random.IntN(len(w)-2)
		if strings.IndexByte("aeiou", w[at]) >= 0 {
			return w[:at] + w[at+1:]
		}
	}
	x := exchanges[t.random.IntN(len(exchanges))]
	return strings.Replace(w, x[0], x[1], 1)
}

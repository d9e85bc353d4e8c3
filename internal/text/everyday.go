package text

import (
	_ "embed"
	"strings"
	"sync"
)

// everydayWords are the words that citizens write most, the commonest first, with
// spellings that the rules do not reach.
//
//go:embed everyday.txt
var everydayWords string

// everyday maps the key of a spelling in Latin letters to the key of the everyday word
// that it stands for: what people drop or add as they type (kapra, nokri, bijali, kam for
// kaam). Where two words claim a spelling, the commoner has it; a spelling that is itself
// the key of an everyday word stays that word's.
var everyday = sync.OnceValue(func() map[string]string { return everydaySpellings(everydayWords) })

func everydaySpellings(list string) map[string]string {
	own := map[string]bool{}
	for line := range strings.Lines(list) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		own[everydayKey(word)] = true
	}
	m := map[string]string{}
	claim := func(spelling, key string) {
		if m[spelling] == "" && !own[spelling] && oneWord[spelling] == "" {
			m[spelling] = key
		}
	}
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		key := everydayKey(fields[0])
		for _, s := range fields[1:] {
			spelling, _ := folded(s)
			claim(spelling, key)
		}
	}
	for line := range strings.Lines(list) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		key := everydayKey(word)
		for _, sounds := range spellingsOf(word) {
			claim(settle(sounds), key)
		}
	}
	return m
}

func everydayKey(word string) string {
	key, _ := folded(word)
	if one, ok := oneWord[key]; ok {
		return one
	}
	return key
}

// everydayForms keeps rare words that only Devanagari tells apart from everyday ones, कड
// from कद, out of their keys: by the key, the forms of the everyday words that have it.
var everydayForms = sync.OnceValue(func() map[string][]string { return formsOf(everydayWords) })

func formsOf(list string) map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(list) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		key, _ := folded(word)
		m[key] = append(m[key], form(word))
	}
	return m
}

// form is a word in Devanagari as its key is, but with its marks and its first long a. A
// dot that is left out makes no other word.
func form(word string) string {
	sounds := strings.ReplaceAll(spoken(word, inDevanagari), "R", "D")
	w := []byte(ending(glides(inner(nasals(clusters.Replace(sounds))))))
	for i, vowels := 0, 0; i < len(w); i++ {
		if isVowel(w[i]) {
			vowels++
		}
		if w[i] == 'A' && vowels > 1 {
			w[i] = 'a'
		}
	}
	return string(w)
}

// departures is how many habits one spelling of a word shows at most.
const departures = 2

// spellingsOf are the sounds of a Devanagari word as people type it, by habit.
func spellingsOf(word string) []string {
	all, tail := syllables(word, inDevanagari)
	var parts [][]string // of each part what may be written, the rule's first
	for i, s := range all {
		for j, c := range s.onset {
			parts = append(parts, consonantHabits(c, j > 0 && s.onset[j-1] == c, len(all) > 1))
		}
		parts = append(parts, vowelHabits(all, i))
	}
	for i, c := range tail {
		if c == "N" && i == len(tail)-1 {
			parts = append(parts, []string{"N", "", "n"})
			continue
		}
		parts = append(parts, consonantHabits(c, false, len(all) > 1))
	}
	if n := len(all); n > 1 && all[n-1].vowel == "" && (len(all[n-1].onset) > 1 || all[n-1].onset[0] == "y") { // dharma, samaya
		parts = append(parts, []string{"", "a"})
	}
	var spellings []string
	var write func(i, left int, s string)
	write = func(i, left int, s string) {
		if i == len(parts) {
			spellings = append(spellings, s)
			return
		}
		for k, p := range parts[i] {
			if k == 0 {
				write(i+1, left, s+p)
			} else if left > 0 {
				write(i+1, left-1, s+p)
			}
		}
	}
	write(0, departures, "")
	return spellings
}

func consonantHabits(c string, doubled, long bool) []string {
	switch {
	case c[0] == 'R':
		return []string{"d" + c[1:], "r" + c[1:]}
	case c == "N":
		return []string{"n"}
	case doubled:
		return []string{unmarked.Replace(c), ""}
	case c == "sh" && long:
		return []string{c, "s"}
	}
	return []string{unmarked.Replace(c)}
}

func vowelHabits(all []syllable, i int) []string {
	s := all[i]
	long := len(all) > 2 || len(all) == 2 && all[1].vowel != ""
	besideH := len(s.onset) == 1 && s.onset[0] == "h" || i+1 < len(all) && first(strings.Join(all[i+1].onset, "")) == 'h'
	switch {
	case s.vowel == "A" && !long:
		return []string{"A", "a"}
	case s.vowel == "ai" && long:
		return []string{"ai", "e"}
	case s.vowel == "au" && long:
		return []string{"au", "o"}
	case s.vowel == "a" && besideH:
		return []string{"a", "e"}
	case s.vowel == "ri":
		return []string{"ri", "ru", "ra"}
	}
	return []string{s.vowel}
}

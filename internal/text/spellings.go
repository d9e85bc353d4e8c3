package text

import "strings"

// spellingsOf are the sounds of a Devanagari word as people type it, by habit; one spelling
// shows at most so many departures from the rules.
func spellingsOf(word string, departures int) []string {
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
	if heavyEnd(all) {
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

// heavyEnd says whether a word ends so that some write an a after it: dharma, samaya.
func heavyEnd(all []syllable) bool {
	n := len(all)
	return n > 1 && all[n-1].vowel == "" && (len(all[n-1].onset) > 1 || all[n-1].onset[0] == "y")
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

// tellingSounds are the sounds of a word as it is typed by those who tell it from its
// neighbours: long vowels as such or not, chh for छ or not, an a that is hardly said or not.
func tellingSounds(word string) []string {
	all, tail := syllables(word, inDevanagari)
	var spellings []string
	for _, long := range longHabits {
		for _, silent := range []bool{false, true} {
			s := typed(all, tail, long, silent)
			spellings = append(spellings, s)
			if heavyEnd(all) {
				spellings = append(spellings, s+"a")
			}
			if strings.Contains(s, "C") {
				spellings = append(spellings, strings.ReplaceAll(s, "C", "c"))
			}
		}
	}
	return spellings
}

// longHabits say which long vowels are typed as such, by number of the syllable and whether
// it is the last.
var longHabits = []func(i int, last bool) bool{
	func(int, bool) bool { return false },
	func(_ int, last bool) bool { return !last },
	func(int, bool) bool { return true },
	func(i int, _ bool) bool { return i == 0 },
	func(_ int, last bool) bool { return last },
}

func typed(all []syllable, tail []string, long func(i int, last bool) bool, silent bool) string {
	parts := make([]syllable, len(all))
	for i, s := range all {
		switch {
		case s.own && s.vowel != "" && !silent && hardlySaid(all, i):
			s.vowel = ""
		case strings.Contains("AIU", s.vowel) && !long(i, i == len(all)-1 && len(tail) == 0):
			s.vowel = strings.ToLower(s.vowel)
		}
		parts[i] = s
	}
	return typedMarks.Replace(marked(parts, tail))
}

var typedMarks = strings.NewReplacer("T", "t", "D", "d", "R", "d", "N", "n")

// hardlySaid says whether the vowel that a consonant carries is mostly silent: that of
// बिजली between j and l.
func hardlySaid(all []syllable, i int) bool {
	if i == 0 || i+1 >= len(all) || !all[i].own || len(all[i].onset) != 1 || len(all[i+1].onset) != 1 {
		return false
	}
	return all[i-1].vowel != "" && all[i+1].vowel != "" && !hardlySaid(all, i-1)
}

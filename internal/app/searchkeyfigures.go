package app

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"nivaran/internal/linear"
	"nivaran/internal/text"
)

// figuresOfKeys say how well the keys of search bring spellings together and keep
// strangers apart.
type figuresOfKeys struct {
	words, pairs, found int
	vocabulary          int
	shared              int // words of the vocabulary whose key another word has
	strangers           int // … a word that is no form and no other spelling of it
	misses              []spelt
	groups              [][]string
}

// keyFigures counts which of the pairs find each other, both ways, and which words of the
// vocabulary share their key with another.
func keyFigures(pairs []spelt, vocabulary []string) figuresOfKeys {
	f := figuresOfKeys{pairs: len(pairs), vocabulary: len(vocabulary)}
	words := map[string]bool{}
	for _, p := range pairs {
		words[p.word] = true
		if finds(p.word, p.spelling) && finds(p.spelling, p.word) {
			f.found++
		} else {
			f.misses = append(f.misses, p)
		}
	}
	f.words = len(words)
	byKey := map[string][]string{}
	for _, w := range vocabulary {
		key := strings.Join(text.Tokens(w), " ")
		byKey[key] = append(byKey[key], w)
	}
	for _, group := range byKey {
		if len(group) < 2 {
			continue
		}
		f.shared += len(group)
		before := f.strangers
		for _, a := range group {
			if slices.ContainsFunc(group, func(b string) bool { return !related(a, b) }) {
				f.strangers++
			}
		}
		if f.strangers > before {
			f.groups = append(f.groups, group)
		}
	}
	return f
}

// finds says whether a text of the second word holds every token of a query of the first.
func finds(query, word string) bool {
	have := text.Tokens(word)
	return !slices.ContainsFunc(text.Tokens(query), func(t string) bool { return !slices.Contains(have, t) })
}

func (f figuresOfKeys) print(out io.Writer, misses bool) {
	found := linear.ShareOf(f.found, f.pairs)
	fmt.Fprintf(out, "%d words with %d spellings: %d find each other, %.1f %% (95 %%: %.1f to %.1f)\n", f.words, f.pairs, f.found, 100*found.Value(), 100*found.Low, 100*found.High)
	if f.vocabulary > 0 {
		strangers := linear.ShareOf(f.strangers, f.vocabulary)
		fmt.Fprintf(out, "%d words: %d have the key of a word that is no form and no spelling of theirs, %.1f %% (95 %%: %.1f to %.1f); %d have the key of any other\n",
			f.vocabulary, f.strangers, 100*strangers.Value(), 100*strangers.Low, 100*strangers.High, f.shared)
	}
	if !misses {
		return
	}
	for _, m := range f.misses {
		fmt.Fprintln(out, "not found:", m.word, m.spelling, text.Tokens(m.word), text.Tokens(m.spelling))
	}
	for _, g := range f.groups {
		fmt.Fprintln(out, "one key:", strings.Join(g, " "))
	}
}

// related says whether two words are forms or spellings of one: the same but for a dot, a
// nasal, a long or doubled letter, an ending of case, number, gender or verb, or, in long
// words, one letter. It knows less than a person: some relatives count as strangers.
func related(a, b string) bool {
	x, y := []rune(levelled(a)), []rune(levelled(b))
	same := 0
	for same < len(x) && same < len(y) && x[same] == y[same] {
		same++
	}
	for ; same >= 2; same-- {
		if inflections[string(x[same:])] && inflections[string(y[same:])] {
			return true
		}
	}
	return len(x) >= 6 && oneApart(x, y)
}

var (
	sameLetters = strings.NewReplacer("़", "", "ः", "", "ँ", "", "ं", "", "ॉ", "ा", "ॅ", "े", "ऑ", "आ", "ये", "ए", "यी", "ई", "यि", "इ",
		"ङ्", "", "ञ्", "", "ण्", "", "न्", "", "म्", "", "ण", "न", "ऋ", "रि", "ृ", "रि", "ष", "श")
	sameVowels = strings.NewReplacer("्", "", "ी", "ि", "ू", "ु", "ई", "इ", "ऊ", "उ",
		"aa", "a", "ee", "i", "ii", "i", "oo", "u", "w", "v", "z", "j", "ph", "f")
	inflections = inflectionSet(" ा े ि ो ियो िया ियाओ इयो इया ाओ ाए िए ओ ए इ य यो अ उ ु आ ाइ" +
		" ना ने नि ता ते ति कर ाकर ाना ाने ानि ाता ाते ाति ाया ायि वाना वाने वाता एगा एगि एगे ेगा ेगि ेगे िय िक" +
		" ing ed es s on en e a i o ion ian")
)

func inflectionSet(list string) map[string]bool {
	m := map[string]bool{"": true}
	for _, e := range strings.Fields(list) {
		m[e] = true
	}
	return m
}

// levelled is a word without what spellings of one word differ in.
func levelled(w string) string {
	w = sameVowels.Replace(sameLetters.Replace(norm.NFD.String(strings.ToLower(w))))
	var b strings.Builder
	last := rune(-1)
	for _, r := range w {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// oneApart says whether one letter more, less or another makes one word of the other.
func oneApart(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || slices.Equal(a[i+1:], b[i+1:])
	}
	return slices.Equal(a[i:], b[i+1:])
}

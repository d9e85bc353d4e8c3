package sorting

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"nivaran/internal/grievance"
)

// placeTier orders what a name may mean: of two meanings the earlier is the likelier.
type placeTier uint8

const (
	tierDistrict placeTier = iota
	tierTown
	tierSubdistrict
	tierLocality  // a part of a town
	tierElsewhere // another state, or a place there that everybody knows
	tierVillage
	tierAbroad // a district or sub-district of another state by name only
)

// placeName is one thing that a name may mean.
type placeName struct {
	tier     placeTier
	name     string // as it is given out
	code     string
	district int // 0 outside the state
	state    int // elsewhere: the state's code
	tehsil   string
}

// guard says what a name needs beside it because it is a common word or a person's name.
type guard uint8

const (
	unguarded  guard = iota
	needsSign        // as needsCue, or "of" after it
	needsCue         // capitals, a postposition, an administrative word, a place of the same district, or to stand alone
	needsAdmin       // an administrative word or a place of the same district
)

// spelling is a name as somebody writes it.
type spelling struct {
	keys    []string
	form    string // Latin in lower case, Indic as compared, words parted by one space
	script  script
	guard   guard
	oblique bool  // before a postposition: Gohane; as it stands only
	short   bool  // counts only in capitals: UP, RTK
	means   []int // index into placeIndex.of, the likeliest first
	next    int   // the spelling after it that begins alike, -1 for none
}

// placeIndex finds spellings by the keys of their words.
type placeIndex struct {
	of       []placeName
	all      []spelling
	byForm   map[string]int
	byStart  map[string]int   // the first key, or the first two parted by a space → the first such spelling
	slips    map[string][]int // what is left of a key without one letter
	firsts   map[string]bool  // how towns of two words begin: three letters
	ordinary map[string]bool  // words that look like a place and are none

	keys  []string // what the spellings' keys and means are cut from
	means []int
}

// newPlaceIndex makes room for so many names.
func newPlaceIndex(room int) *placeIndex {
	return &placeIndex{
		of: make([]placeName, 0, room), all: make([]spelling, 0, room), byForm: make(map[string]int, room), byStart: make(map[string]int, room),
		slips: map[string][]int{}, firsts: map[string]bool{}, ordinary: map[string]bool{}, keys: make([]string, 0, 2*room), means: make([]int, 0, room),
	}
}

// add gives a name a meaning.
func (x *placeIndex) add(name string, n placeName) {
	x.of = append(x.of, n)
	x.spell(name, len(x.of)-1)
}

// spell gives a meaning another spelling.
func (x *placeIndex) spell(name string, meaning int) {
	words, form, s := cut(name)
	if len(words) == 0 {
		return
	}
	i, ok := x.byForm[form]
	if !ok {
		i = len(x.all)
		from := len(x.keys)
		for _, w := range words {
			x.keys = append(x.keys, keyOf(w, s))
		}
		x.means = append(x.means, meaning)
		n := len(x.means)
		added := spelling{keys: x.keys[from:len(x.keys):len(x.keys)], form: form, script: s, means: x.means[n-1 : n : n], next: -1,
			short: s == latinScript && len(form) <= 3 && name == strings.ToUpper(name)}
		start := added.keys[0]
		if len(added.keys) > 1 {
			start += " " + added.keys[1]
		}
		if first, ok := x.byStart[start]; ok {
			added.next = first
		}
		x.byStart[start], x.byForm[form] = i, i
		x.all = append(x.all, added)
	}
	if name != strings.ToUpper(name) {
		x.all[i].short = false // "Ggn" stands beside GGN: any size of letters will do
	}
	if !slices.Contains(x.all[i].means, meaning) {
		x.all[i].means = append(x.all[i].means, meaning)
	}
}

// cut parts a name into its words as they are compared.
func cut(name string) (words []string, form string, s script) {
	words = strings.FieldsFunc(name, func(r rune) bool { return !placeRune(r) && r != '_' })
	for i, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case r < utf8.RuneSelf:
			words[i] = strings.ToLower(w)
		case isIndic(r):
			s = indicScript
		default:
			s = otherScript
		}
	}
	switch {
	case s == indicScript:
		forms := make([]string, len(words))
		for i, w := range words {
			forms[i] = indicForm(indicRunes(w))
		}
		return words, strings.Join(forms, " "), s
	case len(words) == 1:
		return words, words[0], s
	}
	return words, strings.Join(words, " "), s
}

func keyOf(word string, s script) string {
	switch s {
	case latinScript:
		return latinKey(word)
	case indicScript:
		return indicKey(indicRunes(word), false)
	}
	return word
}

// slipFrom is how long the key of a district must be for a slip in it to be forgiven, one
// less than that of a town. Set on the tuning
// half of districts.jsonl: with 4 "Karnal" takes in "colonel" and "Jindal" comes near Jind.
const slipFrom = 5

// allowSlips lets single words of towns and above be found with one slip.
func (x *placeIndex) allowSlips() {
	for i, s := range x.all {
		tier := x.of[s.means[0]].tier
		if len(s.keys) > 1 && s.script == latinScript && tier <= tierSubdistrict && len(s.form) > 3 {
			x.firsts[s.form[:3]] = true
		}
		if len(s.keys) != 1 || s.oblique || s.guard != unguarded || s.script == otherScript || tier > tierSubdistrict || s.script == latinScript && !x.ownName(s) {
			continue
		}
		if tier == tierDistrict || len(s.keys[0]) > slipFrom {
			x.allowSlip(s.keys[0], i)
		}
		if s.script == latinScript {
			if fold := string(latinFold(nil, s.form)); tier == tierDistrict && len(fold) > slipFrom {
				x.allowSlip(fold, i) // of five sounds, Hisar is one slip from hisab and hashar
			}
			if tier <= tierTown && len(s.form) >= longWord {
				x.allowSlip(s.form, i)
			}
		}
	}
}

// longWord is how long a name must be for a slip in its very letters, not its sounds.
const longWord = 8

// ownName says whether a spelling is the very name: a slip in a variant is too far from it.
func (x *placeIndex) ownName(s spelling) bool {
	return slices.ContainsFunc(s.means, func(i int) bool { return strings.EqualFold(strings.ReplaceAll(x.of[i].name, " ", ""), s.form) })
}

func (x *placeIndex) allowSlip(key string, i int) {
	if len(key) < slipFrom {
		return
	}
	for j := 1; j <= len(key); j++ {
		rest := key
		if j < len(key) {
			rest = key[:j] + key[j+1:]
		}
		if !slices.Contains(x.slips[rest], i) {
			x.slips[rest] = append(x.slips[rest], i)
		}
	}
}

// order puts the likeliest meaning of each name first.
func (x *placeIndex) order() {
	for _, s := range x.all {
		slices.SortStableFunc(s.means, func(a, b int) int { return int(x.of[a].tier) - int(x.of[b].tier) })
	}
}

// starting are the spellings that begin with a key, or with two.
func (x *placeIndex) starting(key string) iter.Seq[*spelling] {
	first, ok := x.byStart[key]
	return func(yield func(*spelling) bool) {
		for i := first; ok && i >= 0; i = x.all[i].next {
			if !yield(&x.all[i]) {
				return
			}
		}
	}
}

// match is a spelling found at tokens[from:to].
type match struct {
	*spelling
	from, to int
	exact    bool
	index    *placeIndex // where its meanings stand
}

// at finds the longest name that begins at a token.
func (x *placeIndex) at(tokens []placeToken, i int) (best match) {
	t := &tokens[i]
	if t.number || t.handle {
		return match{}
	}
	take := func(s *spelling, n int, exact bool) {
		switch {
		case best.spelling == nil, n > best.to-best.from,
			n == best.to-best.from && exact && !best.exact,
			n == best.to-best.from && exact == best.exact && x.of[s.means[0]].tier < x.of[best.means[0]].tier:
			best = match{s, i, i + n, exact, x}
		}
	}
	if j, ok := x.byForm[t.lower]; ok && t.script == indicScript && !x.ordinary[t.lower] {
		take(&x.all[j], 1, true) // whatever dots were left out
	}
	for _, key := range t.keys {
		if key == "" {
			continue
		}
		for s := range x.starting(key) {
			if len(s.keys) == 1 {
				if ok, exact := x.fits(s, tokens[i:i+1]); ok {
					take(s, 1, exact)
				}
			}
		}
		if i+1 == len(tokens) || tokens[i+1].gap > gapHyphen && tokens[i+1].gap != gapFullStop {
			continue
		}
		for _, next := range tokens[i+1].keys {
			if next == "" {
				continue
			}
			var buf [96]byte
			start := append(append(append(buf[:0], key...), ' '), next...)
			for s := range x.starting(string(start)) {
				if i+len(s.keys) <= len(tokens) {
					if ok, exact := x.fits(s, tokens[i:i+len(s.keys)]); ok {
						take(s, len(s.keys), exact)
					}
				}
			}
		}
	}
	return best
}

// fits compares words of the text with a spelling whose first keys are theirs.
func (x *placeIndex) fits(s *spelling, tokens []placeToken) (ok, exact bool) {
	rest, exact := s.form, true
	letters := 0
	for i, t := range tokens {
		if t.keys[0] != s.keys[i] && (t.keys[1] == "" || t.keys[1] != s.keys[i]) {
			return false, false
		}
		word, after, _ := strings.Cut(rest, " ")
		rest = after
		exact = exact && t.script == s.script && t.lower == word
		letters += len(s.keys[i])
		if i > 0 && t.gap > gapHyphen && !(t.gap == gapFullStop && len(tokens[i-1].lower) <= 2) {
			return false, false
		}
	}
	t := tokens[0]
	switch {
	case len(tokens) == 1 && x.ordinary[t.lower]:
		return false, false
	case exact:
		return true, true
	case s.guard > needsSign, s.short, x.of[s.means[0]].tier == tierAbroad, s.script == otherScript, t.script == otherScript, s.oblique:
		return false, false
	case len(tokens) > 1:
		return letters >= 5, false
	case x.of[s.means[0]].tier == tierLocality:
		return false, false
	case t.role != 0:
		return false, false
	case s.script == latinScript && t.script == latinScript:
		return len(t.lower) >= 5 && alike(t.lower, s.form) && (s.guard == unguarded || sameSound(t.lower, s.form)), false
	case s.script == indicScript && t.script == indicScript && letters >= 3 && sameIndic(t.lower, s.form):
		return true, false
	}
	return letters >= 5 && s.guard == unguarded, false
}

// slip finds a town or district spelled with one slip; the word must be long, unknown and
// no ordinary one.
func (x *placeIndex) slip(tokens []placeToken, i int) match {
	t := &tokens[i]
	if t.role != 0 || t.number || t.handle || t.script == otherScript || x.ordinary[t.lower] || utf8.RuneCountInString(t.lower) < 6 {
		return match{}
	}
	best := x.slipOf(t, t.keys[0], -1)
	if t.script == latinScript {
		best = x.slipOf(t, string(latinFold(nil, t.lower)), best)
		if len(t.lower) >= longWord-1 {
			best = x.slipOf(t, t.lower, best)
		}
	}
	if best < 0 {
		return match{}
	}
	return match{&x.all[best], i, i + 1, false, x}
}

func (x *placeIndex) slipOf(t *placeToken, key string, best int) int {
	if len(key) < slipFrom {
		return best
	}
	try := func(rest string) {
		for _, j := range x.slips[rest] {
			s := &x.all[j]
			if (best < 0 || x.of[s.means[0]].tier < x.of[x.all[best].means[0]].tier) && s.script == t.script &&
				(s.script == indicScript && alikeIndic(t.lower, s.form) || s.script == latinScript && (len(key) > slipFrom && alike(t.lower, s.form) || len(s.form) >= longWord && oneSlip(t.lower, s.form))) {
				best = j
			}
		}
	}
	try(key)
	for j := 1; j < len(key); j++ {
		try(key[:j] + key[j+1:])
	}
	return best
}

// joined finds a town or district whose name was written as two words: Guru gram.
func (x *placeIndex) joined(tokens []placeToken, i int) match {
	if i+1 >= len(tokens) {
		return match{}
	}
	t, u := &tokens[i], &tokens[i+1]
	if t.script != u.script || t.script == otherScript || t.number || u.number || t.role != 0 || u.gap > gapHyphen || len(t.lower)+len(u.lower) < 7 || len(t.lower) < 3 || len(u.lower) < 3 {
		return match{}
	}
	both := t.lower + u.lower
	key := keyOf(both, t.script)
	if len(key) < slipFrom {
		return match{}
	}
	for s := range x.starting(key) {
		if len(s.keys) == 1 && s.guard == unguarded && s.script == t.script && x.of[s.means[0]].tier <= tierSubdistrict &&
			(t.script == indicScript || sameSound(both, s.form)) {
			return match{s, i, i + 2, false, x}
		}
	}
	if t.script == latinScript && x.firsts[t.lower[:3]] {
		m := x.slip([]placeToken{{lower: both, keys: [2]string{key}}}, 0)
		if m.spelling != nil && strings.Contains(m.first().name, " ") {
			m.from, m.to = i, i+2
			return m
		}
	}
	return match{}
}

// meanings are what the spelling may mean, the likeliest first.
func (m *match) meanings(yield func(placeName) bool) {
	for _, i := range m.means {
		if !yield(m.index.of[i]) {
			return
		}
	}
}

// first is the likeliest meaning.
func (m *match) first() placeName { return m.index.of[m.means[0]] }

// tierNames are the tiers as they are given out.
var tierNames = map[placeTier]string{
	tierDistrict: "district", tierTown: "town", tierSubdistrict: "subdistrict", tierLocality: "town", tierElsewhere: "state", tierVillage: "village", tierAbroad: "state",
}

var tierOf = map[string]placeTier{"town": tierTown, "subdistrict": tierSubdistrict, "village": tierVillage}

// cue is the meaning as a verdict names it.
func (n placeName) cue(confidence float64) grievance.PlaceCue {
	return grievance.PlaceCue{Tier: tierNames[n.tier], Name: n.name, Code: n.code, Confidence: confidence}
}

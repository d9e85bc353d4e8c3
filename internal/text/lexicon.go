package text

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// everydayWords are the words that citizens write most, the commonest first, with
// spellings that the rules do not reach.
//
//go:embed everyday.txt
var everydayWords string

// commonWords are common words of Hindi. Of words that the rules make one the first has the
// key: those that stand first were put there by hand. Whose list it is: THIRD_PARTY.md.
//
//go:embed common.txt
var commonWords string

// words are what is known of single words of Hindi. Of those that the rules make one but
// that are strangers (काम, कम; नाली, नली; तीन, टीन) the commonest has the key, each other
// one of its own. A word that stands in no list is a stranger too where its form says so.
type words struct {
	forms     map[string][]string // by the key of the rules; the first form has it
	own       map[string]bool     // keys that an everyday word has by the rules
	spellings map[string]string   // by the key of a spelling in Latin letters, the key of its word
	sounds    map[string]string   // the same by its sounds, where strangers are told by them
}

var lexicon = sync.OnceValue(func() *words { return learn(everydayWords, commonWords) })

// listed is a word of the lists with its key by the rules.
type listed struct {
	word, key, form string
	same            string // key of the word of sameWords that it is
	spellings       []string
	everyday        bool
}

func learn(everyday, common string) *words {
	w := &words{map[string][]string{}, map[string]bool{}, map[string]string{}, map[string]string{}}
	var all []listed
	for line := range strings.Lines(everyday) {
		all = append(all, w.learn(strings.Fields(line), true))
	}
	for word := range strings.Lines(common) {
		all = append(all, w.learn([]string{strings.TrimSpace(word)}, false))
	}
	for _, l := range all {
		for _, s := range l.spellings {
			key, sounds, _ := folded(s)
			w.claim(key, l)
			w.claimSounds(sounds, l)
		}
	}
	seen := map[[2]string]bool{}
	for _, l := range all {
		if l.same != "" {
			continue
		}
		w.claimTelling(l)
		if id := [2]string{l.key, l.form}; l.everyday || !seen[id] { // forms of one word share their spellings
			seen[id] = true
			w.claimHabits(l)
		}
	}
	return w
}

// learn notes a word with its form. A common word that differs from the one that has its
// key by the length of its first vowel only is taken as a slip of the pen, उपर, unless it
// stands among the everyday ones.
func (w *words) learn(fields []string, everyday bool) listed {
	key, sounds, in := folded(fields[0])
	l := listed{fields[0], key, form(sounds), sameWord(key, sounds, in), fields[1:], everyday}
	if l.same != "" {
		return l
	}
	forms := w.forms[key]
	if forms == nil && oneWord[key] != "" {
		forms = []string{""} // the key is taken
	}
	if everyday {
		w.own[key] = true
	} else if forms != nil && short.Replace(l.form) == short.Replace(forms[0]) {
		l.form = forms[0]
	}
	if !slices.Contains(forms, l.form) {
		w.forms[key] = append(forms, l.form)
	}
	return l
}

// key is the key of a listed word.
func (w *words) key(l listed) string {
	if l.same != "" {
		return l.same
	}
	if w.forms[l.key][0] != l.form {
		return apart(l.form)
	}
	return l.key
}

// claim gives a spelling, by its key, to a word: an everyday word takes it from a common
// one, and of equals the first has it.
func (w *words) claim(spelling string, l listed) {
	if spelling == l.key || w.own[spelling] || oneWord[spelling] != "" || w.spellings[spelling] != "" || !l.everyday && w.forms[spelling] != nil {
		return
	}
	w.spellings[spelling] = w.key(l)
}

func (w *words) claimSounds(sounds string, l listed) {
	if w.sounds[sounds] == "" {
		w.sounds[sounds] = w.key(l)
	}
}

// claimTelling gives a word the spellings that tell it from strangers with its key, and from
// what rules take for an ending: hans (हंस), abhiyan (अभियान).
func (w *words) claimTelling(l listed) {
	if len(w.forms[l.key]) > 1 || strings.HasSuffix(l.key, "s") || strings.HasSuffix(l.key, "n") {
		for _, s := range tellingSounds(l.word) {
			w.claimSounds(s, l)
		}
	}
}

// claimHabits gives a word what people drop or add as they type it: kapra, nokri, dharma.
func (w *words) claimHabits(l listed) {
	most := 1
	if l.everyday {
		most = 2
	}
	for _, s := range spellingsOf(l.word, most) {
		w.claim(settle(unmarked.Replace(s)), l)
	}
}

// latin is the key of a word in Latin letters, by its key of the rules and its sounds.
func (w *words) latin(key, sounds string) string {
	if one, ok := w.sounds[sounds]; ok {
		return one
	}
	if one, ok := oneWord[key]; ok {
		return one
	}
	if one, ok := w.spellings[key]; ok {
		return one
	}
	return key
}

// devanagari is the same for a word in Devanagari. A long one that stands in no list is taken
// for another form of the word that has its key.
func (w *words) devanagari(key, sounds string) string {
	forms := w.forms[key]
	if forms == nil {
		return key
	}
	f := form(sounds)
	if i := slices.Index(forms, f); i == 0 || i < 0 && (vowelGroups(key) > 2 || short.Replace(f) == short.Replace(forms[0])) {
		return key
	}
	return apart(f)
}

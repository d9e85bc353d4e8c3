package sorting

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nivaran/internal/text"
)

// phrases finds phrases in a text by its tokens, so that every spelling of a word meets.
// Single words are kept stricter, for short ones fold together by chance: "for" is not
// "foran", and हंसी (laughter) is not हांसी (Hansi).
type phrases struct {
	byStart map[string][]phrase // by the first key, or the first two of a longer phrase
}

// phrase says something when its words stand one after the other.
type phrase struct {
	keys []string
	word string // a single word as it is written, else empty
	mark int    // index into what the owner knows of it
}

// hit is a phrase found at tokens[from:to].
type hit struct {
	mark     int
	from, to int
}

func newPhrases() *phrases { return &phrases{byStart: map[string][]phrase{}} }

// add keeps a phrase and says of how many words it is; one of none is left out.
func (p *phrases) add(words string, mark int) int {
	keys := text.Tokens(words)
	switch len(keys) {
	case 0: // signs only
	case 1:
		p.byStart[keys[0]] = append(p.byStart[keys[0]], phrase{keys, written(words), mark})
	default:
		start := keys[0] + " " + keys[1]
		p.byStart[start] = append(p.byStart[start], phrase{keys, "", mark})
	}
	return len(keys)
}

// find gives every phrase at every place of one passage. Of phrases with one mark that lie
// inside each other all are given: the owner takes the longest where that matters.
func (p *phrases) find(passage string, tokens []text.Token) []hit {
	var hits []hit
	for i, t := range tokens {
		if single := p.byStart[t.Key]; single != nil {
			word := written(passage[t.Start:t.End])
			for _, f := range single {
				if sameWord(f, word) {
					hits = append(hits, hit{f.mark, i, i + 1})
				}
			}
		}
		if i+1 == len(tokens) {
			break
		}
		for _, f := range p.byStart[t.Key+" "+tokens[i+1].Key] {
			if i+len(f.keys) <= len(tokens) && matches(tokens[i:], f.keys) {
				hits = append(hits, hit{f.mark, i, i + len(f.keys)})
			}
		}
	}
	return hits
}

func matches(tokens []text.Token, keys []string) bool {
	for i, k := range keys {
		if tokens[i].Key != k {
			return false
		}
	}
	return true
}

// safeKey is how long a key must be for another spelling to count as the same word.
const safeKey = 5

// sameWord compares single words whose keys are equal. Latin spellings vary, so a long key
// is enough; Devanagari is spelled steadily and must be equal. Gurmukhi has few phrases of
// its own and leans on all others.
func sameWord(f phrase, word string) bool {
	a, _ := utf8.DecodeRuneInString(f.word)
	b, _ := utf8.DecodeRuneInString(word)
	switch {
	case f.word == word || b >= 0x0A00 && b <= 0x0A7F:
		return true
	case a < 0x80 && b < 0x80:
		return len(f.keys[0]) >= safeKey
	}
	return false
}

// written is a word as compared letter by letter: case, joiners, dots under letters and
// the two signs of a nasal vowel do not matter.
func written(word string) string {
	return same.Replace(strings.ToLower(norm.NFKC.String(strings.TrimSpace(word))))
}

var same = strings.NewReplacer("\u200b", "", "\u200c", "", "\u200d", "", "\u093c", "", "ँ", "ं", "म्ब", "ंब", "न्द", "ंद")

package sorting

import "nivaran/internal/text"

// phrases finds phrases in a text by its tokens, so that every spelling of a word meets.
type phrases struct {
	byFirst map[string][]phrase
}

// phrase says something when its words stand one after the other.
type phrase struct {
	keys []string
	mark int // index into what the owner knows of it
}

// hit is a phrase found at tokens[from:to].
type hit struct {
	mark     int
	from, to int
}

func newPhrases() *phrases { return &phrases{byFirst: map[string][]phrase{}} }

// add keeps a phrase; one that holds no token is left out.
func (p *phrases) add(words string, mark int) {
	keys := text.Tokens(words)
	if len(keys) == 0 {
		return
	}
	p.byFirst[keys[0]] = append(p.byFirst[keys[0]], phrase{keys, mark})
}

// find gives every phrase at every place. One that lies inside a longer one of the same
// mark is left out by the callers, who count each mark's longest.
func (p *phrases) find(tokens []text.Token) []hit {
	var hits []hit
	for i, t := range tokens {
		for _, f := range p.byFirst[t.Key] {
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

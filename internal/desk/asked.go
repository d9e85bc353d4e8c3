package desk

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// asked is what somebody typed into the search, read.
type asked struct {
	tokens  []string   // each must be there
	phrases [][]string // in this order, one after the other
	without []string   // none of these
	has     map[string]bool
}

// readAsked reads words, "phrases" and -words. A query of nothing but -words asks nothing.
func readAsked(words string) asked {
	a := asked{has: map[string]bool{}}
	var plain []string
	for i, piece := range strings.Split(strings.NewReplacer("“", `"`, "”", `"`).Replace(words), `"`) {
		if i%2 == 1 {
			if keys := text.Tokens(piece); len(keys) > 1 {
				a.phrases = append(a.phrases, keys)
			}
			plain = append(plain, piece)
			continue
		}
		for _, w := range strings.Fields(piece) {
			if rest, minus := strings.CutPrefix(w, "-"); minus && rest != "" {
				a.without = append(a.without, text.Tokens(rest)...)
				continue
			}
			plain = append(plain, w)
		}
	}
	a.tokens = text.QueryTokens(strings.Join(plain, " "))
	for _, keys := range a.phrases { // a phrase of common words needs them all
		for _, k := range keys {
			if !slices.Contains(a.tokens, k) {
				a.tokens = append(a.tokens, k)
			}
		}
	}
	for _, k := range a.tokens {
		a.has[k] = true
	}
	return a
}

// textsOf are the texts that a hit is found by.
func textsOf(w store.Wording) []string {
	texts := []string{w.Title}
	for _, p := range w.Posts {
		texts = append(texts, p.Title, p.Words, p.Name, p.Handle)
	}
	return texts
}

// keeps says whether the stored texts of a hit hold every phrase and nothing excluded.
func (a asked) keeps(w store.Wording) bool {
	found := make([]bool, len(a.phrases))
	for _, s := range textsOf(w) {
		keys := text.Tokens(s)
		for i, p := range a.phrases {
			found[i] = found[i] || holdsRun(keys, p)
		}
		if slices.ContainsFunc(a.without, func(k string) bool { return slices.Contains(keys, k) }) {
			return false
		}
	}
	return !slices.Contains(found, false)
}

func holdsRun(keys, run []string) bool {
	for i := 0; i+len(run) <= len(keys); i++ {
		if slices.Equal(keys[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

// The weights of a hit: a word said more often counts for more, less and less so (BM25),
// and for less in a long text; words one after the other as they were asked, and words of
// the title, add to it.
const (
	fitSaturation = 1.2
	fitLength     = 0.75
	fitRun        = 1.0
	fitTitle      = 0.5
)

// best are the n hits that fit best, of equals the newer first. Each engine finds the same
// hits, so they have the same order on both.
func (a asked) best(hits []store.Wording, n int) []grievance.ID {
	type scored struct {
		id    grievance.ID
		keys  []string
		score float64
	}
	all := make([]scored, len(hits))
	length := 0
	for i, h := range hits {
		all[i] = scored{id: h.ID, keys: text.Tokens(strings.Join(textsOf(h), "\n"))}
		length += len(all[i].keys)
	}
	mean := max(1, float64(length)/float64(max(1, len(hits))))
	for i, h := range hits {
		all[i].score = a.fit(all[i].keys, mean)
		for _, k := range text.Tokens(h.Title) {
			if a.has[k] {
				all[i].score += fitTitle
			}
		}
	}
	slices.SortStableFunc(all, func(x, y scored) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(y.id, x.id))
	})
	best := make([]grievance.ID, min(n, len(all)))
	for i := range best {
		best[i] = all[i].id
	}
	return best
}

func (a asked) fit(keys []string, mean float64) float64 {
	count := map[string]float64{}
	runs := 0.0
	for i, k := range keys {
		if !a.has[k] {
			continue
		}
		count[k]++
		if at := slices.Index(a.tokens, k); i > 0 && at > 0 && keys[i-1] == a.tokens[at-1] {
			runs = fitRun
		}
	}
	norm := fitSaturation * (1 - fitLength + fitLength*float64(len(keys))/mean)
	score := runs
	for _, k := range a.tokens { // in the order of the query: sums of floats depend on it
		score += count[k] * (fitSaturation + 1) / (count[k] + norm)
	}
	return score
}

// Lengths of what is shown of a text, in bytes before and after the first hit.
const (
	shownBefore = 120
	shownAfter  = 360
)

// mark cuts a text around the first word that was asked for and marks all such words.
func (a asked) mark(s string) []Part {
	spans := slices.DeleteFunc(text.Spans(s), func(t text.Token) bool { return !a.has[t.Key] })
	from := 0
	if len(spans) > 0 {
		from = max(0, spans[0].Start-shownBefore)
	}
	to := min(len(s), from+shownBefore+shownAfter)
	for from > 0 && !startsWord(s, from) {
		from--
	}
	for to < len(s) && !startsWord(s, to) {
		to++
	}
	var parts []Part
	add := func(text string, hit bool) {
		if text != "" {
			parts = append(parts, Part{text, hit})
		}
	}
	if from > 0 {
		add("… ", false)
	}
	at := from
	for _, t := range spans {
		if t.Start < at || t.End > to {
			continue
		}
		add(s[at:t.Start], false)
		add(s[t.Start:t.End], true)
		at = t.End
	}
	add(s[at:to], false)
	if to < len(s) {
		add(" …", false)
	}
	return parts
}

func startsWord(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return r == ' ' || r == '\n'
}

// id is that of the case, or of the post that has none.
func (h FoundHit) id() grievance.ID {
	if h.Row != nil {
		return h.Row.Case.ID
	}
	return h.Post.ID
}

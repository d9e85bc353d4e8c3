package desk

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// vocabulary is what the newest cases of a scope say: nothing else is ever suggested to an
// officer, so that a suggestion tells nothing of other offices.
type vocabulary struct {
	count map[string]int // cases that have the key
	said  []string       // by case
}

// vocabularyOf is of how many cases a vocabulary is made.
const vocabularyOf = 300

func readVocabulary(ctx context.Context, tx *store.Tx, s grievance.Scope) (vocabulary, error) {
	said, err := tx.CaseWords(ctx, s, vocabularyOf)
	v := vocabulary{map[string]int{}, said}
	last := map[string]int{} // the case that a key was counted for last
	for i, words := range said {
		for _, k := range text.Tokens(words) {
			if last[k] != i+1 {
				last[k] = i + 1
				v.count[k]++
			}
		}
	}
	return v, err
}

// weight is how much a key tells: the rarer, the more.
func (v vocabulary) weight(key string) float64 {
	return math.Log(1 + float64(len(v.said)+1)/float64(v.count[key]+1))
}

// usual is the commonest way to write a key.
func (v vocabulary) usual(key string) string {
	written := map[string]int{}
	for _, words := range v.said {
		for _, t := range text.Spans(words) {
			if t.Key == key {
				written[strings.ToLower(words[t.Start:t.End])]++
			}
		}
	}
	best := ""
	for w, n := range written {
		if m := written[best]; best == "" || n > m || n == m && w < best {
			best = w
		}
	}
	return best
}

// nearest is the commonest key of the vocabulary within a letter or two; "" if none is.
func (v vocabulary) nearest(key string) string {
	most := 1
	if len(key) > 6 {
		most = 2
	}
	best, least := "", most+1
	for k, n := range v.count {
		if len(k) < 3 || strings.Trim(k, "0123456789") == "" {
			continue
		}
		d := distance(key, k, least)
		if d < least || d == least && d <= most && (n > v.count[best] || n == v.count[best] && k < best) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to change, add, drop or swap with a neighbour to make b of a;
// most+1 when they are more.
func distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}

// correctionBudget is how long to look whether other words find anything, after the look for
// what was typed.
const correctionBudget = 20 * time.Millisecond

// shortWord is the shortest key that is thought to be mistyped.
const shortWord = 4

// correction is what was typed with the words that no case of the scope holds put right; ""
// unless that finds something.
func (d *Desk) correction(ctx context.Context, tx *store.Tx, by grievance.Actor, f Found, a asked) (string, error) {
	v, err := readVocabulary(ctx, tx, by.Scope)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	at, changed := 0, false
	for _, t := range text.Spans(f.Words) {
		if !a.has[t.Key] || v.count[t.Key] > 0 || len(t.Key) < shortWord || strings.ContainsAny(t.Key, "0123456789") {
			continue
		}
		near := v.nearest(t.Key)
		if near == "" {
			continue
		}
		b.WriteString(f.Words[at:t.Start])
		b.WriteString(v.usual(near))
		at, changed = t.End, true
	}
	if !changed {
		return "", nil
	}
	b.WriteString(f.Words[at:])
	q := f.query(by, readAsked(b.String()))
	q.Limit, q.Budget = 1, correctionBudget
	found, err := tx.Search(ctx, by.Scope, q)
	if err != nil || len(found.Hits) == 0 {
		return "", err
	}
	return b.String(), nil
}

// Numbers of the look for similar cases: of so many of the rarest words one must be there;
// so many candidates are compared; a case is shown when it holds this share of the weight
// of the text's words, and so many of them. Read off the demonstration's cases.
const (
	similarWords  = 8
	similarLook   = 200
	similarShown  = 10
	similarShare  = 0.3
	similarShared = 3
)

// SimilarCases lists the cases of the actor's scope that say what a case says.
func (d *Desk) SimilarCases(ctx context.Context, by grievance.Actor, id grievance.ID) (c *grievance.Case, hits []FoundHit, err error) {
	if !by.May(grievance.MayRead) {
		return nil, nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if c, err = tx.Case(ctx, by.Scope, id); err != nil {
			return err
		}
		one := []store.Hit{{Case: c}}
		if err := tx.WithPosts(ctx, by.Scope, one); err != nil {
			return err
		}
		hits, err = d.similarTo(ctx, tx, by, one[0])
		return err
	})
	if err == nil {
		d.Reads.noteSearch(by, id, hits)
	}
	return c, hits, err
}

// SimilarToPost lists the cases of the actor's scope that say what a post says.
func (d *Desk) SimilarToPost(ctx context.Context, by grievance.Actor, id grievance.ID) (p *grievance.StoredPost, hits []FoundHit, err error) {
	if !by.May(grievance.MaySort) {
		return nil, nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if p, err = d.seenPost(ctx, tx, by, id); err != nil {
			return err
		}
		hits, err = d.similarTo(ctx, tx, by, store.Hit{Posts: []*grievance.StoredPost{p}})
		return err
	})
	if err == nil {
		d.Reads.noteSearch(by, id, hits)
	}
	return p, hits, err
}

func (d *Desk) similarTo(ctx context.Context, tx *store.Tx, by grievance.Actor, of store.Hit) ([]FoundHit, error) {
	v, err := readVocabulary(ctx, tx, by.Scope)
	if err != nil {
		return nil, err
	}
	var said []string
	for _, p := range of.Posts {
		if p.Direction == grievance.In {
			title, words, _ := Readable(&p.Post)
			said = append(said, title, words)
		}
	}
	keys := contentKeys(said)
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(v.count[a], v.count[b]), cmp.Compare(a, b)) })
	if len(keys) == 0 {
		return nil, nil
	}
	q := store.SearchQuery{Any: keys[:min(similarWords, len(keys))], Limit: similarLook}
	found, _, err := tx.SearchWordings(ctx, by.Scope, q)
	if err != nil {
		return nil, err
	}
	hits, err := inOrder(ctx, tx, by.Scope, q, alike(v, keys, found, of.ID()))
	if err != nil {
		return nil, err
	}
	if err := tx.WithPosts(ctx, by.Scope, hits); err != nil {
		return nil, err
	}
	a := asked{tokens: keys, has: map[string]bool{}}
	for _, k := range keys {
		a.has[k] = true
	}
	return shown(ctx, tx, hits, a)
}

// alike are the candidates that say most of the keys by weight, the likest first, of equals
// the newer.
func alike(v vocabulary, keys []string, candidates []store.Wording, of grievance.ID) []grievance.ID {
	all := 0.0
	for _, k := range keys {
		all += v.weight(k)
	}
	shares := map[grievance.ID]float64{}
	var ids []grievance.ID
	for _, c := range candidates {
		share, n := 0.0, 0
		theirs := contentKeys(c.Citizens())
		for _, k := range keys {
			if slices.Contains(theirs, k) {
				share += v.weight(k) / all
				n++
			}
		}
		if c.ID != of && share >= similarShare && n >= min(similarShared, len(keys)) {
			shares[c.ID] = share
			ids = append(ids, c.ID)
		}
	}
	slices.SortStableFunc(ids, func(x, y grievance.ID) int {
		return cmp.Or(cmp.Compare(shares[y], shares[x]), cmp.Compare(y, x))
	})
	return ids[:min(similarShown, len(ids))]
}

// contentKeys are the keys of what citizens say, each once, without the words that every
// text holds.
func contentKeys(said []string) []string {
	return slices.DeleteFunc(text.QueryTokens(strings.Join(said, "\n")), func(k string) bool { return len(k) < 3 })
}

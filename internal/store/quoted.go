package store

import (
	"strings"
	"unicode"
)

// quoteLength is how many words in a row make a quotation.
const quoteLength = 4

// quoted finds a citizen's words again in what others wrote: whoever repeats four of them
// in a row quotes. A text of fewer words is quoted when it stands whole.
type quoted struct {
	runs    map[string]bool
	texts   []string // each whole, its words in lower case
	lengths map[int]bool
}

func newQuoted(texts ...string) *quoted {
	q := &quoted{runs: map[string]bool{}, lengths: map[int]bool{}}
	q.add(texts...)
	return q
}

func (q *quoted) add(texts ...string) {
	for _, t := range texts {
		words, _ := wordsOf(t)
		if len(words) == 0 {
			continue
		}
		q.texts = append(q.texts, strings.Join(words, " "))
		n := min(quoteLength, len(words))
		q.lengths[n] = true
		for i := 0; i+n <= len(words); i++ {
			q.runs[strings.Join(words[i:i+n], " ")] = true
		}
	}
}

// span is a stretch of bytes of a text.
type span struct{ from, to int }

// wordsOf are the words of a text in lower case, and where they stand in it.
func wordsOf(s string) (words []string, at []span) {
	start := -1
	end := func(i int) {
		if start >= 0 {
			words, at = append(words, strings.ToLower(s[start:i])), append(at, span{start, i})
			start = -1
		}
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		end(i)
	}
	end(len(s))
	return words, at
}

// marked says for each word of a text whether it belongs to a quotation.
func (q *quoted) marked(words []string) (marked []bool, any bool) {
	marked = make([]bool, len(words))
	for n := range q.lengths {
		for i := 0; i+n <= len(words); i++ {
			// One or two words alone are no quotation within a longer text.
			if n < 3 && len(words) > n || !q.runs[strings.Join(words[i:i+n], " ")] {
				continue
			}
			for j := i; j < i+n; j++ {
				marked[j], any = true, true
			}
		}
	}
	return marked, any
}

// in says whether the text quotes.
func (q *quoted) in(s string) bool {
	words, _ := wordsOf(s)
	_, any := q.marked(words)
	return any
}

// starts says whether the text is the beginning of what is quoted, cut anywhere.
func (q *quoted) starts(s string) bool {
	words, _ := wordsOf(s)
	head := strings.Join(words, " ")
	if head == "" {
		return false
	}
	for _, t := range q.texts {
		if strings.HasPrefix(t, head) {
			return true
		}
	}
	return false
}

// cut gives the text with an ellipsis in place of what it quotes.
func (q *quoted) cut(s string) string {
	words, at := wordsOf(s)
	marked, any := q.marked(words)
	if !any {
		return s
	}
	var b strings.Builder
	copied := 0
	for i := 0; i < len(words); i++ {
		if !marked[i] {
			continue
		}
		b.WriteString(s[copied:at[i].from])
		b.WriteString("[…]")
		for i+1 < len(words) && marked[i+1] {
			i++
		}
		copied = at[i].to
	}
	b.WriteString(s[copied:])
	return b.String()
}

// cutTitle is cut for a letter's title, which ends in the title that it answers however
// short that is.
func (q *quoted) cutTitle(title string) string {
	title = q.cut(title)
	_, at := wordsOf(title)
	for _, w := range at {
		if q.starts(title[w.from:]) {
			return title[:w.from] + "[…]"
		}
	}
	return title
}

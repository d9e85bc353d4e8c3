package legacyfont

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reading is a text with what was typed for a legacy font put into Unicode.
type Reading struct {
	Text  string // links, addresses, numbers and English words in it stay as they are
	Found bool   // most of it may have been typed for such a font: worth showing to a person
	Sure  bool   // no other reading makes sense
}

// Readable gives s as it can be read: in Unicode where it surely was typed for a legacy
// font, and otherwise unchanged.
func Readable(s string) string {
	if r := Read(s, false); r.Sure {
		return r.Text
	}
	return s
}

// What is sure. Tuned on the phrases of package seed typed in Kruti Dev, and on English and
// Hinglish posts, none of which may be taken for Hindi.
const (
	sureWords   = 3   // in one run, at least
	longRun     = 6   // from so many on the rest of the text does not matter
	leastShare  = 5   // of fewer, one word in so many must be read so
	sureScore   = 16  // nats by which the font explains them better than Latin letters do
	foundScore  = 8   // the same, for what is worth showing to a person
	namedScore  = 1   // the same, when the letter names the font
	perWord     = 1.2 // nats a word, at least: a long letter gathers much from little
	turn        = 5.0 // nats that a change between the two costs
	knownTurn   = 2.0 // the same, once it is known that there is such text
	mostPerWord = 12  // nats one word may say
	longestWord = 30  // keys of a Hindi word, at most
	faultCosts  = 4.0 // nats that what no Hindi word holds takes away
)

// Read looks for Hindi typed for Kruti Dev 010 or a font with its keyboard. named says that
// the text itself names such a font, so that fewer words are enough. Words in Latin letters
// and in Unicode Hindi may stand beside it.
func Read(s string, named bool) Reading {
	if !named && atMost(s) < foundScore {
		return Reading{Text: s}
	}
	words := split(s)
	price := turn
	if named {
		price = knownTurn
	}
	typed := follow(words, price)
	n, score := bestRun(words, typed)
	if n == 0 || !named && score < foundScore {
		return Reading{Text: s}
	}
	all := withLetters(words)
	sure := n >= sureWords && score >= sureScore && score >= perWord*float64(n) && (n >= longRun || n*leastShare >= all)
	if named {
		sure = score >= namedScore
	}
	if sure { // now single words among English ones may be read too
		typed = follow(words, knownTurn)
	}
	if !sure && 2*n < all {
		return Reading{Text: s}
	}
	return Reading{Text: join(words, typed), Found: true, Sure: sure}
}

// atMost is at least what the best run of typed words says: most texts need no closer look.
func atMost(s string) float64 {
	best, run := 0.0, 0.0
	for w := range strings.FieldsSeq(s) {
		score, letters := 0.0, false
		for _, r := range w {
			if r > unicode.MaxLatin1 && unicode.IsLetter(r) && !known(r) {
				score = -mostPerWord
				break
			}
			letters = letters || unicode.IsLetter(r)
		}
		if score == 0 && letters {
			score = max(min(ratio(w), mostPerWord), -mostPerWord)
		}
		run = max(run+score, 0)
		best = max(best, run)
	}
	return best
}

// Letter reads a letter: where its text was typed for such a font, its subject line may be
// too, however short.
func Letter(title, body string, named bool) (readTitle, readBody string, sure bool) {
	b := Read(body, named)
	t := Read(title, named || b.Sure)
	if t.Sure {
		title = t.Text
	}
	if b.Sure {
		body = b.Text
	}
	return title, body, b.Sure || t.Sure && body == ""
}

// fonts with this keyboard, as they are called in documents.
var fonts = regexp.MustCompile(`(?i)kruti\s?dev|dev\s?lys`)

// Named tells whether a font's name is that of one with this keyboard.
func Named(font string) bool { return fonts.MatchString(font) }

// word is what stands between two blanks, with the blanks before it.
type word struct {
	blank, text string
	letters     bool
	score       float64 // nats for the font, against Latin letters
}

func split(s string) []word {
	var words []word
	for s != "" {
		start := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) })
		if start < 0 {
			return append(words, word{blank: s})
		}
		end := strings.IndexFunc(s[start:], unicode.IsSpace)
		if end < 0 {
			end = len(s) - start
		}
		w := word{blank: s[:start], text: s[start : start+end]}
		w.letters, w.score = weigh(w.text)
		words = append(words, w)
		s = s[start+end:]
	}
	return words
}

// plain is what stays as it is in any text: links, addresses, handles, registration
// numbers, number plates, letters and figures in turn, tags, lines of dashes, and a sign of
// Unicode that was read wrongly on its way.
var plain = regexp.MustCompile(`(?i)://|^www\.|^[\w.+-]+@[\w.-]+\.(com|in|org|net|gov|nic|edu|co|info)\W*$|^@[a-z]\w{2,}|^GRV-\d|[?!]{2}|\d[a-z]+\d+[a-z]|^</?[a-z]+[ />]|^</|_{2}|ï¿½|^[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{0,3}[ -]?\d{1,4}\W*$`)

// weigh says whether the word has letters, and how much better the font explains it than
// Latin letters do.
func weigh(w string) (letters bool, score float64) {
	for _, r := range w {
		if r > unicode.MaxLatin1 && unicode.IsLetter(r) && !known(r) {
			return true, -mostPerWord // another script
		}
		letters = letters || unicode.IsLetter(r)
	}
	if !letters {
		return strings.ContainsAny(w, ";[{}|"), 0
	}
	score = ratio(w)
	if score > -turn { // else no more need be known
		if plain.MatchString(w) {
			return true, -mostPerWord
		}
		_, faults := convert(w)
		score -= faultCosts * float64(faults)
		if short := utf8.RuneCountInString(w); short < 2 || short > longestWord {
			score = min(score, 0)
		}
	}
	return true, max(min(score, mostPerWord), -mostPerWord)
}

func known(r rune) bool {
	_, ok := glyphs[r]
	return ok
}

// follow finds the likeliest way through the words, typed for the font or not, with a
// price on each change.
func follow(words []word, price float64) []bool {
	// cameOver says for each word, and for each of the two ways to take it (0 as it stands,
	// 1 typed for the font), that the best way there changed just before it.
	cameOver := make([][2]bool, len(words))
	best := [2]float64{0, -price / 2}
	for i, w := range words {
		next := best
		for way := range next {
			if over := best[1-way] - price; over > best[way] {
				next[way], cameOver[i][way] = over, true
			}
		}
		next[1] += w.score
		best = next
	}
	typed := make([]bool, len(words))
	way := 0
	if best[1] > best[0] {
		way = 1
	}
	for i := len(words) - 1; i >= 0; i-- {
		typed[i] = way == 1
		if cameOver[i][way] {
			way = 1 - way
		}
	}
	return typed
}

func withLetters(words []word) (n int) {
	for _, w := range words {
		if w.letters {
			n++
		}
	}
	return n
}

// bestRun is the row of typed words that says most: how many words, and how many nats.
// Scattered ones say nothing: any long text has words that could be anything.
func bestRun(words []word, typed []bool) (n int, score float64) {
	runN, run := 0, 0.0
	for i, w := range words {
		if !typed[i] {
			runN, run = 0, 0
			continue
		}
		run += w.score
		if w.letters {
			runN++
		}
		if run > score {
			n, score = runN, run
		}
	}
	return n, score
}

// join writes the text again. Numbers and signs between words of one kind belong to them.
func join(words []word, typed []bool) string {
	var out strings.Builder
	for i, w := range words {
		out.WriteString(w.blank)
		switch {
		case !typed[i] || plain.MatchString(w.text):
			out.WriteString(w.text)
		case !w.letters && strings.ContainsFunc(w.text, unicode.IsDigit):
			out.WriteString(w.text)
		default:
			out.WriteString(converted(w.text))
		}
	}
	return out.String()
}

// figure is a number within or before a word: 12-05-2024, 1,00,000, 50/2.
var figure = regexp.MustCompile(`\d(?:[\d,./-]*\d)?`)

// converted is a word in Unicode; the signs in its numbers are those that one sees.
func converted(w string) string {
	var out strings.Builder
	for {
		at := figure.FindStringIndex(w)
		if at == nil {
			break
		}
		before, _ := convert(w[:at[0]])
		out.WriteString(before)
		out.WriteString(w[at[0]:at[1]])
		w = w[at[1]:]
	}
	rest, _ := convert(w)
	out.WriteString(rest)
	return out.String()
}

// class is the kind of a character for the table of pairs.
func class(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return classDigit
	case r > ' ' && r < utf8.RuneSelf-1:
		return int(r - ' ')
	case known(r):
		return classKnown
	}
	return classOther
}

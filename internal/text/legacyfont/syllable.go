package legacyfont

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	virama = "्"
	aa     = "ा"
	shortI = "ि"
)

// syllable is one syllable while it is typed: its parts come in the order of the keys,
// and leave in the order of the language.
type syllable struct {
	repha   bool   // begins with र्
	cluster string // consonants
	vowel   string // or an independent vowel
	matra   string
	marks   string
	open    bool // the last consonant is half: the next one joins, ा completes it
	typed   bool // and half by a typed halant, which may end a word
}

// writer puts syllables together.
type writer struct {
	out    strings.Builder
	cur    *syllable
	wait   *glyph // ि typed, its cluster still to come
	faults int    // what no word of Hindi holds: Kruti Dev it probably is not
}

// convert reads a word, or a run of words, as Kruti Dev 010 whatever it is. faults counts
// what cannot stand in Hindi.
func convert(s string) (text string, faults int) {
	var w writer
	runes := []rune(s)
	for i, r := range runes {
		w.key(r, runes[i+1:])
	}
	w.flush()
	return norm.NFC.String(w.out.String()), w.faults
}

// key takes one character, knowing what comes behind it.
func (w *writer) key(r rune, behind []rune) {
	var next rune
	if len(behind) > 0 {
		next = behind[0]
	}
	g, known := glyphs[r]
	switch {
	case (r == '’' || r == '‘') && next == 'k': // an editor has made the apostrophe of श curly
		g = glyphs['\'']
	case (r == '”' || r == '“') && next == 'k':
		g = glyphs['"']
	case g.part == half && strings.ContainsRune(`.?'"/[`, r) && !goesOn(r, behind):
		known = false // no word ends in a half letter: the sign itself is meant
	}
	if !known {
		w.flush()
		w.out.WriteRune(r)
		return
	}
	switch g.part {
	case sign:
		w.flush()
		w.out.WriteString(g.text)
	case consonant, half:
		w.consonant(g)
	case vowel:
		w.flush()
		w.cur = &syllable{vowel: g.text}
	case before:
		w.flush()
		w.wait = &g
	case colonOrMark:
		w.colon(!keyOfWord(next))
	default:
		w.onto(g)
	}
}

// goesOn tells whether a letter follows r, or a row of r.
func goesOn(r rune, behind []rune) bool {
	for _, next := range behind {
		if next != r {
			return keyOfWord(next)
		}
	}
	return false
}

// keyOfWord tells whether r writes a letter, so that a word goes on.
func keyOfWord(r rune) bool {
	g, ok := glyphs[r]
	return ok && g.part != sign && g.part != colonOrMark
}

func (w *writer) consonant(g glyph) {
	if w.cur == nil || !w.cur.open {
		w.flushSyllable()
		w.cur = &syllable{}
		if w.wait != nil {
			w.cur.matra, w.cur.marks, w.cur.repha = shortI, w.wait.mark, w.wait.text != ""
			w.wait = nil
		}
	}
	c := w.cur
	c.cluster += g.text
	c.open, c.typed = g.part == half, false
	if c.open {
		c.cluster += virama
	}
	if g.vowel != "" {
		w.vowelSign(g.vowel)
	}
}

// onto adds to the syllable that stands.
func (w *writer) onto(g glyph) {
	c := w.cur
	if c == nil || w.wait != nil {
		w.faults++
		w.flush()
		w.out.WriteString(g.text)
		return
	}
	switch g.part {
	case matra:
		w.vowelSign(g.text)
		w.addMark(g.mark)
	case mark:
		w.addMark(g.text)
	case below:
		if c.open {
			c.cluster = strings.TrimSuffix(c.cluster, virama)
		}
		if c.cluster == "" {
			w.faults++
		}
		c.cluster += g.text
		c.open = false
	case reph:
		if c.vowel == "इ" {
			c.vowel = "ई"
		} else {
			c.repha = true
		}
		if g.vowel != "" {
			w.vowelSign(g.vowel)
		}
		w.addMark(g.mark)
	case nukta:
		w.nukta()
	case halant:
		if c.cluster == "" || c.open {
			w.faults++
			return
		}
		c.cluster += virama
		c.open, c.typed = true, true
	}
}

func (w *writer) addMark(m string) {
	if m != "" && !strings.Contains(w.cur.marks, m) {
		w.cur.marks += m
	}
}

// nukta goes on the last consonant, before what hangs on it.
func (w *writer) nukta() {
	c := w.cur
	tail := ""
	for _, t := range []string{virama, "्र"} {
		if rest, ok := strings.CutSuffix(c.cluster, t); ok && tail == "" {
			c.cluster, tail = rest, t
		}
	}
	if c.cluster == "" {
		w.faults++
	}
	c.cluster += "़" + tail
}

// joined are the vowels that take two keys, matras and independent ones.
var joined = map[string]string{
	aa + "े": "ो", aa + "ै": "ौ", aa + "ॅ": "ॉ", "ॅ" + aa: "ॉ",
	"अ" + aa: "आ", "अ" + "ॉ": "ऑ", "अ" + "ॅ": "ऍ", "आ" + "े": "ओ", "आ" + "ै": "औ", "आ" + "ॅ": "ऑ", "ए" + "े": "ऐ", "ए" + "ॅ": "ऍ", "ऍ" + aa: "ऑ", "उ" + "ू": "ऊ",
}

func (w *writer) vowelSign(m string) {
	c := w.cur
	if c.vowel != "" {
		if both, ok := joined[c.vowel+m]; ok {
			c.vowel = both
			return
		}
		if !strings.HasSuffix(c.vowel, m) {
			w.faults++
			c.vowel += m
		}
		return
	}
	if c.open {
		c.open = false
		c.cluster = strings.TrimSuffix(c.cluster, virama)
		if c.typed || m != aa {
			w.faults++
		}
		if m == aa { // the bar that completes a half letter
			return
		}
	}
	both, ok := joined[c.matra+m]
	switch {
	case c.matra == "":
		c.matra = m
	case ok:
		c.matra = both
	case c.matra == m: // a key hit twice
	case strings.HasSuffix(c.cluster, "त्र") && m == aa: // some complete = too
	case strings.HasSuffix(c.cluster, "त्र") && c.matra == aa:
		c.matra = m
	default:
		w.faults++
		c.matra += m
	}
}

// withVisarga are the words whose end is a visarga; तः and शः end in one always. Behind
// any other word the sign is a colon.
var withVisarga = []string{"पुन", "प्राय", "छ", "शनै", "नम", "दु", "अध", "मन"}

func (w *writer) colon(ends bool) {
	w.flush()
	word := w.out.String()
	if i := strings.LastIndexFunc(word, unicode.IsSpace); i >= 0 {
		_, n := utf8.DecodeRuneInString(word[i:])
		word = word[i+n:]
	}
	switch {
	case word == "":
		w.out.WriteString(":")
	case !ends, strings.HasSuffix(word, "त"), strings.HasSuffix(word, "श"), slices.Contains(withVisarga, word):
		w.out.WriteString("ः")
	default:
		w.out.WriteString(":")
	}
}

// flush ends the syllable, and what waits for one.
func (w *writer) flush() {
	w.flushSyllable()
	if w.wait != nil {
		w.faults++
		w.out.WriteString(shortI)
		w.wait = nil
	}
}

func (w *writer) flushSyllable() {
	c := w.cur
	if c == nil {
		return
	}
	if c.open && !c.typed {
		w.faults++
	}
	if c.repha {
		w.out.WriteString("र" + virama)
	}
	w.out.WriteString(c.cluster + c.vowel + c.matra + c.marks)
	w.cur = nil
}

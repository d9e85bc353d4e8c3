package assist

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nivaran/internal/text"
)

// The kinds of what is masked; a placeholder is [KIND_N].
const (
	aName    = "NAME"
	aPhone   = "PHONE"
	aMail    = "MAIL"
	aNumber  = "NUMBER"
	aHandle  = "HANDLE"
	aAddress = "ADDRESS"
	aLink    = "LINK"
)

// mask hides personal data behind placeholders before a text leaves, and puts it back into
// what comes. One mask serves one request: the same thing gets the same placeholder.
type mask struct {
	names  map[string]bool // keys of the words of known names, whatever their script
	known  []known         // what the records hold: none of it may leave
	marks  map[string]string
	values map[string]string // by placeholder
	counts map[string]int
	public bool // the answer is for everybody to read
}

// records are what the case holds of persons.
type records struct {
	names  []string // each word of them is hidden, in any script
	others []string // addresses, handles and numbers, hidden whole
}

func newMask(r records) *mask {
	m := &mask{names: map[string]bool{}, marks: map[string]string{}, values: map[string]string{}, counts: map[string]int{}}
	seen := map[string]bool{}
	for _, k := range slices.Concat(r.names, r.others) {
		if k = strings.ToLower(plainly(k)); len([]rune(k)) >= leastName && !seen[k] {
			seen[k] = true
			m.known = append(m.known, known{k, regexp.MustCompile(`(?i)` + regexp.QuoteMeta(k))})
		}
	}
	for _, name := range r.names {
		for _, key := range text.Tokens(plainly(name)) {
			if len(key) >= leastName {
				m.names[key] = true
			}
		}
	}
	return m
}

// leastName is how many letters a part of a name needs to be looked for.
const leastName = 3

// plainly writes a text in one way: no full-width digits, no signs that nobody sees.
func plainly(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return -1
		case r == '[':
			return '(' // placeholders are ours alone
		case r == ']':
			return ')'
		}
		return r
	}, norm.NFKC.String(s))
}

// patterns find what looks like personal data, whoever it belongs to. Group 1, where there
// is one, is what is hidden. They over-read rather than miss.
var patterns = []struct {
	kind string
	find *regexp.Regexp
}{
	{aMail, regexp.MustCompile(`[\p{L}\p{M}\p{Nd}._%+-]+\s?@\s?[\p{L}\p{M}\p{Nd}-]+(?:\.[\p{L}\p{M}\p{Nd}-]+)+`)},
	{aMail, regexp.MustCompile(`(?i)[\p{L}\p{M}\p{Nd}._%+-]+\s*(?:\(at\)|\bat\b|एट)\s*(?:gmail|yahoo|hotmail|outlook|rediffmail|ymail|[\p{L}\p{Nd}-]+\s*(?:\(dot\)|\bdot\b|डॉट)\s*)(?:\s*(?:\(dot\)|\bdot\b|\.|डॉट)?\s*(?:com|in|org|net))*`)},
	{aLink, regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+`)},
	{aLink, regexp.MustCompile(`(?i)\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|in|org|net|gov|nic|edu|co|info|ly|me|gl|io|be)(?:/\S*)?\b`)},
	{aHandle, regexp.MustCompile(`@[\p{L}\p{M}\p{Nd}_.]{2,}`)},
	{aAddress, regexp.MustCompile(`(?i)(?:\bh\.?\s?no\b\.?|\bh/no\b\.?|\b(?:house|flat|plot|door|shop|booth|khasra|killa|kothi|quarter|qtr|makan|gali|street|khewat|khata|room|tower|block)\b(?:\s*(?:no|number|nr|num)\b)?\.?|(?:मकान|प्लॉट|प्लाट|फ्लैट|फ़्लैट|दुकान|खसरा|किला|कोठी|क्वार्टर|गली|खेवट|कमरा|म\.?)\s*(?:नंबर|नम्बर|नं|न|संख्या)?\.?)\s*[:#-]?\s*((?:[\p{L}]{1,2}\s?[-/]?\s?)?\p{Nd}+(?:\s?[-/]\s?[\p{L}\p{Nd}]+)*)`)},
	{aPhone, regexp.MustCompile(`\+?\p{Nd}(?:[\p{Zs}\t\p{Pd}().,/_*|:~·•]{0,3}\p{Nd}){6,}`)},
	{aNumber, regexp.MustCompile(`[\p{L}\p{M}\p{Nd}/._-]*\p{Nd}[\p{L}\p{M}\p{Nd}/._-]*`)}, // with four digits and more: see numbered
	{aNumber, regexp.MustCompile(`(?i)\b[a-z]{2}[ -]?\p{Nd}{1,2}[ -]?[a-z]{0,3}[ -]?\p{Nd}{3,4}\b`)},
	{aName, regexp.MustCompile(`(?i)(?:\b[sdwc]\s?/\s?o\b\.?|\b(?:son|daughter|wife|husband|father|mother)(?:\s+of)?\b|सुपुत्री|सुपुत्र|पुत्री|पुत्र|पत्नी|पिता)\s*:?\s+(?:(?:श्रीमती|श्री|shrimati|shri|smt|sh|mr|mrs|late|स्व)\b?\.?\s+)?([\p{L}\p{M}]+(?:[ \t]+[\p{L}\p{M}]+)?)`)},
	{aName, regexp.MustCompile(`(?:\b(?:Shri|Shrimati|Smt|Sh|Mr|Mrs|Ms|Dr|Km|Kumari|Er|Adv)\b\.?|श्रीमती|श्री|कुमारी|सुश्री|डॉ\.?|डा\.?)[ \t]+([\p{L}\p{M}]+(?:[ \t]+[\p{Lu}\p{Lo}][\p{L}\p{M}]+)?)`)},
	{aName, regexp.MustCompile(`(?i)(?:\b(?:my name is|mera naam|mera nam|myself|name\s*[:-])|मेरा नाम|नाम\s*[:-])\s*([\p{L}\p{M}.]+(?:[ \t]+[\p{L}\p{M}]+){0,2})`)},
	{aName, regexp.MustCompile(`\bI am ((?:\p{Lu}[\p{L}]+[ \t]+){0,2}\p{Lu}[\p{L}]+)`)},
	{aName, regexp.MustCompile(`(?im)(?:regards|thanking you|thanks|yours \w+|भवदीय|भवदीया|प्रार्थी|प्रार्थिया|निवेदक|आवेदक|शिकायतकर्ता|आपका|applicant|complainant)[ \t]*[,:-]*\s*\n?[ \t]*((?:[\p{L}\p{M}.]+[ \t]?){1,4})[ \t]*$`)},
}

// hide gives the text with placeholders for personal data.
func (m *mask) hide(s string) string {
	s = plainly(s)
	type found struct {
		start, end int
		kind       string
	}
	var all []found
	for _, p := range patterns {
		for _, at := range p.find.FindAllStringSubmatchIndex(s, -1) {
			f := found{at[0], at[1], p.kind}
			if len(at) > 2 && at[2] >= 0 {
				f.start, f.end = at[2], at[3]
			}
			if p.kind == aNumber && !numbered(s[f.start:f.end]) {
				continue
			}
			all = append(all, f)
		}
	}
	for _, t := range text.Spans(s) {
		if m.names[t.Key] {
			all = append(all, found{t.Start, t.End, aName})
		}
	}
	low := strings.ToLower(s)
	for _, k := range m.known {
		for _, at := range k.in(s, low) {
			all = append(all, found{at[0], at[1], aName})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	var out strings.Builder
	last := 0
	for i := 0; i < len(all); i++ {
		f := all[i]
		for i+1 < len(all) && all[i+1].start < f.end { // what overlaps is hidden as one
			i++
			f.end = max(f.end, all[i].end)
		}
		out.WriteString(s[last:f.start])
		out.WriteString(m.mark(f.kind, strings.TrimSpace(s[f.start:f.end])))
		if strings.HasSuffix(s[f.start:f.end], " ") {
			out.WriteString(" ")
		}
		last = f.end
	}
	return out.String() + s[last:]
}

// numbered tells whether a word is a number of something: four digits and more, but for a
// year.
func numbered(w string) bool {
	digits := 0
	for _, r := range w {
		if unicode.Is(unicode.Nd, r) {
			digits++
		}
	}
	return digits >= 4 && !year.MatchString(w)
}

var year = regexp.MustCompile(`^(?:19|20)\d\d\W*$`)

// mark is the placeholder of a value.
func (m *mask) mark(kind, value string) string {
	key := kind + " " + strings.ToLower(value)
	if p, ok := m.marks[key]; ok {
		return p
	}
	m.counts[kind]++
	p := "[" + kind + "_" + strconv.Itoa(m.counts[kind]) + "]"
	m.marks[key], m.values[p] = p, value
	return p
}

// leaks tells whether something of the records stands in what is about to leave.
func (m *mask) leaks(payload string) bool {
	payload = placeholder.ReplaceAllString(payload, "\n")
	low := strings.ToLower(payload)
	return slices.ContainsFunc(m.known, func(k known) bool { return len(k.in(payload, low)) > 0 })
}

// known is something of the records: a flooded case has thousands.
type known struct {
	low  string // in small letters
	find *regexp.Regexp
}

// in are the places where a text holds it, whole and in either case; low is the text in
// small letters.
func (k known) in(s, low string) (all [][]int) {
	if !strings.Contains(low, k.low) {
		return nil
	}
	for _, at := range k.find.FindAllStringIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		after, _ := utf8.DecodeRuneInString(s[at[1]:])
		if !ofWord(before) && !ofWord(after) {
			all = append(all, at)
		}
	}
	return all
}

func ofWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// hidden is how many things are masked.
func (m *mask) hidden() int { return len(m.values) }

// placeholder finds ours, and what a model makes up in their likeness.
var placeholder = regexp.MustCompile(`\[[^\[\]\n]{0,40}_\s?\p{Nd}+\]`)

// restore puts the personal data back, links excepted: a citizen's link never gets into
// words of ours. Into words that everybody can read it puts nothing but names. It refuses an
// answer with a placeholder that nobody gave.
func (m *mask) restore(s string) (string, bool) {
	ok := true
	s = placeholder.ReplaceAllStringFunc(s, func(p string) string {
		value, known := m.values[strings.ToUpper(strings.ReplaceAll(p, " ", ""))]
		ok = ok && known
		if kind := strings.ToUpper(p); strings.HasPrefix(kind, "["+aLink) || m.public && !strings.HasPrefix(kind, "["+aName) {
			return "(…)"
		}
		return value
	})
	return s, ok
}

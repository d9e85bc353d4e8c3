package email

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// cutQuotes takes from a letter what it only repeats: earlier letters and the signature.
// The text of another letter that is handed on is no quote and stays. own is the text
// without the quotes marked in HTML, or empty: where it agrees with the beginning of
// the plain text it tells surest where the quote begins. If nothing is left, all stays.
func cutQuotes(full, own string) (text string, forwarded bool) {
	lines := strings.Split(full, "\n")
	if n := agree(lines, own); n > 0 {
		lines = lines[:n]
	}
	kept := make([]string, 0, len(lines))
loop:
	for i := 0; i < len(lines); {
		line := plainLine(lines[i])
		switch {
		case forwardPattern.MatchString(line):
			return full, true
		case strings.HasPrefix(line, ">"):
			i++
		case signature(lines[i:]), separator.MatchString(line), headerBlock(lines[i:]):
			break loop
		default:
			n, closed := attribution(lines[i:])
			if closed {
				break loop
			}
			if n == 0 {
				kept = append(kept, lines[i])
				n = 1
			}
			i += n
		}
	}
	text = strings.TrimSpace(strings.Join(trimDevice(kept), "\n"))
	if text == "" {
		return full, false
	}
	return text, false
}

// isForward tells by the subject line that a letter hands on another.
func isForward(subject string) bool { return forwardSubject.MatchString(norm.NFC.String(subject)) }

var (
	forwardSubject = pattern(`(?i)^\s*(fwd?|अग्रे|अग्रेषित|फ़ॉरवर्ड|फॉरवर्ड|ਫਾਰਵਰਡ|فارورڈ)\s*:`)
	forwardPattern = pattern(`(?i)^([-=_*\s]{3,}\s*(forwarded message|forwarded by|अग्रेषित|फ़ॉरवर्ड|फॉरवर्ड|ਅੱਗੇ ਭੇਜ|ਫਾਰਵਰਡ|آگے بھیج|فارورڈ)|begin forwarded message:)`)
	// separator stands between a reply of Outlook's kind and what it quotes.
	separator = pattern(`(?i)^[-_*\s]{2,}\s*(original message|original appointment|reply message|मूल संदेश|मूल सन्देश|ਅਸਲ ਸੁਨੇਹਾ|ਮੂਲ ਸੁਨੇਹਾ|اصل پیغام|اصلی پیغام)\s*[-_*\s]{2,}$`)
	// opening begins a line such as "On … wrote:" that goes on in the next; wrote ends it.
	opening = pattern(`(?i)^-*\s*(on |[\d०-९੦-੯۰-۹]|दिनांक|सोम|मंगल|बुध|गुरु|शुक्र|शनि|रवि|ਸੋਮ|ਮੰਗਲ|ਬੁੱਧ|ਵੀਰ|ਸ਼ੁੱਕਰ|ਸ਼ਨਿੱਚਰ|ਐਤ|ਮਿਤੀ|پیر|منگل|بدھ|جمعرات|جمعہ|ہفتہ|اتوار|بروز|مورخہ|بتاریخ)`)
	wrote   = pattern(`(?i)(\b(wrote|writes)\s*([:：]|-{2,})|(ने|द्वारा)\s+(लिखा|लिखा है|कहा)\s*[:ः]|यांनी लिहिले\s*[:ः]|ਨੇ ਲਿਖਿਆ( ਹੈ)?\s*[:ਃ]|نے\s*(لکھا|تحریر کیا)( ہے)?\s*[:：۔])$`)
	// moment and mailbox are what such a line must name, or it is a sentence of the letter.
	moment  = regexp.MustCompile(clockTime + `|\b(19|20)\d\d\b`)
	clock   = regexp.MustCompile(clockTime)
	mailbox = regexp.MustCompile(`[^\s<>@]+@[^\s<>@]+`)
)

const clockTime = `\d{1,2}[:.]\d{2}|[०-९]{1,2}:[०-९]{2}|[੦-੯]{1,2}:[੦-੯]{2}|[۰-۹]{1,2}:[۰-۹]{2}`

// pattern compiles words as plainLine writes them: composed by Unicode's rule.
func pattern(s string) *regexp.Regexp { return regexp.MustCompile(norm.NFC.String(s)) }

// plainLine is a line as the patterns see it: composed, without marks of direction and
// without the stars of bold print.
func plainLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200E', r == '\u200F', '\u202A' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069':
			return -1
		case r == '\u00A0', r == '\u202F':
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// attribution tells how many lines say who wrote the quote that follows (mailers break
// them), 0 when none do. closed: what follows carries no marks, so all of it is quoted.
func attribution(lines []string) (n int, closed bool) {
	joined := ""
	for n = 1; n <= 4 && n <= len(lines); n++ {
		line := plainLine(lines[n-1])
		if line == "" || strings.HasPrefix(line, ">") || n == 2 && !opening.MatchString(joined) {
			return 0, false
		}
		joined = strings.TrimSpace(joined + " " + line)
		if !wrote.MatchString(joined) {
			continue
		}
		if !moment.MatchString(joined) && !mailbox.MatchString(joined) {
			return 0, false
		}
		for _, next := range lines[n:] {
			if next = plainLine(next); next != "" {
				if strings.HasPrefix(next, ">") {
					return n, false
				}
				if !clock.MatchString(joined) && !mailbox.MatchString(joined) {
					return 0, false // "In 2024 the engineer wrote:" and then the letter goes on
				}
				return n, true
			}
		}
		return n, true
	}
	return 0, false
}

// The words that open the lines of a quoted header, in the four languages.
var (
	headFrom = pattern(`(?i)^(from|प्रेषक|द्वारा|से|ਵੱਲੋਂ|ਭੇਜਣ ਵਾਲਾ|ਤੋਂ|منجانب|از|بھیجنے والا)\s*:`)
	headSent = pattern(`(?i)^(sent|date|भेजा गया|भेजा|भेजने का समय|दिनांक|तारीख|तिथि|ਭੇਜਿਆ|ਭੇਜਿਆ ਗਿਆ|ਮਿਤੀ|ਤਾਰੀਖ|بھیجا گیا|بھیجا|ارسال شدہ|تاریخ)\s*:`)
	headElse = pattern(`(?i)^(to|cc|subject|प्रति|को|प्राप्तकर्ता|प्रतिलिपि|विषय|ਪ੍ਰਤੀ|ਨੂੰ|ਵਿਸ਼ਾ|ਕਾਪੀ|بنام|بخدمت|کو|موضوع|نقل)\s*:`)
)

// headerBlock tells the header of a quoted letter from that of a letter in the Indian
// form, which has From, To, Date and Subject lines too: only a mailer writes the minute
// of sending or the address of the mailbox.
func headerBlock(lines []string) bool {
	bare := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(plainLine(s), "*", "")) }
	first := bare(lines[0])
	if strings.Trim(first, "_-") == "" && len(first) >= 10 { // the rule that Outlook draws above
		lines = skipBlank(lines[1:])
		if len(lines) == 0 {
			return false
		}
		first = bare(lines[0])
	}
	if !headFrom.MatchString(first) {
		return false
	}
	sent, other := false, false
	for _, line := range lines[1:min(len(lines), 7)] {
		line = bare(line)
		sent = sent || headSent.MatchString(line) && clock.MatchString(line)
		other = other || headElse.MatchString(line)
	}
	return sent && other
}

// signature begins with "-- "; many write it without the space, so then it must be short
// and last, or the dashes divide a letter.
func signature(lines []string) bool {
	mark := strings.TrimRight(lines[0], "\r")
	return mark == "-- " || mark == "--" && len(lines) <= 10
}

func skipBlank(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	return lines
}

// device is the line that telephones put under a letter.
var device = pattern(`(?i)^\W*(sent from (my )?(iphone|ipad|android|samsung|mobile|phone|outlook|mail for windows|yahoo mail|rediffmail|gmail|redmi|vivo|oppo|realme)|get outlook for|मेरे (iphone|मोबाइल) से)\b?`)

func trimDevice(lines []string) []string {
	for len(lines) > 0 {
		last := plainLine(lines[len(lines)-1])
		if last != "" && !(len(last) < 120 && device.MatchString(last)) {
			break
		}
		lines = lines[:len(lines)-1]
	}
	return lines
}

// agree returns how many lines of the plain text hold just the words of own, 0 when the
// two differ.
func agree(lines []string, own string) int {
	words := strings.Fields(own)
	if len(words) == 0 {
		return 0
	}
	for n, line := range lines {
		for _, w := range strings.Fields(line) {
			if len(words) == 0 || strings.Trim(w, "*_") != strings.Trim(words[0], "*_") {
				return 0
			}
			words = words[1:]
		}
		if len(words) == 0 {
			return n + 1
		}
	}
	return 0
}

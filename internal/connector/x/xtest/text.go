package xtest

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	handlePattern = regexp.MustCompile(`(^|[^A-Za-z0-9_@/.])@([A-Za-z0-9_]{1,15})`)
	linkPattern   = regexp.MustCompile(`(?i)(^|[^a-z0-9@#$_./-])((?:https?://)?(?:[a-z0-9-]+\.)+(?:com|org|net|in|info|edu|gov|co|io|app|dev)\b(?:[:/?#][^\s]*[^\s.,;:!?।)\]])?)`)
	escaper       = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// usersNamed gives the ids of the users whose handles stand in text, each once.
func (s *Server) usersNamed(text string) []string {
	var out []string
	for _, m := range handlePattern.FindAllStringSubmatch(text, -1) {
		if u := s.handles[strings.ToLower(m[2])]; u != nil && !slices.Contains(out, u.ID) {
			out = append(out, u.ID)
		}
	}
	return out
}

// link is a link of a text and what X puts in its place.
type link struct{ short, long string }

// shorten replaces the links of text as X does, each by a t.co address.
func shorten(text string) (string, []link) {
	var links []link
	out := linkPattern.ReplaceAllStringFunc(text, func(m string) string {
		sub := linkPattern.FindStringSubmatch(m)
		h := fnv.New64a()
		h.Write([]byte(sub[2]))
		long := sub[2]
		if !strings.Contains(long, "://") {
			long = "http://" + long
		}
		l := link{short: fmt.Sprintf("https://t.co/%010x", h.Sum64()&0xffffffffff), long: long}
		links = append(links, l)
		return sub[1] + l.short
	})
	return out, links
}

// wire is the text as the API gives it, not yet escaped: carried handles first, links
// shortened; and the links.
func (p *Post) wire() (string, []link) {
	text, links := shorten(p.Text)
	for i := len(p.Carried) - 1; i >= 0; i-- {
		text = "@" + p.Carried[i] + " " + text
	}
	return text, links
}

// language guesses as X does, from the script alone.
func language(text string) string {
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Devanagari, r):
			return "hi"
		case unicode.Is(unicode.Gurmukhi, r):
			return "pa"
		case unicode.Is(unicode.Arabic, r):
			return "ur"
		case unicode.Is(unicode.Latin, r) && len(text) > 12:
			return "en"
		}
	}
	return "und"
}

// weight is X's length of a text: links count 23, Latin to Georgian letters and most of
// Asia's alphabets 1, all else 2, an emoji sequence 2.
func weight(text string) int {
	text, links := shorten(norm.NFC.String(text))
	for _, l := range links {
		text = strings.Replace(text, l.short, "", 1)
	}
	n := 23 * len(links)
	for text != "" {
		if size := emoji(text); size > 0 {
			n, text = n+2, text[size:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		if r <= 0x10FF || r >= 0x2000 && r <= 0x200D || r >= 0x2010 && r <= 0x201F || r >= 0x2032 && r <= 0x2037 {
			n++
		} else {
			n += 2
		}
	}
	return n
}

var emojiPattern = regexp.MustCompile(`^(?:[\x{1F1E6}-\x{1F1FF}]{2}|[0-9#*]\x{FE0F}?\x{20E3}|` +
	emojiPart + `(?:\x{200D}` + emojiPart + `)*)`)

const emojiPart = `[\x{2190}-\x{2BFF}\x{1F000}-\x{1FAFF}]\x{FE0F}?[\x{1F3FB}-\x{1F3FF}]?\x{FE0F}?[\x{E0020}-\x{E007F}]*`

// emoji is the size of the emoji sequence at the start of text, 0 without one.
func emoji(text string) int { return len(emojiPattern.FindString(text)) }

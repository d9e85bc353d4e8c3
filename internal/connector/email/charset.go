package email

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/cention-sany/utf7"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// decoded is a text part read as Unicode, and what had to be done for it.
type decoded struct {
	text string
	// repaired: the bytes are UTF-8 although the letter declared something else.
	repaired bool
	// unreadable: the declared set has no decoder, as x-iscii-de.
	unreadable bool
}

// decodeCharset reads the bytes of a text. Bytes that are valid UTF-8 are UTF-8,
// whatever is declared: much Hindi mail declares windows-1252, iso-8859-1, us-ascii or
// nothing. Only the sets that write other letters with plain ASCII or zero bytes are
// believed first.
func decodeCharset(body []byte, declared string) decoded {
	name := charsetName(declared)
	if text, ok := decodeUTF16(body, name); ok {
		return decoded{text: cleanText(text)}
	}
	if escaped(name) {
		if enc := namedEncoding(name); enc != nil {
			if text, err := enc.NewDecoder().Bytes(body); err == nil {
				return decoded{text: cleanText(string(text))}
			}
		}
	}
	high := hasHigh(body)
	if whole := trimPartialRune(body); utf8.Valid(whole) {
		return decoded{text: cleanText(string(whole)), repaired: high && name != "utf-8"}
	}
	unreadable := strings.HasPrefix(name, "x-iscii")
	enc := namedEncoding(name)
	if enc == nil {
		enc = charmap.Windows1252
	}
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		text = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return decoded{text: cleanText(string(text)), unreadable: unreadable}
}

// charsetName tidies a declared character set: quotes, case, and "charset=utf-8" as
// the value of charset.
func charsetName(declared string) string {
	name := strings.ToLower(strings.Trim(strings.TrimSpace(declared), `"'`))
	if _, after, ok := strings.Cut(name, "="); ok {
		name = strings.Trim(after, `"' `)
	}
	if name == "utf8" || name == "unicode-1-1-utf-8" {
		return "utf-8"
	}
	return name
}

// escaped tells the sets whose text is ASCII bytes and yet not ASCII.
func escaped(name string) bool {
	return strings.Contains(name, "utf-7") || strings.HasPrefix(name, "iso-2022-")
}

func namedEncoding(name string) encoding.Encoding {
	if strings.Contains(name, "utf-7") {
		return utf7.UTF7
	}
	enc, err := htmlindex.Get(name)
	if err != nil || enc == encoding.Replacement {
		return nil
	}
	return enc
}

// decodeUTF16 reads UTF-16 when it is declared or when its mark stands in front. The
// order of bytes is that of the mark, else the declared one, else the one that puts
// the more frequent of both halves first: the high half of a script hardly changes.
func decodeUTF16(body []byte, name string) (string, bool) {
	order, declared := unicode.BigEndian, strings.HasPrefix(name, "utf-16") || name == "unicode" || name == "ucs-2"
	switch {
	case bytes.HasPrefix(body, []byte{0xFF, 0xFE}):
		order = unicode.LittleEndian
	case bytes.HasPrefix(body, []byte{0xFE, 0xFF}):
	case !declared || utf8.Valid(body) && bytes.IndexByte(body, 0) < 0 && !hasControls(body):
		return "", false // UTF-8 with a wrong label
	case strings.HasSuffix(name, "le"):
		order = unicode.LittleEndian
	case strings.HasSuffix(name, "be"):
	default:
		if spread(body, 1) < spread(body, 0) {
			order = unicode.LittleEndian
		}
	}
	text, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(body)
	return string(text), err == nil
}

// spread counts the different bytes at every second place.
func spread(body []byte, from int) int {
	var seen [256]bool
	n := 0
	for i := from; i < len(body); i += 2 {
		if !seen[body[i]] {
			seen[body[i]] = true
			n++
		}
	}
	return n
}

func hasControls(body []byte) bool {
	return bytes.ContainsFunc(body, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' })
}

func hasHigh(body []byte) bool {
	for _, b := range body {
		if b >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// trimPartialRune drops the beginning of a rune at the end of a text that was cut.
func trimPartialRune(body []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(body); i++ {
		if b := body[len(body)-i]; utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRune(body[len(body)-i:]) && hasHigh(body[:len(body)-i]) {
				return body[:len(body)-i]
			}
			break
		}
	}
	return body
}

// cleanText makes text that every database and page can hold: valid UTF-8, lines that
// end in \n, no mark in front and no control characters.
func cleanText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\uFEFF', r < ' ' && r != '\n' && r != '\t', r == 0x7F:
			return -1
		}
		return r
	}, s)
}

var encodingPunctuation = regexp.MustCompile(`[^a-z0-9]`)

// decodeTransfer undoes base64 and quoted-printable, however their names are spelt and
// however the lines are broken; what is not encoded as it says stays as it is.
func decodeTransfer(body []byte, declared string) []byte {
	switch encodingPunctuation.ReplaceAllString(strings.ToLower(declared), "") {
	case "base64", "b64", "b":
		return decodeBase64(body)
	case "quotedprintable", "quoteprintable", "qp", "q":
		return decodeQuotedPrintable(body)
	}
	return body
}

// decodeBase64 reads over line ends, dirt, missing padding and pieces that were encoded
// one by one.
func decodeBase64(body []byte) []byte {
	kept := make([]byte, 0, len(body))
	dirt, ended := 0, false
	var out []byte
	flush := func() {
		n := len(kept) - len(kept)%4
		if len(kept)%4 >= 2 {
			n = len(kept)
		}
		piece := make([]byte, base64.RawStdEncoding.DecodedLen(n))
		m, _ := base64.RawStdEncoding.Decode(piece, kept[:n])
		out = append(out, piece[:m]...)
		kept, ended = kept[:0], false
	}
	for _, c := range body {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
			if ended {
				flush()
			}
			kept = append(kept, c)
		case c == '=':
			ended = true
		case c > ' ':
			dirt++
		}
	}
	if dirt*4 > len(body) {
		return body // plain text under a wrong label
	}
	flush()
	return out
}

// decodeQuotedPrintable leaves alone every = that begins no code.
func decodeQuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for line := range bytes.Lines(body) {
		end := bytes.TrimRight(line, " \t\r\n")
		soft := bytes.HasSuffix(end, []byte("="))
		if soft {
			end = end[:len(end)-1]
		}
		for i := 0; i < len(end); i++ {
			if end[i] == '=' && i+2 < len(end) && unhex(end[i+1]) >= 0 && unhex(end[i+2]) >= 0 {
				out = append(out, byte(unhex(end[i+1])<<4|unhex(end[i+2])))
				i += 2
				continue
			}
			out = append(out, end[i])
		}
		if !soft && len(line) > 0 && line[len(line)-1] == '\n' {
			out = append(out, '\r', '\n')
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

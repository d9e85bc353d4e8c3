package email

import (
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"time"
)

var (
	encodedWord = regexp.MustCompile(`=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=`)
	messageID   = regexp.MustCompile(`<[^<>\s]+>`)
)

// decodeHeader reads the value of a header line: raw 8-bit bytes, and encoded words.
// Neighbouring words of one set are joined before they are read, because senders cut
// them in the middle of a letter.
func decodeHeader(raw string) string {
	var out strings.Builder
	var pending []byte
	set := ""
	flush := func() {
		if len(pending) > 0 {
			out.WriteString(decodeCharset(pending, set).text)
			pending = nil
		}
	}
	end := 0
	for i, m := range encodedWord.FindAllStringSubmatchIndex(raw, -1) {
		between := raw[end:m[0]]
		name, _, _ := strings.Cut(raw[m[2]:m[3]], "*") // a language may follow
		if i == 0 || strings.TrimSpace(between) != "" {
			flush()
			out.WriteString(decodeCharset([]byte(between), "").text)
		} else if !strings.EqualFold(name, set) {
			flush()
		}
		set = name
		word := []byte(raw[m[6]:m[7]])
		if raw[m[4]] == 'q' || raw[m[4]] == 'Q' {
			word = decodeQuotedPrintable([]byte(strings.ReplaceAll(string(word), "_", "=20")))
		} else {
			word = decodeBase64(word)
		}
		pending = append(pending, word...)
		end = m[1]
	}
	flush()
	out.WriteString(decodeCharset([]byte(raw[end:]), "").text)
	return strings.Join(strings.Fields(out.String()), " ")
}

// address is one mailbox of a header line.
type address struct{ name, addr string }

// parseAddresses reads From, To and their like. It takes what is there: names with
// commas in quotes, comments, groups, bare addresses, raw Hindi. Addresses are in
// lower case.
func parseAddresses(raw string) []address {
	var found []address
	for _, piece := range splitAddresses(raw) {
		if a, ok := parseAddress(piece); ok {
			found = append(found, a)
		}
	}
	return found
}

// splitAddresses cuts at commas and semicolons outside quotes, comments and brackets.
func splitAddresses(raw string) []string {
	var pieces []string
	start, quoted, comment, angle := 0, false, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\':
			i++
		case c == '"' && comment == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case (c == ',' || c == ';') && !angle:
			pieces = append(pieces, raw[start:i])
			start = i + 1
		}
	}
	return append(pieces, raw[start:])
}

var bareAddress = regexp.MustCompile(`[^\s<>()"',;:]+@[^\s<>()"',;:]+`)

func parseAddress(piece string) (address, bool) {
	var name, addr string
	if open := strings.LastIndexByte(piece, '<'); open >= 0 {
		name, addr = piece[:open], piece[open+1:]
		addr, _, _ = strings.Cut(addr, ">")
	} else if at := bareAddress.FindStringIndex(piece); at != nil {
		addr = piece[at[0]:at[1]]
		if _, comment, ok := strings.Cut(piece[at[1]:], "("); ok {
			name, _, _ = strings.Cut(comment, ")")
		}
	}
	addr = strings.ToLower(cleanText(strings.Join(strings.Fields(addr), "")))
	name = strings.Trim(decodeHeader(strings.ReplaceAll(name, `\"`, `"`)), `"' `)
	if name == addr {
		name = ""
	}
	return address{name, addr}, strings.Contains(addr, "@")
}

// messageIDs lists the ids of In-Reply-To or References, with their brackets.
func messageIDs(raw string) []string {
	var ids []string
	for _, id := range messageID.FindAllString(raw, -1) {
		ids = append(ids, cleanText(id))
	}
	return ids
}

// firstMessageID reads Message-ID; one without brackets gets them.
func firstMessageID(raw string) string {
	if ids := messageIDs(raw); len(ids) > 0 {
		return ids[0]
	}
	if f := strings.Fields(cleanText(raw)); len(f) > 0 {
		return "<" + strings.Trim(f[0], "<>") + ">"
	}
	return ""
}

// dateForms are dates that net/mail refuses and mailers write.
var dateForms = []string{
	"Mon, 2 Jan 2006 15:04:05 -0700 MST", "Mon, 2 Jan 2006 15:04 -0700", "Mon 2 Jan 2006 15:04:05 -0700",
	"Mon, 2-Jan-2006 15:04:05 -0700", "2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04:05",
	"Mon Jan 2 15:04:05 2006", "2006-01-02 15:04:05 -0700", time.RFC3339,
}

// parseDate reads a Date line, or gives the zero time.
func parseDate(raw string) time.Time {
	raw = strings.Join(strings.Fields(raw), " ")
	if t, err := mail.ParseDate(raw); err == nil {
		return t.UTC()
	}
	bare, _, _ := strings.Cut(raw, " (")
	for _, form := range dateForms {
		if t, err := time.Parse(form, bare); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// receivedDate is when the last server took the letter, by its topmost Received line.
func receivedDate(h textproto.MIMEHeader) time.Time {
	for _, line := range h["Received"] {
		if i := strings.LastIndexByte(line, ';'); i >= 0 {
			if t := parseDate(line[i+1:]); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}

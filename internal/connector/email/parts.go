package email

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"net/textproto"
	"strings"

	"github.com/jhillyerd/enmime/v2"
)

const (
	// maxMultiparts bounds the nesting of parts: each level is read through all above it.
	maxMultiparts = 100
	// maxText is what is read of one text; a longer one is kept whole as a file.
	maxText = 1 << 20
)

// message is a mail taken apart, its parts still encoded.
type message struct {
	header textproto.MIMEHeader
	root   *enmime.Part // nil when broken
	rest   []byte       // what follows the headers
	broken bool
}

// parserOptions read on where mail is wrong, and leave transfer encodings and character sets
// alone: it would take UTF-8 for windows-1252 when the letter says so.
var parserOptions = []enmime.Option{
	enmime.RawContent(true), enmime.SkipMalformedParts(true), enmime.MultipartWOBoundaryAsSinglePart(true),
	enmime.StripMediaTypeInvalidCharacters(true), enmime.DisableTextConversion(true), enmime.MaxStoredPartErrors(10),
}

func readMessage(raw []byte) message {
	m := message{header: textproto.MIMEHeader{}}
	body := bufio.NewReader(bytes.NewReader(raw))
	if h, err := enmime.ReadHeader(body, ignoreErrors{}); h != nil && err == nil {
		m.header = h
	}
	m.rest = raw
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if _, rest, ok := bytes.Cut(m.rest, []byte(end)); ok && len(m.header) > 0 {
			m.rest = rest
			break
		}
	}
	if bytes.Count(bytes.ToLower(raw), []byte("multipart/")) > maxMultiparts {
		m.broken = true
		return m
	}
	root, err := enmime.NewParser(parserOptions...).ReadParts(bytes.NewReader(raw))
	if err != nil {
		m.broken = true
		return m
	}
	m.root = root
	return m
}

// ignoreErrors takes what enmime complains of in headers: they are read as far as they go.
type ignoreErrors struct{}

func (ignoreErrors) AddError(string, string, ...any)   {}
func (ignoreErrors) AddWarning(string, string, ...any) {}

// body is what the parts of a letter come to.
type body struct {
	text       string
	html       string
	files      []Attachment
	repaired   bool
	unreadable bool
	sum        bytes.Buffer // hashes of all parts in their order
}

func bodyOf(m message) *body {
	b := &body{}
	got := b.read(m.root)
	if got == (piece{}) && len(b.files) == 0 { // the boundary is nowhere, or the type is no type
		got = b.leaf(&enmime.Part{Content: printable(m.rest), Header: m.header})
	}
	b.text, b.html = got.text(), got.html
	return b
}

// hash covers all decoded parts. A letter without Message-ID has nothing else of its own,
// so its sender and date count too: two citizens may send the same petition.
func (b *body) hash(h textproto.MIMEHeader, id string) [sha256.Size]byte {
	if id == "" {
		b.sum.WriteString(h.Get("From") + "\n" + h.Get("Date"))
	}
	return sha256.Sum256(b.sum.Bytes())
}

// piece is the readable side of a part: what it says in plain text and in HTML.
type piece struct{ plain, html string }

// text is the plain text if it says something, else the HTML made plain.
func (p piece) text() string {
	if says(p.plain) {
		return p.plain
	}
	if t := htmlText(p.html); says(t) {
		return t
	}
	return p.plain
}

// says tells text from the stubs that mailers put where text should be.
func says(s string) bool {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	if len(s) > 300 {
		return true
	}
	return s != "" && !strings.Contains(s, "does not support html") && !strings.Contains(s, "view this email in html") &&
		!strings.Contains(s, "this is a multi-part message in mime format")
}

func (b *body) read(p *enmime.Part) piece {
	if p.FirstChild == nil {
		return b.leaf(p)
	}
	var all piece
	var texts []string
	alternative := p.ContentType == "multipart/alternative"
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		got := b.read(c)
		switch {
		case alternative && !says(all.plain):
			all.plain = got.plain
		case !alternative:
			if t := got.text(); t != "" {
				texts = append(texts, t)
			}
		}
		if got.html != "" && (!alternative || all.html == "") {
			all.html += got.html
		}
	}
	if !alternative {
		all.plain = strings.Join(texts, "\n")
	}
	return all
}

// leaf reads a part without children: text is read, everything else is kept as a file.
func (b *body) leaf(p *enmime.Part) piece {
	content := decodeTransfer(p.Content, p.Header.Get("Content-Transfer-Encoding"))
	typ := textType(p)
	if typ == "" || p.Disposition == "attachment" || p.FileName != "" && p.Parent != nil {
		b.file(p, content)
		return piece{}
	}
	set := p.Charset
	if set == "" && typ == "text/html" {
		set = metaCharset(content)
	}
	d := decodeCharset(content, set)
	b.repaired = b.repaired || d.repaired
	b.unreadable = b.unreadable || d.unreadable
	b.count([]byte(strings.TrimSpace(d.text)))
	if len(d.text) > maxText {
		b.files = append(b.files, Attachment{Name: fileName(p, typ, len(b.files)+1), Type: typ, Data: content})
		d.text = cleanText(string(trimPartialRune([]byte(d.text[:maxText]))))
	}
	if typ == "text/html" {
		return piece{html: d.text}
	}
	return piece{plain: d.text}
}

// textType is text/plain or text/html for a part that is to be read, by the beginning of
// its type line: what follows may be in error.
func textType(p *enmime.Part) string {
	typ := strings.ToLower(p.Header.Get("Content-Type"))
	if i := strings.IndexAny(typ, "; \t"); i >= 0 {
		typ = typ[:i]
	}
	switch {
	case typ == "text/html":
		return typ
	case typ == "text/plain", !strings.Contains(typ, "/"), strings.HasPrefix(typ, "multipart/"):
		return "text/plain"
	}
	return ""
}

func (b *body) file(p *enmime.Part, content []byte) {
	if len(bytes.TrimSpace(content)) == 0 {
		return
	}
	kept := content
	if strings.HasPrefix(p.ContentType, "text/") {
		kept = bytes.TrimSpace(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))) // what a transport may change
	}
	b.count(kept)
	typ := contentType(content)
	if p.ContentType == typeLetter {
		typ = typeLetter
	}
	b.files = append(b.files, Attachment{Name: fileName(p, typ, len(b.files)+1), Type: typ, Data: content})
}

func (b *body) count(content []byte) {
	sum := sha256.Sum256(content)
	b.sum.Write(sum[:])
}

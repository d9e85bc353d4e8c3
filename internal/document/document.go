// Package document reads the words out of attachments: plain text, HTML, RTF and the .docx
// of word processors. It reads bytes and opens nothing else: no picture, no link, no macro.
package document

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"nivaran/internal/text/legacyfont"
)

// Words are what a document says.
type Words struct {
	Text string
	// KrutiDev: some of it is set in Kruti Dev, or in a font with its keyboard.
	KrutiDev bool
	Cut      bool // there was more
}

// ErrUnreadable is of a document that is none of those that can be read, or is broken.
var ErrUnreadable = errors.New("its words cannot be read")

// mostText is how many bytes of text are read: some sixty pages.
const mostText = 200_000

// Readable tells whether a file may be a document that can be read, by the type that its
// content has, and its name.
func Readable(name, contentType string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(contentType, "text/") || contentType == "application/zip" && (strings.HasSuffix(name, ".docx") || strings.HasSuffix(name, ".docm"))
}

// Read gives the words of a document. What it is, its content says.
func Read(data []byte) (Words, error) {
	var w Words
	var err error
	kind := http.DetectContentType(data)
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		w, err = readDocx(data)
	case bytes.HasPrefix(bytes.TrimSpace(data), []byte(`{\rtf`)):
		w = readRTF(data)
	case strings.HasPrefix(kind, "text/html"):
		w = readHTML(decode(data))
	case strings.HasPrefix(kind, "text/"):
		w = Words{Text: decode(data)}
	default:
		err = ErrUnreadable
	}
	w.Text = strings.TrimSpace(strings.ReplaceAll(w.Text, "\r\n", "\n"))
	if len(w.Text) > mostText {
		cut := mostText
		for !utf8.RuneStart(w.Text[cut]) {
			cut--
		}
		w.Text, w.Cut = w.Text[:cut], true
	}
	return w, err
}

// decode reads text in UTF-8, in UTF-16 with its mark, or else in Windows-1252, in which
// fonts older than Unicode put their letters.
func decode(data []byte) string {
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		if out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data); err == nil {
			return string(out)
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if utf8.Valid(data) {
		return string(data)
	}
	out, _ := charmap.Windows1252.NewDecoder().Bytes(data) // has a letter for every byte
	return string(out)
}

func named(font string) bool { return legacyfont.Named(font) }

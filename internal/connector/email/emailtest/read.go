package emailtest

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Subject is the subject line as the citizen reads it.
func (m Mail) Subject() string { return header(m.Raw, "Subject") }

// Header is a header line as the citizen's program reads it, empty when it is missing.
func (m Mail) Header(key string) string { return header(m.Raw, key) }

// Text is what the citizen reads: the first text part of the letter.
func (m Mail) Text() string {
	msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return ""
	}
	typ, params, _ := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	body, encoding := io.Reader(msg.Body), msg.Header.Get("Content-Transfer-Encoding")
	if strings.HasPrefix(typ, "multipart/") {
		part, err := multipart.NewReader(msg.Body, params["boundary"]).NextRawPart()
		if err != nil {
			return ""
		}
		body, encoding = part, part.Header.Get("Content-Transfer-Encoding")
	}
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, _ := io.ReadAll(body) // what cannot be read the citizen does not see either
	return strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
}

func header(raw []byte, key string) string {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	value := msg.Header.Get(key)
	if decoded, err := new(mime.WordDecoder).DecodeHeader(value); err == nil {
		value = decoded
	}
	return value
}

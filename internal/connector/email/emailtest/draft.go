package emailtest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"
	"time"
)

// Draft is a citizen's letter before it is sent.
type Draft struct {
	From       string // address
	Name       string
	To         string
	Subject    string
	Text       string
	HTML       string
	MessageID  string // with brackets; empty: none
	InReplyTo  string
	References []string
	Date       time.Time
	Header     []string // further lines, as "Auto-Submitted: auto-replied"
	Files      []File
	// DMARC is what our mail server found out about the sender: pass, fail, or empty.
	DMARC string
}

// File is an attachment.
type File struct {
	Name, Type string
	Data       []byte
}

// Bytes is the letter as a mail server hands it over.
func (d Draft) Bytes() []byte {
	var b bytes.Buffer
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", key, value)
		}
	}
	line("Return-Path", "<"+d.From+">")
	if d.DMARC != "" {
		line("Authentication-Results", AuthServID+"; dmarc="+d.DMARC+" header.from="+d.From[strings.IndexByte(d.From, '@')+1:])
	}
	from := "<" + d.From + ">"
	if d.Name != "" {
		from = mime.BEncoding.Encode("utf-8", d.Name) + " " + from
	}
	line("From", from)
	line("To", d.To)
	line("Subject", mime.BEncoding.Encode("utf-8", d.Subject))
	if !d.Date.IsZero() {
		line("Date", d.Date.Format(time.RFC1123Z))
	}
	line("Message-ID", d.MessageID)
	line("In-Reply-To", d.InReplyTo)
	line("References", strings.Join(d.References, "\r\n "))
	for _, h := range d.Header {
		b.WriteString(h + "\r\n")
	}
	line("MIME-Version", "1.0")
	const mixed, alternative = "files-of-the-letter", "forms-of-the-letter"
	if len(d.Files) > 0 {
		line("Content-Type", `multipart/mixed; boundary="`+mixed+`"`)
		b.WriteString("\r\n--" + mixed + "\r\n")
	}
	if d.HTML != "" {
		line("Content-Type", `multipart/alternative; boundary="`+alternative+`"`)
		b.WriteString("\r\n--" + alternative + "\r\n")
	}
	text(&b, "plain", d.Text)
	if d.HTML != "" {
		b.WriteString("\r\n--" + alternative + "\r\n")
		text(&b, "html", d.HTML)
		b.WriteString("\r\n--" + alternative + "--\r\n")
	}
	for _, f := range d.Files {
		b.WriteString("\r\n--" + mixed + "\r\n")
		line("Content-Type", f.Type)
		line("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		line("Content-Transfer-Encoding", "base64")
		b.WriteString("\r\n")
		for enc := base64.StdEncoding.EncodeToString(f.Data); enc != ""; {
			n := min(len(enc), 76)
			b.WriteString(enc[:n] + "\r\n")
			enc = enc[n:]
		}
	}
	if len(d.Files) > 0 {
		b.WriteString("--" + mixed + "--\r\n")
	}
	return b.Bytes()
}

func text(b *bytes.Buffer, kind, content string) {
	fmt.Fprintf(b, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", kind)
	w := quotedprintable.NewWriter(b)
	_, _ = w.Write([]byte(content)) // a buffer takes everything
	_ = w.Close()
}

// Reply is a letter that answers m in its citizen's name.
func (m Mail) Reply(to, words string, at time.Time) Draft {
	subject := header(m.Raw, "Subject")
	if !strings.HasPrefix(strings.ToLower(subject), "re:") {
		subject = "Re: " + subject
	}
	return Draft{
		From: m.To[0], To: to, Subject: subject, Text: words, Date: at, InReplyTo: m.MessageID,
		References: append(strings.Fields(header(m.Raw, "References")), m.MessageID),
		MessageID:  fmt.Sprintf("<%d.%s>", at.UnixNano(), m.To[0]), DMARC: "pass",
	}
}

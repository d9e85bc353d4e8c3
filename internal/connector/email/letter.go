package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/textproto"
	"slices"
	"strings"
	"time"
)

// Letter is a mail as it was read.
type Letter struct {
	MessageID  string // with its brackets; empty when the sender gave none
	From       string // address in lower case
	FromName   string
	To         []string
	Subject    string
	InReplyTo  string
	References []string
	Date       time.Time // as the sender says, else as the last server says
	// Text is the letter without quotes and signature, FullText all of it, HTML its
	// formatted form, cleaned.
	Text     string
	FullText string
	HTML     string

	Attachments []Attachment
	Automatic   bool    // out of office, list, report, our own: never answered
	Own         bool    // we sent it: our loop header, our address, and our server vouches for it
	Bounce      *Bounce // not nil when it reports what became of another letter
	DMARC       string  // pass, fail or another verdict of our own server; empty without one
	// CharsetRepaired: it is UTF-8 and declared something else. LegacyFont: its words are
	// Hindi or Punjabi only in an old font, KrutiDev one that can be read. Forwarded: it
	// hands on somebody else's letter.
	CharsetRepaired bool
	LegacyFont      bool
	KrutiDev        bool
	Forwarded       bool
	Unreadable      bool // no header that tells who wrote what; the file is attached

	Raw  []byte
	hash [sha256.Size]byte
}

// Attachment is a file of a letter.
type Attachment struct {
	Name string
	Type string // by its content, not by what the sender says
	Data []byte
}

// Options say what the reader must know of the mailbox that took a letter.
type Options struct {
	// AuthServID is the name under which our own mail server writes
	// Authentication-Results; the results of others are forged for all we know.
	AuthServID string
	// Own are our addresses: a letter from one of them is never answered.
	Own []string
}

func (o Options) own(addr string) bool {
	return slices.ContainsFunc(o.Own, func(own string) bool { return strings.EqualFold(own, addr) })
}

// Parse reads a letter. It never fails: of a letter that cannot be read it keeps the
// headers as far as they go, and the whole file as an attachment.
func Parse(raw []byte, opts Options) (l *Letter) {
	defer func() {
		if recover() != nil { // one letter that breaks a library must not stop a mailbox for ever
			l = &Letter{}
			l.keepFile(trimEnvelopeLine(raw))
		}
	}()
	return parse(raw, opts, 0)
}

// keepFile makes the raw file all that the letter has.
func (l *Letter) keepFile(raw []byte) {
	l.Raw, l.Unreadable = raw, true
	l.hash = sha256.Sum256(bytes.TrimRight(raw, "\r\n"))
	l.Attachments = []Attachment{{Name: "letter.eml", Type: contentType(raw), Data: raw}}
}

func parse(raw []byte, opts Options, depth int) *Letter {
	raw = trimEnvelopeLine(raw)
	l := &Letter{Raw: raw}
	m := readMessage(raw)
	l.readHeaders(m.header)
	l.DMARC = dmarcVerdict(m.header["Authentication-Results"], opts.AuthServID)
	l.Automatic = isAutomatic(m.header, l, opts)
	l.Own = opts.own(l.From) && m.header.Get(loopHeader) != "" && l.DMARC == "pass"
	if m.broken || unreadable(l) {
		l.FullText = strings.TrimSpace(decodeCharset(printable(m.rest), "").text)
		l.Text = l.FullText
		l.keepFile(raw)
		return l
	}
	l.readBody(m, opts, depth)
	l.Bounce = readBounce(raw, m)
	return l
}

// trimEnvelopeLine takes away the "From " line that mbox files put before a letter.
func trimEnvelopeLine(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	if line := bytes.TrimPrefix(raw, []byte(">")); bytes.HasPrefix(line, []byte("From ")) {
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	return raw
}

func (l *Letter) readHeaders(h textproto.MIMEHeader) {
	l.MessageID = firstMessageID(h.Get("Message-Id"))
	if from := parseAddresses(h.Get("From")); len(from) > 0 {
		l.From, l.FromName = from[0].addr, from[0].name
	} else {
		l.FromName = decodeHeader(h.Get("From"))
	}
	for _, key := range []string{"To", "Cc"} {
		for _, line := range h[key] {
			for _, a := range parseAddresses(line) {
				l.To = append(l.To, a.addr)
			}
		}
	}
	l.Subject = decodeHeader(h.Get("Subject"))
	if ids := messageIDs(h.Get("In-Reply-To")); len(ids) > 0 {
		l.InReplyTo = ids[0]
	}
	l.References = messageIDs(h.Get("References"))
	l.Date = parseDate(h.Get("Date"))
	if l.Date.IsZero() {
		l.Date = receivedDate(h)
	}
}

// unreadable: nothing says who wrote what, so this is no letter that we can read.
func unreadable(l *Letter) bool {
	return l.MessageID == "" && l.From == "" && l.Subject == "" && l.Date.IsZero()
}

// printable keeps the text of a file that is no letter, and nothing of a binary one.
func printable(raw []byte) []byte {
	if hasControls(raw) {
		return nil
	}
	return raw
}

func (l *Letter) readBody(m message, opts Options, depth int) {
	b := bodyOf(m)
	l.CharsetRepaired = b.repaired
	l.HTML = cleanHTML(b.html)
	l.FullText = strings.TrimSpace(b.text)
	l.Attachments = b.files
	l.hash = b.hash(m.header, l.MessageID)
	l.Forwarded = isForward(l.Subject)
	for _, f := range b.files {
		if f.Type != typeLetter || m.root.ContentType == "multipart/report" {
			continue
		}
		l.Forwarded = true
		if l.FullText == "" && depth == 0 { // a letter handed on whole, without a word
			inner := parse(f.Data, opts, depth+1)
			l.FullText = strings.TrimSpace(inner.Subject + "\n\n" + inner.FullText)
		}
	}
	if !l.Forwarded {
		l.Text, l.Forwarded = cutQuotes(l.FullText, ownWords(b.html))
	} else {
		l.Text = l.FullText
	}
	found, named := legacyFont(l.FullText, b.html)
	l.LegacyFont, l.KrutiDev = b.unreadable || found, named
}

// DedupKey is what makes the letter one post: its Message-ID, or nothing, and a hash of
// its decoded parts. The Message-ID alone is the sender's word, so a forged one
// suppresses no other letter.
func (l *Letter) DedupKey() string {
	return l.MessageID + " " + hex.EncodeToString(l.hash[:])
}

// Answers lists the Message-IDs that the letter may answer, the likeliest first:
// In-Reply-To, then References from the right.
func (l *Letter) Answers() []string {
	var ids []string
	seen := map[string]bool{"": true}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	add(l.InReplyTo)
	for i := len(l.References) - 1; i >= 0; i-- {
		add(l.References[i])
	}
	return ids
}

package email

import (
	"bytes"
	"net/textproto"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/dsn"
)

// Bounce reports what became of a letter of ours.
type Bounce struct {
	Recipient string
	Status    string // 5.x.x: the address is bad; 4.x.x: the server still tries
	MessageID string // of our letter, from the headers that came back
}

// readBounce reads a delivery status notification (RFC 3464), or the header of mail
// servers that write none.
func readBounce(raw []byte, m message) *Bounce {
	if failed := parseAddresses(m.header.Get("X-Failed-Recipients")); len(failed) > 0 && m.root.ContentType != "multipart/report" {
		return &Bounce{Recipient: failed[0].addr, Status: "5.0.0", MessageID: quotedMessageID(m.rest)}
	}
	if m.root.ContentType != "multipart/report" {
		return nil
	}
	root, err := enmime.ReadParts(bytes.NewReader(raw)) // decoded this time
	if err != nil {
		return nil
	}
	report, err := dsn.ParseReport(root)
	if err != nil || report == nil {
		return nil
	}
	b := &Bounce{}
	for _, r := range report.DeliveryStatus.RecipientDSNs {
		if found := recipientStatus(textproto.MIMEHeader(r)); found != nil && (b.Recipient == "" || worse(found.Status, b.Status)) {
			*b = *found
		}
	}
	if b.Recipient == "" {
		return nil
	}
	for p := root.FirstChild; p != nil; p = p.NextSibling {
		switch p.ContentType {
		case typeLetter, "text/rfc822-headers", "message/global", "message/global-headers":
			b.MessageID = quotedMessageID(p.Content)
		}
	}
	return b
}

// worse: a failure outweighs a delay, so that a report on both marks the bad address.
func worse(a, b string) bool { return strings.HasPrefix(a, "5") && !strings.HasPrefix(b, "5") }

// recipientStatus reads one recipient's fields; who got the letter is no bounce.
func recipientStatus(h textproto.MIMEHeader) *Bounce {
	action := strings.ToLower(strings.TrimSpace(h.Get("Action")))
	status, _, _ := strings.Cut(strings.TrimSpace(h.Get("Status")), " ")
	if action == "delivered" || action == "relayed" || action == "expanded" || strings.HasPrefix(status, "2") {
		return nil
	}
	addr := recipient(h.Get("Original-Recipient"))
	if addr == "" {
		addr = recipient(h.Get("Final-Recipient"))
	}
	if addr == "" {
		return nil
	}
	if status == "" {
		status = "5.0.0"
		if action == "delayed" {
			status = "4.0.0"
		}
	}
	return &Bounce{Recipient: addr, Status: status}
}

// recipient reads "rfc822; name@example.org".
func recipient(field string) string {
	if _, addr, ok := strings.Cut(field, ";"); ok {
		field = addr
	}
	if found := parseAddresses(field); len(found) > 0 {
		return found[0].addr
	}
	return ""
}

// quotedMessageID finds the Message-ID line of a letter that came back.
func quotedMessageID(returned []byte) string {
	for line := range bytes.Lines(returned) {
		if name, value, ok := bytes.Cut(line, []byte(":")); ok && strings.EqualFold(strings.TrimSpace(string(name)), "message-id") {
			if ids := messageIDs(string(value)); len(ids) > 0 {
				return ids[0]
			}
		}
	}
	return ""
}

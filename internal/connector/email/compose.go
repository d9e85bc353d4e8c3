package email

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"nivaran/internal/connector"
)

// maxReferences keeps the header of a long conversation short: its first letter and the
// last ones are enough to sort it.
const maxReferences = 20

// compose writes the letter. The same reply gives the same bytes over retries but for
// the boundaries between its parts.
func (c *Connector) compose(out connector.Outgoing) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	if err := m.FromFormat(c.cfg.Name, c.cfg.Address); err != nil {
		return nil, fmt.Errorf("our address: %w", err)
	}
	if err := m.To(out.To.Author.ExternalID); err != nil {
		return nil, fmt.Errorf("the citizen's address: %w", err)
	}
	m.Subject(title(out))
	m.SetDateWithValue(out.Now)
	m.SetMessageIDWithValue(strings.Trim(out.MessageID, "<>"))
	if parent := parentID(out); parent != "" {
		m.SetGenHeader(gomail.HeaderInReplyTo, parent)
	}
	if refs := references(out); len(refs) > 0 {
		m.SetGenHeader(gomail.HeaderReferences, strings.Join(refs, " "))
	}
	m.SetGenHeader(gomail.Header(loopHeader), "1")
	if out.Automatic {
		m.SetGenHeader("Auto-Submitted", "auto-replied")
		m.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
	m.SetBodyString(gomail.TypeTextPlain, out.Text)
	for _, f := range out.Files {
		m.AttachReadSeeker(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type)))
	}
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("write the letter: %w", err)
	}
	return raw.Bytes(), nil
}

// title is one line, whatever a case's title may hold.
func title(out connector.Outgoing) string {
	t := strings.Join(strings.Fields(out.Title), " ")
	if t == "" {
		t = "Re: " + strings.Join(strings.Fields(out.To.Title), " ")
	}
	return t
}

// parentID is the Message-ID of the letter that is answered, empty when it had none.
func parentID(out connector.Outgoing) string {
	if out.To.Mail != nil && out.To.Mail.MessageID != "" {
		return out.To.Mail.MessageID
	}
	if strings.HasPrefix(out.To.ExternalID, "<") {
		return out.To.ExternalID
	}
	return ""
}

// references is the conversation up to the letter that is answered.
func references(out connector.Outgoing) []string {
	refs := slices.Clone(out.References)
	if len(refs) == 0 && out.To.Mail != nil {
		refs = slices.Clone(out.To.Mail.References)
	}
	if parent := parentID(out); parent != "" && !slices.Contains(refs, parent) {
		refs = append(refs, parent)
	}
	if n := len(refs); n > maxReferences {
		refs = append(refs[:1], refs[n-maxReferences+1:]...)
	}
	return refs
}

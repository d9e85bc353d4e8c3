package console

import (
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
)

// otherReading is the second way to read words that may have been typed for a font older
// than Unicode: as they came, or as they would be in Unicode. One press shows it.
type otherReading struct {
	Note string // what was done, or could not be
	Head string // of what the press shows
	Text string
	Lang string
}

// readable gives a post's subject line and words as they can be read, and the other reading
// where there is one.
func readable(p *i18n.Printer, post *grievance.Post) (title, words string, other *otherReading) {
	title, words, converted := desk.Readable(post)
	if converted {
		return title, words, &otherReading{Note: p.T("legacy.read"), Head: p.T("legacy.as_it_came"), Text: post.Text}
	}
	if may, ok := desk.MayRead(post); ok {
		return title, words, &otherReading{Note: p.T("legacy.may_be"), Head: p.T("legacy.in_unicode"), Text: may, Lang: "hi"}
	}
	if post.Mail != nil && post.Mail.LegacyFont {
		return title, words, &otherReading{Note: p.T("legacy.unknown")}
	}
	return title, words, nil
}

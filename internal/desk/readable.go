package desk

import (
	"nivaran/internal/grievance"
	"nivaran/internal/text/legacyfont"
)

// Readable gives a post's subject line and words as they can be read: in Unicode where they
// were typed for Kruti Dev, which converted says, and otherwise as they came. The post
// itself stays as it came.
func Readable(p *grievance.Post) (title, words string, converted bool) {
	return legacyfont.Letter(p.Title, p.Text, p.Mail != nil && p.Mail.KrutiDev)
}

// MayRead gives a post's words as they would be if they were typed for Kruti Dev, where they
// may have been and are too few to be sure.
func MayRead(p *grievance.Post) (words string, ok bool) {
	r := legacyfont.Read(p.Text, p.Mail != nil && p.Mail.KrutiDev)
	return r.Text, r.Found && !r.Sure
}

// inUnicode refuses words that somebody typed for Kruti Dev: whoever gets them has not that
// font, and reads nonsense.
func inUnicode(field, words string) error {
	if legacyfont.Read(words, false).Sure {
		return grievance.Invalid(field, "error.legacy_font")
	}
	return nil
}

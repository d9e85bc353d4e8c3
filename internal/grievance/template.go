package grievance

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// NoteWay is for words that no citizen reads: a template may be written for notes, a
// reply never goes this way.
const NoteWay Way = "note"

// TemplateWays are what a template can be written for.
var TemplateWays = []Way{PublicWay, PrivateWay, LetterWay, NoteWay}

// Template is a reply, letter or note that officers begin from. A shared one is used as a
// second person approved it; that of an office as it was written last.
type Template struct {
	ID        ID
	Code      string // of one that is delivered with the program
	OfficeID  int    // whose it is; 0: shared by the whole state
	Latest    int    // the newest version
	Usable    int    // the version that may be used; 0: none yet
	RetiredAt time.Time
}

// Shared says whether every office may use it.
func (t Template) Shared() bool { return t.OfficeID == 0 }

// Awaits says whether a version waits for a second person.
func (t Template) Awaits() bool { return t.Shared() && t.RetiredAt.IsZero() && t.Usable != t.Latest }

// TemplateText is one version of a template: its words in both languages, and where they fit.
type TemplateText struct {
	TemplateID     ID
	Version        int
	Way            Way
	Channel        Channel // empty: every channel of the way
	DepartmentID   int     // 0: every department
	SubjectID      int     // 0: every subject
	NameEN, NameHI string
	TextEN, TextHI string
	AuthorID       ID // 0: delivered with the program
	WrittenAt      time.Time
	ApproverID     ID // 0: not approved, or delivered with the program
	ApprovedAt     time.Time
}

// Name is the template's name in the language, else in the other one.
func (t TemplateText) Name(lang string) string { return either(lang, t.NameEN, t.NameHI) }

// Text is the template's words in the language, else in the other one.
func (t TemplateText) Text(lang string) string { return either(lang, t.TextEN, t.TextHI) }

// Speaks says whether there are words in the language.
func (t TemplateText) Speaks(lang string) bool {
	return lang == "en" && t.TextEN != "" || lang == "hi" && t.TextHI != ""
}

func either(lang, en, hi string) string {
	if lang == "hi" && hi != "" || en == "" {
		return hi
	}
	return en
}

// The fields that a template may hold in braces.
const (
	NumberField     = "number"
	NameField       = "name" // of the citizen: not where everybody reads
	OfficeField     = "office"
	DistrictField   = "district"
	DepartmentField = "department"
	SubjectField    = "subject"
	OfficerField    = "officer"
	TitleField      = "title" // of the officer's charge
	SignatureField  = "signature"
	ReceivedField   = "received" // the day when the matter reached us
	DueField        = "due"      // the day when the office's answer is due
	LinkField       = "link"     // the number page
	DateField       = "date"     // today
	WordsField      = "words"    // what only the officer can say
)

// TemplateFields lists every field.
var TemplateFields = []string{
	NumberField, NameField, OfficeField, DistrictField, DepartmentField, SubjectField, OfficerField, TitleField, SignatureField,
	ReceivedField, DueField, LinkField, DateField, WordsField,
}

var templateField = regexp.MustCompile(`\{([^{}\n]*)\}`)

// fieldsIn lists the fields that a text holds, known or not, each once.
func fieldsIn(text string) (names []string) {
	for _, m := range templateField.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// Check refuses words with a field that does not exist, or that the way must not show.
func (t TemplateText) Check() error {
	for _, part := range []struct{ field, text string }{{"text_en", t.TextEN}, {"text_hi", t.TextHI}} {
		for _, name := range fieldsIn(part.text) {
			switch {
			case !slices.Contains(TemplateFields, name):
				return &InvalidError{Field: part.field, Key: "error.template_field", Args: map[string]any{"Field": "{" + name + "}"}}
			case name == NameField && (t.Way == PublicWay || t.Way == NoteWay):
				return Invalid(part.field, "error.template_name")
			}
		}
	}
	return nil
}

// The marks around what is still to be filled in. No keyboard writes them by accident.
const (
	gapOpen  = "⟦"
	gapClose = "⟧"
)

// FillTemplate puts the values into a text, once: what stands in a value is never read as
// a field again. A field without a value becomes a gap that says what is missing, in the
// words of missing, or by the field's own name. What comes out is what would be sent: NFC,
// without blanks at its ends.
func FillTemplate(text string, values, missing map[string]string) string {
	filled := templateField.ReplaceAllStringFunc(text, func(m string) string {
		name := m[1 : len(m)-1]
		if v := plainLine(name, values[name]); v != "" {
			return v
		}
		if words := missing[name]; words != "" {
			name = words
		}
		return gapOpen + name + gapClose
	})
	return strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(filled, "\r\n", "\n")))
}

// plainLine is a value without line breaks, but for a signature, and without our marks.
func plainLine(field, v string) string {
	v = strings.NewReplacer(gapOpen, "", gapClose, "").Replace(v)
	if field == SignatureField {
		return strings.TrimSpace(v)
	}
	return strings.Join(strings.Fields(v), " ")
}

// Gap is the first thing in a text that is still to be filled in: a gap of a template, or
// a field that somebody typed; empty: none.
func Gap(text string) string {
	if _, rest, ok := strings.Cut(text, gapOpen); ok {
		words, _, _ := strings.Cut(rest, gapClose)
		return strings.TrimSpace(words)
	}
	for _, name := range fieldsIn(text) {
		if slices.Contains(TemplateFields, name) {
			return "{" + name + "}"
		}
	}
	return ""
}

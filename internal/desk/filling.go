package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// TemplateQuestion asks for templates that fit what an officer is about to write.
type TemplateQuestion struct {
	ComplainantID grievance.ID // 0 for a note
	AccountID     int          // whose limit of length counts; 0: the channel's own
	Way           grievance.Way
}

// FilledTemplate is a template with the values of the case.
type FilledTemplate struct {
	ID      grievance.ID
	Name    string // in the officer's language
	Lang    string // of the words
	Text    string
	Gap     string // the first thing still to be filled in; empty: none
	Length  int    // as the channel counts
	Limit   int    // 0: none
	Reaches bool   // it fits into the limit
}

// FittingTemplates lists the templates that fit the case, the complainant and the way,
// filled: those of the subject first, then of the department, of the own office, in the
// language that the citizen wrote, and last used.
func (d *Desk) FittingTemplates(ctx context.Context, by grievance.Actor, id grievance.ID, q TemplateQuestion) (all []FilledTemplate, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = d.fitting(ctx, tx, by, id, q)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("templates for case %s: %w", id, err)
	}
	return all, nil
}

func (d *Desk) fitting(ctx context.Context, tx *store.Tx, by grievance.Actor, id grievance.ID, q TemplateQuestion) ([]FilledTemplate, error) {
	if q.Way == grievance.NoteWay && !by.May(grievance.MayNote) || q.Way != grievance.NoteWay && !by.May(grievance.MayReply) {
		return nil, grievance.ErrForbidden
	}
	c, err := tx.Case(ctx, by.Scope, id)
	if err != nil {
		return nil, err
	}
	k := &grievance.Complainant{Language: c.Language}
	if q.Way != grievance.NoteWay {
		if k, err = tx.Complainant(ctx, q.ComplainantID); err != nil || k.CaseID != c.ID {
			return nil, grievance.ErrNotFound
		}
		if k.Channel == grievance.Email {
			q.Way = grievance.LetterWay
		}
	}
	usable, err := tx.UsableTemplates(ctx, by.OfficeID, by.ID)
	if err != nil {
		return nil, err
	}
	v, err := d.templateVoice(ctx, tx, by, c, k, q)
	if err != nil {
		return nil, err
	}
	officer, err := tx.Officer(ctx, by.ID)
	if err != nil {
		return nil, err
	}
	lang := cmp.Or(officer.TemplateLanguage, templateLanguage(k.Language))
	usable = slices.DeleteFunc(usable, func(t store.TemplateView) bool { return !d.templateFits(t.Version, c, k, q.Way) })
	slices.SortStableFunc(usable, func(a, b store.TemplateView) int {
		return cmp.Or(cmp.Compare(d.weight(b, lang), d.weight(a, lang)), b.UsedAt.Compare(a.UsedAt))
	})
	title, err := d.titleOf(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	all := make([]FilledTemplate, 0, len(usable))
	for _, t := range usable {
		f := FilledTemplate{ID: t.ID, Name: t.Version.Name(officer.Language), Lang: wordsLanguage(t.Version, lang)}
		f.Text = grievance.FillTemplate(t.Version.Text(lang), d.values(c, k, officer, title, f.Lang), missingWords[f.Lang])
		f.Gap = grievance.Gap(f.Text)
		f.Length, f.Limit = len([]rune(f.Text)), 0
		if q.Way != grievance.NoteWay {
			f.Length, f.Limit = length(named(f.Text, v.Names), k.Channel, v.Account.MaxLength)
		}
		f.Reaches = f.Limit == 0 || f.Length <= f.Limit
		all = append(all, f)
	}
	return all, nil
}

// templateVoice is the account that will carry the words: its length counts, and the name
// of the office that is put under them.
func (d *Desk) templateVoice(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, q TemplateQuestion) (Voice, error) {
	if q.Way == grievance.NoteWay {
		return Voice{}, nil
	}
	s, err := d.speechTo(ctx, tx, by, c, k, q.Way, grievance.Interim)
	if err != nil {
		return Voice{}, err
	}
	g, err := d.ground(ctx, tx)
	if err != nil {
		return Voice{}, err
	}
	voices, err := d.voices(ctx, tx, g, s)
	if err != nil {
		return Voice{}, err
	}
	v := d.best(voices, s.office, c)
	if q.AccountID != 0 {
		v = voiceOf(voices, q.AccountID)
	}
	if v == nil {
		return Voice{}, nil
	}
	return *v, nil
}

// FillTemplate is one of the fitting templates; ErrNotFound when it is none.
func (d *Desk) FillTemplate(ctx context.Context, by grievance.Actor, id, template grievance.ID, q TemplateQuestion) (FilledTemplate, error) {
	all, err := d.FittingTemplates(ctx, by, id, q)
	if err != nil {
		return FilledTemplate{}, err
	}
	for _, t := range all {
		if t.ID == template {
			return t, nil
		}
	}
	return FilledTemplate{}, fmt.Errorf("template %s: %w", template, grievance.ErrNotFound)
}

// templateFits says whether a template is for this case, channel and way. What is bound to a
// department also serves its bodies.
func (d *Desk) templateFits(t grievance.TemplateText, c *grievance.Case, k *grievance.Complainant, way grievance.Way) bool {
	return t.Way == way &&
		(t.Channel == "" || t.Channel == k.Channel) &&
		(t.SubjectID == 0 || t.SubjectID == c.SubjectID) &&
		(t.DepartmentID == 0 || t.DepartmentID == c.DepartmentID || t.DepartmentID == d.Office.TopDepartment(c.DepartmentID))
}

// weight orders templates that fit: subject, department, own office, language.
func (d *Desk) weight(t store.TemplateView, lang string) (n int) {
	for i, yes := range []bool{t.Version.Speaks(lang), !t.Shared(), t.Version.DepartmentID != 0, t.Version.SubjectID != 0} {
		if yes {
			n += 1 << i
		}
	}
	return n
}

// templateLanguage is the language in which a citizen is answered, unless the officer has
// set one: Hindi to whoever wrote it in either script.
func templateLanguage(citizen string) string {
	if citizen == "en" {
		return "en"
	}
	return "hi"
}

// wordsLanguage is the language that a template's words then are in.
func wordsLanguage(t grievance.TemplateText, want string) string {
	if t.Speaks(want) {
		return want
	}
	if want == "hi" {
		return "en"
	}
	return "hi"
}

// titleOf is the charge under which the officer writes.
func (d *Desk) titleOf(ctx context.Context, tx *store.Tx, by grievance.Actor) (c grievance.Charge, err error) {
	charges, err := tx.Charges(ctx, by.ID, d.Now())
	for _, held := range charges {
		if held.ID == by.ChargeID {
			return held, err
		}
	}
	return c, err
}

// day is a date as official letters in both languages write it.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(grievance.India).Format("02.01.2006")
}

// values are what the fields of a template stand for in the case, in the language.
func (d *Desk) values(c *grievance.Case, k *grievance.Complainant, officer grievance.Officer, charge grievance.Charge, lang string) map[string]string {
	district, _ := d.Office.District(c.DistrictID)
	department, _ := d.Office.Department(c.DepartmentID)
	subject, _ := d.Office.Subject(c.SubjectID)
	at, _ := d.Office.Office(c.OfficeID)
	own, _ := d.Office.Office(charge.OfficeID)
	due := c.DueAt
	if c.State == grievance.Waiting {
		due = time.Time{} // it moves until the citizen answers
	}
	signature := officer.Signature(lang)
	if signature == "" {
		parts := slices.DeleteFunc([]string{officer.Name(lang), charge.Title(lang), own.Name(lang)}, func(s string) bool { return s == "" })
		signature = strings.Join(parts, "\n")
	}
	return map[string]string{
		grievance.NumberField: c.Number, grievance.NameField: cmp.Or(k.Author.Name, k.Author.Handle), grievance.OfficeField: at.Name(lang),
		grievance.DistrictField: district.Name(lang), grievance.DepartmentField: department.Name(lang), grievance.SubjectField: subject.Name(lang),
		grievance.OfficerField: officer.Name(lang), grievance.TitleField: charge.Title(lang), grievance.SignatureField: signature,
		grievance.ReceivedField: day(c.ReceivedAt), grievance.DueField: day(due), grievance.LinkField: d.numberURL(c.Number), grievance.DateField: day(d.Now()),
	}
}

// missingWords say in a gap what is missing there, in the language of the template.
var missingWords = map[string]map[string]string{
	"en": {
		grievance.NumberField: "number", grievance.NameField: "name", grievance.OfficeField: "office", grievance.DistrictField: "district",
		grievance.DepartmentField: "department", grievance.SubjectField: "subject", grievance.OfficerField: "officer", grievance.TitleField: "title",
		grievance.SignatureField: "signature", grievance.ReceivedField: "day received", grievance.DueField: "day of the answer", grievance.LinkField: "link",
		grievance.DateField: "date", grievance.WordsField: "write here",
	},
	"hi": {
		grievance.NumberField: "संख्या", grievance.NameField: "नाम", grievance.OfficeField: "कार्यालय", grievance.DistrictField: "ज़िला",
		grievance.DepartmentField: "विभाग", grievance.SubjectField: "विषय", grievance.OfficerField: "अधिकारी", grievance.TitleField: "पदनाम",
		grievance.SignatureField: "हस्ताक्षर", grievance.ReceivedField: "प्राप्ति की तिथि", grievance.DueField: "उत्तर की तिथि", grievance.LinkField: "लिंक",
		grievance.DateField: "तिथि", grievance.WordsField: "यहाँ लिखें",
	},
}

// finished refuses words in which something is still to be filled in.
func finished(field, words string) error {
	if gap := grievance.Gap(words); gap != "" {
		return &grievance.InvalidError{Field: field, Key: "error.gap", Args: map[string]any{"Gap": gap}}
	}
	return nil
}

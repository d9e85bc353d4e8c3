// Package i18n holds every text that a person reads, in each language, and
// writes numbers, dates and spans of time the way that language does.
//
// The texts lie in locales/LANGUAGE/AREA.json, one flat object of key and text
// each; a text with a plural is an object with "one" and "other". A new language
// is a new folder with the same keys and an entry in languages. Which language a
// reader gets is left to the caller.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales
var locales embed.FS

// Languages lists the languages with all texts, by their tags; the first is the
// one that stands in for any other.
func Languages() []string { return []string{"en", "hi"} }

// Texts holds the texts of all languages. It is safe for concurrent use.
type Texts struct {
	printers []*Printer
	matcher  language.Matcher
}

// New reads the embedded texts. Times are written in zone.
func New(zone *time.Location) (*Texts, error) { return load(locales, zone) }

func load(files fs.FS, zone *time.Location) (*Texts, error) {
	bundle := i18n.NewBundle(language.English)
	var t Texts
	var tags []language.Tag
	for _, lang := range Languages() {
		if err := readLanguage(bundle, files, lang); err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		tags = append(tags, language.Make(lang))
		t.printers = append(t.printers, &Printer{
			lang: lang,
			zone: zone,
			// A second language here would hide a missing text from the tests.
			localizer: i18n.NewLocalizer(bundle, lang),
		})
	}
	t.matcher = language.NewMatcher(tags)
	return &t, nil
}

func readLanguage(bundle *i18n.Bundle, files fs.FS, lang string) error {
	names, err := fs.Glob(files, path.Join("locales", lang, "*.json"))
	if err != nil {
		return err
	}
	seen := map[string]string{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		// The library takes the language from the file's name.
		file, err := bundle.ParseMessageFileBytes(data, lang+".json")
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, m := range file.Messages {
			if first, ok := seen[m.ID]; ok {
				return fmt.Errorf("%s: %q stands in %s too", name, m.ID, first)
			}
			seen[m.ID] = name
		}
	}
	return nil
}

// In returns the printer of the language that suits preferred best: tags or
// whole Accept-Language headers, the most wanted first; English when none suits.
func (t *Texts) In(preferred ...string) *Printer {
	_, i := language.MatchStrings(t.matcher, preferred...)
	return t.printers[i]
}

// Printer writes for readers of one language. It is safe for concurrent use.
type Printer struct {
	lang      string
	zone      *time.Location
	localizer *i18n.Localizer
}

// Lang is the tag of the printer's language, as in <html lang>.
func (p *Printer) Lang() string { return p.lang }

// T is the text of key. Its placeholders are filled from args, either names and
// values in turn ("Count", 3, "Office", name) or one map[string]any. Whole numbers
// are written in Indian form, and the one named Count chooses the plural.
//
// A key without a text gives the key itself, so that a page still serves its reader.
func (p *Printer) T(key string, args ...any) string {
	config := i18n.LocalizeConfig{MessageID: key}
	if data := named(args); len(data) > 0 {
		if n, ok := whole(data["Count"]); ok {
			config.PluralCount = n
		}
		config.TemplateData = p.written(data)
	}
	// The error is no reason to give up: a text without plurals is reported when a
	// count would choose one, and is right all the same.
	if text, _ := p.localizer.Localize(&config); text != "" {
		return text
	}
	return key
}

// named makes the data of a text from T's arguments. What has no name is dropped;
// its placeholder then says "<no value>", which the golden pages show.
func named(args []any) map[string]any {
	if len(args) == 1 {
		data, _ := args[0].(map[string]any)
		return data
	}
	data := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			data[name] = args[i+1]
		}
	}
	return data
}

func (p *Printer) written(data map[string]any) map[string]any {
	out := make(map[string]any, len(data))
	for name, v := range data {
		if n, ok := whole(v); ok {
			v = group(n)
		}
		out[name] = v
	}
	return out
}

package console

import (
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/seed"
	"nivaran/internal/web"
)

// TestWordsOfReasons expects a text in both languages for each level that a phrase can
// speak for, and for each language that a post can be in.
func TestWordsOfReasons(t *testing.T) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages() {
		v := &web.Visit{Printer: texts.In(lang)}
		for _, u := range seed.UrgencyCues() {
			if u.Level == "against_officer" || u.Level == "corruption" {
				continue // these say "against_officer"
			}
			if got := (*Console)(nil).says(v, grievance.Reason{Says: "urgency", Code: u.Level}); got == "says.level_"+u.Level {
				t.Errorf("%s in %s has no text", got, lang)
			}
		}
		unknown := v.T("language." + languageKey(""))
		for _, code := range []string{"en", "hi", "hi-Latn", "pa", "ur", "mr", "mixed"} {
			if got := v.T("language." + languageKey(code)); got == unknown || got == "language."+languageKey(code) {
				t.Errorf("the language %s is %q in %s", code, got, lang)
			}
		}
	}
}

package desk

import (
	"strings"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/text"
)

// Every reason but abuse has its kind word in each language, short enough for X.
func TestDeclinedWordsFitEveryChannel(t *testing.T) {
	for _, reason := range grievance.RejectReasons {
		words := declined[reason]
		if reason == "abuse" {
			if words != nil {
				t.Error("abuse is answered")
			}
			continue
		}
		for lang := range phrasesOf {
			said := words[lang]
			if n := text.XLength(said + " GRV-2026-0000001"); said == "" || n > text.XLimit {
				t.Errorf("%s in %s: %d of %d", reason, lang, n, text.XLimit)
			}
			if lang == "hi" && !strings.Contains(said, "।") {
				t.Errorf("%s in %s is no sentence", reason, lang)
			}
		}
	}
}

package sorting

import (
	"nivaran/internal/grievance"
	"nivaran/internal/text/legacyfont"
)

// inUnicode puts what was typed for Kruti Dev into Unicode, and gives the reason that says
// so; offsets of later reasons point into the converted words.
func inUnicode(in *Input) (reasons []grievance.Reason) {
	title, words, converted := legacyfont.Letter(in.Title, in.Text, in.KrutiDev)
	if !converted {
		return nil
	}
	in.Title, in.Text = title, words
	return []grievance.Reason{{Words: "Kruti Dev 010", Says: LegacyFont}}
}

// LegacyFont is what a reason says when the post was typed for a font older than Unicode.
const LegacyFont = "legacy_font"

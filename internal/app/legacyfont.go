package app

import (
	"encoding/json"

	"nivaran/internal/text/legacyfont"
)

type legacyFontCmd struct{}

func (*legacyFontCmd) Help() string {
	return "Reads JSON Lines {\"id\",\"text\"} and writes {\"id\",\"found\",\"sure\",\"text\"} for each: whether it was typed in Kruti Dev 010 or DevLys 010, and how it reads in Unicode. Needs no database."
}

// legacyFontLine is what is known of one text.
type legacyFontLine struct {
	ID    json.RawMessage `json:"id"`
	Found bool            `json:"found"`
	Sure  bool            `json:"sure"`
	Text  string          `json:"text"`
}

func (cmd *legacyFontCmd) Run(e *env) error {
	return answerLines(e, e.stdin, textForm, func(line []byte) (any, error) {
		id, text, err := readText(line)
		r := legacyfont.Read(text, false)
		return legacyFontLine{id, r.Found, r.Sure, r.Text}, err
	})
}

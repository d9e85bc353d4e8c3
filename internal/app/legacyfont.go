package app

import (
	"encoding/json"
	"errors"

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
	return sortLines(e, func(line []byte) (any, error) {
		var post struct {
			ID   json.RawMessage `json:"id"`
			Text *string         `json:"text"`
		}
		if err := json.Unmarshal(line, &post); err != nil {
			return nil, err
		}
		if post.Text == nil {
			return nil, errors.New("there is no text")
		}
		r := legacyfont.Read(*post.Text, false)
		return legacyFontLine{post.ID, r.Found, r.Sure, r.Text}, nil
	})
}

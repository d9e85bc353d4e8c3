package seed

import (
	"encoding/json"
	"fmt"
)

// Template is a reply, letter or note that is delivered with the program.
type Template struct {
	Code    string `json:"code"`
	Way     string `json:"way"`     // public, private, letter, note
	Channel string `json:"channel"` // empty: every channel
	NameEN  string `json:"name_en"`
	NameHI  string `json:"name_hi"`
	TextEN  string `json:"text_en"`
	TextHI  string `json:"text_hi"`
}

// Templates lists the templates that every deployment begins with.
func Templates() []Template {
	b, err := files.ReadFile("data/templates.json")
	if err != nil {
		panic(err)
	}
	var all []Template
	if err := json.Unmarshal(b, &all); err != nil {
		panic(fmt.Errorf("templates: %w", err))
	}
	return all
}

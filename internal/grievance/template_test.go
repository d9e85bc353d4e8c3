package grievance

import (
	"errors"
	"testing"
)

func TestFillTemplate(t *testing.T) {
	values := map[string]string{
		NumberField: "GRV-2026-0000017", NameField: "Asha {office}\n<b>", OfficeField: "Water ⟦Hisar⟧", SignatureField: "A. B.\nMagistrate",
	}
	tests := []struct{ text, want, gap string }{
		{"No {number}", "No GRV-2026-0000017", ""},
		{"Dear {name}", "Dear Asha {office} <b>", "{office}"}, // a value is never read again; what it leaves is said
		{"At {office}", "At Water Hisar", ""},
		{"  a\r\nb {number} \n", "a\nb GRV-2026-0000017", ""},
		{"By {due}.", "By ⟦the day⟧.", "the day"},
		{"{words}", "⟦words⟧", "words"},
		{"{signature}", "A. B.\nMagistrate", ""},
		{"सड़क {number}", "सड़क GRV-2026-0000017", ""},
		{"{nothing} { } {}", "⟦nothing⟧ ⟦ ⟧ ⟦⟧", "nothing"},
	}
	for _, tt := range tests {
		got := FillTemplate(tt.text, values, map[string]string{DueField: "the day"})
		if got != tt.want {
			t.Errorf("FillTemplate(%q) = %q, want %q", tt.text, got, tt.want)
		}
		if gap := Gap(got); gap != tt.gap {
			t.Errorf("Gap(%q) = %q, want %q", got, gap, tt.gap)
		}
	}
}

func TestTemplateCheck(t *testing.T) {
	tests := []struct {
		name      string
		t         TemplateText
		field     string
		mentioned any
	}{
		{"known fields", TemplateText{Way: PublicWay, TextEN: "{number} {office} {words}", TextHI: "{number}"}, "", nil},
		{"an unknown field", TemplateText{Way: PublicWay, TextHI: "{nummer}"}, "text_hi", "{nummer}"},
		{"an empty field", TemplateText{Way: PublicWay, TextEN: "{}"}, "text_en", "{}"},
		{"a name in public", TemplateText{Way: PublicWay, TextEN: "Dear {name}"}, "text_en", nil},
		{"a name in a note", TemplateText{Way: NoteWay, TextEN: "{name}"}, "text_en", nil},
		{"a name in a letter", TemplateText{Way: LetterWay, TextEN: "Dear {name}"}, "", nil},
		{"a name in a message", TemplateText{Way: PrivateWay, TextHI: "{name}"}, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.t.Check()
			invalid, ok := errors.AsType[*InvalidError](err)
			switch {
			case tt.field == "" && err != nil, tt.field != "" && (!ok || invalid.Field != tt.field):
				t.Errorf("Check = %v, want a fault at %q", err, tt.field)
			case tt.mentioned != nil && invalid.Args["Field"] != tt.mentioned:
				t.Errorf("Check names %v, want %v", invalid.Args["Field"], tt.mentioned)
			}
		})
	}
}

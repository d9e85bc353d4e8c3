package main

import (
	"slices"
	"strings"
	"testing"

	"nivaran/internal/text"
)

func taught() *teacher {
	t := newTeacher()
	t.people, t.places = []string{"asha"}, []string{"Kheri Sadh"}
	return t
}

func TestTeacherLeavesOutWhatIsHeldBack(t *testing.T) {
	teacher := taught()
	held := 0
	for _, s := range strings.Fields("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen") {
		teacher.add(s, "en", 1)
		teacher.add(s, "en", 1) // a second time is no second example
		if text.HeldBack(s) {
			held++
		}
	}
	if held == 0 || held == 16 {
		t.Fatalf("%d of 16 held back: choose other words", held)
	}
	if got, want := len(teacher.examples), 3*(16-held); got != want {
		t.Errorf("%d examples, want %d", got, want)
	}
	if slices.ContainsFunc(teacher.examples, func(e text.LanguageExample) bool { return text.HeldBack(e.Text) && !strings.Contains(e.Text, " ") }) {
		t.Error("a text that is held back became an example")
	}
}

func TestTeacherMakesMore(t *testing.T) {
	teacher := taught()
	teacher.add("सड़क पर बहुत पानी भरा है", "hi", 1)
	languages := map[string]int{}
	for _, e := range teacher.examples {
		languages[e.Language]++
		if e.Language == "hi-Latn" && strings.ContainsFunc(e.Text, func(r rune) bool { return r > 0x7f }) {
			t.Errorf("roman letters: %q", e.Text)
		}
	}
	if languages["hi"] != 2 || languages["hi-Latn"] != 3 {
		t.Errorf("made %v", languages)
	}
	teacher.add("what is no language of ours", "fr", 1)
	if len(teacher.examples) != 5 {
		t.Error("a text of another language became an example")
	}
}

func TestRomanised(t *testing.T) {
	teacher := taught()
	for hindi, want := range map[string][]string{
		"सड़क":  {"sadak"},
		"पानी":  {"paani", "pani", "panee", "paanee"},
		"कब":    {"kab"},
		"नहीं":  {"naheen", "nahin", "nahi", "nahee"},
		"लड़का": {"ladka", "ladkaa"},
	} {
		for range 8 {
			if got := teacher.romanised(hindi); !slices.Contains(want, got) {
				t.Errorf("romanised(%s) = %q, want one of %v", hindi, got, want)
			}
		}
	}
}

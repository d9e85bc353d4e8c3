package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"nivaran/internal/text"
)

// teacher gathers the examples and makes more of them: the same texts with other names,
// other spellings, and Hindi in roman letters.
type teacher struct {
	examples       []text.LanguageExample
	people, places []string
	random         *rand.Rand
	seen           map[string]bool
}

func newTeacher() *teacher {
	return &teacher{random: rand.New(rand.NewPCG(3, 5)), seen: map[string]bool{}}
}

// add takes a text and what can be made of it, unless it is held back, was there already or
// its language is none that the model tells apart.
func (t *teacher) add(s, language string, weight float64) {
	key := language + " " + text.Normal(s)
	if text.HeldBack(s) || t.seen[key] {
		return
	}
	t.seen[key] = true
	switch language {
	case "en":
		t.put(s, language, weight)
		t.put(t.named(s), language, weight/2)
		t.put(t.part(s), language, weight/2)
	case "hi-Latn":
		t.put(s, language, weight)
		t.put(t.named(t.misspelt(s)), language, weight/2)
		t.put(t.misspelt(s), language, weight/2)
		t.put(t.misspelt(t.misspelt(s)), language, weight/2)
	case "hi":
		t.put(s, language, weight)
		t.put(t.part(s), language, weight/2)
		t.put(t.romanised(s), "hi-Latn", weight)
		t.put(t.misspelt(t.misspelt(t.romanised(s))), "hi-Latn", weight/2)
		t.put(t.misspelt(t.part(t.romanised(s))), "hi-Latn", weight/2)
	case "mr":
		t.put(s, language, weight)
		for range 4 {
			t.put(t.part(s), language, weight/2)
		}
	}
}

func (t *teacher) put(s, language string, weight float64) {
	t.examples = append(t.examples, text.LanguageExample{Text: s, Language: language, Weight: weight})
}

// vocabulary makes sentences of no sense out of words.
func (t *teacher) vocabulary(words []string) {
	for range 8 {
		order := t.random.Perm(len(words))
		for len(order) > 0 {
			n := min(1+t.random.IntN(6), len(order))
			var sentence []string
			for _, i := range order[:n] {
				sentence = append(sentence, words[i])
			}
			t.put(strings.Join(sentence, " "), "en", 0.5)
			order = order[n:]
		}
	}
}

// named puts one to three names somewhere into a text.
func (t *teacher) named(s string) string {
	words := strings.Fields(s)
	for range 1 + t.random.IntN(3) {
		name := t.places[t.random.IntN(len(t.places))]
		if t.random.IntN(3) == 0 {
			name = t.people[t.random.IntN(len(t.people))]
			if t.random.IntN(3) == 0 {
				name += " ji" // respect is shown so in English too
			}
		}
		words = slices.Insert(words, t.random.IntN(len(words)+1), name)
	}
	return strings.Join(words, " ")
}

// part is some words of a text that stand together, as short posts are.
func (t *teacher) part(s string) string {
	words := strings.Fields(s)
	if len(words) < 3 {
		return s
	}
	n := 2 + t.random.IntN(min(6, len(words)-2))
	from := t.random.IntN(len(words) - n + 1)
	return strings.Join(words[from:from+n], " ")
}

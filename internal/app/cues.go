package app

import (
	"fmt"
	"slices"
	"strings"

	"nivaran/internal/linear"
	"nivaran/internal/seed"
	"nivaran/internal/text"
)

// cueLevels know the shipped phrases, and what each shows of a text: that it names a matter
// of the state (strongly or weakly), pleads, praises, warns of danger …
type cueLevels struct {
	byKeys map[string][]string // also of each beginning of a phrase: nothing, or what that is by itself
}

func newCueLevels() *cueLevels {
	c := &cueLevels{byKeys: map[string][]string{}}
	for _, cue := range seed.Cues() {
		level := "weak"
		if cue.Strong {
			level = "strong"
		}
		c.add(cue.Phrase, level)
	}
	for _, cue := range seed.UrgencyCues() {
		c.add(cue.Phrase, cue.Level)
	}
	return c
}

func (c *cueLevels) add(phrase, level string) {
	at := ""
	for _, k := range text.Tokens(phrase) {
		at = strings.TrimPrefix(at+" "+k, " ")
		c.byKeys[at] = slices.Clip(c.byKeys[at]) // known from here on, perhaps as a beginning only
	}
	if at != "" {
		c.byKeys[at] = append(c.byKeys[at], level)
	}
}

// mostCounted is up to how many phrases of a level are told apart.
const mostCounted = 3

// features are which levels a text's phrases have, and how many of each.
func (c *cueLevels) features(s string) []string {
	counts := map[string]int{}
	keys := text.Tokens(s)
	for i := range keys {
		at := ""
		for _, k := range keys[i:] {
			at = strings.TrimPrefix(at+" "+k, " ")
			levels, begins := c.byKeys[at]
			if !begins {
				break
			}
			for _, level := range levels {
				counts[level]++
			}
		}
	}
	features := []string{"cues"}
	for level, n := range counts {
		features = append(features, level, fmt.Sprint(level, " ", min(n, mostCounted)))
	}
	slices.Sort(features)
	return features
}

// asksManner says whether a model of so many labels asks what a writer does rather than
// what about. Only then do the phrases help: measured on authority_tweets.
func asksManner(labels int) bool { return labels <= 6 }

// labelModel is a model that train made, with what it is told beside the text.
type labelModel struct {
	*linear.Model
	cues *cueLevels // nil: it was not taught them
}

// aboutCues marks in a model that it was taught the phrases.
const aboutCues = "cues"

func newLabelModel(m *linear.Model) labelModel {
	if m.About()[aboutCues] == "" {
		return labelModel{Model: m}
	}
	return labelModel{m, newCueLevels()}
}

// told gives the examples as the model is told them.
func (c *cueLevels) told(examples []linear.Example) []linear.Example {
	if c == nil {
		return examples
	}
	for i, e := range examples {
		examples[i].Features = c.features(e.Text)
	}
	return examples
}

func (m labelModel) predict(s string) []linear.Candidate {
	if m.cues == nil {
		return m.Predict(s)
	}
	return m.Predict(s, m.cues.features(s)...)
}

func (m labelModel) evaluate(examples []linear.Example) linear.Report {
	return linear.Evaluate(m.Model, m.cues.told(examples))
}

package app

import (
	"encoding/json"
	"errors"

	"nivaran/internal/linear"
)

type sortCmd struct {
	Model    string `placeholder:"MODEL" help:"A model that nivaran train made, of one label or an engine's; by default the one that is delivered."`
	Evaluate string `placeholder:"FILE.jsonl" help:"Instead: sort labelled posts and print how well, as docs/understanding.md says."`
	Wrong    bool   `help:"With --evaluate: print every mistake too, by the post's id."`
}

func (*sortCmd) Help() string {
	return "Reads JSON Lines {\"id\",\"text\",\"channel\",\"account\",\"author\",\"lat\",\"lon\"}, of which all but the text may be missing; account is cm, dept:CODE or dist:NAME. Writes kind, language, department, candidates, district, places, urgency, against_officer and reasons for each; a model of one label column writes {\"id\",\"candidates\":[{\"label\",\"confidence\"}]}, best first. Needs no database."
}

// leastConfidence is below which a label is not worth a mention.
const leastConfidence = 0.001

// labelledLine is what a model of one label column says of a text.
type labelledLine struct {
	ID         json.RawMessage    `json:"id"`
	Candidates []linear.Candidate `json:"candidates"`
}

func (cmd *sortCmd) Run(e *env) error {
	engine, err := cmd.engine()
	switch {
	case err != nil:
		return err
	case engine != nil && cmd.Evaluate != "":
		return cmd.evaluate(e, engine)
	case engine != nil:
		return cmd.posts(e, engine)
	case cmd.Evaluate != "":
		return errors.New("sort --evaluate judges an engine's model; for one of a label column say nivaran evaluate")
	}
	m, err := readModel(cmd.Model)
	if err != nil {
		return err
	}
	return answerLines(e, e.stdin, textForm, func(line []byte) (any, error) {
		id, text, err := readText(line)
		return labelledLine{id, mentioned(m.predict(text))}, err
	})
}

func mentioned(candidates []linear.Candidate) []linear.Candidate {
	n := 0
	for n < len(candidates) && candidates[n].Confidence > leastConfidence {
		n++
	}
	return candidates[:n]
}

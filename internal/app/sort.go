package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

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
		return labelledLine{post.ID, mentioned(m.predict(*post.Text))}, nil
	})
}

func mentioned(candidates []linear.Candidate) []linear.Candidate {
	n := 0
	for n < len(candidates) && candidates[n].Confidence > leastConfidence {
		n++
	}
	return candidates[:n]
}

// sortLines answers each line of the input. A bad one is told on stderr with what to write
// instead, the others go on, and the error at the end counts them.
func sortLines(e *env, answer func(line []byte) (any, error)) error {
	in := bufio.NewReaderSize(e.stdin, 1<<16)
	out := bufio.NewWriter(e.stdout)
	write := json.NewEncoder(out)
	write.SetEscapeHTML(false)
	bad := 0
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if len(line) > 1 || len(line) == 1 && line[0] != '\n' {
			a, wrong := answer(line)
			if wrong != nil {
				bad++
				fmt.Fprintf(e.stderr, "line %d: %v; write one JSON object a line: {\"id\":\"1\",\"text\":\"…\"}\n", n, wrong)
			} else if err := write.Encode(a); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
		if in.Buffered() == 0 { // whoever writes line by line is answered line by line
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d lines were not read", bad)
	}
	return nil
}

package app

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"nivaran/internal/copies"
	"nivaran/internal/linear"
)

type similarCmd struct {
	In       string   `arg:"" optional:"" default:"-" help:"JSON Lines {\"id\",\"a\",\"b\"}; - reads standard input."`
	Evaluate []string `placeholder:"FILE.csv" help:"Instead: compare the labelled pairs of these files and print precision and recall. A file has two columns whose names begin with text, and same (1 or 0) or verdict (duplicate, campaign or another)."`
	Split    string   `enum:"all,train,test" default:"all" help:"Which pairs to evaluate: test has those whose first text hashes (FNV-1a) to a multiple of five."`
}

func (*similarCmd) Help() string {
	return "Tells of each pair of texts whether they say the same: same (word for word, with five content words at least), propose (for a person to judge) or different, with a score and reasons. Needs no database."
}

// pairLine is a pair to compare, similarLine what was found.
type pairLine struct {
	ID any    `json:"id"`
	A  string `json:"a"`
	B  string `json:"b"`
}

type similarLine struct {
	ID      any            `json:"id"`
	Score   float64        `json:"score"`
	Verdict copies.Verdict `json:"verdict"`
	Reasons []string       `json:"reasons"`
}

func (cmd *similarCmd) Run(e *env) error {
	w := copies.New()
	if len(cmd.Evaluate) > 0 {
		return cmd.evaluate(e, w)
	}
	return cmd.compare(e, w)
}

// compare answers the pairs line by line.
func (cmd *similarCmd) compare(e *env, w *copies.Words) error {
	in := e.stdin
	if cmd.In != "-" {
		f, err := os.Open(cmd.In)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return answerLines(e, in, `{"id":"1","a":"…","b":"…"}`, func(line []byte) (any, error) {
		var p pairLine
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, err
		}
		return compared(w, p), nil
	})
}

func compared(w *copies.Words, p pairLine) similarLine {
	c := w.Compare(copies.Post{Reading: w.Read(p.A)}, copies.Post{Reading: w.Read(p.B)})
	line := similarLine{ID: p.ID, Score: float64(int(c.Score*1000+0.5)) / 1000, Verdict: c.Verdict, Reasons: []string{}}
	for _, r := range c.Reasons {
		line.Reasons = append(line.Reasons, strings.TrimSuffix(r.Code+": "+r.Words, ": "))
	}
	return line
}

func (cmd *similarCmd) evaluate(e *env, w *copies.Words) error {
	for _, name := range cmd.Evaluate {
		pairs, err := judgedPairs(name)
		if err != nil {
			return err
		}
		if cmd.Split != "all" {
			pairs = slices.DeleteFunc(pairs, func(p copies.Judged) bool { return p.Held() != (cmd.Split == "test") })
		}
		f := w.Evaluate(pairs)
		fmt.Fprintf(e.stdout, "%s (%s): %d pairs\n", name, cmd.Split, f.Pairs)
		for _, x := range []struct {
			name string
			linear.Share
		}{{"precision of proposals", f.Precision}, {"recall", f.Recall}, {"precision of same", f.Same}} {
			fmt.Fprintf(e.stdout, "  %-22s %.3f  (%d of %d, 95 %%: %.3f to %.3f)\n", x.name, x.Value(), x.Of, x.All, x.Low, x.High)
		}
	}
	return nil
}

// judgedPairs reads labelled pairs.
func judgedPairs(name string) ([]copies.Judged, error) {
	rows, err := csvRows(name)
	if err != nil {
		return nil, err
	}
	var texts []int
	for i, column := range rows[0] {
		if strings.HasPrefix(column, "text") {
			texts = append(texts, i)
		}
	}
	same, verdict := slices.Index(rows[0], "same"), slices.Index(rows[0], "verdict")
	if len(texts) != 2 || same < 0 && verdict < 0 {
		return nil, fmt.Errorf("%s: needs two columns whose names begin with text, and a column same or verdict", name)
	}
	var pairs []copies.Judged
	for _, row := range rows[1:] {
		p := copies.Judged{A: row[texts[0]], B: row[texts[1]]}
		if same >= 0 {
			p.Alike = row[same] == "1"
		} else {
			p.Alike = row[verdict] == "duplicate" || row[verdict] == "campaign"
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

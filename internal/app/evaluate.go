package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"nivaran/internal/linear"
)

type evaluateCmd struct {
	File       string `arg:"" placeholder:"FILE.csv" help:"Texts with their labels, one a row."`
	Model      string `placeholder:"MODEL" help:"Judge this model."`
	Split      bool   `help:"Instead: divide the file, every fifth to judge by (FNV-1a of the author, or of the text), train on the rest, and judge beside a plain linear baseline."`
	Folds      bool   `help:"Instead: let each of the five parts of that division judge in turn a model that was trained on the other four, and say it of all rows together: what chance does to one fifth is less."`
	LeaveOut   string `placeholder:"COLUMN" help:"Instead: for each value of the column train without it and judge on it."`
	Label      string `placeholder:"COLUMN" help:"Column of the label; by default the one the model was trained on."`
	Text       string `placeholder:"COLUMN" help:"Column of the text; by default the one the model was trained on."`
	Author     string `placeholder:"COLUMN" help:"Column of the author, for the division; by default author, where the file has it."`
	Least      int    `default:"1" help:"Leave out labels of fewer rows."`
	namesFlags `embed:""`
	JSON       bool `help:"Print one JSON object a result."`
}

func (*evaluateCmd) Help() string {
	return "Says how well labels are found: accuracy, macro-F1, top 3, calibration error, coverage at 90 and 95 % precision, per label and which were confused; of two labels also F1 and AUC of the one to be found, chosen as nivaran sort gives it. Intervals hold 95 % (bootstrap). Needs no database."
}

// result is a report with what was judged.
type result struct {
	What     string         `json:"what"`
	Learnt   int            `json:"learnt_from"`
	Report   linear.Report  `json:"report"`
	Baseline *linear.Report `json:"baseline,omitempty"`
}

func (cmd *evaluateCmd) Run(e *env) error {
	switch {
	case cmd.ways() != 1:
		return errors.New("evaluate: say one of --model MODEL, --split, --folds and --leave-out COLUMN")
	case cmd.Model != "" && cmd.Names != "":
		return errors.New("evaluate: --names goes with --split, --folds and --leave-out; a model was taught what it was taught")
	case cmd.Model != "":
		return cmd.model(e)
	case cmd.Label == "" || cmd.Text == "":
		return errors.New("evaluate: say the columns with --label and --text")
	}
	l, err := readLabelled(cmd.File, cmd.Label, cmd.Text, cmd.Author)
	if err != nil {
		return err
	}
	names, err := cmd.namesFlags.read()
	if err != nil {
		return err
	}
	l = l.frequent(cmd.Least)
	switch {
	case cmd.Split:
		train, test := l.split(0)
		return cmd.compare(e, "every fifth", train, test, names)
	case cmd.Folds:
		return cmd.folds(e, l, names)
	}
	return cmd.leaveOut(e, l, names)
}

// ways is how many ways of judging were asked for.
func (cmd *evaluateCmd) ways() int {
	n := 0
	for _, asked := range []bool{cmd.Model != "", cmd.Split, cmd.Folds, cmd.LeaveOut != ""} {
		if asked {
			n++
		}
	}
	return n
}

func (cmd *evaluateCmd) model(e *env) error {
	m, err := readModel(cmd.Model)
	if err != nil {
		return err
	}
	label, text := cmd.Label, cmd.Text
	if label == "" {
		label = m.About()["label"]
	}
	if text == "" {
		text = m.About()["text"]
	}
	l, err := readLabelled(cmd.File, label, text, cmd.Author)
	if err != nil {
		return err
	}
	return cmd.print(e, result{What: cmd.Model, Report: m.evaluate(l.frequent(cmd.Least).examples())})
}

func (cmd *evaluateCmd) leaveOut(e *env, l *labelledFile, names labelNames) error {
	c, err := l.column(cmd.LeaveOut)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, row := range l.rows {
		values[row[c]] = ""
	}
	for _, v := range sortedKeys(values) {
		train := l.only(func(row []string) bool { return row[c] != v })
		test := l.only(func(row []string) bool { return row[c] == v })
		if err := cmd.compare(e, "without "+v, train, test, names); err != nil {
			return err
		}
	}
	return nil
}

// compare trains ours and the baseline, and judges both.
func (cmd *evaluateCmd) compare(e *env, what string, train, test *labelledFile, names labelNames) error {
	if len(test.rows) == 0 {
		return fmt.Errorf("%s: %w", what, errNoRow)
	}
	p, err := judge(e.ctx, train, test, names)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return cmd.print(e, p.result(what, len(train.rows)))
}

var errNoRow = errors.New("no row is left to judge by: the file holds too few authors or texts that differ")

// folds lets every fifth of the rows judge once.
func (cmd *evaluateCmd) folds(e *env, l *labelledFile, names labelNames) error {
	var all pair
	least := len(l.rows)
	for part := range linear.Fifths {
		train, test := l.split(part)
		if len(test.rows) == 0 {
			continue
		}
		p, err := judge(e.ctx, train, test, names)
		if err != nil {
			return fmt.Errorf("without fifth %d: %w", part, err)
		}
		least = min(least, len(train.rows))
		all.ours, all.plain, all.decisive = append(all.ours, p.ours...), append(all.plain, p.plain...), p.decisive
	}
	if len(all.ours) == 0 {
		return errNoRow
	}
	return cmd.print(e, all.result("every fifth in turn", least))
}

// pair is what our model and the baseline said of the same texts.
type pair struct {
	ours, plain []linear.Judged
	decisive    string
}

// judge trains both and lets them judge.
func judge(ctx context.Context, train, test *labelledFile, names labelNames) (pair, error) {
	m, err := learn(ctx, train, names)
	if err != nil {
		return pair{}, err
	}
	p := pair{decisive: m.Decisive()}
	plain := linear.TrainBaseline(train.examples(), m.Decisive())
	for _, x := range test.examples() {
		p.ours = append(p.ours, linear.Judged{Label: x.Label, Said: m.predict(x.Text)})
		p.plain = append(p.plain, linear.Judged{Label: x.Label, Said: plain.Predict(x.Text)})
	}
	return p, nil
}

func (p pair) result(what string, learnt int) result {
	baseline := linear.Judge(p.plain, p.decisive)
	return result{what, learnt, linear.Judge(p.ours, p.decisive), &baseline}
}

// split divides the rows for measuring: those of one fifth judge.
func (l *labelledFile) split(part int) (train, test *labelledFile) {
	parts := linear.FifthOf(l.examples())
	side := func(judges bool) func([]string) bool {
		i := -1
		return func([]string) bool { i++; return (parts[i] == part) == judges }
	}
	return l.only(side(false)), l.only(side(true))
}

// frequent leaves out labels of fewer rows.
func (l *labelledFile) frequent(least int) *labelledFile {
	n := map[string]int{}
	for _, row := range l.rows {
		n[row[l.label]]++
	}
	return l.only(func(row []string) bool { return n[row[l.label]] >= least })
}

func (cmd *evaluateCmd) print(e *env, r result) error {
	if cmd.JSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	return printReport(e.stdout, r)
}

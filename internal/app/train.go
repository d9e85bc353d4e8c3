package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nivaran/internal/linear"
)

type trainCmd struct {
	From       string `required:"" placeholder:"FILE.csv" help:"Texts with their labels, one a row."`
	Label      string `required:"" placeholder:"COLUMN" help:"Column of the label."`
	Text       string `required:"" placeholder:"COLUMN" help:"Column of the text."`
	Group      string `placeholder:"COLUMN" help:"Column of what belongs together, as an author: confidence is fitted on others' texts. By default author, where the file has it."`
	namesFlags `embed:""`
	Out        string `placeholder:"MODEL" help:"File of the model; by default the name of FILE.csv with .model."`
}

func (*trainCmd) Help() string {
	return "Learns a model of one label column, for nivaran sort --model and nivaran evaluate --model. Columns whose values stand with one label only are taught as what it means. Needs no database."
}

func (cmd *trainCmd) Run(e *env) error {
	l, err := readLabelled(cmd.From, cmd.Label, cmd.Text, cmd.Group)
	if err != nil {
		return err
	}
	names, err := cmd.namesFlags.read()
	if err != nil {
		return err
	}
	start := time.Now()
	m, err := learn(e.ctx, l, names)
	if err != nil {
		return err
	}
	out := cmd.Out
	if out == "" {
		out = strings.TrimSuffix(filepath.Base(cmd.From), ".csv") + ".model"
	}
	size, err := writeModel(m.Model, out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "%s: %d labels from %d texts in %s, %.1f MB\n", out, len(m.Labels()), len(l.rows), time.Since(start).Round(10*time.Millisecond), float64(size)/1e6)
	return err
}

// learn teaches a model the rows, what else is known of the names of labels, and the shipped
// phrases where they help.
func learn(ctx context.Context, l *labelledFile, more labelNames) (labelModel, error) {
	about := map[string]string{"label": l.columns[l.label], "text": l.columns[l.text]}
	var cues *cueLevels
	if asksManner(len(l.labels())) {
		about[aboutCues] = "1"
		cues = newCueLevels()
	}
	m, err := linear.Train(ctx, cues.told(l.examples()), linear.Options{Names: l.names().with(more), About: about})
	return labelModel{m, cues}, err
}

// writeModel writes beside the file first, so that a model is there whole or not at all.
func writeModel(m *linear.Model, name string) (size int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".model-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	size, err = m.WriteTo(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	return size, os.Rename(f.Name(), name)
}

func readModel(name string) (m labelModel, err error) {
	f, err := os.Open(name)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	read, err := linear.Read(f)
	if err != nil {
		return m, fmt.Errorf("%s: %w", name, err)
	}
	return newLabelModel(read), nil
}

package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// labelNames are, by label, texts that say what it means.
type labelNames map[string][]string

// with adds the texts of more.
func (n labelNames) with(more labelNames) labelNames {
	for label, texts := range more {
		n[label] = append(n[label], texts...)
	}
	return n
}

// namesFlags say where else labels are named, as in the tree of an office's matters.
type namesFlags struct {
	Names      string   `placeholder:"FILE.csv" help:"Names of what belongs to the labels, one a row, as in a tree of categories: helps where a label has few examples."`
	NamesLabel string   `placeholder:"COLUMN" help:"Column of the label in --names."`
	NamesText  []string `placeholder:"COLUMN,…" help:"Columns of the names in --names."`
}

// read joins the names of a column that stand with one label to one text, so that a label
// with many of them does not outweigh its examples.
func (f namesFlags) read() (labelNames, error) {
	if f.Names == "" && f.NamesLabel == "" && len(f.NamesText) == 0 {
		return nil, nil
	}
	if f.Names == "" || f.NamesLabel == "" || len(f.NamesText) == 0 {
		return nil, errors.New("--names FILE.csv, --names-label COLUMN and --names-text COLUMN go together")
	}
	names := labelNames{}
	for _, column := range f.NamesText {
		l, err := readLabelled(f.Names, f.NamesLabel, column, "")
		if err != nil {
			return nil, fmt.Errorf("--names: %w", err)
		}
		names = names.with(l.joined())
	}
	return names, nil
}

// joined is one text a label of all that differs in the text column.
func (l *labelledFile) joined() labelNames {
	of := map[string][]string{}
	for _, row := range l.rows {
		if !slices.Contains(of[row[l.label]], row[l.text]) {
			of[row[l.label]] = append(of[row[l.label]], row[l.text])
		}
	}
	names := labelNames{}
	for label, texts := range of {
		names[label] = []string{strings.Join(texts, " . ")}
	}
	return names
}

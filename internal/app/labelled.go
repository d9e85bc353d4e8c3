package app

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"

	"nivaran/internal/linear"
)

// labelledFile is a CSV file of texts whose label stands in a column.
type labelledFile struct {
	columns []string
	rows    [][]string
	label   int
	text    int
	group   int // -1: none
}

// readLabelled reads the file and finds its columns; group may be empty: then "author" is
// taken if there is such a column. Rows without text or label are left out.
func readLabelled(name, label, text, group string) (*labelledFile, error) {
	rows, err := csvRows(name)
	if err != nil {
		return nil, err
	}
	l, err := labelledRows(rows, label, text, group)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return l, nil
}

// csvRows reads a CSV file, the head first; an empty one is an error.
func csvRows(name string) ([][]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err == nil && len(rows) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	rows[0][0] = strings.TrimPrefix(rows[0][0], "\ufeff") // as spreadsheets write it
	return rows, nil
}

func labelledRows(rows [][]string, label, text, group string) (*labelledFile, error) {
	l := &labelledFile{columns: rows[0]}
	var err error
	if l.label, err = l.column(label); err != nil {
		return nil, err
	}
	if l.text, err = l.column(text); err != nil {
		return nil, err
	}
	l.group = slices.Index(l.columns, "author")
	if group != "" {
		if l.group, err = l.column(group); err != nil {
			return nil, err
		}
	}
	for _, row := range rows[1:] {
		if strings.TrimSpace(row[l.label]) != "" && strings.TrimSpace(row[l.text]) != "" {
			l.rows = append(l.rows, row)
		}
	}
	if len(l.rows) == 0 {
		return nil, errors.New("no row has both a text and a label")
	}
	return l, nil
}

func (l *labelledFile) column(name string) (int, error) {
	i := slices.Index(l.columns, name)
	if i < 0 {
		return 0, fmt.Errorf("there is no column %q; there are %s", name, strings.Join(l.columns, ", "))
	}
	return i, nil
}

// examples are the rows as a model learns them.
func (l *labelledFile) examples() []linear.Example {
	out := make([]linear.Example, len(l.rows))
	for i, row := range l.rows {
		out[i] = linear.Example{Text: row[l.text], Label: row[l.label]}
		if l.group >= 0 {
			out[i].Group = row[l.group]
		}
	}
	return out
}

// only keeps the rows of the examples.
func (l *labelledFile) only(keep func(row []string) bool) *labelledFile {
	kept := *l
	kept.rows = nil
	for _, row := range l.rows {
		if keep(row) {
			kept.rows = append(kept.rows, row)
		}
	}
	return &kept
}

// labels are those of the rows.
func (l *labelledFile) labels() map[string]bool {
	labels := map[string]bool{}
	for _, row := range l.rows {
		labels[row[l.label]] = true
	}
	return labels
}

// names are texts beside the rows that say what a label means: the values of columns that
// each stand with one label only, as the name of an organisation or its branch does.
func (l *labelledFile) names() labelNames {
	names := labelNames{}
	labels := l.labels()
	if len(labels) < fewestNamed {
		return names
	}
	for c := range l.columns {
		if c == l.label || c == l.text || c == l.group {
			continue
		}
		of := l.labelOf(c)
		named := map[string]bool{}
		for _, label := range of {
			named[label] = true
		}
		if 2*len(named) <= len(labels) {
			continue
		}
		for _, value := range sortedKeys(of) {
			names[of[value]] = append(names[of[value]], value)
		}
	}
	return names
}

// fewestNamed is from how many labels names are looked for: what goes along with a yes or
// no is an outcome of it, not its meaning.
const fewestNamed = 3

// labelOf gives to each value of a column the one label that it stands with; nothing when
// a value stands with two, holds no words, or most values stand but once.
func (l *labelledFile) labelOf(column int) map[string]string {
	of := map[string]string{}
	filled := 0
	for _, row := range l.rows {
		value := strings.TrimSpace(row[column])
		if value == "" {
			continue
		}
		filled++
		if !strings.ContainsFunc(value, unicode.IsLetter) {
			return nil
		}
		if label, ok := of[value]; ok && label != row[l.label] {
			return nil
		}
		of[value] = row[l.label]
	}
	if 5*len(of) > 4*filled {
		return nil
	}
	return of
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

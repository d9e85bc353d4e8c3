package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"nivaran/internal/linear"
	"nivaran/internal/text"
)

type evaluateLanguageCmd struct {
	File  string `arg:"" help:"CSV file with a head, or JSON Lines (.jsonl)."`
	Text  string `default:"text" help:"Column or field of the text."`
	Label string `default:"label" help:"Column or field of the language: en, hi, hi-Latn, pa, ur, mr, mixed, or with its script as in hi-Deva; ur-Latn counts as hi-Latn."`
	Are   string `placeholder:"LANGUAGE" help:"Instead of a column: every text of the file is in this language."`
	Split string `enum:"all,train,test" default:"all" help:"Which rows: test has those whose normal form hashes (FNV-1a) to a multiple of five; the model never learned from them."`
}

func (*evaluateLanguageCmd) Help() string {
	return "Tells how often the language of a text is recognised: accuracy, recall of each language, and what was taken for what. Needs no database."
}

func (cmd *evaluateLanguageCmd) Run(e *env) error {
	read := csvRows
	if strings.HasSuffix(cmd.File, ".jsonl") {
		read = cmd.jsonRows
	}
	rows, err := read(cmd.File)
	if err != nil {
		return err
	}
	t, err := cmd.tally(rows)
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.File, err)
	}
	t.print(e.stdout, fmt.Sprintf("%s (%s)", cmd.File, cmd.Split))
	return nil
}

// jsonRows reads the two fields into rows with a head.
func (cmd *evaluateLanguageCmd) jsonRows(name string) ([][]string, error) {
	rows := [][]string{{cmd.Text, cmd.Label}}
	err := eachLine(name, func(n int, line []byte) error {
		var object map[string]any
		if err := json.Unmarshal(line, &object); err != nil {
			return fmt.Errorf("%s, line %d: write one JSON object a line: %w", name, n, err)
		}
		said, _ := object[cmd.Text].(string)
		label, _ := object[cmd.Label].(string)
		rows = append(rows, []string{said, label})
		return nil
	})
	return rows, err
}

// languageTally counts how often texts of a language (first) were taken for another (second).
type languageTally map[[2]string]int

func (cmd *evaluateLanguageCmd) tally(rows [][]string) (languageTally, error) {
	texts, labels := slices.Index(rows[0], cmd.Text), slices.Index(rows[0], cmd.Label)
	if texts < 0 || labels < 0 && cmd.Are == "" {
		return nil, fmt.Errorf("needs the columns %q and %q: name others with --text and --label, or say --are", cmd.Text, cmd.Label)
	}
	t := languageTally{}
	for _, row := range rows[1:] {
		if cmd.Split != "all" && text.HeldBack(row[texts]) != (cmd.Split == "test") {
			continue
		}
		want := cmd.Are
		if want == "" {
			want = languageOf(row[labels])
		}
		t[[2]string{want, text.Language(row[texts])}]++
	}
	return t, nil
}

// languageOf reads a label that may name the script.
func languageOf(label string) string {
	switch language, script, _ := strings.Cut(label, "-"); {
	case label == "ur-Latn":
		return "hi-Latn"
	case script == "Latn":
		return label
	default:
		return language
	}
}

func (t languageTally) print(out io.Writer, title string) {
	all, right := map[string]int{}, map[string]int{}
	rows, good := 0, 0
	for k, n := range t {
		all[k[0]] += n
		rows += n
		if k[0] == k[1] {
			right[k[0]] += n
			good += n
		}
	}
	fmt.Fprintf(out, "%s: %d texts\n", title, rows)
	show := func(name string, of, all int) {
		s := linear.ShareOf(of, all)
		fmt.Fprintf(out, "  %-18s %.4f  (%d of %d, 95 %%: %.4f to %.4f)\n", name, s.Value(), of, all, s.Low, s.High)
	}
	show("accuracy", good, rows)
	for _, language := range slices.Sorted(maps.Keys(all)) {
		show(language, right[language], all[language])
	}
	wrong := slices.SortedFunc(maps.Keys(t), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(t[b], t[a]), cmp.Compare(a[0]+a[1], b[0]+b[1]))
	})
	for _, k := range wrong {
		if k[0] != k[1] {
			show(k[0]+" as "+k[1], t[k], all[k[0]])
		}
	}
}

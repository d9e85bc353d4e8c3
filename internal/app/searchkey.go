package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"nivaran/internal/text"
)

type searchKeyCmd struct {
	Evaluate   string `help:"Measure instead: a file with a word and its spellings on each line, separated by tabs or spaces." placeholder:"FILE"`
	Vocabulary string `help:"With --evaluate: a file of words, one a line, among which false partners are counted." placeholder:"FILE"`
	Misses     bool   `help:"With --evaluate: print what did not find each other, and the false partners."`
}

// longestLine is how long a line of the input may be, in bytes.
const longestLine = 1 << 20

// Run prints one line of JSON for each line of the input, or measures the keys.
func (cmd *searchKeyCmd) Run(e *env) error {
	if cmd.Evaluate != "" {
		return cmd.measure(e.stdout)
	}
	out := bufio.NewWriter(e.stdout)
	answers := json.NewEncoder(out)
	lines := bufio.NewScanner(e.stdin)
	lines.Buffer(nil, longestLine)
	n := 1
	for ; lines.Scan(); n++ {
		tokens := text.Tokens(lines.Text())
		if tokens == nil {
			tokens = []string{}
		}
		if err := answers.Encode(struct {
			Tokens []string `json:"tokens"`
		}{tokens}); err != nil {
			return err
		}
	}
	err := lines.Err()
	if err != nil {
		err = fmt.Errorf("line %d: %w: a line may have %d bytes; cut it into several", n, err, longestLine)
	}
	return errors.Join(err, out.Flush())
}

// spelt is a word and one of its spellings.
type spelt struct{ word, spelling string }

func (cmd *searchKeyCmd) measure(out io.Writer) error {
	pairs, err := readSpellings(cmd.Evaluate)
	if err != nil {
		return err
	}
	var vocabulary []string
	if cmd.Vocabulary != "" {
		if vocabulary, err = readWords(cmd.Vocabulary); err != nil {
			return err
		}
	}
	f := keyFigures(pairs, vocabulary)
	f.print(out, cmd.Misses)
	return nil
}

// readSpellings reads lines of a word and its spellings; a number is a count and no word.
func readSpellings(file string) ([]spelt, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var pairs []spelt
	for line := range strings.Lines(string(body)) {
		fields := strings.Fields(line)
		for i := 1; i < len(fields); i++ {
			if strings.Trim(fields[i], "0123456789") != "" {
				pairs = append(pairs, spelt{fields[0], fields[i]})
			}
		}
	}
	if len(pairs) == 0 {
		return nil, fmt.Errorf("%s: no line has a word and a spelling, separated by a tab or a space", file)
	}
	return pairs, nil
}

func readWords(file string) ([]string, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var words []string
	seen := map[string]bool{}
	for _, w := range strings.Fields(string(body)) {
		if !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words, nil
}

package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSearchKeysOfLines(t *testing.T) {
	var out strings.Builder
	e := &env{ctx: t.Context(), stdin: strings.NewReader("paani nahi\n\nपानी नहीं, GRV-2026-0042117\n"), stdout: &out}
	if err := (&searchKeyCmd{}).Run(e); err != nil {
		t.Fatal(err)
	}
	want := `{"tokens":["pani","nahi"]}
{"tokens":[]}
{"tokens":["pani","nahi","grv20260042117"]}
`
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
}

func TestSearchKeysAreMeasured(t *testing.T) {
	dir := t.TempDir()
	pairs, words := filepath.Join(dir, "pairs.tsv"), filepath.Join(dir, "words.txt")
	write := func(file, body string) {
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(pairs, "पानी\tpaani\t3\nसड़क\troad sadak\n")
	write(words, "मत्था मट्ठा सड़क सड़कों जल")
	var out strings.Builder
	e := &env{ctx: t.Context(), stdout: &out}
	if err := (&searchKeyCmd{Evaluate: pairs, Vocabulary: words}).Run(e); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 words with 3 spellings: 2 find each other", "5 words: 2 have the key of a word that is no form", "4 have the key of any other"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in %s", want, out.String())
		}
	}
}

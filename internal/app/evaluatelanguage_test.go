package app

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
)

func evaluateLanguage(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, problems bytes.Buffer
	err := Run(t.Context(), append([]string{"evaluate-language"}, args...), func(string) string { return "" }, &out, &problems)
	return out.String(), err
}

func TestEvaluateLanguage(t *testing.T) {
	file := fileOf(t, "labelled.csv", "label,text\nhi-Deva,सड़क पर गड्ढे ही गड्ढे हैं\nur-Latn,koi nahi sunta yahan\nen,the street is full of holes\nmr,koi nahi sunta yahan\n")
	out, err := evaluateLanguage(t, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"4 texts", "accuracy           0.7500  (3 of 4", "hi-Latn            1.0000", "mr as hi-Latn      1.0000  (1 of 1"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if out, err = evaluateLanguage(t, "--are", "en", "--label", "none", file); err != nil || !strings.Contains(out, "en as hi-Latn      0.5000  (2 of 4") {
		t.Errorf("all are English: %v\n%s", err, out)
	}
	lines := fileOf(t, "posts.jsonl", `{"text":"koi nahi sunta yahan","language":"hi-Latn"}`+"\n"+`{"text":"the street is full of holes","language":"hi"}`)
	if out, err = evaluateLanguage(t, "--label", "language", lines); err != nil || !strings.Contains(out, "(1 of 2") {
		t.Errorf("JSON Lines: %v\n%s", err, out)
	}
	if _, err = evaluateLanguage(t, "--label", "language", file); err == nil || !strings.Contains(err.Error(), "--label") {
		t.Errorf("no such column: %v", err)
	}
}

func TestEvaluateLanguageSplits(t *testing.T) {
	file := fileOf(t, "many.csv", "label,text\n"+strings.Repeat("en,one two\nen,three four\nen,five six\nen,seven eight\nen,nine ten\nen,eleven twelve\n", 5))
	counts := map[string]int{}
	for _, split := range []string{"all", "train", "test"} {
		out, err := evaluateLanguage(t, "--split", split, file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 31 {
			if strings.Contains(out, ": "+strconv.Itoa(i)+" texts") {
				counts[split] = i
			}
		}
	}
	if counts["all"] != 30 || counts["train"]+counts["test"] != 30 || counts["train"] == 0 {
		t.Errorf("splits = %v", counts)
	}
}

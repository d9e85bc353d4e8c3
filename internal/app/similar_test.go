package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func similar(t *testing.T, args ...string) (out, problems string, err error) {
	t.Helper()
	var o, p bytes.Buffer
	err = Run(t.Context(), append([]string{"similar"}, args...), func(string) string { return "" }, &o, &p)
	return o.String(), p.String(), err
}

func fileOf(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSimilar(t *testing.T) {
	out, problems, err := similar(t, fileOf(t, "pairs.jsonl", `{"id":"p1","a":"सेक्टर 14 हिसार में तीन दिन से पानी नहीं आ रहा है","b":"No water in sector 14 Hisar for three days"}
no pair

{"id":2,"a":"Lift of the Palwal court is out of order since Holi","b":"lift of the palwal court is out of order since holi."}
{"id":3,"a":"","b":""}`))
	if err == nil || !strings.Contains(problems, "line 2") {
		t.Errorf("a line that is no pair: %v, %q", err, problems)
	}
	want := []string{"propose", "same", "different"}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != len(want) {
		t.Fatalf("answers:\n%s", out)
	}
	for i, line := range lines {
		var got struct {
			ID      any
			Score   float64
			Verdict string
			Reasons []string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if got.Verdict != want[i] || got.ID == nil || len(got.Reasons) == 0 {
			t.Errorf("pair %d = %+v, want %s", i+1, got, want[i])
		}
	}
}

func TestSimilarEvaluate(t *testing.T) {
	file := fileOf(t, "judged.csv", "verdict,text_a,text_b\ncampaign,Lift of the Palwal court is out of order since Holi,lift of the palwal court is out of order since holi\ngeneric,Clean the road,clean the road\n")
	out, _, err := similar(t, "--evaluate", file)
	if err != nil || !strings.Contains(out, "2 pairs") || !strings.Contains(out, "(1 of 1,") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, _, err := similar(t, "--evaluate", fileOf(t, "odd.csv", "a,b\n1,2\n")); err == nil || !strings.Contains(err.Error(), "same or verdict") {
		t.Errorf("a file without labels: %v", err)
	}
}

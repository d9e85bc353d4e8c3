package app

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// grievances writes a file of invented texts of three offices, with the name of each.
func grievances(t testing.TB, n int) string {
	t.Helper()
	of := []struct{ code, name, words string }{
		{"power", "Electricity board", "bijli transformer voltage meter pole"},
		{"water", "Public Health Engineering", "paani nal tanker pipe tubewell"},
		{"roads", "Public Works roads branch", "sadak gaddha pothole divider pulia"},
	}
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("\ufeffid,office,office_name,author,place,text\n")
	for i := range n {
		o := of[i%len(of)]
		words := slices.Concat(strings.Fields(o.words), strings.Fields("hamare gaon nahi sir please kharab din wala koi suno"))
		random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		fmt.Fprintf(&b, "p%d,%s,%s,a%d,%s,\"%s, thanks\"\n", i, o.code, o.name, i/2, []string{"Hisar", "Hansi"}[i%2], strings.Join(words[:9], " "))
	}
	file := filepath.Join(t.TempDir(), "posts.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, problems strings.Builder
	err := Run(t.Context(), args, func(string) string { return "" }, &out, &problems)
	return out.String(), err
}

func TestTrainSortEvaluate(t *testing.T) {
	file := grievances(t, 150)
	model := filepath.Join(t.TempDir(), "office.model")
	trained, err := run(t, "train", "--from", file, "--label", "office", "--text", "text", "--out", model)
	if err != nil || !strings.Contains(trained, "3 labels from 150 texts") {
		t.Fatalf("train: %v\n%s", err, trained)
	}
	var sorted, told strings.Builder
	posts := strings.NewReader(`{"id":"x1","text":"nal me paani nahi","channel":"x"}` + "\n\n{broken\n" + `{"id":7,"text":"the electricity board"}` + "\n" + `{"id":"x2"}`)
	err = (&sortCmd{Model: model}).Run(&env{ctx: t.Context(), stdin: posts, stdout: &sorted, stderr: &told})
	out, problems := sorted.String(), told.String()
	if err == nil || !strings.Contains(problems, "line 3:") || !strings.Contains(problems, "line 5: there is no text") {
		t.Errorf("bad lines: %v, %s", err, problems)
	}
	var first []string
	for line := range strings.Lines(out) {
		var l labelledLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, c := range l.Candidates {
			sum += c.Confidence
		}
		if sum < 0.99 || sum > 1.000001 {
			t.Errorf("%s: confidences make %v", line, sum)
		}
		first = append(first, string(l.ID)+" "+l.Candidates[0].Label)
	}
	if !slices.Equal(first, []string{`"x1" water`, `7 power`}) {
		t.Errorf("sorted %v", first)
	}
	out, err = run(t, "evaluate", "--model", model, file, "--json")
	var r result
	if err != nil || json.Unmarshal([]byte(out), &r) != nil || r.Report.Texts != 150 || r.Report.Accuracy.Value < 0.95 {
		t.Errorf("evaluate: %v\n%s", err, out)
	}
}

func TestEvaluateSplit(t *testing.T) {
	file := grievances(t, 300)
	out, err := run(t, "evaluate", "--split", file, "--label", "office", "--text", "text")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"texts judged", "baseline", "macro-F1", "coverage at 95 % precision", "water"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q:\n%s", want, out)
		}
	}
	out, err = run(t, "evaluate", "--folds", file, "--label", "office", "--text", "text", "--json")
	var r result
	if err != nil || json.Unmarshal([]byte(out), &r) != nil || r.Report.Texts != 300 || r.Baseline.Texts != 300 || r.Learnt >= 300 {
		t.Errorf("folds: %v\n%s", err, out)
	}
	out, err = run(t, "evaluate", "--leave-out", "place", file, "--label", "office", "--text", "text", "--json")
	if err != nil || strings.Count(out, "\n") != 2 || !strings.Contains(out, `"what":"without Hisar"`) {
		t.Errorf("leave-out: %v\n%s", err, out)
	}
}

func TestEvaluateAsks(t *testing.T) {
	file := grievances(t, 30)
	for _, args := range [][]string{
		{"evaluate", file},
		{"evaluate", "--split", "--leave-out", "place", file, "--label", "office", "--text", "text"},
		{"evaluate", "--split", "--folds", file, "--label", "office", "--text", "text"},
		{"evaluate", "--split", file},
		{"evaluate", "--folds", file, "--label", "office", "--text", "text", "--least", "31"},
		{"evaluate", "--split", file, "--label", "nothing", "--text", "text"},
		{"evaluate", "--model", file, file},
		{"evaluate", "--model", file, "--names", file, file},
	} {
		if _, err := run(t, args...); err == nil {
			t.Errorf("%v went through", args[1:])
		}
	}
}

// Names are columns that go along with one label each; what is each row's own is none.
func TestNames(t *testing.T) {
	l, err := readLabelled(grievances(t, 60), "office", "text", "")
	if err != nil {
		t.Fatal(err)
	}
	got := l.names()
	if len(got) != 3 || !slices.Equal(got["power"], []string{"Electricity board"}) {
		t.Errorf("names %v", got)
	}
	if l.label = slices.Index(l.columns, "place"); len(l.names()) != 0 {
		t.Errorf("names of two labels: %v", l.names())
	}
}

// A word that only the tree of names holds finds the label that it names.
func TestNamesOfTree(t *testing.T) {
	dir := t.TempDir()
	tree := filepath.Join(dir, "tree.csv")
	rows := "office,en,hi\npower,Streetlight maintenance,खंभा\npower,Streetlight maintenance,दीपक\nwater,Sewerage overflow,गटर\nroads,Culvert collapse,पुल\n"
	if err := os.WriteFile(tree, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	names, err := namesFlags{tree, "office", []string{"en", "hi"}}.read()
	if err != nil || !slices.Equal(names["power"], []string{"Streetlight maintenance", "खंभा . दीपक"}) {
		t.Fatalf("names %v, %v", names, err)
	}
	l, err := readLabelled(grievances(t, 60), "office", "text", "")
	if err != nil {
		t.Fatal(err)
	}
	m, err := learn(t.Context(), l, names)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"गटर": "water", "culvert": "roads", "streetlight": "power"} {
		if got := m.predict(text)[0].Label; got != want {
			t.Errorf("%s: %s, not %s", text, got, want)
		}
	}
	for _, args := range [][]string{
		{"--names", tree},
		{"--names", tree, "--names-label", "office"},
		{"--names", tree, "--names-label", "office", "--names-text", "nothing"},
		{"--names-text", "en"},
	} {
		from := append([]string{"train", "--from", grievances(t, 60), "--label", "office", "--text", "text", "--out", filepath.Join(dir, "m")}, args...)
		if _, err := run(t, from...); err == nil {
			t.Errorf("%v went through", args)
		}
	}
}

package app

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func sortPosts(t *testing.T, cmd sortCmd, lines string) (string, string, error) {
	t.Helper()
	var out, told strings.Builder
	err := cmd.Run(&env{ctx: t.Context(), stdin: strings.NewReader(lines), stdout: &out, stderr: &told})
	return out.String(), told.String(), err
}

func TestSortPosts(t *testing.T) {
	out, told, err := sortPosts(t, sortCmd{}, `{"id":"a","text":"सेक्टर 14 हिसार में 3 दिन से बिजली नहीं है","channel":"x","account":"cm","author":"u1"}`+"\n"+
		`{"id":2,"text":"पानी नहीं आ रहा","account":"dist:Rohtak"}`+"\n"+`{"id":3}`+"\n"+`{"id":"s","text":"Happy Diwali to all friends"}`+"\n")
	if err == nil || !strings.Contains(told, "line 3: there is no text") {
		t.Errorf("a bad line: %v, %s", err, told)
	}
	var got []map[string]any
	for line := range strings.Lines(out) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		got = append(got, one)
	}
	if len(got) != 3 {
		t.Fatalf("%d lines: %s", len(got), out)
	}
	want := []string{"against_officer", "candidates", "department", "department_confidence", "district", "district_confidence", "id", "kind", "kind_confidence", "language", "places", "reasons", "urgency"}
	if keys := slices.Sorted(maps.Keys(got[0])); !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
	if a := got[0]; a["id"] != "a" || a["kind"] != "grievance" || a["department"] != "power" || a["district"] != "Hisar" || a["language"] != "hi" || len(a["reasons"].([]any)) == 0 {
		t.Errorf("power in Hisar → %v", a)
	}
	if b := got[1]; b["id"] != 2.0 || b["department"] != "public_health" || b["district"] != "Rohtak" {
		t.Errorf("water at Rohtak's account → %v", b)
	}
	if c := got[2]; c["kind"] != "not_for_us" || c["not_reason"] != "spam" {
		t.Errorf("a wish → %v", c)
	}
}

func TestSortEvaluate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "posts.jsonl")
	rows := `{"id":"1","text":"bijli nahi aa rahi","kind":"grievance","department":"uhbvn","urgency":"urgent"}` + "\n" +
		`{"id":"2","text":"Happy Diwali to all friends","kind":"grievance","department":"power","urgency":"ordinary"}` + "\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "sort", "--evaluate", file, "--wrong")
	if err != nil || !strings.Contains(out, "posts                 2") || !strings.Contains(out, `"2": kind is grievance, said not_for_us`) || !strings.Contains(out, "kind                  0.500") {
		t.Errorf("%v\n%s", err, out)
	}
}

// A line without end is told of and passed over; what follows is answered.
func TestLongLines(t *testing.T) {
	var out, told strings.Builder
	posts := strings.NewReader(`{"id":1,"text":"` + strings.Repeat("a", 3*longestLine) + "\"}\n\r\n" + `{"id":2,"text":"paani nahi aa raha"}`)
	err := (&sortCmd{}).Run(&env{ctx: t.Context(), stdin: posts, stdout: &out, stderr: &told})
	if err == nil || !strings.HasPrefix(told.String(), "line 1: it is longer than") || strings.Count(told.String(), "\n") != 1 {
		t.Errorf("%v, %.200q", err, told.String())
	}
	if !strings.HasPrefix(out.String(), `{"id":2,`) || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("%.200q", out.String())
	}
	out.Reset()
	err = (&searchKeyCmd{}).Run(&env{ctx: t.Context(), stdin: strings.NewReader("pani\n" + strings.Repeat("a", 2*longestLine)), stdout: &out})
	if err == nil || !strings.HasPrefix(err.Error(), "line 2:") || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("search-key: %v, %.200q", err, out.String())
	}
}

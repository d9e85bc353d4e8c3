package app

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// imports runs `nivaran import` and gives what it printed of each item.
func imports(t *testing.T, data, channel, file string) (lines []map[string]any) {
	t.Helper()
	var out, log bytes.Buffer
	args := []string{"import", "--channel", channel, "--json", "--data", data, file}
	if err := Run(t.Context(), args, func(string) string { return "" }, &out, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	for dec := json.NewDecoder(&out); dec.More(); {
		var line map[string]any
		if err := dec.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

func results(lines []map[string]any) (all []string) {
	for _, l := range lines {
		all = append(all, l["result"].(string))
	}
	return all
}

func TestImportSaysWhatBecameOfEachPost(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "posts.jsonl")
	const post = `{"id":"1985000000000000001","text":"No water in ward 9 of Hisar","author_id":"5","conversation_id":"1985000000000000001","created_at":"2026-11-02T10:00:00.000Z"}`
	lines := post + "\n" + post + "\n" + `{"id":"1985000` + "\n" + `{"hello":1}` + "\n"
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	got := imports(t, data, "x", file)
	if want := []string{"stored", "duplicate", "unreadable", "ignored"}; !slices.Equal(results(got), want) {
		t.Fatalf("results %v, want %v", results(got), want)
	}
	if got[0]["text"] != "No water in ward 9 of Hisar" || got[0]["external_id"] != "1985000000000000001" || got[2]["what"] == "" {
		t.Errorf("printed %v", got)
	}
	if again, want := imports(t, data, "x", file), []string{"duplicate", "duplicate", "unreadable", "ignored"}; !slices.Equal(results(again), want) {
		t.Errorf("again: %v, want %v", results(again), want)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "nivaran.db"))
	must(t, err)
	defer db.Close()
	var bodies int
	must(t, db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM deliveries WHERE state = 'unreadable'`).Scan(&bodies))
	if bodies != 1 {
		t.Errorf("%d unreadable lines kept, want it once", bodies)
	}
}

func TestImportSaysWhatBecameOfEachLetter(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "one.eml")
	letter := "From: Asha <asha@example.org>\r\nTo: cm@example.org\r\nSubject: Water\r\nMessage-ID: <one@example.org>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0530\r\n\r\nNo water for four days.\r\n\r\nOn Sun, 1 Nov 2026 at 10:00, Binod <b@example.org> wrote:\r\n> and before\r\n"
	if err := os.WriteFile(file, []byte(letter), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	first, again := imports(t, data, "email", file), imports(t, data, "email", file)
	if got := append(results(first), results(again)...); !slices.Equal(got, []string{"stored", "duplicate"}) {
		t.Fatalf("results %v", got)
	}
	if l := first[0]; l["text"] != "No water for four days." || l["message_id"] != "<one@example.org>" && l["message_id"] != "one@example.org" || l["from"] != "asha@example.org" || l["case"] != "" {
		t.Errorf("printed %v", l)
	}
}

package x_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nivaran/internal/connector"
	"nivaran/internal/connector/x"
	"nivaran/internal/grievance"
)

// Each file in testdata is a line of an archive in X's shape, invented; its golden file
// holds what we make of it. UPDATE=1 rewrites them.
func TestReadLine(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			line, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b, err := x.ReadLine(line, "1001")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".json")+".golden", b.Items)
		})
	}
}

func golden(t *testing.T, name string, items []connector.Item) {
	t.Helper()
	for i := range items {
		items[i].Post.Raw = nil // TestRawReadsAgain
	}
	raw, err := json.Marshal(items)
	if err != nil {
		t.Fatal(err)
	}
	var shown any
	if err := json.Unmarshal(raw, &shown); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(filled(shown)); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), want) {
		t.Errorf("%s differs; got:\n%s", name, buf.Bytes())
	}
}

// filled drops the fields that say nothing, so that a golden file shows what was read.
func filled(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = filled(v[i])
		}
	case map[string]any:
		for k, field := range v {
			switch f := filled(field); f {
			case nil, "", false, "0", "0001-01-01T00:00:00Z":
				delete(v, k)
			default:
				v[k] = f
			}
		}
		if len(v) == 0 {
			return nil
		}
	}
	return v
}

// What is kept of a post must give the same post again, alone.
func TestRawReadsAgain(t *testing.T) {
	line, err := os.ReadFile("testdata/mentions.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := x.ReadLine(line, "1001")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, it := range b.Items {
		if it.What != connector.ItemNew && it.What != connector.ItemEdited {
			continue
		}
		seen++
		again, err := x.ReadLine(it.Post.Raw, "1001")
		if err != nil || len(again.Items) != 1 {
			t.Fatalf("read again: %v, %d items", err, len(again.Items))
		}
		got, want := again.Items[0].Post, it.Post
		if got.Text != want.Text || got.Author != want.Author || got.Form != want.Form ||
			!slices.Equal(got.Mentions, want.Mentions) || len(got.Media) != len(want.Media) || got.Place != want.Place {
			t.Errorf("read again = %+v, want %+v", got, want)
		}
		if bytes.Contains(it.Post.Raw, []byte("बिजली")) != strings.Contains(want.Text, "बिजली") {
			t.Error("the bytes hold another citizen's words")
		}
	}
	if seen != 2 {
		t.Errorf("%d posts, want 2", seen)
	}
}

func TestReadLineRefuses(t *testing.T) {
	for _, line := range []string{``, `{`, `[]`, `{"data":[1`, `{"id":"x","text":"no id"}`, `{"data":"text"}`} {
		if b, err := x.ReadLine([]byte(line)); err == nil {
			t.Errorf("%q was read as %+v", line, b.Items)
		}
	}
	b, err := x.ReadLine([]byte(`{"hello":1}`))
	if err != nil || len(b.Items) != 1 || b.Items[0].What != connector.ItemIgnored {
		t.Errorf("a foreign object = %+v, %v; want ignored", b.Items, err)
	}
}

// Without knowing our accounts a reply that calls somebody is a mention.
func TestFormWithoutAccounts(t *testing.T) {
	const reply = `{"id":"1985000000000000021","text":"@a hello @b","referenced_tweets":[{"type":"replied_to","id":"1985000000000000020"}],"entities":{"mentions":[{"username":"a","id":"7"}%s]}}`
	for more, want := range map[string]grievance.Form{``: grievance.Comment, `,{"username":"b","id":"8"}`: grievance.Mention} {
		b, err := x.ReadLine([]byte(strings.Replace(reply, "%s", more, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Items[0].Post.Form; got != want {
			t.Errorf("with %q: %s, want %s", more, got, want)
		}
	}
}

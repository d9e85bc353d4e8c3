package facebook_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nivaran/internal/connector"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/grievance"
)

// Each file in testdata is a line of an archive, a webhook's body in Facebook's shape,
// invented; its golden file holds what we make of it. UPDATE=1 rewrites them.
func TestReadLine(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b := line(t, file)
			golden(t, strings.TrimSuffix(file, ".json")+".golden", b.Items)
		})
	}
}

func line(t *testing.T, file string) connector.Batch {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := facebook.ReadLine(raw)
	if err != nil || !b.Done {
		t.Fatalf("ReadLine = done %v, %v", b.Done, err)
	}
	return b
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
	for _, file := range []string{"feed", "verbs", "mentions", "messages"} {
		for _, it := range line(t, "testdata/"+file+".json").Items {
			if it.What != connector.ItemNew && it.What != connector.ItemEdited {
				continue
			}
			again, err := facebook.ReadLine(it.Post.Raw)
			if err != nil || len(again.Items) != 1 {
				t.Fatalf("read again: %v, %d items", err, len(again.Items))
			}
			got, _ := json.Marshal(again.Items[0])
			want, _ := json.Marshal(it)
			if !bytes.Equal(got, want) {
				t.Errorf("read again = %s, want %s", got, want)
			}
			if it.Post.ExternalID != "501_601" && bytes.Contains(it.Post.Raw, []byte(`u0921`)) {
				t.Error("the bytes hold another citizen's words")
			}
		}
	}
}

// A body of one event is kept to the byte, its escapes included.
func TestRawIsWhatArrived(t *testing.T) {
	body := `{"object":"page","entry":[{"id":"1","time":5,"changes":[{"field":"feed","value":{"item":"post","verb":"add","post_id":"1_2","message":"\u0938 \/"}}],"unknown":1}]}`
	b, err := facebook.ReadLine([]byte(" " + body + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(b.Items[0].Post.Raw); got != body {
		t.Errorf("raw = %s", got)
	}
}

// What cannot be read keeps its bytes beside what can.
func TestUnreadableKeepsItsBytes(t *testing.T) {
	kept := 0
	for _, it := range line(t, "testdata/aside.json").Items {
		if it.Note == "unreadable event" && it.What == connector.ItemUnreadable && len(it.Post.Raw) > 0 {
			kept++
		}
	}
	if kept != 2 {
		t.Errorf("%d unreadable events kept, want 2", kept)
	}
}

func TestReadLineRefuses(t *testing.T) {
	for _, text := range []string{``, `{`, `[]`, `"text"`, `{"object":"page","entry":[{"id":"1","changes":[{"field":"feed","value":{"item":"post","verb":"add"}}]}]}`, `{"object":"page","entry":["odd"]}`} {
		if b, err := facebook.ReadLine([]byte(text)); err == nil {
			t.Errorf("%q was read as %+v", text, b.Items)
		}
	}
	for _, text := range []string{`{}`, `{"object":"page"}`, `{"object":"page","entry":[]}`, `{"object":"page","entry":[{"id":"1"}]}`, `{"object":"user","entry":[{}]}`} {
		b, err := facebook.ReadLine([]byte(text))
		if err != nil || len(b.Items) != 1 || b.Items[0].What != connector.ItemIgnored || b.Items[0].Note == "" {
			t.Errorf("%s = %+v, %v; want ignored with a note", text, b.Items, err)
		}
	}
}

// What another page of ours wrote went out, too.
func TestReadLineKnowsOurs(t *testing.T) {
	body := []byte(`{"object":"page","entry":[{"id":"1","time":5,"changes":[{"field":"feed","value":{"item":"post","verb":"add","post_id":"1_2","from":{"id":"2"}}}]}]}`)
	for want, ours := range map[grievance.Direction][]string{grievance.In: {"1", ""}, grievance.Out: {"1", "2"}} {
		b, err := facebook.ReadLine(body, ours...)
		if err != nil || b.Items[0].Post.Direction != want {
			t.Errorf("with %v: %+v, %v", ours, b.Items, err)
		}
	}
}

// Package golden compares what a test made with a file that was reviewed. With UPDATE=1
// in the environment it writes the file anew instead; the difference is then reviewed.
package golden

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Check fails when got is not what the file holds, and says where they part.
func Check(t testing.TB, path string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden file (write it with UPDATE=1): %v", err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range g {
		if i >= len(w) || !bytes.Equal(g[i], w[i]) {
			t.Errorf("%s, line %d:\n got %s\nwant %s", path, i+1, g[i], line(w, i))
			return
		}
	}
	t.Errorf("%s goes on after line %d: %s", path, len(g), line(w, len(g)))
}

func line(lines [][]byte, i int) []byte {
	if i < len(lines) {
		return lines[i]
	}
	return []byte("(end of the file)")
}

package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// failing remembers whether Check complained.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Helper()               {}
func (f *failing) Errorf(string, ...any) { f.failed = true }

func TestCheck(t *testing.T) {
	t.Setenv("UPDATE", "")
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte("a\nb\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]bool{"a\nb\n": false, "a\nc\n": true, "a\n": true, "a\nb\nc": true, "": true} {
		f := &failing{TB: t}
		Check(f, path, []byte(got))
		if f.failed != want {
			t.Errorf("Check(%q) fails: %v, want %v", got, f.failed, want)
		}
	}
}

package secret

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestSealOpensOnlyForTheSameThing(t *testing.T) {
	k, err := New()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal([]byte("token"), "account 7")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("token")) {
		t.Error("sealed text shows the secret")
	}
	if plain, err := k.Open(sealed, "account 7"); err != nil || string(plain) != "token" {
		t.Errorf("Open = %q, %v", plain, err)
	}
	if _, err := k.Open(sealed, "account 8"); err == nil {
		t.Error("the secret of one account opened for another")
	}
}

func TestLoadMakesOneKeyForAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "secret.key")
	signs := make([]string, 8)
	var wg sync.WaitGroup
	for i := range signs {
		wg.Go(func() {
			k, err := Load(path)
			if err != nil {
				t.Error(err)
				return
			}
			signs[i] = k.Sign("p", "text")
		})
	}
	wg.Wait()
	for _, s := range signs {
		if s != signs[0] || s == "" {
			t.Fatalf("keys differ: %q", signs)
		}
	}
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v; want 0600", fi.Mode(), err)
	}
}

func TestDamagedKeyFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil {
		t.Error("a damaged key file was taken")
	}
}

package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// assets serves the static files under one address that holds a hash over all of them:
// browsers keep them for ever, style sheets name each other by relative addresses, and a
// new release is fetched at once.
type assets struct {
	files fs.FS
	base  string // /static/HASH/
}

func newAssets(files fs.FS) (*assets, error) {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(b))
		sum.Write(b)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	return &assets{files: files, base: "/static/" + hex.EncodeToString(sum.Sum(nil))[:12] + "/"}, nil
}

func (a *assets) address(name string) string { return a.base + name }

// ServeHTTP gives the file for ever under the present hash; under the hash of another
// release it is not found, so that nobody mixes two releases.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, a.base) || strings.HasSuffix(r.URL.Path, "/") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.StripPrefix(a.base, http.FileServerFS(a.files)).ServeHTTP(w, r)
}

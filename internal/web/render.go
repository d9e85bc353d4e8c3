package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:templates
var templateFiles embed.FS

// templates holds each page parsed with what it shares: the files beside it and above it
// whose names begin with an underscore.
type templates struct {
	files  fs.FS
	funcs  template.FuncMap
	reload bool // for those who write pages: parse at every request

	mu    sync.Mutex
	pages map[string]*template.Template
}

func newTemplates(files fs.FS, funcs template.FuncMap, reload bool) (*templates, error) {
	t := &templates{files: files, funcs: funcs, reload: reload, pages: map[string]*template.Template{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), "_") {
			return err
		}
		t.pages[strings.TrimSuffix(name, ".html")], err = t.parse(name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read pages: %w", err)
	}
	return t, nil
}

func (t *templates) parse(name string) (*template.Template, error) {
	page := template.New(path.Base(name)).Funcs(t.funcs)
	patterns := []string{"_*.html"}
	if dir := path.Dir(name); dir != "." {
		patterns = append(patterns, dir+"/_*.html")
	}
	for _, p := range patterns {
		found, err := fs.Glob(t.files, p)
		if err != nil || len(found) == 0 {
			continue // an area without shared parts
		}
		if page, err = page.ParseFS(t.files, found...); err != nil {
			return nil, err
		}
	}
	page, err := page.ParseFS(t.files, name)
	if err != nil {
		return nil, err
	}
	return page, nil
}

func (t *templates) page(name string) (*template.Template, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.pages[name]
	if !ok {
		return nil, fmt.Errorf("no page %q", name)
	}
	if !t.reload {
		return p, nil
	}
	return t.parse(name + ".html")
}

// Render writes the page with the status. It fills a buffer first, so that a reader
// never sees half a page.
func (s *Server) Render(w http.ResponseWriter, status int, name string, data any) error {
	page, err := s.templates.page(name)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := page.Execute(&b, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader has gone: nobody is left to tell
	return nil
}

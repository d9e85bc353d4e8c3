// Package nivaran holds one test only: the table of what may import what.
package nivaran

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const internal = "nivaran/internal/"

// layers lists the areas (folders of internal) from the bottom up. An area
// imports those of lower layers only, never one beside it.
var layers = [][]string{
	{"grievance", "text", "seed", "i18n", "config", "secret"},
	{"linear"},
	{"store", "connector", "document", "sorting", "copies"},
	{"office"},
	{"notice"},
	{"desk", "auth"},
	{"intake", "outbox", "learning", "assist"},
	{"web", "jobs"},
	{"channel", "standin"}, // connector/x and connector/xtest, and so on
	{"demo", "bench"},
	{"app"},
	{"cmd"},
}

// rules are what the layers do not say. Of an area's imports only those are
// allowed that every rule lets pass.
var rules = []struct {
	says  string
	allow func(from, to string) bool
}{
	{"grievance and text import the standard library and golang.org/x/text only", func(from, to string) bool {
		pure := from == "grievance" || from == "text"
		return !pure || std(to) || strings.HasPrefix(to, "golang.org/x/text/")
	}},
	{"only app, demo and bench import a channel or a stand-in", func(from, to string) bool {
		user := slices.Contains([]string{"app", "demo", "bench"}, from)
		return user || area(to) == from || area(to) != "channel" && area(to) != "standin"
	}},
	{"a channel knows connector, text and grievance, nothing above them", func(from, to string) bool {
		return from != "channel" || !ours(to) || slices.Contains([]string{"channel", "connector", "text", "grievance"}, area(to))
	}},
	{"a stand-in imports none of us, least of all its connector", func(from, to string) bool {
		return from != "standin" || !ours(to) || area(to) == "standin"
	}},
	{"demo and bench are imported by app only", func(from, to string) bool {
		return area(to) != "demo" && area(to) != "bench" || from == "app" || from == area(to)
	}},
	{"app is imported by cmd only", func(from, to string) bool {
		return area(to) != "app" || from == "cmd" || from == "app"
	}},
	{"only jobs and store import River", func(from, to string) bool {
		return !strings.HasPrefix(to, "github.com/riverqueue/") || from == "jobs" || from == "store"
	}},
	{"web knows no SQL", func(from, to string) bool {
		return from != "web" || to != "database/sql" && !strings.HasPrefix(to, "github.com/jackc/pgx") && !strings.HasPrefix(to, "modernc.org/sqlite")
	}},
	{"store knows no HTTP", func(from, to string) bool {
		return from != "store" || to != "net/http" && !strings.HasPrefix(to, "net/http/")
	}},
}

func std(to string) bool  { return !strings.Contains(strings.Split(to, "/")[0], ".") && !ours(to) }
func ours(to string) bool { return strings.HasPrefix(to, "nivaran/") }

// area gives the folder of internal that a package of ours belongs to; the
// channels and their stand-ins are areas of their own.
func area(pkg string) string {
	if strings.HasPrefix(pkg, "nivaran/cmd/") {
		return "cmd"
	}
	if !ours(pkg) {
		return ""
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(pkg, internal), "/")
	if first != "connector" || rest == "" {
		return first
	}
	for _, channel := range []string{"x", "facebook", "email"} {
		if path.Base(rest) == channel+"test" {
			return "standin"
		}
		if strings.Split(rest, "/")[0] == channel {
			return "channel"
		}
	}
	return first
}

func layer(area string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, area) })
}

// refusal says why a package of area from may not import to, or nothing.
func refusal(from, to string) string {
	for _, r := range rules {
		if !r.allow(from, to) {
			return r.says
		}
	}
	if into := area(to); ours(to) && into != from {
		switch {
		case layer(into) < 0:
			return "layers does not hold " + into
		case layer(into) >= layer(from):
			return into + " does not lie below " + from
		}
	}
	return ""
}

func TestImports(t *testing.T) {
	seen := 0
	eachFile(t, func(pkg, name string, file *ast.File) {
		from := area(pkg)
		if layer(from) < 0 {
			t.Errorf("%s: %s is in no layer: say in layers where it belongs", name, from)
			return
		}
		for _, spec := range file.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			if why := refusal(from, to); why != "" {
				t.Errorf("%s imports %s: %s", name, to, why)
			}
		}
	})
	if seen == 0 {
		t.Error("no import was looked at")
	}
}

// The program is built by constructors; init runs behind everybody's back.
func TestNoInit(t *testing.T) {
	eachFile(t, func(_, name string, file *ast.File) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init", name)
			}
		}
	})
}

// The table itself: an arrow that turns round is refused, each rule at work.
func TestRefusal(t *testing.T) {
	tests := []struct {
		from, to string
		allowed  bool
	}{
		{"desk", internal + "store", true},
		{"store", internal + "desk", false},
		{"store", internal + "connector", false},
		{"grievance", "golang.org/x/text/unicode/norm", true},
		{"grievance", "github.com/google/uuid", false},
		{"text", internal + "grievance", false},
		{"sorting", internal + "linear", true},
		{"linear", internal + "sorting", false},
		{"i18n", internal + "grievance", false},
		{"desk", internal + "i18n", true},
		{"intake", internal + "connector/x", false},
		{"intake", internal + "connector", true},
		{"app", internal + "connector/x", true},
		{"channel", internal + "connector", true},
		{"channel", internal + "store", false},
		{"standin", internal + "connector/x", false},
		{"demo", internal + "connector/xtest", true},
		{"demo", internal + "app", false},
		{"web", internal + "demo", false},
		{"app", internal + "demo", true},
		{"jobs", "github.com/riverqueue/river", true},
		{"desk", "github.com/riverqueue/river", false},
		{"web", "database/sql", false},
		{"store", "net/http", false},
		{"cmd", internal + "app", true},
	}
	for _, tt := range tests {
		if why := refusal(tt.from, tt.to); (why == "") != tt.allowed {
			t.Errorf("%s → %s: refused with %q, want allowed = %v", tt.from, tt.to, why, tt.allowed)
		}
	}
}

// eachFile hands over every file of the program with its package. Tests and the
// packages that only tests use (storetest, golden …) may look wherever they need.
func eachFile(t *testing.T, visit func(pkg, name string, file *ast.File)) {
	t.Helper()
	for _, root := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			pkg := "nivaran/" + filepath.ToSlash(filepath.Dir(name))
			if forTests(pkg) {
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			visit(pkg, name, file)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func forTests(pkg string) bool {
	base := path.Base(pkg)
	return base == "golden" || base == "e2e" || strings.HasSuffix(base, "test") && area(pkg) != "standin"
}

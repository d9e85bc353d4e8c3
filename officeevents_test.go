package nivaran

import (
	"go/ast"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
)

// function is a function of a package with what it calls and names.
type function struct {
	pkg, name string
	params    []string
	calls     map[string][][]ast.Expr // by the last name: arguments of each call
	literals  map[string][]string     // texts that a variable is set to
	listed    []string                // texts that begin an element of a list
}

// functions reads every function of the program.
func functions(t *testing.T) (all []*function) {
	t.Helper()
	eachFile(t, func(pkg, _ string, file *ast.File) {
		for _, d := range file.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Body == nil {
				continue
			}
			f := &function{pkg: pkg, name: fd.Name.Name, calls: map[string][][]ast.Expr{}, literals: map[string][]string{}}
			for _, p := range fd.Type.Params.List {
				for _, n := range p.Names {
					f.params = append(f.params, n.Name)
				}
			}
			ast.Inspect(fd.Body, f.visit)
			all = append(all, f)
		}
	})
	return all
}

func (f *function) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		switch called := n.Fun.(type) {
		case *ast.Ident:
			f.calls[called.Name] = append(f.calls[called.Name], n.Args)
		case *ast.SelectorExpr:
			f.calls[called.Sel.Name] = append(f.calls[called.Sel.Name], n.Args)
		}
	case *ast.CompositeLit:
		if len(n.Elts) > 1 {
			if text, ok := literal(n.Elts[0]); ok {
				f.listed = append(f.listed, text)
			}
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if id, ok := left.(*ast.Ident); ok && len(n.Rhs) == len(n.Lhs) {
				if text, ok := literal(n.Rhs[i]); ok {
					f.literals[id.Name] = append(f.literals[id.Name], text)
				}
			}
		}
	}
	return true
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// named are the events that an argument may be, with the function that names each.
func named(all []*function, f *function, arg ast.Expr, depth int) map[string][]*function {
	found := map[string][]*function{}
	if s, ok := literal(arg); ok {
		found[s] = []*function{f}
		return found
	}
	if field, ok := arg.(*ast.SelectorExpr); ok && field.Sel.Name == "event" {
		for _, s := range f.listed {
			found[s] = []*function{f}
		}
	}
	id, ok := arg.(*ast.Ident)
	if !ok || depth > 4 {
		return found
	}
	for _, s := range f.literals[id.Name] {
		found[s] = append(found[s], f)
	}
	i := slices.Index(f.params, id.Name)
	if i < 0 {
		return found
	}
	for _, caller := range all {
		if caller.pkg != f.pkg {
			continue
		}
		for _, args := range caller.calls[f.name] {
			if i < len(args) {
				for s, by := range named(all, caller, args[i], depth+1) {
					found[s] = append(found[s], by...)
				}
			}
		}
	}
	return found
}

// tells says whether the function, or one of its package that it calls, notifies anybody.
func tells(all []*function, f *function, seen map[*function]bool) bool {
	if seen[f] {
		return false
	}
	seen[f] = true
	if len(f.calls["Notify"]) > 0 {
		return true
	}
	for _, other := range all {
		if other.pkg == f.pkg && len(f.calls[other.name]) > 0 && tells(all, other, seen) {
			return true
		}
	}
	return false
}

// Every event of the office log stands in the table of those who must hear of it, and
// whoever records one that concerns somebody tells them.
func TestOfficeEvents(t *testing.T) {
	all := functions(t)
	table := map[string]grievance.OfficeEvent{}
	for _, e := range grievance.OfficeEvents {
		table[e.Name] = e
		if (e.Tells == "") == (e.Why == "") {
			t.Errorf("%s: say who is told, or why nobody is", e.Name)
		}
	}
	recorded := map[string]bool{}
	for _, f := range all {
		for _, args := range f.calls["RecordOffice"] {
			events := named(all, f, args[2], 0)
			if len(events) == 0 {
				t.Errorf("%s.%s records an event of the office log that this test cannot name", f.pkg, f.name)
			}
			for _, event := range slices.Sorted(maps.Keys(events)) {
				recorded[event] = true
				e, ok := table[event]
				if !ok {
					t.Errorf("%s.%s records %s, which grievance.OfficeEvents does not know: say there who is told", f.pkg, f.name, event)
					continue
				}
				for _, by := range append(events[event], f) {
					if e.Tells != "" && tells(all, by, map[*function]bool{}) {
						e.Tells = ""
					}
				}
				if e.Tells != "" {
					t.Errorf("%s: nobody is told by %s.%s; it concerns %s", event, f.pkg, f.name, e.Tells)
				}
			}
		}
	}
	for event := range table {
		if !recorded[event] {
			t.Errorf("%s stands in grievance.OfficeEvents, and nothing records it", event)
		}
	}
}

// The auditor reads every event in words.
func TestOfficeEventsHaveWords(t *testing.T) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages() {
		p := texts.In(lang)
		for _, e := range grievance.OfficeEvents {
			if words := p.T("office_event." + e.Name); strings.Contains(words, "office_event.") {
				t.Errorf("no words in %s for %s", lang, e.Name)
			}
		}
	}
}

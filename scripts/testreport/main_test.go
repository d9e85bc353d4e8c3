package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"p/good"}
{"Action":"run","Package":"p/good","Test":"TestA"}
{"Action":"output","Package":"p/good","Test":"TestA","Output":"chatter\n"}
{"Action":"pass","Package":"p/good","Test":"TestA","Elapsed":0.1}
{"Action":"skip","Package":"p/good","Test":"TestB"}
{"Action":"pass","Package":"p/good","Elapsed":0.2}
{"Action":"skip","Package":"p/empty"}
{"Action":"run","Package":"p/bad","Test":"TestC"}
{"Action":"output","Package":"p/bad","Test":"TestC","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"p/bad","Test":"TestC","Elapsed":0.1}
{"Action":"fail","Package":"p/bad","Elapsed":0.3}
`

const broken = `{"ImportPath":"p/broken","Action":"build-output","Output":"p/x.go:1: undefined: y\n"}
{"ImportPath":"p/broken","Action":"build-fail"}
{"Action":"output","Package":"p/broken","Output":"FAIL\tp/broken [build failed]\n"}
{"Action":"fail","Package":"p/broken","Elapsed":0,"FailedBuild":"p/broken"}
`

func TestReport(t *testing.T) {
	counts := filepath.Join(t.TempDir(), "counts")
	var out strings.Builder
	if err := run([]string{counts}, strings.NewReader(events), &out); err == nil {
		t.Error("a failed test gives no error")
	}
	if err := run([]string{counts}, strings.NewReader(broken), &out); err == nil {
		t.Error("a package that does not build gives no error")
	}
	for _, want := range []string{"ok   p/good", "got 1, want 2", "FAIL p/bad", "undefined: y", "FAIL p/broken"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "chatter") {
		t.Errorf("the report repeats what a passed test said:\n%s", out.String())
	}

	out.Reset()
	if err := run([]string{"-total", counts}, strings.NewReader(""), &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "1 passed, 2 failed, 1 skipped\n"; got != want {
		t.Errorf("total = %q, want %q", got, want)
	}
}

func TestTotalWithoutCounts(t *testing.T) {
	if err := run([]string{"-total", filepath.Join(t.TempDir(), "none")}, strings.NewReader(""), &strings.Builder{}); err == nil {
		t.Error("a sum of no run is no error")
	}
}

// Testreport reads what `go test -json` prints and shows one line a package and
// all that a failed test said. It adds its counts to a file, so that several runs
// can be summed at the end:
//
//	go test -json ./... | testreport counts
//	testreport -total counts
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 2 && args[0] == "-total" {
		return total(args[1], out)
	}
	if len(args) != 1 {
		return errors.New("usage: testreport COUNTS or testreport -total COUNTS")
	}
	r := report{out: out, said: map[test][]string{}, failing: map[string]bool{}}
	if err := r.read(in); err != nil {
		return err
	}
	file, err := os.OpenFile(args[0], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(file, r.passed, r.failed, r.skipped); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if r.failed > 0 {
		return fmt.Errorf("%d failed", r.failed)
	}
	return nil
}

// event is a line of `go test -json`; see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // of a package that does not build
	Test       string
	Output     string
	Elapsed    float64
}

type test struct{ pkg, name string }

type report struct {
	out                     io.Writer
	said                    map[test][]string
	failing                 map[string]bool // packages with a failed test
	passed, failed, skipped int
}

func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(r.out, "%s", line) // the go command itself has something to say
			} else {
				r.add(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *report) add(e event) {
	id := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		r.said[id] = append(r.said[id], e.Output)
	case "pass", "skip":
		delete(r.said, id)
		switch {
		case e.Test == "" && e.Action == "pass":
			fmt.Fprintf(r.out, "ok   %s %.1f s\n", e.Package, e.Elapsed)
		case e.Test != "" && e.Action == "pass":
			r.passed++
		case e.Test != "":
			r.skipped++
		}
	case "fail":
		r.fail(id, e.Elapsed)
	}
}

func (r *report) fail(id test, elapsed float64) {
	if id.name != "" {
		r.failed++
		r.failing[id.pkg] = true
	} else if !r.failing[id.pkg] {
		r.failed++ // it did not build, panicked or ran out of time
	}
	for _, line := range r.said[id] {
		fmt.Fprint(r.out, line)
	}
	delete(r.said, id)
	if id.name == "" {
		fmt.Fprintf(r.out, "FAIL %s %.1f s\n", id.pkg, elapsed)
	}
}

// total prints the sum of all runs as its only line.
func total(name string, out io.Writer) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	var passed, failed, skipped int
	for {
		var p, f, s int
		if _, err := fmt.Fscanln(file, &p, &f, &s); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		passed, failed, skipped = passed+p, failed+f, skipped+s
	}
	fmt.Fprintf(out, "%d passed, %d failed", passed, failed)
	if skipped > 0 {
		fmt.Fprintf(out, ", %d skipped", skipped)
	}
	fmt.Fprintln(out)
	return nil
}

package app

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestLinesStayInOrder answers more lines than are read at once: each in its turn, the bad
// ones told by their number.
func TestLinesStayInOrder(t *testing.T) {
	var in, out, told, want, wrong bytes.Buffer
	for n := 1; n <= 3*readAtOnce+7; n++ {
		if n%50 == 0 {
			fmt.Fprintln(&in, "{")
			fmt.Fprintf(&wrong, "line %d:\n", n)
			continue
		}
		fmt.Fprintf(&in, `{"id":%d,"text":"a"}`+"\n", n)
		fmt.Fprintf(&want, "\"%d\"\n", n)
	}
	err := answerLines(&env{stdout: &out, stderr: &told}, &in, textForm, func(line []byte) (any, error) {
		id, _, err := readText(line)
		return string(id), err
	})
	if err == nil || !strings.Contains(err.Error(), "15 lines") {
		t.Errorf("%v", err)
	}
	if out.String() != want.String() {
		t.Errorf("answers are not in order: %s", out.String())
	}
	for line := range strings.Lines(wrong.String()) {
		if !strings.Contains(told.String(), strings.TrimSpace(line)) {
			t.Errorf("%q is not told", line)
		}
	}
}

// TestLongLinesAreReadFewAtATime keeps lines of a megabyte from filling the memory.
func TestLongLinesAreReadFewAtATime(t *testing.T) {
	line := strings.Repeat("a", longestLine-10) + "\n"
	in := bufio.NewReaderSize(strings.NewReader(strings.Repeat(line, 10)), 1<<16)
	lines, err := readLines(in)
	if err != nil || len(lines) != 1+readAtOnceBytes/longestLine {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

// TestLinesAreAnsweredOneByOne answers whoever waits for an answer before the next line.
func TestLinesAreAnsweredOneByOne(t *testing.T) {
	in, ask := io.Pipe()
	hear, out := io.Pipe()
	go func() {
		err := answerLines(&env{stdout: out, stderr: io.Discard}, in, textForm, func(line []byte) (any, error) {
			_, text, err := readText(line)
			return text, err
		})
		out.CloseWithError(err)
	}()
	for n := range 3 {
		fmt.Fprintf(ask, `{"text":"%d"}`+"\n", n)
		b := make([]byte, 16)
		if k, err := hear.Read(b); err != nil || string(b[:k]) != fmt.Sprintf("\"%d\"\n", n) {
			t.Fatalf("%q, %v", b[:k], err)
		}
	}
	ask.Close()
	if _, err := hear.Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
}

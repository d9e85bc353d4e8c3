package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// textForm is how a line of a text is written, for whoever wrote another.
const textForm = `{"id":"1","text":"…"}`

// readText reads a line of that form.
func readText(line []byte) (id json.RawMessage, text string, err error) {
	var post struct {
		ID   json.RawMessage `json:"id"`
		Text *string         `json:"text"`
	}
	if err := json.Unmarshal(line, &post); err != nil {
		return nil, "", err
	}
	if post.Text == nil {
		return nil, "", errors.New("there is no text")
	}
	return post.ID, *post.Text, nil
}

// answerLines answers each line of JSON, in order, as many at a time as there are processors:
// answer must bear that. A bad line is told on stderr with the form to write instead, the
// others go on, and the error at the end counts them. Whoever writes line by line is
// answered line by line.
func answerLines(e *env, from io.Reader, form string, answer func(line []byte) (any, error)) error {
	in := bufio.NewReaderSize(from, 1<<16)
	out := bufio.NewWriter(e.stdout)
	n, bad := 0, 0
	for last := false; !last; {
		lines, err := readLines(in)
		if last = err == io.EOF; err != nil && !last {
			return err
		}
		answerAll(lines, answer)
		for _, l := range lines {
			if n++; l.wrong != nil {
				bad++
				fmt.Fprintf(e.stderr, "line %d: %v; write one JSON object a line: %s\n", n, l.wrong, form)
			}
			if _, err := out.Write(l.answer.Bytes()); err != nil {
				return err
			}
		}
		if in.Buffered() == 0 || last {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d lines were not read", bad)
	}
	return nil
}

// inputLine is a line of the input and what is said to it.
type inputLine struct {
	line   []byte
	long   bool
	answer bytes.Buffer // a line of JSON; empty to an empty line and to a bad one
	wrong  error
}

// answerAll answers lines side by side.
func answerAll(lines []*inputLine, answer func(line []byte) (any, error)) {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for part := range slices.Chunk(lines, answeredAtOnce) {
		g.Go(func() error {
			for _, l := range part {
				l.wrong = l.say(answer)
			}
			return nil
		})
	}
	_ = g.Wait() // what was wrong stands with the lines
}

func (l *inputLine) say(answer func(line []byte) (any, error)) error {
	line := bytes.TrimSpace(l.line)
	switch {
	case len(line) == 0:
		return nil
	case l.long:
		return errLong
	}
	a, err := answer(line)
	if err != nil {
		return err
	}
	to := json.NewEncoder(&l.answer)
	to.SetEscapeHTML(false)
	return to.Encode(a)
}

// How many lines and bytes are read before the first of them is answered, and how many of the
// lines one goroutine answers.
const (
	readAtOnce      = 256
	readAtOnceBytes = 4 << 20
	answeredAtOnce  = 16
)

// readLines waits for a line and reads those that have come with it. The last ones come with
// io.EOF.
func readLines(in *bufio.Reader) (all []*inputLine, err error) {
	size := 0
	for err == nil && len(all) < readAtOnce && size < readAtOnceBytes && (len(all) == 0 || in.Buffered() > 0) {
		l := &inputLine{}
		l.line, l.long, err = readLine(in)
		size += len(l.line)
		all = append(all, l)
	}
	return all, err
}

var errLong = fmt.Errorf("it is longer than %d bytes", longestLine)

// readLine reads to the end of a line. Of one that is longer than longestLine it keeps the
// beginning, whatever its length.
func readLine(in *bufio.Reader) (line []byte, long bool, err error) {
	for {
		piece, err := in.ReadSlice('\n')
		if room := longestLine - len(line); len(piece) > room {
			piece, long = piece[:room], true
		}
		line = append(line, piece...)
		if err != bufio.ErrBufferFull {
			return line, long, err
		}
	}
}

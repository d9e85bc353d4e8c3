package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// answerLines answers each line of JSON. A bad one is told on stderr with the form to write
// instead, the others go on, and the error at the end counts them.
func answerLines(e *env, from io.Reader, form string, answer func(line []byte) (any, error)) error {
	in := bufio.NewReaderSize(from, 1<<16)
	out := bufio.NewWriter(e.stdout)
	write := json.NewEncoder(out)
	write.SetEscapeHTML(false)
	bad := 0
	for n := 1; ; n++ {
		line, long, err := readLine(in)
		if err != nil && err != io.EOF {
			return err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			var a any
			wrong := errLong
			if !long {
				a, wrong = answer(line)
			}
			if wrong != nil {
				bad++
				fmt.Fprintf(e.stderr, "line %d: %v; write one JSON object a line: %s\n", n, wrong, form)
			} else if err := write.Encode(a); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
		if in.Buffered() == 0 { // whoever writes line by line is answered line by line
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d lines were not read", bad)
	}
	return nil
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

package app

import (
	"bufio"
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
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if len(line) > 1 || len(line) == 1 && line[0] != '\n' {
			a, wrong := answer(line)
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

package email

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Stored is a letter in an archive.
type Stored struct {
	File     string
	Raw      []byte
	Modified time.Time // of the file: when a letter without a date came at the latest
}

// ReadArchive reads the letters of files and folders one by one: single letters (.eml),
// mbox files, Maildir folders, and plain folders of any of these. What cannot be opened
// is an error of that file; the others follow.
func ReadArchive(paths ...string) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		for _, path := range paths {
			if !readPath(path, yield) {
				return
			}
		}
	}
}

var errStop = errors.New("stop")

func readPath(path string, yield func(Stored, error) bool) bool {
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
		case entry.IsDir():
			if name := entry.Name(); name == "tmp" && isMaildir(filepath.Dir(file)) {
				return fs.SkipDir // still being delivered
			}
			return nil
		case !entry.Type().IsRegular() && file != path, maildirFile(entry.Name()):
			return nil
		default:
			err = readFile(file, yield)
		}
		if errors.Is(err, errStop) {
			return err
		}
		if err != nil && !yield(Stored{File: file}, fmt.Errorf("read %s: %w", file, err)) {
			return errStop
		}
		return nil
	})
	return err == nil
}

func isMaildir(dir string) bool {
	for _, sub := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(dir, sub)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// maildirFile knows what mail servers keep beside the letters.
func maildirFile(name string) bool {
	return strings.HasPrefix(name, "dovecot") || strings.HasPrefix(name, ".") || name == "maildirfolder" || name == "subscriptions" ||
		strings.HasPrefix(name, "courierimap")
}

func readFile(file string, yield func(Stored, error) bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r := bufio.NewReaderSize(f, 64<<10)
	if start, _ := r.Peek(5); string(start) == "From " {
		return splitMbox(r, func(raw []byte) bool { return yield(Stored{file, raw, info.ModTime()}, nil) })
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if !yield(Stored{file, raw, info.ModTime()}, nil) {
		return errStop
	}
	return nil
}

// mboxFrom begins a letter in an mbox file: an address and a time.
var mboxFrom = regexp.MustCompile(`^From .*\d{1,2}:\d{2}.*\d{4}|^From \S+\s*$`)

// splitMbox hands over each letter of an mbox file without its From line. A letter
// begins at such a line after a blank one; lines of letters that look like one carry a >.
func splitMbox(r *bufio.Reader, take func(raw []byte) bool) error {
	var letter bytes.Buffer
	blank, started := true, false
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			switch first := bytes.HasPrefix(line, []byte("From ")) && blank && (!started || mboxFrom.Match(line)); {
			case first && started:
				if !take(lastBlank(&letter)) {
					return errStop
				}
				letter = bytes.Buffer{}
			case first:
				started = true
			case bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) && line[0] == '>':
				letter.Write(line[1:])
			default:
				letter.Write(line)
			}
			blank = len(bytes.TrimRight(line, "\r\n")) == 0
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if !take(lastBlank(&letter)) {
		return errStop
	}
	return nil
}

// lastBlank takes away the blank line that mbox puts after each letter.
func lastBlank(letter *bytes.Buffer) []byte {
	raw := letter.Bytes()
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if bytes.HasSuffix(raw, []byte(end)) {
			return raw[:len(raw)-len(end)/2]
		}
	}
	return raw
}

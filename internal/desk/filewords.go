package desk

import (
	"context"
	"errors"
	"io"

	"nivaran/internal/document"
	"nivaran/internal/grievance"
	"nivaran/internal/text/legacyfont"
)

// FileWords are the words of a file, as they stand there and as they can be read.
type FileWords struct {
	File grievance.File
	document.Words
	Unicode string // what was typed for Kruti Dev in it, in Unicode; empty: nothing was
}

// CaseFileWords reads the words of a file of a case. It refuses with ErrUnreadable of
// package document what is no document.
func (d *Desk) CaseFileWords(ctx context.Context, by grievance.Actor, id grievance.ID, hash string) (FileWords, error) {
	f, body, err := d.File(ctx, by, id, hash)
	if err != nil {
		return FileWords{}, err
	}
	return fileWords(f, body)
}

// PostFileWords is CaseFileWords for a post that waits at the sorting desk.
func (d *Desk) PostFileWords(ctx context.Context, by grievance.Actor, post grievance.ID, hash string) (FileWords, error) {
	f, body, err := d.PostFile(ctx, by, post, hash)
	if err != nil {
		return FileWords{}, err
	}
	return fileWords(f, body)
}

// mostRead is how much of a file is read for its words.
const mostRead = 2 * MaxUpload

func fileWords(f grievance.File, body io.ReadCloser) (FileWords, error) {
	w := FileWords{File: f}
	data, err := io.ReadAll(io.LimitReader(body, mostRead))
	if err := errors.Join(err, body.Close()); err != nil {
		return w, err
	}
	if w.Words, err = document.Read(data); err != nil {
		return w, err
	}
	if r := legacyfont.Read(w.Text, w.KrutiDev); r.Sure {
		w.Unicode = r.Text
	}
	return w, nil
}

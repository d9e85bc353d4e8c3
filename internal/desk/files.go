package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"gocloud.dev/blob"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Upload is a file as somebody handed it in.
type Upload struct {
	Name string
	Data []byte
}

// The bounds of an upload: bytes of a file, and dots of a picture, which a small file can
// blow up to.
const (
	MaxUpload = 12 << 20
	maxDots   = 60_000_000
)

// keepFiles stores uploads by their content hash. Pictures are encoded anew, so that
// nothing hides in them and no place of a citizen's telephone goes out; all else keeps
// its bytes and is only ever downloaded.
func (d *Desk) keepFiles(ctx context.Context, uploads []Upload) ([]grievance.File, error) {
	var files []grievance.File
	for _, u := range uploads {
		if len(u.Data) == 0 {
			continue
		}
		if len(u.Data) > MaxUpload {
			return nil, grievance.Invalid("files", "error.file_too_large")
		}
		f, err := d.keepFile(ctx, u)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// KeepOriginal stores a file of a citizen as it came. One that looks like a picture is
// shown only after it was encoded anew; here its bytes are kept, as evidence.
func (d *Desk) KeepOriginal(ctx context.Context, name string, data []byte) (grievance.File, error) {
	kind, _, _ := strings.Cut(http.DetectContentType(data), ";")
	return d.keep(ctx, name, kind, data)
}

// keepFile stores one upload, a picture encoded anew.
func (d *Desk) keepFile(ctx context.Context, u Upload) (grievance.File, error) {
	kind, _, _ := strings.Cut(http.DetectContentType(u.Data), ";")
	data := u.Data
	if kind == "image/jpeg" || kind == "image/png" {
		clean, err := reencode(data, kind)
		if err != nil {
			return grievance.File{}, grievance.Invalid("files", "error.picture_unreadable")
		}
		data = clean
	}
	return d.keep(ctx, u.Name, kind, data)
}

func (d *Desk) keep(ctx context.Context, name, kind string, data []byte) (grievance.File, error) {
	sum := sha256.Sum256(data)
	f := grievance.File{Hash: hex.EncodeToString(sum[:]), Name: fileName(name), Type: kind, Size: int64(len(data))}
	if err := d.Files.WriteAll(ctx, f.Hash, data, &blob.WriterOptions{ContentType: kind}); err != nil {
		return f, fmt.Errorf("keep file: %w", err)
	}
	return f, nil
}

func reencode(data []byte, kind string) ([]byte, error) {
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if cfg.Width*cfg.Height > maxDots {
		return nil, errors.New("picture is too large")
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if kind == "image/png" {
		err = png.Encode(&out, img)
	} else {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 88})
	}
	return out.Bytes(), err
}

// fileName is the name without its path and without signs that break a header.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '/' {
			return -1
		}
		return r
	}, s)
	if s == "" || s == "." {
		return "file"
	}
	return grievance.Excerpt(s, 100)
}

// File opens a file of a case within the actor's scope.
func (d *Desk) File(ctx context.Context, by grievance.Actor, id grievance.ID, hash string) (grievance.File, io.ReadCloser, error) {
	if !by.May(grievance.MayRead) {
		return grievance.File{}, nil, grievance.ErrForbidden
	}
	f, r, err := d.openFile(ctx, by.Scope, id, hash)
	if err == nil {
		d.Reads.Note(by, grievance.ReadFile, id, hash)
	}
	return f, r, err
}

func (d *Desk) openFile(ctx context.Context, s grievance.Scope, id grievance.ID, hash string) (f grievance.File, r io.ReadCloser, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		f, err = tx.FileOfCase(ctx, s, id, hash)
		return err
	})
	if err != nil {
		return f, nil, err
	}
	r, err = d.Files.NewReader(ctx, hash, nil)
	return f, r, err
}

// PostFile opens a file of a post that the actor may sort.
func (d *Desk) PostFile(ctx context.Context, by grievance.Actor, post grievance.ID, hash string) (f grievance.File, r io.ReadCloser, err error) {
	if !by.May(grievance.MaySort) {
		return f, nil, grievance.ErrForbidden
	}
	var c grievance.ID
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		p, err := d.seenPost(ctx, tx, by, post)
		if err != nil {
			return err
		}
		c = p.CaseID
		files, err := tx.FilesOfPost(ctx, post)
		i := slices.IndexFunc(files, func(f grievance.File) bool { return f.Hash == hash })
		if err == nil && i < 0 {
			return grievance.ErrNotFound
		}
		if err == nil {
			f = files[i]
		}
		return err
	})
	if err != nil {
		return f, nil, err
	}
	if r, err = d.Files.NewReader(ctx, hash, nil); err == nil {
		d.Reads.Note(by, grievance.ReadFile, c, hash)
	}
	return f, r, err
}

// ReadFile is the whole of a kept file, for the outbox.
func (d *Desk) ReadFile(ctx context.Context, hash string) ([]byte, error) {
	return d.Files.ReadAll(ctx, hash)
}

// deleteFiles removes files of erased posts that nothing refers to any more.
func (d *Desk) deleteFiles(ctx context.Context) error {
	var hashes []string
	err := d.Store.View(ctx, func(tx *store.Tx) (err error) {
		hashes, err = tx.FilesToDelete(ctx, d.Now())
		return err
	})
	for _, h := range hashes {
		ok, e := d.Files.Exists(ctx, h)
		if e == nil && ok {
			e = d.Files.Delete(ctx, h)
		}
		if e == nil {
			e = d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.ForgetFile(ctx, h) })
		}
		err = errors.Join(err, e)
	}
	return err
}

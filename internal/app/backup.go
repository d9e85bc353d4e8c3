package app

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"nivaran/internal/store"
)

// A backup is a ZIP file: rows/TABLE.jsonl, files/HASH, erasures.jsonl, secret.key where it
// was asked for, and manifest.json, written last, with the sum of every other member.
const (
	rowsFolder   = "rows/"
	filesFolder  = "files/"
	keyMember    = "secret.key"
	manifestName = "manifest.json"
)

// backupAtKey is where the deployment keeps when its last backup was taken.
const backupAtKey = "backup_at"

// manifest is what a backup says of itself.
type manifest struct {
	Form    int               `json:"form"` // of the backup file, 1
	TakenAt time.Time         `json:"taken_at"`
	Program string            `json:"program"`
	Record  store.Dumped      `json:"record"`
	Sums    map[string]string `json:"sums"` // SHA-256 by member
}

type backupCmd struct {
	Place
	Out     string `arg:"" help:"File to write, for example nivaran-2026-11-28.zip. It must not exist."`
	WithKey bool   `help:"Put the secret key into the backup too. Who has such a file can open every official account: keep it as you keep the key."`
}

func (cmd *backupCmd) Run(e *env) error {
	return e.onParts(cmd.Place, func(p *parts) error {
		m, err := p.backup(e.ctx, cmd.Out, cmd.WithKey)
		if err != nil {
			return err
		}
		rows := int64(0)
		for _, n := range m.Record.Rows {
			rows += n
		}
		fmt.Fprintf(e.stdout, "%s: %d rows of %d tables, %d files\n", cmd.Out, rows, len(m.Record.Rows), m.count(filesFolder))
		if !cmd.WithKey {
			fmt.Fprintf(e.stdout, "The secret key is not in it. Keep a copy of %s in another place: without it every official account must be connected again.\n", p.cfg.KeyPath())
		}
		return nil
	})
}

func (m *manifest) count(folder string) (n int) {
	for name := range m.Sums {
		if strings.HasPrefix(name, folder) {
			n++
		}
	}
	return n
}

// backup writes the whole record to a new file while the program runs. The file appears
// under its name only when it is complete.
func (p *parts) backup(ctx context.Context, out string, withKey bool) (m *manifest, err error) {
	if _, err := os.Lstat(out); err == nil {
		return nil, fmt.Errorf("backup: %s is there already; give another name", out)
	}
	tmp, err := os.CreateTemp(filepath.Dir(out), ".backup-*") // readable by the owner only
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if e := os.Remove(tmp.Name()); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	m = &manifest{Form: 1, TakenAt: time.Now().UTC(), Program: version(), Sums: map[string]string{}}
	w := &backupWriter{zip: zip.NewWriter(tmp), m: m}
	err = p.writeBackup(ctx, w, withKey)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	if err := os.Link(tmp.Name(), out); err != nil { // refuses what is there by now
		return nil, fmt.Errorf("backup: %w", err)
	}
	return m, p.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.SetMeta(ctx, backupAtKey, m.TakenAt.Format(time.RFC3339))
	})
}

func (p *parts) writeBackup(ctx context.Context, w *backupWriter, withKey bool) (err error) {
	w.m.Record, err = p.store.Dump(ctx, func(table string) (io.Writer, error) { return w.member(rowsFolder + table + ".jsonl") })
	if err != nil {
		return err
	}
	// Files and journal after the rows: what a row names was written before the row.
	if err := p.backupFiles(ctx, w); err != nil {
		return err
	}
	for name, path := range map[string]string{store.JournalFile: filepath.Join(p.cfg.Data, store.JournalFile), keyMember: p.cfg.KeyPath()} {
		if name == keyMember && !withKey {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err := w.copy(name, bytes.NewReader(b)); err != nil {
			return err
		}
	}
	return w.close()
}

func (p *parts) backupFiles(ctx context.Context, w *backupWriter) error {
	for all := p.files.List(nil); ; {
		f, err := all.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		b, err := p.files.ReadAll(ctx, f.Key)
		if err != nil {
			return fmt.Errorf("file %s: %w", f.Key, err)
		}
		if err := w.copy(filesFolder+f.Key, bytes.NewReader(b)); err != nil {
			return err
		}
	}
}

// backupWriter writes members one after the other and sums each.
type backupWriter struct {
	zip  *zip.Writer
	m    *manifest
	name string
	sum  hash.Hash
}

func (w *backupWriter) member(name string) (io.Writer, error) {
	w.finish()
	to, err := w.zip.Create(name)
	w.name, w.sum = name, sha256.New()
	return io.MultiWriter(to, w.sum), err
}

func (w *backupWriter) copy(name string, from io.Reader) error {
	to, err := w.member(name)
	if err == nil {
		_, err = io.Copy(to, from)
	}
	return err
}

// finish keeps the sum of the member that was written last.
func (w *backupWriter) finish() {
	if w.name != "" {
		w.m.Sums[w.name] = hex.EncodeToString(w.sum.Sum(nil))
		w.name = ""
	}
}

func (w *backupWriter) close() error {
	w.finish()
	to, err := w.zip.Create(manifestName)
	if err == nil {
		err = json.NewEncoder(to).Encode(w.m)
	}
	return errors.Join(err, w.zip.Close())
}

// version names this build of the program.
func version() string {
	if b, ok := debug.ReadBuildInfo(); ok {
		return b.Main.Version
	}
	return "unknown"
}

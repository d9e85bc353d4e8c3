package app

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gocloud.dev/blob"

	"nivaran/internal/config"
	"nivaran/internal/desk"
	"nivaran/internal/store"
)

type restoreCmd struct {
	Place
	File        string `arg:"" help:"Backup to restore, into an empty database and data folder."`
	Journal     string `help:"Journal of erasures of the lost machine (erasures.jsonl of its data folder), so that what was erased after the backup stays erased." placeholder:"FILE"`
	SkipNumbers int    `default:"5000" help:"Registration numbers to leave out, so that none that a citizen got after the backup is given twice."`
}

func (cmd *restoreCmd) Run(e *env) error {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return err
	}
	b, err := openBackup(cmd.File)
	if err != nil {
		return err
	}
	defer b.zip.Close()
	if err := b.check(); err != nil {
		return err
	}
	if err := b.load(e, c); err != nil {
		return err
	}
	r, faults, err := cmd.after(e, c, b)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, `Restored: %d cases, %d posts, %d files, as of %s.
What goes out is on hold. Before an administrator lifts the hold on the channels page:
- %d replies were on their way and may have gone out since: they are looked for, and what is not found waits for an officer.
- %d posts that were erased after the backup were erased again, and %d citizens.
- %d registration numbers were left out.
`, b.m.Record.Rows["cases"], b.m.Record.Rows["posts"], b.m.count(filesFolder), b.m.TakenAt.Format("2006-01-02 15:04 MST"), r.Doubtful, r.Erased, r.Citizens, cmd.SkipNumbers)
	for _, f := range faults {
		fmt.Fprintln(e.stdout, f)
	}
	if len(faults) > 0 {
		return fmt.Errorf("the restored record has %d faults", len(faults))
	}
	return nil
}

// after makes the loaded record safe to go on with, and verifies it.
func (cmd *restoreCmd) after(e *env, c *config.Config, b *backup) (r desk.Restored, faults []string, err error) {
	p, err := build(e.ctx, c, e.logger(c), true) // brings the schema to this version
	if err != nil {
		return r, nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	var erased []store.Erasure
	for _, path := range []string{filepath.Join(c.Data, store.JournalFile), cmd.Journal} {
		if path == "" {
			continue
		}
		more, err := store.ReadJournal(path)
		if err != nil {
			return r, nil, err
		}
		erased = append(erased, more...)
	}
	if r, err = p.desk.AfterRestore(e.ctx, b.m.TakenAt, cmd.SkipNumbers, c.LookUpWait, erased); err != nil {
		return r, nil, err
	}
	if err := p.intake.Requeue(e.ctx); err != nil {
		return r, nil, err
	}
	if faults, err = p.sealedFaults(e.ctx); err != nil {
		return r, nil, err
	}
	report, err := p.store.Verify(e.ctx)
	return r, append(faults, report.Faults...), err
}

// backup is an open backup file.
type backup struct {
	zip *zip.ReadCloser
	m   manifest
}

func openBackup(path string) (*backup, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("%s is no backup of Nivaran, or was cut off: %w", path, err)
	}
	b := &backup{zip: z}
	f, err := z.Open(manifestName)
	if err == nil {
		err = errors.Join(json.NewDecoder(f).Decode(&b.m), f.Close())
	}
	if err == nil && b.m.Form != 1 {
		err = fmt.Errorf("its form %d is newer than this program", b.m.Form)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s is no backup of Nivaran: %w", path, err), z.Close())
	}
	return b, nil
}

// check compares every member with its sum, before anything is written.
func (b *backup) check() error {
	seen := map[string]bool{}
	for _, f := range b.zip.File {
		if f.Name == manifestName {
			continue
		}
		seen[f.Name] = true
		in, err := f.Open()
		if err != nil {
			return fmt.Errorf("backup, %s: %w", f.Name, err)
		}
		sum := sha256.New()
		_, err = io.Copy(sum, in)
		if err := errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("backup, %s: %w", f.Name, err)
		}
		if hex.EncodeToString(sum.Sum(nil)) != b.m.Sums[f.Name] {
			return fmt.Errorf("backup, %s: it is not as it was written; take another backup", f.Name)
		}
	}
	for name := range b.m.Sums {
		if !seen[name] {
			return fmt.Errorf("backup, %s: it is missing; take another backup", name)
		}
	}
	return nil
}

// load brings rows, files, journal and key to where they belong.
func (b *backup) load(e *env, c *config.Config) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := b.place(keyMember, c.KeyPath()); err != nil {
		return err
	}
	address := c.DB
	if address == "" {
		address = c.Data
	}
	s, err := store.Open(e.ctx, store.Options{Address: address, Log: e.logger(c), Journal: c.Data, Version: b.m.Record.Version})
	if err != nil {
		return err
	}
	if err := errors.Join(b.loadRows(e.ctx, s), s.Close()); err != nil {
		if errors.Is(err, store.ErrNotEmpty) {
			return fmt.Errorf("%w: restore into an empty one (--data with a new folder, or --db with a new database)", err)
		}
		return err
	}
	if err := b.place(store.JournalFile, filepath.Join(c.Data, store.JournalFile)); err != nil {
		return err
	}
	files, err := openFiles(c)
	if err != nil {
		return err
	}
	return errors.Join(b.loadFiles(e.ctx, files), files.Close())
}

func (b *backup) loadRows(ctx context.Context, s *store.Store) error {
	held, err := s.Version(ctx)
	if err != nil {
		return err
	}
	if held != b.m.Record.Version {
		return fmt.Errorf("the database has schema %d and the backup %d; restore into a new database with a program that is not older than the backup", held, b.m.Record.Version)
	}
	var members []*zip.File
	for _, f := range b.zip.File {
		if strings.HasPrefix(f.Name, rowsFolder) {
			members = append(members, f)
		}
	}
	var open io.ReadCloser
	defer func() {
		if open != nil {
			open.Close()
		}
	}()
	return s.Load(ctx, func() (string, io.Reader, error) {
		if open != nil {
			if err := open.Close(); err != nil {
				return "", nil, err
			}
			open = nil
		}
		if len(members) == 0 {
			return "", nil, io.EOF
		}
		f := members[0]
		members = members[1:]
		var err error
		open, err = f.Open()
		return strings.TrimSuffix(strings.TrimPrefix(f.Name, rowsFolder), ".jsonl"), open, err
	})
}

func (b *backup) loadFiles(ctx context.Context, to *blob.Bucket) error {
	for _, f := range b.zip.File {
		key, ok := strings.CutPrefix(f.Name, filesFolder)
		if !ok {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return err
		}
		err = to.Upload(ctx, key, in, &blob.WriterOptions{ContentType: "application/octet-stream"})
		if err := errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("file %s: %w", key, err)
		}
	}
	return nil
}

// place writes a member to the path where nothing is yet; a key that is there stays.
func (b *backup) place(member, path string) error {
	if !slices.ContainsFunc(b.zip.File, func(f *zip.File) bool { return f.Name == member }) {
		return nil
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	in, err := b.zip.Open(member)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(in)
	if err := errors.Join(err, in.Close()); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

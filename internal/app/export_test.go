package app

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nivaran/internal/store/storetest"
)

// The command writes the record to a new file, its texts only when asked, and says in the
// office log that it did.
func TestExportAudit(t *testing.T) {
	dir := t.TempDir()
	place := []string{"--data", dir}
	if address := storetest.Address(t); strings.HasPrefix(address, "postgres") {
		place = append(place, "--db", address)
	}
	command(t, append([]string{"bench", "seed", "--cases", "20"}, place...)...)
	words := "Called the citizen and inspected the place."
	for name, texts := range map[string]bool{"plain.zip": false, "texts.zip": true} {
		file := filepath.Join(dir, name)
		args := append([]string{"export", "audit", "--out", file}, place...)
		if texts {
			args = append(args, "--with-texts")
		}
		if said := string(command(t, args...)); !strings.HasPrefix(said, "20 cases, ") {
			t.Errorf("%s: says %q", name, said)
		}
		z, err := zip.OpenReader(file)
		must(t, err)
		f, err := z.Open("history.jsonl")
		must(t, err)
		history, err := io.ReadAll(f)
		must(t, err)
		if strings.Contains(string(history), words) != texts {
			t.Errorf("%s: holds words: %t", name, !texts)
		}
		f, err = z.Open("office_log.jsonl")
		must(t, err)
		log, err := io.ReadAll(f)
		must(t, err)
		if !strings.Contains(string(log), "audit.exported") {
			t.Errorf("%s: the export is not in the office log", name)
		}
		must(t, z.Close())
		before, err := os.Stat(file)
		must(t, err)
		if err := Run(t.Context(), args, os.Getenv, io.Discard, io.Discard); err == nil {
			t.Errorf("%s: written over", name)
		}
		after, err := os.Stat(file)
		must(t, err)
		if before.Size() != after.Size() {
			t.Errorf("%s: the file there was changed", name)
		}
	}
	if err := Run(t.Context(), append([]string{"export", "audit", "--out", filepath.Join(dir, "x.zip"), "--from", "yesterday"}, place...), os.Getenv, io.Discard, io.Discard); err == nil {
		t.Error("a day that is none is taken")
	}
	if _, err := os.Stat(filepath.Join(dir, "x.zip")); err == nil {
		t.Error("a refused export leaves a file")
	}
}

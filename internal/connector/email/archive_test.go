package email

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func letterNamed(id string) string {
	return "From: a@example.in\nMessage-ID: <" + id + ">\nSubject: x\n\nbody of " + id + "\n"
}

func TestReadArchive(t *testing.T) {
	dir := t.TempDir()
	eml := write(t, dir+"/one.eml", letterNamed("eml"))
	mbox := write(t, dir+"/all.mbox", "From a@example.in Mon Nov 23 10:15:00 2026\n"+letterNamed("m1")+">From the village\n>>From x\n\n"+
		"From b@example.in  Mon Nov 23 10:16:00 2026\n"+letterNamed("m2")+"\nFrom here on it is text\n\nFrom c@example.in Mon Nov 23 10:17:00 2026\n"+letterNamed("m3"))
	maildir := dir + "/Maildir"
	write(t, maildir+"/cur/1.a.host:2,S", letterNamed("cur"))
	write(t, maildir+"/new/2.b.host", letterNamed("new"))
	write(t, maildir+"/tmp/3.c.host", letterNamed("tmp"))
	write(t, maildir+"/dovecot-uidlist", "3 V1 N2\n")
	var ids, texts []string
	for s, err := range ReadArchive(eml, mbox, maildir) {
		if err != nil {
			t.Fatal(err)
		}
		l := Parse(s.Raw, Options{})
		ids = append(ids, l.MessageID)
		texts = append(texts, l.Text)
		if s.File == "" || s.Modified.IsZero() {
			t.Errorf("file %q at %v", s.File, s.Modified)
		}
	}
	if want := []string{"<eml>", "<m1>", "<m2>", "<m3>", "<cur>", "<new>"}; !slices.Equal(ids, want) {
		t.Fatalf("ids = %v, want %v", ids, want)
	}
	if texts[1] != "body of m1\nFrom the village\n>From x" && texts[1] != "body of m1\nFrom the village" {
		t.Errorf("mbox text = %q", texts[1])
	}
	if texts[2] != "body of m2\n\nFrom here on it is text" {
		t.Errorf("a line of the letter was taken for the next letter: %q", texts[2])
	}
}

func TestReadArchiveGoesOnAfterAnError(t *testing.T) {
	dir := t.TempDir()
	eml := write(t, dir+"/one.eml", letterNamed("eml"))
	var good, bad int
	for _, err := range ReadArchive(dir+"/missing.eml", eml) {
		if err != nil {
			bad++
		} else {
			good++
		}
	}
	if good != 1 || bad != 1 {
		t.Errorf("%d read, %d failed", good, bad)
	}
	for range ReadArchive(eml, eml) {
		break // stopping early must not panic
	}
}

func TestTheSameLetterFromMailboxAndArchive(t *testing.T) {
	mbox := write(t, t.TempDir()+"/m", "From a Mon Nov 23 10:15:00 2026\n"+letterNamed("1")+"\n")
	for s, err := range ReadArchive(mbox) {
		if err != nil {
			t.Fatal(err)
		}
		if got, want := Parse(s.Raw, Options{}).DedupKey(), Parse([]byte(letterNamed("1")), Options{}).DedupKey(); got != want {
			t.Errorf("key %s, want %s", got, want)
		}
	}
}

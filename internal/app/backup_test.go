package app

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nivaran/internal/config"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// inPlace runs the program's command line in the world's environment and gives what it printed.
func inPlace(t *testing.T, env map[string]string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := Run(t.Context(), args, func(key string) string { return env[key] }, &out, t.Output())
	return out.String(), err
}

// elsewhere is the environment of a second machine with an empty database of the engine.
func (w *world) elsewhere(address string) map[string]string {
	env := map[string]string{}
	for k, v := range w.env {
		env[k] = v
	}
	env["NIVARAN_DATA"], env["NIVARAN_DB"] = w.t.TempDir(), ""
	if strings.HasPrefix(address, "postgres") {
		env["NIVARAN_DB"] = address
	} else {
		env["NIVARAN_DATA"] = address
	}
	return env
}

// restored is the record that was brought to the second machine.
func (w *world) restored(env map[string]string) *parts {
	w.t.Helper()
	c, err := config.Read(func(key string) string { return env[key] })
	must(w.t, err)
	p, err := build(w.t.Context(), c, w.log, false)
	must(w.t, err)
	w.t.Cleanup(func() { must(w.t, p.close()) })
	return p
}

// A backup that is taken while posts come in is one picture: it verifies, holds every
// file, and brings accounts that open. What was on its way is not sent again, numbers that
// citizens may hold are not given again, and what was erased since stays away.
func TestBackupAndRestore(t *testing.T) {
	w := newWorld(t, false)
	ctx := t.Context()
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	post := func(text string) {
		_, err := w.standIns.X.Post("asha", "@NivaranHR "+text, xtest.Draft{})
		must(t, err)
		w.hear("@NivaranHR")
	}
	post("no drinking water in Hisar, I live at " + planted)
	id := w.openFirst("no drinking water")
	must(t, w.desk.Note(ctx, w.people[grievance.DistrictNodal], id, "see the list", []desk.Upload{{Name: "list.txt", Data: []byte("pump, motor")}}))
	w.answer(id, "The motor of the booster pump was replaced today.")
	post("the lamp is dead in Hisar")
	second := w.openFirst("lamp is dead") // its acknowledgement waits in the queue

	out := filepath.Join(t.TempDir(), "backup.zip")
	writing, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 0; writing.Err() == nil; n++ {
			if err := w.desk.Note(writing, w.people[grievance.DistrictNodal], second, "still looking", nil); err != nil && writing.Err() == nil {
				t.Error(err)
				return
			}
		}
	})
	m, err := w.backup(ctx, out, true)
	stop()
	wg.Wait()
	must(t, err)
	if m.count(filesFolder) == 0 || m.Record.Rows["cases"] != 2 {
		t.Fatalf("the backup holds %d files and %d cases", m.count(filesFolder), m.Record.Rows["cases"])
	}
	if _, err := w.backup(ctx, out, false); err == nil {
		t.Error("a backup wrote over another")
	}

	// Life goes on after the backup, and the machine is lost.
	must(t, w.outbox.Due(ctx))
	var posts []*grievance.StoredPost
	must(t, w.store.View(ctx, func(tx *store.Tx) (err error) {
		posts, err = tx.PostsOfCase(ctx, id)
		return err
	}))
	must(t, w.desk.Erase(ctx, w.people[grievance.StateNodal], []grievance.ID{posts[0].ID}, "the citizen asked for it"))
	sent := w.standIns.X.Calls(xtest.Create)
	last := w.numbers(w.parts)
	journal := filepath.Join(w.cfg.Data, store.JournalFile)

	env := w.elsewhere(storetest.Address(t))
	said, err := inPlace(t, env, "restore", out, "--journal", journal)
	must(t, err)
	if !strings.Contains(said, "2 cases") || !strings.Contains(said, "1 replies were on their way") || !strings.Contains(said, "1 posts that were erased") {
		t.Errorf("restore said: %s", said)
	}
	r := w.restored(env)
	other := &world{parts: r, t: t, standIns: w.standIns, accounts: w.accounts, people: w.people}
	if n := other.words(planted); n != 0 {
		t.Error("words that were erased after the backup came back")
	}
	must(t, r.outbox.Due(ctx))
	if n := w.standIns.X.Calls(xtest.Create); n != sent {
		t.Errorf("%d replies after the restore, %d before: something was sent", n, sent)
	}
	if now := other.numbers(r); now < last+5000 {
		t.Errorf("the next number follows %d, numbers up to %d are with citizens", now, last)
	}
	other.sound()
	if faults, err := r.sealedFaults(ctx); err != nil || len(faults) > 0 {
		t.Errorf("secrets after the restore: %v, %v", faults, err)
	}
	if _, err := inPlace(t, env, "restore", out); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a restore over a record: %v", err)
	}
	if os.Getenv("TEST_POSTGRES") == "" {
		return
	}
	// From PostgreSQL to SQLite, and back again, as when a trial grows.
	small := w.elsewhere(t.TempDir())
	_, err = inPlace(t, small, "restore", out)
	must(t, err)
	moved := &world{parts: w.restored(small), t: t}
	moved.sound()
	back := filepath.Join(t.TempDir(), "back.zip")
	_, err = moved.backup(ctx, back, true)
	must(t, err)
	large := w.elsewhere(storetest.Address(t))
	_, err = inPlace(t, large, "restore", back)
	must(t, err)
	again := &world{parts: w.restored(large), t: t}
	again.sound()
	if a, b := moved.words("lamp is dead"), again.words("lamp is dead"); a != 1 || b != 1 {
		t.Errorf("the post stands %d times on SQLite and %d on PostgreSQL", a, b)
	}
}

// numbers is the last registration number that was given this year.
func (w *world) numbers(p *parts) (n int64) {
	w.t.Helper()
	must(w.t, p.store.View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(w.t.Context(), `SELECT last FROM serials WHERE year = $1`, time.Now().In(grievance.India).Year()).Scan(&n)
	}))
	return n
}

// A backup with a changed, missing or cut member is refused before anything is written.
func TestDamagedBackupIsRefused(t *testing.T) {
	w := newWorld(t, false)
	good := filepath.Join(t.TempDir(), "good.zip")
	_, err := w.backup(t.Context(), good, false)
	must(t, err)
	whole, err := os.ReadFile(good)
	must(t, err)
	damage := map[string]func(name string, b []byte) ([]byte, bool){
		"changed": func(name string, b []byte) ([]byte, bool) {
			if name == "rows/officers.jsonl" {
				b = bytes.Replace(b, []byte("Renu"), []byte("Rena"), 1)
			}
			return b, true
		},
		"missing": func(name string, b []byte) ([]byte, bool) { return b, name != "rows/charges.jsonl" },
		"no manifest": func(name string, b []byte) ([]byte, bool) {
			return b, name != manifestName
		},
	}
	for name, change := range damage {
		path := filepath.Join(t.TempDir(), "bad.zip")
		must(t, os.WriteFile(path, rezip(t, whole, change), 0o600))
		env := w.elsewhere(t.TempDir())
		if _, err := inPlace(t, env, "restore", path); err == nil {
			t.Errorf("a backup with a member %s was restored", name)
		}
		if left, _ := os.ReadDir(env["NIVARAN_DATA"]); len(left) != 0 {
			t.Errorf("%s: something was written before the check: %v", name, left)
		}
	}
	cut := filepath.Join(t.TempDir(), "cut.zip")
	must(t, os.WriteFile(cut, whole[:len(whole)/2], 0o600))
	if _, err := inPlace(t, w.elsewhere(t.TempDir()), "restore", cut); err == nil {
		t.Error("half a backup was restored")
	}
}

func rezip(t *testing.T, whole []byte, change func(name string, b []byte) ([]byte, bool)) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	must(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		must(t, err)
		b, err := io.ReadAll(r)
		must(t, err)
		b, keep := change(f.Name, b)
		if !keep {
			continue
		}
		to, err := w.Create(f.Name)
		must(t, err)
		_, err = to.Write(b)
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

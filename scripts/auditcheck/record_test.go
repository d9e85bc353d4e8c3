package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// record is a world in which an office has worked for days: histories, office log, read
// log of two programs, and a head for each day that is over.
type record struct {
	*desktest.World
	cases   []grievance.ID
	erased  grievance.ID // whose citizen's words were erased
	hidden  grievance.ID // from which somebody is kept away
	auditor grievance.Actor
}

// newRecord lives days at random, from a seed that a failure names.
func newRecord(t *testing.T) *record {
	t.Helper()
	seed := rand.Uint64()
	t.Log("seed", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	w := &record{World: desktest.New(t)}
	ctx := t.Context()
	w.auditor = w.Hire(grievance.Auditor, "cell")
	programs := []*desk.Reads{w.Desk.Reads, desk.NewReads(w.Desk.Store, w.Desk.Now, w.Desk.Log)}
	for range 4 {
		for range 2 + r.IntN(2) {
			id := w.Open(fmt.Sprint("citizen", len(w.cases)))
			w.cases = append(w.cases, id)
			if r.IntN(2) == 0 {
				w.Must(w.Desk.Assign(ctx, w.Magistrate, id, w.Field.ID))
			}
		}
		for range 3 {
			w.Must(w.Desk.Note(ctx, w.State, w.cases[r.IntN(len(w.cases))], fmt.Sprint("seen on the spot, finding ", r.IntN(1000)), nil))
			w.Must(w.Desk.Hold(ctx, w.State, desk.HoldRequest{AccountID: w.Account.ID, Reason: "while the words are checked"}))
		}
		for _, p := range programs {
			w.Desk.Reads = p
			for range 2 + r.IntN(3) {
				_, err := w.Desk.Case(ctx, w.State, w.cases[r.IntN(len(w.cases))])
				w.Must(err)
				_, err = w.Desk.Inbox(ctx, w.Clerk, desk.InboxRequest{Folder: desk.FolderAll})
				w.Must(err)
			}
			w.Must(p.Flush(ctx))
		}
		w.Clock = w.Clock.AddDate(0, 0, 1)
		_, err := w.Desk.Due(ctx)
		w.Must(err)
	}
	// The last day has no head yet.
	w.erased, w.hidden = w.Open("erased"), w.Open("hidden")
	w.cases = append(w.cases, w.erased, w.hidden)
	v, err := w.Desk.Case(ctx, w.State, w.erased)
	w.Must(err)
	w.Must(w.Desk.Note(ctx, w.State, w.erased, "he says: erased has no water for four days", nil))
	w.Must(w.Desk.Erase(ctx, w.State, []grievance.ID{v.Posts[0].ID}, "the citizen asked for it"))
	w.Must(w.Desk.Exclude(ctx, w.Clerk, w.hidden, store.Exclusion{OfficerID: w.Field.ID}))
	w.Must(w.Desk.KeepFrom(ctx, w.Clerk, w.Post("kept", "", "the engineer takes money"), store.Exclusion{OfficerID: w.Field.ID}))
	_, err = w.Desk.Case(ctx, w.State, w.hidden)
	w.Must(err)
	w.Must(w.Desk.Reads.Flush(ctx))
	w.Sound()
	return w
}

func (w *record) rows(table, columns string) (all [][]any) {
	w.T.Helper()
	w.Must(w.Desk.Store.View(w.T.Context(), func(tx *store.Tx) error {
		rows, err := tx.QueryContext(w.T.Context(), `SELECT `+columns+` FROM `+table+` ORDER BY 1, 2, 3`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			row := make([]any, strings.Count(columns, ",")+1)
			into := make([]any, len(row))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			all = append(all, row)
		}
		return rows.Err()
	}))
	return all
}

func (w *record) write(table, columns string, rows [][]any) {
	w.T.Helper()
	marks := make([]string, strings.Count(columns, ",")+1)
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	w.Must(w.Desk.Store.Tx(w.T.Context(), func(tx *store.Tx) error {
		if _, err := tx.ExecContext(w.T.Context(), `DELETE FROM `+table); err != nil {
			return err
		}
		stmt, err := tx.PrepareContext(w.T.Context(), `INSERT INTO `+table+` (`+columns+`) VALUES (`+strings.Join(marks, ", ")+`)`)
		if err != nil {
			return err
		}
		defer stmt.Close()
		for _, row := range rows {
			if _, err := stmt.ExecContext(w.T.Context(), row...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// keep gives a function that brings the tables back to how they are now.
func (w *record) keep() func() {
	kept := map[string][][]any{}
	columns := map[string]string{"cases": w.columns("cases")}
	for _, t := range tables {
		columns[t.name] = t.columns
	}
	for name, list := range columns {
		kept[name] = w.rows(name, list)
	}
	return func() {
		for name, list := range columns {
			w.write(name, list, kept[name])
		}
	}
}

func (w *record) columns(table string) (list string) {
	w.Must(w.Desk.Store.View(w.T.Context(), func(tx *store.Tx) error {
		rows, err := tx.QueryContext(w.T.Context(), `SELECT * FROM `+table)
		if err != nil {
			return err
		}
		defer rows.Close()
		names, err := rows.Columns()
		list = strings.Join(names, ", ")
		return err
	}))
	return list
}

// export writes the record to a file.
func (w *record) export(by grievance.Actor, texts bool) string {
	w.T.Helper()
	var b bytes.Buffer
	_, err := w.Desk.ExportRecord(w.T.Context(), by, &b, desk.RecordRequest{Texts: texts})
	w.Must(err)
	return w.file(b.Bytes())
}

func (w *record) file(b []byte) string {
	w.T.Helper()
	f, err := os.CreateTemp(w.T.TempDir(), "*.zip")
	w.Must(err)
	_, err = f.Write(b)
	w.Must(err)
	w.Must(f.Close())
	return f.Name()
}

// check gives how many faults the checker finds; a file that it cannot read is one.
func (w *record) check(file string) int {
	w.T.Helper()
	faults, err := checkFile(file, nil, io.Discard)
	if err != nil {
		return faults + 1
	}
	return faults
}

// parts are the files of an export, by name.
type parts map[string][]byte

func (w *record) open(file string) parts {
	w.T.Helper()
	z, err := zip.OpenReader(file)
	w.Must(err)
	defer z.Close()
	all := parts{}
	for _, f := range z.File {
		r, err := f.Open()
		w.Must(err)
		all[f.Name], err = io.ReadAll(r)
		w.Must(err)
		w.Must(r.Close())
	}
	return all
}

// pack makes an export of the files. A careful forger corrects what the manifest says of
// them.
func (w *record) pack(p parts, careful bool) string {
	w.T.Helper()
	if careful {
		var m map[string]any
		w.Must(json.Unmarshal(p["manifest.json"], &m))
		for name, text := range p {
			if name != "manifest.json" {
				sum := sha256.Sum256(text)
				m["files"].(map[string]any)[name] = map[string]any{"lines": bytes.Count(text, []byte("\n")), "sha256": hex.EncodeToString(sum[:])}
			}
		}
		var err error
		p["manifest.json"], err = json.Marshal(m)
		w.Must(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		f, err := z.Create(name)
		w.Must(err)
		_, err = f.Write(p[name])
		w.Must(err)
	}
	w.Must(z.Close())
	return w.file(b.Bytes())
}

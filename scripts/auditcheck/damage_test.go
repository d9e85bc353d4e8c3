package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// damage is one thing that somebody did to rows.
type damage struct {
	name string
	do   func(rows [][]any) [][]any
}

// other is a value of the same kind that differs.
func other(v any) any {
	switch v := v.(type) {
	case int64:
		return v + 1000
	case string:
		return v + "x"
	case []byte:
		if len(v) == 0 {
			return []byte{1}
		}
		b := bytes.Clone(v)
		b[0] ^= 1
		return b
	case bool:
		return !v
	}
	return []byte{1} // nothing was there
}

// places are the first, a middle and the last row.
func places(n int) []int { return slices.Compact([]int{0, n / 2, n - 1}) }

// damages are all that can be done to a table of the columns: keys are those that say
// which row it is.
func damages(columns []string, keys int, rows [][]any) (all []damage) {
	add := func(name string, do func(rows [][]any) [][]any) { all = append(all, damage{name, do}) }
	for _, i := range places(len(rows)) {
		for j, column := range columns {
			add(fmt.Sprintf("%s of row %d changed", column, i), func(rows [][]any) [][]any {
				rows[i][j] = other(rows[i][j])
				return rows
			})
		}
		add(fmt.Sprintf("row %d removed", i), func(rows [][]any) [][]any { return slices.Delete(rows, i, i+1) })
		for _, k := range []int{i + 1, len(rows) - 1 - i} {
			if k <= i || k >= len(rows) {
				continue
			}
			add(fmt.Sprintf("rows %d and %d swapped", i, k), func(rows [][]any) [][]any {
				for j := keys; j < len(columns); j++ {
					rows[i][j], rows[k][j] = rows[k][j], rows[i][j]
				}
				return rows
			})
		}
	}
	return all
}

// tables are those of the record, the columns of the key first.
var tables = []struct {
	name, columns string
	keys          int
}{
	{"history", "case_id, n, at, actor, actor_id, charge_id, event, from_state, to_state, office_id, data, commitment, prev, hash", 2},
	{"history_texts", "case_id, n, text, salt", 2},
	{"office_log", "n, at, actor_id, event, data, prev, hash", 1},
	{"read_log", "day, writer, n, at, officer_id, charge_id, what, case_id, subject, route, prev, hash", 3},
	{"read_chains", "day, writer, entries, head", 2},
	{"daily_heads", "day, until_at, made_at, cases, cases_hash, office_n, office_hash, reads, reads_hash, prev, hash", 1},
	{"chain_ends", "log, entries, head", 1},
}

func copied(rows [][]any) [][]any {
	all := make([][]any, len(rows))
	for i, row := range rows {
		all[i] = slices.Clone(row)
	}
	return all
}

// found says whether verify reports that something is wrong.
func (w *record) found() bool {
	r, err := w.Desk.Store.Verify(w.T.Context())
	return err != nil || len(r.Faults) > 0
}

// Whatever is changed, removed or swapped in the database, verify reports it.
func TestVerifyFindsEveryDamage(t *testing.T) {
	w := newRecord(t)
	n := 0
	for _, table := range tables {
		rows := w.rows(table.name, table.columns)
		if len(rows) < 2 {
			t.Fatalf("%s has %d rows: nothing to damage", table.name, len(rows))
		}
		all := damages(strings.Split(table.columns, ", "), table.keys, rows)
		if table.name == "history" {
			all = append(all, betweenCases(rows)...)
		}
		for _, d := range all {
			w.write(table.name, table.columns, d.do(copied(rows)))
			if !w.found() {
				t.Errorf("%s: %s is not found", table.name, d.name)
			}
			n++
		}
		w.write(table.name, table.columns, rows)
	}
	t.Logf("%d kinds of damage", n)
	w.Sound()
}

// betweenCases swaps entries of the same number, and takes out what is whole in itself.
func betweenCases(rows [][]any) []damage {
	first := func(n int64) (all []int) {
		for i, row := range rows {
			if row[1] == n {
				all = append(all, i)
			}
		}
		return all
	}
	swap := func(i, k int) damage {
		return damage{fmt.Sprintf("rows %d and %d of two cases swapped", i, k), func(rows [][]any) [][]any {
			rows[i][0], rows[k][0] = rows[k][0], rows[i][0]
			return rows
		}}
	}
	one, two := first(1), first(2)
	return []damage{swap(one[0], one[1]), swap(two[0], two[len(two)-1])}
}

// Whole cases, days and chains that are taken out together with what points to them.
func TestVerifyFindsWholePartsMissing(t *testing.T) {
	w := newRecord(t)
	day := "'2026-11-03'"
	tests := map[string][]string{
		"a case with its history":   {`DELETE FROM history_texts WHERE case_id = $1`, `DELETE FROM history WHERE case_id = $1`, `DELETE FROM cases WHERE id = $1`},
		"the end of a case":         {`DELETE FROM history_texts WHERE case_id = $1`, `DELETE FROM history WHERE case_id = $1 AND n > 1`, `UPDATE cases SET entries = 1, head = (SELECT hash FROM history WHERE case_id = $1) WHERE id = $1`},
		"the reads of a day":        {`DELETE FROM read_log WHERE day = ` + day, `DELETE FROM read_chains WHERE day = ` + day},
		"the reads of one program":  {`DELETE FROM read_log WHERE day = ` + day + ` AND writer = (SELECT MIN(writer) FROM read_chains)`, `DELETE FROM read_chains WHERE day = ` + day + ` AND writer = (SELECT MIN(writer) FROM read_chains)`},
		"the end of the office log": {`DELETE FROM office_log WHERE n > 2`, `UPDATE chain_ends SET entries = 2, head = (SELECT hash FROM office_log WHERE n = 2) WHERE log = 'office_log'`},
		"all heads from a day on":   {`DELETE FROM daily_heads WHERE day >= ` + day},
		"a head":                    {`DELETE FROM daily_heads WHERE day = ` + day},
		"where a case ends":         {`UPDATE cases SET head = NULL WHERE id = $1`},
		"how much a case has":       {`UPDATE cases SET entries = entries - 1 WHERE id = $1`},
	}
	for name, statements := range tests {
		for _, id := range []grievance.ID{w.cases[0], w.cases[len(w.cases)/2]} {
			undo := w.keep()
			w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
				for _, s := range statements {
					args := []any{id}
					if !strings.Contains(s, "$1") {
						args = nil
					}
					if _, err := tx.ExecContext(t.Context(), s, args...); err != nil {
						return err
					}
				}
				return nil
			}))
			if !w.found() {
				t.Errorf("%s: verify finds nothing", name)
			}
			if faults := w.check(w.export(grievance.System, true)); faults == 0 {
				t.Errorf("%s: the check of an export finds nothing", name)
			}
			undo()
		}
	}
	w.Sound()
}

// lineDamages change, remove and swap lines of a file.
func lineDamages(t *testing.T, text []byte) map[string][]byte {
	t.Helper()
	lines := bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	lines[len(lines)-1] = append(bytes.Clone(lines[len(lines)-1]), '\n')
	all := map[string][]byte{}
	without := func(i int) []byte { return bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil) }
	for _, i := range append(places(len(lines)), 1, len(lines)/3) {
		all[fmt.Sprintf("line %d removed", i)] = without(i)
		if i+1 < len(lines) {
			swapped := slices.Clone(lines)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			all[fmt.Sprintf("lines %d and %d swapped", i, i+1)] = bytes.Join(swapped, nil)
			all[fmt.Sprintf("cut off in line %d", i)] = append(bytes.Join(lines[:i], nil), lines[i][:len(lines[i])/2]...)
			all[fmt.Sprintf("cut off at line %d", i)] = bytes.Join(lines[:i], nil)
		}
		var fields map[string]any
		d := json.NewDecoder(bytes.NewReader(lines[i]))
		d.UseNumber()
		if err := d.Decode(&fields); err != nil {
			t.Fatal(err)
		}
		for name, v := range fields {
			changed := maps.Clone(fields)
			changed[name] = otherJSON(t, v)
			line, err := json.Marshal(changed)
			if err != nil {
				t.Fatal(err)
			}
			copy := slices.Clone(lines)
			copy[i] = append(line, '\n')
			all[fmt.Sprintf("%s of line %d changed", name, i)] = bytes.Join(copy, nil)
		}
	}
	return all
}

// otherJSON is a value of the same kind that differs: hashes stay hashes, ids stay ids.
func otherJSON(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			t.Fatal(err)
		}
		return n + 1
	case string:
		if b, err := hex.DecodeString(v); err == nil && len(b) == sha256.Size {
			b[31] ^= 1
			return hex.EncodeToString(b)
		}
		if strings.Trim(v, "0123456789") == "" && v != "" {
			return v + "1"
		}
		if v == "" {
			return "00"
		}
		return v[:len(v)-1] + string(rune(v[len(v)-1]^1))
	case bool:
		return !v
	}
	t.Fatalf("a value of an unknown kind: %v", v)
	return nil
}

// Whatever is changed, removed, swapped or cut off in an export, the checker reports it,
// even where the manifest was corrected to fit.
func TestCheckFindsEveryDamage(t *testing.T) {
	w := newRecord(t)
	whole := w.open(w.export(grievance.System, true))
	if faults := w.check(w.pack(maps.Clone(whole), true)); faults != 0 {
		t.Fatalf("%d faults in an export that nobody touched", faults)
	}
	n := 0
	for name, text := range whole {
		if name == "manifest.json" {
			continue
		}
		for what, damaged := range lineDamages(t, text) {
			for _, careful := range []bool{false, true} {
				if careful && strings.HasPrefix(what, "number of line") {
					continue // the registration number is a label, which only the manifest vouches for
				}
				p := maps.Clone(whole)
				p[name] = damaged
				n++
				if w.check(w.pack(p, careful)) == 0 {
					t.Errorf("%s: %s is not found (manifest corrected: %t)", name, what, careful)
				}
			}
		}
	}
	for field, v := range map[string]any{"cases": 1, "entries": 1, "head_before": "00", "head_last": "00", "office_before": map[string]any{"n": 1, "hash": ""}, "office_last": map[string]any{"n": 1, "hash": ""}} {
		p := maps.Clone(whole)
		var m map[string]any
		w.Must(json.Unmarshal(p["manifest.json"], &m))
		m[field] = v
		var err error
		p["manifest.json"], err = json.Marshal(m)
		w.Must(err)
		if w.check(w.pack(p, false)) == 0 {
			t.Errorf("manifest: %s is not found", field)
		}
	}
	file, err := os.ReadFile(w.pack(maps.Clone(whole), false))
	w.Must(err)
	for _, size := range []int{0, 1, len(file) / 2, len(file) - 1} {
		if w.check(w.file(file[:size])) == 0 {
			t.Errorf("cut off after %d bytes of %d: not found", size, len(file))
		}
	}
	t.Logf("%d kinds of damage", n)
}

// Exports of any days verify: without texts, from a day, up to a day, of one day.
func TestExportsOfDaysVerify(t *testing.T) {
	w := newRecord(t)
	for _, days := range []store.Days{{}, {From: "2026-11-03"}, {To: "2026-11-04"}, {From: "2026-11-03", To: "2026-11-03"}, {From: "2026-11-06"}, {From: "2027-01-01"}, {To: "2020-01-01"}} {
		for _, texts := range []bool{false, true} {
			var b bytes.Buffer
			s, err := w.Desk.ExportRecord(t.Context(), grievance.System, &b, desk.RecordRequest{Days: days, Texts: texts})
			w.Must(err)
			var out bytes.Buffer
			if faults, err := checkFile(w.file(b.Bytes()), nil, &out); err != nil || faults > 0 {
				t.Errorf("%v: %v\n%s", days, err, out.String())
			}
			t.Log(days, s)
		}
	}
}

// What was kept of the read log for its time and has gone leaves record and export valid;
// an entry left behind is found.
func TestExpiredReadsVerify(t *testing.T) {
	w := newRecord(t)
	one := w.rows("read_log", tables[3].columns)[0]
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `DELETE FROM read_log WHERE day < '2026-11-04'`); err != nil {
			return err
		}
		return tx.SetMeta(t.Context(), "read_log_from", "2026-11-04")
	}))
	w.Sound()
	file := w.export(grievance.System, false)
	if faults := w.check(file); faults != 0 || !bytes.Contains(w.open(file)["read_log.jsonl"], []byte(`"expired":true`)) {
		t.Errorf("%d faults after the log was kept for its time", faults)
	}
	w.write("read_log", tables[3].columns, append(w.rows("read_log", tables[3].columns), one))
	if w.check(w.export(grievance.System, false)) == 0 {
		t.Error("an entry that stayed alone of its day is not found")
	}
}

// A published head that differs from the export's is reported.
func TestCheckAgainstPublishedHeads(t *testing.T) {
	w := newRecord(t)
	heads, err := w.Desk.PublicHeads(t.Context(), "")
	w.Must(err)
	file := w.export(grievance.System, false)
	published := map[string]string{}
	for _, h := range heads {
		published[h.Day] = grievance.HashText(h.Hash)
	}
	if faults, err := checkFile(file, published, io.Discard); err != nil || faults > 0 {
		t.Fatalf("%d faults, %v", faults, err)
	}
	published[heads[1].Day] = published[heads[0].Day]
	list := []map[string]string{}
	for day, sum := range published {
		list = append(list, map[string]string{"day": day, "hash": sum})
	}
	b, err := json.Marshal(map[string]any{"heads": list})
	w.Must(err)
	path := filepath.Join(t.TempDir(), "heads.json")
	w.Must(os.WriteFile(path, b, 0o600))
	read, err := readPublished(path)
	w.Must(err)
	if faults, _ := checkFile(file, read, io.Discard); faults != 1 {
		t.Errorf("%d faults, want the one day", faults)
	}
}

// An officer's export verifies, and holds no words and nothing of a case from which
// somebody is kept away but sums.
func TestOfficersExport(t *testing.T) {
	w := newRecord(t)
	w.auditor.Via = "POST /audit/export"
	file := w.export(w.auditor, true)
	if faults := w.check(file); faults > 0 {
		t.Fatalf("%d faults", faults)
	}
	number := w.Case(w.hidden).Number
	for name, text := range w.open(file) {
		for _, secret := range []string{w.hidden.String(), number, "post.excluded", `"text"`, `"salt"`, "seen on the spot", "no water"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
	}
	if full := w.open(w.export(grievance.System, true)); !bytes.Contains(full["history.jsonl"], []byte("seen on the spot")) || !bytes.Contains(full["history.jsonl"], []byte(number)) {
		t.Error("the program's own export lacks the texts or the case")
	}
	if _, err := w.Desk.ExportRecord(context.Background(), w.State, io.Discard, desk.RecordRequest{}); err == nil {
		t.Error("an officer who may not audit exports the record")
	}
	p := w.open(file)
	p["history.jsonl"] = bytes.Replace(p["history.jsonl"], []byte(`{"withheld":[{"day":"2026-11-06"`), []byte(`{"withheld":[{"day":"2026-11-05"`), 1)
	if w.check(w.pack(p, true)) == 0 {
		t.Error("a sum moved to another day is not found")
	}
}

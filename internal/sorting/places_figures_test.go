package sorting

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"nivaran/internal/seed"
)

// labelled is a row of testdata: a text with the district that it decides, or none.
type labelled struct{ Text, Account, District string }

func rowsOf(t *testing.T, file string, keep func(int) bool) []labelled {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []labelled
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for i := 0; lines.Scan(); i++ {
		var r labelled
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%s, line %d: %v", file, i+1, err)
		}
		if keep(i) {
			all = append(all, r)
		}
	}
	return all
}

// figures are counts of districts given, right and wanted.
type figures struct{ given, right, wanted int }

func (f figures) precision() float64 { return float64(f.right) / float64(max(f.given, 1)) }
func (f figures) recall() float64    { return float64(f.right) / float64(max(f.wanted, 1)) }

// measure counts over rows; a wrong one is shown where rows may be read.
func measure(t *testing.T, rows []labelled, show bool) figures {
	t.Helper()
	names, codes := map[int]string{}, map[string]int{}
	for _, d := range seed.Districts() {
		names[d.Code], codes[d.NameEN] = d.NameEN, d.Code
	}
	var f figures
	for _, r := range rows {
		in := Input{Text: r.Text}
		if name, ok := strings.CutPrefix(r.Account, "dist:"); ok {
			in.District = codes[name]
		}
		got := allPlaces().find(in)
		if r.District != "" {
			f.wanted++
		}
		if got.District != 0 {
			f.given++
		}
		switch {
		case got.District != 0 && names[got.District] == r.District:
			f.right++
		case show && names[got.District] != r.District:
			t.Logf("%q: %s (%.2f), want %s", r.Text, names[got.District], got.Confidence, r.District)
		}
	}
	return f
}

// The figures of the districts; docs/understanding.md says how to read them.
func TestDistrictFigures(t *testing.T) {
	every := func(int) bool { return true }
	for _, set := range []struct {
		name, file        string
		keep              func(int) bool
		tuning            bool
		precision, recall float64
	}{
		{"districts, even rows (tuning)", "districts.jsonl", func(i int) bool { return i%2 == 0 }, true, 0.97, 0.95},
		{"districts, odd rows", "districts.jsonl", func(i int) bool { return i%2 == 1 }, false, 0.90, 0.95},
		{"posts, dev (tuning)", "posts_dev.jsonl", every, true, 0.97, 0.95},
		{"posts, test", "posts_test.jsonl", every, false, 0.97, 0.93},
	} {
		f := measure(t, rowsOf(t, set.file, set.keep), set.tuning)
		t.Logf("%s: precision %v, recall %v", set.name, share{f.right, f.given}, share{f.right, f.wanted})
		if f.precision() < set.precision || f.recall() < set.recall {
			t.Errorf("%s: precision %.3f, recall %.3f, want %.2f and %.2f", set.name, f.precision(), f.recall(), set.precision, set.recall)
		}
	}
}

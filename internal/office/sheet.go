package office

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nivaran/internal/grievance"
)

// File names one of the tables that can be taken in and given out as CSV.
type File string

// The files, in the order in which an empty database takes them.
const (
	DepartmentsFile File = "departments"
	DistrictsFile   File = "districts"
	SubjectsFile    File = "subjects"
	OfficesFile     File = "offices"
	MatrixFile      File = "matrix"
	OfficersFile    File = "officers"
)

// Files lists every file in its order.
var Files = []File{DepartmentsFile, DistrictsFile, SubjectsFile, OfficesFile, MatrixFile, OfficersFile}

// columns are those of each file; a star marks what every file must have.
var columns = map[File][]string{
	DepartmentsFile: {"code*", "name_en*", "name_hi", "parent", "outside"},
	DistrictsFile:   {"lgd_code*", "name_en*", "name_hi", "since", "from"},
	SubjectsFile:    {"code*", "department*", "body", "category_en*", "category_hi", "name_en*", "name_hi", "kind", "urgency", "limit_days", "limit_source", "sensitive"},
	OfficesFile:     {"code*", "name_en*", "name_hi", "tier*", "parent*", "district", "department"},
	MatrixFile:      {"department*", "district*", "place", "office*"},
	OfficersFile:    {"email*", "name_en*", "name_hi", "office*", "role*", "title_en*", "title_hi", "from", "to", "duty", "additional"},
}

// Columns lists the columns of a file.
func (f File) Columns() []string {
	var names []string
	for _, c := range columns[f] {
		names = append(names, strings.TrimSuffix(c, "*"))
	}
	return names
}

// record is a line of a file: column → text.
type record map[string]string

// numbered is a record with the line that it stands on.
type numbered struct {
	n int
	record
}

// maxLines bounds a file; the largest state has far fewer offices.
const maxLines = 20000

// readSheet reads CSV as people save it: with or without a byte order mark, parted by
// commas, Excel's semicolons or tabs.
func readSheet(f File, data []byte) ([]numbered, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, grievance.Invalid("file", "error.csv_encoding")
	}
	first, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	for _, mark := range ";\t" {
		if bytes.ContainsRune(first, mark) && bytes.Count(first, []byte(string(mark))) > bytes.Count(first, []byte{byte(r.Comma)}) {
			r.Comma = mark
		}
	}
	head, err := r.Read()
	if err != nil {
		return nil, grievance.Invalid("file", "error.csv_empty")
	}
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
	}
	if err := checkHead(f, head); err != nil {
		return nil, err
	}
	var rows []numbered
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil || len(rows) == maxLines {
			return nil, &grievance.InvalidError{Field: "file", Key: "error.csv_line", Args: map[string]any{"Line": len(rows) + 2}}
		}
		line, _ := r.FieldPos(0)
		row := numbered{line, record{}}
		blank := true
		for i, name := range head {
			if i < len(cells) && name != "" {
				row.record[name] = plain(cells[i])
				blank = blank && row.record[name] == ""
			}
		}
		if !blank {
			rows = append(rows, row)
		}
	}
}

// checkHead wants the columns that a file must have, and no others: a slip in a name would
// lose a column unseen.
func checkHead(f File, head []string) error {
	known := f.Columns()
	for _, c := range columns[f] {
		if name, must := strings.CutSuffix(c, "*"); must && !slices.Contains(head, name) {
			return &grievance.InvalidError{Field: "file", Key: "error.csv_column_missing", Args: map[string]any{"Column": name, "Columns": strings.Join(known, ", ")}}
		}
	}
	for _, name := range head {
		if name != "" && !slices.Contains(known, name) {
			return &grievance.InvalidError{Field: "file", Key: "error.csv_column_unknown", Args: map[string]any{"Column": grievance.Excerpt(name, 40), "Columns": strings.Join(known, ", ")}}
		}
	}
	return nil
}

// formulas begin what a spreadsheet would compute.
const formulas = "=+-@"

// guarded keeps a spreadsheet from computing a cell; plain takes the guard away again.
func guarded(s string) string {
	if s != "" && strings.ContainsRune(formulas, rune(s[0])) {
		return "'" + s
	}
	return s
}

func plain(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune(formulas, rune(s[1])) {
		return s[1:]
	}
	return s
}

// writeSheet writes records as CSV that readSheet takes, and Excel shows in Hindi.
func writeSheet(w io.Writer, f File, rows []record) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	names := f.Columns()
	if err := out.Write(names); err != nil {
		return err
	}
	for _, r := range rows {
		cells := make([]string, len(names))
		for i, name := range names {
			cells[i] = guarded(r[name])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	return nil
}

// dayForms are how a day may be written: as we write it, and as Indian spreadsheets do.
var dayForms = []string{"2006-01-02", "02-01-2006", "02/01/2006", "02.01.2006", "2-1-2006", "2/1/2006", "2 Jan 2006", "02-Jan-2006", "02-Jan-06"}

// ParseDay reads a day: its first moment in India. Empty is the zero time.
func ParseDay(field, text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range dayForms {
		if t, err := time.ParseInLocation(form, text, grievance.India); err == nil && t.Year() >= 1947 && t.Year() < 2200 {
			return t, nil
		}
	}
	return time.Time{}, grievance.Invalid(field, "error.date")
}

// ParseLastDay reads the last day of a period: the moment after it. Empty is the zero time.
func ParseLastDay(field, text string) (time.Time, error) {
	t, err := ParseDay(field, text)
	if err != nil || t.IsZero() {
		return t, err
	}
	return t.AddDate(0, 0, 1), nil
}

// Day writes the day of a moment in India; LastDay the last day before the end of a period.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(grievance.India).Format("2006-01-02")
}

// LastDay writes the last day before the end of a period.
func LastDay(end time.Time) string {
	if end.IsZero() {
		return ""
	}
	return Day(end.Add(-time.Millisecond))
}

func yes(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

func parseYes(field, text string) (bool, error) {
	switch strings.ToLower(text) {
	case "yes", "y", "true", "1", "हाँ", "हां":
		return true, nil
	case "", "no", "n", "false", "0", "नहीं":
		return false, nil
	}
	return false, grievance.Invalid(field, "error.yes_or_no")
}

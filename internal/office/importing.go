package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// What a line of a file would do.
const (
	LineAdds    = "add"
	LineChanges = "change"
	LineSame    = "same"
	LineWrong   = "error"
)

// Line says what one line of a file would do.
type Line struct {
	N       int               // in the file
	What    string            // add, change, same or error
	Name    string            // code or address of what it is about
	Values  map[string]string // by column, as they will be; nil where the line cannot be read
	Changes []Diff
	Problem *grievance.InvalidError // of a wrong line
}

// Diff is a field that a line changes.
type Diff struct{ Field, From, To string }

// Plan is what a file would do, line by line. Hash names file and effect: what was shown
// is what is applied.
type Plan struct {
	File  File
	Lines []Line
	Hash  string
}

// Count counts the lines that do the same.
func (p Plan) Count(what string) (n int) {
	for _, l := range p.Lines {
		if l.What == what {
			n++
		}
	}
	return n
}

func (p *Plan) seal(data []byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d\n", p.File, len(data))
	h.Write(data)
	for _, l := range p.Lines {
		fmt.Fprintf(h, "\n%d %s %q %q %v", l.N, l.What, l.Name, l.Changes, l.Problem)
	}
	p.Hash = hex.EncodeToString(h.Sum(nil))
}

// may is the permission that a file asks for.
func (f File) may() grievance.Permission {
	if f == OfficersFile {
		return grievance.MayManageOfficers
	}
	return grievance.MayManageOffices
}

// errDry rolls a dry run back.
var errDry = errors.New("dry run")

// KeepFile keeps a file for its dry run and its confirmation, for a day.
func (o *Organisation) KeepFile(ctx context.Context, by grievance.Actor, f File, data []byte) (id grievance.ID, err error) {
	if !by.May(f.may()) || !slices.Contains(Files, f) {
		return 0, grievance.ErrForbidden
	}
	if _, err := readSheet(f, data); err != nil {
		return 0, err
	}
	now := o.Now()
	err = o.Store.Tx(ctx, func(tx *store.Tx) error {
		id = tx.NewID(now)
		return tx.SaveImport(ctx, store.Import{ID: id, OfficerID: by.ID, File: string(f), Data: data, At: now})
	})
	return id, err
}

// DryRun says what a kept file would do. It does all of it and takes it back, so nothing
// can differ when it is applied.
func (o *Organisation) DryRun(ctx context.Context, by grievance.Actor, id grievance.ID) (Plan, error) {
	return o.run(ctx, by, id, "")
}

// Apply does what the dry run with this hash has shown, all or nothing. When the file
// would do something else by now it does nothing, and gives the new plan with ErrConflict.
func (o *Organisation) Apply(ctx context.Context, by grievance.Actor, id grievance.ID, hash string) (Plan, error) {
	if hash == "" {
		return Plan{}, grievance.Invalid("hash", "error.choose")
	}
	return o.run(ctx, by, id, hash)
}

func (o *Organisation) run(ctx context.Context, by grievance.Actor, id grievance.ID, hash string) (p Plan, err error) {
	if err := o.Directory.Refresh(ctx, o.Store); err != nil {
		return p, err
	}
	err = o.Store.Tx(ctx, func(tx *store.Tx) error {
		kept, err := tx.Import(ctx, id, by.ID)
		if err != nil {
			return err
		}
		if p, err = o.take(ctx, tx, by, File(kept.File), kept.Data); err != nil {
			return err
		}
		switch {
		case hash == "" || p.Count(LineWrong) > 0:
			return errDry
		case hash != p.Hash:
			return fmt.Errorf("import %s: %w: it would do something else now", id, grievance.ErrConflict)
		}
		data := map[string]any{"file": p.File, "hash": p.Hash, "added": p.Count(LineAdds), "changed": p.Count(LineChanges)}
		if err := tx.RecordOffice(ctx, by, "organisation.imported", data, o.Now()); err != nil {
			return err
		}
		return tx.DeleteImport(ctx, id)
	})
	if errors.Is(err, errDry) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	return p, o.Directory.Refresh(ctx, o.Store)
}

// take writes what the lines say; wrong ones are told in the plan.
func (o *Organisation) take(ctx context.Context, tx *store.Tx, by grievance.Actor, f File, data []byte) (Plan, error) {
	p := Plan{File: f}
	if !by.May(f.may()) {
		return p, grievance.ErrForbidden
	}
	rows, err := readSheet(f, data)
	if err != nil {
		return p, err
	}
	t := &taking{o: o, tx: tx, by: by, now: o.Now(), staged: o.Directory.lists().facts}
	switch f {
	case DepartmentsFile:
		err = t.departments(ctx, rows)
	case DistrictsFile:
		err = t.districts(ctx, rows)
	case SubjectsFile:
		err = t.subjects(ctx, rows)
	case OfficesFile:
		err = t.offices(ctx, rows)
	case MatrixFile:
		err = t.matrix(ctx, rows)
	case OfficersFile:
		err = t.officers(ctx, rows)
	default:
		return p, grievance.ErrNotFound
	}
	p.Lines = t.lines
	p.seal(data)
	return p, err
}

// taking is a file on its way in.
type taking struct {
	o      *Organisation
	tx     *store.Tx
	by     grievance.Actor
	now    time.Time
	staged Facts // as they will be
	lines  []Line
	seen   map[string]bool
}

// compare makes the line of a record: new, or how it differs from what is there. Columns
// that the file does not have keep their value.
func (t *taking) compare(row numbered, key string, was record, columns []string) Line {
	l := Line{N: row.n, Name: key, Values: row.record, What: LineSame}
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	if t.seen[key] {
		return t.wrong(l, grievance.Invalid("line", "error.csv_twice"))
	}
	t.seen[key] = true
	if was == nil {
		l.What = LineAdds
	}
	for _, c := range columns {
		to, given := row.record[c]
		if !given {
			row.record[c] = was[c]
			continue
		}
		if was != nil && to != was[c] {
			l.What = LineChanges
			l.Changes = append(l.Changes, Diff{c, was[c], to})
		}
	}
	return l
}

// wrong turns a line into one that cannot be taken.
func (t *taking) wrong(l Line, err error) Line {
	l.What, l.Changes = LineWrong, nil
	if !errors.As(err, &l.Problem) {
		l.Problem = grievance.Invalid("line", "error.forbidden")
	}
	return l
}

// refused says whether the error is of the line, not of the program.
func refused(err error) bool {
	_, invalid := errors.AsType[*grievance.InvalidError](err)
	return invalid || errors.Is(err, grievance.ErrForbidden)
}

// Export writes a file as the import takes it.
func (o *Organisation) Export(ctx context.Context, by grievance.Actor, f File, w io.Writer) error {
	if !by.May(f.may()) {
		return grievance.ErrForbidden
	}
	if err := o.Directory.Refresh(ctx, o.Store); err != nil {
		return err
	}
	var rows []record
	switch f {
	case DepartmentsFile:
		for _, d := range o.Directory.Departments() {
			rows = append(rows, o.Directory.departmentRecord(d))
		}
	case DistrictsFile:
		for _, d := range o.Directory.Districts() {
			rows = append(rows, o.Directory.districtRecord(d))
		}
	case SubjectsFile:
		for _, s := range o.Directory.Subjects() {
			rows = append(rows, o.Directory.subjectRecord(s))
		}
	case OfficesFile:
		for _, x := range o.Directory.Offices(o.Now()) {
			rows = append(rows, o.Directory.officeRecord(x))
		}
	case MatrixFile:
		for _, a := range o.Directory.Matrix() {
			rows = append(rows, o.Directory.matrixRecord(a))
		}
	case OfficersFile:
		var err error
		if rows, err = o.officerRecords(ctx); err != nil {
			return err
		}
	default:
		return grievance.ErrNotFound
	}
	return writeSheet(w, f, rows)
}

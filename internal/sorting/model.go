package sorting

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"nivaran/internal/linear"
)

// Model is what the engine has learnt: a judge for each question. It may be used by many
// goroutines at once.
type Model struct {
	from       string // what it was made of, see Text
	kind       *linear.Model
	department *linear.Model
	urgency    *linear.Model
	against    *linear.Model
	subjects   map[string]*linear.Model // by department; none where there is but one subject
	parents    map[string]string        // subject → topmost department
	only       map[string]string        // department → its only subject
}

// From names the shipped text that the model was made of: see Text.
func (m *Model) From() string { return m.from }

// A model file is the mark, the length of the header (uvarint), the header (JSON) and then
// the files of the judges, one after the other.
const modelMark = "NVSM1\n"

// ErrNotModel is returned by ReadModel for anything but a whole model of this version.
var ErrNotModel = errors.New("not an engine's model of this version of nivaran")

type modelHeader struct {
	From    string            `json:"from"`
	Parents map[string]string `json:"parents"`
	Parts   []modelPart       `json:"parts"`
}

type modelPart struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// subjectPart is how the judge of a department's subjects is named in a file.
const subjectPart = "subject:"

// WriteTo writes the model as a file that ReadModel takes.
func (m *Model) WriteTo(to io.Writer) (int64, error) {
	head := modelHeader{From: m.from, Parents: m.parents}
	var body bytes.Buffer
	add := func(name string, part *linear.Model) error {
		n, err := part.WriteTo(&body)
		head.Parts = append(head.Parts, modelPart{name, int(n)})
		return err
	}
	errs := []error{add("kind", m.kind), add("department", m.department), add("urgency", m.urgency), add("against", m.against)}
	for _, d := range slices.Sorted(maps.Keys(m.subjects)) {
		errs = append(errs, add(subjectPart+d, m.subjects[d]))
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	header, err := json.Marshal(head)
	if err != nil {
		return 0, err
	}
	b := append([]byte(modelMark), binary.AppendUvarint(nil, uint64(len(header)))...)
	n, err := to.Write(slices.Concat(b, header, body.Bytes()))
	return int64(n), err
}

// ReadModel reads a model that WriteTo wrote; it answers ErrNotModel for anything else.
func ReadModel(from io.Reader) (*Model, error) {
	b, err := io.ReadAll(io.LimitReader(from, linear.MostModelBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	rest, ok := bytes.CutPrefix(b, []byte(modelMark))
	if !ok || len(b) > linear.MostModelBytes {
		return nil, ErrNotModel
	}
	n, size := binary.Uvarint(rest)
	if size <= 0 || n > uint64(len(rest)-size) {
		return nil, ErrNotModel
	}
	var head modelHeader
	if err := json.Unmarshal(rest[size:size+int(n)], &head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotModel, err)
	}
	m := &Model{from: head.From, parents: head.Parents, subjects: map[string]*linear.Model{}}
	return m, m.parts(head.Parts, rest[size+int(n):])
}

func (m *Model) parts(parts []modelPart, b []byte) error {
	for _, p := range parts {
		if p.Size < 0 || p.Size > len(b) {
			return fmt.Errorf("%w: it is cut short", ErrNotModel)
		}
		part, err := linear.Read(bytes.NewReader(b[:p.Size]))
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrNotModel, p.Name, err)
		}
		b = b[p.Size:]
		department, isSubject := strings.CutPrefix(p.Name, subjectPart)
		switch {
		case isSubject:
			m.subjects[department] = part
		case p.Name == "kind":
			m.kind = part
		case p.Name == "department":
			m.department = part
		case p.Name == "urgency":
			m.urgency = part
		case p.Name == "against":
			m.against = part
		}
	}
	if m.kind == nil || m.department == nil || m.urgency == nil || m.against == nil {
		return fmt.Errorf("%w: a judge is missing", ErrNotModel)
	}
	m.findOnly()
	return nil
}

// findOnly notes the departments that have one subject: it needs no judge.
func (m *Model) findOnly() {
	m.only = map[string]string{}
	for _, s := range slices.Sorted(maps.Keys(m.parents)) {
		if d := m.parents[s]; m.subjects[d] == nil {
			m.only[d] = cmp.Or(m.only[d], s)
		}
	}
}

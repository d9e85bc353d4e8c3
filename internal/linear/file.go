package linear

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// A model file is the mark, the length of the header (uvarint), the header (JSON), then by
// place how rare the property is (a byte) and how many weights it has (uvarint), then the
// label of each weight (one byte, two where there are more than 256 labels), the weights
// (a byte each), and the CRC-32 of all before, little endian.
const fileMark = "NVLM1\n"

// MostModelBytes is the size of the largest file that Read takes.
const MostModelBytes = 64 << 20

// ErrNotModel is returned by Read for anything but a whole model of this version.
var ErrNotModel = errors.New("not a model of this version of nivaran")

type fileHeader struct {
	Labels    []string          `json:"labels"`
	Bits      uint              `json:"bits"`
	Weights   int               `json:"weights"`
	Scales    []float32         `json:"scales"`
	Bias      []float32         `json:"bias"`
	Lean      []float32         `json:"lean"`
	Sureness  sureness          `json:"sureness,omitzero"`
	Threshold float64           `json:"threshold,omitempty"`
	Decisive  int               `json:"decisive,omitempty"`
	About     map[string]string `json:"about,omitempty"`
}

// WriteTo writes the model as a file that Read takes.
func (m *Model) WriteTo(to io.Writer) (int64, error) {
	header, err := json.Marshal(fileHeader{m.labels, m.bits, len(m.weights), m.scales, m.bias, m.lean, m.sureness, m.threshold, m.decisive, m.about})
	if err != nil {
		return 0, err
	}
	b := append([]byte(fileMark), binary.AppendUvarint(nil, uint64(len(header)))...)
	b = append(append(b, header...), m.rare...)
	for i := range m.rare {
		b = binary.AppendUvarint(b, uint64(m.starts[i+1]-m.starts[i]))
	}
	for _, c := range m.classes {
		b = append(b, byte(c))
		if m.wide() {
			b = append(b, byte(c>>8))
		}
	}
	for _, w := range m.weights {
		b = append(b, byte(w))
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	n, err := to.Write(b)
	return int64(n), err
}

// wide says whether a label takes two bytes.
func (m *Model) wide() bool { return len(m.labels) > 256 }

// Read reads a model that WriteTo wrote. It answers ErrNotModel for anything else.
func Read(from io.Reader) (*Model, error) {
	b, err := io.ReadAll(io.LimitReader(from, MostModelBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	if len(b) > MostModelBytes || len(b) < len(fileMark)+4 || string(b[:len(fileMark)]) != fileMark {
		return nil, ErrNotModel
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return nil, fmt.Errorf("%w: it is cut short or changed", ErrNotModel)
	}
	m, err := decode(bytes.NewReader(body[len(fileMark):]))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotModel, err)
	}
	return m, nil
}

func decode(from *bytes.Reader) (*Model, error) {
	h, err := decodeHeader(from)
	if err != nil {
		return nil, err
	}
	m := &Model{labels: h.Labels, lengths: lengths(len(h.Labels)), bits: h.Bits, scales: h.Scales, bias: h.Bias, lean: h.Lean, sureness: h.Sureness, threshold: h.Threshold, decisive: h.Decisive, about: h.About}
	m.rare = make([]uint8, 1<<m.bits)
	if _, err := io.ReadFull(from, m.rare); err != nil {
		return nil, err
	}
	m.starts = make([]uint32, 1<<m.bits+1)
	for i := range m.rare {
		n, err := binary.ReadUvarint(from)
		if err != nil {
			return nil, err
		}
		if n > uint64(h.Weights)-uint64(m.starts[i]) {
			return nil, errors.New("more weights than the header says")
		}
		m.starts[i+1] = m.starts[i] + uint32(n)
	}
	return m, m.decodeWeights(bufio.NewReader(from), h.Weights)
}

func (m *Model) decodeWeights(from *bufio.Reader, n int) error {
	if int(m.starts[len(m.starts)-1]) != n {
		return errors.New("fewer weights than the header says")
	}
	m.classes, m.weights = make([]uint16, n), make([]int8, n)
	size := 1
	if m.wide() {
		size = 2
	}
	b := make([]byte, n*size)
	if _, err := io.ReadFull(from, b); err != nil {
		return err
	}
	for i := range m.classes {
		m.classes[i] = uint16(b[i*size])
		if m.wide() {
			m.classes[i] |= uint16(b[i*size+1]) << 8
		}
		if int(m.classes[i]) >= len(m.labels) {
			return errors.New("a weight of a label that there is not")
		}
	}
	if _, err := io.ReadFull(from, b[:n]); err != nil {
		return err
	}
	for i := range m.weights {
		m.weights[i] = int8(b[i])
	}
	return nil
}

func decodeHeader(from *bytes.Reader) (*fileHeader, error) {
	n, err := binary.ReadUvarint(from)
	if err != nil || n > uint64(from.Len()) {
		return nil, errors.New("no header")
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(from, b); err != nil {
		return nil, err
	}
	h := &fileHeader{}
	if err := json.Unmarshal(b, h); err != nil {
		return nil, err
	}
	k := len(h.Labels)
	switch {
	case k < 2 || k > math.MaxUint16 || len(h.Scales) != k || len(h.Bias) != k || len(h.Lean) != k:
		return nil, errors.New("labels and their numbers differ")
	case h.Bits > mostBits || h.Weights < 0 || h.Weights > from.Len():
		return nil, errors.New("sizes that cannot be")
	case h.Threshold < 0 || h.Threshold >= 1 || h.Threshold > 0 && k != 2 || h.Decisive < 0 || h.Decisive >= k:
		return nil, errors.New("a threshold that cannot be")
	}
	return h, nil
}

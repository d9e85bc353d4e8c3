package linear

import (
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
	b = append(b, header...)
	known := m.places[:1<<m.bits]
	for _, p := range known {
		b = append(b, byte(p))
	}
	for i, p := range known {
		b = binary.AppendUvarint(b, uint64(m.places[i+1].from()-p.from()))
	}
	for _, w := range m.weights {
		b = append(b, byte(w.label))
		if m.wide() {
			b = append(b, byte(w.label>>8))
		}
	}
	for _, w := range m.weights {
		b = append(b, byte(w.steps))
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
	m, err := decode(body[len(fileMark):])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotModel, err)
	}
	return m, nil
}

func decode(b []byte) (*Model, error) {
	h, b, err := decodeHeader(b)
	if err != nil {
		return nil, err
	}
	m := &Model{labels: h.Labels, lengths: lengths(len(h.Labels)), bits: h.Bits, scales: h.Scales, bias: h.Bias, lean: h.Lean, sureness: h.Sureness, threshold: h.Threshold, decisive: h.Decisive, about: h.About}
	if b, err = m.decodePlaces(b, h.Weights); err != nil {
		return nil, err
	}
	return m, m.decodeWeights(b, h.Weights)
}

// errShort says that a part of a file is missing.
var errShort = errors.New("it is cut short")

func (m *Model) decodePlaces(b []byte, weights int) (rest []byte, err error) {
	size := 1 << m.bits
	if len(b) < size {
		return nil, errShort
	}
	rare, b := b[:size], b[size:]
	m.places = make([]place, size+1)
	from := uint64(0)
	for i := range rare {
		m.places[i] = place(from<<8) | place(rare[i])
		n, read := binary.Uvarint(b)
		if read <= 0 {
			return nil, errShort
		}
		if n > uint64(weights)-from {
			return nil, errors.New("more weights than the header says")
		}
		from, b = from+n, b[read:]
	}
	m.places[size] = place(from << 8)
	if from != uint64(weights) {
		return nil, errors.New("fewer weights than the header says")
	}
	return b, nil
}

func (m *Model) decodeWeights(b []byte, n int) error {
	size := 1
	if m.wide() {
		size = 2
	}
	if len(b) < n*(size+1) {
		return errShort
	}
	labels, steps := b[:n*size], b[n*size:]
	m.weights = make([]weight, n)
	for i := range m.weights {
		label := uint16(labels[i*size])
		if m.wide() {
			label |= uint16(labels[i*size+1]) << 8
		}
		if int(label) >= len(m.labels) {
			return errors.New("a weight of a label that there is not")
		}
		m.weights[i] = weight{label, int8(steps[i])}
	}
	return nil
}

// decodeHeader reads the header and gives what stands after it.
func decodeHeader(b []byte) (h *fileHeader, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, errors.New("no header")
	}
	rest = b[size+int(n):]
	h = &fileHeader{}
	if err := json.Unmarshal(b[size:size+int(n)], h); err != nil {
		return nil, nil, err
	}
	k := len(h.Labels)
	switch {
	case k < 2 || k > math.MaxUint16 || len(h.Scales) != k || len(h.Bias) != k || len(h.Lean) != k:
		return nil, nil, errors.New("labels and their numbers differ")
	case h.Bits > mostBits || h.Weights < 0 || h.Weights > min(len(rest), mostPlaced):
		return nil, nil, errors.New("sizes that cannot be")
	case h.Threshold < 0 || h.Threshold >= 1 || h.Threshold > 0 && k != 2 || h.Decisive < 0 || h.Decisive >= k:
		return nil, nil, errors.New("a threshold that cannot be")
	}
	return h, rest, nil
}

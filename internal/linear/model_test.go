package linear

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Words of three invented offices and words of all; texts are drawn from them.
var (
	offices = map[string][]string{
		"power": strings.Fields("bijli transformer light voltage मीटर बिजली pole wire फ्यूज trip"),
		"water": strings.Fields("paani pipe nal tanker पानी नल leakage tubewell टंकी supply"),
		"roads": strings.Fields("sadak road gaddha pothole सड़क गड्ढा patch tuta टूटी divider"),
	}
	anywhere = strings.Fields("hamare gaon me nahi aa raha hai sir please दो दिन से कोई सुनता नहीं kindly help")
)

func invented(n int, seed uint64) []Example {
	random := rand.New(rand.NewPCG(seed, 0))
	labels := []string{"power", "water", "roads"}
	var out []Example
	for i := range n {
		label := labels[i%len(labels)]
		var words []string
		for range 3 {
			words = append(words, offices[label][random.IntN(len(offices[label]))])
		}
		for range 8 {
			words = append(words, anywhere[random.IntN(len(anywhere))])
		}
		random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		out = append(out, Example{Text: strings.Join(words, " "), Label: label})
	}
	return out
}

func trained(t testing.TB, examples []Example, o Options) *Model {
	t.Helper()
	m, err := Train(t.Context(), examples, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTrain(t *testing.T) {
	m := trained(t, invented(300, 1), Options{})
	r := Evaluate(m, invented(300, 2))
	if r.Accuracy.Value < 0.97 || r.ECE.Value > 0.05 {
		t.Errorf("accuracy %.3f, calibration error %.3f of texts that tell their office", r.Accuracy.Value, r.ECE.Value)
	}
	if got := m.Labels(); !slices.Equal(got, []string{"power", "roads", "water"}) {
		t.Errorf("Labels = %v", got)
	}
}

// Another script of a word that was learnt is known.
func TestAcrossScripts(t *testing.T) {
	m := trained(t, []Example{
		{Text: "bijli nahi hai", Label: "power"}, {Text: "bijli gul", Label: "power"},
		{Text: "pension nahi mili", Label: "welfare"}, {Text: "pension ruki hui", Label: "welfare"},
	}, Options{})
	for s, want := range map[string]string{"बिजली": "power", "पेंशन": "welfare"} {
		if got := m.Predict(s)[0].Label; got != want {
			t.Errorf("Predict(%s) = %s, want %s", s, got, want)
		}
	}
}

func TestPredict(t *testing.T) {
	m := trained(t, invented(120, 1), Options{})
	for _, s := range []string{"", "transformer jal gaya", "\xff\xfe", strings.Repeat("paani ", 5000)} {
		sum := 0.0
		got := m.Predict(s)
		for i, c := range got {
			sum += c.Confidence
			if i > 0 && c.Confidence > got[i-1].Confidence {
				t.Errorf("%.20q: %v is not best first", s, got)
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%.20q: confidences make %v, not 1", s, sum)
		}
	}
}

// Texts of 0.7 certain labels are not said to be certain.
func TestConfidenceOfNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	noisy := func(n int, seed uint64) []Example {
		examples := invented(n, seed)
		for i := range examples {
			if random.Float64() < 0.3 {
				examples[i].Label = []string{"power", "water", "roads"}[random.IntN(3)]
			}
		}
		return examples
	}
	r := Evaluate(trained(t, noisy(600, 1), Options{Bits: 14}), noisy(600, 2))
	if r.ECE.Value > 0.06 {
		t.Errorf("calibration error %.3f where a fifth of the labels is wrong", r.ECE.Value)
	}
}

// What the caller names is learnt like words, and needs no words.
func TestNamedFeatures(t *testing.T) {
	examples := invented(60, 1)
	for i := range examples {
		examples[i].Text, examples[i].Group = "please help", fmt.Sprint(i)
		examples[i].Features = []string{"cue:" + examples[i].Label}
	}
	m := trained(t, examples, Options{})
	if got := m.Predict("please help", "cue:water")[0]; got.Label != "water" || got.Confidence < 0.8 {
		t.Errorf("Predict = %v, want water", got)
	}
}

// A label of one example is found by the text that says what it means.
func TestNames(t *testing.T) {
	examples := append(invented(60, 1), Example{Text: "kal se band", Label: "buses"})
	names := map[string][]string{"buses": {"Haryana Roadways bus service and depots", "रोडवेज बस"}}
	if got := trained(t, examples, Options{Names: names}).Predict("roadways depot")[0].Label; got != "buses" {
		t.Errorf("with names: %s, want buses", got)
	}
}

func TestTwoLabels(t *testing.T) {
	var examples []Example
	for i, e := range invented(400, 1) {
		e.Label = map[bool]string{true: "1", false: "0"}[e.Label == "water"]
		if i%6 == 0 {
			e.Label = "1"
		}
		examples = append(examples, e)
	}
	m := trained(t, examples, Options{})
	r := Evaluate(m, examples)
	if r.Decisive != "1" || r.F1 == nil || r.F1.Value < 0.8 {
		t.Errorf("decisive %q, F1 %v", r.Decisive, r.F1)
	}
	if got := trained(t, examples, Options{Decisive: "0"}); got.Labels()[got.decisive] != "0" {
		t.Errorf("decisive is not the one that was said")
	}
}

func TestDecided(t *testing.T) {
	for _, threshold := range []float64{0.3, 0.5, 0.6} {
		before := -1.0
		for p := 0.0; p <= 1; p += 0.001 {
			got := decided(p, threshold)
			if got < before || got > 1 || (got >= 0.5) != (p >= threshold) || math.Abs(got-p) > math.Abs(threshold-0.5)+0.011 {
				t.Fatalf("decided(%v, %v) = %v after %v", p, threshold, got, before)
			}
			before = got
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	if _, err := Train(t.Context(), []Example{{Text: "a", Label: "x"}}, Options{}); err == nil {
		t.Error("one label is no choice, yet it was learnt")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Train(ended, invented(30, 1), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Train = %v, want that it stops", err)
	}
}

func TestFile(t *testing.T) {
	m := trained(t, invented(90, 1), Options{})
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v of %d", n, err, b.Len())
	}
	file := b.Bytes()
	got, err := Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range invented(30, 3) {
		if a, b := m.Predict(e.Text), got.Predict(e.Text); !slices.Equal(a, b) {
			t.Fatalf("after reading %v, before %v", b, a)
		}
	}
	for _, broken := range [][]byte{nil, file[:len(file)/2], append([]byte("NVLM9\n"), file[6:]...), append(slices.Clone(file[:200]), file[201:]...)} {
		if _, err := Read(bytes.NewReader(broken)); !errors.Is(err, ErrNotModel) {
			t.Errorf("Read of %d bytes = %v, want ErrNotModel", len(broken), err)
		}
	}
}

// More labels than a byte tells apart.
func TestManyLabels(t *testing.T) {
	var examples []Example
	for i := range 260 {
		for _, form := range []string{"office%c%c matter", "the matter of office%c%c"} {
			examples = append(examples, Example{Text: fmt.Sprintf(form, 'a'+i%26, 'a'+i/26), Label: fmt.Sprintf("l%03d", i)})
		}
	}
	m := trained(t, examples, Options{})
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if first := got.Predict(examples[518].Text)[0].Label; first != "l259" {
		t.Errorf("Predict = %s, want l259", first)
	}
}

func TestExplain(t *testing.T) {
	m := trained(t, invented(300, 1), Options{})
	s := "sir please, bijli transformer! kindly help"
	spans := m.Explain(ReadText(s), "power")
	if len(spans) == 0 || spans[0].Words(s) != "bijli transformer" {
		t.Fatalf("Explain = %v", spans)
	}
	if got := m.Explain(ReadText(s), "no such label"); got != nil {
		t.Errorf("of an unknown label: %v", got)
	}
}

func TestPanel(t *testing.T) {
	few := trained(t, invented(60, 1), Options{Bits: 12})
	many := trained(t, invented(120, 2), Options{Bits: 14})
	p := NewPanel(few, many)
	for _, s := range []string{"", "paani nahi, paani nahi", "bijli transformer #नहीं @dc 😡", "xyzzy"} {
		r := ReadText(s)
		all := p.Judge(r)
		if !slices.Equal(all[0], few.Judge(r)) || !slices.Equal(all[1], many.Judge(r)) || all[2] != nil {
			t.Errorf("%q: together %v, alone %v and %v", s, all, few.Judge(r), many.Judge(r))
		}
	}
}

func FuzzPredict(f *testing.F) {
	m := trained(f, invented(60, 1), Options{})
	f.Add("paani #नहीं @dc 😡")
	f.Fuzz(func(t *testing.T, s string) {
		if got := m.Predict(s); len(got) != 3 || math.IsNaN(got[0].Confidence) {
			t.Errorf("Predict(%q) = %v", s, got)
		}
		for _, span := range m.Explain(ReadText(s), "water") {
			span.Words(s)
		}
	})
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if _, err := trained(f, invented(30, 1), Options{}).WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[len(fileMark):])
	f.Fuzz(func(t *testing.T, body []byte) {
		if m, err := decode(body); err == nil {
			m.Predict("paani nahi")
		}
	})
}

func BenchmarkPredict(b *testing.B) {
	m := trained(b, invented(300, 1), Options{})
	texts := invented(100, 2)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Predict(texts[i%len(texts)].Text)
	}
}

func BenchmarkTrain(b *testing.B) {
	examples := invented(20000, 1)
	for b.Loop() {
		trained(b, examples, Options{})
	}
}

func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	if _, err := trained(b, invented(3000, 1), Options{}).WriteTo(&file); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		if _, err := Read(bytes.NewReader(file.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}

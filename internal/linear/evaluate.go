package linear

import (
	"cmp"
	"math"
	"slices"
)

// Judged is one text with its true label and what was said, best first.
type Judged struct {
	Label string
	Said  []Candidate
}

// Figure is a measured value with its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Coverage is the share of texts that could go without a person if only those of at least
// a confidence did, at a precision.
type Coverage struct {
	Precision  float64 `json:"precision"`
	Confidence float64 `json:"confidence"`
	Share      float64 `json:"share"`
}

// LabelFigures are those of one label.
type LabelFigures struct {
	Label     string  `json:"label"`
	Texts     int     `json:"texts"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Confusion is how often a label was taken for another.
type Confusion struct {
	Label string `json:"label"`
	Said  string `json:"said"`
	Times int    `json:"times"`
}

// Report is how well labels were found. F1 and AUC are those of the decisive of two labels.
type Report struct {
	Texts     int            `json:"texts"`
	Labels    int            `json:"labels"`
	Accuracy  Figure         `json:"accuracy"`
	MacroF1   Figure         `json:"macro_f1"`
	Top3      Figure         `json:"top3"`
	ECE       Figure         `json:"ece"`
	Decisive  string         `json:"decisive,omitempty"`
	F1        *Figure        `json:"f1,omitempty"`
	AUC       *Figure        `json:"auc,omitempty"`
	Coverage  []Coverage     `json:"coverage"`
	PerLabel  []LabelFigures `json:"per_label"`
	Confusion []Confusion    `json:"confusion"`
}

// Evaluate judges a model on texts whose labels are known.
func Evaluate(m *Model, examples []Example) Report {
	judged := make([]Judged, len(examples))
	for i, e := range examples {
		judged[i] = Judged{e.Label, m.Predict(e.Text, e.Features...)}
	}
	return Judge(judged, m.Decisive())
}

// Judge computes a report; decisive is of two labels the one whose F1 and AUC count, else
// empty.
func Judge(judged []Judged, decisive string) Report {
	t := newTable(judged)
	r := Report{Texts: len(judged), Labels: len(t.labels), Decisive: decisive}
	all := make([]int, len(judged))
	for i := range all {
		all[i] = i
	}
	r.Coverage = []Coverage{t.coverage(0.90), t.coverage(0.95)}
	r.PerLabel, r.Confusion = t.perLabel(all), t.confusions()
	measures := []func([]int) float64{t.accuracy, t.macroF1, t.top3, t.ece}
	into := []*Figure{&r.Accuracy, &r.MacroF1, &r.Top3, &r.ECE}
	if decisive != "" {
		r.F1, r.AUC = &Figure{}, &Figure{}
		measures = append(measures, t.f1Of(decisive), t.aucOf(decisive))
		into = append(into, r.F1, r.AUC)
	}
	for i, f := range t.intervals(measures) {
		*into[i] = f
	}
	return r
}

// table is what was judged, in numbers.
type table struct {
	labels []string
	truth  []int
	said   [][]int // by text: the labels in the order they were said
	sure   [][]float64
}

func newTable(judged []Judged) *table {
	t := &table{}
	for _, j := range judged {
		t.labels = append(t.labels, j.Label)
		for _, c := range j.Said {
			t.labels = append(t.labels, c.Label)
		}
		if len(t.labels) > 1<<16 {
			t.labels = sortedSet(t.labels)
		}
	}
	t.labels = sortedSet(t.labels)
	for _, j := range judged {
		t.truth = append(t.truth, t.index(j.Label))
		said, sure := make([]int, len(j.Said)), make([]float64, len(j.Said))
		for i, c := range j.Said {
			said[i], sure[i] = t.index(c.Label), c.Confidence
		}
		t.said, t.sure = append(t.said, said), append(t.sure, sure)
	}
	return t
}

func sortedSet(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

func (t *table) index(label string) int {
	i, ok := slices.BinarySearch(t.labels, label)
	if !ok {
		return -1
	}
	return i
}

// first is what was said of text i; -1: nothing.
func (t *table) first(i int) int {
	if len(t.said[i]) == 0 {
		return -1
	}
	return t.said[i][0]
}

func (t *table) confidence(i int) float64 {
	if len(t.sure[i]) == 0 {
		return 0
	}
	return t.sure[i][0]
}

func (t *table) accuracy(of []int) float64 { return t.within(of, 1) }
func (t *table) top3(of []int) float64     { return t.within(of, 3) }

func (t *table) within(of []int, most int) float64 {
	hit := 0
	for _, i := range of {
		if slices.Contains(t.said[i][:min(most, len(t.said[i]))], t.truth[i]) {
			hit++
		}
	}
	return float64(hit) / float64(max(len(of), 1))
}

// macroF1 is the mean F1 of the labels that stand in the texts or were said of them.
func (t *table) macroF1(of []int) float64 {
	var sum float64
	per := t.perLabel(of)
	for _, l := range per {
		sum += l.F1
	}
	return sum / float64(max(len(per), 1))
}

func (t *table) perLabel(of []int) []LabelFigures {
	k := len(t.labels)
	hit, there, said := make([]int, k), make([]int, k), make([]int, k)
	for _, i := range of {
		there[t.truth[i]]++
		first := t.first(i)
		if first >= 0 {
			said[first]++
		}
		if first == t.truth[i] {
			hit[first]++
		}
	}
	var out []LabelFigures
	for c, label := range t.labels {
		if there[c]+said[c] == 0 {
			continue
		}
		h := float64(hit[c])
		out = append(out, LabelFigures{label, there[c], h / float64(max(said[c], 1)), h / float64(max(there[c], 1)), 2 * h / float64(there[c]+said[c])})
	}
	return out
}

// bins is into how many tenths of confidence the calibration is measured.
const bins = 10

// ece is the expected calibration error of the first candidate: by tenths of confidence,
// how far the confidence is from how often it was right.
func (t *table) ece(of []int) float64 {
	var sure, right [bins]float64
	for _, i := range of {
		p := t.confidence(i)
		b := min(int(p*bins), bins-1)
		sure[b] += p
		if t.first(i) == t.truth[i] {
			right[b]++
		}
	}
	var sum float64
	for b := range sure {
		sum += math.Abs(sure[b] - right[b])
	}
	return sum / float64(max(len(of), 1))
}

func (t *table) f1Of(label string) func([]int) float64 {
	c := t.index(label)
	return func(of []int) float64 {
		var hit, sum float64
		for _, i := range of {
			said, is := t.first(i) == c, t.truth[i] == c
			if said {
				sum++
			}
			if is {
				sum++
			}
			if said && is {
				hit++
			}
		}
		return 2 * hit / max(sum, 1)
	}
}

// aucOf is how often a text of the label has a higher confidence in it than another text.
func (t *table) aucOf(label string) func([]int) float64 {
	c := t.index(label)
	sure := make([]float64, len(t.truth))
	for i, said := range t.said {
		if at := slices.Index(said, c); at >= 0 {
			sure[i] = t.sure[i][at]
		}
	}
	return func(of []int) float64 {
		order := slices.Clone(of)
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(sure[a], sure[b]) })
		var ranks, own float64
		for start := 0; start < len(order); {
			end := start
			for end < len(order) && sure[order[end]] == sure[order[start]] {
				end++
			}
			for _, i := range order[start:end] {
				if t.truth[i] == c {
					own++
					ranks += float64(start+end+1) / 2
				}
			}
			start = end
		}
		others := float64(len(order)) - own
		if own == 0 || others == 0 {
			return 0
		}
		return (ranks - own*(own+1)/2) / (own * others)
	}
}

func (t *table) confusions() []Confusion {
	times := map[[2]int]int{}
	for i, is := range t.truth {
		if first := t.first(i); first >= 0 && first != is {
			times[[2]int{is, first}]++
		}
	}
	out := make([]Confusion, 0, len(times))
	for pair, n := range times {
		out = append(out, Confusion{t.labels[pair[0]], t.labels[pair[1]], n})
	}
	slices.SortFunc(out, func(a, b Confusion) int {
		return cmp.Or(b.Times-a.Times, cmp.Compare(a.Label, b.Label), cmp.Compare(a.Said, b.Said))
	})
	return out
}

package linear

import (
	"math"
	"testing"
)

func said(pairs ...any) []Candidate {
	var out []Candidate
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, Candidate{pairs[i].(string), pairs[i+1].(float64)})
	}
	return out
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestJudge(t *testing.T) {
	judged := []Judged{
		{"a", said("a", 0.9, "b", 0.1)},
		{"a", said("b", 0.6, "a", 0.4)},
		{"b", said("b", 0.8, "a", 0.2)},
		{"c", said("a", 0.7, "b", 0.2, "d", 0.08, "c", 0.02)},
	}
	r := Judge(judged, "")
	near(t, "accuracy", r.Accuracy.Value, 0.5)
	near(t, "top 3", r.Top3.Value, 0.75)
	// F1: a 2·1/(2+2), b 2·1/(1+2), c 0; d was never first.
	near(t, "macro F1", r.MacroF1.Value, (0.5+2.0/3)/3)
	near(t, "calibration error", r.ECE.Value, (0.1+0.6+0.2+0.7)/4)
	near(t, "coverage at 90 %", r.Coverage[0].Share, 0.5)
	near(t, "its confidence", r.Coverage[0].Confidence, 0.8)
	if len(r.Confusion) != 2 || r.Confusion[0] != (Confusion{"a", "b", 1}) {
		t.Errorf("confusion %v", r.Confusion)
	}
	if r.F1 != nil || r.Accuracy.Low > 0.5 || r.Accuracy.High < 0.5 {
		t.Errorf("F1 %v, interval %v", r.F1, r.Accuracy)
	}
}

func TestJudgeTwoLabels(t *testing.T) {
	r := Judge([]Judged{
		{"1", said("1", 0.9, "0", 0.1)},
		{"1", said("0", 0.7, "1", 0.3)},
		{"0", said("1", 0.6, "0", 0.4)},
		{"0", said("0", 0.8, "1", 0.2)},
	}, "1")
	near(t, "F1", r.F1.Value, 0.5)
	near(t, "AUC", r.AUC.Value, 0.75)
}

func TestJudgeNothing(t *testing.T) {
	if r := Judge(nil, ""); r.Texts != 0 || r.Accuracy.Value != 0 {
		t.Errorf("of no texts: %+v", r)
	}
	r := Judge([]Judged{{Label: "a"}}, "")
	near(t, "accuracy of silence", r.Accuracy.Value, 0)
}

// A hundred coins that fall right 80 times: the interval is the binomial one.
func TestInterval(t *testing.T) {
	var judged []Judged
	for i := range 100 {
		label := "a"
		if i < 20 {
			label = "b"
		}
		judged = append(judged, Judged{label, said("a", 1.0)})
	}
	got := Judge(judged, "").Accuracy
	if got.Low < 0.70 || got.Low > 0.75 || got.High < 0.85 || got.High > 0.90 {
		t.Errorf("interval %v", got)
	}
}

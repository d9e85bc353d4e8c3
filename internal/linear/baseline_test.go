package linear

import "testing"

func TestBestF1(t *testing.T) {
	held := []Candidate{{"no", 0.1}, {"yes", 0.35}, {"no", 0.2}, {"yes", 0.8}, {"no", 0.4}, {"yes", 0.3}}
	if got := bestF1(held, "yes"); got != 0.3 {
		t.Errorf("from %v, not 0.3", got)
	}
}

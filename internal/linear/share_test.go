package linear

import (
	"math"
	"testing"
)

func TestShareOf(t *testing.T) {
	for _, tt := range []struct {
		of, all    int
		low, high  float64
		wantsValue float64
	}{
		{0, 0, 0, 1, 0},
		{0, 10, 0, 0.278, 0},
		{5, 10, 0.237, 0.763, 0.5},
		{95, 100, 0.888, 0.978, 0.95},
		{10, 10, 0.722, 1, 1},
	} {
		s := ShareOf(tt.of, tt.all)
		if s.Value() != tt.wantsValue || math.Abs(s.Low-tt.low) > 0.001 || math.Abs(s.High-tt.high) > 0.001 {
			t.Errorf("%d of %d is %.3f (%.3f to %.3f), want %.3f (%.3f to %.3f)", tt.of, tt.all, s.Value(), s.Low, s.High, tt.wantsValue, tt.low, tt.high)
		}
	}
}

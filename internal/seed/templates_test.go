package seed

import (
	"slices"
	"testing"
)

func TestTemplates(t *testing.T) {
	var codes []string
	for _, x := range Templates() {
		if slices.Contains(codes, x.Code) {
			t.Errorf("template %s twice", x.Code)
		}
		codes = append(codes, x.Code)
		if x.Code == "" || x.NameEN == "" || x.NameHI == "" || x.TextEN == "" || x.TextHI == "" {
			t.Errorf("template %q is not whole in both languages", x.Code)
		}
	}
	if len(codes) < 12 {
		t.Errorf("%d templates are delivered, want a dozen", len(codes))
	}
}

package linear

import (
	"fmt"
	"strings"
	"testing"
)

func TestFifthOf(t *testing.T) {
	var examples []Example
	for i := range 400 {
		examples = append(examples, Example{Text: fmt.Sprintf("matter %c%c%c of its own", 'a'+i%26, 'a'+i/26, 'a'+i%7), Label: "x", Group: fmt.Sprint("author", i/2)})
	}
	long := "the transformer in front of the primary school burns every evening and nobody comes to repair"
	for i := range 40 {
		examples = append(examples, Example{Text: fmt.Sprint(long, " since day ", i), Label: "copy"})
	}
	var train, test []Example
	parts := [Fifths]int{}
	for i, part := range FifthOf(examples) {
		parts[part]++
		if part == 0 {
			test = append(test, examples[i])
		} else {
			train = append(train, examples[i])
		}
	}
	if len(train)+len(test) != len(examples) || len(test) < 40 || len(test) > 160 {
		t.Errorf("%d to learn from, %d to judge by", len(train), len(test))
	}
	for part, n := range parts {
		if n < 40 {
			t.Errorf("%d are in part %d", n, part)
		}
	}
	groups, copies := map[string]bool{}, 0
	for _, e := range train {
		groups[e.Group] = true
		copies += strings.Count(e.Label, "copy")
	}
	for _, e := range test {
		if e.Group != "" && groups[e.Group] {
			t.Errorf("%s is on both sides", e.Group)
		}
	}
	if copies != 0 && copies != 40 {
		t.Errorf("%d of 40 near copies are learnt from, the others judged by", copies)
	}
}

func TestNearCopies(t *testing.T) {
	s := newSides(3)
	joinCopies(s, []Example{
		{Text: "no water in sector 14 since monday, please send a tanker"},
		{Text: "No water in sector 14 since Monday!! please send a tanker"},
		{Text: "street light of the temple road is broken"},
	})
	if s.root(0) != s.root(1) || s.root(2) == s.root(0) {
		t.Errorf("sides %v", s)
	}
}

package text

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Finding is a piece of personal data in a text.
type Finding struct {
	Start, End int
	Kind       string // phone, number (twelve digits, as of an Aadhaar card), mail
}

var personal = []struct {
	kind    string
	pattern *regexp.Regexp
}{
	{"mail", regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w[\w.]*\w`)},
	{"phone", regexp.MustCompile(`(?:\+91[ -]?|\b91[ -]?|\b0|\b)[6-9]\d{4}[ -]?\d{5}\b|\b0\d{2,4}[ -]\d{6,8}\b`)},
	{"number", regexp.MustCompile(`\b[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}\b`)},
}

// PersonalData finds telephone numbers, long identity numbers and mail addresses, in the
// order of the text and none inside another. It over-reads rather than misses.
func PersonalData(s string) []Finding {
	var found []Finding
	for _, p := range personal {
		for _, at := range p.pattern.FindAllStringIndex(s, -1) {
			found = append(found, Finding{at[0], at[1], p.kind})
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Or(a.Start-b.Start, b.End-a.End) })
	end := 0
	return slices.DeleteFunc(found, func(f Finding) bool {
		inside := f.Start < end
		end = max(end, f.End)
		return inside
	})
}

// Mask is the text with its personal data hidden: the last two digits of a number stay,
// so that its owner knows it again.
func Mask(s string) string {
	var b strings.Builder
	last := 0
	for _, f := range PersonalData(s) {
		b.WriteString(s[last:f.Start])
		switch f.Kind {
		case "mail":
			b.WriteString("***@***")
		default:
			b.WriteString("******" + s[f.End-2:f.End])
		}
		last = f.End
	}
	return b.String() + s[last:]
}

package sorting

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// The shipped model was made from the text that stands here.
func TestShippedModelIsOfThisText(t *testing.T) {
	m, err := ReadModel(bytes.NewReader(shippedModel))
	if err != nil {
		t.Fatal(err)
	}
	if m.From() != Text() {
		t.Error("the shipped text changed: make model")
	}
}

func TestModelFile(t *testing.T) {
	m, err := ReadModel(bytes.NewReader(shippedModel))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if n, err := m.WriteTo(&b); err != nil || int(n) != b.Len() || !bytes.Equal(b.Bytes(), shippedModel) {
		t.Errorf("written again: %d bytes of %d, %v", n, len(shippedModel), err)
	}
	for _, broken := range [][]byte{nil, []byte("NVSM1\n"), shippedModel[:len(shippedModel)-9], shippedModel[:3000], append([]byte("X"), shippedModel...)} {
		if _, err := ReadModel(bytes.NewReader(broken)); !errors.Is(err, ErrNotModel) {
			t.Errorf("%d bytes: %v", len(broken), err)
		}
	}
}

// Every heading of the shipped posts names something that is there.
func TestShippedPosts(t *testing.T) {
	known, reasons := subjects(), map[string]bool{"spam": true, "politics": true, "abuse": true, "news": true, "authority": true, "automatic": true, "other_government": true}
	seen := map[string]int{}
	for _, e := range shippedPosts() {
		if e.Subject != "" && known[e.Subject].Code == "" {
			t.Errorf("%q is under %s, which is no subject", e.Text, e.Subject)
		}
		if e.NotReason != "" && !reasons[e.NotReason] {
			t.Errorf("%q is not for us because of %s", e.Text, e.NotReason)
		}
		seen[e.Subject]++
	}
	for code := range known {
		if seen[code] == 0 {
			t.Errorf("no post is about %s", code)
		}
	}
}

// Every word of a heading says something, and what it says reaches the posts under it.
func TestHeadings(t *testing.T) {
	of, topmost := subjects(), Topmost()
	known := map[string]bool{"against": true, "danger": true, "urgent": true, "ordinary": true}
	for _, k := range kinds {
		known[string(k)] = true
	}
	for _, reason := range []string{"news", "politics", "spam", "abuse", "authority", "automatic", "other_government"} {
		known[reason] = true
	}
	for _, lines := range shippedFiles() {
		for line := range strings.Lines(lines) {
			heading, ok := strings.CutPrefix(strings.TrimSpace(line), "[")
			for _, w := range strings.Fields(strings.TrimSuffix(heading, "]")) {
				if ok && !known[w] && of[w].Code == "" && topmost[w] == "" {
					t.Errorf("%q is no subject, no department and no other word of a heading", w)
				}
			}
		}
	}
	for heading, want := range map[string]Example{
		"power_cut":                {Kind: grievance.Grievance, Subject: "power_cut", Urgency: grievance.Urgent},
		"danger power_cut":         {Kind: grievance.Grievance, Subject: "power_cut", Urgency: grievance.Danger},
		"praise live_wire":         {Kind: grievance.Praise, Subject: "live_wire", Urgency: grievance.Ordinary},
		"query roadways":           {Kind: grievance.Query, Department: "transport", Urgency: grievance.Ordinary},
		"not_for_us news":          {Kind: grievance.NotForUs, NotReason: "news", Urgency: grievance.Ordinary},
		"ordinary against dial112": {Kind: grievance.Grievance, Subject: "dial112", Urgency: grievance.Ordinary},
	} {
		got := headed(strings.Fields(heading), of, topmost)
		if against := strings.Contains(heading, "against"); *got.AgainstOfficer != against {
			t.Errorf("[%s]: against an officer: %v", heading, *got.AgainstOfficer)
		}
		if got.AgainstOfficer, got.Weight = nil, 0; got != want {
			t.Errorf("[%s]: %+v", heading, got)
		}
	}
}

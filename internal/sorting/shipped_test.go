package sorting

import (
	"bytes"
	"errors"
	"testing"
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

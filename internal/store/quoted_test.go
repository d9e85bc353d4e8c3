package store

import "testing"

func TestQuoted(t *testing.T) {
	words := newQuoted("हमारे घर के सामने नाली टूटी है", "ok", "call 98120")
	for _, tt := range []struct {
		name, text, cut string
	}{
		{"nothing in common", "The drain was mended.", "The drain was mended."},
		{"three words are chance", "घर के सामने पेड़ है", "घर के सामने पेड़ है"},
		{"four words are a quotation", "लिखा: \"घर के सामने नाली\" देखी", "लिखा: \"[…]\" देखी"},
		{"all of it", "हमारे घर के सामने नाली टूटी है।", "[…]।"},
		{"a short text alone", "OK.", "[…]."},
		{"a short text within another", "It is ok now.", "It is ok now."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := words.cut(tt.text); got != tt.cut {
				t.Errorf("cut = %q, want %q", got, tt.cut)
			}
			if got := words.in(tt.text); got != (tt.cut != tt.text) {
				t.Errorf("in = %t", got)
			}
		})
	}
	if !words.starts("हमारे घर के सा…") || words.starts("घर के") || words.starts("") {
		t.Error("starts does not tell a beginning")
	}
}

func FuzzQuoted(f *testing.F) {
	f.Add("a b c d e f", "x a b c d y")
	f.Add("ok", "ok")
	f.Add("\xff a", "a")
	f.Fuzz(func(t *testing.T, citizen, note string) {
		q := newQuoted(citizen)
		if cut := q.cut(note); q.in(cut) && cut == note {
			t.Errorf("%q quotes %q and was left as it is", note, citizen)
		}
		if words, _ := wordsOf(citizen); len(words) > 0 && !q.in(citizen) {
			t.Errorf("%q does not quote itself", citizen)
		}
	})
}

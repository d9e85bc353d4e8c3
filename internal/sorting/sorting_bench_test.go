package sorting

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

// devPosts are the posts that the engine was tuned on.
func devPosts(b *testing.B) []Input {
	b.Helper()
	f, err := os.Open("testdata/posts_dev.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var all []Input
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var row labelled
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			b.Fatal(err)
		}
		all = append(all, Input{Text: row.Text})
	}
	return all
}

func BenchmarkSort(b *testing.B) {
	posts, e := devPosts(b), engine()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e.Sort(posts[i%len(posts)])
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New()
	}
}

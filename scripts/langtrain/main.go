// Langtrain makes internal/text/language.bin, the model behind text.Language:
//
//	go run ./scripts/langtrain -data ../shared/data
//
// It learns from what may ship only (docs/understanding.md names sources and licences):
// the folder words beside it, internal/sorting/testdata/posts_dev.jsonl,
// and of the data folder haryana/cues.csv and subjects.csv, gazetteer/hr_villages.csv, dup/crosslang_*.csv and the rows of
// lang/langid.csv from hinglish-top, ud-pud and ud-ufal. Texts held back for measuring are
// left out. The same files give the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"

	"nivaran/internal/text"
)

func main() {
	data := flag.String("data", "", "folder of the data")
	posts := flag.String("posts", "internal/sorting/testdata/posts_dev.jsonl", "posts with a language")
	words := flag.String("words", "scripts/langtrain/words", "folder of word lists")
	out := flag.String("out", "internal/text/language.bin", "where the model goes")
	flag.Parse()
	if err := run(*data, *posts, *words, *out); err != nil {
		fmt.Fprintln(os.Stderr, "langtrain:", err)
		os.Exit(1)
	}
}

func run(data, posts, words, out string) error {
	t := newTeacher()
	for _, read := range []func() error{
		func() error { return t.names(words+"/names.txt", data+"/gazetteer/hr_villages.csv") },
		func() error { return t.lists(words) },
		func() error { return t.posts(posts) },
		func() error { return t.cues(data + "/haryana/cues.csv") },
		func() error { return t.subjects(data + "/haryana/subjects.csv") },
		func() error { return t.labelled(data + "/lang/langid.csv") },
		func() error { return t.pairs(data+"/dup/crosslang_en_hinglish_pairs.csv", "text_hinglish", "hi-Latn") },
		func() error { return t.pairs(data+"/dup/crosslang_en_hindi_pairs.csv", "text_hi", "hi") },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	fmt.Println(len(t.examples), "examples")
	return os.WriteFile(out, text.TrainLanguage(t.examples), 0o644)
}

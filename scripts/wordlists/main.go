// Command wordlists learns the word lists of internal/copies from open texts: which words of
// English and Hindi say the same, and how common words are. Run it when the texts or the keys
// of internal/text change:
//
//	go run ./scripts/wordlists -data FOLDER -out internal/copies
//
// FOLDER holds dup/crosslang_en_hinglish_pairs.csv, dup/crosslang_en_hindi_pairs.csv,
// text/bengaluru_civic.csv, haryana/ and gazetteer/hr_districts.csv, hr_subdistricts.csv;
// THIRD_PARTY.md says whose they are. Pairs that are held back for testing are passed over.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"nivaran/internal/copies"
	"nivaran/internal/text"
)

// surest is the least certainty of a learned pair, rarest the least share of texts of a word
// that is listed: below, the list grows and tells no more.
const (
	surest = 0.2
	rarest = 3e-4
)

// pair is a text in two languages: its words, and how much it counts.
type pair struct {
	english, hindi []string
	weight         float64
}

func main() {
	data := flag.String("data", "", "folder of the texts")
	out := flag.String("out", "internal/copies", "folder of the lists")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		log.Fatal(err)
	}
}

func run(data, out string) error {
	l := learner{data: data, share: map[string]float64{}}
	l.crosslang("dup/crosslang_en_hinglish_pairs.csv", "text_hinglish", 0.2)
	l.crosslang("dup/crosslang_en_hindi_pairs.csv", "text_hi", 0.2)
	l.texts("text/bengaluru_civic.csv", "text", 0.4)
	l.texts("haryana/cues.csv", "phrase", 0.2)
	l.names("haryana/subjects.csv", "subject_en", "subject_hi", 1)
	l.names("haryana/subjects.csv", "category_en", "category_hi", 0.3)
	l.names("haryana/departments.csv", "name_en", "name_hi", 1)
	l.names("gazetteer/hr_districts.csv", "name_en", "name_hi", 1)
	l.names("gazetteer/hr_subdistricts.csv", "name_en", "name_hi", 1)
	if l.err != nil {
		return l.err
	}
	if err := l.writeFrequency(filepath.Join(out, "frequency.txt")); err != nil {
		return err
	}
	return l.writeLearned(filepath.Join(out, "learned.txt"))
}

type learner struct {
	data  string
	pairs []pair
	share map[string]float64 // of texts that hold the word
	err   error              // the first one
}

// rows reads a table, each row by the names of its columns.
func (l *learner) rows(name string) []map[string]string {
	f, err := os.Open(filepath.Join(l.data, name))
	if err != nil {
		l.fail(err)
		return nil
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if len(all) == 0 && err == nil {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		l.fail(fmt.Errorf("%s is no table: %w", name, err))
		return nil
	}
	var rows []map[string]string
	for _, record := range all[1:] {
		row := map[string]string{}
		for i, column := range all[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// fail keeps the first error.
func (l *learner) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

// crosslang takes pairs of sentences, but for those held back for testing.
func (l *learner) crosslang(name, hindi string, weight float64) {
	var all []string
	for _, r := range l.rows(name) {
		if (copies.Judged{A: r["text_en"]}).Held() {
			continue
		}
		all = append(all, r["text_en"], r[hindi])
		if r["same"] == "1" {
			l.pair(r["text_en"], r[hindi], 1)
		}
	}
	l.count(all, weight)
}

func (l *learner) names(name, english, hindi string, weight float64) {
	for _, r := range l.rows(name) {
		l.pair(r[english], r[hindi], weight)
	}
}

func (l *learner) texts(name, column string, weight float64) {
	var all []string
	for _, r := range l.rows(name) {
		all = append(all, r[column])
	}
	l.count(all, weight)
}

// count adds the share of the texts that hold each word, as far as these texts count.
func (l *learner) count(texts []string, weight float64) {
	for _, t := range texts {
		words := words(t)
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			l.share[w] += weight / float64(len(texts))
		}
	}
}

// pair keeps the words of either side for which the other has not the same.
func (l *learner) pair(english, hindi string, weight float64) {
	e, h := words(english), words(hindi)
	in := func(all []string) map[string]bool {
		keys := map[string]bool{}
		for _, w := range all {
			keys[key(w)] = true
		}
		return keys
	}
	ofE, ofH := in(e), in(h)
	e = slices.DeleteFunc(e, func(w string) bool { return ofH[key(w)] })
	h = slices.DeleteFunc(h, func(w string) bool { return ofE[key(w)] })
	l.pairs = append(l.pairs, pair{e, h, weight})
}

var letters = regexp.MustCompile(`[\p{L}\p{M}]+`)

func words(s string) []string { return letters.FindAllString(strings.ToLower(s), -1) }

func key(word string) string { return strings.Join(text.Tokens(word), " ") }

// rounds of learning, and what each source word is taken to have been seen before.
const (
	rounds  = 12
	smooths = 0.3
)

// nothing is the source of words that translate none.
const nothing = ""

// align learns by IBM's first model how likely each word of one side gives one of the other.
func (l *learner) align(turned bool) map[[2]string]float64 {
	chance := map[[2]string]float64{}
	of := func(from, to string) float64 {
		if len(chance) == 0 {
			return 1
		}
		return max(chance[[2]string{from, to}], 1e-9)
	}
	for range rounds {
		counts, totals := map[[2]string]float64{}, map[string]float64{}
		for _, p := range l.pairs {
			from, to := p.english, p.hindi
			if turned {
				from, to = to, from
			}
			from = append([]string{nothing}, from...)
			for _, t := range to {
				sum := 0.0
				for _, f := range from {
					sum += of(f, t)
				}
				for _, f := range from {
					part := p.weight * of(f, t) / sum
					counts[[2]string{f, t}] += part
					totals[f] += part
				}
			}
		}
		next := map[[2]string]float64{}
		for k, n := range counts {
			next[k] = n / (totals[k[0]] + smooths)
		}
		chance = next
	}
	return chance
}

func (l *learner) writeLearned(name string) error {
	there, back := l.align(false), l.align(true)
	lines := []string{}
	for k, p := range there {
		if sure := math.Sqrt(p * back[[2]string{k[1], k[0]}]); k[0] != nothing && sure >= surest {
			lines = append(lines, fmt.Sprintf("%s %s %d", k[0], k[1], int(100*min(sure, 0.9))))
		}
	}
	slices.Sort(lines)
	return write(name, "# English word, Hindi word, how surely they say the same (hundredths).", lines)
}

func (l *learner) writeFrequency(name string) error {
	lines := []string{}
	for w, s := range l.share {
		if s > rarest {
			lines = append(lines, fmt.Sprintf("%s\t%.0f", w, 1e5*s))
		}
	}
	slices.Sort(lines)
	return write(name, "# Word and how many of 100,000 texts hold it.", lines)
}

func write(name, head string, lines []string) error {
	return os.WriteFile(name, []byte(head+"\n"+strings.Join(lines, "\n")+"\n"), 0o644)
}

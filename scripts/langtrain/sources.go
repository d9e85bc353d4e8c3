package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// lists reads the words and sentences written for this model.
func (t *teacher) lists(dir string) error {
	english, err := os.ReadFile(dir + "/english.txt")
	if err != nil {
		return err
	}
	t.vocabulary(strings.Fields(string(english)))
	for _, l := range []struct {
		file, language string
		weight         float64
	}{
		{"slang.txt", "en", 2},
		{"civic.txt", "en", 2},
		{"hinglish.txt", "hi-Latn", 2},
		{"haryanvi.txt", "hi-Latn", 2},
		{"hindi.txt", "hi", 1},
		{"marathi.txt", "mr", 3},
	} {
		err := eachLine(dir+"/"+l.file, func(line string) error {
			t.add(line, l.language, l.weight)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// names reads the names of people and places, which say nothing of the language around them.
func (t *teacher) names(list, villages string) error {
	people, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	t.people = strings.Fields(string(people))
	return eachRow(villages, func(row map[string]string) { t.places = append(t.places, row["name_en"]) })
}

// posts reads posts that carry their language.
func (t *teacher) posts(file string) error {
	return eachLine(file, func(line string) error {
		var p struct{ Text, Language string }
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		t.add(p.Text, p.Language, 2)
		return nil
	})
}

func (t *teacher) cues(file string) error {
	languages := map[string]string{"en": "en", "hi-Latn": "hi-Latn", "bgc-Latn": "hi-Latn", "hi": "hi", "bgc": "hi"}
	return eachRow(file, func(row map[string]string) {
		t.add(row["phrase"], languages[row["lang"]], 0.5)
	})
}

// subjects reads the names of what the state is asked for.
func (t *teacher) subjects(file string) error {
	return eachRow(file, func(row map[string]string) {
		t.add(row["subject_en"], "en", 1)
		t.add(row["subject_hi"], "hi", 1)
	})
}

// labelled reads the rows of langid.csv that may ship.
func (t *teacher) labelled(file string) error {
	languages := map[string]string{"en": "en", "hi-Latn": "hi-Latn", "hi-Deva": "hi", "mr-Deva": "mr"}
	return eachRow(file, func(row map[string]string) {
		switch row["source"] {
		case "hinglish-top", "ud-pud", "ud-ufal":
			t.add(row["text"], languages[row["label"]], map[string]float64{"mr": 3}[languages[row["label"]]])
		}
	})
}

func (t *teacher) pairs(file, column, language string) error {
	return eachRow(file, func(row map[string]string) {
		t.add(row["text_en"], "en", 1)
		t.add(row[column], language, 0.5)
	})
}

func eachLine(file string, use func(line string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if err := use(lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// eachRow reads a CSV file with a head.
func eachRow(file string, use func(row map[string]string)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, row := range rows[1:] {
		named := map[string]string{}
		for i, column := range rows[0] {
			named[column] = row[i]
		}
		use(named)
	}
	return nil
}

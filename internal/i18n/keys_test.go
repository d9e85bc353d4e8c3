package i18n

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// area holds the texts of one file: key → plural form → text, the form of a
// text without a plural being "other".
type area map[string]map[string]string

func readArea(t *testing.T, lang, file string) area {
	t.Helper()
	data, err := fs.ReadFile(locales, path.Join("locales", lang, file))
	if err != nil {
		t.Fatalf("an area of one language is missing in another: %v", err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatalf("%s/%s: %v", lang, file, err)
	}
	texts := area{}
	for key, value := range raw {
		var one string
		if json.Unmarshal(value, &one) == nil {
			texts[key] = map[string]string{"other": one}
			continue
		}
		var forms map[string]string
		if err := json.Unmarshal(value, &forms); err != nil {
			t.Fatalf("%s/%s: %s is neither a text nor one with plurals: %v", lang, file, key, err)
		}
		texts[key] = forms
	}
	return texts
}

func areas(t *testing.T, lang string) []string {
	t.Helper()
	entries, err := fs.ReadDir(locales, path.Join("locales", lang))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		files = append(files, e.Name())
	}
	return files
}

// Every text is there in every language, in the same file, with the same placeholders.
func TestLanguagesAgree(t *testing.T) {
	first := Languages()[0]
	for _, lang := range Languages()[1:] {
		if got, want := areas(t, lang), areas(t, first); !slices.Equal(got, want) {
			t.Errorf("files of %s = %v, of %s = %v", lang, got, first, want)
		}
		for _, file := range areas(t, first) {
			want, got := readArea(t, first, file), readArea(t, lang, file)
			for key := range want {
				if got[key] == nil {
					t.Errorf("%s/%s lacks %q", lang, file, key)
				}
			}
			for key, forms := range got {
				if want[key] == nil {
					t.Errorf("%s/%s lacks %q", first, file, key)
					continue
				}
				if g, w := placeholders(forms), placeholders(want[key]); !slices.Equal(g, w) {
					t.Errorf("%q has placeholders %v in %s, %v in %s", key, g, lang, w, first)
				}
			}
		}
	}
}

// Each form of a text has all placeholders, except that "one" may say the count in a word.
func TestFormsAgree(t *testing.T) {
	for _, lang := range Languages() {
		for _, file := range areas(t, lang) {
			for key, forms := range readArea(t, lang, file) {
				if strings.TrimSpace(forms["other"]) == "" {
					t.Errorf("%s/%s: %q has no text", lang, file, key)
				}
				if len(forms) == 1 {
					continue
				}
				all := placeholders(forms)
				if !slices.Contains(all, "Count") {
					t.Errorf("%s/%s: %q has a plural and no {{.Count}}", lang, file, key)
				}
				for form, text := range forms {
					own := placeholders(map[string]string{form: text})
					if form == "one" && !slices.Contains(own, "Count") {
						own = append(own, "Count")
						slices.Sort(own)
					}
					if !slices.Equal(own, all) {
						t.Errorf("%s/%s: %q says %v in form %s, %v in all", lang, file, key, own, form, all)
					}
				}
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func placeholders(forms map[string]string) []string {
	names := map[string]bool{}
	for _, text := range forms {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			names[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// A placeholder is a plain {{.Name}}: translators should meet no program.
func TestPlaceholdersArePlain(t *testing.T) {
	for _, lang := range Languages() {
		for _, file := range areas(t, lang) {
			for key, forms := range readArea(t, lang, file) {
				for _, text := range forms {
					if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
						t.Errorf("%s/%s: %q: %s", lang, file, key, text)
					}
				}
			}
		}
	}
}

// usedKey finds a key where it is asked for, and, by its beginning, one that is only kept
// or handed on: why a reply was refused, why an office got a case, what a notice tells.
var usedKey = regexp.MustCompile(`\bT "([a-z0-9_]+\.[a-z0-9_.]+)"|\.T\("([a-z0-9_]+\.[a-z0-9_.]+)"|"((?:ack|auth|error|notice|refused|reply|route|trouble)\.[a-z0-9_.]+)"`)

// Every key written out in a page or in Go has a text.
func TestUsedKeysExist(t *testing.T) {
	known := map[string]bool{}
	for _, file := range areas(t, Languages()[0]) {
		for key := range readArea(t, Languages()[0], file) {
			known[key] = true
		}
	}
	used := 0
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || !slices.Contains([]string{".go", ".html"}, filepath.Ext(name)) {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range usedKey.FindAllStringSubmatch(string(data), -1) {
			key := m[1] + m[2] + m[3]
			used++
			// A key that ends in a dot or underscore is completed by the program.
			if !known[key] && !strings.HasSuffix(key, ".") && !strings.HasSuffix(key, "_") {
				t.Errorf("%s: no text for %q", name, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if used == 0 {
		t.Error("no key found in pages or Go: the pattern no longer fits the code")
	}
}

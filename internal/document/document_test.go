package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

// docx packs the parts of a word processor's document.
func docx(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const body = `<w:document xmlns:w="w"><w:body><w:p><w:r><w:rPr><w:rFonts w:ascii="FONT"/></w:rPr><w:t>lsok esa]</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve">ikuh </w:t><w:tab/><w:t>ugha gS</w:t></w:r></w:p><w:instrText>HYPERLINK</w:instrText></w:body></w:document>`

func TestRead(t *testing.T) {
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune("पानी नहीं")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	rtf := `{\rtf1\ansi\deff0{\fonttbl{\f0\fnil Kruti Dev 010;}{\f1 Arial;}}{\colortbl;\red0;}{\*\generator Riched20;}{\info{\title Secret}}\pard\f0 lsok esa]\par m\'d9kj\tab \{x\} \u2346?\u2344\'3f\par}`
	tests := []struct {
		name  string
		data  []byte
		want  string
		kruti bool
	}{
		{"text", []byte("सेवा में,\r\nपानी नहीं"), "सेवा में,\nपानी नहीं", false},
		{"with a mark", []byte("\xEF\xBB\xBFpani"), "pani", false},
		{"UTF-16", wide, "पानी नहीं", false},
		{"Windows-1252", []byte("m\xd9kj izns'k dh ljdkj"), "mÙkj izns'k dh ljdkj", false},
		{"html", []byte(`<html><head><title>x</title><style>p{}</style></head><body><p>One <b>two</b><br>three<script>alert(1)</script></p><table><tr><td>a</td><td>b</td></tr></table></body></html>`), "One two\nthree\n\n a b", false},
		{"html in the font", []byte(`<html><body><font face="Kruti Dev 010">ikuh ugha gS</font></body></html>`), "ikuh ugha gS", true},
		{"rtf", []byte(rtf), "lsok esa]\nmÙkj\t{x} पन", true},
		{"rtf that nests", []byte(`{\rtf1 ` + strings.Repeat("{", 5000) + "x"), "", false},
		{"rtf that breaks off", []byte(`{\rtf1 abc\'4`), "abc4", false},
		{"docx", docx(t, map[string]string{"word/document.xml": strings.Replace(body, "FONT", "Mangal", 1)}), "lsok esa]\nikuh \tugha gS", false},
		{"docx in the font", docx(t, map[string]string{"word/document.xml": strings.Replace(body, "FONT", "Kruti Dev 010", 1)}), "lsok esa]\nikuh \tugha gS", true},
		{"docx whose style has the font", docx(t, map[string]string{"word/styles.xml": `<s><rFonts ascii="DevLys 010"/></s>`, "word/document.xml": strings.Replace(body, "FONT", "", 1)}), "lsok esa]\nikuh \tugha gS", true},
		{"docx that breaks off", docx(t, map[string]string{"word/document.xml": body[:150]}), "lsok esa]", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Read(tt.data)
			if err != nil || got.Text != tt.want || got.KrutiDev != tt.kruti || got.Cut {
				t.Errorf("Read = %+v, %v, want %q, %v", got, err, tt.want, tt.kruti)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	for name, data := range map[string][]byte{
		"picture": []byte("\x89PNG\r\n\x1a\n0000"), "pdf": []byte("%PDF-1.4\n"), "zip": docx(t, map[string]string{"a.txt": "x"}), "broken zip": []byte("PK\x03\x04rest"),
		"empty document": docx(t, map[string]string{"word/document.xml": "<w"}),
	} {
		if _, err := Read(data); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %v, want ErrUnreadable", name, err)
		}
	}
}

// A small file that blows up is read to a bound, and says that there is more.
func TestBounds(t *testing.T) {
	long := docx(t, map[string]string{"word/document.xml": "<d>" + strings.Repeat("<t>पानी </t>", 1<<20) + "</d>"})
	w, err := Read(long)
	if err != nil || !w.Cut || len(w.Text) > mostText || len(w.Text) < mostText-4 {
		t.Errorf("%d bytes, cut %v, %v", len(w.Text), w.Cut, err)
	}
}

// Elements that nest without end are refused before they fill the memory.
func TestDepth(t *testing.T) {
	for name, part := range map[string]string{"body": "word/document.xml", "styles": "word/styles.xml"} {
		parts := map[string]string{"word/document.xml": "<d><t>x</t></d>"}
		parts[part] = strings.Repeat("<a>", 2*mostDepth) + strings.Repeat("</a>", 2*mostDepth)
		if _, err := Read(docx(t, parts)); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %v, want ErrUnreadable", name, err)
		}
	}
}

// Of a page that is too large the beginning is read.
func TestLargePages(t *testing.T) {
	w, err := Read([]byte("<html><body><p>पानी नहीं</p>" + strings.Repeat("<b>", 100) + strings.Repeat("</b><b>", mostHTML/7) + "the end"))
	if err != nil || w.Text != "पानी नहीं" || !w.Cut {
		t.Errorf("%.40q, cut %v, %v", w.Text, w.Cut, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{\rtf1 {\*\x} \u-10?\'zz}`))
	f.Add([]byte("<html><td>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, _ := Read(data); len(w.Text) > mostText {
			t.Errorf("%d bytes of text", len(w.Text))
		}
	})
}

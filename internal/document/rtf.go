package document

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// aside are the groups of an RTF document that hold none of its words.
var aside = map[string]bool{
	"colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "header": true, "footer": true, "listtable": true,
	"listoverridetable": true, "rsidtbl": true, "generator": true, "themedata": true, "colorschememapping": true, "datastore": true, "latentstyles": true, "fldinst": true, "xmlnstbl": true,
}

// rtf reads a document; groups nest.
type rtf struct {
	src    string
	out    strings.Builder
	fonts  strings.Builder // names in the font table
	groups []group
	wide   []uint16 // UTF-16 that still waits for its other half
}

// group is what holds within a pair of braces.
type group struct {
	skip  bool // holds no words
	fonts bool // holds the names of fonts
	after int  // how many plain characters stand for one in Unicode
}

func readRTF(data []byte) Words {
	r := rtf{src: string(data), groups: []group{{after: 1}}}
	r.read()
	r.flush()
	return Words{Text: r.out.String(), KrutiDev: named(r.fonts.String())}
}

func (r *rtf) top() *group { return &r.groups[len(r.groups)-1] }

// mostGroups is how deep groups nest at most; a document written to harm nests further.
const mostGroups = 1000

func (r *rtf) read() {
	for i := 0; i < len(r.src) && r.out.Len() <= mostText && r.fonts.Len() <= mostText; {
		switch c := r.src[i]; c {
		case '{':
			if len(r.groups) > mostGroups {
				return
			}
			r.groups = append(r.groups, *r.top())
			i++
		case '}':
			if len(r.groups) > 1 {
				r.groups = r.groups[:len(r.groups)-1]
			}
			i++
		case '\\':
			i = r.control(i + 1)
		case '\r', '\n':
			i++
		default:
			r.write(string(charmap.Windows1252.DecodeByte(c)))
			i++
		}
	}
}

func (r *rtf) write(s string) {
	r.flush()
	switch g := r.top(); {
	case g.fonts:
		r.fonts.WriteString(s)
	case !g.skip:
		r.out.WriteString(s)
	}
}

// flush writes the UTF-16 that was gathered.
func (r *rtf) flush() {
	if len(r.wide) > 0 {
		wide := string(utf16.Decode(r.wide))
		r.wide = nil
		r.write(wide)
	}
}

// control reads what follows a backslash at i and gives where it ends.
func (r *rtf) control(i int) int {
	if i >= len(r.src) {
		return i
	}
	if r.src[i] == '\'' {
		if i+3 <= len(r.src) {
			if n, err := strconv.ParseUint(r.src[i+1:i+3], 16, 8); err == nil {
				r.write(string(charmap.Windows1252.DecodeByte(byte(n))))
				return i + 3
			}
		}
		return i + 1
	}
	end := i
	for end < len(r.src) && (r.src[end] >= 'a' && r.src[end] <= 'z' || r.src[end] >= 'A' && r.src[end] <= 'Z') {
		end++
	}
	if end == i {
		r.symbol(r.src[i])
		return i + 1
	}
	word, from := r.src[i:end], end
	if end < len(r.src) && r.src[end] == '-' {
		end++
	}
	for end < len(r.src) && r.src[end] >= '0' && r.src[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(r.src[from:end])
	if end < len(r.src) && r.src[end] == ' ' {
		end++
	}
	if word == "u" {
		return r.unicode(n, end)
	}
	r.word(word, n)
	return end
}

func (r *rtf) symbol(c byte) {
	switch c {
	case '\\', '{', '}':
		r.write(string(rune(c)))
	case '~':
		r.write(" ")
	case '*':
		r.top().skip = true
	case '\n', '\r':
		r.write("\n")
	}
}

func (r *rtf) word(word string, n int) {
	switch word {
	case "par", "line", "row", "sect", "page":
		r.write("\n")
	case "tab", "cell":
		r.write("\t")
	case "uc":
		r.top().after = min(max(n, 0), 8)
	case "lquote":
		r.write("‘")
	case "rquote":
		r.write("’")
	case "ldblquote":
		r.write("“")
	case "rdblquote":
		r.write("”")
	case "endash":
		r.write("–")
	case "emdash":
		r.write("—")
	case "bullet":
		r.write("•")
	case "fonttbl":
		r.top().fonts = true
	case "bin":
		r.top().skip = true
	default:
		if aside[word] {
			r.top().skip = true
		}
	}
}

// unicode takes one character, and passes over those that stand for it in old readers.
func (r *rtf) unicode(n, end int) int {
	if !r.top().skip && !r.top().fonts {
		r.wide = append(r.wide, uint16(n))
	}
	for range r.top().after {
		switch {
		case end >= len(r.src) || r.src[end] == '{' || r.src[end] == '}':
			return end
		case strings.HasPrefix(r.src[end:], `\'`):
			end = min(end+4, len(r.src))
		case r.src[end] == '\\':
			return end
		default:
			end++
		}
	}
	return end
}

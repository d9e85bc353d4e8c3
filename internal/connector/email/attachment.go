package email

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
	"unicode"

	"github.com/jhillyerd/enmime/v2"
)

const typeLetter = "message/rfc822"

// contentType names what the bytes are. What the sender claims is not asked.
func contentType(data []byte) string {
	typ, _, err := mime.ParseMediaType(http.DetectContentType(data))
	if err != nil {
		return "application/octet-stream"
	}
	switch {
	case typ == "application/zip":
		for inside, office := range officeTypes {
			if bytes.Contains(data, []byte(inside)) {
				return office
			}
		}
	case len(data) > 12 && string(data[4:8]) == "ftyp" && (bytes.HasPrefix(data[8:], []byte("hei")) || bytes.HasPrefix(data[8:], []byte("mif1"))):
		return "image/heic"
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return "application/x-ole-storage" // the old Word and Excel
	case bytes.HasPrefix(data, []byte("#!AMR")):
		return "audio/amr"
	}
	return typ
}

// officeTypes tell documents of an office suite by a file inside their archive.
var officeTypes = map[string]string{
	"word/document.xml":    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xl/workbook.xml":      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// fileName is the name that the sender gave, without path and without characters that
// hide or turn text; a nameless file gets a number.
func fileName(p *enmime.Part, typ string, n int) string {
	name := decodeHeader(p.FileName)
	for _, key := range []string{"Content-Disposition", "Content-Type"} {
		if named := rawFileName(p.Header.Get(key)); named != "" {
			name = named
			break
		}
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimLeft(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name), ". ")
	if name == "" || name == "/" {
		name = "attachment-" + fmt.Sprint(n) + extension(typ)
	}
	if r := []rune(name); len(r) > 120 {
		name = string(r[:100]) + string(r[len(r)-20:])
	}
	return name
}

// rawFileName reads file names that are not as the standard wants them: encoded words
// inside quotes, and raw bytes. enmime reads all others.
func rawFileName(header string) string {
	for _, key := range []string{"filename=", "name="} {
		i := strings.Index(strings.ToLower(header), key)
		if i < 0 || i > 0 && !strings.ContainsRune("; \t", rune(header[i-1])) {
			continue
		}
		value := header[i+len(key):]
		if strings.HasPrefix(value, `"`) {
			value, _, _ = strings.Cut(value[1:], `"`)
		} else {
			value, _, _ = strings.Cut(value, ";")
		}
		if strings.Contains(value, "=?") || hasHigh([]byte(value)) {
			return decodeHeader(value)
		}
	}
	return ""
}

func extension(typ string) string {
	switch typ {
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "application/pdf":
		return ".pdf"
	case "text/plain":
		return ".txt"
	case typeLetter:
		return ".eml"
	}
	return ".bin"
}

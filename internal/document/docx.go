package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// mostXML is how much of a packed file is unpacked, mostDepth how deep its elements nest at
// most; a small file can blow up to anything.
const (
	mostXML   = 16 << 20
	mostDepth = 1000
)

func readDocx(data []byte) (Words, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Words{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	var w Words
	if styles, err := z.Open("word/styles.xml"); err == nil {
		_, w.KrutiDev, err = docxText(styles)
		if err := errors.Join(err, styles.Close()); err != nil {
			return Words{}, err
		}
	}
	body, err := z.Open("word/document.xml")
	if err != nil {
		return Words{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	defer body.Close()
	text, kruti, err := docxText(body)
	if err != nil && text == "" {
		return Words{}, err
	}
	w.Text, w.KrutiDev = text, w.KrutiDev || kruti
	return w, nil
}

// docxText reads the text of one part, and whether it sets anything in Kruti Dev. Of a
// broken part it gives what came before the break.
func docxText(from io.Reader) (text string, kruti bool, err error) {
	d := xml.NewDecoder(io.LimitReader(from, mostXML))
	var out strings.Builder
	within, depth := false, 0
	for out.Len() <= mostText {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), kruti, nil
		}
		if err != nil {
			return out.String(), kruti, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > mostDepth {
				return out.String(), kruti, ErrUnreadable
			}
			switch t.Name.Local {
			case "t":
				within = true
			case "tab":
				out.WriteString("\t")
			case "br", "cr":
				out.WriteString("\n")
			case "rFonts":
				for _, a := range t.Attr {
					kruti = kruti || named(a.Value)
				}
			}
		case xml.EndElement:
			depth--
			switch t.Name.Local {
			case "t":
				within = false
			case "p":
				out.WriteString("\n")
			}
		case xml.CharData:
			if within {
				out.Write(t)
			}
		}
	}
	return out.String(), kruti, nil
}

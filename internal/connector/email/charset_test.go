package email

import (
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const hindi = "महोदय, हमारी गली की सड़क छह महीने से टूटी हुई है। कृपया मरम्मत करवाएँ।"

func encodeAs(t *testing.T, encoding, s string) string {
	t.Helper()
	switch encoding {
	case "base64":
		enc := base64.StdEncoding.EncodeToString([]byte(s))
		var b strings.Builder
		for len(enc) > 76 {
			b.WriteString(enc[:76] + "\r\n")
			enc = enc[76:]
		}
		return b.String() + enc
	case "quoted-printable":
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		if _, err := w.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	return s
}

// lines joins lines with CRLF; the last argument is the body as it stands.
func lines(head ...string) []byte { return []byte(strings.Join(head, "\r\n")) }

func TestUTF8Wins(t *testing.T) {
	declarations := []string{"; charset=utf-8", "; charset=windows-1252", "; charset=iso-8859-1", "; charset=us-ascii", "", "; charset=x-unknown"}
	for _, declared := range declarations {
		for _, typ := range []string{"text/plain", "text/html"} {
			for _, enc := range []string{"base64", "quoted-printable", "8bit"} {
				t.Run(fmt.Sprintf("%s%s %s", typ, declared, enc), func(t *testing.T) {
					said := hindi
					if typ == "text/html" {
						said = "<html><body><p>" + hindi + "</p></body></html>"
					}
					l := Parse(lines("From: ram@example.in", "Subject: sadak", "Message-ID: <1@example.in>",
						"Content-Type: "+typ+declared, "Content-Transfer-Encoding: "+enc, "", encodeAs(t, enc, said)), Options{})
					if l.Text != hindi || l.FullText != hindi {
						t.Errorf("text = %q", l.Text)
					}
					if want := declared != "; charset=utf-8"; l.CharsetRepaired != want {
						t.Errorf("repaired = %v, want %v", l.CharsetRepaired, want)
					}
				})
			}
		}
	}
}

func TestUTF8WinsInsideMultipart(t *testing.T) {
	l := Parse(lines("From: ram@example.in", "Subject: x", `Content-Type: multipart/alternative; boundary="b"`, "",
		"--b", "Content-Type: text/plain; charset=windows-1252", "Content-Transfer-Encoding: base64", "", encodeAs(t, "base64", hindi),
		"--b", "Content-Type: text/html; charset=iso-8859-1", "Content-Transfer-Encoding: quoted-printable", "", encodeAs(t, "quoted-printable", "<p>"+hindi+"</p>"),
		"--b--", ""), Options{})
	if l.Text != hindi || !strings.Contains(l.HTML, hindi) {
		t.Errorf("text %q, html %q", l.Text, l.HTML)
	}
}

func TestOtherCharsets(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(hindi)
	if err != nil {
		t.Fatal(err)
	}
	latin, err := charmap.Windows1252.NewEncoder().String("Café – 500 €")
	if err != nil {
		t.Fatal(err)
	}
	big, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(hindi)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, declared, body, want string }{
		{"utf-16 with its mark", "utf-16", utf16, hindi},
		{"utf-16 with its mark, declared utf-8", "utf-8", utf16, hindi},
		{"utf-16 without a mark", "utf-16", big, hindi},
		{"utf-16 by name only", "utf-16", hindi, hindi},
		{"utf-8 with a mark", "", "\uFEFF" + hindi, hindi},
		{"windows-1252", "windows-1252", latin, "Café – 500 €"},
		{"windows-1252 undeclared", "", latin, "Café – 500 €"},
		{"windows-1252 declared unknown", "x-foo", latin, "Café – 500 €"},
		{"utf-7", "utf-7", "+CTgJIQk8CRU-", "सड़क"},
		{"iso-2022-jp", "iso-2022-jp", "\x1b$B;d\x1b(B", "私"},
		{"cut in the middle of a letter", "us-ascii", hindi[:len("महोद")+1], "महोद"},
		{"charset twice", `charset="utf-8"`, hindi, hindi},
		{"control characters", "utf-8", "a\x00b\x07c\r\nd", "abc\nd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decodeCharset([]byte(tt.body), tt.declared).text; got != tt.want {
				t.Errorf("text = %q, want %q", got, tt.want)
			}
		})
	}
	if !decodeCharset([]byte("\xB3\xD4\xCC\xE8"), "x-iscii-de").unreadable {
		t.Error("ISCII must be flagged")
	}
}

func TestTransferEncodings(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte(hindi))
	tests := []struct{ name, encoding, body, want string }{
		{"misspelt", "Base-64", b64, hindi},
		{"spaced", "quoted printable", "a=3Db", "a=b"},
		{"no padding", "base64", strings.TrimRight(b64, "="), hindi},
		{"dirt and line ends", "base64", b64[:10] + " \r\n!" + b64[10:], hindi},
		{"two pieces", "base64", "YQ==\r\nYg==", "ab"},
		{"not encoded at all", "base64", "यह सादा पाठ है", "यह सादा पाठ है"},
		{"bad codes", "quoted-printable", "50=ZZ=3", "50=ZZ=3"},
		{"soft line end", "quoted-printable", "long =\r\nline=20\r\n", "long line \r\n"},
		{"none", "8bit", hindi, hindi},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(decodeTransfer([]byte(tt.body), tt.encoding)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDecodeHeader(t *testing.T) {
	word := func(set string, b []byte) string {
		return "=?" + set + "?B?" + base64.StdEncoding.EncodeToString(b) + "?="
	}
	all := []byte("सड़क टूटी है")
	tests := []struct{ name, raw, want string }{
		{"raw 8-bit", "सड़क टूटी है", "सड़क टूटी है"},
		{"one word", word("utf-8", all), "सड़क टूटी है"},
		{"split inside a letter", word("utf-8", all[:7]) + "\r\n " + word("UTF-8", all[7:]), "सड़क टूटी है"},
		{"UTF-8 declared latin", word("iso-8859-1", all), "सड़क टूटी है"},
		{"q with underscores", "=?utf-8?q?pani_nahi_=E0=A4=B9=E0=A5=88?= today", "pani nahi है today"},
		{"between words", "Re: " + word("utf-8", []byte("क")) + " x " + word("utf-8", []byte("ख")), "Re: क x ख"},
		{"two sets", word("utf-8", []byte("क")) + " " + word("windows-1252", []byte("\xE9")), "कé"},
		{"language", "=?utf-8*hi?B?" + base64.StdEncoding.EncodeToString(all) + "?=", "सड़क टूटी है"},
		{"raw windows-1252", "caf\xE9", "café"},
		{"folded", "a\r\n b", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decodeHeader(tt.raw); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseAddresses(t *testing.T) {
	tests := []struct {
		raw  string
		want []address
	}{
		{`"Kumar, Ram" <Ram@Example.IN>, shyam@example.in`, []address{{"Kumar, Ram", "ram@example.in"}, {"", "shyam@example.in"}}},
		{"ram@example.in (Ram Kumar)", []address{{"Ram Kumar", "ram@example.in"}}},
		{"राम कुमार <ram@example.in>", []address{{"राम कुमार", "ram@example.in"}}},
		{"=?utf-8?B?4KSw4KS+4KSu?= <ram@example.in>", []address{{"राम", "ram@example.in"}}},
		{"Group: a@example.in, b@example.in;", []address{{"", "a@example.in"}, {"", "b@example.in"}}},
		{"ram@example.in <ram@example.in>", []address{{"", "ram@example.in"}}},
		{"nobody", nil},
	}
	for _, tt := range tests {
		got := parseAddresses(tt.raw)
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v, want %v", tt.raw, got, tt.want)
		}
	}
}

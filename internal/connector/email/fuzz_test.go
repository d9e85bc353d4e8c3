package email

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte(letterNamed("1")))
	f.Add(report("Final-Recipient: rfc822; ram@example.in\r\nAction: failed\r\nStatus: 5.1.1", "Content-Type: message/rfc822"))
	f.Add(lines("From: a@b", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html; charset=utf-16", "", "\xFF\xFE<\x00p\x00", "--b", "Content-Type: image/png; name=\"=?x?q?=?=\"", "", "\x89PNG", "--b--"))
	f.Add(lines("From: =?utf-8?b?4KSw?= <", "Subject: =?x?q?=ZZ?= =?x?b?====?=", "Content-Transfer-Encoding: base64", "", "4KSw4KS+4KSu"))
	f.Add(lines("From: a@b", "Content-Type: text/html", "", `<div class="gmail_quote"><blockquote type=cite><font face="Kruti Dev">`, strings.Repeat("<div>", 600)))
	opts := Options{AuthServID: "mx", Own: []string{"dc@example.gov.in"}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := Parse(raw, opts)
		p := l.Post(time.Unix(1, 0))
		for _, s := range []string{p.Text, p.FullText, p.Title, p.ExternalID, p.DedupKey, p.Author.Name, p.Author.ExternalID, p.Mail.HTML, p.ParentID, p.ThreadID} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("%q cannot be stored", s)
			}
		}
		if l.FullText != "" && l.Text == "" {
			t.Fatalf("the words were lost: %q", l.FullText)
		}
		if l.DedupKey() != Parse(raw, opts).DedupKey() {
			t.Fatal("two keys for the same bytes")
		}
		for _, a := range l.Attachments {
			if strings.ContainsAny(a.Name, "/\\\x00\n") || a.Name == "" || !utf8.ValidString(a.Name) {
				t.Fatalf("file name %q", a.Name)
			}
		}
	})
}

func FuzzCutQuotes(f *testing.F) {
	f.Add("said\n\nOn Mon, 23 Nov 2026 at 10:15, DC <dc@example.gov.in> wrote:\n> quoted", "")
	f.Add("प्रेषक: DC\nभेजा गया: 23 नवंबर 2026 10:15\nप्रति: Ram\n\nठीक", "ठीक")
	f.Add("-- \n>\n--\n\nBegin forwarded message:", "x")
	f.Fuzz(func(t *testing.T, full, own string) {
		text, forwarded := cutQuotes(full, own)
		if text == "" && strings.TrimSpace(full) != "" {
			t.Fatal("nothing left")
		}
		if forwarded && text != full {
			t.Fatal("a forwarded letter was cut")
		}
		for line := range strings.Lines(text) {
			if !strings.Contains(full, strings.TrimSpace(line)) {
				t.Fatalf("%q was never said", line)
			}
		}
	})
}

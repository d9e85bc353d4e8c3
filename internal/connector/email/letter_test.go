package email

import (
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
)

func TestParsePlainLetter(t *testing.T) {
	raw := lines("Return-Path: <ram@example.in>", "Received: from a by b; Mon, 23 Nov 2026 10:16:00 +0530",
		"From: =?utf-8?B?4KSw4KS+4KSu?= <Ram@Example.IN>", "To: dc@example.gov.in, cm@example.gov.in", "Cc: <x@example.in>",
		"Subject: Re: [GRV-2026-0000427] सड़क", "Date: Mon, 23 Nov 2026 10:15:00 +0530", "Message-ID: <a@example.in>",
		"In-Reply-To: <c@example.gov.in>", "References: <a0@example.in> <b@example.gov.in>", "\t<c@example.gov.in>", "",
		hindi, "", "-- ", "Ram Kumar", "")
	l := Parse(raw, Options{})
	if l.MessageID != "<a@example.in>" || l.From != "ram@example.in" || l.FromName != "राम" || l.Subject != "Re: [GRV-2026-0000427] सड़क" {
		t.Errorf("headers: %+v", l)
	}
	if got := strings.Join(l.To, " "); got != "dc@example.gov.in cm@example.gov.in x@example.in" {
		t.Errorf("to = %s", got)
	}
	if got := strings.Join(l.Answers(), " "); got != "<c@example.gov.in> <b@example.gov.in> <a0@example.in>" {
		t.Errorf("answers = %s", got)
	}
	if !l.Date.Equal(time.Date(2026, 11, 23, 4, 45, 0, 0, time.UTC)) {
		t.Errorf("date = %v", l.Date)
	}
	if l.Text != hindi || !strings.Contains(l.FullText, "Ram Kumar") {
		t.Errorf("text %q, full %q", l.Text, l.FullText)
	}
	if l.Automatic || l.Unreadable || l.Bounce != nil || l.Forwarded || l.LegacyFont {
		t.Errorf("flags: %+v", l)
	}
	p := l.Post(time.Date(2026, 11, 23, 4, 46, 0, 0, time.UTC))
	if p.ThreadID != "<a0@example.in>" || p.ParentID != "<c@example.gov.in>" || p.Direction != grievance.In || p.Mail.InReplyTo != "<c@example.gov.in>" || string(p.Raw) != string(raw) {
		t.Errorf("post: %+v", p)
	}
	if late := l.Post(l.Date.Add(-time.Hour)); !late.PostedAt.Equal(l.Date.Add(-time.Hour)) {
		t.Errorf("a date after the arrival was believed: %v", late.PostedAt)
	}
}

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

func TestAttachments(t *testing.T) {
	l := Parse(lines("From: a@example.in", "Message-ID: <1@example.in>", `Content-Type: multipart/mixed; boundary="m"`, "", "preamble",
		"--m", "Content-Type: text/plain; charset=utf-8", "", "See the photo.",
		"--m", `Content-Type: text/plain; name="photo.txt"`, "Content-Transfer-Encoding: base64", `Content-Disposition: attachment; filename="../../सड़क.png"`, "", png,
		"--m", "Content-Type: image/png", "Content-Transfer-Encoding: base64", "Content-Disposition: inline; filename*=utf-8''%E0%A4%97%E0%A4%B2%E0%A5%80.png", "", png,
		"--m", "Content-Type: application/pdf; name=\"=?utf-8?B?4KSq4KSk?=\r\n =?utf-8?B?4KWN4KSwLnBkZg==?=\"", "Content-Transfer-Encoding: base64", "", "JVBERi0xLjQK",
		"--m", "Content-Type: application/octet-stream", "", "%%", "--m--", ""), Options{})
	if l.Text != "See the photo." {
		t.Errorf("text = %q", l.Text)
	}
	want := []struct{ name, typ string }{{"सड़क.png", "image/png"}, {"गली.png", "image/png"}, {"पत्र.pdf", "application/pdf"}, {"attachment-4.txt", "text/plain"}}
	if len(l.Attachments) != len(want) {
		t.Fatalf("attachments: %d", len(l.Attachments))
	}
	for i, w := range want {
		if a := l.Attachments[i]; a.Name != w.name || a.Type != w.typ {
			t.Errorf("attachment %d is %q %q, want %q %q", i, a.Name, a.Type, w.name, w.typ)
		}
	}
	media := l.Post(time.Time{}).Media
	if media[0].Kind != "photo" || media[0].Size != 70 || len(media[0].Data) != 70 || media[2].Kind != "file" {
		t.Errorf("media: %v %d", media[0].Kind, media[0].Size)
	}
}

func TestTextFromHTMLWhenPlainSaysNothing(t *testing.T) {
	l := Parse(lines("From: a@example.in", "Subject: x", `Content-Type: multipart/alternative; boundary=b`, "",
		"--b", "Content-Type: text/plain", "", "Your mail program does not support HTML.",
		"--b", "Content-Type: text/html; charset=utf-8", "", "<style>p{}</style><p>बिजली  नहीं<br>आ रही</p><ul><li>एक</li><li>दो</li></ul><script>x()</script>", "--b--"), Options{})
	if want := "बिजली नहीं\nआ रही\n\n- एक\n- दो"; l.Text != want {
		t.Errorf("text = %q, want %q", l.Text, want)
	}
}

func TestCleanHTML(t *testing.T) {
	got := cleanHTML(`<p style="color:red" onclick="x()">Water <a href="javascript:x()">here</a> <a href="https://example.in/a">there</a></p>` +
		`<img src="https://track.example/p.gif"><form action="/x"><input name=a></form><script>alert(1)</script><iframe src=x></iframe><style>p{}</style>`)
	for _, bad := range []string{"style", "onclick", "javascript", "<img", "<form", "<input", "script", "alert", "iframe"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q left in %q", bad, got)
		}
	}
	if !strings.Contains(got, "Water") || !strings.Contains(got, `href="https://example.in/a"`) || !strings.Contains(got, "nofollow") || !strings.Contains(got, "noreferrer") {
		t.Errorf("lost too much: %q", got)
	}
}

func TestUnreadableMailIsStillALetter(t *testing.T) {
	deep := "From: a@example.in\r\nMessage-ID: <d@x>\r\n"
	for range 500 {
		deep += "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	}
	tests := []struct {
		name, raw  string
		unreadable bool
		from, text string
	}{
		{"nothing", "", true, "", ""},
		{"binary", "\x00\x01\x02\xFF\xFE", true, "", ""},
		{"words without headers", "mera pani nahi aa raha", true, "", "mera pani nahi aa raha"},
		{"nested without end", deep, true, "a@example.in", ""},
		{"no body", "From: a@example.in\r\nSubject: x\r\n", false, "a@example.in", ""},
		{"odd header line", "From: a@example.in\r\nthis is no header\r\n:nor this\r\nSubject: x\r\n\r\nbody", false, "a@example.in", "body"},
		{"last boundary missing", "From: a@example.in\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody", false, "a@example.in", "body"},
		{"boundary never used", "From: a@example.in\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nbody", false, "a@example.in", "body"},
		{"no boundary given", "From: a@example.in\r\nSubject: x\r\nContent-Type: multipart/mixed\r\n\r\nbody", false, "a@example.in", "body"},
		{"content type in error", "From: a@example.in\r\nSubject: x\r\nContent-Type: text/plain charset=\"utf-8;\r\n\r\nbody", false, "a@example.in", "body"},
		{"mbox line in front", "From a@example.in Mon Nov 23 10:15:00 2026\nFrom: a@example.in\nSubject: x\n\nbody", false, "a@example.in", "body"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := Parse([]byte(tt.raw), Options{})
			if l.Unreadable != tt.unreadable || l.From != tt.from || !strings.HasPrefix(l.Text, tt.text) {
				t.Errorf("unreadable %v, from %q, text %.100q", l.Unreadable, l.From, l.Text)
			}
			if tt.unreadable && (len(l.Attachments) != 1 || string(l.Attachments[0].Data) != tt.raw) {
				t.Error("the raw file must be attached")
			}
			if p := l.Post(time.Now()); p.DedupKey == "" || p.ExternalID == "" || p.PostedAt.IsZero() {
				t.Errorf("post: %+v", p)
			}
		})
	}
}

func TestDedupKey(t *testing.T) {
	key := func(raw []byte) string { return Parse(raw, Options{}).DedupKey() }
	plain := lines("From: a@example.in", "Message-ID: <1@x>", "Subject: s", "", "पानी नहीं", "")
	same := [][]byte{
		lines("Received: elsewhere", "From: a@example.in", "Message-ID: <1@x>", "Subject: s", "Content-Transfer-Encoding: base64", "", encodeAs(t, "base64", "पानी नहीं\n")),
		[]byte(strings.ReplaceAll(string(plain), "\r\n", "\n") + "\n"),
		append([]byte("From a Mon Nov 23 10:15:00 2026\r\n"), plain...),
	}
	for i, raw := range same {
		if key(raw) != key(plain) {
			t.Errorf("delivery %d of the same letter has another key", i)
		}
	}
	different := [][]byte{
		lines("From: a@example.in", "Message-ID: <1@x>", "Subject: s", "", "another text under a forged id"),
		lines("From: a@example.in", "Message-ID: <2@x>", "Subject: s", "", "पानी नहीं"),
		lines("From: a@example.in", "Date: Mon, 23 Nov 2026 10:15:00 +0530", "Subject: s", "", "पानी नहीं"),
		lines("From: b@example.in", "Date: Mon, 23 Nov 2026 10:15:00 +0530", "Subject: s", "", "पानी नहीं"),
	}
	seen := map[string]int{key(plain): -1}
	for i, raw := range different {
		if j, ok := seen[key(raw)]; ok {
			t.Errorf("letters %d and %d share a key", i, j)
		}
		seen[key(raw)] = i
	}
}

func TestForwardedWhole(t *testing.T) {
	l := Parse(lines("From: a@example.in", "Subject: see this", "Content-Type: multipart/mixed; boundary=b", "",
		"--b", "Content-Type: message/rfc822", "", "From: c@example.in", "Subject: नाली", "Content-Type: text/plain; charset=utf-8", "", "नाली जाम है", "--b--"), Options{})
	if !l.Forwarded || l.Text != "नाली\n\nनाली जाम है" || len(l.Attachments) != 1 || l.Attachments[0].Type != "message/rfc822" {
		t.Errorf("forwarded %v, text %q, %d attachments", l.Forwarded, l.Text, len(l.Attachments))
	}
}

// A Message-ID of ours cannot be made up: it holds a hash that needs the key.
func TestMessageIDKey(t *testing.T) {
	make := func(key, number, reply string) string {
		return IDKey(key).MessageID(number, reply, "grievance.example.gov.in")
	}
	id := make("a secret of thirty-two bytes ....", "GRV-2026-0042117", "3")
	if again := make("a secret of thirty-two bytes ....", "GRV-2026-0042117", "3"); again != id || !strings.HasPrefix(id, "<GRV-2026-0042117.r3.") && !strings.HasPrefix(id, "<GRV-2026-0042117.3.") {
		t.Errorf("%s, and the second time %s", id, again)
	}
	for name, other := range map[string]string{
		"another key": make("other", "GRV-2026-0042117", "3"), "another case": make("a secret of thirty-two bytes ....", "GRV-2026-0042125", "3"), "another reply": make("a secret of thirty-two bytes ....", "GRV-2026-0042117", "4"),
	} {
		hash := func(id string) string { return id[strings.LastIndex(id[:strings.Index(id, "@")], "."):] }
		if hash(other) == hash(id) {
			t.Errorf("%s has the same hash: %s, %s", name, other, id)
		}
	}
}
func TestEndlessText(t *testing.T) {
	long := strings.Repeat("सड़क टूटी है। ", 100_000)
	l := Parse(lines("From: a@example.in", "Subject: x", "Content-Type: text/plain; charset=utf-8", "", long), Options{})
	if len(l.FullText) > maxText || !strings.HasPrefix(long, l.FullText) || len(l.Attachments) != 1 || string(l.Attachments[0].Data) != long {
		t.Errorf("%d bytes of text, %d attachments", len(l.FullText), len(l.Attachments))
	}
}

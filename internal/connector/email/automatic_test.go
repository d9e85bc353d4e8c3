package email

import (
	"testing"
)

func TestAutomatic(t *testing.T) {
	opts := Options{Own: []string{"dc@example.gov.in"}}
	for _, head := range []string{
		"Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Precedence: bulk", "Precedence: junk", "Precedence: List",
		"Precedence: auto_reply", "List-Id: <news.example.in>", "X-Auto-Response-Suppress: All", "X-Autoreply: yes", "X-Autorespond: x",
		"Return-Path: <>", "From: MAILER-DAEMON@mx.example.in", "From: postmaster@example.in", "From: no-reply@bank.example",
		"From: Bank <donotreply@bank.example>", "Content-Type: multipart/report; boundary=b", "From: DC <DC@example.gov.in>", "X-Nivaran-Loop: 1",
	} {
		if l := Parse(lines(head, "From: ram@example.in", "Subject: x", "", "x"), opts); !l.Automatic {
			t.Errorf("%s: not seen as automatic", head)
		}
	}
	for _, head := range []string{"Auto-Submitted: no", "Precedence: first-class", "Return-Path: <ram@example.in>", "From: norma@example.in", "X-Mailer: x"} {
		if l := Parse(lines(head, "From: ram@example.in", "Subject: x", "", "x"), opts); l.Automatic {
			t.Errorf("%s: taken for automatic", head)
		}
	}
}

func TestOwnLetter(t *testing.T) {
	const vouched = "Authentication-Results: mx.example.gov.in; dmarc=pass"
	opts := Options{Own: []string{"dc@example.gov.in"}, AuthServID: "mx.example.gov.in"}
	tests := []struct {
		name string
		head []string
		want bool
	}{
		{"ours", []string{"From: dc@example.gov.in", "X-Nivaran-Loop: 1", vouched}, true},
		{"a citizen with our header", []string{"From: ram@example.in", "X-Nivaran-Loop: 1", vouched}, false},
		{"forged sender", []string{"From: dc@example.gov.in", "X-Nivaran-Loop: 1"}, false},
		{"written by hand", []string{"From: dc@example.gov.in", vouched}, false},
	}
	for _, tt := range tests {
		if got := Parse(lines(append(tt.head, "Subject: x", "", "x")...), opts).Own; got != tt.want {
			t.Errorf("%s: own = %v", tt.name, got)
		}
	}
}

func TestDMARC(t *testing.T) {
	tests := []struct {
		name string
		head []string
		want string
	}{
		{"none", nil, ""},
		{"pass", []string{"Authentication-Results: mx.example.gov.in; spf=pass smtp.mailfrom=x; dmarc=pass (p=none) header.from=example.in"}, "pass"},
		{"fail", []string{"Authentication-Results: MX.example.gov.in 1;\r\n dkim=none;\r\n DMARC=fail action=none"}, "fail"},
		{"forged below", []string{"Authentication-Results: mx.example.gov.in; dmarc=fail", "Authentication-Results: mx.example.gov.in; dmarc=pass"}, "fail"},
		{"another's", []string{"Authentication-Results: mx.evil.example; dmarc=pass"}, ""},
		{"in a comment", []string{"Authentication-Results: mx.example.gov.in (dmarc=pass); dmarc=fail"}, "fail"},
		{"ours says nothing", []string{"Authentication-Results: mx.example.gov.in; none", "Authentication-Results: mx.example.gov.in; dmarc=pass"}, ""},
	}
	for _, tt := range tests {
		raw := lines(append(tt.head, "From: ram@example.in", "Subject: x", "", "x")...)
		if got := Parse(raw, Options{AuthServID: "mx.example.gov.in"}).DMARC; got != tt.want {
			t.Errorf("%s: dmarc = %q, want %q", tt.name, got, tt.want)
		}
		if got := Parse(raw, Options{}).DMARC; got != "" {
			t.Errorf("%s: without our server's name nothing is believed, got %q", tt.name, got)
		}
	}
}

func report(status, returned string) []byte {
	return lines("Return-Path: <>", "From: MAILER-DAEMON@mx.example.in", "Message-ID: <dsn@mx>", "Subject: Undelivered",
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
		"--b", "Content-Type: text/plain; charset=us-ascii", "", "Your mail could not be delivered.",
		"--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.in", "", status, "",
		"--b", returned, "", "From: dc@example.gov.in", "Message-Id: <GRV-2026-0042117.r3.abc@grievance.example>", "Subject: x", "", "--b--", "")
}

func TestBounce(t *testing.T) {
	const ours = "<GRV-2026-0042117.r3.abc@grievance.example>"
	tests := []struct {
		name string
		raw  []byte
		want *Bounce
	}{
		{"failed", report("Final-Recipient: rfc822; Ram@Example.in\r\nAction: failed\r\nStatus: 5.1.1 (no such user)", "Content-Type: message/rfc822"), &Bounce{"ram@example.in", "5.1.1", ours}},
		{"headers only", report("Final-Recipient: rfc822; ram@example.in\r\nAction: failed\r\nStatus: 5.2.2", "Content-Type: text/rfc822-headers"), &Bounce{"ram@example.in", "5.2.2", ours}},
		{"delayed", report("Final-Recipient: rfc822; ram@example.in\r\nAction: delayed\r\nStatus: 4.4.1", "Content-Type: message/rfc822"), &Bounce{"ram@example.in", "4.4.1", ours}},
		{"handed on", report("Original-Recipient: rfc822;ram@example.in\r\nFinal-Recipient: rfc822; other@far.example\r\nAction: failed\r\nStatus: 5.1.1", "Content-Type: message/rfc822"), &Bounce{"ram@example.in", "5.1.1", ours}},
		{"one of two", report("Final-Recipient: rfc822; a@example.in\r\nAction: delayed\r\nStatus: 4.0.0\r\n\r\nFinal-Recipient: rfc822; ram@example.in\r\nAction: failed\r\nStatus: 5.1.1", "Content-Type: message/rfc822"), &Bounce{"ram@example.in", "5.1.1", ours}},
		{"delivered", report("Final-Recipient: rfc822; ram@example.in\r\nAction: delivered\r\nStatus: 2.0.0", "Content-Type: message/rfc822"), nil},
		{"exim", lines("From: Mailer-Daemon@mx.example.in", "X-Failed-Recipients: ram@example.in", "Subject: failed", "", "------ This is a copy", "Message-ID: "+ours, "", "x"), &Bounce{"ram@example.in", "5.0.0", ours}},
		{"a citizen", lines("From: ram@example.in", "Subject: 5.1.1", "", "Status: 5.1.1"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := Parse(tt.raw, Options{})
			if (l.Bounce == nil) != (tt.want == nil) || tt.want != nil && *l.Bounce != *tt.want {
				t.Errorf("bounce = %+v, want %+v", l.Bounce, tt.want)
			}
			if tt.want != nil && !l.Automatic {
				t.Error("a bounce is automatic mail")
			}
		})
	}
}

func TestLegacyFont(t *testing.T) {
	const kruti = "gekjs xkao esa lM+d VwVh gS vkSj ikuh ugha vk jgk gS"
	tests := []struct {
		name, text, html string
		want             bool
	}{
		{"kruti dev", kruti, "", true},
		{"font named", "", `<p><font face="Kruti Dev 010">Jheku th fuosnu</font></p>`, true},
		{"devlys by style", "", `<p style="font-family:'DevLys 010'">izkFkZuk i= lsok</p>`, true},
		{"another font", "", `<p><font face="Chanakya">çÍîææçÍü ×è ç·¤ÌæÕ ÂéSÌ·¤</font></p>`, true},
		{"signs inside words", `lM+d ;kstuk fo{kky dk;Z dk{kk vk/kkj xzke`, "", true},
		{"english in that font", "", `<p style="font-family:'Kruti Dev 010'">The road is broken and the water is dirty</p>`, false},
		{"font listed and not used", "", `<style>@font-face{font-family:"Kruti Dev 010"}</style><p>The road is broken</p>`, false},
		{"hindi", hindi, "", false},
		{"hinglish", "sadak tooti hai aur pani bhi nahi aa raha and/or bijli w/o warning", "", false},
		{"english", "Ram S/o Shyam r/o H/No 5 complains and/or requests repair", "", false},
		{"links", "https://a.example/x/y?a=b&c=d https://b.example/p+q/r dekho isko", "", false},
		{"short", "ok", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw := lines("From: a@example.in", "Subject: x", "Content-Type: text/plain; charset=utf-8", "", tt.text)
			if tt.html != "" {
				raw = lines("From: a@example.in", "Subject: x", "Content-Type: text/html; charset=utf-8", "", tt.html)
			}
			l := Parse(raw, Options{})
			if l.LegacyFont != tt.want {
				t.Errorf("legacy font = %v, want %v", l.LegacyFont, tt.want)
			}
			if named := tt.want && (tt.name == "font named" || tt.name == "devlys by style"); l.KrutiDev != named {
				t.Errorf("it names Kruti Dev: %v, want %v", l.KrutiDev, named)
			}
		})
	}
}

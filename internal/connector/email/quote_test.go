package email

import (
	"strings"
	"testing"
)

func TestCutQuotes(t *testing.T) {
	const said = "सड़क अभी भी टूटी है।"
	tests := []struct{ name, rest string }{
		{"gmail", "On Mon, 23 Nov 2026 at 10:15, DC Rohtak <dc@example.gov.in> wrote:\n> Your road is repaired.\n>> older"},
		{"gmail broken line", "On Mon, 23 Nov 2026 at 10:15, Deputy Commissioner Rohtak\n<dc@example.gov.in>\nwrote:\n\n> repaired"},
		{"unmarked", "On Mon, 23 Nov 2026 at 10:15, DC Rohtak <dc@example.gov.in> wrote:\n\nYour road is repaired."},
		{"hindi", "सोम, 23 नव॰ 2026 को 10:15 am बजे को DC Rohtak <dc@example.gov.in> ने लिखा:\n> आपकी सड़क ठीक कर दी गई है।"},
		{"hindi broken line", "सोमवार, 23 नवंबर 2026 को Deputy Commissioner Rohtak\n<dc@example.gov.in> ने लिखा:\n> ठीक"},
		{"hindi visarga", "23 नवंबर 2026 को 10:15 बजे, DC <dc@example.gov.in> ने लिखाः\n> ठीक"},
		{"punjabi", "ਸੋਮ, 23 ਨਵੰ 2026 ਨੂੰ 10:15 ਪੂ.ਦੁ. 'ਤੇ DC <dc@example.gov.in> ਨੇ ਲਿਖਿਆ:\n> ਠੀਕ"},
		{"urdu", "\u200Fپیر، 23 نومبر 2026 کو 10:15 AM پر DC <dc@example.gov.in> نے لکھا:\u200F\n> ٹھیک"},
		{"original message", "-----Original Message-----\nFrom: DC\nSent: Monday\n\nrepaired"},
		{"original message hindi", "----- मूल संदेश -----\nठीक"},
		{"original message punjabi", "-----ਅਸਲ ਸੁਨੇਹਾ-----\nਠੀਕ"},
		{"original message urdu", "-----اصل پیغام-----\nٹھیک"},
		{"outlook", "From: DC Rohtak <dc@example.gov.in>\nSent: Monday, November 23, 2026 10:15 AM\nTo: Ram <ram@example.in>\nSubject: Your grievance\n\nrepaired"},
		{"outlook bold with rule", "________________________________\n\n*From:* DC Rohtak\n*Sent:* 23 November 2026 10:15\n*To:* Ram\n*Subject:* x\n\nrepaired"},
		{"outlook hindi", "प्रेषक: DC Rohtak <dc@example.gov.in>\nभेजा गया: 23 नवंबर 2026 10:15\nप्रति: Ram\nविषय: सड़क\n\nठीक"},
		{"outlook punjabi", "ਵੱਲੋਂ: DC\nਭੇਜਿਆ: 23 ਨਵੰਬਰ 2026 10:15\nਪ੍ਰਤੀ: Ram\nਵਿਸ਼ਾ: ਸੜਕ\n\nਠੀਕ"},
		{"outlook urdu", "منجانب: DC\nبھیجا گیا: 23 نومبر 2026 10:15\nبنام: Ram\nموضوع: سڑک\n\nٹھیک"},
		{"marked lines alone", "> repaired\n> yesterday"},
		{"signature", "-- \nRam Kumar\n98xxxxxx10"},
		{"signature without space", "--\nRam Kumar"},
		{"telephone", "Sent from my iPhone"},
		{"zoho", "---- On Mon, 23 Nov 2026 10:15:00 +0530 DC <dc@example.gov.in> wrote ----\n\nrepaired"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, forwarded := cutQuotes(said+"\n\n"+tt.rest, ""); got != said || forwarded {
				t.Errorf("text = %q", got)
			}
			if got, _ := cutQuotes(said+"\n"+tt.rest, ""); got != said {
				t.Errorf("without a blank line: text = %q", got)
			}
			if got, _ := cutQuotes(tt.rest, ""); got != tt.rest {
				t.Errorf("nothing left, so all must stay: %q", got)
			}
		})
	}
}

func TestAnswersBelowAndBetweenQuotes(t *testing.T) {
	got, _ := cutQuotes("On Mon, 23 Nov 2026 at 10:15, DC <dc@example.gov.in> wrote:\n> Is the road good?\n\nNo.\n\n> And the light?\n\nYes.", "")
	if got != "No.\n\n\nYes." {
		t.Errorf("text = %q", got)
	}
}

func TestWhatIsNoQuote(t *testing.T) {
	for name, text := range map[string]string{
		"letter in the Indian form": "सेवा में,\nउपायुक्त महोदय\nरोहतक\n\nप्रेषक: राम कुमार, गाँव कलानौर\nदिनांक: 23-11-2026\nविषय: सड़क की मरम्मत\n\nमहोदय, सड़क टूटी है।",
		"the same in English":       "Respected Sir,\n\nFrom: Ram Kumar, village Kalanaur\nTo: The Deputy Commissioner\nDate: 23-11-2026\nSubject: broken road\n\nThe road is broken.",
		"a sentence":                "On 5 November 2025 I met the engineer and he wrote:\nthe road will be repaired.\nNothing happened.",
		"hindi sentence":            "अधिकारी ने लिखा:\nसड़क ठीक है। पर सड़क टूटी है।",
		"dashes in the middle":      "part one\n--\n" + strings.Repeat("a long second part\n", 12) + "end",
		"forwarded":                 "Please look.\n\n---------- Forwarded message ---------\nFrom: Shyam <shyam@example.in>\nDate: Mon, 23 Nov 2026 at 10:15\nSubject: x\nTo: <ram@example.in>\n\nNo water.\n\nOn Sun, 22 Nov 2026 at 9:00, x@example.in wrote:\n> y",
		"forwarded by apple":        "See:\n\nBegin forwarded message:\n\nFrom: a@example.in\nDate: 23 November 2026 at 10:15\nTo: b\n\nx",
		"forwarded in hindi":        "देखें\n\n---------- अग्रेषित संदेश ----------\nप्रेषक: a@example.in\nदिनांक: 23 नवंबर 2026 10:15\nविषय: x\n\nपानी नहीं",
	} {
		t.Run(name, func(t *testing.T) {
			got, forwarded := cutQuotes(text, "")
			if got != text {
				t.Errorf("text = %q", got)
			}
			if forwarded != strings.HasPrefix(name, "forwarded") {
				t.Errorf("forwarded = %v", forwarded)
			}
		})
	}
}

func reply(plain, html string) *Letter {
	return Parse(lines("From: a@example.in", "Subject: Re: x", "Content-Type: multipart/alternative; boundary=b", "",
		"--b", "Content-Type: text/plain; charset=utf-8", "", plain, "--b", "Content-Type: text/html; charset=utf-8", "", html, "--b--"), Options{})
}

func TestQuotesMarkedInHTML(t *testing.T) {
	const said, quoted = "பணி முடியவில்லை", "சாலை சரி செய்யப்பட்டது"
	for name, html := range map[string]string{
		"gmail":       `<div>` + said + `</div><div class="gmail_quote gmail_quote_container"><div class="gmail_attr">DC எழுதியது:</div><blockquote class="gmail_quote">` + quoted + `</blockquote></div>`,
		"yahoo":       `<div>` + said + `</div><div class="ydp1 yahoo_quoted" id="yahoo_quoted_1"><div>DC எழுதியது:</div>` + quoted + `</div>`,
		"outlook":     `<p>` + said + `</p><hr><div id="divRplyFwdMsg">DC எழுதியது:</div><div>` + quoted + `</div>`,
		"outlook app": `<p>` + said + `</p><div id="appendonsend"></div><hr><div>DC எழுதியது:</div><div>` + quoted + `</div>`,
		"mozilla":     `<p>` + said + `</p><div class="moz-cite-prefix">DC எழுதியது:</div><blockquote type="cite">` + quoted + `</blockquote>`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, plain := range []string{"", said + "\n\nDC எழுதியது:\n" + quoted} {
				l := reply(plain, html)
				if l.Text != said || !strings.Contains(l.FullText, quoted) || !strings.Contains(l.HTML, quoted) {
					t.Errorf("plain %q: text = %q, full = %q", plain, l.Text, l.FullText)
				}
			}
		})
	}
}

func TestForwardsAreNoQuotes(t *testing.T) {
	l := reply("", `<div>Please see</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Shyam</div>No water in the village</div>`)
	if !l.Forwarded || !strings.Contains(l.Text, "No water in the village") {
		t.Errorf("forwarded %v, text %q", l.Forwarded, l.Text)
	}
	l = Parse(lines("From: a@example.in", "Subject: FW: no water", "Content-Type: text/html; charset=utf-8", "", `<p>See</p><div id="divRplyFwdMsg">From: Shyam</div><p>No water</p>`), Options{})
	if !l.Forwarded || !strings.Contains(l.Text, "No water") {
		t.Errorf("forwarded %v, text %q", l.Forwarded, l.Text)
	}
}

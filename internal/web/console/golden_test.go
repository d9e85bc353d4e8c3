package console

import (
	"net/http/httptest"
	"regexp"
	"testing"

	"nivaran/internal/auth"
	"nivaran/internal/golden"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/web"
)

var hashInAddress = regexp.MustCompile(`/static/[0-9a-f]{12}/`)

// Pages of invented values in Hindi, the longer language, as they were reviewed.
func TestGolden(t *testing.T) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	s, err := web.New(web.Options{Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	who := &auth.Who{Officer: grievance.Officer{NameHI: "कविता सांगवान", Keys: true}, Charge: grievance.Charge{TitleHI: "नगर मजिस्ट्रेट, हांसी"}, Office: grievance.Office{NameHI: "जिला प्रशासन, हांसी"}}
	base := page{
		Page: s.Page(&web.Visit{Printer: texts.In("hi"), Who: who, Done: "done.forward"}), MaySearch: true, Notices: "3", Hold: "बाहर भेजना रुका है।",
		Nav: []navItem{{URL: "/inbox", Name: "इनबॉक्स", Current: true}, {URL: "/channels", Name: "चैनल", Count: "2", Warn: true, Second: true}},
	}
	x := mark{Class: "mark-x", Icon: "twitter-x", Name: "X"}
	late := clock{Kind: "late", Icon: "exclamation-triangle-fill", Words: "5 घंटे विलंब", Bar: true, Used: 100}
	reopened := sign{Class: "flag flag-late", Icon: "arrow-counterclockwise", Words: "पुनः खोला गया"}
	assigned := sign{Class: "state state-assigned", Icon: "person-check", Words: "प्रेषित"}
	cs := &caseView{
		Number: "GRV-2026-0042117", Title: "पेयजल नहीं, वार्ड 9, हांसी", URL: "/cases/7", Back: "/inbox/7?folder=own", State: assigned, Clocks: []clock{late}, Flags: []sign{reopened},
		Primary: &actLink{Name: "स्वीकार करें", URL: "/cases/7/accept", Class: "btn-do", Icon: "check2", Direct: true, Key: "a", KeyName: "A", Back: "/inbox/7?folder=own"},
		Second:  []actLink{{Name: "अग्रेषित करें", URL: "/cases/7/forward", Class: "btn-plain", Icon: "arrow-right"}},
		Due:     "शुक्र 27 नवंबर, दोपहर 1:24 तक रिपोर्ट", Ladder: []ladderStep{{What: "सीमा", Adds: "+ 3 कार्य दिवस", Then: "गुरु 26 नवंबर"}, {What: "रुकी", Note: "अशोक बेनीवाल", Adds: "+ 2 घंटे", Then: "शुक्र 27 नवंबर", Pause: true}},
		Thread: []message{
			{Kind: "post", Mark: &x, Who: "Suresh Yadav", Note: "@suresh · उल्लेख · सार्वजनिक", When: "दोपहर 1:24", Text: "4 दिन से पानी <नहीं> & टैंकर नहीं", TextLang: "hi", Sub: []subline{{Icon: "box-arrow-up-right", Words: "वहां खोलें", URL: "https://x.example/1", Outside: true}}},
			{Kind: "event", Icon: "inbox", Who: "खोला गया", Note: "नेहा दहिया", When: "दोपहर 1:31"},
			{Kind: "note", Class: "msg-note", Icon: "sticky", Who: "अशोक बेनीवाल", Note: "आंतरिक टिप्पणी", When: "दोपहर 1:58", Text: "मोटर हिसार से चली।"},
		},
		Composer: &composer{Personal: personalData, Ways: []way{
			{Key: "public", Letter: "r", Icon: "megaphone-fill", Name: "सार्वजनिक उत्तर", Action: "/cases/7/reply", Chosen: true, Says: "इसे X पर हर कोई पढ़ सकता है", Limit: 280, CountBy: "x", CountWords: "280 में से 14", To: []web.Choice{{Value: "55", Text: "Suresh Yadav"}},
				Accounts: []web.Choice{{Value: "1", Text: "@DC_Hansi से"}}, Refusals: []refusal{{Name: "@NivaranHR", Words: "उल्लेख नहीं"}}, Text: "98765 43210 पर", Warn: true, Send: "प्रकाशित करें"},
			{Key: "private", Letter: "m", Icon: "lock-fill", Name: "निजी संदेश", Closed: "कोई निजी चैनल खुला नहीं है।"},
			{Key: "note", Letter: "i", Icon: "sticky", Name: "आंतरिक टिप्पणी", Action: "/cases/7/note", Says: "कार्यालय में रहता है।", Send: "टिप्पणी सहेजें", Error: "कुछ लिखें"},
		}},
		People: []person{{Mark: x, Name: "Suresh Yadav", Note: "suresh", Signs: []sign{{Class: "flag flag-ok", Icon: "check2-all", Words: "उत्तर पहुंचा"}}}},
		Facts:  []fact{{Name: "जिला", Value: "हांसी"}, {Name: "कार्यालय", Value: "जनस्वास्थ्य, हांसी", URL: "/offices/4"}}, Latest: []string{"दोपहर 1:31 · खोला गया"},
	}
	own := folderView{link: link{Name: "मेरे मामले", URL: "/inbox?folder=own", Current: true}, Icon: "person", Count: "38"}
	pages := map[string]any{
		"console/inbox": inboxPage{
			page: base, Pane: "case", Folders: []folderView{own}, Folder: own, Orders: []link{{Name: "समय सीमा से", URL: "/inbox?folder=own", Current: true}},
			Rows:    []caseRow{{URL: "/inbox/7?folder=own", Mark: x, Name: "Suresh Yadav", Text: "4 दिन से पानी नहीं", TextLang: "hi", Age: "48 मिनट", Voices: "3 आवाज़ें", Current: true, Clock: late, Office: "जनस्वास्थ्य, हांसी", Flag: &reopened}},
			ListURL: "/inbox?folder=own", FoldersURL: "/inbox/folders?folder=own", MoreURL: "/inbox?folder=own&after=9", SideURL: "/inbox/7/details?folder=own", ConversationURL: "/inbox/7?folder=own", Case: cs,
		},
		"console/act": actPage{
			page: base, Title: "अग्रेषित करें", Explain: "मामला दूसरे कार्यालय को जाता है।", Send: "अग्रेषित करें", Number: cs.Number, CaseTitle: cs.Title, CaseURL: "/cases/7", Action: "/cases/7/forward",
			Errors: []fieldError{{Field: "remark", Words: "कम से कम एक पूरा वाक्य लिखें"}},
			Fields: []field{
				{Kind: "choice", Name: "office", Label: "कार्यालय", Empty: "चुनें", Groups: []web.Group{{Name: "हांसी के कार्यालय", Choices: []web.Choice{{Value: "4", Text: "जनस्वास्थ्य, हांसी", Chosen: true}}}}},
				{Kind: "text", Name: "remark", Label: "स्पष्ट टिप्पणी", Value: "देखें", Error: "कम से कम एक पूरा वाक्य लिखें"},
			},
		},
		"signin/code": signInPage{Page: s.Page(&web.Visit{Printer: texts.In("hi")}), Email: "cm.hansi@nivaran.example", Next: "/inbox", Error: "यह कोड सही नहीं था।", App: true},
	}
	for name, data := range pages {
		rec := httptest.NewRecorder()
		if err := s.Render(rec, 200, name, data); err != nil {
			t.Fatal(err)
		}
		got := hashInAddress.ReplaceAll(rec.Body.Bytes(), []byte("/static/HASH/"))
		golden.Check(t, "testdata/"+regexp.MustCompile(`/`).ReplaceAllString(name, "-")+".html", got)
	}
}

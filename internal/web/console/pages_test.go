package console

import (
	"net/http"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// Every page answers its rightful officer in both languages, whole and without a text
// that is missing.
func TestPages(t *testing.T) {
	w := newWorld(t)
	w.post(w.x, "Rakesh Goyal", "हिसार सेक्टर 14 में 3 दिन से बिजली नहीं है")
	c := w.assigned(w.x, "Suresh Yadav")
	id := c.ID.String()
	state, clerk, field := w.as(grievance.StateNodal), w.as(grievance.Clerk), w.as(grievance.FieldOfficer)
	tests := []struct {
		b    *browser
		path string
		want string // in English
	}{
		{state, "/inbox", "Suresh Yadav"},
		{state, "/inbox/folders", "Unassigned"},
		{state, "/inbox/" + id, c.Number},
		{state, "/inbox/" + id + "/details", "Complainants"},
		{state, "/cases", c.Number},
		{state, "/cases?state=closed", "Nothing found"},
		{state, "/cases/" + id, "Whole history|History"},
		{state, "/cases/" + id + "/forward", "Forward"},
		{state, "/search", "Search"},
		{state, "/figures", "By district"},
		{state, "/channels", "Official accounts"},
		{state, "/channels/unreadable", "could not be read"},
		{state, "/channels/replies", "Replies that need a look"},
		{state, "/approvals", "Replies that wait for approval"},
		{state, "/channels/1/rights", "Who may read, draft and publish"},
		{state, "/channels/1/replies", "What went out"},
		{state, "/channels/1/posts", c.Number},
		{state, "/offices", "District administration"},
		{state, "/offices/1", "Charge"},
		{state, "/officers", "Officer clerk"},
		{state, "/notices", "Notices"},
		{state, "/settings", "Single-letter keys"},
		{state, "/keys", "Inbox and case"},
		{state, "/ids", "Official IDs"},
		{state, "/ids?state=invited", "Nothing found"},
		{state, "/ids/links", "No link to show"},
		{state, "/ids/" + w.newcomer().String(), "Not invited"},
		{field, "/settings/id", "Signed in now"},
		{state, "/counting.json", "tlds"},
		{clerk, "/sorting", "Rakesh Goyal"},
		{clerk, "/sorting/kept", "Kept posts"},
		{field, "/field", "Title of field_officer"},
		{field, "/field/" + id, "Report by"},
		{field, "/cases/" + id + "/report", "What was done"},
	}
	for _, tt := range tests {
		for _, lang := range []string{"hi", "en"} {
			sep := "?"
			if strings.Contains(tt.path, "?") {
				sep = "&"
			}
			a := tt.b.get(tt.path + sep + "lang=" + lang)
			if a.status != http.StatusOK {
				t.Errorf("GET %s in %s: %d\n%s", tt.path, lang, a.status, a.body)
				continue
			}
			if lang == "en" && !containsAny(a.body, strings.Split(tt.want, "|")) {
				t.Errorf("GET %s does not hold %q", tt.path, tt.want)
			}
			if i := strings.Index(a.body, "no value"); i >= 0 {
				t.Errorf("GET %s in %s: a text lacks a value: …%s…", tt.path, lang, a.body[max(0, i-80):i+20])
			}
			for _, key := range rawKey.FindAllString(a.body, -1) {
				t.Errorf("GET %s in %s shows the key %s", tt.path, lang, key)
			}
			if strings.Contains(a.body, " style=") || strings.Contains(a.body, "<script>") || strings.Contains(a.body, " onclick=") {
				t.Errorf("GET %s holds an inline style or script", tt.path)
			}
		}
	}
}

func containsAny(s string, any []string) bool {
	for _, x := range any {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}

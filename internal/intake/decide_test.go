package intake

import (
	"testing"
	"time"

	"nivaran/internal/grievance"
)

func TestDecide(t *testing.T) {
	at := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	post := func(change func(*grievance.StoredPost)) *grievance.StoredPost {
		p := &grievance.StoredPost{Post: grievance.Post{Channel: grievance.X, Direction: grievance.In, PostedAt: at}}
		change(p)
		return p
	}
	plain := func(*grievance.StoredPost) {}
	earlier := func(change func(*Earlier)) Known {
		e := &Earlier{PostID: 5, CaseID: 9, CaseOpen: true, At: at.Add(-time.Hour)}
		change(e)
		return Known{Copy: e, Words: 6}
	}
	tests := []struct {
		name string
		p    *grievance.StoredPost
		k    Known
		want Act
		why  string
	}{
		{"a new post asks", post(plain), Known{}, ActAsk, ""},
		{"our own words", post(func(p *grievance.StoredPost) { p.Direction = grievance.Out }), Known{}, ActOwn, ""},
		{"a retweet", post(func(p *grievance.StoredPost) { p.Retweet = true }), Known{}, ActKeep, "retweet"},
		{"another authority", post(func(p *grievance.StoredPost) { p.Author.Official = true }), Known{}, ActKeep, "authority"},
		{"out of office", post(func(p *grievance.StoredPost) { p.Mail = &grievance.MailFacts{Automatic: true} }), Known{Thread: 9, Complainant: true}, ActKeep, "automatic"},
		{"the complainant's follow-up", post(plain), Known{Thread: 9, Complainant: true}, ActJoin, ""},
		{"a bystander in the thread", post(plain), Known{Thread: 9}, ActAsk, ""},
		{"a follow-up that failed DMARC", post(func(p *grievance.StoredPost) { p.Mail = &grievance.MailFacts{DMARCFail: true} }), Known{Thread: 9, Complainant: true}, ActAsk, ""},
		{"a verbatim copy", post(plain), earlier(func(*Earlier) {}), ActJoin, ""},
		{"its case has ended", post(plain), earlier(func(e *Earlier) { e.CaseOpen = false }), ActAsk, ""},
		{"too late", post(plain), earlier(func(e *Earlier) { e.At = at.AddDate(0, 0, -8) }), ActAsk, ""},
		{"other media", post(plain), earlier(func(e *Earlier) { e.Media = 1 }), ActAsk, ""},
		{"another parent", post(plain), earlier(func(e *Earlier) { e.ParentID = "7" }), ActAsk, ""},
		{"a letter without DMARC", post(func(p *grievance.StoredPost) { p.Mail = &grievance.MailFacts{} }), earlier(func(*Earlier) {}), ActAsk, ""},
		{"a letter with DMARC", post(func(p *grievance.StoredPost) { p.Mail = &grievance.MailFacts{DMARCPass: true} }), earlier(func(*Earlier) {}), ActJoin, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decide(tt.p, tt.k)
			if got.Act != tt.want || got.Reason != tt.why {
				t.Errorf("Decide = %s %q, want %s %q", got.Act, got.Reason, tt.want, tt.why)
			}
		})
	}
	short := earlier(func(*Earlier) {})
	short.Words = 4
	if got := Decide(post(plain), short); got.Act != ActAsk {
		t.Errorf("a copy of four words: %s, want ask", got.Act)
	}
}

package xtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// bench is a running stand-in with one account of ours, one citizen and a clock.
type bench struct {
	*testing.T
	s      *Server
	url    string
	tokens Tokens
	us     User
	now    time.Time
}

func open(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, now: time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)}
	b.s = New(Options{Now: func() time.Time { return b.now }})
	srv := httptest.NewServer(b.s)
	t.Cleanup(srv.Close)
	b.url = srv.URL
	b.us = b.s.AddUser(User{Username: "cmo_test", Name: "CM Office", VerifiedType: "government"})
	b.s.AddUser(User{Username: "ramesh_k"})
	b.tokens = b.s.Authorize("cmo_test")
	return b
}

func (b *bench) post(author, text string, d Draft) Post {
	b.Helper()
	p, err := b.s.Post(author, text, d)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// call sends a request with token; body is sent as JSON when it is not nil.
func (b *bench) call(token, method, path string, body any) (int, map[string]any) {
	b.Helper()
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			b.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(b.Context(), method, b.url+path, in)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		b.Fatalf("%s %s: no JSON: %v", method, path, err)
	}
	return resp.StatusCode, out
}

func (b *bench) reply(parent, text string) (int, map[string]any) {
	b.Helper()
	return b.call(b.tokens.Access, "POST", "/2/tweets",
		map[string]any{"text": text, "reply": map[string]any{"in_reply_to_tweet_id": parent}})
}

func ids(page map[string]any) []string {
	var out []string
	data, _ := page["data"].([]any)
	for _, d := range data {
		out = append(out, d.(map[string]any)["id"].(string))
	}
	return out
}

func TestTokensAreToldApart(t *testing.T) {
	b := open(t)
	read := b.s.Authorize("cmo_test", "tweet.read", "users.read")
	tests := []struct {
		name, token, method, path string
		status                    int
		kind                      string
	}{
		{"no token", "", "GET", "/2/users/me", 401, "about:blank"},
		{"a foreign token", "stolen", "GET", "/2/users/me", 401, "about:blank"},
		{"the user's", b.tokens.Access, "GET", "/2/users/me", 200, ""},
		{"the app's where a user must speak", b.s.AppToken(), "GET", "/2/users/me", 403, "unsupported-authentication"},
		{"the app's", b.s.AppToken(), "GET", "/2/webhooks", 200, ""},
		{"the user's where the app must speak", b.tokens.Access, "GET", "/2/webhooks", 403, "unsupported-authentication"},
		{"a scope missing", read.Access, "POST", "/2/tweets", 403, "about:blank"},
		{"either: app", b.s.AppToken(), "GET", "/2/users/" + b.us.ID + "/mentions", 200, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := b.call(tt.token, tt.method, tt.path, nil)
			kind, _ := body["type"].(string)
			if status != tt.status || !strings.HasSuffix(kind, tt.kind) {
				t.Errorf("answered %d %q, want %d %q", status, kind, tt.status, tt.kind)
			}
		})
	}
}

func TestRefreshRotatesAndExpires(t *testing.T) {
	b := open(t)
	refresh := func(token string) (int, map[string]string) {
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
		req, err := http.NewRequestWithContext(t.Context(), "POST", b.url+"/2/oauth2/token", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(b.s.ClientID(), b.s.ClientSecret())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var raw map[string]any
		if err := json.NewDecoder(resp.Body).Decode(&raw); err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for k, v := range raw {
			out[k], _ = v.(string)
		}
		return resp.StatusCode, out
	}
	b.now = b.now.Add(TokenLife)
	if status, _ := b.call(b.tokens.Access, "GET", "/2/users/me", nil); status != 401 {
		t.Errorf("an expired token got %d, want 401", status)
	}
	status, fresh := refresh(b.tokens.Refresh)
	if status != 200 || fresh["refresh_token"] == b.tokens.Refresh {
		t.Fatalf("refresh = %d %v, want a new pair", status, fresh)
	}
	if status, _ := b.call(fresh["access_token"], "GET", "/2/users/me", nil); status != 200 {
		t.Errorf("the new token got %d", status)
	}
	if status, body := refresh(b.tokens.Refresh); status != 400 || body["error"] != "invalid_grant" {
		t.Errorf("a used refresh token got %d %v, want invalid_grant", status, body)
	}
}

func TestPagingHoldsWhilePostsArrive(t *testing.T) {
	b := open(t)
	var want []string
	for range 12 {
		b.now = b.now.Add(time.Minute)
		want = append(want, b.post("ramesh_k", "@cmo_test no water", Draft{}).ID)
	}
	first := want[0]
	path := "/2/users/" + b.us.ID + "/mentions?max_results=5&since_id=" + first
	var got []string
	token := ""
	for {
		_, page := b.call(b.tokens.Access, "GET", path+token, nil)
		got = append(got, ids(page)...)
		meta := page["meta"].(map[string]any)
		next, more := meta["next_token"].(string)
		if !more {
			break
		}
		token = "&pagination_token=" + next
		b.post("ramesh_k", "@cmo_test and now this", Draft{})
	}
	slices.Reverse(got)
	if !slices.Equal(got, want[1:]) {
		t.Errorf("read %v, want %v", got, want[1:])
	}
	if status, _ := b.call(b.tokens.Access, "GET", "/2/users/"+b.us.ID+"/mentions?max_results=4", nil); status != 400 {
		t.Errorf("max_results=4 answered %d, want 400", status)
	}
	if status, _ := b.call(b.tokens.Access, "GET", "/2/users/"+b.us.ID+"/mentions?tweet.fields=mood", nil); status != 400 {
		t.Errorf("an unknown field answered %d, want 400", status)
	}
}

func TestThreadEditDelete(t *testing.T) {
	b := open(t)
	root := b.post("ramesh_k", "@cmo_test सड़क & <नाला>", Draft{})
	answer := b.post("cmo_test", "देख रहे हैं", Draft{ReplyTo: root.ID})
	if answer.ThreadID != root.ID || !slices.Equal(answer.Carried, []string{"ramesh_k"}) {
		t.Errorf("answer = thread %s, carries %v", answer.ThreadID, answer.Carried)
	}
	edited, err := b.s.Edit(root.ID, "@cmo_test सड़क और नाला")
	if err != nil {
		t.Fatal(err)
	}
	_, page := b.call(b.tokens.Access, "GET", "/2/tweets/search/recent?query=conversation_id:"+root.ID+"&tweet.fields=conversation_id,referenced_tweets&expansions=referenced_tweets.id", nil)
	if got := ids(page); !slices.Equal(got, []string{edited.ID, answer.ID}) {
		t.Errorf("thread = %v, want the edited post and the answer", got)
	}
	if err := b.s.Delete(root.ID); err != nil {
		t.Fatal(err)
	}
	_, page = b.call(b.tokens.Access, "GET", "/2/tweets?ids="+answer.ID+","+edited.ID, nil)
	errs, _ := page["errors"].([]any)
	if got := ids(page); !slices.Equal(got, []string{answer.ID}) || len(errs) != 1 {
		t.Errorf("lookup = %v, errors %v; want the answer and one error", got, errs)
	}
	if status, _ := b.reply(edited.ID, "late"); status != 403 {
		t.Errorf("reply to a deleted post answered %d, want 403", status)
	}
}

func TestSummonRule(t *testing.T) {
	b := open(t)
	ours := b.post("cmo_test", "Camp on Monday", Draft{})
	named := b.post("ramesh_k", "@cmo_test no water", Draft{})
	silent := b.post("ramesh_k", "no water again", Draft{})
	carried := b.post("ramesh_k", "what camp", Draft{ReplyTo: ours.ID})
	quoting := b.post("ramesh_k", "look at this", Draft{Quotes: ours.ID})
	tests := []struct {
		name, parent string
		plan         Plan
		status       int
	}{
		{"mentioned", named.ID, PayPerUse, 201},
		{"quoted", quoting.ID, PayPerUse, 201},
		{"not named", silent.ID, PayPerUse, 403},
		{"only carried", carried.ID, PayPerUse, 403},
		{"not named, Enterprise", silent.ID, Enterprise, 201},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b.s.SetPlan(tt.plan)
			if status, body := b.reply(tt.parent, "Noted "+tt.name); status != tt.status {
				t.Errorf("answered %d %v, want %d", status, body, tt.status)
			}
		})
	}
}

func TestReplyRefusals(t *testing.T) {
	b := open(t)
	p := b.post("ramesh_k", "@cmo_test no water", Draft{})
	if status, body := b.reply(p.ID, strings.Repeat("क", 280)); status != 201 {
		t.Fatalf("280 letters answered %d %v", status, body)
	}
	if status, _ := b.reply(p.ID, strings.Repeat("क", 281)); status != 400 {
		t.Errorf("281 letters answered %d, want 400", status)
	}
	if status, body := b.reply(p.ID, strings.Repeat("क", 280)); status != 403 || !strings.Contains(body["detail"].(string), "duplicate") {
		t.Errorf("the same again answered %d %v, want 403 duplicate", status, body)
	}
	if n := b.s.ReplyCounts()[p.ID]; n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
}

func TestWeight(t *testing.T) {
	for text, want := range map[string]int{
		"सड़क टूटी है": 12, "ਸੜਕ ਟੁੱਟੀ ਹੈ": 12, "₹500": 5, "दर्ज ✅": 7, "grievance.gov.in/track": 23,
		"👨‍👩‍👧‍👦": 2, "see https://grievance.gov.in/n/GRV20260000123?x=1.": 28, "1️⃣ 🇮🇳 👍🏽": 8,
	} {
		if got := weight(text); got != want {
			t.Errorf("weight(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestLostAnswerStillPublishes(t *testing.T) {
	b := open(t)
	p := b.post("ramesh_k", "@cmo_test no water", Draft{})
	var seen []string
	b.s.OnReply(func(r Post) { seen = append(seen, r.ReplyTo) })
	b.s.FailNext(Create, 1, Failure{Lose: true})
	b.s.FailNext(Create, 1, Failure{Cut: true})
	b.s.FailNext(Create, 1, CreditsDepleted())
	for _, want := range []int{0, 0, 402} {
		if status, _ := b.reply(p.ID, "Noted"); status != want {
			t.Errorf("answered %d, want %d", status, want)
		}
	}
	if got := b.s.Replies(p.ID); len(got) != 1 || !slices.Equal(seen, []string{p.ID}) {
		t.Errorf("published %v, reacted to %v; want the first only", got, seen)
	}
}

func TestRateLimit(t *testing.T) {
	b := open(t)
	b.s.SetLimit(Me, 2)
	for i, want := range []int{200, 200, 429} {
		if status, _ := b.call(b.tokens.Access, "GET", "/2/users/me", nil); status != want {
			t.Errorf("call %d answered %d, want %d", i, status, want)
		}
	}
	b.now = b.now.Add(15 * time.Minute)
	if status, _ := b.call(b.tokens.Access, "GET", "/2/users/me", nil); status != 200 {
		t.Errorf("after the window: %d", status)
	}
}

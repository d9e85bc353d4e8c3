package facebooktest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector/facebook/facebooktest"
)

type world struct {
	*testing.T
	*facebooktest.Server
	url  string
	page facebooktest.Page
	now  time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, now: time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)}
	w.Server = facebooktest.New(facebooktest.Options{Now: func() time.Time { return w.now }})
	srv := httptest.NewServer(w.Server)
	t.Cleanup(srv.Close)
	w.url, w.page = srv.URL, w.AddPage(facebooktest.Page{Name: "CM Office"})
	return w
}

// call asks with a token and gives status and answer.
func (w *world) call(method, path, token, body string) (int, map[string]any) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if strings.HasPrefix(body, "{") {
		req.Header.Set("Content-Type", "application/json")
	} else {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	var got map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		w.Fatal(err)
	}
	return resp.StatusCode, got
}

// code is the code of a refusal, 0 of a success.
func code(got map[string]any) int {
	e, _ := got["error"].(map[string]any)
	n, _ := e["code"].(float64)
	return int(n)
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	v := facebooktest.Version
	other := w.AddPage(facebooktest.Page{Name: "Water Board"})
	p, err := w.VisitorPost(w.page.ID, "Ramesh", "no water", facebooktest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	own, err := w.VisitorPost(w.page.ID, w.page.Name, "Camp", facebooktest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	to := func(field, id, text string) string {
		raw, err := json.Marshal(map[string]any{"recipient": map[string]string{field: id}, "messaging_type": "RESPONSE", "message": map[string]string{"text": text}})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	tests := []struct {
		name, method, path, token, body string
		want                            int
	}{
		{"no token", "GET", "/me", "", "", 190},
		{"token in the address", "GET", "/me?access_token=" + w.page.Token, w.page.Token, "", 190},
		{"another page's feed", "GET", "/" + w.page.ID + "/feed", other.Token, "", 210},
		{"another page's post", "GET", "/" + p.ID, other.Token, "", 100},
		{"a field that posts have not", "GET", "/" + p.ID + "?fields=parent", w.page.Token, "", 100},
		{"too much at once", "GET", "/" + w.page.ID + "/feed?limit=101", w.page.Token, "", 100},
		{"a cursor of nothing", "GET", "/" + w.page.ID + "/feed?after=zzz", w.page.Token, "", 100},
		{"since when", "GET", "/" + w.page.ID + "/feed?since=monday", w.page.Token, "", 100},
		{"one of several missing", "GET", "/?ids=" + p.ID + ",1_1", w.page.Token, "", 100},
		{"no ids", "GET", "/?ids=", w.page.Token, "", 100},
		{"another platform", "GET", "/" + w.page.ID + "/conversations?platform=instagram", w.page.Token, "", 100},
		{"no conversation", "GET", "/t_1/messages", w.page.Token, "", 100},
		{"an empty comment", "POST", "/" + p.ID + "/comments", w.page.Token, "message=", 100},
		{"under nothing", "POST", "/1_1/comments", w.page.Token, "message=a", 100},
		{"a message to nobody", "POST", "/" + w.page.ID + "/messages", w.page.Token, to("id", "1", "a"), 100},
		{"a message too long", "POST", "/" + w.page.ID + "/messages", w.page.Token, to("post_id", p.ID, strings.Repeat("क", 2001)), 100},
		{"an empty message", "POST", "/" + w.page.ID + "/messages", w.page.Token, to("post_id", p.ID, ""), 100},
		{"a private reply to ourselves", "POST", "/" + w.page.ID + "/messages", w.page.Token, to("post_id", own.ID, "a"), 10903},
		{"a private reply", "POST", "/" + w.page.ID + "/messages", w.page.Token, to("post_id", p.ID, "a"), 0},
		{"and another", "POST", "/" + w.page.ID + "/messages", w.page.Token, to("post_id", p.ID, "b"), 10900},
		{"an unknown field of events", "POST", "/" + w.page.ID + "/subscribed_apps", w.page.Token, "subscribed_fields=stories", 100},
	}
	for _, tt := range tests {
		if status, got := w.call(tt.method, v+tt.path, tt.token, tt.body); code(got) != tt.want || (status == http.StatusOK) != (tt.want == 0) {
			t.Errorf("%s: %d %v, want code %d", tt.name, status, got, tt.want)
		}
	}
	w.now = w.now.Add(8 * 24 * time.Hour)
	q, err := w.VisitorPost(w.page.ID, "Ramesh", "old", facebooktest.Draft{At: w.now.Add(-7*24*time.Hour - time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	if _, got := w.call("POST", v+"/"+w.page.ID+"/messages", w.page.Token, to("post_id", q.ID, "late")); code(got) != 10901 {
		t.Errorf("a late private reply: %v", got)
	}
	w.KillToken(w.page.ID)
	if _, got := w.call("GET", v+"/me", w.page.Token, ""); code(got) != 190 {
		t.Errorf("a dead token: %v", got)
	}
}

// What another process can make citizens do, and see.
func TestControl(t *testing.T) {
	w := newWorld(t)
	do := func(path, body string) map[string]any {
		t.Helper()
		status, got := w.call("POST", "/_control/"+path, "", body)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %v", path, status, got)
		}
		return got
	}
	if _, got := w.call("GET", "/_control/pages", "", ""); !strings.Contains(fmt.Sprint(got["pages"]), "id:"+w.page.ID) || strings.Contains(fmt.Sprint(got), w.page.Token) {
		t.Errorf("pages %v, want ours and no token", got)
	}
	post := do("post", `{"page":"`+w.page.ID+`","author":"Ramesh","text":"no water","photos":["https://cdn.example/a.jpg"]}`)
	id, _ := post["id"].(string)
	comment := do("comment", `{"on":"`+id+`","author":"Sita","text":"nor here"}`)
	own := do("post", `{"author":"Ramesh","text":"CM Office","tags":["`+w.page.ID+`"]}`)
	if own["page_id"] != nil {
		t.Errorf("a post without a page stands on %v", own["page_id"])
	}
	message := do("message", `{"page":"`+w.page.ID+`","author":"Ramesh","text":"hello"}`)
	do("edit", `{"id":"`+id+`","text":"still no water"}`)
	do("remove", `{"id":"`+comment["id"].(string)+`"}`)
	do("fail", `{"call":"reply","n":1,"code":368}`)
	reply := func() map[string]any {
		_, got := w.call("POST", facebooktest.Version+"/"+id+"/comments", w.page.Token, url.Values{"message": {"we come"}}.Encode())
		return got
	}
	if got := reply(); code(got) != 368 {
		t.Errorf("the scripted failure: %v", got)
	}
	if got := reply(); code(got) != 0 {
		t.Errorf("after it: %v", got)
	}
	_, thread := w.call("GET", "/_control/threads/"+id, "", "")
	if said, _ := thread["posts"].([]any); len(said) != 2 || said[0].(map[string]any)["text"] != "still no water" || said[1].(map[string]any)["from_page"] != true {
		t.Errorf("thread = %v", thread)
	}
	_, talk := w.call("GET", "/_control/threads/"+message["thread_id"].(string), "", "")
	if said, _ := talk["posts"].([]any); len(said) != 1 {
		t.Errorf("conversation = %v", talk)
	}
	_, replies := w.call("GET", "/_control/replies", "", "")
	if n := replies["replies"].(map[string]any)[id]; n != float64(1) {
		t.Errorf("replies = %v", replies)
	}
	for _, wrong := range []string{`{`, `{"page":"1","author":"Ramesh","text":"a"}`} {
		if status, got := w.call("POST", "/_control/post", "", wrong); status == http.StatusOK {
			t.Errorf("%s was done: %v", wrong, got)
		}
	}
}

// Only whoever knows the word may have the webhook.
func TestSetWebhook(t *testing.T) {
	w := newWorld(t)
	var seen url.Values
	known := true
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		seen = r.URL.Query()
		if !known {
			rw.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = rw.Write([]byte(seen.Get("hub.challenge")))
	}))
	t.Cleanup(hook.Close)
	if err := w.SetWebhook(t.Context(), hook.URL); err != nil || seen.Get("hub.mode") != "subscribe" || seen.Get("hub.verify_token") != w.VerifyToken() {
		t.Errorf("SetWebhook = %v, asked %v", err, seen)
	}
	known = false
	if err := w.SetWebhook(t.Context(), hook.URL); err == nil {
		t.Error("an address that refuses was taken")
	}
}

// Run tells of what happens while it happens.
func TestRun(t *testing.T) {
	w := newWorld(t)
	came := make(chan string, 4)
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if c := r.URL.Query().Get("hub.challenge"); c != "" {
			_, _ = rw.Write([]byte(c))
			return
		}
		came <- r.Header.Get("X-Hub-Signature-256")
	}))
	t.Cleanup(hook.Close)
	if err := w.SetWebhook(t.Context(), hook.URL); err != nil {
		t.Fatal(err)
	}
	w.call("POST", facebooktest.Version+"/"+w.page.ID+"/subscribed_apps", w.page.Token, "subscribed_fields=feed")
	go w.Server.Run(t.Context())
	if _, err := w.VisitorPost(w.page.ID, "Ramesh", "no water", facebooktest.Draft{}); err != nil {
		t.Fatal(err)
	}
	select {
	case signature := <-came:
		if !strings.HasPrefix(signature, "sha256=") {
			t.Errorf("signature = %q", signature)
		}
	case <-time.After(5 * time.Second):
		t.Error("nothing came")
	}
}

// What a page may take from its wall through the API, and what of tokens is told.
func TestModerate(t *testing.T) {
	w := newWorld(t)
	v := facebooktest.Version
	p, err := w.VisitorPost(w.page.ID, "Ramesh", "no water", facebooktest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.Comment(p.ID, "Sita", "a number that nobody should see", facebooktest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	own, err := w.Comment(p.ID, w.page.Name, "we come", facebooktest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, method, path, body string
		want                     int
	}{
		{"hide", "POST", c.ID, "is_hidden=true", 0},
		{"hide maybe", "POST", c.ID, "is_hidden=maybe", 100},
		{"hide a post", "POST", p.ID, "is_hidden=true", 100},
		{"hide our own", "POST", own.ID, "is_hidden=true", 200},
		{"delete a citizen's post", "DELETE", p.ID, "", 200},
		{"delete a comment", "DELETE", c.ID, "", 0},
		{"and again", "DELETE", c.ID, "", 100},
	} {
		if _, got := w.call(tt.method, v+"/"+tt.path, w.page.Token, tt.body); code(got) != tt.want {
			t.Errorf("%s: %v, want code %d", tt.name, got, tt.want)
		}
		if tt.name == "hide" && !w.Thread(p.ID)[1].Hidden {
			t.Error("the comment is not hidden")
		}
	}
	if left := w.Thread(p.ID); len(left) != 2 || left[1].ID != own.ID {
		t.Errorf("left = %+v", left)
	}
	other := w.AddPage(facebooktest.Page{Name: "Water Board"})
	w.KillToken(other.ID)
	for token, valid := range map[string]bool{w.page.Token: true, other.Token: false, "": false} {
		_, got := w.call("GET", v+"/debug_token?input_token="+token, w.page.Token, "")
		if data, _ := got["data"].(map[string]any); data["is_valid"] != valid {
			t.Errorf("debug_token = %v, want valid %v", got, valid)
		}
	}
}

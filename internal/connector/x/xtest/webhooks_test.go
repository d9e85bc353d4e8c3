package xtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// hook is a program's webhook that signs its challenge and keeps what arrives.
type hook struct {
	mu     sync.Mutex
	s      *Server
	good   []string // ids of payloads with a right signature
	forged int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Method == http.MethodGet {
		ok(map[string]string{"response_token": h.s.Sign([]byte(r.FormValue("crc_token")))}).write(w)
		return
	}
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("x-twitter-webhooks-signature") != h.s.Sign(body) {
		h.forged++
		w.WriteHeader(http.StatusForbidden)
		return
	}
	var in struct {
		Data struct {
			EventType string `json:"event_type"`
			Payload   struct{ ID string }
		}
	}
	if json.Unmarshal(body, &in) == nil {
		h.good = append(h.good, in.Data.EventType+" "+in.Data.Payload.ID)
	}
}

func TestWebhooks(t *testing.T) {
	b := open(t)
	h := &hook{s: b.s}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)

	for _, bad := range []string{"http://example.org/hook", "https://example.org:8443/hook", "hook"} {
		if status, _ := b.call(b.s.AppToken(), "POST", "/2/webhooks", map[string]string{"url": bad}); status != 400 {
			t.Errorf("%s was taken: %d", bad, status)
		}
	}
	status, hookBody := b.call(b.s.AppToken(), "POST", "/2/webhooks", map[string]string{"url": srv.URL})
	if status != 200 {
		t.Fatalf("register = %d %v", status, hookBody)
	}
	for _, kind := range []string{mentionEvent, replyEvent} {
		status, body := b.call(b.tokens.Access, "POST", "/2/activity/subscriptions", map[string]any{
			"event_type": kind, "filter": map[string]string{"user_id": b.us.ID}, "webhook_id": hookBody["id"]})
		if status != 200 {
			t.Fatalf("subscribe = %d %v", status, body)
		}
	}
	flush := func(want int) {
		t.Helper()
		n, err := b.s.Flush(t.Context())
		if n != want {
			t.Fatalf("Flush = %d, %v; want %d", n, err, want)
		}
	}
	ours := b.post("cmo_test", "Camp", Draft{})
	first := b.post("ramesh_k", "@cmo_test one", Draft{})
	second := b.post("ramesh_k", "two", Draft{ReplyTo: ours.ID})
	flush(2)
	want := []string{mentionEvent + " " + first.ID, replyEvent + " " + second.ID}
	if !slices.Equal(h.good, want) {
		t.Errorf("delivered %v, want %v", h.good, want)
	}
	b.s.SetTrouble(Trouble{Double: true, Reverse: true, DropEvery: 3})
	for range 3 {
		b.post("ramesh_k", "@cmo_test more", Draft{})
	}
	flush(4)
	b.s.SetTrouble(Trouble{Missign: true})
	b.post("ramesh_k", "@cmo_test forged", Draft{})
	flush(0)
	if h.forged != 1 {
		t.Errorf("%d forged, want 1", h.forged)
	}
}

func TestControl(t *testing.T) {
	b := open(t)
	_, p := b.call("", "POST", "/_control/post", map[string]any{"author": "suman_d", "text": "@cmo_test बिजली नहीं"})
	id, _ := p["id"].(string)
	b.reply(id, "दर्ज")
	_, thread := b.call("", "GET", "/_control/threads/"+id, nil)
	if posts := thread["posts"].([]any); len(posts) != 2 {
		t.Errorf("thread = %v, want two posts", posts)
	}
	if status, _ := b.call("", "POST", "/_control/delete", map[string]any{"id": id}); status != 200 {
		t.Errorf("delete = %d", status)
	}
	_, counts := b.call("", "GET", "/_control/replies", nil)
	if n := counts["replies"].(map[string]any)[id]; n != 1.0 {
		t.Errorf("replies = %v, want 1", n)
	}
}

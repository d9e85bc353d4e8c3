package x_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"nivaran/internal/connector"
	"nivaran/internal/connector/x"
	"nivaran/internal/connector/x/xtest"
)

// inbox is a webhook as the program serves it: check, keep, answer, read later.
type inbox struct {
	*x.Receiver
	mu      sync.Mutex
	bodies  [][]byte
	refused int
	broken  bool // answers the check wrongly
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if r.Method == http.MethodGet {
		body, kind, err := in.Challenge(r)
		if err != nil || in.broken {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || in.Verify(r.Header, body) != nil {
		in.refused++
		w.WriteHeader(http.StatusForbidden)
		return
	}
	in.bodies = append(in.bodies, body)
}

// read gives the items of all that was kept.
func (in *inbox) read(t *testing.T) []connector.Item {
	t.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	var out []connector.Item
	for _, body := range in.bodies {
		b, err := in.Read(body)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b.Items...)
	}
	return out
}

func subscribed(t *testing.T) (*rig, *inbox) {
	t.Helper()
	r := newRig(t)
	in := &inbox{Receiver: x.NewReceiver(r.x.ConsumerSecret())}
	srv := httptest.NewServer(in)
	t.Cleanup(srv.Close)
	app := x.App{BaseURL: r.Settings.BaseURL, HTTP: r.Settings.HTTP, Token: r.x.AppToken(), Now: r.clock}
	id, err := app.EnsureWebhook(t.Context(), srv.URL+"/hook")
	if err != nil {
		t.Fatal(err)
	}
	again, err := app.EnsureWebhook(t.Context(), srv.URL+"/hook")
	if err != nil || again != id {
		t.Fatalf("EnsureWebhook again = %s, %v; want %s", again, err, id)
	}
	r.AppToken = app.Token
	for range 2 { // what is subscribed stays
		if err := r.Subscribe(t.Context(), srv.URL+"/hook"); err != nil {
			t.Fatal(err)
		}
	}
	return r, in
}

func (r *rig) flush(want int) {
	r.Helper()
	if n, err := r.x.Flush(r.Context()); n != want {
		r.Fatalf("%d events were taken (%v), want %d", n, err, want)
	}
}

func TestEventsArrive(t *testing.T) {
	r, in := subscribed(t)
	ours, err := r.x.Post("cmo_test", "Camp", xtest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	r.x.SetTrouble(xtest.Trouble{Double: true, Reverse: true})
	mention := r.say("@cmo_test water", xtest.Draft{})
	reply := r.say("when?", xtest.Draft{ReplyTo: ours.ID})
	quote := r.say("look", xtest.Draft{Quotes: ours.ID})
	r.flush(6)
	seen := map[string]int{}
	for _, it := range in.read(t) {
		seen[it.Post.DedupKey]++
		if it.AccountExternalID != r.us.ID || it.What != connector.ItemNew || len(it.Post.Raw) == 0 || it.Post.Author.Handle != "ramesh_k" {
			t.Errorf("item = %+v", it)
		}
	}
	for _, p := range []xtest.Post{mention, reply, quote} {
		if seen[p.ID] != 2 {
			t.Errorf("%q came %d times, want twice under one key", p.Text, seen[p.ID])
		}
	}
	// What the webhook and the poll say of one post is the same.
	pushed := map[string]connector.Item{}
	for _, it := range in.read(t) {
		pushed[it.Post.ExternalID] = it
	}
	polled, _ := r.round(mentions(), "")
	for _, it := range polled {
		p := pushed[it.Post.ExternalID].Post
		if p.Text != it.Post.Text || p.Form != it.Post.Form || !p.PostedAt.Equal(it.Post.PostedAt) || p.ThreadID != it.Post.ThreadID {
			t.Errorf("pushed %+v, polled %+v", p, it.Post)
		}
	}
}

func TestEventGapsAreFilledByThePoll(t *testing.T) {
	r, in := subscribed(t)
	r.x.SetTrouble(xtest.Trouble{DropEvery: 2})
	for range 4 {
		r.say("@cmo_test water", xtest.Draft{})
	}
	r.flush(2)
	items, _ := r.round(mentions(), "")
	if len(in.read(t)) != 2 || len(items) != 4 {
		t.Errorf("pushed %d, polled %d; want 2 and 4", len(in.read(t)), len(items))
	}
}

func TestForgedEventsAreRefused(t *testing.T) {
	r, in := subscribed(t)
	r.x.SetTrouble(xtest.Trouble{Missign: true})
	r.say("@cmo_test water", xtest.Draft{})
	r.flush(0)
	if in.refused != 1 || len(in.bodies) != 0 {
		t.Errorf("refused %d, kept %d", in.refused, len(in.bodies))
	}
}

func TestVerify(t *testing.T) {
	body := []byte(`{"data":{}}`)
	good := xtest.New(xtest.Options{}).Sign(body)
	r := x.NewReceiver(xtest.New(xtest.Options{}).ConsumerSecret())
	for name, tt := range map[string]struct {
		receiver  *x.Receiver
		signature string
		body      string
		ok        bool
	}{
		"right":       {r, good, string(body), true},
		"none":        {r, "", string(body), false},
		"cut short":   {r, good[:len(good)-2], string(body), false},
		"bare":        {r, strings.TrimPrefix(good, "sha256="), string(body), false},
		"other body":  {r, good, `{"data":{} }`, false},
		"other key":   {x.NewReceiver("other"), good, string(body), false},
		"without key": {x.NewReceiver(""), good, string(body), false},
	} {
		h := http.Header{}
		h.Set("X-Twitter-Webhooks-Signature", tt.signature)
		if err := tt.receiver.Verify(h, []byte(tt.body)); (err == nil) != tt.ok {
			t.Errorf("%s: %v, want ok = %v", name, err, tt.ok)
		}
	}
}

func TestChallenge(t *testing.T) {
	r := x.NewReceiver("consumer-secret")
	ask := func(query string) ([]byte, error) {
		body, _, err := r.Challenge(httptest.NewRequest(http.MethodGet, "/hooks/x?"+query, nil))
		return body, err
	}
	body, err := ask("crc_token=abc")
	var got map[string]string
	if err != nil || json.Unmarshal(body, &got) != nil || got["response_token"] != xtest.New(xtest.Options{}).Sign([]byte("abc")) {
		t.Errorf("Challenge = %s, %v", body, err)
	}
	for _, q := range []string{"", "crc_token=", "crc_token=" + strings.Repeat("a", 600)} {
		if _, err := ask(q); err == nil {
			t.Errorf("%.20q was answered", q)
		}
	}
}

// X gives a webhook up whose check fails; asking for it again makes X check anew.
func TestWebhookIsRevived(t *testing.T) {
	r, in := subscribed(t)
	app := x.App{BaseURL: r.Settings.BaseURL, HTTP: r.Settings.HTTP, Token: r.x.AppToken(), Now: r.clock}
	if _, err := app.EnsureWebhook(t.Context(), "http://example.org/hook"); class(t, err).Class != connector.Broken {
		t.Errorf("an address that X refuses = %v, want broken", err)
	}
	in.broken = true
	r.x.CheckWebhooks(t.Context())
	r.say("@cmo_test unheard", xtest.Draft{})
	r.flush(0)
	in.broken = false
	address := r.x.WebhookURLs()[0]
	if _, err := app.EnsureWebhook(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	r.say("@cmo_test heard", xtest.Draft{})
	r.flush(1)
}

func TestReadRefuses(t *testing.T) {
	r := x.NewReceiver("s")
	for _, body := range []string{``, `{`, `[]`, `{"data":{"event_type":"post.mention.create"}}`, `{"data":{"event_type":"post.mention.create","payload":{"id":"x"}}}`, `{"data":{"event_type":"post.delete","payload":{}}}`} {
		if b, err := r.Read([]byte(body)); err == nil {
			t.Errorf("%q was read as %+v", body, b.Items)
		}
	}
	for _, body := range []string{`{}`, `{"data":{"event_type":"follow.create"}}`} {
		if b, err := r.Read([]byte(body)); err != nil || len(b.Items) != 1 || b.Items[0].What != connector.ItemIgnored {
			t.Errorf("%q = %+v, %v; want ignored", body, b.Items, err)
		}
	}
}

// Whatever arrives is read or refused, and what is read is whole.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"data":{"event_type":"post.create","payload":{"id":"1","display_text_range":[99,-1],"referenced_tweets":[{"type":"replied_to","id":"0"}],"text":"@a @b"}}}`))
	r := x.NewReceiver("s")
	f.Fuzz(func(t *testing.T, body []byte) {
		for name, read := range map[string]func() (connector.Batch, error){
			"webhook": func() (connector.Batch, error) { return r.Read(body) },
			"archive": func() (connector.Batch, error) { return x.ReadLine(body, "1001") },
		} {
			b, err := read()
			if err != nil {
				continue
			}
			for _, it := range b.Items {
				p := it.Post
				switch it.What {
				case connector.ItemNew, connector.ItemEdited:
					if p.DedupKey == "" || p.ThreadID == "" || p.PostedAt.IsZero() || p.Direction == "" || p.Form == "" || len(p.Raw) == 0 {
						t.Errorf("%s: not whole: %+v", name, p)
					}
				case connector.ItemGone, connector.ItemCounted:
					if p.DedupKey == "" {
						t.Errorf("%s: %s of nothing", name, it.What)
					}
				case connector.ItemIgnored, connector.ItemUnreadable:
				default:
					t.Errorf("%s: unknown item %q", name, it.What)
				}
			}
		}
	})
}

package facebook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/grievance"
)

// inbox is a webhook as the program serves it: check, keep, answer, read later.
type inbox struct {
	*facebook.Receiver
	mu      sync.Mutex
	bodies  [][]byte
	refused int
	down    bool
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if r.Method == http.MethodGet {
		body, kind, err := in.Challenge(r)
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body)
		return
	}
	body, err := io.ReadAll(r.Body)
	switch {
	case in.down:
		w.WriteHeader(http.StatusServiceUnavailable)
	case err != nil || in.Verify(r.Header, body) != nil:
		in.refused++
		w.WriteHeader(http.StatusForbidden)
	default:
		in.bodies = append(in.bodies, body)
	}
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
	in := &inbox{Receiver: facebook.NewReceiver(r.fb.AppSecret(), r.fb.VerifyToken())}
	srv := httptest.NewServer(in)
	t.Cleanup(srv.Close)
	if err := r.fb.SetWebhook(t.Context(), srv.URL+"/hook"); err != nil {
		t.Fatal(err)
	}
	if err := r.Subscribe(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	return r, in
}

func (r *rig) flush() int {
	r.Helper()
	n, err := r.fb.Flush(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	return n
}

// A webhook and a poll must give the same post.
func TestWebhookAgreesWithPoll(t *testing.T) {
	r, in := subscribed(t)
	p := r.must(r.fb.VisitorPost(r.page.ID, citizen, "सड़क टूटी है / 😡", facebooktest.Draft{Photos: []string{"https://cdn.example/a.jpg"}}))
	r.pass(time.Second)
	c := r.comment(p.ID, "यहाँ भी")
	reply := r.comment(c.ID, "and there")
	m := r.message("नमस्ते")
	echo := r.must(r.fb.Echo(r.page.ID, citizen, "hello"))
	tagged := r.must(r.fb.OwnPost(citizen, "no light", facebooktest.Draft{Tags: []string{r.page.ID}}))
	r.flush()
	pushed := in.read(t)
	for _, body := range in.bodies {
		if slices.ContainsFunc(body, func(b byte) bool { return b >= 0x80 }) {
			t.Error("the stand-in does not escape as Meta does")
		}
	}
	for _, said := range []facebooktest.Post{p, c, reply, m, echo, tagged} {
		got, want := find(t, pushed, said.ID), r.arrived(said.ID)
		g := got.Post
		if g.DedupKey != want.DedupKey || g.Text != want.Text || g.ThreadID != want.ThreadID || g.ParentID != want.ParentID ||
			g.Form != want.Form || g.Public != want.Public || g.Direction != want.Direction || g.Author.ExternalID != want.Author.ExternalID ||
			!g.PostedAt.Equal(want.PostedAt) || len(g.Media) != len(want.Media) {
			t.Errorf("pushed %+v\npolled %+v", g, want)
		}
		if got.AccountExternalID != r.page.ID {
			t.Errorf("account = %q", got.AccountExternalID)
		}
	}
	if a := find(t, pushed, tagged.ID).Post.Author; a != (grievance.Author{}) {
		t.Errorf("a mention tells its author: %+v", a)
	}
}

func TestWebhookTellsChanges(t *testing.T) {
	r, in := subscribed(t)
	p := r.post("no water")
	c := r.comment(p.ID, "nor here")
	m := r.message("secret")
	for _, err := range []error{r.fb.Edit(p.ID, "water came"), r.fb.Hide(c.ID, true), r.fb.Hide(c.ID, false), r.fb.Remove(c.ID), r.fb.Remove(m.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r.fb.SetTrouble(facebooktest.Trouble{Batch: true})
	if n := r.flush(); n != 1 {
		t.Errorf("%d bodies, want one", n)
	}
	var got []string
	for _, it := range in.read(t) {
		got = append(got, it.What+" "+it.Note)
	}
	want := []string{"new ", "new ", "edited ", "ignored hide", "ignored unhide", "gone comment", "new ", "gone message"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWebhookTroubles(t *testing.T) {
	r, in := subscribed(t)
	two := r.fb.AddPage(facebooktest.Page{Name: "Water Board"})
	other := facebook.New(facebook.Settings{
		Page: facebook.Page{ID: two.ID}, BaseURL: r.Settings.BaseURL, HTTP: r.Settings.HTTP, Now: r.clock,
		Token: func(context.Context) (string, error) { return two.Token, nil },
	})
	if err := other.Subscribe(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	a := r.post("one")
	b := r.must(r.fb.VisitorPost(two.ID, citizen, "two", facebooktest.Draft{}))
	c := r.post("three")
	r.fb.SetTrouble(facebooktest.Trouble{Batch: true, Double: true, Reverse: true, DropEvery: 3})
	if n := r.flush(); n != 2 {
		t.Errorf("%d bodies, want the same twice", n)
	}
	items := in.read(t)
	if len(items) != 4 || items[0].Post.ExternalID != c.ID || has(items, a.ID) {
		t.Errorf("items = %+v; want three and two, twice, the first lost", items)
	}
	if it := find(t, items, b.ID); it.AccountExternalID != two.ID || it.Post.Author.ExternalID == find(t, items, c.ID).Post.Author.ExternalID {
		t.Errorf("the same person has the same id at two pages: %+v", it)
	}
	polled, _ := r.round(source("feed"), "")
	find(t, polled, a.ID)
	r.fb.SetTrouble(facebooktest.Trouble{})
	in.down = true
	d := r.post("while down")
	if _, err := r.fb.Flush(t.Context()); err == nil {
		t.Error("the stand-in does not notice a refused delivery")
	}
	in.down = false
	r.flush()
	find(t, in.read(t), d.ID)
	r.fb.SetTrouble(facebooktest.Trouble{Missign: true})
	r.post("forged")
	if _, err := r.fb.Flush(t.Context()); err == nil || in.refused != 1 {
		t.Errorf("a wrong signature: %v, refused %d", err, in.refused)
	}
}

func TestChallenge(t *testing.T) {
	rec := facebook.NewReceiver("secret", "word")
	ask := func(mode, word, challenge string) *http.Request {
		q := url.Values{"hub.mode": {mode}, "hub.verify_token": {word}, "hub.challenge": {challenge}}
		return httptest.NewRequest(http.MethodGet, "/hook?"+q.Encode(), nil)
	}
	body, kind, err := rec.Challenge(ask("subscribe", "word", "1158201444"))
	if err != nil || string(body) != "1158201444" || !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("Challenge = %q %s, %v", body, kind, err)
	}
	for _, r := range []*http.Request{
		ask("subscribe", "wrong", "1"), ask("subscribe", "", "1"), ask("unsubscribe", "word", "1"), ask("subscribe", "word", ""),
		ask("subscribe", "word", strings.Repeat("1", 513)),
	} {
		if _, _, err := rec.Challenge(r); err == nil {
			t.Errorf("%s was answered", r.URL)
		}
	}
	if _, _, err := facebook.NewReceiver("secret", "").Challenge(ask("subscribe", "", "1")); err == nil {
		t.Error("without a word of ours everybody is let in")
	}
}

func TestVerify(t *testing.T) {
	// Worked out apart from this program: printf '{"a":1}' | openssl dgst -sha256 -hmac secret
	const signature = "sha256=aa9e2e3575f5d7098b6caccd790888c36d5fdb63342a73bada2d6a51747a8494"
	body := []byte(`{"a":1}`)
	rec := facebook.NewReceiver("secret", "word")
	if err := rec.Verify(http.Header{"X-Hub-Signature-256": {signature}}, body); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"", strings.ToUpper(signature), signature[7:], signature + "0", "sha256="} {
		if rec.Verify(http.Header{"X-Hub-Signature-256": {wrong}}, body) == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
	if rec.Verify(http.Header{"X-Hub-Signature-256": {signature}}, []byte(`{"a": 1}`)) == nil {
		t.Error("other bytes were taken")
	}
	// Nobody set a secret: a signature with the empty key must not open the door.
	mac := hmac.New(sha256.New, nil)
	mac.Write(body)
	empty := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if facebook.NewReceiver("", "word").Verify(http.Header{"X-Hub-Signature-256": {empty}}, body) == nil {
		t.Error("without a secret a body was taken")
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"object":"page","entry":[{"id":"1","time":"9e99","messaging":[{"message":null}],"changes":[null]}]}`))
	rec := facebook.NewReceiver("secret", "word")
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := rec.Read(body)
		if err != nil {
			return
		}
		if len(b.Items) == 0 {
			t.Fatal("a body without an item says nothing")
		}
		for _, it := range b.Items {
			switch it.What {
			case connector.ItemIgnored, connector.ItemUnreadable:
				if it.Note == "" {
					t.Error("ignored without a note")
				}
			case connector.ItemNew, connector.ItemEdited:
				if again, err := rec.Read(it.Post.Raw); err != nil || len(again.Items) != 1 || again.Items[0].Post.DedupKey != it.Post.DedupKey {
					t.Errorf("raw %q reads again as %+v, %v", it.Post.Raw, again.Items, err)
				}
				fallthrough
			default:
				if it.Post.ExternalID == "" || it.Post.DedupKey == "" || it.Post.Channel != grievance.Facebook {
					t.Errorf("%s without an id: %+v", it.What, it.Post)
				}
			}
		}
	})
}

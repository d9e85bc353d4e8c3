package facebooktest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// Trouble is what can go wrong, or only look odd, between Facebook and a webhook.
type Trouble struct {
	Batch     bool // what waits goes out in one body, page by page
	Double    bool // every body twice
	Reverse   bool // those that wait go out last first
	DropEvery int  // every n-th event is lost
	Missign   bool // a wrong signature
}

// SetTrouble makes deliveries go wrong from now on.
func (s *Server) SetTrouble(t Trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = t
}

// event waits for its delivery.
type event struct {
	page   string
	key    string // changes or messaging
	millis int64
	value  map[string]any
}

// SetWebhook checks an address with hub.challenge, as the app's dashboard does, and
// delivers to it from then on.
func (s *Server) SetWebhook(ctx context.Context, address string) error {
	challenge := rand.Text()
	q := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {s.opts.VerifyToken}, "hub.challenge": {challenge}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	resp, err := s.opts.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK || string(got) != challenge {
		return fmt.Errorf("the callback URL or verify token couldn't be validated: answered %d", resp.StatusCode)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = address
	return nil
}

// announce queues what the webhook is told of p. Of what stands on citizens' walls only
// the naming of a page is told, without the author.
func (s *Server) announce(p *Post, verb string) {
	if s.webhook == "" {
		return
	}
	page := s.pages[p.PageID]
	switch {
	case p.Kind == KindMessage:
		field := "messages"
		if p.FromPage {
			field = "message_echoes"
		}
		if slices.Contains(page.subscribed, field) && (verb == "add" || verb == "remove") {
			s.enqueue(page, "messaging", s.messaging(p, verb))
		}
	case page != nil && slices.Contains(page.subscribed, "feed"):
		s.enqueue(page, "changes", map[string]any{"field": "feed", "value": s.feedChange(p, verb)})
	}
	for _, tag := range p.Tags {
		if named := s.pages[tag]; tag != p.PageID && slices.Contains(named.subscribed, "mention") {
			value := map[string]any{"item": p.Kind, "verb": verb, "post_id": p.ThreadID, "message": p.Text, "created_time": p.At.Unix()}
			if p.Kind == KindComment {
				value["comment_id"] = p.ID
			}
			s.enqueue(named, "changes", map[string]any{"field": "mention", "value": value})
		}
	}
	select {
	case s.wake <- struct{}{}:
	default: // Run has not yet taken the last call
	}
}

func (s *Server) enqueue(page *Page, key string, value map[string]any) {
	s.queue = append(s.queue, event{page.ID, key, s.opts.Now().UnixMilli(), value})
}

// feedChange is the value of a feed event.
func (s *Server) feedChange(p *Post, verb string) map[string]any {
	v := map[string]any{"verb": verb, "from": s.from(p), "post_id": p.ThreadID, "created_time": p.At.Unix()}
	switch {
	case p.Kind == KindComment:
		v["item"], v["comment_id"], v["parent_id"] = "comment", p.ID, p.ParentID
		v["post"] = map[string]any{"id": p.ThreadID, "permalink_url": permalink(s.byID[p.ThreadID])}
	case len(p.Photos) > 0:
		v["item"] = "photo"
	case p.FromPage:
		v["item"] = "status"
	default:
		v["item"] = "post"
	}
	if verb == "remove" {
		delete(v, "post")
		return v
	}
	v["message"] = p.Text
	switch {
	case len(p.Photos) == 1 && p.Kind == KindComment:
		v["photo"] = p.Photos[0]
	case len(p.Photos) == 1:
		v["link"] = p.Photos[0]
	case len(p.Photos) > 1:
		v["photos"] = p.Photos
	}
	return v
}

// messaging is an event of a conversation.
func (s *Server) messaging(p *Post, verb string) map[string]any {
	citizen, page := map[string]any{"id": s.scopedID(p.PageID, p.To)}, map[string]any{"id": p.PageID}
	m := map[string]any{"mid": p.ID}
	e := map[string]any{"sender": citizen, "recipient": page, "timestamp": p.At.UnixMilli(), "message": m}
	if p.FromPage {
		e["sender"], e["recipient"] = page, citizen
		m["is_echo"] = true
	}
	if verb == "remove" {
		m["is_deleted"] = true
		return e
	}
	if p.Text != "" {
		m["text"] = p.Text
	}
	var files []any
	for _, address := range p.Photos {
		files = append(files, map[string]any{"type": "image", "payload": map[string]any{"url": address}})
	}
	if files != nil {
		m["attachments"] = files
	}
	return e
}

// Flush delivers the events that wait, through whatever trouble is set, and says how many
// bodies were taken. What the address refuses comes again with the next Flush.
func (s *Server) Flush(ctx context.Context) (int, error) {
	s.mu.Lock()
	queue, trouble, address := s.queue, s.trouble, s.webhook
	s.queue = nil
	s.mu.Unlock()
	if trouble.Reverse {
		slices.Reverse(queue)
	}
	if trouble.DropEvery > 0 {
		var kept []event
		for i, e := range queue {
			if (i+1)%trouble.DropEvery != 0 {
				kept = append(kept, e)
			}
		}
		queue = kept
	}
	size := 1
	if trouble.Batch {
		size = 1000 // what Facebook puts into one body at most
	}
	taken := 0
	var first error
	for part := range slices.Chunk(queue, size) {
		times := 1
		if trouble.Double {
			times = 2
		}
		for range times {
			if err := s.post(ctx, address, body(part), trouble); err != nil {
				first = cmp.Or(first, err)
				s.again(part)
				break
			}
			taken++
		}
	}
	return taken, first
}

func (s *Server) again(part []event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, part...)
}

// Run delivers events as they come until ctx ends. What fails goes with the next event.
func (s *Server) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			_, _ = s.Flush(ctx)
		}
	}
}

// body is one delivery: an entry for each page and kind, in the order of their events.
func body(events []event) []byte {
	var entries []map[string]any
	for _, e := range events {
		i := slices.IndexFunc(entries, func(have map[string]any) bool { return have["id"] == e.page && have[e.key] != nil })
		if i < 0 {
			at := e.millis // of messages in milliseconds, of changes in seconds
			if e.key == "changes" {
				at /= 1000
			}
			entries = append(entries, map[string]any{"id": e.page, "time": at, e.key: []any{}})
			i = len(entries) - 1
		}
		list, _ := entries[i][e.key].([]any)
		entries[i][e.key] = append(list, e.value)
	}
	raw, err := json.Marshal(map[string]any{"object": "page", "entry": entries})
	if err != nil {
		panic("facebooktest: an event is texts and numbers: " + err.Error())
	}
	return escape(raw)
}

// escape writes what is not ASCII as \uXXXX and slashes as \/, as Meta's bodies have them.
func escape(raw []byte) []byte {
	var out []byte
	for _, r := range string(raw) {
		switch {
		case r == '/':
			out = append(out, '\\', '/')
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

// Sign is the signature that Facebook puts on body.
func (s *Server) Sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.opts.AppSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) post(ctx context.Context, address string, body []byte, trouble Trouble) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	signed := body
	if trouble.Missign {
		signed = append([]byte("x"), body...)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", s.Sign(signed))
	resp, err := s.opts.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the webhook answered %d", resp.StatusCode)
	}
	return nil
}

package xtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// event waits for its delivery.
type event struct {
	url  string
	body []byte
}

// Trouble is what can go wrong between X and a webhook.
type Trouble struct {
	Double    bool // every event twice
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

// announce queues an event for every subscription that p concerns. The handle that a
// reply carries along makes no mention event.
func (s *Server) announce(p *Post) {
	for _, sub := range s.subscriptions() {
		us := sub.Filter.UserID
		concerns := false
		switch sub.EventType {
		case mentionEvent:
			concerns = slices.Contains(p.named, us)
		case replyEvent:
			concerns = s.authorOf(p.ReplyTo) == us
		case quoteEvent:
			concerns = s.authorOf(p.Quotes) == us
		}
		hook := s.webhooks[sub.WebhookID]
		if !concerns || p.AuthorID == us || p.Retweets != "" || hook == nil || !hook.Valid {
			continue
		}
		s.queue = append(s.queue, event{hook.URL, s.eventBody(sub, p)})
	}
	select {
	case s.wake <- struct{}{}:
	default: // Run has not yet taken the last call
	}
}

func (s *Server) authorOf(id string) string {
	if p := s.byID[id]; p != nil {
		return p.AuthorID
	}
	return ""
}

func (s *Server) eventBody(sub *subscription, p *Post) []byte {
	incl := newIncludes()
	incl.add("users", p.AuthorID, s.user(s.users[p.AuthorID]))
	for _, ref := range []string{p.ReplyTo, p.Quotes} {
		if q := s.byID[ref]; q != nil && s.visible(q) {
			incl.add("tweets", ref, s.tweet(q))
			incl.add("users", q.AuthorID, s.user(s.users[q.AuthorID]))
		}
	}
	for i := range p.Media {
		incl.add("media", mediaKey(p, i), s.media(p, i))
	}
	body, err := json.Marshal(map[string]any{"data": map[string]any{
		"event_uuid": s.newID(s.opts.Now()), "event_type": sub.EventType, "filter": sub.Filter, "tag": sub.Tag,
		"payload": s.tweet(p), "includes": incl.lists,
	}})
	if err != nil {
		panic(fmt.Sprintf("xtest: an event that is no JSON: %v", err)) // only maps of texts and numbers
	}
	return body
}

// Flush delivers the events that wait, through whatever trouble is set, and says how
// many were taken. X does not deliver again what was refused.
func (s *Server) Flush(ctx context.Context) (int, error) {
	s.mu.Lock()
	queue, trouble := s.queue, s.trouble
	s.queue = nil
	s.mu.Unlock()
	if trouble.Reverse {
		slices.Reverse(queue)
	}
	taken := 0
	var first error
	for i, e := range queue {
		if trouble.DropEvery > 0 && (i+1)%trouble.DropEvery == 0 {
			continue
		}
		times := 1
		if trouble.Double {
			times = 2
		}
		for range times {
			err := s.deliver(ctx, e, trouble)
			if err == nil {
				taken++
			}
			first = cmp.Or(first, err)
		}
	}
	return taken, first
}

// Run delivers events as they come until ctx ends. What fails is lost: the poll finds it.
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

func (s *Server) deliver(ctx context.Context, e event, trouble Trouble) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(e.body))
	if err != nil {
		return err
	}
	signed := e.body
	if trouble.Missign {
		signed = append([]byte("x"), e.body...)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("x-twitter-webhooks-signature", s.Sign(signed))
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

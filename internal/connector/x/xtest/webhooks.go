package xtest

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// webhook is an address of the program that passed its check.
type webhook struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	Valid     bool      `json:"valid"`
	CreatedAt time.Time `json:"created_at"`
}

// allowedURL refuses what X refuses: anything but https without a port. Loopback
// addresses pass, or nothing could be tested.
func allowedURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return false
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return true
	}
	return u.Scheme == "https" && u.Port() == ""
}

func (s *Server) listWebhooks(*http.Request, caller) answer {
	hooks := slices.SortedFunc(maps.Values(s.webhooks), func(a, b *webhook) int { return cmp.Compare(a.ID, b.ID) })
	body := map[string]any{"meta": map[string]any{"result_count": len(hooks)}}
	if len(hooks) > 0 {
		body["data"] = hooks
	}
	return ok(body)
}

func (s *Server) addWebhook(r *http.Request, _ caller) answer {
	var in struct {
		URL string `json:"url"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || !allowedURL(in.URL) {
		return invalid("url", "url must be https without a port")
	}
	for _, h := range s.webhooks {
		if h.URL == in.URL {
			return refuse(http.StatusConflict, "invalid-request", "Conflict", "A webhook with this url exists.")
		}
	}
	h := webhook{ID: s.newID(s.opts.Now()), URL: in.URL, Valid: true, CreatedAt: s.opts.Now().UTC()}
	return answer{then: func() answer {
		if err := s.challenge(r.Context(), in.URL); err != nil {
			return refuse(http.StatusBadRequest, "invalid-request", "CrcValidationFailed", err.Error())
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.webhooks[h.ID] = &h
		return ok(h)
	}}
}

// checkWebhook asks the address again, as X does about hourly.
func (s *Server) checkWebhook(r *http.Request, _ caller) answer {
	h := s.webhooks[r.PathValue("id")]
	if h == nil {
		return refuse(http.StatusNotFound, "resource-not-found", "Not Found", "No such webhook.")
	}
	address := h.URL
	return answer{then: func() answer {
		err := s.challenge(r.Context(), address)
		s.mu.Lock()
		defer s.mu.Unlock()
		h.Valid = err == nil
		return ok(map[string]any{"data": map[string]any{"valid": h.Valid}})
	}}
}

func (s *Server) dropWebhook(r *http.Request, _ caller) answer {
	id := r.PathValue("id")
	if s.webhooks[id] == nil {
		return refuse(http.StatusNotFound, "resource-not-found", "Not Found", "No such webhook.")
	}
	delete(s.webhooks, id)
	maps.DeleteFunc(s.subs, func(_ string, sub *subscription) bool { return sub.WebhookID == id })
	return ok(map[string]any{"data": map[string]any{"deleted": true}})
}

// challenge is the CRC check: the address must sign a random token.
func (s *Server) challenge(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	token := rand.Text()
	q := u.Query()
	q.Set("crc_token", token)
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	resp, err := s.opts.Client.Do(req)
	if err != nil {
		return errors.New("the address did not answer")
	}
	defer resp.Body.Close()
	var got struct {
		Token string `json:"response_token"`
	}
	if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, 4096)).Decode(&got) != nil {
		return fmt.Errorf("the address answered %d", resp.StatusCode)
	}
	if subtle.ConstantTimeCompare([]byte(got.Token), []byte(s.Sign([]byte(token)))) != 1 {
		return errors.New("the response token is wrong")
	}
	return nil
}

// Sign is the signature that X puts on body.
func (s *Server) Sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.opts.ConsumerSecret))
	mac.Write(body)
	return "sha256=" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// The events that an account can subscribe to.
const (
	mentionEvent = "post.mention.create"
	replyEvent   = "post.reply.create"
	quoteEvent   = "post.quote.create"
)

type filter struct {
	UserID string `json:"user_id"`
}

type subscription struct {
	ID        string    `json:"subscription_id"`
	EventType string    `json:"event_type"`
	Filter    filter    `json:"filter"`
	Tag       string    `json:"tag,omitempty"`
	WebhookID string    `json:"webhook_id,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

func (s *Server) subscribe(r *http.Request, who caller) answer {
	var in subscription
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return invalid("body", err.Error())
	}
	switch {
	case !slices.Contains([]string{mentionEvent, replyEvent, quoteEvent}, in.EventType):
		return invalid("event_type", "event_type is not known")
	case in.Filter.UserID != who.user.ID:
		return refuse(http.StatusForbidden, "client-forbidden", "Forbidden", "The filter names another user.")
	case s.webhooks[in.WebhookID] == nil:
		return invalid("webhook_id", "no such webhook")
	}
	for _, sub := range s.subs {
		if sub.EventType == in.EventType && sub.Filter == in.Filter && sub.WebhookID == in.WebhookID {
			return refuse(http.StatusConflict, "invalid-request", "Conflict", "This subscription exists.")
		}
	}
	in.ID, in.CreatedAt = s.newID(s.opts.Now()), s.opts.Now().UTC()
	s.subs[in.ID] = &in
	return ok(map[string]any{"data": map[string]any{"subscription": in}, "meta": map[string]any{"total_subscriptions": len(s.subs)}})
}

func (s *Server) listSubscriptions(*http.Request, caller) answer {
	subs := s.subscriptions()
	body := map[string]any{"meta": map[string]any{"total_subscriptions": len(subs)}}
	if len(subs) > 0 {
		body["data"] = subs
	}
	return ok(body)
}

func (s *Server) subscriptions() []*subscription {
	return slices.SortedFunc(maps.Values(s.subs), func(a, b *subscription) int { return strings.Compare(a.ID, b.ID) })
}

// CheckWebhooks is X's hourly check: an address that fails it gets no more events.
func (s *Server) CheckWebhooks(ctx context.Context) {
	s.mu.Lock()
	hooks := slices.Collect(maps.Values(s.webhooks))
	s.mu.Unlock()
	for _, h := range hooks {
		err := s.challenge(ctx, h.URL)
		s.mu.Lock()
		h.Valid = err == nil
		s.mu.Unlock()
	}
}

// WebhookURLs are the registered addresses.
func (s *Server) WebhookURLs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, h := range s.webhooks {
		out = append(out, h.URL)
	}
	return out
}

// Package assisttest is a stand-in for a service with the Chat Completions form. It keeps to
// the form to the letter: what a service would refuse, it refuses with the same status, and
// every trouble a service may have it has on demand. It keeps every byte that reached it.
package assisttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"
	"testing"
)

// What the stand-in knows.
const (
	Key   = "sk-stand-in"
	Model = "stand-in-1"
)

// Longest is how many bytes of messages it takes; more is a context_length_exceeded.
const Longest = 60_000

// Message is one of a request.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Trouble is what a service may have.
type Trouble string

// The troubles, each of one answer.
const (
	RateLimit  Trouble = "429"
	Fault      Trouble = "500"
	Slow       Trouble = "slow" // answers when the asker has gone
	Garbage    Trouble = "garbage"
	HalfJSON   Trouble = "half"
	Page       Trouble = "page" // a page of HTML with status 200
	Streamed   Trouble = "streamed"
	NoChoices  Trouble = "none"
	EmptyWords Trouble = "empty"
	Tools      Trouble = "tools"
	Endless    Trouble = "endless"
	CutShort   Trouble = "length"
)

// Server is the service.
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	answer   func([]Message) string
	troubles []Trouble
	received bytes.Buffer
	asked    int
}

// New starts a service that repeats the last message.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{answer: func(m []Message) string { return m[len(m)-1].Content }}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Base is the address as a setting names it.
func (s *Server) Base() string { return s.URL + "/v1" }

// Answer sets what it writes from now on.
func (s *Server) Answer(f func([]Message) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Next makes the next answers troubles, in this order.
func (s *Server) Next(troubles ...Trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.troubles = append(s.troubles, troubles...)
}

// Received is every byte that came: request lines, headers and bodies.
func (s *Server) Received() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received.String()
}

// Asked is how many requests came.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	raw, err := httputil.DumpRequest(r, true)
	if err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request_error", "", "unreadable request")
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.received.Write(raw)
	s.asked++
	answer, trouble := s.answer, Trouble("")
	s.mu.Unlock()
	messages, ok := check(w, r, body)
	if !ok {
		return
	}
	s.mu.Lock()
	if len(s.troubles) > 0 {
		trouble, s.troubles = s.troubles[0], s.troubles[1:]
	}
	s.mu.Unlock()
	reply(w, r, trouble, answer(messages))
}

// parameters are those of the form that a request may have.
var parameters = []string{"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "stream", "stop", "user", "seed", "presence_penalty", "frequency_penalty", "response_format"}

// check refuses what a service refuses.
func check(w http.ResponseWriter, r *http.Request, body []byte) ([]Message, bool) {
	bad := func(status int, code, says string) ([]Message, bool) {
		refuse(w, status, "invalid_request_error", code, says)
		return nil, false
	}
	switch {
	case r.URL.Path != "/v1/chat/completions":
		return bad(http.StatusNotFound, "", "Unknown request URL")
	case r.Method != http.MethodPost:
		return bad(http.StatusMethodNotAllowed, "", "Only POST requests are accepted")
	case r.Header.Get("Authorization") != "Bearer "+Key:
		return bad(http.StatusUnauthorized, "invalid_api_key", "Incorrect API key provided")
	case r.Header.Get("Content-Type") != "application/json":
		return bad(http.StatusUnsupportedMediaType, "", "Unsupported Media Type")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return bad(http.StatusBadRequest, "", "We could not parse the JSON body of your request")
	}
	for name := range fields {
		if !slices.Contains(parameters, name) {
			return bad(http.StatusBadRequest, "unknown_parameter", "Unrecognized request argument supplied: "+name)
		}
	}
	var request struct {
		Model    string    `json:"model"`
		Messages []Message `json:"messages"`
		Stream   bool      `json:"stream"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return bad(http.StatusBadRequest, "invalid_type", "Invalid type")
	}
	size := 0
	for _, m := range request.Messages {
		size += len(m.Content)
		if !slices.Contains([]string{"system", "user", "assistant"}, m.Role) || m.Content == "" {
			return bad(http.StatusBadRequest, "", "Invalid message")
		}
	}
	switch {
	case request.Model == "":
		return bad(http.StatusBadRequest, "", "you must provide a model parameter")
	case request.Model != Model:
		return bad(http.StatusNotFound, "model_not_found", "The model does not exist")
	case len(request.Messages) == 0:
		return bad(http.StatusBadRequest, "", "[] is too short - 'messages'")
	case size > Longest:
		return bad(http.StatusBadRequest, "context_length_exceeded", "This model's maximum context length is exceeded")
	}
	return request.Messages, true
}

func refuse(w http.ResponseWriter, status int, kind, code, says string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": says, "type": kind, "param": nil, "code": code}})
}

func reply(w http.ResponseWriter, r *http.Request, t Trouble, words string) {
	choice := map[string]any{"index": 0, "message": map[string]any{"role": "assistant", "content": words}, "finish_reason": "stop"}
	choices := []any{choice}
	switch t {
	case RateLimit:
		w.Header().Set("Retry-After", "20")
		refuse(w, http.StatusTooManyRequests, "requests", "rate_limit_exceeded", "Rate limit reached")
		return
	case Fault:
		refuse(w, http.StatusInternalServerError, "server_error", "", "The server had an error")
		return
	case Slow:
		<-r.Context().Done()
		return
	case Garbage:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "\x00\x01 no JSON")
		return
	case HalfJSON:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"half`)
		return
	case Page:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>Please sign in</html>")
		return
	case Streamed:
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\ndata: [DONE]\n\n", words)
		return
	case NoChoices:
		choices = []any{}
	case EmptyWords:
		choice["message"] = map[string]any{"role": "assistant", "content": ""}
	case Tools:
		choice["message"] = map[string]any{"role": "assistant", "content": "x", "tool_calls": []any{map[string]any{"id": "1", "type": "function", "function": map[string]any{"name": "send", "arguments": "{}"}}}}
	case Endless:
		choice["message"] = map[string]any{"role": "assistant", "content": strings.Repeat("endless ", 100_000)}
	case CutShort:
		choice["finish_reason"] = "length"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": Model, "choices": choices,
		"usage": map[string]any{"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
	})
}

package xtest

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Call names a kind of call, for limits and scripted failures.
type Call string

// The calls.
const (
	Token         Call = "token"
	Revoke        Call = "revoke"
	Me            Call = "me"
	Users         Call = "users"
	Mentions      Call = "mentions"
	Search        Call = "search"
	Lookup        Call = "lookup"
	Create        Call = "create"
	Webhooks      Call = "webhooks"
	Subscriptions Call = "subscriptions"
)

// limit is how many calls one token has in 15 minutes, unless SetLimit says other.
func (c Call) limit() int {
	switch c {
	case Mentions, Search:
		return 300
	case Create:
		return 100
	case Lookup, Users:
		return 900
	}
	return 75
}

const windowLength = 15 * time.Minute

type window struct {
	used  int
	reset time.Time
}

// SetLimit changes how many calls of a kind one token has in 15 minutes.
func (s *Server) SetLimit(c Call, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits[c] = n
}

// Calls counts the calls of a kind that arrived, refused ones too.
func (s *Server) Calls(c Call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[c]
}

// Failure is a scripted end of a call.
type Failure struct {
	// Status with Type (last part), Title and Detail is what the call answers instead of
	// doing its work.
	Status int    `json:"status,omitempty"`
	Type   string `json:"type,omitempty"`
	Title  string `json:"title,omitempty"`
	Detail string `json:"detail,omitempty"`
	Body   string `json:"body,omitempty"` // instead of a problem: whatever a proxy may say
	// ResetIn sets x-rate-limit-reset that far ahead.
	ResetIn time.Duration `json:"reset_in,omitempty"`
	// Cut closes the connection without doing the work; Lose does the work first, so
	// that the caller cannot know.
	Cut  bool `json:"cut,omitempty"`
	Lose bool `json:"lose,omitempty"`
	// Delay holds back an answer, after the work.
	Delay time.Duration `json:"delay,omitempty"`
}

// RateLimited is the answer to too many calls.
func RateLimited(resetIn time.Duration) Failure {
	return Failure{Status: http.StatusTooManyRequests, Type: "rate-limit-exceeded", Title: "Too Many Requests", Detail: "Too Many Requests", ResetIn: resetIn}
}

// CreditsDepleted is the answer when the purse is empty.
func CreditsDepleted() Failure {
	return Failure{Status: http.StatusPaymentRequired, Type: "credits", Title: "CreditsDepleted", Detail: "Your enrolled account does not have any credits to fulfill this request."}
}

// UsageCapped is the answer when the plan is used up.
func UsageCapped() Failure {
	return Failure{Status: http.StatusTooManyRequests, Type: "usage-capped", Title: "UsageCapExceeded", Detail: "Usage cap exceeded: Monthly product cap"}
}

// Unavailable is X being down.
func Unavailable() Failure {
	return Failure{Status: http.StatusServiceUnavailable, Title: "Service Unavailable", Detail: "Service Unavailable"}
}

// FailNext makes the next n calls of a kind end as f says, after those scripted before.
func (s *Server) FailNext(c Call, n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.failures[c] = append(s.failures[c], f)
	}
}

// scripted counts a call and runs it, or what the script says instead.
func (s *Server) scripted(c Call, work func(*http.Request) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// Read before the lock is taken: a slow sender must not hold up the others.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			invalid("body", "the body cannot be read").write(w)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		a, f, react := s.do(c, r, work)
		if a.reply != nil && react != nil {
			react(*a.reply)
		}
		if a.then != nil {
			header := a.header
			a = a.then()
			a.header = header
		}
		if f.Delay > 0 {
			select {
			case <-time.After(f.Delay):
			case <-r.Context().Done():
			}
		}
		if f.Cut || f.Lose {
			panic(http.ErrAbortHandler) // net/http closes the connection without a word
		}
		a.write(w)
	}
}

// do is what of a call happens under the lock.
func (s *Server) do(c Call, r *http.Request, work func(*http.Request) answer) (answer, Failure, func(Post)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[c]++
	var f Failure
	if list := s.failures[c]; len(list) > 0 {
		f, s.failures[c] = list[0], list[1:]
	}
	switch {
	case f.Status != 0:
		return s.failed(f), f, nil
	case f.Cut:
		return answer{}, f, nil
	}
	return work(r), f, s.onReply
}

// api is scripted with the token and the rate limit checked first.
func (s *Server) api(c Call, takes rule, scope string, work func(*http.Request, caller) answer) http.HandlerFunc {
	return s.scripted(c, func(r *http.Request) answer {
		who, no := s.authorize(r, takes, scope)
		if no != nil {
			return *no
		}
		header, within := s.count(c, who)
		a := refuse(http.StatusTooManyRequests, "rate-limit-exceeded", "Too Many Requests", "Too Many Requests")
		if within {
			a = work(r, who)
		}
		a.header = header
		return a
	})
}

func (s *Server) failed(f Failure) answer {
	a := refuse(f.Status, f.Type, f.Title, f.Detail)
	if f.Body != "" {
		a.body = rawBody(f.Body)
	}
	if f.ResetIn > 0 {
		a.header = http.Header{}
		a.header.Set("x-rate-limit-remaining", "0")
		a.header.Set("x-rate-limit-reset", strconv.FormatInt(s.opts.Now().Add(f.ResetIn).Unix(), 10))
	}
	return a
}

// count takes one call from the caller's window and tells so in headers.
func (s *Server) count(c Call, who caller) (http.Header, bool) {
	limit, set := s.limits[c]
	if !set {
		limit = c.limit()
	}
	now := s.opts.Now()
	key := string(c) + " " + who.name()
	win := s.windows[key]
	if win == nil || !now.Before(win.reset) {
		win = &window{reset: now.Add(windowLength)}
		s.windows[key] = win
	}
	win.used++
	h := http.Header{}
	h.Set("x-rate-limit-limit", strconv.Itoa(limit))
	h.Set("x-rate-limit-remaining", strconv.Itoa(max(limit-win.used, 0)))
	h.Set("x-rate-limit-reset", strconv.FormatInt(win.reset.Unix(), 10))
	return h, win.used <= limit
}

package facebooktest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// Call names a kind of call, for scripted failures.
type Call string

// The calls.
const (
	Feed          Call = "feed"
	Tagged        Call = "tagged"
	Comments      Call = "comments"
	Objects       Call = "objects"
	Conversations Call = "conversations"
	Messages      Call = "messages"
	Reply         Call = "reply"
	Send          Call = "send"
	Subscribe     Call = "subscribe"
	Moderate      Call = "moderate" // hide and delete
	DebugToken    Call = "debug_token"
	AccessToken   Call = "access_token"
)

// Failure is a scripted end of a call.
type Failure struct {
	// Code with Subcode, Transient and Message is the error that the call answers instead
	// of doing its work; Status is 400 when zero.
	Code      int    `json:"code,omitempty"`
	Subcode   int    `json:"subcode,omitempty"`
	Transient bool   `json:"transient,omitempty"`
	Message   string `json:"message,omitempty"`
	Status    int    `json:"status,omitempty"`
	Body      string `json:"body,omitempty"` // instead of an error object: whatever a proxy may say
	// Regain tells in the usage header when calls may come again.
	Regain time.Duration `json:"regain,omitempty"`
	// Cut closes the connection without doing the work; Lose does the work first, so
	// that the caller cannot know.
	Cut  bool `json:"cut,omitempty"`
	Lose bool `json:"lose,omitempty"`
	// Delay holds back an answer, after the work.
	Delay time.Duration `json:"delay,omitempty"`
}

// FailNext makes the next n calls of a kind end as f says, after those scripted before.
func (s *Server) FailNext(c Call, n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.failures[c] = append(s.failures[c], f)
	}
}

// Calls counts the calls of a kind that arrived, refused ones too.
func (s *Server) Calls(c Call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[c]
}

// answer is what a call says.
type answer struct {
	status int
	body   any
	header http.Header
	done   *Post      // what was published
	react  func(Post) // who wants to know
}

// rawBody is sent as it is.
type rawBody string

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

// refuse is Facebook's error object.
func refuse(status, code, subcode int, message string) answer {
	return failed(Failure{Status: status, Code: code, Subcode: subcode, Message: message})
}

func failed(f Failure) answer {
	if f.Status == 0 {
		f.Status = http.StatusBadRequest
	}
	if f.Body != "" {
		return answer{status: f.Status, body: rawBody(f.Body)}
	}
	e := map[string]any{
		"message": f.Message, "type": "OAuthException", "code": f.Code,
		"is_transient": f.Transient, "fbtrace_id": "AbCdEfGh123",
	}
	if f.Subcode != 0 {
		e["error_subcode"] = f.Subcode
	}
	return answer{status: f.Status, body: map[string]any{"error": e}}
}

func invalid(message string) answer { return refuse(http.StatusBadRequest, 100, 0, message) }

func missing(id string) answer {
	return refuse(http.StatusBadRequest, 100, 33, "Unsupported request. Object with ID '"+id+"' does not exist, cannot be loaded due to missing permissions, or does not support this operation.")
}

// api counts a call, checks its token and runs it, or what the script says instead.
func (s *Server) api(c Call, work func(*http.Request, *Page) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// Read before the lock is taken: a slow sender must not hold up the others.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			invalid("the body cannot be read").write(w)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		a, f := s.do(c, r, work)
		if a.done != nil && a.react != nil {
			a.react(*a.done)
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
func (s *Server) do(c Call, r *http.Request, work func(*http.Request, *Page) answer) (answer, Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[c]++
	var f Failure
	if list := s.failures[c]; len(list) > 0 {
		f, s.failures[c] = list[0], list[1:]
	}
	page := s.caller(r)
	var a answer
	switch {
	case f.Code != 0 || f.Body != "" || f.Status != 0:
		a = failed(f)
	case f.Cut:
		return answer{}, f
	case page == nil:
		a = refuse(http.StatusUnauthorized, 190, 460, "Error validating access token: The session has been invalidated because the user changed their password.")
	case page.used >= 100:
		a = refuse(http.StatusBadRequest, 80001, 2446079, "There have been too many calls to this Page account. Wait a bit and try again.")
	default:
		a = work(r, page)
	}
	if page != nil {
		a.header = usage(page, f.Regain)
	}
	return a, f
}

// caller is the page whose living token the request carries. A token in the address is
// none: addresses are logged.
func (s *Server) caller(r *http.Request) *Page {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if r.URL.Query().Has("access_token") {
		return nil
	}
	for _, p := range s.pages {
		if token == p.Token && !p.dead {
			return p
		}
	}
	return nil
}

func usage(p *Page, regain time.Duration) http.Header {
	minutes := max(p.regain, int(regain/time.Minute))
	if p.used == 0 && minutes == 0 {
		return nil
	}
	raw, err := json.Marshal(map[string]any{p.ID: []map[string]any{{
		"type": "pages", "call_count": p.used, "total_cputime": p.used / 2, "total_time": p.used / 3,
		"estimated_time_to_regain_access": minutes,
	}}})
	if err != nil {
		panic("facebooktest: usage is texts and numbers: " + err.Error())
	}
	h := http.Header{}
	h.Set("X-Business-Use-Case-Usage", string(raw))
	return h
}

func (a answer) write(w http.ResponseWriter) {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(a.status)
	// Writing fails only when the reader has left.
	if raw, is := a.body.(rawBody); is {
		_, _ = io.WriteString(w, string(raw))
	} else if a.body != nil {
		_ = json.NewEncoder(w).Encode(a.body)
	}
}

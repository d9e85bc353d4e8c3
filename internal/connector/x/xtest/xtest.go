// Package xtest is a stand-in of X (API v2): accounts, citizens, posts and threads held
// in memory, behind the calls that Nivaran makes, and refusing what X refuses. Tests,
// the demonstration and the load test point the connector's base address at it. It
// imports nothing of Nivaran, so that it cannot repeat the connector's mistakes.
//
// Not here: streams and rules, media upload, direct messages.
package xtest

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// Plan is what the app's owner pays for; it decides whom the app may answer.
type Plan string

// The plans.
const (
	// PayPerUse lets an app answer only who mentioned or quoted the answering account.
	PayPerUse Plan = "pay_per_use"
	// Enterprise lifts that rule.
	Enterprise Plan = "enterprise"
)

// Options make a stand-in; every zero field has a sensible value.
type Options struct {
	// Now is the stand-in's clock: ids, expiry of tokens and rate limits follow it.
	Now func() time.Time
	// The app's keys. ConsumerSecret signs webhooks.
	ClientID, ClientSecret, ConsumerSecret, AppToken string
	Plan                                             Plan
	// Client delivers webhook events.
	Client *http.Client
}

// Server is the stand-in: an http.Handler and the Go side of it. All methods are safe
// for use by several goroutines.
type Server struct {
	opts Options
	mux  *http.ServeMux
	wake chan struct{} // tells Run that an event waits

	mu        sync.Mutex
	seq       uint64
	users     map[string]*User // by id
	handles   map[string]*User // by lower-case handle
	posts     []*Post          // ascending by id
	byID      map[string]*Post
	plan      Plan
	access    map[string]*grant // by access token
	refresh   map[string]*grant // by refresh token
	codes     map[string]code
	redirects []string
	limits    map[Call]int
	windows   map[string]*window
	failures  map[Call][]Failure
	calls     map[Call]int
	webhooks  map[string]*webhook
	subs      map[string]*subscription
	queue     []event
	trouble   Trouble
	onReply   func(Post)
}

// New returns an empty stand-in.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 10 * time.Second}
	}
	for _, d := range []struct {
		p *string
		v string
	}{{&o.ClientID, "client"}, {&o.ClientSecret, "client-secret"}, {&o.ConsumerSecret, "consumer-secret"}, {&o.AppToken, "app-token"}} {
		if *d.p == "" {
			*d.p = d.v
		}
	}
	if o.Plan == "" {
		o.Plan = PayPerUse
	}
	s := &Server{
		opts: o, plan: o.Plan, mux: http.NewServeMux(), wake: make(chan struct{}, 1),
		users: map[string]*User{}, handles: map[string]*User{}, byID: map[string]*Post{},
		access: map[string]*grant{}, refresh: map[string]*grant{}, codes: map[string]code{},
		limits: map[Call]int{}, windows: map[string]*window{}, failures: map[Call][]Failure{}, calls: map[Call]int{},
		webhooks: map[string]*webhook{}, subs: map[string]*subscription{},
	}
	s.mux.HandleFunc("POST /2/oauth2/token", s.scripted(Token, s.token))
	s.mux.HandleFunc("POST /2/oauth2/revoke", s.scripted(Revoke, s.revoke))
	s.mux.HandleFunc("GET /i/oauth2/authorize", s.askConsent)
	s.mux.HandleFunc("POST /i/oauth2/authorize", s.decide)
	s.mux.HandleFunc("GET /2/users/me", s.api(Me, userOnly, "users.read", s.me))
	s.mux.HandleFunc("GET /2/users/by", s.api(Users, eitherToken, "users.read", s.usersBy))
	s.mux.HandleFunc("GET /2/users/{id}/mentions", s.api(Mentions, eitherToken, "tweet.read", s.mentions))
	s.mux.HandleFunc("GET /2/tweets/search/recent", s.api(Search, eitherToken, "tweet.read", s.search))
	s.mux.HandleFunc("GET /2/tweets", s.api(Lookup, eitherToken, "tweet.read", s.lookup))
	s.mux.HandleFunc("POST /2/tweets", s.api(Create, userOnly, "tweet.write", s.create))
	s.mux.HandleFunc("GET /2/webhooks", s.api(Webhooks, appOnly, "", s.listWebhooks))
	s.mux.HandleFunc("POST /2/webhooks", s.api(Webhooks, appOnly, "", s.addWebhook))
	s.mux.HandleFunc("PUT /2/webhooks/{id}", s.api(Webhooks, appOnly, "", s.checkWebhook))
	s.mux.HandleFunc("DELETE /2/webhooks/{id}", s.api(Webhooks, appOnly, "", s.dropWebhook))
	s.mux.HandleFunc("GET /2/activity/subscriptions", s.api(Subscriptions, eitherToken, "tweet.read", s.listSubscriptions))
	s.mux.HandleFunc("POST /2/activity/subscriptions", s.api(Subscriptions, userOnly, "tweet.read", s.subscribe))
	s.control()
	return s
}

// ServeHTTP answers as X does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// SetPlan changes the app's plan.
func (s *Server) SetPlan(p Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = p
}

// OnReply lets f react to every post made through the API that answers another one. It
// runs before the answer goes out and may call the stand-in.
func (s *Server) OnReply(f func(reply Post)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onReply = f
}

// AppToken, ClientID, ClientSecret and ConsumerSecret are the app's keys.
func (s *Server) AppToken() string       { return s.opts.AppToken }
func (s *Server) ClientID() string       { return s.opts.ClientID }
func (s *Server) ClientSecret() string   { return s.opts.ClientSecret }
func (s *Server) ConsumerSecret() string { return s.opts.ConsumerSecret }

// answer is what a call says.
type answer struct {
	status int
	body   any
	header http.Header
	reply  *Post         // what was published, for OnReply
	then   func() answer // what is left to do without the lock, and then the answer
}

// rawBody is sent as it is.
type rawBody string

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

// problem is X's error body.
type problem struct {
	Title  string           `json:"title"`
	Detail string           `json:"detail"`
	Type   string           `json:"type"`
	Status int              `json:"status"`
	Errors []map[string]any `json:"errors,omitempty"`
}

const problemTypes = "https://api.x.com/2/problems/"

func refuse(status int, kind, title, detail string) answer {
	p := problem{Title: title, Detail: detail, Type: "about:blank", Status: status}
	if kind != "" {
		p.Type = problemTypes + kind
	}
	return answer{status: status, body: p}
}

// invalid is the answer to a request that X cannot read.
func invalid(parameter, message string) answer {
	return answer{status: http.StatusBadRequest, body: problem{
		Title: "Invalid Request", Detail: "One or more parameters to your request was invalid.",
		Type: problemTypes + "invalid-request", Status: http.StatusBadRequest,
		Errors: []map[string]any{{"message": message, "parameters": map[string]any{parameter: []string{}}}},
	}}
}

func (a answer) write(w http.ResponseWriter) {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	// Writing fails only when the reader has left.
	if raw, is := a.body.(rawBody); is {
		_, _ = io.WriteString(w, string(raw))
	} else if a.body != nil {
		_ = json.NewEncoder(w).Encode(a.body)
	}
}

// Package facebooktest is a stand-in of Facebook (Graph API v26.0): pages, citizens,
// posts, comments and conversations held in memory, behind the calls that Nivaran makes,
// and refusing what Facebook refuses. Tests, the demonstration and the load test point
// the connector's base address at it. It imports nothing of Nivaran, so that it cannot
// repeat the connector's mistakes.
//
// Not here: Instagram, uploads.
package facebooktest

import (
	"cmp"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Version is the part of the base address that names the API's version.
const Version = "/v26.0"

// Options make a stand-in; every zero field has a sensible value.
type Options struct {
	// Now is the stand-in's clock: the times of posts and the windows of messages follow it.
	Now func() time.Time
	// AppID and AppSecret are the app's; the secret signs webhooks too.
	AppID string
	// VerifyToken is sent when a webhook is set up.
	AppSecret, VerifyToken string
	// NoHumanAgent: Meta did not grant the feature, so messages end after 24 hours.
	NoHumanAgent bool
	// Client delivers webhooks.
	Client *http.Client
}

// Server is the stand-in: an http.Handler and the Go side of it. All methods are safe
// for use by several goroutines.
type Server struct {
	opts Options
	mux  *http.ServeMux
	wake chan struct{} // tells Run that an event waits

	mu        sync.Mutex
	seq       int64
	users     map[string]*User // by name
	pages     map[string]*Page // by id
	scoped    map[[2]string]string
	posts     []*Post // in the order of their making
	byID      map[string]*Post
	private   map[string]bool // posts and comments that had their private reply
	sent      map[string]int  // replies made through the API, by what they answer
	failures  map[Call][]Failure
	calls     map[Call]int
	webhook   string
	redirects []string
	codes     map[string]*owner // consents not yet redeemed
	owners    map[string]*owner // by user token
	queue     []event
	trouble   Trouble

	onReply, onMessage func(Post)
}

// New returns an empty stand-in.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 10 * time.Second}
	}
	o.AppID = cmp.Or(o.AppID, "4000")
	o.AppSecret = cmp.Or(o.AppSecret, "app-secret")
	o.VerifyToken = cmp.Or(o.VerifyToken, "verify-token")
	s := &Server{
		opts: o, mux: http.NewServeMux(), wake: make(chan struct{}, 1),
		users: map[string]*User{}, pages: map[string]*Page{}, scoped: map[[2]string]string{}, byID: map[string]*Post{},
		private: map[string]bool{}, sent: map[string]int{}, failures: map[Call][]Failure{}, calls: map[Call]int{},
		codes: map[string]*owner{}, owners: map[string]*owner{},
	}
	s.mux.HandleFunc("GET "+Version+"/{$}", s.api(Objects, s.objects))
	s.mux.HandleFunc("GET "+Version+"/{id}", s.api(Objects, s.object))
	s.mux.HandleFunc("POST "+Version+"/{id}", s.api(Moderate, s.hide))
	s.mux.HandleFunc("DELETE "+Version+"/{id}", s.api(Moderate, s.delete))
	s.mux.HandleFunc("GET "+Version+"/debug_token", s.api(DebugToken, s.debugToken))
	s.mux.HandleFunc("GET "+Version+"/{id}/feed", s.api(Feed, s.feed))
	s.mux.HandleFunc("GET "+Version+"/{id}/tagged", s.api(Tagged, s.tagged))
	s.mux.HandleFunc("GET "+Version+"/{id}/comments", s.api(Comments, s.comments))
	s.mux.HandleFunc("POST "+Version+"/{id}/comments", s.api(Reply, s.reply))
	s.mux.HandleFunc("GET "+Version+"/{id}/conversations", s.api(Conversations, s.conversations))
	s.mux.HandleFunc("GET "+Version+"/{id}/messages", s.api(Messages, s.messages))
	s.mux.HandleFunc("POST "+Version+"/{id}/messages", s.api(Send, s.send))
	s.mux.HandleFunc("POST "+Version+"/{id}/subscribed_apps", s.api(Subscribe, s.subscribe))
	s.mux.HandleFunc("DELETE "+Version+"/{id}/subscribed_apps", s.api(Subscribe, s.unsubscribe))
	s.mux.HandleFunc("GET "+Version+"/dialog/oauth", s.dialog)
	s.mux.HandleFunc("POST "+Version+"/dialog/oauth", s.decide)
	s.mux.HandleFunc("GET "+Version+"/oauth/access_token", s.accessToken)
	s.mux.HandleFunc("POST "+Version+"/oauth/access_token", s.accessToken)
	s.mux.HandleFunc("GET "+Version+"/me/permissions", s.asOwner(s.ownPermissions))
	s.mux.HandleFunc("GET "+Version+"/me/accounts", s.asOwner(s.accounts))
	s.control()
	return s
}

// ServeHTTP answers as Facebook does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// OnReply lets f react to every comment made through the API. It runs before the answer
// goes out and may call the stand-in.
func (s *Server) OnReply(f func(reply Post)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onReply = f
}

// OnMessage lets f react to every message and private reply sent through the API, like OnReply.
func (s *Server) OnMessage(f func(message Post)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onMessage = f
}

// AppID names the app, AppSecret signs the webhooks, VerifyToken sets them up.
func (s *Server) AppID() string       { return s.opts.AppID }
func (s *Server) AppSecret() string   { return s.opts.AppSecret }
func (s *Server) VerifyToken() string { return s.opts.VerifyToken }

// next is a number that was not used before.
func (s *Server) next() string {
	s.seq++
	return strconv.FormatInt(s.seq, 10)
}

// now is the clock with Facebook's precision: whole seconds.
func (s *Server) now() time.Time { return s.opts.Now().UTC().Truncate(time.Second) }

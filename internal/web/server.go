package web

import (
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
)

// Options are the parts that a server is built of.
type Options struct {
	Auth        *auth.Auth
	Texts       *i18n.Texts
	Log         *slog.Logger
	Now         func() time.Time
	Secure      bool   // visitors come by https: cookies insist on it
	ProxyHeader string // header in which our own proxy gives the visitor's address, or empty
	// Ready says whether the program can serve, for /readyz.
	Ready func(context.Context) error
	// Observe hears of every request by the pattern of its route; it may be nil.
	Observe func(route string, status int, took time.Duration)
	// Templates replaces the embedded pages by a folder that is read anew at each
	// request, for those who write pages.
	Templates fs.FS
}

// Server renders pages and wraps their handlers.
type Server struct {
	Options
	templates *templates
	assets    *assets
	reports   atomic.Int64
	ending    context.Context // over when the server stops: open streams end with it
	end       context.CancelFunc
}

// New parses the pages and hashes the static files.
func New(o Options) (*Server, error) {
	s := &Server{Options: o}
	s.ending, s.end = context.WithCancel(context.Background())
	static, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	if s.assets, err = newAssets(static); err != nil {
		return nil, err
	}
	pages, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		return nil, err
	}
	if o.Templates != nil {
		pages = o.Templates
	}
	s.templates, err = newTemplates(pages, template.FuncMap{"icon": s.icon}, o.Templates != nil)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Raw is a handler outside the pages (webhooks, the API): no session, no language, its
// own checks.
type Raw struct {
	Pattern string
	Handler http.Handler
}

// Handler serves the routes of all areas. Two routes that claim the same address are a
// mistake of the program and refused.
func (s *Server) Handler(routes []Route, raw ...Raw) (_ http.Handler, err error) {
	defer func() {
		if p := recover(); p != nil { // how ServeMux refuses a pattern
			err = fmt.Errorf("routes: %v", p)
		}
	}()
	mux := http.NewServeMux()
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.Auth.Sessions(s.route(Route{Public: true, Handler: crossOrigin})))
	for _, rt := range append(routes, Route{Pattern: "/", Public: true, Handler: notFound}) {
		pattern := strings.TrimSpace(rt.Method + " " + rt.Pattern)
		mux.Handle(pattern, s.timed(rt, guard.Handler(s.Auth.Sessions(s.route(rt)))))
	}
	for _, x := range raw {
		mux.Handle(x.Pattern, x.Handler)
	}
	mux.Handle("GET /static/", s.assets)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("POST /csp-report", s.cspReport)
	return s.logged(s.secure(mux)), nil
}

// pageTime is the longest that a page may take, sending a file included.
const pageTime = 60 * time.Second

// timed gives each request its time; streams have none but the end of the program.
func (s *Server) timed(rt Route, next http.Handler) http.Handler {
	if rt.Stream {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithCancel(r.Context())
			defer cancel()
			defer context.AfterFunc(s.ending, cancel)()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), pageTime)
		defer cancel()
		c := http.NewResponseController(w)
		deadline := time.Now().Add(pageTime) // the connection's clock is the machine's
		_ = c.SetReadDeadline(deadline)      // a test's recorder has no connection
		_ = c.SetWriteDeadline(deadline)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// HTTP is the server for the handler, with time limits for slow and idle visitors. What
// a page may take is limited route by route, so that streams stay open until it stops.
func (s *Server) HTTP(handler http.Handler) *http.Server {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(s.end)
	return server
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if s.Ready != nil {
		if err := s.Ready(ctx); err != nil {
			s.Log.WarnContext(ctx, "not ready", "err", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
	}
	fmt.Fprintln(w, "ready")
}

func notFound(http.ResponseWriter, *http.Request, *Visit) error { return grievance.ErrNotFound }

// crossOrigin answers a form that another site sent in our visitor's name.
func crossOrigin(http.ResponseWriter, *http.Request, *Visit) error { return grievance.ErrForbidden }

package web

import (
	"net/http"

	"nivaran/internal/grievance"
)

// Handler answers a request or says why it cannot; what it returns becomes an error page.
// The visit tells who asks and in which language.
type Handler func(w http.ResponseWriter, r *http.Request, v *Visit) error

// Route is one line of an area's map.
type Route struct {
	Method  string
	Pattern string // as in http.ServeMux, without the method
	Handler Handler
	// Public routes answer strangers. All others ask for a signed-in officer, and for
	// May where it is set.
	Public bool
	May    grievance.Permission
	// Body is how much may be sent, in bytes; 0: the usual limit.
	Body int64
	// Stream routes stay open and write as they go; they have no time limit.
	Stream bool
}

// bodyLimit is enough for any form without files.
const bodyLimit = 256 << 10

func (rt Route) limit() int64 {
	if rt.Body > 0 {
		return rt.Body
	}
	return bodyLimit
}

// route wraps the handler of one line of the map: visit, permission, errors.
func (s *Server) route(rt Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := s.visit(w, r)
		if err != nil {
			s.fail(w, r, v, err)
			return
		}
		switch {
		case rt.Public:
		case v.Who == nil:
			s.toSignIn(w, r)
			return
		case rt.May != "" && !v.Who.Actor.May(rt.May):
			s.fail(w, r, v, grievance.ErrForbidden)
			return
		case v.Who.AskProvider && r.Method == http.MethodGet && !rt.Stream && r.Header.Get("HX-Request") == "":
			Redirect(w, r, "/sign-in/provider?quiet=1&next="+escape(r.URL.RequestURI()))
			return
		}
		if v.Who != nil {
			v.Who.Actor.Via = rt.Method + " " + rt.Pattern
		}
		r.Body = http.MaxBytesReader(w, r.Body, rt.limit())
		if err := rt.Handler(w, r, v); err != nil {
			s.fail(w, r, v, err)
		}
	})
}

// toSignIn leads a stranger to the sign-in and back to what was asked for.
func (s *Server) toSignIn(w http.ResponseWriter, r *http.Request) {
	to := "/sign-in"
	if r.Method == http.MethodGet && r.Header.Get("HX-Request") == "" {
		to += "?next=" + escape(r.URL.RequestURI())
	}
	Redirect(w, r, to)
}

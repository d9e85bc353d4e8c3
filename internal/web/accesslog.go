package web

import (
	"net/http"
	"runtime/debug"
	"time"
)

// logged writes one line a request, with the route's pattern in place of the address, and
// keeps a panic of one request from ending the others.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		seen := &seenWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				s.Log.ErrorContext(r.Context(), "panic in a request", "route", routeOf(r), "panic", p, "stack", string(debug.Stack()))
				if !seen.written {
					http.Error(seen, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				}
			}
			took := time.Since(begin)
			s.Log.InfoContext(r.Context(), "request", "route", routeOf(r), "status", seen.status, "took", took)
			if s.Observe != nil {
				s.Observe(routeOf(r), seen.status, took)
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

// seenWriter remembers what was answered.
type seenWriter struct {
	http.ResponseWriter
	status  int
	written bool
}

// WriteHeader keeps the first status.
func (w *seenWriter) WriteHeader(status int) {
	if !w.written {
		w.status, w.written = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *seenWriter) Write(b []byte) (int, error) {
	w.written = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets a stream flush and set deadlines.
func (w *seenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

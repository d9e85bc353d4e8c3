package web

import (
	"crypto/rand"
	"errors"
	"net/http"

	"nivaran/internal/grievance"
)

// failPage says in kind words what is so and what can be done.
type failPage struct {
	Page
	Title, Text string
	Number      string // of a failure of ours, for the administrator
	Icon        string
}

// fail turns an error into its page: not found, not allowed, changed meanwhile, not to be
// taken, or a failure of ours, which is logged here and nowhere else.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, v *Visit, err error) {
	if v == nil || v.Printer == nil {
		v = &Visit{Printer: s.Texts.In(r.Header.Get("Accept-Language")), url: r.URL}
	}
	status, p := s.failure(r, err)
	p.Page = s.Page(v)
	p.Title, p.Text = v.T(p.Title), v.T(p.Text, "Number", p.Number)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		p.Text = v.T(invalid.Key, invalid.Args)
	}
	if err := s.Render(w, status, "error", p); err != nil {
		s.Log.ErrorContext(r.Context(), "cannot show the page of an error", "err", err)
		http.Error(w, http.StatusText(status), status)
	}
}

func (s *Server) failure(r *http.Request, err error) (int, failPage) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge, failPage{Title: "error.large_title", Text: "error.large", Icon: "exclamation-circle"}
	}
	if _, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return http.StatusUnprocessableEntity, failPage{Title: "error.invalid_title", Icon: "exclamation-circle"}
	}
	switch {
	case errors.Is(err, grievance.ErrNotFound):
		return http.StatusNotFound, failPage{Title: "error.not_found_title", Text: "error.not_found", Icon: "signpost-split"}
	case errors.Is(err, grievance.ErrForbidden):
		return http.StatusForbidden, failPage{Title: "error.forbidden_title", Text: "error.forbidden", Icon: "lock"}
	case errors.Is(err, grievance.ErrConflict):
		return http.StatusConflict, failPage{Title: "error.conflict_title", Text: "error.conflict", Icon: "people"}
	}
	number := failureNumber()
	if r.Context().Err() == nil { // else the reader has left, and the work was stopped for that
		s.Log.ErrorContext(r.Context(), "request failed", "number", number, "route", routeOf(r), "err", err)
	}
	return http.StatusInternalServerError, failPage{Title: "error.internal_title", Text: "error.internal", Number: number, Icon: "tools"}
}

// failureNumber is what a reader quotes to the administrator, who finds it in the log.
func failureNumber() string {
	const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	var b [8]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b[:4]) + "-" + string(b[4:])
}

// routeOf is the pattern that a request met: an address itself can hold what nobody
// should read in a log.
func routeOf(r *http.Request) string {
	if r.Pattern == "" {
		return r.Method + " (none)"
	}
	return r.Pattern
}

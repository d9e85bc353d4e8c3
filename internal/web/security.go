package web

import (
	"encoding/json"
	"io"
	"net/http"
)

// policy is what pages may load: our own files and nothing else, no inline script or
// style. Pictures may be data: Bootstrap's style sheet draws its arrows so.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri /csp-report"

// FramePolicy is for what came from outside and is shown in a frame of its own: nothing
// runs, nothing loads, and only a page of ours may frame it.
const FramePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// secure sets the headers of every answer.
func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// cspReport takes a browser's word that a page tried what the policy forbids. Only the
// directive and the kind of page are logged, not the address.
func (s *Server) cspReport(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Report struct {
			Directive string `json:"effective-directive"`
			Blocked   string `json:"blocked-uri"`
			Line      int    `json:"line-number"`
		} `json:"csp-report"`
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<10))
	if err == nil && json.Unmarshal(b, &body) == nil {
		s.reports.Add(1)
		s.Log.WarnContext(r.Context(), "a page broke the content policy",
			"directive", clip(body.Report.Directive), "blocked", clip(body.Report.Blocked), "line", body.Report.Line)
	}
	w.WriteHeader(http.StatusNoContent)
}

// PolicyReports counts what browsers reported since the start; a sound program has none.
func (s *Server) PolicyReports() int64 { return s.reports.Load() }

func clip(s string) string { return s[:min(len(s), 80)] }

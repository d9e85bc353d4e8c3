package web

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"nivaran/internal/grievance"
)

// PathID reads an id from the address; one that is none is not found.
func PathID(r *http.Request, name string) (grievance.ID, error) {
	return grievance.ParseID(r.PathValue(name))
}

// FormID reads an id from a form field; an empty field gives 0.
func FormID(r *http.Request, name string) (grievance.ID, error) {
	text := strings.TrimSpace(r.FormValue(name))
	if text == "" {
		return 0, nil
	}
	id, err := grievance.ParseID(text)
	if err != nil {
		return 0, grievance.Invalid(name, "error.not_a_choice")
	}
	return id, nil
}

// Redirect leads to a page of ours after a change. A request made by a script is told to
// load it as a page where the layout may differ.
func Redirect(w http.ResponseWriter, r *http.Request, to string) {
	if r.Header.Get("HX-Request") != "" && strings.HasPrefix(to, "/sign-in") {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// LocalPath gives to when it is an address within this program, else fallback: nobody is
// sent elsewhere by a link.
func LocalPath(to, fallback string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return fallback
	}
	return to
}

func escape(s string) string { return url.QueryEscape(s) }

// address is where the visitor comes from: the last entry that our own proxy added, or
// the peer of the connection.
func (s *Server) address(r *http.Request) string {
	if s.ProxyHeader != "" {
		if all := r.Header.Values(s.ProxyHeader); len(all) > 0 {
			parts := strings.Split(all[len(all)-1], ",")
			if ip := net.ParseIP(strings.TrimSpace(parts[len(parts)-1])); ip != nil {
				return ip.String()
			}
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

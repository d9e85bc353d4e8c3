package facebooktest

import (
	"net/http"
	"strconv"
	"time"
)

// hide takes a citizen's comment on the caller's wall from the sight of others, or shows
// it again.
func (s *Server) hide(r *http.Request, page *Page) answer {
	id := r.PathValue("id")
	p := s.byID[id]
	if p == nil || p.Removed || p.PageID != page.ID || p.Kind != KindComment {
		return missing(id)
	}
	hidden, err := strconv.ParseBool(r.FormValue("is_hidden"))
	if err != nil {
		return invalid("(#100) Param is_hidden must be a boolean")
	}
	if p.FromPage {
		return refuse(http.StatusForbidden, 200, 0, "(#200) You cannot hide your own comment")
	}
	p.Hidden = hidden
	s.announce(p, hideVerb(hidden))
	return ok(map[string]any{"success": true})
}

// delete removes a comment on the caller's wall, or a post of the caller's own.
func (s *Server) delete(r *http.Request, page *Page) answer {
	id := r.PathValue("id")
	p := s.byID[id]
	switch {
	case p == nil || p.Removed || p.PageID != page.ID || p.Kind == KindMessage:
		return missing(id)
	case p.Kind == KindPost && !p.FromPage:
		return refuse(http.StatusForbidden, 200, 0, "(#200) Permissions error")
	}
	s.remove(p)
	s.announce(p, "remove")
	return ok(map[string]any{"success": true})
}

// debugToken tells of a token whether it lives, for which page, and what it may do.
func (s *Server) debugToken(r *http.Request, _ *Page) answer {
	token := r.FormValue("input_token")
	for _, p := range s.pages {
		if p.Token == token && !p.dead {
			return ok(map[string]any{"data": map[string]any{
				"app_id": s.opts.AppID, "type": "PAGE", "is_valid": true, "profile_id": p.ID, "scopes": p.Scopes,
				"expires_at": 0, "data_access_expires_at": seconds(p.ends),
			}})
		}
	}
	return ok(map[string]any{"data": map[string]any{
		"is_valid": false, "scopes": []string{},
		"error": map[string]any{"code": 190, "message": "Error validating access token"},
	}})
}

// seconds is how the Graph API writes the end of something; 0 for never.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

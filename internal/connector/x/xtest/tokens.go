package xtest

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"
)

// TokenLife is how long an access token serves.
const TokenLife = 2 * time.Hour

// Tokens is what an account owner's consent gives.
type Tokens struct {
	Access, Refresh string
	ExpiresAt       time.Time
}

// grant is one consent; a refresh ends it and makes the next.
type grant struct {
	userID  string
	scopes  []string
	expires time.Time
}

// allScopes is what the program asks an account's owner for.
var allScopes = []string{"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"}

// Authorize is the owner of handle consenting to scopes; none means all that the
// program asks for.
func (s *Server) Authorize(handle string, scopes ...string) Tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.handles[strings.ToLower(handle)]
	if u == nil {
		return Tokens{}
	}
	if len(scopes) == 0 {
		scopes = allScopes
	}
	return s.issue(u.ID, scopes)
}

// Revoke ends all consent of handle, as when the owner removes the app.
func (s *Server) Revoke(handle string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.handles[strings.ToLower(handle)]
	if u == nil {
		return
	}
	for _, g := range s.access {
		if g.userID == u.ID {
			s.drop(g)
		}
	}
	for _, g := range s.refresh {
		if g.userID == u.ID {
			s.drop(g)
		}
	}
}

func (s *Server) issue(userID string, scopes []string) Tokens {
	g := &grant{userID: userID, scopes: scopes, expires: s.opts.Now().Add(TokenLife)}
	t := Tokens{Access: "access-" + rand.Text(), Refresh: "refresh-" + rand.Text(), ExpiresAt: g.expires}
	s.access[t.Access], s.refresh[t.Refresh] = g, g
	return t
}

// client refuses whoever is not the app.
func (s *Server) client(r *http.Request) *answer {
	id, secret, given := r.BasicAuth()
	if !given || subtle.ConstantTimeCompare([]byte(id+" "+secret), []byte(s.opts.ClientID+" "+s.opts.ClientSecret)) != 1 {
		return &answer{status: http.StatusUnauthorized, body: map[string]string{"error": "unauthorized_client", "error_description": "Missing valid authorization header"}}
	}
	return nil
}

// token exchanges a code or a refresh token, once.
func (s *Server) token(r *http.Request) answer {
	if no := s.client(r); no != nil {
		return *no
	}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		return s.redeem(r)
	case "refresh_token":
	default:
		return refusedGrant("unsupported_grant_type", "grant_type")
	}
	g := s.refresh[r.PostFormValue("refresh_token")]
	if g == nil {
		return refusedGrant("invalid_grant", "Value passed for the token was invalid.")
	}
	s.drop(g)
	return granted(s.issue(g.userID, g.scopes), g.scopes)
}

// caller is who a request's token speaks for; app tokens speak for nobody.
type caller struct{ user *User }

func (c caller) name() string {
	if c.user == nil {
		return "app"
	}
	return c.user.ID
}

// rule says which tokens a call takes.
type rule int

const (
	eitherToken rule = iota
	userOnly
	appOnly
)

// authorize tells who calls, or refuses.
func (s *Server) authorize(r *http.Request, takes rule, scope string) (caller, *answer) {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	no := refuse(http.StatusUnauthorized, "", "Unauthorized", "Unauthorized")
	unsupported := refuse(http.StatusForbidden, "unsupported-authentication", "Unsupported Authentication",
		"Authenticating with this kind of token is forbidden for this endpoint.")
	if bearer == s.opts.AppToken {
		if takes == userOnly {
			return caller{}, &unsupported
		}
		return caller{}, nil
	}
	g := s.access[bearer]
	switch {
	case g == nil || !s.opts.Now().Before(g.expires):
		return caller{}, &no
	case takes == appOnly:
		return caller{}, &unsupported
	case scope != "" && !slices.Contains(g.scopes, scope):
		a := refuse(http.StatusForbidden, "", "Forbidden", "Your token lacks the scope "+scope+".")
		return caller{}, &a
	}
	u := s.users[g.userID]
	if u.Suspended {
		a := refuse(http.StatusForbidden, "client-forbidden", "Forbidden", "This account is suspended.")
		return caller{}, &a
	}
	return caller{user: u}, nil
}

// me answers who the token belongs to.
func (s *Server) me(_ *http.Request, who caller) answer { return ok(map[string]any{"data": who.user}) }

// usersBy finds users by their handles.
func (s *Server) usersBy(r *http.Request, _ caller) answer {
	names := strings.Split(cmp.Or(r.FormValue("usernames"), " "), ",")
	if len(names) > 100 || names[0] == " " {
		return invalid("usernames", "usernames must hold 1 to 100 names")
	}
	var found []*User
	var missing []map[string]any
	for _, name := range names {
		u := s.handles[strings.ToLower(name)]
		if u == nil || u.Suspended {
			missing = append(missing, notFound("user", "usernames", name))
			continue
		}
		found = append(found, u)
	}
	body := map[string]any{}
	if found != nil {
		body["data"] = found
	}
	if missing != nil {
		body["errors"] = missing
	}
	return ok(body)
}

// notFound is an entry of errors beside data.
func notFound(resource, parameter, value string) map[string]any {
	return map[string]any{
		"value": value, "resource_id": value, "resource_type": resource, "parameter": parameter,
		"title": "Not Found Error", "type": problemTypes + "resource-not-found",
		"detail": "Could not find " + resource + " with " + parameter + ": [" + value + "].",
	}
}

package xtest

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// CodeLife is how long a code of consent can be redeemed.
const CodeLife = 30 * time.Second

// code is a consent that was given and not yet redeemed.
type code struct {
	userID    string
	scopes    []string
	redirect  string
	challenge string
	ends      time.Time
}

// AllowRedirect registers an address to which the app's users may be sent back.
func (s *Server) AllowRedirect(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redirects = append(s.redirects, address)
}

// everyScope is what an app can ask for here.
var everyScope = append([]string{"tweet.moderate.write"}, allScopes...)

// refusedConsent says why a page of consent is not shown; nobody is sent anywhere by a
// request that may be forged.
func (s *Server) refusedConsent(q url.Values) string {
	scopes := strings.Fields(q.Get("scope"))
	switch {
	case q.Get("client_id") != s.opts.ClientID:
		return "You weren't able to give access to the App: it is not known."
	case !slices.Contains(s.redirects, q.Get("redirect_uri")):
		return "Something went wrong: the callback address is not registered for this App."
	case q.Get("response_type") != "code" || q.Get("state") == "":
		return "Something went wrong: response_type must be code, and state must be given."
	case q.Get("code_challenge") == "" || q.Get("code_challenge_method") != "S256":
		return "Something went wrong: code_challenge with the method S256 must be given."
	case len(scopes) == 0 || slices.ContainsFunc(scopes, func(x string) bool { return !slices.Contains(everyScope, x) }):
		return "Something went wrong: scope is missing or not known."
	}
	return ""
}

var consentPage = template.Must(template.New("consent").Parse(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Authorize app</title>
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}button,input{font:inherit;padding:.5rem 1rem;margin:.25rem 0}</style></head><body>
<p><small>A stand-in of X: nothing leaves this machine.</small></p>
{{if .Problem}}<h1>Something went wrong</h1><p id="problem">{{.Problem}}</p>{{else}}<h1>Nivaran wants to access your X account</h1>
<p>It will be able to:</p><ul>{{range .Scopes}}<li>{{.}}</li>{{end}}</ul>
<form method="post"><p><label for="handle">You are signed in as @</label><input id="handle" name="handle" required value="{{.Handle}}"></p>
<p><button name="decision" value="authorize">Authorize app</button> <button name="decision" value="cancel" formnovalidate>Cancel</button></p></form>{{end}}</body></html>`))

type consentView struct {
	Problem, Handle string
	Scopes          []string
}

func show(w http.ResponseWriter, status int, v consentView) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = consentPage.Execute(w, v) // a reader that went away
}

// askConsent is the page on which the owner of an account decides.
func (s *Server) askConsent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if problem := s.refusedConsent(q); problem != "" {
		show(w, http.StatusBadRequest, consentView{Problem: problem})
		return
	}
	show(w, http.StatusOK, consentView{Scopes: strings.Fields(q.Get("scope"))})
}

// decide sends the owner back with a code, or with the refusal.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if problem := s.refusedConsent(q); problem != "" {
		show(w, http.StatusBadRequest, consentView{Problem: problem})
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	if r.PostFormValue("decision") != "authorize" {
		back.Set("error", "access_denied")
	} else {
		u := s.handles[strings.ToLower(strings.TrimPrefix(r.PostFormValue("handle"), "@"))]
		if u == nil || u.Suspended {
			show(w, http.StatusBadRequest, consentView{Problem: "There is no such account to be signed in as."})
			return
		}
		name := rand.Text()
		s.codes[name] = code{userID: u.ID, scopes: strings.Fields(q.Get("scope")), redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), ends: s.opts.Now().Add(CodeLife)}
		back.Set("code", name)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// redeem exchanges a code for tokens, once.
func (s *Server) redeem(r *http.Request) answer {
	name := r.PostFormValue("code")
	c, known := s.codes[name]
	delete(s.codes, name)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	verifier := base64.RawURLEncoding.EncodeToString(sum[:])
	switch {
	case !known || !s.opts.Now().Before(c.ends):
		return refusedGrant("invalid_request", "Value passed for the authorization code was invalid.")
	case r.PostFormValue("redirect_uri") != c.redirect:
		return refusedGrant("invalid_request", "Value passed for the redirect uri did not match the uri of the authorization code.")
	case subtle.ConstantTimeCompare([]byte(verifier), []byte(c.challenge)) != 1:
		return refusedGrant("invalid_request", "Value passed for the code verifier did not match the code challenge.")
	}
	t := s.issue(c.userID, c.scopes)
	if !slices.Contains(c.scopes, "offline.access") {
		delete(s.refresh, t.Refresh)
		t.Refresh = ""
	}
	return granted(t, c.scopes)
}

func refusedGrant(kind, words string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]string{"error": kind, "error_description": words}}
}

func granted(t Tokens, scopes []string) answer {
	body := map[string]any{"token_type": "bearer", "expires_in": int(TokenLife.Seconds()), "scope": strings.Join(scopes, " "), "access_token": t.Access}
	if t.Refresh != "" {
		body["refresh_token"] = t.Refresh
	}
	return ok(body)
}

// revoke ends the consent that a token stands for.
func (s *Server) revoke(r *http.Request) answer {
	if no := s.client(r); no != nil {
		return *no
	}
	token := r.PostFormValue("token")
	g := s.refresh[token]
	if g == nil {
		g = s.access[token]
	}
	if g != nil {
		s.drop(g)
	}
	return ok(map[string]bool{"revoked": true})
}

// drop ends a consent.
func (s *Server) drop(g *grant) {
	for _, tokens := range []map[string]*grant{s.access, s.refresh} {
		for t, held := range tokens {
			if held == g {
				delete(tokens, t)
			}
		}
	}
}

package emailtest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
)

// Style is whose ways the page of consent has.
type Style string

// The styles. Google's refresh token stays the same, Microsoft's changes with every use.
const (
	Google    Style = "google"
	Microsoft Style = "microsoft"
)

// How long a code of consent and an access token serve.
const (
	CodeLife  = 30 * time.Second
	TokenLife = time.Hour
)

// App is the program that asks for consent, as it is registered with the mail service.
type App struct{ ClientID, ClientSecret string }

// DefaultApp is how the stand-in knows the program unless Options say other.
var DefaultApp = App{"mail-client", "mail-secret"}

// scopesOf are the permissions that reading and sending need.
var scopesOf = map[Style][]string{
	Google:    {"https://mail.google.com/"},
	Microsoft: {"https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"},
}

// consent is what the owner of a mailbox granted.
type consent struct {
	style     Style
	address   string
	scopes    []string
	redirect  string
	challenge string
	offline   bool
	ends      time.Time // of the code or access token
}

// AllowRedirect registers an address to which the app's users may be sent back.
func (s *Server) AllowRedirect(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redirects = append(s.redirects, address)
}

// Revoke ends all consent to a mailbox, as when its owner removes the app; open
// connections are cut.
func (s *Server) Revoke(address string) {
	s.mu.Lock()
	for _, tokens := range []map[string]*consent{s.access, s.refresh} {
		for t, c := range tokens {
			if c.address == strings.ToLower(address) {
				delete(tokens, t)
			}
		}
	}
	s.mu.Unlock()
	s.imapLn.cutAll()
}

// ServeHTTP is the web side of the mail service: /google/authorize, /google/token,
// /google/revoke, the same for microsoft but for revoke, and the control of the stand-in.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) routes() {
	s.mux = http.NewServeMux()
	for _, style := range []Style{Google, Microsoft} {
		s.mux.HandleFunc("GET /"+string(style)+"/authorize", func(w http.ResponseWriter, r *http.Request) { s.askConsent(w, r, style) })
		s.mux.HandleFunc("POST /"+string(style)+"/authorize", func(w http.ResponseWriter, r *http.Request) { s.decide(w, r, style) })
		s.mux.HandleFunc("POST /"+string(style)+"/token", func(w http.ResponseWriter, r *http.Request) { s.token(w, r, style) })
	}
	s.mux.HandleFunc("POST /google/revoke", s.revokeToken)
	s.control()
}

func (s *Server) refusedConsent(q url.Values, style Style) string {
	scopes := without(strings.Fields(q.Get("scope")), []string{"offline_access"})
	switch {
	case q.Get("client_id") != s.opts.App.ClientID:
		return "Error 401: invalid_client. The OAuth client was not found."
	case !slices.Contains(s.redirects, q.Get("redirect_uri")):
		return "Error 400: redirect_uri_mismatch."
	case q.Get("response_type") != "code" || q.Get("code_challenge") == "" || q.Get("code_challenge_method") != "S256":
		return "Error 400: invalid_request."
	case len(scopes) == 0 || len(without(scopes, scopesOf[style])) > 0:
		return "Error 400: invalid_scope."
	}
	return ""
}

func without(list, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(taken, x) })
}

var consentPage = template.Must(template.New("consent").Parse(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in to the mail service</title>
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}button,input{font:inherit;margin:.25rem 0}button{padding:.5rem 1rem}</style></head><body>
<p><small>A stand-in of a mail service: nothing leaves this machine.</small></p>
{{if .Problem}}<h1>Access blocked</h1><p id="problem">{{.Problem}}</p>{{else}}<h1>Nivaran wants to access your mailbox</h1>
<form method="post"><p><label for="address">You are signed in as</label> <input id="address" name="address" type="email" required value="{{.Address}}"></p>
<fieldset><legend>It asks for</legend>{{range .Scopes}}<p><label><input type="checkbox" name="scope" value="{{.}}" checked> {{.}}</label></p>{{end}}</fieldset>
<p><button name="decision" value="authorize">Authorize app</button> <button name="decision" value="cancel" formnovalidate>Cancel</button></p></form>{{end}}</body></html>`))

type consentView struct {
	Problem, Address string
	Scopes           []string
}

func show(w http.ResponseWriter, status int, v consentView) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = consentPage.Execute(w, v) // a reader that went away
}

func (s *Server) askConsent(w http.ResponseWriter, r *http.Request, style Style) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if problem := s.refusedConsent(q, style); problem != "" {
		show(w, http.StatusBadRequest, consentView{Problem: problem})
		return
	}
	show(w, http.StatusOK, consentView{Address: q.Get("login_hint"), Scopes: without(strings.Fields(q.Get("scope")), []string{"offline_access"})})
}

func (s *Server) decide(w http.ResponseWriter, r *http.Request, style Style) {
	if err := r.ParseForm(); err != nil {
		show(w, http.StatusBadRequest, consentView{Problem: "The form cannot be read."})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if problem := s.refusedConsent(q, style); problem != "" {
		show(w, http.StatusBadRequest, consentView{Problem: problem})
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	address := strings.ToLower(strings.TrimSpace(r.PostForm.Get("address")))
	switch {
	case r.PostForm.Get("decision") != "authorize":
		back.Set("error", "access_denied")
	case s.mailboxes[address].Address == "":
		show(w, http.StatusBadRequest, consentView{Problem: "Couldn't find your account."})
		return
	default:
		asked := strings.Fields(q.Get("scope"))
		name := rand.Text()
		s.codes[name] = &consent{
			style: style, address: address, scopes: without(asked, without(asked, r.PostForm["scope"])), redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"),
			offline: q.Get("access_type") == "offline" || slices.Contains(asked, "offline_access"), ends: s.opts.Now().Add(CodeLife),
		}
		back.Set("code", name)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func refuse(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": kind, "error_description": "Refused by the stand-in."})
}

// token exchanges a code, once, or a refresh token.
func (s *Server) token(w http.ResponseWriter, r *http.Request, style Style) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tokenTrouble > 0 {
		s.tokenTrouble--
		refuse(w, http.StatusServiceUnavailable, "temporarily_unavailable")
		return
	}
	if r.PostFormValue("client_id") != s.opts.App.ClientID || r.PostFormValue("client_secret") != s.opts.App.ClientSecret {
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		s.redeem(w, r, style)
	case "refresh_token":
		c := s.refresh[r.PostFormValue("refresh_token")]
		if c == nil || c.style != style {
			refuse(w, http.StatusBadRequest, "invalid_grant")
			return
		}
		if style == Microsoft {
			delete(s.refresh, r.PostFormValue("refresh_token"))
		}
		s.grant(w, *c, style == Microsoft)
	default:
		refuse(w, http.StatusBadRequest, "unsupported_grant_type")
	}
}

func (s *Server) redeem(w http.ResponseWriter, r *http.Request, style Style) {
	name := r.PostFormValue("code")
	c := s.codes[name]
	delete(s.codes, name)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if c == nil || c.style != style || !s.opts.Now().Before(c.ends) || c.redirect != r.PostFormValue("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != c.challenge {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	s.grant(w, *c, c.offline)
}

func (s *Server) grant(w http.ResponseWriter, c consent, refresh bool) {
	c.ends = s.opts.Now().Add(TokenLife)
	access := "access-" + rand.Text()
	s.access[access] = &c
	body := map[string]any{"token_type": "Bearer", "expires_in": int(TokenLife.Seconds()), "scope": strings.Join(without(c.scopes, []string{"offline_access"}), " "), "access_token": access}
	if refresh {
		token := "refresh-" + rand.Text()
		s.refresh[token] = &c
		body["refresh_token"] = token
		if s.consentLife > 0 {
			body["refresh_token_expires_in"] = int(s.consentLife.Seconds())
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	c := s.refresh[r.FormValue("token")]
	s.mu.Unlock()
	if c == nil {
		refuse(w, http.StatusBadRequest, "invalid_token")
		return
	}
	s.Revoke(c.address)
}

// opened says whether an access token opens the mailbox.
func (s *Server) opened(address, token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.access[token]
	return c != nil && c.address == strings.ToLower(address) && s.opts.Now().Before(c.ends) && len(without(scopesOf[c.style], c.scopes)) == 0
}

// xoauth2 is the server's side of signing in with an access token. A token that does not
// open the mailbox is answered by an account of the error, and then by a refusal.
type xoauth2 struct {
	server *Server
	enter  func(address string) error
	refuse error
	failed bool
}

var _ sasl.Server = (*xoauth2)(nil)

func (x *xoauth2) Next(response []byte) (challenge []byte, done bool, err error) {
	if x.failed {
		return nil, false, x.refuse
	}
	if response == nil {
		return []byte{}, false, nil
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(response), "user="), "\x01")
	token, _, _ := strings.Cut(strings.TrimPrefix(rest, "auth=Bearer "), "\x01")
	if !x.server.opened(user, token) {
		x.failed = true
		return []byte(`{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}`), false, nil
	}
	return nil, true, x.enter(strings.ToLower(user))
}

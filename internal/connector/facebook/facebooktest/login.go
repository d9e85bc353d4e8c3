package facebooktest

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// CodeLife is how long a code of consent can be redeemed.
const CodeLife = 30 * time.Second

// owner is a person who has let the app use pages: user tokens speak for one.
type owner struct {
	redirect string
	pages    []string
	granted  []string
	ends     time.Time // of the code, later of the token
	long     bool
}

// AllowRedirect registers an address to which the app's users may be sent back.
func (s *Server) AllowRedirect(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redirects = append(s.redirects, address)
}

// SetEnds says when the consent behind a page's token ends; zero: never, as with a system
// user's.
func (s *Server) SetEnds(page string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[page].ends = at
}

// refusedDialog says why the dialog is not shown; nobody is sent anywhere by a request
// that may be forged.
func (s *Server) refusedDialog(q url.Values) string {
	switch {
	case q.Get("client_id") != s.opts.AppID:
		return "Invalid App ID: the provided app ID does not look like a valid app ID."
	case !slices.Contains(s.redirects, q.Get("redirect_uri")):
		return "URL blocked: this redirect failed because the redirect URI is not white-listed in the app's client OAuth settings."
	case q.Get("response_type") != "code":
		return "Invalid parameter: response_type."
	case len(scopes(q)) == 0 || len(without(scopes(q), strings.Fields(permissions))) > 0:
		return "Invalid scopes: " + q.Get("scope")
	}
	return ""
}

func scopes(q url.Values) []string {
	return strings.FieldsFunc(q.Get("scope"), func(r rune) bool { return r == ',' || r == ' ' })
}

func without(list, allowed []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(allowed, x) })
}

var dialogPage = template.Must(template.New("dialog").Parse(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Log in with Facebook</title>
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}button,input{font:inherit;margin:.25rem 0}button{padding:.5rem 1rem}</style></head><body>
<p><small>A stand-in of Facebook: nothing leaves this machine.</small></p>
{{if .Problem}}<h1>Sorry, something went wrong</h1><p id="problem">{{.Problem}}</p>{{else}}<h1>Nivaran wants to manage your pages</h1>
<form method="post"><fieldset><legend>Which pages?</legend>{{range .Pages}}<p><label><input type="checkbox" name="page" value="{{.ID}}"> {{.Name}}</label></p>{{else}}<p>You have no page.</p>{{end}}</fieldset>
<fieldset><legend>What is Nivaran allowed to do?</legend>{{range .Scopes}}<p><label><input type="checkbox" name="permission" value="{{.}}" checked> {{.}}</label></p>{{end}}</fieldset>
<p><button name="decision" value="authorize">Authorize app</button> <button name="decision" value="cancel">Cancel</button></p></form>{{end}}</body></html>`))

type dialogView struct {
	Problem string
	Pages   []Page
	Scopes  []string
}

func show(w http.ResponseWriter, status int, v dialogView) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = dialogPage.Execute(w, v) // a reader that went away
}

// dialog is the page on which the owner of pages decides.
func (s *Server) dialog(w http.ResponseWriter, r *http.Request) {
	pages := s.Pages()
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if problem := s.refusedDialog(q); problem != "" {
		show(w, http.StatusBadRequest, dialogView{Problem: problem})
		return
	}
	show(w, http.StatusOK, dialogView{Pages: pages, Scopes: scopes(q)})
}

// decide sends the owner back with a code, or with the refusal.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		show(w, http.StatusBadRequest, dialogView{Problem: "The form cannot be read."})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if problem := s.refusedDialog(q); problem != "" {
		show(w, http.StatusBadRequest, dialogView{Problem: problem})
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	if r.PostForm.Get("decision") != "authorize" {
		back.Set("error", "access_denied")
		back.Set("error_reason", "user_denied")
	} else {
		code := rand.Text()
		asked := scopes(q)
		s.codes[code] = &owner{redirect: q.Get("redirect_uri"), pages: r.PostForm["page"], granted: without(asked, without(asked, r.PostForm["permission"])), ends: s.now().Add(CodeLife)}
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// accessToken exchanges a code for a token of two hours, and that for one of sixty days.
func (s *Server) accessToken(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	a := s.exchange(r)
	s.mu.Unlock()
	a.write(w)
}

func (s *Server) exchange(r *http.Request) answer {
	s.calls[AccessToken]++
	if list := s.failures[AccessToken]; len(list) > 0 {
		s.failures[AccessToken] = list[1:]
		return failed(list[0])
	}
	if r.FormValue("client_id") != s.opts.AppID || r.FormValue("client_secret") != s.opts.AppSecret {
		return refuse(http.StatusBadRequest, 101, 0, "Error validating application. Cannot get application info due to a system error.")
	}
	if r.FormValue("grant_type") == "fb_exchange_token" {
		o := s.owners[r.FormValue("fb_exchange_token")]
		if o == nil || !s.now().Before(o.ends) {
			return refuse(http.StatusBadRequest, 190, 0, "Error validating access token.")
		}
		return s.userToken(&owner{pages: o.pages, granted: o.granted, ends: s.now().Add(60 * 24 * time.Hour), long: true})
	}
	o := s.codes[r.FormValue("code")]
	delete(s.codes, r.FormValue("code"))
	switch {
	case o == nil:
		return refuse(http.StatusBadRequest, 100, 36009, "This authorization code has been used.")
	case !s.now().Before(o.ends):
		return refuse(http.StatusBadRequest, 100, 36007, "This authorization code has expired.")
	case o.redirect != r.FormValue("redirect_uri"):
		return refuse(http.StatusBadRequest, 100, 36008, "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request")
	}
	return s.userToken(&owner{pages: o.pages, granted: o.granted, ends: s.now().Add(2 * time.Hour)})
}

func (s *Server) userToken(o *owner) answer {
	token := "user-" + rand.Text()
	s.owners[token] = o
	return ok(map[string]any{"access_token": token, "token_type": "bearer", "expires_in": int(o.ends.Sub(s.now()).Seconds())})
}

// asOwner runs a call that takes a user's token.
func (s *Server) asOwner(work func(o *owner) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		a := refuse(http.StatusUnauthorized, 190, 0, "Error validating access token.")
		if o := s.owners[token]; o != nil && s.now().Before(o.ends) {
			a = work(o)
		}
		s.mu.Unlock()
		a.write(w)
	}
}

// ownPermissions tells what the owner granted and declined.
func (s *Server) ownPermissions(o *owner) answer {
	list := []map[string]string{}
	for _, p := range strings.Fields(permissions) {
		status := "declined"
		if slices.Contains(o.granted, p) {
			status = "granted"
		}
		list = append(list, map[string]string{"permission": p, "status": status})
	}
	return ok(map[string]any{"data": list})
}

// accounts lists the owner's pages with a token for each, which has no end of its own. The
// consent behind it ends after ninety days, and sooner where the user token was a short one.
func (s *Server) accounts(o *owner) answer {
	list := []map[string]any{}
	if !slices.Contains(o.granted, "pages_show_list") {
		return ok(map[string]any{"data": list})
	}
	for _, id := range o.pages {
		p := s.pages[id]
		if p == nil {
			continue
		}
		if p.dead { // a token that lives is the same at every consent
			p.Token, p.dead = "page-"+rand.Text(), false
		}
		p.Scopes, p.ends = o.granted, s.now().Add(90*24*time.Hour)
		if !o.long {
			p.ends = o.ends
		}
		list = append(list, map[string]any{"id": p.ID, "name": p.Name, "access_token": p.Token})
	}
	return ok(map[string]any{"data": list, "paging": map[string]any{"cursors": map[string]string{"before": "a", "after": "z"}}})
}

// unsubscribe ends the pushing of a page's events.
func (s *Server) unsubscribe(r *http.Request, page *Page) answer {
	if no := own(r, page); no != nil {
		return *no
	}
	page.subscribed = nil
	return ok(map[string]any{"success": true})
}

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"nivaran/internal/auth"
	"nivaran/internal/i18n"
)

// Visit is what a request knows of its visitor.
type Visit struct {
	*i18n.Printer
	Who     *auth.Who // nil for a stranger
	Theme   string    // light, dark, or empty: the machine's
	Address string    // where the visitor comes from
	Done    string    // message key of what the request before this one did, shown once
	chose   bool      // the language is the visitor's own choice
	url     *url.URL
}

// visit reads who asks, in which language and theme.
func (s *Server) visit(w http.ResponseWriter, r *http.Request) (*Visit, error) {
	v := &Visit{Address: s.address(r), url: r.URL, Theme: themeOf(cookie(r, themeCookie))}
	who, err := s.Auth.Who(r.Context(), auth.From{Address: v.Address, Agent: r.UserAgent()})
	v.Who = who
	wanted := s.languages(w, r, who)
	v.Printer, v.chose = s.Texts.In(wanted...), wanted[0] != "" || who != nil
	if done := cookie(r, doneCookie); r.Method == http.MethodGet && done != "" {
		s.setCookie(w, doneCookie, "", -1)
		if strings.HasPrefix(done, "done.") {
			v.Done = done
		}
	}
	return v, err
}

// The cookies that are no session: how pages look to this browser.
const (
	langCookie  = "lang"
	themeCookie = "theme"
	doneCookie  = "done"
)

const year = 365 * 24 * 3600

// languages lists what the visitor wants to read, the most wanted first: the switch in
// the header, the officer's setting, the browser's.
func (s *Server) languages(w http.ResponseWriter, r *http.Request, who *auth.Who) []string {
	if lang := r.URL.Query().Get("lang"); slices.Contains(i18n.Languages(), lang) {
		s.setCookie(w, langCookie, lang, year)
		return []string{lang}
	}
	var own string
	if who != nil {
		own = who.Officer.Language
	}
	return []string{cookie(r, langCookie), own, r.Header.Get("Accept-Language")}
}

// Suggest lets a page speak the language that suits its subject, unless the visitor chose
// one: a browser's setting is seldom a citizen's choice.
func (s *Server) Suggest(v *Visit, lang string) {
	if !v.chose {
		v.Printer = s.Texts.In(lang)
	}
}

func themeOf(name string) string {
	if name == "light" || name == "dark" {
		return name
	}
	return ""
}

// SetTheme keeps the theme for this browser; an unknown one means the machine's.
func (s *Server) SetTheme(w http.ResponseWriter, name string) {
	s.setCookie(w, themeCookie, themeOf(name), year)
}

// SetLanguage keeps the language for this browser.
func (s *Server) SetLanguage(w http.ResponseWriter, lang string) {
	if slices.Contains(i18n.Languages(), lang) {
		s.setCookie(w, langCookie, lang, year)
	}
}

// Done leads to a page that says once what was done; key begins with "done.".
func (s *Server) Done(w http.ResponseWriter, r *http.Request, key, to string) {
	s.setCookie(w, doneCookie, key, 60)
	Redirect(w, r, to)
}

func (s *Server) setCookie(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// InLanguage is the address of this very page in another language.
func (v *Visit) InLanguage(lang string) string {
	if v.url == nil {
		return "?lang=" + lang
	}
	q := v.url.Query()
	q.Set("lang", lang)
	return v.url.Path + "?" + q.Encode()
}

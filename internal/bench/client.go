package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
)

// SignIn is how an officer signs in, as `nivaran demo --json` and `bench seed` print it.
type SignIn struct {
	Role, Email, Password string
	TOTPSecret            string `json:"totp_secret"`
}

// officer is somebody at a browser without scripts: it keeps cookies, follows no redirect
// by itself, and knows how long each answer took.
type officer struct {
	url  string
	http *http.Client
}

// answer is what the program said to one request.
type answer struct {
	path, body, location string
	status               int
	took                 time.Duration
}

// signIn opens a session with password and code.
func signIn(ctx context.Context, base string, s SignIn) (*officer, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	o := &officer{url: strings.TrimSuffix(base, "/"), http: &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if _, err := o.post(ctx, "/sign-in", url.Values{"email": {s.Email}, "password": {s.Password}}); err != nil {
		return nil, err
	}
	code, err := totp.GenerateCode(s.TOTPSecret, time.Now())
	if err != nil {
		return nil, fmt.Errorf("totp_secret of %s: %w", s.Role, err)
	}
	a, err := o.post(ctx, "/sign-in/code", url.Values{"code": {code}})
	if err == nil && (a.status != http.StatusSeeOther || strings.HasPrefix(a.location, "/sign-in")) {
		err = fmt.Errorf("%s is not let in: status %d; a code works once in 30 seconds, so wait and try again", s.Role, a.status)
	}
	return o, err
}

func (o *officer) get(ctx context.Context, path string) (answer, error) {
	return o.do(ctx, http.MethodGet, path, "", nil)
}

func (o *officer) post(ctx context.Context, path string, form url.Values) (answer, error) {
	return o.do(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (o *officer) do(ctx context.Context, method, path, kind string, body io.Reader) (answer, error) {
	a := answer{path: method + " " + path}
	req, err := http.NewRequestWithContext(ctx, method, o.url+path, body)
	if err != nil {
		return a, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	start := time.Now()
	resp, err := o.http.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return a, err
	}
	a.took, a.status, a.body, a.location = time.Since(start), resp.StatusCode, string(raw), resp.Header.Get("Location")
	if a.status >= 400 {
		return a, fmt.Errorf("%s answered %d", a.path, a.status)
	}
	return a, nil
}

// first gives what the first group of the pattern holds in the answer.
func (a answer) first(pattern *regexp.Regexp) (string, error) {
	if m := pattern.FindStringSubmatch(a.body + "\n" + a.location); m != nil {
		return m[1], nil
	}
	return "", fmt.Errorf("%s: nothing like %s in the answer (status %d)", a.path, pattern, a.status)
}

// all gives what the first group of the pattern holds wherever it is found, each once.
func (a answer) all(pattern *regexp.Regexp) (found []string) {
	seen := map[string]bool{}
	for _, m := range pattern.FindAllStringSubmatch(a.body, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			found = append(found, m[1])
		}
	}
	return found
}

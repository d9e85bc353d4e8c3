package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/store/storetest"
)

// newServer is a server of the given routes that logs to the buffer.
func newServer(t *testing.T, log *bytes.Buffer, change func(*Options), routes ...Route) (*Server, *httptest.Server) {
	t.Helper()
	keys, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(log, nil))
	a, err := auth.New(auth.Options{Store: storetest.New(t), Office: office.New(office.Facts{}), Keys: keys, Now: time.Now, Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Auth: a, Texts: texts, Log: logger, Now: time.Now}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Handler(routes)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return s, server
}

func fetch(t *testing.T, method, url string, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, b.String()
}

// Each error becomes its page, in kind words; only our own failure is logged, with the
// number that the reader quotes and without the address.
func TestErrorsBecomePages(t *testing.T) {
	tests := []struct {
		err    error
		status int
		says   string
	}{
		{fmt.Errorf("case 7: %w", grievance.ErrNotFound), 404, "There is nothing here for you"},
		{grievance.ErrForbidden, 403, "You cannot do this"},
		{grievance.ErrConflict, 409, "It changed meanwhile"},
		{grievance.Invalid("reason", "error.reason_required"), 422, "Give a reason"},
		{errors.New("disk is full"), 500, "It is our fault"},
	}
	for _, tt := range tests {
		var log bytes.Buffer
		_, server := newServer(t, &log, nil, Route{Method: "GET", Pattern: "/thing/{id}", Public: true, Handler: func(http.ResponseWriter, *http.Request, *Visit) error { return tt.err }})
		status, _, body := fetch(t, "GET", server.URL+"/thing/secret-4711", "")
		if status != tt.status || !strings.Contains(body, tt.says) {
			t.Errorf("%v: %d, says it: %v\n%s", tt.err, status, strings.Contains(body, tt.says), body)
		}
		if strings.Contains(body, "disk is full") || strings.Contains(log.String(), "4711") {
			t.Errorf("%v: the page or the log tells too much:\n%s", tt.err, log.String())
		}
		number := regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}`).FindString(body)
		if own := tt.status == 500; own != (number != "" && strings.Contains(log.String(), number)) {
			t.Errorf("%v: number %q, log:\n%s", tt.err, number, log.String())
		}
	}
}

func TestPanicEndsOneRequest(t *testing.T) {
	var log bytes.Buffer
	_, server := newServer(t, &log, nil, Route{Method: "GET", Pattern: "/panic", Public: true, Handler: func(http.ResponseWriter, *http.Request, *Visit) error { panic("boom") }})
	if status, _, _ := fetch(t, "GET", server.URL+"/panic", ""); status != 500 {
		t.Errorf("status = %d", status)
	}
	if !strings.Contains(log.String(), "boom") {
		t.Error("the panic is not in the log")
	}
	if status, _, body := fetch(t, "GET", server.URL+"/healthz", ""); status != 200 || body != "ok\n" {
		t.Errorf("afterwards /healthz = %d %q", status, body)
	}
}

func TestSecurityHeaders(t *testing.T) {
	var log bytes.Buffer
	s, server := newServer(t, &log, func(o *Options) { o.Secure = true }, Route{Method: "GET", Pattern: "/page", Public: true, Handler: func(w http.ResponseWriter, r *http.Request, v *Visit) error {
		return grievance.ErrNotFound
	}})
	_, h, _ := fetch(t, "GET", server.URL+"/page?lang=hi", "")
	csp := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("policy lacks %q: %s", part, csp)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("policy allows what is unsafe: %s", csp)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000", "Cache-Control": "no-store"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	cookie := h.Get("Set-Cookie")
	for _, part := range []string{"lang=hi", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %q lacks %s", cookie, part)
		}
	}
	if n := s.PolicyReports(); n != 0 {
		t.Errorf("reports = %d before any", n)
	}
	fetch(t, "POST", server.URL+"/csp-report", `{"csp-report":{"effective-directive":"script-src","blocked-uri":"inline","document-uri":"https://x/cases/4711"}}`)
	if n := s.PolicyReports(); n != 1 || strings.Contains(log.String(), "4711") {
		t.Errorf("reports = %d, log:\n%s", n, log.String())
	}
}

// A form that another site sends in our visitor's name changes nothing.
func TestCrossOriginIsRefused(t *testing.T) {
	var log bytes.Buffer
	called := 0
	_, server := newServer(t, &log, nil, Route{Method: "POST", Pattern: "/change", Public: true, Handler: func(w http.ResponseWriter, r *http.Request, v *Visit) error {
		called++
		return nil
	}})
	if status, _, _ := fetch(t, "POST", server.URL+"/change", "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); status != 403 || called != 0 {
		t.Errorf("from another site: %d, called %d times", status, called)
	}
	if status, _, _ := fetch(t, "POST", server.URL+"/change", "", "Sec-Fetch-Site", "same-origin"); status != 200 || called != 1 {
		t.Errorf("from our own page: %d, called %d times", status, called)
	}
}

func TestBodyLimit(t *testing.T) {
	var log bytes.Buffer
	_, server := newServer(t, &log, nil, Route{Method: "POST", Pattern: "/change", Public: true, Handler: func(w http.ResponseWriter, r *http.Request, v *Visit) error {
		return r.ParseForm()
	}})
	body := "a=" + strings.Repeat("x", bodyLimit)
	if status, _, _ := fetch(t, "POST", server.URL+"/change", body, "Content-Type", "application/x-www-form-urlencoded"); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over the limit: %d", status)
	}
}

func TestAssets(t *testing.T) {
	var log bytes.Buffer
	s, server := newServer(t, &log, nil)
	for _, name := range []string{"app.css", "tokens.css", "keys.js", "vendor/bootstrap.min.css", "vendor/htmx.min.js", "vendor/fonts/noto-sans-latin-wght-normal.woff2"} {
		status, h, _ := fetch(t, "GET", server.URL+s.assets.address(name), "")
		if status != 200 || !strings.Contains(h.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %s", name, status, h.Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/static/000000000000/app.css", s.assets.address(""), s.assets.address("vendor/")} {
		if status, _, _ := fetch(t, "GET", server.URL+path, ""); status != 404 {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
	changed, err := newAssets(fstest.MapFS{"app.css": {Data: []byte("a{}")}})
	if err != nil {
		t.Fatal(err)
	}
	again, err := newAssets(fstest.MapFS{"app.css": {Data: []byte("b{}")}})
	if err != nil {
		t.Fatal(err)
	}
	if changed.base == again.base {
		t.Error("another content has the same address")
	}
}

func TestReady(t *testing.T) {
	var log bytes.Buffer
	var problem error
	_, server := newServer(t, &log, func(o *Options) { o.Ready = func(context.Context) error { return problem } })
	for _, tt := range []struct {
		problem error
		want    int
	}{{nil, 200}, {errors.New("the database does not answer"), 503}} {
		problem = tt.problem
		if status, _, body := fetch(t, "GET", server.URL+"/readyz", ""); status != tt.want || strings.Contains(body, "database") {
			t.Errorf("with %v: %d %q, want %d", tt.problem, status, body, tt.want)
		}
	}
}

// A stream that stays open does not keep the program from stopping.
func TestStreamEndsWithTheServer(t *testing.T) {
	var log bytes.Buffer
	open, over := make(chan bool), make(chan bool)
	s, _ := newServer(t, &log, nil)
	h, err := s.Handler([]Route{{Method: "GET", Pattern: "/stream", Public: true, Stream: true, Handler: func(w http.ResponseWriter, r *http.Request, v *Visit) error {
		close(open)
		<-r.Context().Done()
		close(over)
		return nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := s.HTTP(h)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve = %v", err)
		}
	})
	wg.Go(func() {
		resp, err := http.Get("http://" + l.Addr().String() + "/stream")
		if err != nil {
			t.Errorf("stream: %v", err)
			return
		}
		resp.Body.Close()
	})
	<-open
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown with an open stream = %v", err)
	}
	select {
	case <-over:
	case <-ctx.Done():
		t.Error("the stream goes on after the end of the server")
	}
	wg.Wait()
}

func TestLocalPath(t *testing.T) {
	for to, want := range map[string]string{
		"/inbox?folder=late": "/inbox?folder=late", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "/a\r\nb": "/", "inbox": "/", "javascript:alert(1)": "/",
	} {
		if got := LocalPath(to, "/"); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", to, got, want)
		}
	}
}

func TestAddress(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.1.2.3:4444"
	r.Header.Set("X-Forwarded-For", "1.1.1.1, 203.0.113.9")
	if got := (&Server{}).address(r); got != "10.1.2.3" {
		t.Errorf("without a proxy of ours: %s", got)
	}
	if got := (&Server{Options: Options{ProxyHeader: "X-Forwarded-For"}}).address(r); got != "203.0.113.9" {
		t.Errorf("behind a proxy of ours: %s", got)
	}
}

func TestTwoRoutesForOneAddressAreRefused(t *testing.T) {
	var log bytes.Buffer
	s, _ := newServer(t, &log, nil)
	same := Route{Method: "GET", Pattern: "/x", Public: true, Handler: notFound}
	if _, err := s.Handler([]Route{same, same}); err == nil {
		t.Error("two routes claim one address and nobody says so")
	}
}

var usedIcon = regexp.MustCompile(`icon "([a-z0-9-]+)"`)

// Every drawing that a page names is in the sprite.
func TestIconsExist(t *testing.T) {
	sprite, err := staticFiles.ReadFile("static/vendor/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, dir := range []string{"templates", "templates/console", "templates/field", "templates/signin"} {
		entries, err := templateFiles.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			b, err := templateFiles.ReadFile(dir + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range usedIcon.FindAllStringSubmatch(string(b), -1) {
				n++
				if !bytes.Contains(sprite, []byte(`id="i-`+m[1]+`"`)) {
					t.Errorf("%s/%s: no icon %q", dir, e.Name(), m[1])
				}
			}
		}
	}
	if n == 0 {
		t.Error("no icon found: the pattern no longer fits the pages")
	}
}

// Who writes pages sees a change at the next request.
func TestTemplatesReload(t *testing.T) {
	var log bytes.Buffer
	files := fstest.MapFS{"page.html": {Data: []byte("before")}}
	s, _ := newServer(t, &log, func(o *Options) { o.Templates = files })
	for _, want := range []string{"before", "after"} {
		files["page.html"] = &fstest.MapFile{Data: []byte(want)}
		rec := httptest.NewRecorder()
		if err := s.Render(rec, http.StatusOK, "page", nil); err != nil || rec.Body.String() != want {
			t.Errorf("page = %q, %v, want %q", rec.Body.String(), err, want)
		}
	}
}

package app

import (
	"bytes"
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// ofProgram is an empty database for commands, with how to name it to them.
func ofProgram(t *testing.T) (address string, getenv func(string) string) {
	t.Helper()
	address = storetest.Address(t)
	set := map[string]string{"NIVARAN_DATA": t.TempDir(), "NIVARAN_LISTEN": "127.0.0.1:0", "NIVARAN_BASE_URL": "http://nivaran.example"}
	if os.Getenv("TEST_POSTGRES") != "" {
		set["NIVARAN_DB"] = address
	} else {
		set["NIVARAN_DATA"] = address
	}
	return address, func(key string) string { return set[key] }
}

// invoke runs one command line and gives what it printed.
func invoke(t *testing.T, getenv func(string) string, args ...string) (string, error) {
	t.Helper()
	var out, log bytes.Buffer
	err := Run(t.Context(), args, getenv, &out, &log)
	return out.String(), err
}

var printedLink = regexp.MustCompile(`http://nivaran\.example(/invitation/[A-Za-z0-9_-]{22})\n`)

func linkIn(t *testing.T, printed string) string {
	t.Helper()
	m := printedLink.FindStringSubmatch(printed)
	if m == nil {
		t.Fatalf("no link in %q", printed)
	}
	return m[1]
}

// TestAdmin makes the first administrator on an empty database while the program serves
// it, lets the link be taken up over the pages, and refuses a second one.
func TestAdmin(t *testing.T) {
	address, getenv := ofProgram(t)
	serving := serveOn(t, getenv)
	first := []string{"admin", "first", "--email", "asha@state.example", "--name", "Asha Rani", "--name-hi", "आशा रानी"}
	if _, err := invoke(t, getenv, "admin", "first", "--email", "nobody", "--name", "X"); err == nil || !strings.Contains(err.Error(), "no e-mail address") {
		t.Errorf("a wrong address: %v", err)
	}
	printed, err := invoke(t, getenv, first...)
	must(t, err)
	old := linkIn(t, printed)
	printed, err = invoke(t, getenv, first...) // not taken up yet: a new link
	must(t, err)
	link := linkIn(t, printed)

	v := &visitor{t: t, base: serving}
	if status, _ := v.get(old); status != http.StatusNotFound {
		t.Errorf("the earlier link: %d", status)
	}
	status, body := v.get(link)
	if status != http.StatusOK || !strings.Contains(body, "Asha Rani") || !strings.Contains(body, "Administrator, State Grievance Cell") {
		t.Fatalf("the link: %d\n%s", status, body)
	}
	if at := v.post(link, "password", "kaagaz kalam davaat", "again", "kaagaz kalam davaat"); at != "/sign-in/enrol" {
		t.Fatalf("after the password: %s", at)
	}
	_, body = v.get("/sign-in/enrol")
	letters := regexp.MustCompile(`secretletters"[^>]*>([A-Z2-7]+)<`).FindStringSubmatch(body)
	if letters == nil {
		t.Fatalf("no letters on the page:\n%s", body)
	}
	code, err := totp.GenerateCode(letters[1], time.Now())
	must(t, err)
	if at := v.post("/sign-in/enrol", "code", code); at != "/sign-in/codes" {
		t.Fatalf("after the app: %s", at)
	}
	if at := v.post("/sign-in/codes"); at != "/" {
		t.Fatalf("after the recovery codes: %s", at)
	}
	if status, body = v.get("/ids"); status != http.StatusOK || !strings.Contains(body, "asha@state.example") {
		t.Errorf("the first administrator's list of IDs: %d\n%s", status, body)
	}

	second := []string{"admin", "first", "--email", "bela@state.example", "--name", "Bela Sen"}
	if _, err := invoke(t, getenv, second...); err == nil || !strings.Contains(err.Error(), "asha@state.example") {
		t.Errorf("a second administrator: %v", err)
	}
	if _, err := invoke(t, getenv, append(second, "--force")...); err == nil || !strings.Contains(err.Error(), "--reason") {
		t.Errorf("forced without a reason: %v", err)
	}
	printed, err = invoke(t, getenv, append(second, "--force", "--reason", "the first one has left")...)
	must(t, err)
	linkIn(t, printed)

	printed, err = invoke(t, getenv, "admin", "list")
	must(t, err)
	if !regexp.MustCompile(`asha@state.example +Asha Rani +administrator \(cell\) +taken up +app, recovery codes: 10`).MatchString(printed) || !strings.Contains(printed, "invited until") {
		t.Errorf("list:\n%s", printed)
	}
	for _, name := range []string{"password", "unlock"} {
		if _, err := invoke(t, getenv, "admin", name, "nobody@state.example"); err == nil || !strings.Contains(err.Error(), "admin list") {
			t.Errorf("admin %s of nobody: %v", name, err)
		}
	}
	_, err = invoke(t, getenv, "admin", "unlock", "Asha@state.example")
	must(t, err)
	if status, _ = v.get("/ids"); status != http.StatusOK {
		t.Errorf("unlocking ended the session: %d", status)
	}
	printed, err = invoke(t, getenv, "admin", "password", "asha@state.example")
	must(t, err)
	if status, _ = v.get("/ids"); status != http.StatusSeeOther {
		t.Errorf("the session stands after a link for a new password: %d", status)
	}
	if at := v.post(linkIn(t, printed), "password", "naya kaagaz nayi davaat", "again", "naya kaagaz nayi davaat"); at != "/sign-in/code" {
		t.Errorf("the second factor was not kept: %s", at)
	}
	printed, err = invoke(t, getenv, "admin", "password", "asha@state.example", "--reset-factor")
	must(t, err)
	if at := v.post(linkIn(t, printed), "password", "teesra kaagaz aur davaat", "again", "teesra kaagaz aur davaat"); at != "/sign-in/enrol" {
		t.Errorf("the second factor was kept: %s", at)
	}
	s := storetest.Open(t, address, false)
	must(t, s.View(t.Context(), func(tx *store.Tx) error {
		var n, system int
		err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*), COUNT(*) FILTER (WHERE actor_id = 0) FROM office_log`).Scan(&n, &system)
		if n != 14 || system != 10 {
			t.Errorf("the office log has %d entries, %d of the system", n, system)
		}
		return err
	}))
	report, err := s.Verify(t.Context())
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("verify: %v, %v", report.Faults, err)
	}
}

// serveOn runs the pages on the database until the test ends.
func serveOn(t *testing.T, getenv func(string) string) (base string) {
	t.Helper()
	log := make(chan string, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, []string{"serve", "--workers=off"}, getenv, t.Output(), addressIn(log))
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v", err)
		}
	})
	select {
	case address := <-log:
		return "http://" + address
	case err := <-ended:
		ended <- err
		t.Fatalf("serve: %v", err)
	case <-time.After(20 * time.Second):
		t.Fatal("serve told no address within 20 s")
	}
	return ""
}

// addressIn hands over the address that the program's log tells first.
type addressIn chan string

var servedAt = regexp.MustCompile(`msg=serving address=(\S+)`)

func (a addressIn) Write(p []byte) (int, error) {
	if m := servedAt.FindSubmatch(p); m != nil {
		a <- string(m[1])
	}
	return len(p), nil
}

// visitor is a browser with cookies and without scripts.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
}

func (v *visitor) client() *http.Client {
	if v.http == nil {
		jar, err := cookiejar.New(nil)
		must(v.t, err)
		v.http = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return v.http
}

func (v *visitor) get(path string) (status int, body string) {
	v.t.Helper()
	resp, err := v.client().Get(v.base + path)
	must(v.t, err)
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(resp.Body)
	must(v.t, err)
	return resp.StatusCode, b.String()
}

// post sends a form and gives where it leads.
func (v *visitor) post(path string, pairs ...string) (location string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	resp, err := v.client().PostForm(v.base+path, form)
	must(v.t, err)
	defer resp.Body.Close()
	return resp.Header.Get("Location")
}

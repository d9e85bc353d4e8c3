package console

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/store/storetest"
)

// stream is an open event stream of a browser.
type stream struct {
	t      *testing.T
	events chan string
	ctx    context.Context
}

func (b *browser) stream(t *testing.T) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.w.server.URL+"/inbox/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("the stream is %q, status %d", kind, resp.StatusCode)
	}
	s := &stream{t: t, events: make(chan string, 16), ctx: ctx}
	go func() {
		defer close(s.events)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if e, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				s.events <- e
			}
		}
	}()
	s.next("open")
	return s
}

func (s *stream) next(want string) {
	s.t.Helper()
	select {
	case e, ok := <-s.events:
		if !ok || e != want {
			s.t.Fatalf("event %q (%v), want %q", e, ok, want)
		}
	case <-s.ctx.Done():
		s.t.Fatalf("no event %q", want)
	}
}

// ends waits for the end of the stream, and says how long that took from now.
func (s *stream) ends() time.Duration {
	s.t.Helper()
	now := time.Now()
	s.next("ended")
	return time.Since(now)
}

func TestEvents(t *testing.T) {
	w := newWorld(t)
	s := w.as(grievance.DistrictNodal).stream(t)
	w.open(w.x, "Suresh Yadav")
	s.next("changed")
}

// Open pages and streams end within a second of whatever ends the session, also when
// another instance of the program did it; the officer's other sessions, and those of
// others, go on where only one was ended.
func TestStreamsEnd(t *testing.T) {
	w := newWorld(t)
	dc, state := w.actor(grievance.DistrictNodal), w.actor(grievance.StateNodal)
	elsewhere, err := auth.New(auth.Options{Store: storetest.Open(t, w.address, false), Office: w.Office, Keys: w.Auth.Keys, Now: time.Now, Log: w.Log})
	if err != nil {
		t.Fatal(err)
	}
	session := func() grievance.ID {
		own, err := w.Auth.Own(t.Context(), dc)
		if err != nil || len(own.Sessions) == 0 {
			t.Fatalf("sessions = %v, %v", own.Sessions, err)
		}
		return own.Sessions[0].ID
	}
	bystander := w.as(grievance.StateNodal)
	bystander.get("/inbox")
	for _, tt := range []struct {
		name string
		end  func() error
	}{
		{"suspended", func() error { return w.Auth.Suspend(t.Context(), state, dc.ID) }},
		{"suspended by another instance", func() error { return elsewhere.Suspend(t.Context(), state, dc.ID) }},
		{"ended from another window", func() error { return w.Auth.EndOwnSession(t.Context(), dc, session()) }},
		{"ended by the state nodal officer", func() error { return elsewhere.EndSession(t.Context(), state, dc.ID, session()) }},
		{"link for a new password", func() error { _, err := elsewhere.Invite(t.Context(), state, dc.ID); return err }},
	} {
		took := time.Hour
		for try := 0; try < 3 && took > time.Second; try++ { // a machine that is busy elsewhere gets another try
			b := w.as(grievance.DistrictNodal)
			b.get("/inbox")
			s := b.stream(t)
			if err := tt.end(); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			took = s.ends()
			if a := b.get("/inbox"); a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, "/sign-in") {
				t.Errorf("%s: a page afterwards: %d to %q", tt.name, a.status, a.location)
			}
			if strings.HasPrefix(tt.name, "suspended") {
				if err := w.Auth.LiftSuspension(t.Context(), state, dc.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if took > time.Second {
			t.Errorf("%s: the stream ended after %v", tt.name, took)
		}
	}
	if a := bystander.get("/inbox"); a.status != http.StatusOK {
		t.Errorf("another officer's page: %d", a.status)
	}
}

// What the pages of official IDs refuse, and that their secrets are shown once.
func TestIDPages(t *testing.T) {
	w := newWorld(t)
	b := w.as(grievance.StateNodal)
	id := w.newcomer()
	if a := b.post("/ids/"+id.String()+"/invite", nil); a.location != "/ids/links" {
		t.Fatalf("invite: %d to %q", a.status, a.location)
	}
	shown := b.get("/ids/links")
	i := strings.Index(shown.body, "/invitation/")
	if i < 0 {
		t.Fatalf("no link is shown:\n%s", excerpt(shown.body))
	}
	token := shown.body[i+len("/invitation/"):][:22]
	if again := b.get("/ids/links"); strings.Contains(again.body, token) {
		t.Error("the link is shown a second time")
	}
	stranger := w.browser()
	if a := stranger.get("/invitation/" + token); a.status != http.StatusOK || !strings.Contains(a.body, "Asha Rani") || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the link: %d", a.status)
	}
	if a := stranger.get("/invitation/nothing-of-ours"); a.status != http.StatusNotFound || strings.Contains(a.body, "<form") {
		t.Errorf("a wrong link: %d", a.status)
	}
	twice := map[string][]string{"password": {"kaagaz kalam davaat"}, "again": {"kaagaz kalam dawaat"}}
	if a := stranger.post("/invitation/"+token, twice); a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, "kaagaz") {
		t.Errorf("two passwords that differ: %d", a.status)
	}
	for _, path := range []string{"/sign-in/codes", "/sign-in/recovery", "/sign-in/enrol"} {
		if a := stranger.get(path); a.location != "/sign-in" {
			t.Errorf("%s for a stranger: %d to %q", path, a.status, a.location)
		}
	}
	if a := stranger.get("/sign-in/enrol/picture.png"); a.status != http.StatusNotFound {
		t.Errorf("the square code for a stranger: %d", a.status)
	}
	for path, want := range map[string]int{"/sign-in/code/passkey/begin": http.StatusForbidden, "/sign-in/enrol/passkey/begin": http.StatusForbidden, "/sign-in/passkey/begin": http.StatusOK} {
		if a := stranger.post(path, nil); a.status != want || a.status == http.StatusOK && (a.header.Get("Content-Type") != "application/json" || strings.Contains(a.body, "@")) {
			t.Errorf("%s for a stranger: %d %s", path, a.status, a.body)
		}
	}
	if a := stranger.post("/sign-in/passkey", map[string][]string{"credential": {"{}"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("an answer that is none: %d", a.status)
	}
	own := w.actor(grievance.StateNodal).ID.String()
	if a := b.post("/ids/"+own+"/suspend", nil); a.status != http.StatusUnprocessableEntity {
		t.Errorf("suspending oneself: %d", a.status)
	}
	admin := w.as(grievance.Administrator)
	if a := admin.post("/ids/"+own+"/reset", nil); a.status != http.StatusForbidden {
		t.Errorf("the administrator resets the state nodal officer: %d", a.status)
	}
	if a := admin.get("/ids/" + own); a.status != http.StatusOK || strings.Contains(a.body, own+"/reset") || strings.Contains(a.body, own+"/suspend") {
		t.Errorf("the administrator's page of the state nodal officer offers what is refused: %d", a.status)
	}
	wrong := map[string][]string{"old": {"wrong"}, "password": {"kaagaz kalam davaat"}, "again": {"kaagaz kalam davaat"}}
	if a := b.post("/settings/id/password", wrong); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong old password: %d", a.status)
	}
}

package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// public is every route that answers a stranger.
var public = []string{
	"GET /{$}", "GET /sign-in", "POST /sign-in", "GET /sign-in/code", "POST /sign-in/code", "GET /sign-in/enrol", "POST /sign-in/enrol",
	"GET /sign-in/charge", "POST /sign-in/charge", "POST /sign-out",
	"GET /sign-in/enrol/picture.png", "GET /sign-in/recovery", "POST /sign-in/recovery", "GET /sign-in/codes", "POST /sign-in/codes", "GET /sign-in/forgotten",
	"POST /sign-in/passkey/begin", "POST /sign-in/passkey", "POST /sign-in/code/passkey/begin", "POST /sign-in/code/passkey", "POST /sign-in/enrol/passkey/begin", "POST /sign-in/enrol/passkey",
	"GET /invitation/{token}", "POST /invitation/{token}",
	"GET /sign-in/provider", "GET /sign-in/provider/return",
}

func name(rt web.Route) string { return rt.Method + " " + rt.Pattern }

// filled puts ids where the pattern asks for them.
func filled(pattern string, c *grievance.Case, reply grievance.ID) string {
	return strings.NewReplacer("{id}", c.ID.String(), "{hash}", strings.Repeat("ab", 32), "{reply}", reply.String(),
		"{department}", "1", "{district}", "63", "{charge}", "79", "{leave}", "80", "{handover}", "81", "{import}", "82", "{file}", "offices", "{version}", "1", "{decision}", "keep",
		"{post}", "4242", "{cluster}", "4242", "{export}", "4242", "{office}", "1", "{account}", "1", "{service}", "x", "{role}", "clerk", "{look}", "77", "{officer}", "77", "{session}", "78", "{passkey}", "79", "{$}", "").Replace(pattern)
}

// anything is a form that passes every check of its own.
func anything() url.Values {
	return url.Values{
		"office": {"1"}, "officer": {"77"}, "remark": {"Please look at the pump in ward 9."}, "reason": {"reason enough for this"}, "text": {"Words enough for any of the acts."},
		"version": {"1"}, "report": {"1"}, "complainant": {"55"}, "how": {"by telephone"}, "feedback": {"satisfied"}, "system": {"diary"}, "number": {"17"}, "title": {"x"},
		"outcome": {"settled"}, "way": {"public"}, "mode": {"public"}, "account": {"1"}, "done_at": {"2026-01-05"}, "done_time": {"10:00"}, "post": {"99"}, "state": {"refused"},
		"theme": {"dark"}, "language": {"en"}, "keys": {"on"}, "q": {"pani"}, "candidate": {"other"}, "kind": {"grievance"}, "urgency": {"ordinary"}, "case": {"12"},
		"what": {"all"}, "level": {"draft"}, "role": {"clerk"}, "approval": {"none"},
		"old": {"wrong"}, "password": {"kaagaz kalam davaat"}, "again": {"kaagaz kalam davaat"},
		"posts": {"4242"}, "other": {"4243"}, "whom": {"office-1"}, "vigilance": {"1"},
	}
}

// A stranger gets nothing but the named public routes: everything else leads to the sign-in.
func TestRoutesAsStranger(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.x, "Suresh Yadav")
	b := w.browser()
	seen := map[string]bool{}
	for _, rt := range w.Routes() {
		if seen[name(rt)] {
			t.Errorf("%s stands in the list twice", name(rt))
		}
		seen[name(rt)] = true
		if rt.Public != slices.Contains(public, name(rt)) {
			t.Errorf("%s: public = %v, the list of public routes says otherwise", name(rt), rt.Public)
		}
		if rt.Public {
			continue
		}
		a := b.do(rt.Method, filled(rt.Pattern, c, 9), anything())
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, "/sign-in") {
			t.Errorf("%s as a stranger: %d to %q", name(rt), a.status, a.location)
		}
		if strings.Contains(a.body, c.Number) || strings.Contains(a.body, "Suresh") {
			t.Errorf("%s tells a stranger of the case", name(rt))
		}
	}
}

// Whoever lacks the permission of a route is refused, and an officer of another district
// finds none of our cases, whatever the address or the form names.
func TestRoutesOutsideTheCharge(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.x, "Suresh Yadav")
	inspector := w.compose("Road inspector")
	w.officer(w.Auth.Keys, inspector.Code, c.OfficeID, "inspector@nivaran.example")
	browsers := map[grievance.Role]*browser{}
	for _, role := range w.Office.Roles() {
		browsers[role.Code] = w.as(role.Code)
	}
	w.officer(w.Auth.Keys, grievance.DistrictNodal, w.officeOf(grievance.Administration, 0, w.Office.DistrictByName("Sirsa")), "sirsa@nivaran.example")
	elsewhere := w.as(grievance.DistrictNodal)
	for _, rt := range w.Routes() {
		if rt.Public {
			continue
		}
		for _, role := range w.Office.Roles() {
			if rt.May == "" || role.May(rt.May) {
				continue
			}
			if a := browsers[role.Code].do(rt.Method, filled(rt.Pattern, c, 9), anything()); a.status != http.StatusForbidden {
				t.Errorf("%s as %s: %d, want 403", name(rt), role.Code, a.status)
			}
		}
		if rt.Stream {
			continue
		}
		ofCase := strings.HasPrefix(rt.Pattern, "/cases/{id}") || strings.HasPrefix(rt.Pattern, "/inbox/{id}") || strings.HasPrefix(rt.Pattern, "/field/{id}")
		if ofCase && slices.Contains(grievance.Grants(grievance.DistrictNodal), rt.May) {
			a := elsewhere.do(rt.Method, filled(rt.Pattern, c, 9), anything())
			if a.status != http.StatusNotFound {
				t.Errorf("%s for another district: %d, want 404", name(rt), a.status)
			}
			if strings.Contains(a.body, c.Number) {
				t.Errorf("%s tells another district of the case", name(rt))
			}
		}
	}
	for _, path := range []string{"/inbox", "/cases", "/figures", "/field"} {
		if a := elsewhere.get(path); a.status != http.StatusOK || strings.Contains(a.body, c.Number) || strings.Contains(a.body, "Suresh") {
			t.Errorf("GET %s for another district: %d, holds the case: %v", path, a.status, strings.Contains(a.body, c.Number))
		}
	}
}

// step is a request that the rightful officer makes with success.
type step struct {
	role grievance.Role
	// ready makes what the request needs and gives what differs from filled and anything.
	ready func(w *world) (path string, form url.Values)
	want  int // 303 after a change, 200 for a page, unless said
}

// on makes a case in the state that prepare leads to, and gives the address below it.
func on(suffix string, form url.Values, prepare ...func(w *world, c *grievance.Case)) func(w *world) (string, url.Values) {
	return func(w *world) (string, url.Values) {
		c := w.assigned(w.x, "Suresh Yadav")
		for _, p := range prepare {
			p(w, c)
		}
		return "/cases/" + c.ID.String() + suffix, form
	}
}

func at(path string) func(*world) (string, url.Values) {
	return func(*world) (string, url.Values) { return path, nil }
}

func accepted(w *world, c *grievance.Case) {
	if err := w.Desk.Accept(w.ctx(), w.actor(grievance.FieldOfficer), c.ID); err != nil {
		w.t.Fatal(err)
	}
}

func reported(w *world, c *grievance.Case) {
	accepted(w, c)
	r := desk.ReportRequest{Text: "The burnt motor of the pump was replaced, water runs since 9 pm.", DoneAt: time.Now().Add(-time.Hour), DoneBy: "A. B."}
	if err := w.Desk.Report(w.ctx(), w.actor(grievance.FieldOfficer), c.ID, r); err != nil {
		w.t.Fatal(err)
	}
}

func approved(w *world, c *grievance.Case) {
	reported(w, c)
	if err := w.Desk.Approve(w.ctx(), w.actor(grievance.DistrictNodal), c.ID, 1); err != nil {
		w.t.Fatal(err)
	}
}

// told lets the answer reach the citizen by hand: the case is resolved.
func told(w *world, c *grievance.Case) {
	approved(w, c)
	if err := w.Desk.Told(w.ctx(), w.actor(grievance.DistrictNodal), c.ID, w.complainant(c), "by telephone"); err != nil {
		w.t.Fatal(err)
	}
}

func rejected(w *world, c *grievance.Case) {
	if err := w.Desk.Reject(w.ctx(), w.actor(grievance.DistrictNodal), c.ID, "court", "The High Court has the matter since March."); err != nil {
		w.t.Fatal(err)
	}
}

// late is a case over its limit, by the desk's own clock.
func late(w *world, c *grievance.Case) {
	d := *w.Desk
	d.Now = func() time.Time { return c.DueAt.Add(time.Hour) }
	if _, err := d.Due(w.ctx()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) complainant(c *grievance.Case) grievance.ID {
	w.t.Helper()
	v, err := w.Desk.Case(w.ctx(), w.actor(grievance.StateNodal), c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Complainants[0].ID
}

// waiting queues a reply that waits for a second person, and names it.
func (w *world) waiting(c *grievance.Case) grievance.ID {
	w.t.Helper()
	now, ctx := time.Now(), w.ctx()
	r := &grievance.Reply{ID: w.Desk.Store.NewID(now), CaseID: c.ID, ComplainantID: w.complainant(c), AccountID: w.x.ID, Way: grievance.PublicWay, Kind: grievance.Interim,
		Text: "We look into it.", State: grievance.ReplyAwaiting, Version: 1, AuthorID: w.actor(grievance.Clerk).ID, CreatedAt: now}
	w.tx(func(tx *store.Tx) error {
		v, err := tx.Complainants(ctx, c.ID)
		if err != nil {
			return err
		}
		r.PostID = v[0].PostID
		return tx.InsertReply(ctx, r, "")
	})
	return r.ID
}

// Every route that is not public works for its rightful officer. The table must hold each
// route of the list: a new one cannot be forgotten.
func TestRoutesAsRightfulOfficer(t *testing.T) {
	w := newWorld(t)
	browsers := map[grievance.Role]*browser{}
	steps := rightful()
	for _, rt := range w.Routes() {
		if rt.Public || rt.Stream {
			continue // streams: TestEvents
		}
		s, ok := steps[name(rt)]
		if !ok {
			t.Errorf("%s has no rightful officer in this test", name(rt))
			continue
		}
		if browsers[s.role] == nil {
			browsers[s.role] = w.as(s.role)
		}
		path, form := s.ready(w)
		want := s.want
		if want == 0 {
			want = map[string]int{http.MethodGet: http.StatusOK, http.MethodPost: http.StatusSeeOther}[rt.Method]
		}
		a := browsers[s.role].do(rt.Method, path, form)
		if a.status != want || strings.HasPrefix(a.location, "/sign-in") {
			t.Errorf("%s as %s (%s): %d to %q, want %d\n%s", name(rt), s.role, path, a.status, a.location, want, excerpt(a.body))
		}
	}
}

// excerpt is what a page says at its heart, for the log of a test.
func excerpt(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return body[:min(len(body), 1500)]
}

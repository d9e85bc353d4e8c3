package facebook_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/connectortest"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/grievance"
)

const citizen = "Ramesh Kumar"

// rig is a connector at a fresh stand-in, with one page of ours.
type rig struct {
	*testing.T
	*facebook.Connector
	fb   *facebooktest.Server
	page facebooktest.Page

	mu        sync.Mutex
	now       time.Time
	addresses []string
}

// RoundTrip notes every address that is asked: a token must never stand there.
func (r *rig) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.addresses = append(r.addresses, req.URL.String())
	r.mu.Unlock()
	return http.DefaultTransport.RoundTrip(req)
}

func newRig(t *testing.T, change ...func(*facebook.Settings, *facebooktest.Options)) *rig {
	t.Helper()
	r := &rig{T: t, now: time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)}
	o := facebooktest.Options{Now: r.clock}
	s := facebook.Settings{HTTP: &http.Client{Timeout: 5 * time.Second, Transport: r}, Now: r.clock}
	s.Page = facebook.Page{ID: "100200300", Name: "CM Office", HumanAgent: true}
	for _, f := range change {
		f(&s, &o)
	}
	r.fb = facebooktest.New(o)
	r.page = r.fb.AddPage(facebooktest.Page{ID: s.Page.ID, Name: s.Page.Name})
	srv := httptest.NewServer(r.fb)
	t.Cleanup(srv.Close)
	t.Cleanup(func() {
		for _, address := range r.addresses {
			if strings.Contains(address, "/debug_token?") {
				continue // which takes it nowhere else
			}
			if strings.Contains(address, r.page.Token) || strings.Contains(address, "token=") || strings.Contains(address, "user-") {
				t.Errorf("a token stands in the address %s", address)
			}
		}
	})
	s.BaseURL = srv.URL + facebooktest.Version
	s.Token = func(context.Context) (string, error) { return r.page.Token, nil }
	r.Connector = facebook.New(s)
	return r
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// must gives what the stand-in made.
func (r *rig) must(p facebooktest.Post, err error) facebooktest.Post {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	return p
}

func (r *rig) post(text string) facebooktest.Post {
	r.Helper()
	return r.must(r.fb.VisitorPost(r.page.ID, citizen, text, facebooktest.Draft{}))
}

func (r *rig) comment(on, text string) facebooktest.Post {
	r.Helper()
	return r.must(r.fb.Comment(on, citizen, text, facebooktest.Draft{}))
}

func (r *rig) message(text string) facebooktest.Post {
	r.Helper()
	return r.must(r.fb.Message(r.page.ID, citizen, text, facebooktest.Draft{}))
}

// round reads a source to its last page and gives what came and the cursor.
func (r *rig) round(src connector.Source, cursor string) ([]connector.Item, string) {
	r.Helper()
	var all []connector.Item
	for range 200 {
		b, err := r.Fetch(r.Context(), src, cursor)
		if err != nil {
			r.Fatal(err)
		}
		all = append(all, b.Items...)
		if b.Done {
			return all, b.Cursor
		}
		src.Page = b.NextPage
	}
	r.Fatal("the round never ends")
	return nil, ""
}

// find gives the item of an external id.
func find(t *testing.T, items []connector.Item, id string) connector.Item {
	t.Helper()
	for _, it := range items {
		if it.Post.ExternalID == id {
			return it
		}
	}
	t.Fatalf("%s did not come; %d items", id, len(items))
	return connector.Item{}
}

func has(items []connector.Item, id string) bool {
	for _, it := range items {
		if it.Post.ExternalID == id {
			return true
		}
	}
	return false
}

func failure(t *testing.T, err error) *connector.Failure {
	t.Helper()
	f, ok := errors.AsType[*connector.Failure](err)
	if !ok {
		t.Fatalf("%v is no *Failure", err)
	}
	return f
}

func source(kind string) connector.Source { return connector.Source{Kind: kind} }

// The exam, once by posts on the wall and public replies, once by messages.
func TestExam(t *testing.T) {
	t.Run("wall", func(t *testing.T) {
		connectortest.Run(t, func(t *testing.T) connectortest.Setup {
			r := newRig(t)
			s := exam(r, facebooktest.Feed, facebooktest.Reply)
			s.Way = grievance.PublicWay
			s.Say = func(text string) string {
				r.pass(time.Second)
				return r.post(text).ID
			}
			s.Edit = func(id, text string) {
				if err := r.fb.Edit(id, text); err != nil {
					t.Error(err)
				}
			}
			s.Delete = func(id string) {
				if err := r.fb.Remove(id); err != nil {
					t.Error(err)
				}
			}
			return s
		})
	})
	t.Run("inbox", func(t *testing.T) {
		connectortest.Run(t, func(t *testing.T) connectortest.Setup {
			r := newRig(t)
			s := exam(r, facebooktest.Conversations, facebooktest.Send)
			s.Way = grievance.PrivateWay
			s.Say = func(text string) string {
				r.pass(time.Second)
				return r.message(text).ID
			}
			return s
		})
	})
}

func exam(r *rig, read, write facebooktest.Call) connectortest.Setup {
	return connectortest.Setup{
		Connector: r.Connector,
		Fail: func(c connector.Class) bool {
			switch c {
			case connector.Temporary:
				r.fb.FailNext(read, 1, facebooktest.Failure{Code: 2, Transient: true})
			case connector.Limited:
				r.fb.FailNext(read, 1, facebooktest.Failure{Code: 80001, Regain: 10 * time.Minute})
			case connector.SignIn:
				r.fb.KillToken(r.page.ID)
			case connector.Forbidden:
				r.fb.FailNext(read, 1, facebooktest.Failure{Code: 10})
			default:
				return false
			}
			return true
		},
		LoseAnswer: func() { r.fb.FailNext(write, 1, facebooktest.Failure{Lose: true}) },
		Published:  func(id string) int { return r.fb.ReplyCounts()[id] },
		Account:    r.page.ID,
		Now:        r.clock,
	}
}

func TestWhoami(t *testing.T) {
	r := newRig(t)
	me, err := r.Whoami(t.Context())
	if err != nil || me.Account.ExternalID != r.page.ID || len(me.Missing) > 0 || !me.Ends.IsZero() {
		t.Errorf("Whoami = %+v, %v", me, err)
	}
	r.fb.AddPage(facebooktest.Page{ID: r.page.ID, Scopes: []string{"pages_show_list", "pages_manage_metadata", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"}})
	if me, err := r.Whoami(t.Context()); err != nil || strings.Join(me.Missing, " ") != "pages_messaging" {
		t.Errorf("without a permission: %+v, %v", me, err)
	}
	ends := r.clock().Add(6 * 24 * time.Hour).Truncate(time.Second)
	r.fb.SetEnds(r.page.ID, ends)
	if me, err := r.Whoami(t.Context()); err != nil || !me.Ends.Equal(ends) {
		t.Errorf("with a consent that ends: %+v, %v", me, err)
	}
	r.fb.KillToken(r.page.ID)
	if _, err := r.Whoami(t.Context()); failure(t, err).Class != connector.SignIn {
		t.Errorf("with a dead token: %v, want signin", err)
	}
	r.fb.FailNext(facebooktest.DebugToken, 1, facebooktest.Failure{Status: http.StatusOK, Body: `{"data":{"is_valid":false}}`})
	if _, err := r.Whoami(t.Context()); failure(t, err).Class != connector.SignIn {
		t.Errorf("with a token that another says is dead: %v, want signin", err)
	}
	r.fb.FailNext(facebooktest.DebugToken, 2, facebooktest.Failure{Cut: true}) // net/http asks a second time
	if _, err := r.Whoami(t.Context()); failure(t, err).Class != connector.Temporary || strings.Contains(err.Error(), r.page.Token) {
		t.Errorf("cut off: %v, want temporary without the token", err)
	}
}

func TestLength(t *testing.T) {
	for text, want := range map[string]int{"सड़क टूटी है": 12, "₹500": 4, "ok 👍": 5, "": 0, "bad\xff": 4} {
		if got := facebook.Length(text); got != want {
			t.Errorf("Length(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestUsageBecomesBudget(t *testing.T) {
	r := newRig(t)
	r.fb.SetUsage(r.page.ID, 83, 5*time.Minute)
	b, err := r.Fetch(t.Context(), source("feed"), "")
	if err != nil || b.Budget.Percent != 83 || !b.Budget.Reset.Equal(r.clock().Add(5*time.Minute)) {
		t.Errorf("budget = %+v, %v", b.Budget, err)
	}
	r.fb.SetUsage(r.page.ID, 100, 7*time.Minute)
	_, err = r.Fetch(t.Context(), source("feed"), "")
	if f := failure(t, err); f.Class != connector.Limited || !f.Until.Equal(r.clock().Add(7*time.Minute)) {
		t.Errorf("used up: %s until %v", f.Class, f.Until)
	}
}

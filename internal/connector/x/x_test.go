package x_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/connectortest"
	"nivaran/internal/connector/x"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/grievance"
)

// tokens is a store of one account's tokens, as the program's own but in memory.
type tokens struct {
	mu     sync.Mutex
	held   connector.Tokens
	stores int
}

func (s *tokens) Tokens(context.Context) (connector.Tokens, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held, nil
}

func (s *tokens) Replace(ctx context.Context, stale string, renew func(context.Context, connector.Tokens) (connector.Tokens, error)) (connector.Tokens, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.Access != stale {
		return s.held, nil
	}
	fresh, err := renew(ctx, s.held)
	if err != nil {
		return connector.Tokens{}, err
	}
	s.held = fresh
	s.stores++
	return fresh, nil
}

// rig is a connector at a fresh stand-in, with one account of ours and a citizen.
type rig struct {
	*testing.T
	*x.Connector
	x      *xtest.Server
	us     xtest.User
	tokens *tokens

	mu  sync.Mutex
	now time.Time
}

func newRig(t *testing.T, change ...func(*x.Settings)) *rig {
	t.Helper()
	r := &rig{T: t, now: time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)}
	r.x = xtest.New(xtest.Options{Now: r.clock})
	srv := httptest.NewServer(r.x)
	t.Cleanup(srv.Close)
	r.us = r.x.AddUser(xtest.User{Username: "cmo_test", Name: "CM Office", VerifiedType: "government"})
	r.x.AddUser(xtest.User{Username: "ramesh_k", Name: "Ramesh"})
	granted := r.x.Authorize("cmo_test")
	r.tokens = &tokens{held: connector.Tokens{Access: granted.Access, Refresh: granted.Refresh, ExpiresAt: granted.ExpiresAt}}
	s := x.Settings{
		Account: x.Account{ID: r.us.ID, Handle: r.us.Username}, BaseURL: srv.URL,
		HTTP:     &http.Client{Timeout: 5 * time.Second, Transport: srv.Client().Transport},
		ClientID: r.x.ClientID(), ClientSecret: r.x.ClientSecret(), Tokens: r.tokens,
		Now: r.clock,
	}
	for _, f := range change {
		f(&s)
	}
	r.Connector = x.New(s)
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

func (r *rig) say(text string, d xtest.Draft) xtest.Post {
	r.Helper()
	p, err := r.x.Post("ramesh_k", text, d)
	if err != nil {
		r.Fatal(err)
	}
	return p
}

// round reads a source to its last page and gives what came and the cursor.
func (r *rig) round(src connector.Source, cursor string) ([]connector.Item, string) {
	r.Helper()
	var all []connector.Item
	for range 50 {
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

func ids(items []connector.Item) []string {
	out := []string{}
	for _, it := range items {
		out = append(out, it.Post.ExternalID)
	}
	return out
}

func mentions() connector.Source { return connector.Source{Kind: "mentions"} }

func class(t *testing.T, err error) *connector.Failure {
	t.Helper()
	f, ok := errors.AsType[*connector.Failure](err)
	if !ok {
		t.Fatalf("%v is no *Failure", err)
	}
	return f
}

func TestExam(t *testing.T) {
	connectortest.Run(t, func(t *testing.T) connectortest.Setup {
		r := newRig(t)
		return connectortest.Setup{
			Connector: r.Connector,
			Say: func(text string) string {
				r.pass(time.Second)
				return r.say("@cmo_test "+text, xtest.Draft{}).ID
			},
			Edit: func(id, text string) {
				if _, err := r.x.Edit(id, text); err != nil {
					t.Fatal(err)
				}
			},
			Delete: func(id string) {
				if err := r.x.Delete(id); err != nil {
					t.Fatal(err)
				}
			},
			Fail: func(c connector.Class) bool {
				switch c {
				case connector.Temporary:
					r.x.FailNext(xtest.Mentions, 1, xtest.Unavailable())
				case connector.Limited:
					r.x.FailNext(xtest.Mentions, 1, xtest.RateLimited(10*time.Minute))
				case connector.SignIn:
					r.x.Revoke("cmo_test")
				case connector.Forbidden:
					r.x.FailNext(xtest.Mentions, 1, xtest.Failure{Status: 403, Type: "client-forbidden", Title: "Client Forbidden"})
				case connector.Unpaid:
					r.x.FailNext(xtest.Mentions, 1, xtest.CreditsDepleted())
				default:
					return false
				}
				return true
			},
			LoseAnswer: func() { r.x.FailNext(xtest.Create, 1, xtest.Failure{Lose: true}) },
			Published:  func(id string) int { return len(r.x.Replies(id)) },
			Account:    r.us.ID,
			Way:        grievance.PublicWay,
			Now:        r.clock,
		}
	})
}

package facebooktest

import (
	"encoding/json"
	"net/http"
)

// control lets another process make citizens speak and see what is there. Facebook has
// nothing like it; the paths begin with /_control so that nobody mistakes them.
func (s *Server) control() {
	s.mux.HandleFunc("GET /_control/pages", func(w http.ResponseWriter, _ *http.Request) {
		ok(map[string]any{"pages": s.Pages()}).write(w)
	})
	s.mux.HandleFunc("GET /_control/threads/{id}", func(w http.ResponseWriter, r *http.Request) {
		ok(map[string]any{"posts": s.Thread(r.PathValue("id"))}).write(w)
	})
	s.mux.HandleFunc("GET /_control/replies", func(w http.ResponseWriter, _ *http.Request) {
		ok(map[string]any{"replies": s.ReplyCounts()}).write(w)
	})
	// Without a page the post stands on the author's own wall.
	s.mux.HandleFunc("POST /_control/post", order(func(in struct {
		Page, Author, Text string
		Draft
	}) (any, error) {
		if in.Page == "" {
			return s.OwnPost(in.Author, in.Text, in.Draft)
		}
		return s.VisitorPost(in.Page, in.Author, in.Text, in.Draft)
	}))
	s.mux.HandleFunc("POST /_control/comment", order(func(in struct {
		On, Author, Text string
		Draft
	}) (any, error) {
		return s.Comment(in.On, in.Author, in.Text, in.Draft)
	}))
	s.mux.HandleFunc("POST /_control/message", order(func(in struct {
		Page, Author, Text string
		Draft
	}) (any, error) {
		return s.Message(in.Page, in.Author, in.Text, in.Draft)
	}))
	s.mux.HandleFunc("POST /_control/edit", order(func(in struct{ ID, Text string }) (any, error) { return in, s.Edit(in.ID, in.Text) }))
	s.mux.HandleFunc("POST /_control/remove", order(func(in struct{ ID string }) (any, error) { return in, s.Remove(in.ID) }))
	s.mux.HandleFunc("POST /_control/pages", order(func(p Page) (any, error) { return s.AddPage(p), nil }))
	// The owner of a page changes the password or removes the app.
	s.mux.HandleFunc("POST /_control/revoke", order(func(in struct{ Page string }) (any, error) {
		s.KillToken(in.Page)
		return in, nil
	}))
	s.mux.HandleFunc("POST /_control/fail", order(func(in struct {
		Call Call
		N    int
		Failure
	}) (any, error) {
		s.FailNext(in.Call, in.N, in.Failure)
		return in, nil
	}))
}

// order reads a JSON order, does it and answers with what came of it.
func order[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
			invalid(err.Error()).write(w)
			return
		}
		out, err := do(in)
		if err != nil {
			invalid(err.Error()).write(w)
			return
		}
		ok(out).write(w)
	}
}

package xtest

import (
	"encoding/json"
	"net/http"
)

// control lets another process make citizens speak and see what is public. X has
// nothing like it; the paths begin with /_control so that nobody mistakes them.
func (s *Server) control() {
	s.mux.HandleFunc("GET /_control/posts", func(w http.ResponseWriter, _ *http.Request) {
		ok(map[string]any{"posts": s.Posts()}).write(w)
	})
	s.mux.HandleFunc("GET /_control/threads/{id}", func(w http.ResponseWriter, r *http.Request) {
		ok(map[string]any{"posts": s.Thread(r.PathValue("id"))}).write(w)
	})
	s.mux.HandleFunc("GET /_control/replies", func(w http.ResponseWriter, _ *http.Request) {
		ok(map[string]any{"replies": s.ReplyCounts()}).write(w)
	})
	s.mux.HandleFunc("POST /_control/users", order(func(u User) (any, error) { return s.AddUser(u), nil }))
	// A citizen who speaks for the first time gets an account.
	s.mux.HandleFunc("POST /_control/post", order(func(in struct {
		Author string `json:"author"`
		Text   string `json:"text"`
		Draft
	}) (any, error) {
		s.AddUser(User{Username: in.Author})
		return s.Post(in.Author, in.Text, in.Draft)
	}))
	s.mux.HandleFunc("POST /_control/edit", order(func(in struct{ ID, Text string }) (any, error) { return s.Edit(in.ID, in.Text) }))
	s.mux.HandleFunc("POST /_control/delete", order(func(in struct{ ID string }) (any, error) { return in, s.Delete(in.ID) }))
	s.mux.HandleFunc("POST /_control/withhold", order(func(in struct {
		ID        string
		Countries []string
	}) (any, error) {
		return in, s.Withhold(in.ID, in.Countries...)
	}))
	// The owner of an account removes the app.
	s.mux.HandleFunc("POST /_control/revoke", order(func(in struct{ Username string }) (any, error) {
		s.Revoke(in.Username)
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
			invalid("body", err.Error()).write(w)
			return
		}
		out, err := do(in)
		if err != nil {
			invalid("body", err.Error()).write(w)
			return
		}
		ok(out).write(w)
	}
}

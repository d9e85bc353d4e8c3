package xtest

import (
	"encoding/base32"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reach is how far back the mentions of an account go, searchDays how far a search.
const (
	reach      = 800
	searchDays = 7
)

// mentions lists the posts that mention an account, newest first.
func (s *Server) mentions(r *http.Request, _ caller) answer {
	id := r.PathValue("id")
	if u := s.users[id]; u == nil || u.Suspended {
		return ok(map[string]any{"errors": []map[string]any{notFound("user", "id", id)}})
	}
	seen := 0
	return s.timeline(r, 5, 100, "pagination_token", func(p *Post) bool {
		if !slices.Contains(p.mentioned, id) || p.Retweets != "" {
			return false
		}
		seen++
		return seen <= reach
	})
}

// search answers queries over conversation_id, from and is:retweet; others it refuses
// rather than pretend.
func (s *Server) search(r *http.Request, _ caller) answer {
	q := r.FormValue("query")
	if q == "" || len(q) > 512 {
		return invalid("query", "query must have 1 to 512 characters")
	}
	match, err := s.query(q)
	if err != nil {
		return invalid("query", err.Error())
	}
	oldest := s.opts.Now().AddDate(0, 0, -searchDays)
	if since, err := optionalID(r, "since_id"); err == nil && since > 0 && since < uint64(oldest.UnixMilli()-snowflakeEpoch)<<22 {
		return invalid("since_id", "'since_id' must be a tweet id created after "+oldest.Format(time.RFC3339))
	}
	return s.timeline(r, 10, 100, "next_token", func(p *Post) bool {
		return p.At.After(oldest) && p.Retweets == "" && match(p)
	})
}

// query reads "(a OR b) c -d": alternatives in brackets or alone, and conditions that
// all must hold.
func (s *Server) query(q string) (func(*Post) bool, error) {
	var all []func(*Post) bool
	for q = strings.TrimSpace(q); q != ""; q = strings.TrimSpace(q) {
		var group string
		if strings.HasPrefix(q, "(") {
			var closed bool
			if group, q, closed = strings.Cut(q[1:], ")"); !closed {
				return nil, fmt.Errorf("no closing bracket")
			}
		} else if strings.Contains(q, " OR ") {
			group, q = q, ""
		} else {
			group, q, _ = strings.Cut(q, " ")
		}
		var either []func(*Post) bool
		for _, term := range strings.Split(group, " OR ") {
			f, err := s.term(strings.TrimSpace(term))
			if err != nil {
				return nil, err
			}
			either = append(either, f)
		}
		all = append(all, func(p *Post) bool {
			return slices.ContainsFunc(either, func(f func(*Post) bool) bool { return f(p) })
		})
	}
	return func(p *Post) bool {
		return !slices.ContainsFunc(all, func(f func(*Post) bool) bool { return !f(p) })
	}, nil
}

func (s *Server) term(t string) (func(*Post) bool, error) {
	switch op, value, _ := strings.Cut(t, ":"); op {
	case "conversation_id":
		return func(p *Post) bool { return p.ThreadID == value }, nil
	case "from":
		return func(p *Post) bool { return p.AuthorID == value || strings.EqualFold(p.Author, value) }, nil
	case "-is":
		if value == "retweet" {
			return func(p *Post) bool { return p.Retweets == "" }, nil
		}
	}
	return nil, fmt.Errorf("the operator of %q is not known", t)
}

// timeline is a page of the posts that match, newest first, between since_id and the token.
func (s *Server) timeline(r *http.Request, least, most int, tokenName string, match func(*Post) bool) answer {
	w, no := readWants(r)
	if no != nil {
		return *no
	}
	size := most
	if v := r.FormValue("max_results"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return invalid("max_results", fmt.Sprintf("The `max_results` query parameter value [%s] is not between %d and %d", v, least, most))
		}
		size = n
	}
	since, err := optionalID(r, "since_id")
	if err != nil {
		return invalid("since_id", err.Error())
	}
	until := ^uint64(0)
	if token := r.FormValue(tokenName); token != "" {
		if until, err = readToken(token); err != nil {
			return invalid(tokenName, err.Error())
		}
	}
	var posts []*Post
	more := false
	for i := len(s.posts) - 1; i >= 0 && s.posts[i].n > since; i-- {
		p := s.posts[i]
		if !s.visible(p) || !p.latest() || !match(p) || p.n >= until {
			continue
		}
		if len(posts) == size {
			more = true
			break
		}
		posts = append(posts, p)
	}
	body := s.page(posts, w)
	meta := map[string]any{"result_count": len(posts)}
	if len(posts) > 0 {
		meta["newest_id"], meta["oldest_id"] = posts[0].ID, posts[len(posts)-1].ID
	}
	if more {
		meta["next_token"] = makeToken(posts[len(posts)-1].n)
	}
	body["meta"] = meta
	return ok(body)
}

func optionalID(r *http.Request, name string) (uint64, error) {
	v := r.FormValue(name)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(v, 10, 63)
	if err != nil || len(v) > 19 {
		return 0, fmt.Errorf("%s %q is not an id", name, v)
	}
	return n, nil
}

// A page token says where the next page begins, so posts that arrive meanwhile move
// nothing.
var tokenCoding = base32.HexEncoding.WithPadding(base32.NoPadding)

func makeToken(n uint64) string {
	return strings.ToLower(tokenCoding.EncodeToString([]byte(strconv.FormatUint(n, 10))))
}

func readToken(t string) (uint64, error) {
	b, err := tokenCoding.DecodeString(strings.ToUpper(t))
	if err != nil {
		return 0, fmt.Errorf("the token is not one of ours")
	}
	return strconv.ParseUint(string(b), 10, 64)
}

// lookup gives posts by their ids; what is gone stands in errors beside data.
func (s *Server) lookup(r *http.Request, _ caller) answer {
	w, no := readWants(r)
	if no != nil {
		return *no
	}
	ids := strings.Split(r.FormValue("ids"), ",")
	if len(ids) > 100 || ids[0] == "" {
		return invalid("ids", "ids must hold 1 to 100 ids")
	}
	var posts []*Post
	var missing []map[string]any
	for _, id := range ids {
		if _, err := strconv.ParseUint(id, 10, 63); err != nil || len(id) > 19 {
			return invalid("ids", fmt.Sprintf("The `ids` query parameter value [%s] is not valid", id))
		}
		if p := s.byID[id]; p != nil && s.visible(p) {
			posts = append(posts, p)
		} else {
			missing = append(missing, notFound("tweet", "ids", id))
		}
	}
	body := s.page(posts, w)
	if missing != nil {
		errs, _ := body["errors"].([]map[string]any)
		body["errors"] = append(missing, errs...)
	}
	return ok(body)
}

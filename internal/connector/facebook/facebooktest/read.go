package facebooktest

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The sizes of a page of a list.
const (
	defaultLimit = 25
	maxLimit     = 100
	maxIDs       = 50
)

// own refuses a call about another page than the caller.
func own(r *http.Request, page *Page) *answer {
	if r.PathValue("id") == page.ID || r.PathValue("id") == "me" {
		return nil
	}
	a := refuse(http.StatusForbidden, 210, 0, "(#210) This call requires a Page access token of that Page.")
	return &a
}

// feed lists what stands on the caller's wall, newest first; since looks at the last change.
func (s *Server) feed(r *http.Request, page *Page) answer {
	if no := own(r, page); no != nil {
		return *no
	}
	since, err := optionalNumber(r, "since")
	if err != nil {
		return invalid("(#100) param since must be a time")
	}
	return s.list(r, page, KindPost, s.match(func(p *Post) bool {
		return p.Kind == KindPost && p.PageID == page.ID && p.Updated.Unix() >= since
	}))
}

// tagged lists the posts on others' walls that name the caller, newest first.
func (s *Server) tagged(r *http.Request, page *Page) answer {
	if no := own(r, page); no != nil {
		return *no
	}
	return s.list(r, page, KindPost, s.match(func(p *Post) bool {
		return p.Kind == KindPost && slices.Contains(p.Tags, page.ID)
	}))
}

// comments lists what stands under a post or comment: with filter=stream all levels,
// oldest first unless the order is turned.
func (s *Server) comments(r *http.Request, page *Page) answer {
	on := s.byID[r.PathValue("id")]
	if on == nil || on.Removed || !s.sees(page, on) {
		return missing(r.PathValue("id"))
	}
	stream := r.FormValue("filter") == "stream"
	list := s.match(func(p *Post) bool {
		return p.Kind == KindComment && (p.ParentID == on.ID || stream && p.ThreadID == on.ID)
	})
	if r.FormValue("order") != "reverse_chronological" {
		slices.Reverse(list)
	}
	return s.list(r, page, KindComment, list)
}

// sees tells whether a page may load p: on its own wall, in its inbox, or where it is named.
func (s *Server) sees(page *Page, p *Post) bool {
	if p.PageID == page.ID || slices.Contains(p.Tags, page.ID) {
		return true
	}
	thread := s.byID[p.ThreadID]
	return thread != nil && slices.Contains(thread.Tags, page.ID)
}

// match gives what is left at Facebook and passes keep, newest first.
func (s *Server) match(keep func(*Post) bool) []*Post {
	var out []*Post
	for _, p := range s.posts {
		if !p.Removed && keep(p) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *Post) int { return a.At.Compare(b.At) })
	slices.Reverse(out)
	return out
}

// list answers with one page of posts in the fields asked for.
func (s *Server) list(r *http.Request, page *Page, kind string, posts []*Post) answer {
	want, no := fields(r.FormValue("fields"), kind)
	if no != nil {
		return *no
	}
	part, paging, no := cutPage(r, posts, func(p *Post) string { return p.ID })
	if no != nil {
		return *no
	}
	data := []map[string]any{}
	for _, p := range part {
		data = append(data, s.shape(p, page, want))
	}
	return ok(map[string]any{"data": data, "paging": paging})
}

// cutPage takes the page that limit and after name. The cursor names the last element
// that was given, so what arrives meanwhile moves nothing.
func cutPage[T any](r *http.Request, all []T, id func(T) string) ([]T, map[string]any, *answer) {
	limit, err := optionalNumber(r, "limit")
	if err != nil || limit > maxLimit {
		a := invalid("(#100) param limit must be at most 100")
		return nil, nil, &a
	}
	if limit == 0 {
		limit = defaultLimit
	}
	if after := r.FormValue("after"); after != "" {
		last, err := base64.RawURLEncoding.DecodeString(after)
		at := slices.IndexFunc(all, func(v T) bool { return id(v) == string(last) })
		if err != nil || at < 0 {
			a := invalid("(#100) Invalid cursor")
			return nil, nil, &a
		}
		all = all[at+1:]
	}
	part, paging := takePage(r.URL.Path, all, int(limit), id)
	return part, paging, nil
}

// takePage takes the first elements and says where the next page begins.
func takePage[T any](path string, all []T, limit int, id func(T) string) ([]T, map[string]any) {
	part := all[:min(limit, len(all))]
	if len(part) == 0 {
		return nil, map[string]any{}
	}
	code := func(v T) string { return base64.RawURLEncoding.EncodeToString([]byte(id(v))) }
	paging := map[string]any{"cursors": map[string]any{"before": code(part[0]), "after": code(part[len(part)-1])}}
	if len(part) < len(all) {
		// The real service puts the token into this address; whoever follows it, leaks it.
		paging["next"] = "https://graph.facebook.com" + path + "?access_token=SECRET&after=" + code(part[len(part)-1])
	}
	return part, paging
}

func optionalNumber(r *http.Request, name string) (int64, error) {
	if r.FormValue(name) == "" {
		return 0, nil
	}
	return strconv.ParseInt(r.FormValue(name), 10, 64)
}

// object gives one thing by its id: a page, a post, a comment or a message.
func (s *Server) object(r *http.Request, page *Page) answer {
	id := r.PathValue("id")
	if id == "me" || id == page.ID {
		return ok(map[string]any{"id": page.ID, "name": page.Name})
	}
	p := s.byID[id]
	if p == nil || p.Removed || !s.sees(page, p) {
		return missing(id)
	}
	want, no := fields(r.FormValue("fields"), p.Kind)
	if no != nil {
		return *no
	}
	return ok(s.shape(p, page, want))
}

// objects gives several by ?ids=. One that is missing spoils the whole call.
func (s *Server) objects(r *http.Request, page *Page) answer {
	ids := strings.Split(r.FormValue("ids"), ",")
	if ids[0] == "" || len(ids) > maxIDs {
		return invalid("(#100) ids must hold 1 to 50 ids")
	}
	out := map[string]any{}
	for _, id := range ids {
		r.SetPathValue("id", id)
		a := s.object(r, page)
		if a.status != http.StatusOK {
			return a
		}
		out[id] = a.body
	}
	return ok(out)
}

package facebooktest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// conversation is a citizen's exchange with a page.
type conversation struct {
	id, citizen string
	updated     time.Time
	messages    []*Post // newest first
}

// inbox lists a page's conversations, the latest first.
func (s *Server) inbox(page *Page) []*conversation {
	byID := map[string]*conversation{}
	var out []*conversation
	for _, p := range s.match(func(p *Post) bool { return p.Kind == KindMessage && p.PageID == page.ID }) {
		c := byID[p.ThreadID]
		if c == nil {
			c = &conversation{id: p.ThreadID, citizen: p.To}
			byID[p.ThreadID] = c
			out = append(out, c)
		}
		c.messages = append(c.messages, p)
		c.updated = latest(c.updated, p.At)
	}
	slices.SortStableFunc(out, func(a, b *conversation) int { return b.updated.Compare(a.updated) })
	return out
}

var messageFields = regexp.MustCompile(`messages\{([^}]*)\}`)

// conversations lists the caller's inbox.
func (s *Server) conversations(r *http.Request, page *Page) answer {
	if no := own(r, page); no != nil {
		return *no
	}
	if r.FormValue("platform") != "messenger" {
		return invalid("(#100) platform must be messenger")
	}
	asked := ""
	if m := messageFields.FindStringSubmatch(r.FormValue("fields")); m != nil {
		asked = m[1]
	}
	want, no := fields(asked, KindMessage)
	if no != nil {
		return *no
	}
	all := s.inbox(page)
	if user := r.FormValue("user_id"); user != "" {
		all = slices.DeleteFunc(all, func(c *conversation) bool { return s.scopedID(page.ID, c.citizen) != user })
	}
	part, paging, no := cutPage(r, all, func(c *conversation) string { return c.id })
	if no != nil {
		return *no
	}
	data := []map[string]any{}
	for _, c := range part {
		// A conversation shows its newest messages; the others are a list of their own.
		messages, inner := takePage("/"+c.id+"/messages", c.messages, defaultLimit, func(p *Post) string { return p.ID })
		data = append(data, map[string]any{
			"id": c.id, "updated_time": c.updated.Format(graphTime),
			"participants": map[string]any{"data": []any{
				map[string]any{"id": s.scopedID(page.ID, c.citizen), "name": c.citizen},
				map[string]any{"id": page.ID, "name": page.Name},
			}},
			"messages": map[string]any{"data": s.shapes(messages, page, want), "paging": inner},
		})
	}
	return ok(map[string]any{"data": data, "paging": paging})
}

func (s *Server) shapes(posts []*Post, page *Page, want []string) []map[string]any {
	out := []map[string]any{}
	for _, p := range posts {
		out = append(out, s.shape(p, page, want))
	}
	return out
}

// messages lists one conversation, newest first.
func (s *Server) messages(r *http.Request, page *Page) answer {
	id := r.PathValue("id")
	for _, c := range s.inbox(page) {
		if c.id == id {
			return s.list(r, page, KindMessage, c.messages)
		}
	}
	return missing(id)
}

// subscribe tells the webhook of what happens at a page.
func (s *Server) subscribe(r *http.Request, page *Page) answer {
	if no := own(r, page); no != nil {
		return *no
	}
	list := strings.Split(r.FormValue("subscribed_fields"), ",")
	for _, f := range list {
		if !slices.Contains([]string{"feed", "mention", "messages", "message_echoes"}, f) {
			return invalid("(#100) Param subscribed_fields[0] must be one of {feed, mention, messages, message_echoes} - got \"" + f + "\"")
		}
	}
	page.subscribed = list
	return ok(map[string]any{"success": true})
}

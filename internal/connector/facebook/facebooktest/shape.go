package facebooktest

import (
	"slices"
	"strings"
	"time"
)

// graphTime is how the Graph API writes times.
const graphTime = "2006-01-02T15:04:05-0700"

// known are the fields that a kind of object has; asking for another one is an error.
func known(kind string) []string {
	switch kind {
	case KindPost:
		return []string{"id", "message", "from", "created_time", "updated_time", "permalink_url", "attachments"}
	case KindComment:
		return []string{"id", "message", "from", "parent", "created_time", "attachment", "permalink_url", "is_hidden"}
	}
	return []string{"id", "message", "from", "to", "created_time", "attachments"}
}

// fields reads what a caller asks for.
func fields(asked, kind string) ([]string, *answer) {
	if asked == "" {
		return []string{"id", "message", "created_time"}, nil
	}
	list := strings.Split(asked, ",")
	for _, f := range list {
		if !slices.Contains(known(kind), f) {
			a := invalid("(#100) Tried accessing nonexisting field (" + f + ") on node type (" + kind + ")")
			return nil, &a
		}
	}
	return list, nil
}

// shape is p as the Graph API shows it to a page. Whoever wrote on another wall is withheld.
func (s *Server) shape(p *Post, page *Page, want []string) map[string]any {
	all := map[string]any{"id": p.ID, "created_time": p.At.Format(graphTime)}
	if p.Text != "" {
		all["message"] = p.Text
	}
	if p.PageID == page.ID {
		all["from"] = s.from(p)
	}
	switch p.Kind {
	case KindPost:
		all["updated_time"] = p.Updated.Format(graphTime)
		all["permalink_url"] = permalink(p)
		if len(p.Photos) > 0 {
			all["attachments"] = map[string]any{"data": photos(p)}
		}
	case KindComment:
		all["permalink_url"] = permalink(p)
		all["is_hidden"] = p.Hidden
		if p.nested() {
			all["parent"] = map[string]any{"id": p.ParentID, "created_time": s.byID[p.ParentID].At.Format(graphTime)}
		}
		if len(p.Photos) > 0 {
			all["attachment"] = photos(p)[0]
		}
	case KindMessage:
		all["to"] = map[string]any{"data": []any{s.addressee(p)}}
		if len(p.Photos) > 0 {
			all["attachments"] = map[string]any{"data": []any{map[string]any{"mime_type": "image/jpeg", "image_data": map[string]any{"url": p.Photos[0]}}}}
		}
	}
	out := map[string]any{"id": p.ID}
	for _, f := range want {
		if v, has := all[f]; has {
			out[f] = v
		}
	}
	return out
}

func photos(p *Post) []map[string]any {
	var out []map[string]any
	for _, address := range p.Photos {
		out = append(out, map[string]any{"type": "photo", "media": map[string]any{"image": map[string]any{"src": address, "width": 720, "height": 480}}})
	}
	return out
}

func permalink(p *Post) string {
	if p.Kind == KindPost {
		return "https://www.facebook.com/" + p.ID
	}
	_, number, _ := cut(p.ID)
	return "https://www.facebook.com/" + p.ThreadID + "?comment_id=" + number
}

// from is who said p, under the id that the page knows.
func (s *Server) from(p *Post) map[string]any {
	if p.FromPage {
		return map[string]any{"id": p.PageID, "name": p.Author}
	}
	return map[string]any{"id": s.scopedID(p.PageID, p.Author), "name": p.Author}
}

func (s *Server) addressee(p *Post) map[string]any {
	if p.FromPage {
		return map[string]any{"id": s.scopedID(p.PageID, p.To), "name": p.To}
	}
	return map[string]any{"id": p.PageID, "name": s.pages[p.PageID].Name}
}

// cut divides an id at its underscore.
func cut(id string) (wall, number string, found bool) { return strings.Cut(id, "_") }

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

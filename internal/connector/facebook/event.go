package facebook

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// readDelivery translates the body of a webhook, which may tell of many things at many
// pages. What cannot be read is an error only when nothing else could be.
func readDelivery(body []byte) ([]connector.Item, error) {
	var d delivery
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, fmt.Errorf("read delivery: %w", err)
	}
	if d.Object != "page" {
		return []connector.Item{ignored("object " + cmp.Or(d.Object, "missing"))}, nil
	}
	var out []connector.Item
	var first error
	read := 0
	for _, raw := range d.Entry {
		got, err := readEntry(raw)
		first = cmp.Or(first, err)
		for _, it := range got {
			if it.What != connector.ItemUnreadable {
				read++
			}
		}
		out = append(out, got...)
	}
	if len(d.Entry) == 0 {
		return []connector.Item{ignored("no entry")}, nil
	}
	if read == 0 && first != nil {
		return nil, first
	}
	if len(out) == 1 && len(out[0].Post.Raw) > 0 {
		out[0].Post.Raw = bytes.Clone(body) // what arrived, to the byte
	}
	return out, nil
}

// readEntry translates what happened at one page. With an error it gives the bytes of
// what could not be read.
func readEntry(raw json.RawMessage) ([]connector.Item, error) {
	var e entry
	if err := json.Unmarshal(raw, &e); err != nil {
		return []connector.Item{unreadable("unreadable event", alone(raw))}, fmt.Errorf("read entry: %w", err)
	}
	var out []connector.Item
	var first error
	add := func(key string, raws []json.RawMessage, read func(json.RawMessage) (connector.Item, error)) {
		for _, one := range raws {
			single := e.with(key, one)
			it, err := read(one)
			switch {
			case err != nil:
				first = cmp.Or(first, err)
				it = unreadable("unreadable event", single)
			case it.What == connector.ItemNew || it.What == connector.ItemEdited:
				it.Post.Raw = single
			}
			it.AccountExternalID = e.ID
			out = append(out, it)
		}
	}
	add("changes", e.Changes, e.change)
	add("messaging", e.Messaging, e.message)
	if out == nil {
		out = []connector.Item{ignored("empty entry")}
	}
	return out, first
}

// with is a delivery of one event alone: the event's own bytes, apart from others, so that
// it can be read again and erased.
func (e entry) with(key string, one json.RawMessage) []byte {
	fields := map[string]any{"id": e.ID, key: []json.RawMessage{one}}
	if e.Time != "" {
		fields["time"] = e.Time
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		return one // its parts were JSON when they were read
	}
	return alone(raw)
}

func alone(entry json.RawMessage) []byte {
	raw, err := json.Marshal(delivery{Object: "page", Entry: []json.RawMessage{entry}})
	if err != nil {
		return entry // it was JSON when it was read
	}
	return raw
}

// change translates an event of a page's wall, or of a wall where the page was named.
func (e entry) change(raw json.RawMessage) (connector.Item, error) {
	var c change
	if err := json.Unmarshal(raw, &c); err != nil {
		return connector.Item{}, fmt.Errorf("read change: %w", err)
	}
	v := c.Value
	if c.Field != "feed" && c.Field != "mention" {
		return ignored("field " + cmp.Or(c.Field, "missing")), nil
	}
	id := cmp.Or(v.CommentID, v.PostID)
	switch v.Item {
	case "comment", "post", "status", "photo", "video", "share":
	case "reaction", "like":
		if v.Verb == "add" && id != "" {
			return connector.Item{What: connector.ItemCounted, Post: bare(e.ID, id), At: seconds(v.CreatedTime), Note: v.Item}, nil
		}
		return ignored(v.Item + " " + v.Verb), nil
	case "":
		if c.Field == "feed" {
			return ignored("no item"), nil
		}
	default:
		return ignored("item " + v.Item), nil
	}
	if v.Item != "comment" && c.Field == "feed" {
		id = v.PostID
	}
	if id == "" {
		return connector.Item{}, fmt.Errorf("read change %s: no id", v.Item)
	}
	return e.wall(c.Field, v, id)
}

// wall is what a verb did to a post or comment.
func (e entry) wall(field string, v value, id string) (connector.Item, error) {
	happened := seconds(e.Time)
	switch v.Verb {
	case "add", "":
		return connector.Item{What: connector.ItemNew, Post: v.post(e, field, id), At: cmp.Or(seconds(v.CreatedTime), happened)}, nil
	case "edited", "edit":
		return connector.Item{What: connector.ItemEdited, Post: v.post(e, field, id), At: happened}, nil
	case "remove":
		it := gone(e.ID, id, v.Item)
		it.At = happened
		return it, nil
	case "hide", "unhide":
		return connector.Item{What: connector.ItemIgnored, Post: bare(e.ID, id), At: happened, Note: v.Verb}, nil
	}
	return ignored("verb " + v.Verb), nil
}

// post is v, as e tells of it, in our words.
func (v value) post(e entry, field, id string) grievance.Post {
	p := bare(e.ID, id)
	p.Public = true
	p.Text, p.FullText = v.Message, v.Message
	p.PostedAt = cmp.Or(seconds(v.CreatedTime), seconds(e.Time))
	p.Author = v.From.author()
	p.Direction = direction(v.From, e.ID)
	p.ThreadID = cmp.Or(v.PostID, id)
	p.URL = cmp.Or(v.Permalink, permalink(id))
	p.Media = v.media()
	comment := v.CommentID != "" && id == v.CommentID
	if comment {
		p.ParentID = cmp.Or(v.ParentID, v.PostID)
	}
	switch {
	case field == "mention":
		p.Form = grievance.Mention
	case comment:
		p.Form = grievance.Comment
	default:
		p.Form = grievance.PagePost
	}
	return p
}

func (v value) media() []grievance.Media {
	var out []grievance.Media
	add := func(kind, url string) {
		if url != "" {
			out = append(out, grievance.Media{Kind: kind, URL: url})
		}
	}
	for _, url := range v.Photos {
		add("photo", url)
	}
	add("photo", v.Photo)
	add("video", v.Video)
	if len(out) == 0 && v.Item == "photo" {
		add("photo", v.Link)
	}
	if len(out) == 0 && v.Item == "video" {
		add("video", v.Link)
	}
	return out
}

// message translates an event of a page's inbox.
func (e entry) message(raw json.RawMessage) (connector.Item, error) {
	var m messaging
	if err := json.Unmarshal(raw, &m); err != nil {
		return connector.Item{}, fmt.Errorf("read messaging: %w", err)
	}
	if m.Message == nil {
		return ignored("messaging " + kind(raw)), nil
	}
	if m.Message.Mid == "" {
		return connector.Item{}, errors.New("read message: no mid")
	}
	at := millis(m.Timestamp)
	if m.Message.IsDeleted {
		it := gone(e.ID, m.Message.Mid, "message")
		it.At = millis(e.Time)
		return it, nil
	}
	it := connector.Item{What: connector.ItemNew, At: at, Post: bare(e.ID, m.Message.Mid)}
	p := &it.Post
	p.Form, p.PostedAt, p.Direction = grievance.Message, at, grievance.In
	p.Text, p.FullText = m.Message.Text, m.Message.Text
	p.Author.ExternalID = m.Sender.ID
	p.ThreadID = messageThread(m.Sender.ID)
	if m.Message.IsEcho || m.Sender.ID == e.ID {
		p.Direction, p.ThreadID = grievance.Out, messageThread(m.Recipient.ID)
	}
	if m.Message.IsUnsupported {
		it.Note = "unsupported"
		p.Text, p.FullText = UnsupportedText, UnsupportedText
	}
	if m.Message.ReplyTo != nil {
		p.ParentID = m.Message.ReplyTo.Mid
	}
	for _, a := range m.Message.Attachments {
		if a.Payload.URL != "" {
			p.Media = append(p.Media, grievance.Media{Kind: mediaKind(a.Type), URL: a.Payload.URL, Name: a.Payload.Title})
		}
	}
	return it, nil
}

func mediaKind(facebook string) string {
	switch facebook {
	case "image":
		return "photo"
	case "video", "reel", "ig_reel":
		return "video"
	}
	return "file"
}

// kind names a messaging event that brings no message.
func kind(raw json.RawMessage) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) == nil {
		for _, k := range []string{"delivery", "read", "reaction", "postback", "referral", "optin", "message_edit"} {
			if _, has := fields[k]; has {
				return k
			}
		}
	}
	return "of another kind"
}

// seconds and millis read a count since 1970; zero when there is none.
func seconds(n json.Number) time.Time {
	s, err := n.Int64()
	if err != nil || s <= 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

func millis(n json.Number) time.Time {
	ms, err := n.Int64()
	if err != nil || ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

package facebook

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// UnsupportedText stands where Facebook says only that there is a message: a sticker
// game, a vanished story, a kind that came after this program.
const UnsupportedText = "[A message of a kind that Facebook does not hand over. It can be read in the page's inbox on Facebook.]"

// bare names a post of which no more is known than its page and id.
func bare(page, id string) grievance.Post {
	return grievance.Post{Channel: grievance.Facebook, ExternalID: id, DedupKey: page + ":" + id}
}

func gone(page, id, note string) connector.Item {
	return connector.Item{What: connector.ItemGone, Post: bare(page, id), Note: note}
}

func ignored(note string) connector.Item {
	return connector.Item{What: connector.ItemIgnored, Note: note, Post: grievance.Post{Channel: grievance.Facebook}}
}

// unreadable keeps the bytes of what could not be read, so that one odd thing never stops
// a page.
func unreadable(note string, raw []byte) connector.Item {
	return connector.Item{What: connector.ItemUnreadable, Note: note, Post: grievance.Post{Channel: grievance.Facebook, Raw: raw}}
}

// place says where an object was found: what it is depends on that.
type place struct {
	page   string
	form   grievance.Form
	thread string // the post of a comment; the other person of a message; empty: not known
}

// items translates a page of a list, oldest first; Facebook gives the newest first.
func items(raws []json.RawMessage, at place) []connector.Item {
	out := make([]connector.Item, 0, len(raws))
	for i := len(raws) - 1; i >= 0; i-- {
		it, err := item(raws[i], at)
		if err != nil {
			it = unreadable("unreadable object", raws[i])
		}
		out = append(out, it)
	}
	return out
}

// item says what one object of the Graph API means to us.
func item(raw json.RawMessage, at place) (connector.Item, error) {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		return connector.Item{}, fmt.Errorf("read object: %w", err)
	}
	if o.ID == "" {
		return connector.Item{}, errors.New("read object: no id")
	}
	it := connector.Item{What: connector.ItemNew, Post: o.post(at), At: graphTime(o.CreatedTime)}
	it.Post.Raw = raw
	if changed := graphTime(o.UpdatedTime); changed.After(it.At) {
		// By an edit or a comment, Facebook does not say which.
		it.What, it.At = connector.ItemEdited, changed
	}
	return it, nil
}

// post is o in our words.
func (o *object) post(at place) grievance.Post {
	p := bare(at.page, o.ID)
	p.Form, p.Public = at.form, at.form != grievance.Message
	p.Text, p.FullText = o.Message, o.Message
	p.PostedAt = graphTime(o.CreatedTime)
	p.Author = o.From.author()
	p.Direction = direction(o.From, at.page)
	p.Media = o.media()
	switch at.form {
	case grievance.Message:
		p.ThreadID = messageThread(cmp.Or(at.thread, o.otherThan(at.page)))
		return p
	case grievance.Comment:
		p.ThreadID = cmp.Or(at.thread, postOf(at.page, o.ID))
		p.ParentID = cmp.Or(o.Parent.ID, p.ThreadID)
	default:
		p.ThreadID = o.ID
	}
	p.URL = cmp.Or(o.Permalink, permalink(o.ID))
	return p
}

func (a *actor) author() grievance.Author {
	if a == nil {
		return grievance.Author{} // withheld
	}
	return grievance.Author{ExternalID: a.ID, Name: a.Name}
}

func direction(from *actor, page string) grievance.Direction {
	if from != nil && from.ID == page {
		return grievance.Out
	}
	return grievance.In
}

// otherThan is the person of a message's two ends who is not the page.
func (o *object) otherThan(page string) string {
	if o.From != nil && o.From.ID != page {
		return o.From.ID
	}
	for _, to := range o.To.Data {
		if to.ID != page {
			return to.ID
		}
	}
	return ""
}

// messagePrefix marks the threads of messages. Facebook's webhook names no conversation,
// so the person at the other end does.
const messagePrefix = "user:"

func messageThread(person string) string {
	if person == "" {
		return ""
	}
	return messagePrefix + person
}

// postOf is the post of a comment on a page's own wall, by the comment's id: both ids
// hold the number of the post.
func postOf(page, comment string) string {
	number, _, nested := strings.Cut(comment, "_")
	if !nested || page == "" {
		return ""
	}
	return page + "_" + number
}

func permalink(id string) string { return "https://www.facebook.com/" + id }

// graphTime reads the times of the Graph API, whose zone has no colon; zero when it cannot.
func graphTime(s string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05-0700", time.RFC3339} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

func (o *object) media() []grievance.Media {
	all := o.Attachments.Data
	if o.Attachment != nil {
		all = append(all, *o.Attachment)
	}
	var out []grievance.Media
	for _, a := range all {
		out = append(out, a.media()...)
	}
	return out
}

// media are the pictures, films and files of an attachment. An album shows its first
// picture once more beside the whole.
func (a attachment) media() []grievance.Media {
	if len(a.Subattachments.Data) > 0 {
		var out []grievance.Media
		for _, sub := range a.Subattachments.Data {
			out = append(out, sub.media()...)
		}
		return out
	}
	m := grievance.Media{Kind: "file", URL: a.FileURL, Alt: a.Description, Name: cmp.Or(a.Name, a.Title), Type: a.MimeType, Size: a.Size}
	switch {
	case a.VideoData.URL != "":
		m.Kind, m.URL = "video", a.VideoData.URL
	case a.ImageData.URL != "":
		m.Kind, m.URL = "photo", a.ImageData.URL
	case strings.HasPrefix(a.Type, "video"):
		m.Kind, m.URL = "video", cmp.Or(a.Media.Source, a.URL)
	case a.Media.Image.Src != "":
		m.Kind, m.URL = "photo", a.Media.Image.Src
	}
	if m.URL == "" {
		return nil
	}
	return []grievance.Media{m}
}

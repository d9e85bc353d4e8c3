package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// The sources of a page.
const (
	sourceFeed          = "feed" // the wall, and the comments under what changed there
	sourceTagged        = "tagged"
	sourceConversations = "conversations"
	sourceComments      = "comments" // one thread with an open case, by the id of its post
)

const (
	// overlap is how far a poll reads back behind its cursor.
	overlap = time.Hour
	// firstReach is how far back the first poll of a page reads; what is older is imported.
	firstReach = 30 * 24 * time.Hour
	pageSize   = "100"
)

// What we ask of each kind of object. Asking for a field that a kind has not is an error.
const (
	postFields    = "id,message,from,created_time,updated_time,permalink_url,attachments"
	commentFields = "id,message,from,parent,created_time,attachment,permalink_url"
	messageFields = "id,message,from,to,created_time,attachments"
)

// Sources are the wall, the posts that name the page, its inbox and each thread with an
// open case. The threads of messages are in the inbox.
func (c *Connector) Sources(threads []string) []connector.Source {
	out := []connector.Source{{Kind: sourceFeed}, {Kind: sourceTagged}, {Kind: sourceConversations}}
	for _, id := range threads {
		if isPost(id) {
			out = append(out, connector.Source{Kind: sourceComments, Key: id})
		}
	}
	return out
}

// isPost tells the id of a post, digits on both sides of an underscore, from other threads.
func isPost(id string) bool {
	wall, number, found := strings.Cut(id, "_")
	return found && digits(wall) && digits(number)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// round is where a poll of several pages stands; it travels in Source.Page.
type round struct {
	Start  int64  `json:"start"`  // when it began, in seconds
	Newest int64  `json:"newest"` // the latest change seen
	After  string `json:"after,omitempty"`
	Listed bool   `json:"listed,omitempty"` // the list is read to its end
	// Pending are the threads and conversations still to be read, the first in hand.
	Pending []pending `json:"pending,omitempty"`
}

type pending struct {
	ID     string `json:"id"`
	Person string `json:"person,omitempty"` // the other end of a conversation
	After  string `json:"after,omitempty"`
}

// reading is one call of a round.
type reading struct {
	*round
	since int64
}

// saw notes when something happened and tells whether it is new to this round.
func (r reading) saw(at time.Time) bool {
	r.Newest = max(r.Newest, at.Unix())
	return at.IsZero() || at.Unix() >= r.since
}

// next replaces the pending thread in hand by what is left of it.
func (r reading) next(after string) {
	if after == "" {
		r.Pending = r.Pending[1:]
		return
	}
	r.Pending[0].After = after
}

// Fetch reads one page. Facebook gives the newest first, so only a page's own posts come
// oldest first. The cursor is the latest change seen, in seconds, but none from after the
// round began: what changed meanwhile belongs to the next.
func (c *Connector) Fetch(ctx context.Context, src connector.Source, cursor string) (connector.Batch, error) {
	r := round{Start: c.Now().Unix()}
	if src.Page != "" {
		if err := json.Unmarshal([]byte(src.Page), &r); err != nil {
			return connector.Batch{}, fmt.Errorf("read page of round: %w", err)
		}
	} else if src.Kind == sourceComments {
		r.Listed, r.Pending = true, []pending{{ID: src.Key}}
	}
	// A cursor that is no number is none: the round begins anew.
	last, _ := strconv.ParseInt(cursor, 10, 64)
	in := reading{round: &r, since: time.Unix(r.Start, 0).Add(-firstReach).Unix()}
	if last > 0 {
		in.since = last - int64(overlap/time.Second)
	}
	b, err := c.fetch(ctx, src.Kind, in)
	if err != nil {
		return connector.Batch{}, err
	}
	if !r.Listed || len(r.Pending) > 0 {
		page, err := json.Marshal(r)
		if err != nil {
			return connector.Batch{}, fmt.Errorf("write page of round: %w", err)
		}
		b.NextPage = string(page)
		return b, nil
	}
	b.Done = true
	if top := max(last, min(r.Newest, r.Start)); top > 0 {
		b.Cursor = strconv.FormatInt(top, 10)
	}
	return b, nil
}

func (c *Connector) fetch(ctx context.Context, kind string, in reading) (connector.Batch, error) {
	switch {
	case kind == sourceConversations && len(in.Pending) > 0:
		return c.moreMessages(ctx, in)
	case kind == sourceConversations:
		b, err := c.fetchConversations(ctx, in)
		return b, notGone(err)
	case len(in.Pending) > 0:
		return c.fetchComments(ctx, in)
	case kind == sourceFeed, kind == sourceTagged:
		b, err := c.fetchPosts(ctx, kind, in)
		return b, notGone(err)
	}
	return connector.Batch{}, fmt.Errorf("facebook has no source %q", kind)
}

// notGone is for calls that ask for no post: the page itself is gone, or not ours.
func notGone(err error) error {
	if f, ok := asFailure(err); ok && f.Class == connector.Gone {
		f.Class = connector.Forbidden
	}
	return err
}

// fetchPosts reads a page of the wall or of the posts that name us, and plans to read the
// comments of those that changed after they were written.
func (c *Connector) fetchPosts(ctx context.Context, kind string, in reading) (connector.Batch, error) {
	q := url.Values{"fields": {postFields}, "limit": {pageSize}}
	at := place{page: c.Page.ID, form: grievance.Mention}
	if kind == sourceFeed {
		at.form = grievance.PagePost
		q.Set("since", strconv.FormatInt(in.since, 10))
	}
	if in.After != "" {
		q.Set("after", in.After)
	}
	var got list[json.RawMessage]
	budget, err := c.read(ctx, "/"+c.Page.ID+"/"+kind, q, &got)
	if err != nil {
		return connector.Batch{}, err
	}
	b := connector.Batch{Budget: budget}
	fresh := len(got.Data) == 0
	for _, it := range items(got.Data, at) {
		if !in.saw(it.At) {
			continue
		}
		fresh = true
		b.Items = append(b.Items, it)
		if it.What == connector.ItemEdited {
			in.Pending = append(in.Pending, pending{ID: it.Post.ExternalID})
		}
	}
	in.After = got.Paging.after()
	// The wall is cut by since; the other list, newest first, ends where nothing is new.
	in.Listed = in.After == "" || kind == sourceTagged && !fresh
	return b, nil
}

// fetchComments reads a page of the comments of the thread in hand, the newest first, as
// far as they are new.
func (c *Connector) fetchComments(ctx context.Context, in reading) (connector.Batch, error) {
	thread := in.Pending[0]
	got, budget, err := c.comments(ctx, thread.ID, thread.After)
	switch {
	case isClass(err, connector.Gone):
		in.next("")
		return connector.Batch{Items: []connector.Item{gone(c.Page.ID, thread.ID, "not found")}}, nil
	case isClass(err, connector.Forbidden) && !c.ours(thread.ID):
		// Somebody's own wall that the page may not read: no reason to stop the others.
		in.next("")
		return connector.Batch{Items: []connector.Item{ignored("comments not visible")}}, nil
	case err != nil:
		return connector.Batch{}, err
	}
	b := connector.Batch{Budget: budget}
	after := got.Paging.after()
	for _, it := range items(got.Data, place{page: c.Page.ID, form: grievance.Comment, thread: thread.ID}) {
		if in.saw(it.At) {
			b.Items = append(b.Items, it)
		} else {
			after = "" // the others are older
		}
	}
	in.next(after)
	return b, nil
}

// ours tells whether a post stands on the page's own wall.
func (c *Connector) ours(post string) bool { return strings.HasPrefix(post, c.Page.ID+"_") }

// comments is one page of what stands under a post or comment, the newest first.
func (c *Connector) comments(ctx context.Context, on, after string) (list[json.RawMessage], connector.Budget, error) {
	q := url.Values{"filter": {"stream"}, "order": {"reverse_chronological"}, "fields": {commentFields}, "limit": {pageSize}}
	if after != "" {
		q.Set("after", after)
	}
	var got list[json.RawMessage]
	b, err := c.read(ctx, "/"+url.PathEscape(on)+"/comments", q, &got)
	return got, b, err
}

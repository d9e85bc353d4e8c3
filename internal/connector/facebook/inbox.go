package facebook

import (
	"context"
	"encoding/json"
	"net/url"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// fetchConversations reads a page of the inbox, the latest conversations first, each with
// its newest messages, and plans to read on where more of them are new.
func (c *Connector) fetchConversations(ctx context.Context, in reading) (connector.Batch, error) {
	got, budget, err := c.conversations(ctx, "", in.After)
	if err != nil {
		return connector.Batch{}, err
	}
	b := connector.Batch{Budget: budget}
	in.After = got.Paging.after()
	for _, raw := range got.Data {
		var talk conversation
		if err := json.Unmarshal(raw, &talk); err != nil || talk.ID == "" {
			b.Items = append(b.Items, unreadable("unreadable conversation", raw))
			continue
		}
		if !in.saw(graphTime(talk.UpdatedTime)) {
			in.After = "" // the others are older
			break
		}
		person := c.person(talk)
		list, all := c.newMessages(talk.Messages.Data, person, in)
		b.Items = append(b.Items, list...)
		if after := talk.Messages.Paging.after(); after != "" && all {
			in.Pending = append(in.Pending, pending{ID: talk.ID, Person: person, After: after})
		}
	}
	in.Listed = in.After == ""
	return b, nil
}

// moreMessages reads a page of the conversation in hand.
func (c *Connector) moreMessages(ctx context.Context, in reading) (connector.Batch, error) {
	talk := in.Pending[0]
	q := url.Values{"fields": {messageFields}, "limit": {pageSize}}
	if talk.After != "" {
		q.Set("after", talk.After)
	}
	var got list[json.RawMessage]
	budget, err := c.read(ctx, "/"+url.PathEscape(talk.ID)+"/messages", q, &got)
	if isClass(err, connector.Gone) {
		in.next("") // the person left; what was said is here already or is no more
		return connector.Batch{}, nil
	}
	if err != nil {
		return connector.Batch{}, err
	}
	list, all := c.newMessages(got.Data, talk.Person, in)
	after := got.Paging.after()
	if !all {
		after = ""
	}
	in.next(after)
	return connector.Batch{Items: list, Budget: budget}, nil
}

// newMessages translates what is new of a conversation; all says that nothing was old.
func (c *Connector) newMessages(raws []json.RawMessage, person string, in reading) (out []connector.Item, all bool) {
	all = true
	for _, it := range items(raws, place{page: c.Page.ID, form: grievance.Message, thread: person}) {
		if in.saw(it.At) {
			out = append(out, it)
		} else {
			all = false
		}
	}
	return out, all
}

// person is the end of a conversation that is not the page.
func (c *Connector) person(talk conversation) string {
	for _, p := range talk.Participants.Data {
		if p.ID != c.Page.ID {
			return p.ID
		}
	}
	return ""
}

// conversations is one page of the inbox, of one person where that is not empty.
func (c *Connector) conversations(ctx context.Context, person, after string) (list[json.RawMessage], connector.Budget, error) {
	q := url.Values{
		"platform": {"messenger"}, "limit": {"50"},
		"fields": {"updated_time,participants,messages{" + messageFields + "}"},
	}
	if person != "" {
		q.Set("user_id", person)
	}
	if after != "" {
		q.Set("after", after)
	}
	var got list[json.RawMessage]
	b, err := c.read(ctx, "/"+c.Page.ID+"/conversations", q, &got)
	return got, b, err
}

package facebook

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

const (
	// clockSkew is how far Facebook's clock may lag behind ours; its times are whole seconds.
	clockSkew = 5 * time.Second
	// The windows: anybody may answer a message for a day, a person for a week; a post or
	// comment takes its one private reply for a week.
	standardWindow = 24 * time.Hour
	humanWindow    = 7 * 24 * time.Hour
	privateWindow  = 7 * 24 * time.Hour
)

// MaySend refuses what Facebook would: a text that is empty or too long, a public answer
// to a message, a message or private reply whose time is over.
func (c *Connector) MaySend(out connector.Outgoing) error {
	n, limit := c.Length(out.Text, out.Way)
	message := out.To.Form == grievance.Message
	switch {
	case n == 0:
		return refused(KeyEmpty)
	case n > limit:
		return refused(KeyTooLong)
	case out.Way == grievance.PublicWay && message:
		return refused(KeyPublicNone)
	case out.Way == grievance.PublicWay:
		return nil
	case out.Way != grievance.PrivateWay:
		return refused(KeyNoLetter)
	case message:
		return c.mayMessage(out)
	case !c.onOurWall(out.To):
		return refused(KeyElsewhere)
	case out.Now.Sub(out.To.PostedAt) > privateWindow:
		return refused(KeyPrivateLate)
	}
	return nil
}

// mayMessage looks at the clock of a conversation.
func (c *Connector) mayMessage(out connector.Outgoing) error {
	if out.To.Author.ExternalID == "" {
		return refused(KeyUnreachable)
	}
	switch passed := out.Now.Sub(lastHeard(out)); {
	case passed <= standardWindow:
		return nil
	case passed > humanWindow:
		return refused(KeyWindow)
	case out.Automatic || !c.Page.HumanAgent:
		return refused(KeyHumanWindow)
	}
	return nil
}

func lastHeard(out connector.Outgoing) time.Time { return cmp.Or(out.LastHeard, out.To.PostedAt) }

// onOurWall tells where a private reply is possible: not on citizens' own walls.
func (c *Connector) onOurWall(to grievance.Post) bool {
	return to.Form != grievance.Mention && c.ours(cmp.Or(to.ThreadID, to.ExternalID))
}

func refused(key string) error {
	return &connector.Failure{Class: connector.Refused, Key: key}
}

// Send publishes a reply, once. A private reply whose end is not known is never tried
// again: Facebook takes one, and an officer looks whether it did.
func (c *Connector) Send(ctx context.Context, out connector.Outgoing) (connector.Sent, error) {
	if out.Way == grievance.PublicWay {
		return c.publish(ctx, out)
	}
	return c.message(ctx, out)
}

// under is where an answer to a post goes: an answer to a reply under the comment above
// it, because there is one level of replies.
func under(to grievance.Post) string {
	if to.Form == grievance.Comment && to.ParentID != "" && to.ParentID != to.ThreadID {
		return to.ParentID
	}
	return to.ExternalID
}

func (c *Connector) publish(ctx context.Context, out connector.Outgoing) (connector.Sent, error) {
	raw, budget, err := c.call(ctx, request{
		method: http.MethodPost, path: "/" + url.PathEscape(under(out.To)) + "/comments",
		form: url.Values{"message": {out.Text}}, publishes: true,
	})
	if err != nil {
		return connector.Sent{}, err
	}
	var got reference
	if err := json.Unmarshal(raw, &got); err != nil || got.ID == "" {
		return connector.Sent{}, &connector.Failure{Class: connector.Doubtful, Code: "no_id", Err: err}
	}
	return connector.Sent{ExternalID: got.ID, URL: permalink(got.ID), At: c.Now(), Budget: budget}, nil
}

// letter is the body of a message.
type letter struct {
	Recipient recipient `json:"recipient"`
	Type      string    `json:"messaging_type,omitempty"`
	Tag       string    `json:"tag,omitempty"`
	Message   struct {
		Text string `json:"text"`
	} `json:"message"`
}

type recipient struct {
	ID        string `json:"id,omitempty"`
	CommentID string `json:"comment_id,omitempty"`
	PostID    string `json:"post_id,omitempty"`
}

func (c *Connector) message(ctx context.Context, out connector.Outgoing) (connector.Sent, error) {
	r := request{method: http.MethodPost, path: "/" + c.Page.ID + "/messages", publishes: true}
	var l letter
	l.Message.Text = out.Text
	switch out.To.Form {
	case grievance.Message:
		l.Recipient.ID, l.Type = out.To.Author.ExternalID, "RESPONSE"
		if out.Now.Sub(lastHeard(out)) > standardWindow {
			l.Type, l.Tag = "MESSAGE_TAG", "HUMAN_AGENT"
		}
	case grievance.Comment:
		l.Recipient.CommentID, r.once = out.To.ExternalID, true
	default:
		l.Recipient.PostID, r.once = out.To.ExternalID, true
	}
	r.body = l
	raw, budget, err := c.call(ctx, r)
	if err != nil {
		return connector.Sent{}, err
	}
	var got struct {
		ID string `json:"message_id"`
	}
	if err := json.Unmarshal(raw, &got); err != nil || got.ID == "" {
		return connector.Sent{}, &connector.Failure{Class: connector.Doubtful, Code: "no_id", Err: err}
	}
	return connector.Sent{ExternalID: got.ID, At: c.Now(), Budget: budget}, nil
}

// Find looks for what our page wrote since then under the post that was to be answered,
// or to its author. The text is no guide: Facebook rewrites links.
func (c *Connector) Find(ctx context.Context, out connector.Outgoing, since time.Time) ([]connector.Sent, error) {
	since = since.Add(-clockSkew).Truncate(time.Second)
	look := c.findComment
	if out.Way != grievance.PublicWay {
		look = c.findMessage
	}
	ours, budget, err := look(ctx, out, since)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ours, func(a, b grievance.Post) int { return a.PostedAt.Compare(b.PostedAt) })
	found := make([]connector.Sent, len(ours))
	for i, p := range ours {
		found[i] = connector.Sent{ExternalID: p.ExternalID, URL: p.URL, At: p.PostedAt, Budget: budget}
	}
	return found, nil
}

func (c *Connector) findComment(ctx context.Context, out connector.Outgoing, since time.Time) ([]grievance.Post, connector.Budget, error) {
	parent := under(out.To)
	var ours []grievance.Post
	for after := ""; ; {
		got, budget, err := c.comments(ctx, parent, after)
		if err != nil {
			return nil, budget, err
		}
		after = got.Paging.after()
		for _, it := range items(got.Data, place{page: c.Page.ID, form: grievance.Comment, thread: parent}) {
			p := it.Post
			switch {
			case p.PostedAt.Before(since):
				after = "" // the others are older
			case p.Direction == grievance.Out && p.ParentID == parent:
				ours = append(ours, p)
			}
		}
		if after == "" {
			return ours, budget, nil
		}
	}
}

// findMessage looks at the newest messages of the person's conversation.
func (c *Connector) findMessage(ctx context.Context, out connector.Outgoing, since time.Time) ([]grievance.Post, connector.Budget, error) {
	person := out.To.Author.ExternalID
	if person == "" {
		return nil, connector.Budget{}, &connector.Failure{Class: connector.Broken, Code: "unknown_person"}
	}
	got, budget, err := c.conversations(ctx, person, "")
	if err != nil {
		return nil, budget, err
	}
	var ours []grievance.Post
	for _, raw := range got.Data {
		var talk conversation
		if err := json.Unmarshal(raw, &talk); err != nil {
			return nil, budget, &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
		}
		for _, it := range items(talk.Messages.Data, place{page: c.Page.ID, form: grievance.Message, thread: person}) {
			if it.Post.Direction == grievance.Out && !it.Post.PostedAt.Before(since) {
				ours = append(ours, it.Post)
			}
		}
	}
	return ours, budget, nil
}

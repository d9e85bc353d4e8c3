package x

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
	"nivaran/internal/text"
)

// clockSkew is how far X's clock may lag behind ours.
const clockSkew = 5 * time.Second

// MaySend refuses what X would: a text that is too long, a private word, and, below the
// Enterprise plan, an answer to an author who did not call this account.
func (c *Connector) MaySend(out connector.Outgoing) error {
	n, limit := c.Length(out.Text, out.Way)
	switch {
	case out.Way != grievance.PublicWay:
		return refused(KeyPublicOnly)
	case n == 0:
		return refused(KeyEmpty)
	case n > limit:
		return refused(KeyTooLong)
	case c.Account.Enterprise, out.To.Author.ExternalID == c.Account.ID:
		return nil // under our own posts we may always go on
	case !slices.Contains(out.To.Mentions, c.Account.ID):
		return refused(KeyNotSummoned)
	}
	return nil
}

func refused(key string) error {
	return &connector.Failure{Class: connector.Refused, Key: key}
}

// Send publishes a reply, once: nothing here tries again but after a 401, which
// publishes nothing.
func (c *Connector) Send(ctx context.Context, out connector.Outgoing) (connector.Sent, error) {
	type inReplyTo struct {
		ID string `json:"in_reply_to_tweet_id"`
	}
	a, err := c.call(ctx, request{method: http.MethodPost, path: "/2/tweets", publishes: true, body: struct {
		Text  string    `json:"text"`
		Reply inReplyTo `json:"reply"`
	}{out.Text, inReplyTo{out.To.ExternalID}}})
	if err != nil {
		return connector.Sent{}, err
	}
	var got struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(a.body, &got); err != nil || idNumber(got.Data.ID) == 0 {
		return connector.Sent{}, &connector.Failure{Class: connector.Doubtful, Code: "no_id", Err: err}
	}
	sent := c.sent(got.Data.ID, a.budget)
	sent.Budget.CostMicro += c.Prices.Reply
	if text.HasXLink(out.Text) {
		sent.Budget.CostMicro += c.Prices.LinkReply - c.Prices.Reply
	}
	return sent, nil
}

func (c *Connector) sent(id string, b connector.Budget) connector.Sent {
	return connector.Sent{
		ExternalID: id, At: idTime(idNumber(id)), Budget: b,
		URL: "https://x.com/" + cmp.Or(c.Account.Handle, "i") + "/status/" + id,
	}
}

// Find searches the conversation for what our account wrote since then under the post
// that was to be answered. The text is no guide: X shortens links and adds handles.
func (c *Connector) Find(ctx context.Context, out connector.Outgoing, since time.Time) ([]connector.Sent, error) {
	from := idAt(since.Add(-clockSkew))
	if from < idAt(c.Now().Add(-searchReach)) {
		return nil, &connector.Failure{Class: connector.Broken, Code: "beyond_search"}
	}
	q := fields()
	q.Set("query", "conversation_id:"+cmp.Or(out.To.ThreadID, out.To.ExternalID)+" from:"+c.Account.ID)
	q.Set("since_id", idText(from))
	q.Set("max_results", pageSize)
	var budget connector.Budget
	var ours []grievance.Post
	for {
		b, next, _, err := c.timeline(ctx, "/2/tweets/search/recent", q, c.Prices.Post)
		if err != nil {
			return nil, err
		}
		budget = add(budget, b.Budget)
		for _, it := range b.Items {
			if it.Post.ParentID == out.To.ExternalID && it.Post.Author.ExternalID == c.Account.ID {
				ours = append(ours, it.Post)
			}
		}
		if next == "" {
			break
		}
		q.Set("next_token", next)
	}
	slices.SortFunc(ours, func(a, b grievance.Post) int { return a.PostedAt.Compare(b.PostedAt) })
	found := make([]connector.Sent, len(ours))
	for i, p := range ours {
		found[i] = c.sent(p.ExternalID, budget)
	}
	return found, nil
}

// Whoami is the account that the tokens speak for: whether it is the one that an
// administrator connected. X tells what a token allows only when it is given.
func (c *Connector) Whoami(ctx context.Context) (connector.Standing, error) {
	a, err := c.call(ctx, me())
	if err != nil {
		return connector.Standing{}, err
	}
	who, err := readMe(a)
	return connector.Standing{Account: who}, err
}

// me asks whom a token speaks for.
func me() request {
	return request{method: http.MethodGet, path: "/2/users/me", query: url.Values{"user.fields": fields()["user.fields"]}}
}

func readMe(a answer) (grievance.Author, error) {
	var got struct {
		Data user `json:"data"`
	}
	if err := json.Unmarshal(a.body, &got); err != nil || got.Data.ID == "" {
		return grievance.Author{}, &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
	}
	return got.Data.author(), nil
}

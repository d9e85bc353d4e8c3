package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// perLookup is how many objects one call asks for.
const perLookup = 50

// Check asks for posts, comments and messages again. Facebook keeps the id over an edit
// and does not tell whether there was one, so all that are still there come as edited,
// with their present text; those that are gone come as such.
func (c *Connector) Check(ctx context.Context, externalIDs []string) (connector.Batch, error) {
	var posts, comments, messages []string
	for _, id := range externalIDs {
		switch {
		case strings.HasPrefix(id, "m_"):
			messages = append(messages, id)
		case c.ours(id):
			posts = append(posts, id)
		case isPost(id):
			comments = append(comments, id)
		}
	}
	b := connector.Batch{Done: true}
	for _, kind := range []struct {
		ids []string
		lookup
	}{
		{posts, lookup{grievance.PagePost, postFields}},
		{comments, lookup{grievance.Comment, commentFields}},
		{messages, lookup{grievance.Message, messageFields}},
	} {
		for part := range slices.Chunk(kind.ids, perLookup) {
			got, err := c.ask(ctx, part, kind.lookup)
			if err != nil {
				return connector.Batch{}, err
			}
			b.Items = append(b.Items, got.Items...)
			b.Budget = got.Budget
		}
	}
	return b, nil
}

// lookup is what a kind of object is asked for.
type lookup struct {
	form   grievance.Form
	fields string
}

// ask asks for several at once. One that is missing, or of another kind, spoils the
// answer for all: then each is asked for alone.
func (c *Connector) ask(ctx context.Context, ids []string, l lookup) (connector.Batch, error) {
	var got map[string]json.RawMessage
	budget, err := c.read(ctx, "/", url.Values{"ids": {strings.Join(ids, ",")}, "fields": {l.fields}}, &got)
	if isClass(err, connector.Gone) || isClass(err, connector.Broken) || isClass(err, connector.Forbidden) {
		return c.askEach(ctx, ids, l)
	}
	if err != nil {
		return connector.Batch{}, err
	}
	b := connector.Batch{Budget: budget}
	for _, id := range ids {
		if raw, has := got[id]; has {
			b.Items = append(b.Items, c.present(raw, l))
		}
	}
	return b, nil
}

func (c *Connector) askEach(ctx context.Context, ids []string, l lookup) (connector.Batch, error) {
	var b connector.Batch
	for _, id := range ids {
		raw, budget, err := c.one(ctx, id, l.fields)
		kind := l
		if isClass(err, connector.Broken) && l.form == grievance.Comment {
			// A post on another wall has an id of the same form as a comment.
			kind = lookup{grievance.Mention, postFields}
			raw, budget, err = c.one(ctx, id, kind.fields)
		}
		switch {
		case isClass(err, connector.Gone):
			b.Items = append(b.Items, gone(c.Page.ID, id, "not found"))
			continue
		case isClass(err, connector.Forbidden) && !c.ours(id) && l.form == grievance.Comment:
			b.Items = append(b.Items, ignored("not visible"))
			continue
		case err != nil:
			return connector.Batch{}, err
		}
		b.Budget = budget
		b.Items = append(b.Items, c.present(raw, kind))
	}
	return b, nil
}

func (c *Connector) one(ctx context.Context, id, fields string) (json.RawMessage, connector.Budget, error) {
	var raw json.RawMessage
	b, err := c.read(ctx, "/"+url.PathEscape(id), url.Values{"fields": {fields}}, &raw)
	return raw, b, err
}

// present is an object that is still there, with its text of now.
func (c *Connector) present(raw json.RawMessage, l lookup) connector.Item {
	it, err := item(raw, place{page: c.Page.ID, form: l.form})
	if err != nil {
		return unreadable("unreadable object", raw)
	}
	it.What = connector.ItemEdited
	return it
}

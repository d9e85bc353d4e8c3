package x

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"nivaran/internal/connector"
)

// perLookup is how many posts one call asks for.
const perLookup = 100

// Check asks for posts again. It tells of those that were edited, with the newest
// version, and of those that are gone; for the others it says nothing.
func (c *Connector) Check(ctx context.Context, externalIDs []string) (connector.Batch, error) {
	b := connector.Batch{Done: true}
	ids := slices.DeleteFunc(slices.Clone(externalIDs), func(id string) bool { return idNumber(id) == 0 })
	newer := map[string]string{} // id of the newest version → id asked for
	for part := range slices.Chunk(ids, perLookup) {
		p, budget, err := c.lookup(ctx, part)
		if err != nil {
			return connector.Batch{}, err
		}
		b.Budget = add(b.Budget, budget)
		b.Items = append(b.Items, missing(p, func(id string) string { return id })...)
		list, err := items(p, []string{c.Account.ID})
		if err != nil {
			return connector.Batch{}, &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
		}
		for _, it := range list {
			if it.What == connector.ItemGone {
				b.Items = append(b.Items, it)
			}
		}
		for asked, newest := range versions(p) {
			if newest != asked {
				newer[newest] = asked
			}
		}
	}
	edited, err := c.newest(ctx, newer)
	if err != nil {
		return connector.Batch{}, err
	}
	b.Items = append(b.Items, edited.Items...)
	if len(newer) > 0 {
		b.Budget = add(b.Budget, edited.Budget)
	}
	return b, nil
}

// newest reads the newest versions of edited posts. One that is gone meanwhile takes the
// version that we hold with it.
func (c *Connector) newest(ctx context.Context, newer map[string]string) (connector.Batch, error) {
	var b connector.Batch
	var ids []string
	for id := range newer {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for part := range slices.Chunk(ids, perLookup) {
		p, budget, err := c.lookup(ctx, part)
		if err != nil {
			return connector.Batch{}, err
		}
		b.Budget = add(b.Budget, budget)
		b.Items = append(b.Items, missing(p, func(id string) string { return newer[id] })...)
		list, err := items(p, []string{c.Account.ID})
		if err != nil {
			return connector.Batch{}, &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
		}
		b.Items = append(b.Items, list...)
	}
	return b, nil
}

// lookup is one call for at most perLookup posts.
func (c *Connector) lookup(ctx context.Context, ids []string) (page, connector.Budget, error) {
	q := fields()
	q.Set("ids", strings.Join(ids, ","))
	var p page
	a, err := c.read(ctx, request{method: http.MethodGet, path: "/2/tweets", query: q}, &p)
	if err != nil {
		return page{}, connector.Budget{}, err
	}
	var found []string
	for id := range versions(p) {
		found = append(found, id)
	}
	return p, c.bill(a.budget, c.Prices.Post, found), nil
}

// missing are the posts that X lists in errors beside data: deleted, or hidden from us.
// Errors about what a post refers to say nothing of the post itself.
func missing(p page, name func(string) string) []connector.Item {
	var out []connector.Item
	for _, e := range p.Errors {
		id := e.ResourceID
		if v, ok := e.Value.(string); ok && v != "" {
			id = v
		}
		itself := e.Parameter == "ids" || e.Parameter == "id" || e.Parameter == ""
		if itself && e.Resource != "user" && idNumber(id) > 0 {
			out = append(out, gone(name(id), e.kind()))
		}
	}
	return out
}

// versions maps each post of a page to its newest version.
func versions(p page) map[string]string {
	list, err := p.posts()
	if err != nil {
		return nil
	}
	out := map[string]string{}
	for id, t := range index(list, func(t tweet) string { return t.ID }) {
		out[id] = t.value.newest()
	}
	return out
}

package x

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/connector"
)

// The sources of an account.
const (
	sourceMentions = "mentions"
	sourceThreads  = "threads" // all open conversations, in one round of searches
)

const (
	// overlap is how far a poll reads back behind its cursor: X's lists lag a little.
	overlap = 5 * time.Minute
	// searchReach is how far back X searches; asking further is an error.
	searchReach = 7*24*time.Hour - time.Minute
	// perQuery is how many conversations fit into a query of 512 characters.
	perQuery = 12
	pageSize = "100"
)

// fields is what we ask of every post.
func fields() url.Values {
	return url.Values{
		"tweet.fields": {"author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,attachments,lang,note_tweet,edit_history_tweet_ids,withheld,possibly_sensitive,geo"},
		"expansions":   {"author_id,referenced_tweets.id,attachments.media_keys,geo.place_id,in_reply_to_user_id"},
		"user.fields":  {"name,username,verified,verified_type,protected,location,profile_image_url"},
		"media.fields": {"type,url,preview_image_url,alt_text,variants"},
		"place.fields": {"full_name,country_code"},
	}
}

// Sources are the mentions and, in one round, all open conversations.
func (c *Connector) Sources(threads []string) []connector.Source {
	out := []connector.Source{{Kind: sourceMentions}}
	if len(threads) > 0 {
		out = append(out, connector.Source{Kind: sourceThreads, Page: round{Threads: threads}.String()})
	}
	return out
}

// Fetch reads one page. X gives the newest first, so only a page's own posts come
// oldest first.
func (c *Connector) Fetch(ctx context.Context, src connector.Source, cursor string) (connector.Batch, error) {
	r, err := readRound(src.Page)
	if err != nil {
		return connector.Batch{}, err
	}
	var b connector.Batch
	switch src.Kind {
	case sourceMentions:
		b, err = c.fetchMentions(ctx, r, cursor)
	case sourceThreads:
		b, err = c.fetchThreads(ctx, r, cursor)
	default:
		return connector.Batch{}, fmt.Errorf("x has no source %q", src.Kind)
	}
	if f, ok := errors.AsType[*connector.Failure](err); ok && f.Class == connector.Gone {
		// Not a post but the account itself, or the call.
		f.Class = connector.Forbidden
	}
	return b, err
}

// round is where a poll of several pages stands; it travels in Source.Page.
type round struct {
	Threads []string `json:"threads,omitempty"` // conversations to cover
	Groups  []group  `json:"groups,omitempty"`  // searches left to do, the first in hand
	Start   uint64   `json:"start,omitempty,string"`
	Newest  uint64   `json:"newest,omitempty,string"` // largest id seen
	Token   string   `json:"token,omitempty"`         // next page of what is in hand
}

// group is one search.
type group struct {
	Threads []string `json:"threads"`
	Since   uint64   `json:"since,string"`
}

func (r round) String() string {
	b, err := json.Marshal(r)
	if err != nil {
		panic("x: a round is texts and numbers: " + err.Error())
	}
	return string(b)
}

func readRound(page string) (round, error) {
	var r round
	if page == "" {
		return r, nil
	}
	if err := json.Unmarshal([]byte(page), &r); err != nil {
		return r, fmt.Errorf("read page of round: %w", err)
	}
	return r, nil
}

func (c *Connector) fetchMentions(ctx context.Context, r round, cursor string) (connector.Batch, error) {
	q := fields()
	q.Set("max_results", pageSize)
	last := idNumber(cursor)
	if last > 0 {
		q.Set("since_id", idText(before(last, overlap)))
	}
	if r.Token != "" {
		q.Set("pagination_token", r.Token)
	}
	price := c.Prices.Post
	if c.Account.OwnApp {
		price = c.Prices.OwnMention
	}
	b, next, newest, err := c.timeline(ctx, "/2/users/"+url.PathEscape(c.Account.ID)+"/mentions", q, price)
	if err != nil {
		return connector.Batch{}, err
	}
	r.Newest, r.Token = max(r.Newest, newest), next
	if next != "" {
		b.NextPage = r.String()
		return b, nil
	}
	b.Done = true
	if top := max(last, r.Newest); top > 0 {
		b.Cursor = idText(top)
	}
	return b, nil
}

// fetchThreads searches the conversations twelve at a time. Its cursor is the largest id
// seen, but none from after the round began, and the conversations that it covers: one
// that is new is read from its beginning.
func (c *Connector) fetchThreads(ctx context.Context, r round, cursor string) (connector.Batch, error) {
	last, covered := readCursor(cursor)
	if r.Start == 0 {
		r.Start = idAt(c.Now())
		r.Groups = groups(r.Threads, covered, before(last, overlap), idAt(c.Now().Add(-searchReach)))
	}
	var b connector.Batch
	if len(r.Groups) > 0 {
		q := fields()
		q.Set("max_results", pageSize)
		q.Set("query", conversations(r.Groups[0].Threads))
		q.Set("since_id", idText(r.Groups[0].Since))
		if r.Token != "" {
			q.Set("next_token", r.Token)
		}
		var newest uint64
		var err error
		if b, r.Token, newest, err = c.timeline(ctx, "/2/tweets/search/recent", q, c.Prices.Post); err != nil {
			return connector.Batch{}, err
		}
		r.Newest = max(r.Newest, newest)
		if r.Token == "" {
			r.Groups = r.Groups[1:]
		}
	}
	if len(r.Groups) > 0 {
		b.NextPage = r.String()
		return b, nil
	}
	b.Done = true
	b.Cursor = writeCursor(max(last, min(r.Newest, r.Start)), r.Threads)
	return b, nil
}

// groups plans the searches of a round: conversations that were covered before from the
// cursor on, new ones from their own beginning, neither beyond what X searches.
func groups(threads, covered []string, since, reach uint64) []group {
	known := make(map[string]bool, len(covered))
	for _, id := range covered {
		known[id] = true
	}
	var old, fresh []string
	for _, id := range threads {
		switch {
		case idNumber(id) == 0: // no conversation of X: it would spoil the query
		case known[id]:
			old = append(old, id)
		default:
			fresh = append(fresh, id)
		}
	}
	slices.SortFunc(fresh, func(a, b string) int { return cmp.Compare(idNumber(a), idNumber(b)) })
	var out []group
	for part := range slices.Chunk(fresh, perQuery) {
		out = append(out, group{part, max(before(idNumber(part[0]), time.Millisecond), reach)})
	}
	for part := range slices.Chunk(old, perQuery) {
		out = append(out, group{part, max(since, reach)})
	}
	return out
}

func conversations(threads []string) string {
	return "conversation_id:" + strings.Join(threads, " OR conversation_id:")
}

// The cursor of the conversations: the largest id, a semicolon, what is covered.
func writeCursor(last uint64, threads []string) string {
	return idText(last) + ";" + strings.Join(threads, ",")
}

func readCursor(s string) (last uint64, covered []string) {
	first, rest, _ := strings.Cut(s, ";")
	last, err := strconv.ParseUint(first, 10, 63)
	if err != nil || rest == "" {
		return last, nil
	}
	return last, strings.Split(rest, ",")
}

// timeline reads one page of a list of posts.
func (c *Connector) timeline(ctx context.Context, path string, q url.Values, price int) (b connector.Batch, next string, newest uint64, err error) {
	var p page
	a, err := c.read(ctx, request{method: http.MethodGet, path: path, query: q}, &p)
	if err != nil {
		return connector.Batch{}, "", 0, err
	}
	if p.Meta == nil && len(p.Errors) > 0 {
		// 200 with errors and nothing else: the account is suspended, locked or gone.
		return connector.Batch{}, "", 0, &connector.Failure{Class: connector.Forbidden, Code: p.Errors[0].kind()}
	}
	if b.Items, err = items(p, []string{c.Account.ID}); err != nil {
		return connector.Batch{}, "", 0, &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
	}
	slices.Reverse(b.Items)
	var ids []string
	for _, it := range b.Items {
		ids = append(ids, it.Post.ExternalID)
	}
	b.Budget = c.bill(a.budget, price, ids)
	list, _ := p.posts() // read once already
	for _, raw := range list {
		newest = max(newest, rawID(raw))
	}
	if p.Meta != nil {
		next, newest = p.Meta.NextToken, max(newest, idNumber(p.Meta.NewestID))
	}
	return b, next, newest, nil
}

func rawID(raw json.RawMessage) uint64 {
	var t struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &t) != nil {
		return 0
	}
	return idNumber(t.ID)
}

package xtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// known are the values that X takes for each list of fields; others are refused.
var known = map[string][]string{
	"tweet.fields": {"attachments", "author_id", "conversation_id", "created_at", "display_text_range",
		"edit_controls", "edit_history_tweet_ids", "entities", "geo", "id", "in_reply_to_user_id", "lang", "note_tweet",
		"possibly_sensitive", "public_metrics", "referenced_tweets", "reply_settings", "source", "text", "withheld"},
	"expansions": {"attachments.media_keys", "author_id", "entities.mentions.username", "geo.place_id",
		"in_reply_to_user_id", "referenced_tweets.id", "referenced_tweets.id.author_id", "edit_history_tweet_ids"},
	"user.fields": {"created_at", "description", "id", "location", "name", "profile_image_url", "protected",
		"public_metrics", "url", "username", "verified", "verified_type", "withheld"},
	"media.fields": {"alt_text", "duration_ms", "height", "media_key", "preview_image_url", "type", "url", "variants", "width"},
	"place.fields": {"contained_within", "country", "country_code", "full_name", "geo", "id", "name", "place_type"},
}

// wants is what a request asks to see of posts.
type wants map[string][]string

func readWants(r *http.Request) (wants, *answer) {
	w := wants{}
	for param, values := range known {
		for _, v := range strings.Split(r.FormValue(param), ",") {
			switch {
			case v == "":
			case !slices.Contains(values, v):
				a := invalid(param, fmt.Sprintf("The `%s` query parameter value [%s] is not one of %v", param, v, values))
				return nil, &a
			default:
				w[param] = append(w[param], v)
			}
		}
	}
	return w, nil
}

// pick keeps the fields that were asked for and those that always come.
func (w wants) pick(param string, all map[string]any, always ...string) map[string]any {
	out := map[string]any{}
	for k, v := range all {
		if slices.Contains(always, k) || slices.Contains(w[param], k) {
			out[k] = v
		}
	}
	return out
}

// noteLength is where a post becomes a long one: text is cut, note_tweet holds it all.
const noteLength = 280

// tweet is p as X gives it, all fields.
func (s *Server) tweet(p *Post) map[string]any {
	wire, links := p.wire()
	m := map[string]any{
		"id": p.ID, "text": escaper.Replace(cut(wire)), "author_id": p.AuthorID, "conversation_id": p.ThreadID,
		"created_at": p.At.Format("2006-01-02T15:04:05.000Z"), "edit_history_tweet_ids": p.Edits,
		"lang": p.Lang, "possibly_sensitive": false, "reply_settings": "everyone",
		"display_text_range": []int{utf8.RuneCountInString(wire) - utf8.RuneCountInString(s.withoutCarried(p)), utf8.RuneCountInString(wire)},
	}
	entities := s.entities(wire, links)
	if len(entities) > 0 {
		m["entities"] = entities
	}
	if utf8.RuneCountInString(wire) > noteLength {
		note := map[string]any{"text": escaper.Replace(wire)}
		if len(entities) > 0 {
			note["entities"] = entities
		}
		m["note_tweet"] = note
	}
	var refs []map[string]any
	for _, ref := range []struct{ kind, id string }{{"replied_to", p.ReplyTo}, {"quoted", p.Quotes}, {"retweeted", p.Retweets}} {
		if ref.id != "" {
			refs = append(refs, map[string]any{"type": ref.kind, "id": ref.id})
		}
	}
	if refs != nil {
		m["referenced_tweets"] = refs
	}
	if parent := s.byID[p.ReplyTo]; parent != nil {
		m["in_reply_to_user_id"] = parent.AuthorID
	}
	if len(p.Media) > 0 {
		var keys []string
		for i := range p.Media {
			keys = append(keys, mediaKey(p, i))
		}
		m["attachments"] = map[string]any{"media_keys": keys}
	}
	if len(p.Withheld) > 0 {
		m["withheld"] = map[string]any{"copyright": false, "country_codes": p.Withheld}
	}
	return m
}

func (s *Server) withoutCarried(p *Post) string {
	text, _ := shorten(p.Text)
	return text
}

func cut(text string) string {
	if utf8.RuneCountInString(text) <= noteLength {
		return text
	}
	return string([]rune(text)[:noteLength-1]) + "…"
}

// entities are the handles and links of a text with their places, in characters.
func (s *Server) entities(wire string, links []link) map[string]any {
	out := map[string]any{}
	var mentions, urls []map[string]any
	for _, at := range handlePattern.FindAllStringSubmatchIndex(wire, -1) {
		name := wire[at[4]:at[5]]
		if u := s.handles[strings.ToLower(name)]; u != nil {
			start := utf8.RuneCountInString(wire[:at[4]]) - 1
			mentions = append(mentions, map[string]any{"start": start, "end": start + 1 + len(name), "username": u.Username, "id": u.ID})
		}
	}
	for _, l := range links {
		if i := strings.Index(wire, l.short); i >= 0 {
			start := utf8.RuneCountInString(wire[:i])
			_, shown, _ := strings.Cut(l.long, "://")
			urls = append(urls, map[string]any{"start": start, "end": start + len(l.short), "url": l.short, "expanded_url": l.long, "display_url": shown})
		}
	}
	if mentions != nil {
		out["mentions"] = mentions
	}
	if urls != nil {
		out["urls"] = urls
	}
	return out
}

func mediaKey(p *Post, i int) string { return fmt.Sprintf("3_%s%d", p.Edits[0], i) }

func (s *Server) media(p *Post, i int) map[string]any {
	m := map[string]any{"media_key": mediaKey(p, i), "type": p.Media[i].Type, "url": p.Media[i].URL}
	if p.Media[i].Alt != "" {
		m["alt_text"] = p.Media[i].Alt
	}
	if p.Media[i].Type != "photo" {
		delete(m, "url")
		m["variants"] = []map[string]any{{"content_type": "video/mp4", "url": p.Media[i].URL, "bit_rate": 832000}}
	}
	return m
}

func (s *Server) user(u *User) map[string]any {
	m := map[string]any{"id": u.ID, "name": u.Name, "username": u.Username, "verified": u.Verified, "protected": u.Protected,
		"verified_type": "none", "profile_image_url": "https://pbs.twimg.com/profile_images/" + u.ID + "/face_normal.jpg",
		"created_at": time.UnixMilli(snowflakeEpoch).UTC().Format(time.RFC3339)}
	if u.VerifiedType != "" {
		m["verified_type"] = u.VerifiedType
	}
	if u.Location != "" {
		m["location"] = u.Location
	}
	return m
}

// page is a page of posts with what they refer to, as the expansions ask.
func (s *Server) page(posts []*Post, w wants) map[string]any {
	data, incl := []map[string]any{}, newIncludes()
	var errs []map[string]any
	expand := func(name string) bool { return slices.Contains(w["expansions"], name) }
	for _, p := range posts {
		data = append(data, w.pick("tweet.fields", s.tweet(p), "id", "text", "edit_history_tweet_ids"))
		if expand("author_id") {
			incl.add("users", p.AuthorID, w.pick("user.fields", s.user(s.users[p.AuthorID]), "id", "name", "username"))
		}
		if parent := s.byID[p.ReplyTo]; parent != nil && expand("in_reply_to_user_id") && !s.users[parent.AuthorID].Suspended {
			incl.add("users", parent.AuthorID, w.pick("user.fields", s.user(s.users[parent.AuthorID]), "id", "name", "username"))
		}
		for i := range p.Media {
			if expand("attachments.media_keys") {
				incl.add("media", mediaKey(p, i), w.pick("media.fields", s.media(p, i), "media_key", "type"))
			}
		}
		for _, ref := range []string{p.ReplyTo, p.Quotes, p.Retweets} {
			switch q := s.byID[ref]; {
			case q == nil || !expand("referenced_tweets.id"):
			case !s.visible(q):
				errs = append(errs, notFound("tweet", "referenced_tweets.id", ref))
			default:
				incl.add("tweets", ref, w.pick("tweet.fields", s.tweet(q), "id", "text", "edit_history_tweet_ids"))
			}
		}
	}
	body := map[string]any{}
	if len(data) > 0 {
		body["data"] = data
	}
	if len(incl.lists) > 0 {
		body["includes"] = incl.lists
	}
	if errs != nil {
		body["errors"] = errs
	}
	return body
}

// includes are the objects that posts refer to, each once.
type includes struct {
	seen  map[string]bool
	lists map[string][]map[string]any
}

func newIncludes() includes {
	return includes{seen: map[string]bool{}, lists: map[string][]map[string]any{}}
}

func (i includes) add(kind, id string, object map[string]any) {
	if !i.seen[kind+id] {
		i.seen[kind+id] = true
		i.lists[kind] = append(i.lists[kind], object)
	}
}

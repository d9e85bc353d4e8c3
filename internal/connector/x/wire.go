package x

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// What X sends. Its schema and its guides disagree on names, so a few fields have two.

type tweet struct {
	ID               string      `json:"id"`
	Text             string      `json:"text"`
	AuthorID         string      `json:"author_id"`
	ConversationID   string      `json:"conversation_id"`
	CreatedAt        string      `json:"created_at"`
	InReplyToUserID  string      `json:"in_reply_to_user_id"`
	Lang             string      `json:"lang"`
	ReferencedTweets []reference `json:"referenced_tweets"`
	ReferencedPosts  []reference `json:"referenced_posts"`
	NoteTweet        *note       `json:"note_tweet"`
	NotePost         *note       `json:"note_post"`
	EditTweetIDs     []string    `json:"edit_history_tweet_ids"`
	EditPostIDs      []string    `json:"edit_history_post_ids"`
	DisplayTextRange []int       `json:"display_text_range"`
	Entities         entities    `json:"entities"`
	Withheld         *withheld   `json:"withheld"`
	Attachments      struct {
		MediaKeys []string `json:"media_keys"`
	} `json:"attachments"`
	Geo struct {
		PlaceID     string `json:"place_id"`
		Coordinates struct {
			Coordinates []float64 `json:"coordinates"` // longitude first
		} `json:"coordinates"`
	} `json:"geo"`
}

type reference struct {
	Type string `json:"type"` // replied_to, quoted, retweeted
	ID   string `json:"id"`
}

type note struct {
	Text     string   `json:"text"`
	Entities entities `json:"entities"`
}

type entities struct {
	Mentions []struct {
		Username string `json:"username"`
		ID       string `json:"id"`
	} `json:"mentions"`
}

type withheld struct {
	CountryCodes []string `json:"country_codes"`
}

type user struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Username     string `json:"username"`
	Verified     bool   `json:"verified"`
	VerifiedType string `json:"verified_type"`
	Protected    bool   `json:"protected"`
}

type media struct {
	Key        string `json:"media_key"`
	Type       string `json:"type"`
	URL        string `json:"url"`
	PreviewURL string `json:"preview_image_url"`
	AltText    string `json:"alt_text"`
	Variants   []struct {
		ContentType string `json:"content_type"`
		URL         string `json:"url"`
		BitRate     int    `json:"bit_rate"`
	} `json:"variants"`
}

type place struct {
	ID          string `json:"id"`
	FullName    string `json:"full_name"`
	CountryCode string `json:"country_code"`
}

// includes are the objects that posts refer to.
type includes struct {
	Users  []json.RawMessage `json:"users,omitempty"`
	Tweets []json.RawMessage `json:"tweets,omitempty"`
	Posts  []json.RawMessage `json:"posts,omitempty"` // the other name of tweets
	Media  []json.RawMessage `json:"media,omitempty"`
	Places []json.RawMessage `json:"places,omitempty"`
}

// page is an answer to a reading call.
type page struct {
	Data     json.RawMessage `json:"data"` // one post, a list, or absent
	Includes includes        `json:"includes"`
	Errors   []problem       `json:"errors"`
	Meta     *struct {
		NewestID    string `json:"newest_id"`
		NextToken   string `json:"next_token"`
		ResultCount int    `json:"result_count"`
	} `json:"meta"`
}

// posts are the posts of a page, each with its own bytes.
func (p page) posts() ([]json.RawMessage, error) {
	data := bytes.TrimSpace(p.Data)
	switch {
	case len(data) == 0 || bytes.Equal(data, []byte("null")):
		return nil, nil
	case data[0] == '{':
		return []json.RawMessage{data}, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	return list, nil
}

// event is what a webhook delivers.
type event struct {
	Data struct {
		UUID   string `json:"event_uuid"`
		Type   string `json:"event_type"`
		Filter struct {
			UserID string `json:"user_id"`
		} `json:"filter"`
		Payload  json.RawMessage `json:"payload"`
		Includes includes        `json:"includes"`
	} `json:"data"`
}

// included is includes read, by id. What cannot be read is as if it were missing.
type included struct {
	users  map[string]entry[user]
	tweets map[string]entry[tweet]
	media  map[string]entry[media]
	places map[string]entry[place]
}

type entry[T any] struct {
	value T
	raw   json.RawMessage
}

func (in includes) read() included {
	return included{
		users:  index(in.Users, func(u user) string { return u.ID }),
		tweets: index(append(in.Tweets, in.Posts...), func(t tweet) string { return t.ID }),
		media:  index(in.Media, func(m media) string { return m.Key }),
		places: index(in.Places, func(p place) string { return p.ID }),
	}
}

func index[T any](list []json.RawMessage, key func(T) string) map[string]entry[T] {
	out := make(map[string]entry[T], len(list))
	for _, raw := range list {
		var v T
		if json.Unmarshal(raw, &v) == nil && key(v) != "" {
			out[key(v)] = entry[T]{v, raw}
		}
	}
	return out
}

// references are what t refers to, under either name.
func (t *tweet) references() []reference {
	return append(t.ReferencedTweets, t.ReferencedPosts...)
}

// refersTo is the id of the post that t answers, quotes or repeats, by the kind of reference.
func (t *tweet) refersTo(kind string) string {
	for _, r := range t.references() {
		if r.Type == kind {
			return r.ID
		}
	}
	return ""
}

// note is the long form of t, nil for short ones.
func (t *tweet) note() *note {
	if t.NoteTweet != nil {
		return t.NoteTweet
	}
	return t.NotePost
}

// edits are the ids of all versions of t, oldest first, under either name.
func (t *tweet) edits() []string {
	if len(t.EditTweetIDs) > 0 {
		return t.EditTweetIDs
	}
	return t.EditPostIDs
}

// newest is the id of the last version of t that X told of.
func (t *tweet) newest() string {
	if e := t.edits(); len(e) > 0 {
		return e[len(e)-1]
	}
	return t.ID
}

package xtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"
)

// The lengths that accounts may write, by weight.
const (
	maxWeight        = 280
	maxWeightPremium = 25000
)

// duplicateFor is how long the same words of an account are refused.
const duplicateFor = 24 * time.Hour

// create publishes a post of the caller, mostly a reply.
func (s *Server) create(r *http.Request, who caller) answer {
	var in struct {
		Text  string `json:"text"`
		Reply *struct {
			InReplyTo string `json:"in_reply_to_tweet_id"`
		} `json:"reply"`
		Quote string `json:"quote_tweet_id"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return invalid("body", err.Error())
	}
	if in.Text == "" {
		return invalid("text", "text must not be empty")
	}
	limit := maxWeight
	if who.user.Premium {
		limit = maxWeightPremium
	}
	if n := weight(in.Text); n > limit {
		return invalid("text", fmt.Sprintf("Your Tweet text is too long: %d of %d", n, limit))
	}
	draft := Draft{Quotes: in.Quote}
	if in.Reply != nil {
		parent := s.byID[in.Reply.InReplyTo]
		if no := s.mayAnswer(who.user, parent); no != nil {
			return *no
		}
		draft.ReplyTo = parent.ID
	}
	if q := s.byID[in.Quote]; in.Quote != "" && (q == nil || !s.visible(q)) {
		return refuse(http.StatusForbidden, "", "Forbidden", "You attempted to quote a Tweet that is deleted or not visible to you.")
	}
	if s.duplicate(who.user, in.Text, draft.ReplyTo) {
		return refuse(http.StatusForbidden, "", "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
	}
	p, err := s.add(who.user, in.Text, draft, true)
	if err != nil {
		return invalid("body", err.Error())
	}
	text, _ := p.wire()
	a := answer{status: http.StatusCreated, body: map[string]any{"data": map[string]any{
		"id": p.ID, "text": escaper.Replace(text), "edit_history_tweet_ids": p.Edits,
	}}}
	if p.ReplyTo != "" {
		published := *p
		a.reply = &published
	}
	return a
}

// mayAnswer refuses a reply to what is gone, and under PayPerUse to an author who did
// not summon the account. The handle that a reply carries along is no summons.
func (s *Server) mayAnswer(u *User, parent *Post) *answer {
	if parent == nil || !s.visible(parent) {
		a := refuse(http.StatusForbidden, "", "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.")
		return &a
	}
	quoted := s.byID[parent.Quotes]
	summoned := slices.Contains(parent.named, u.ID) || quoted != nil && quoted.AuthorID == u.ID
	if s.plan == PayPerUse && !summoned && parent.AuthorID != u.ID {
		a := refuse(http.StatusForbidden, "", "Forbidden", "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.")
		return &a
	}
	return nil
}

// duplicate tells whether u said the same under the same post, or on its own, a short
// while ago.
func (s *Server) duplicate(u *User, text, parent string) bool {
	text = norm.NFC.String(text)
	for i := len(s.posts) - 1; i >= 0 && s.opts.Now().Sub(s.posts[i].At) < duplicateFor; i-- {
		p := s.posts[i]
		if p.AuthorID == u.ID && p.ReplyTo == parent && !p.Deleted && norm.NFC.String(p.Text) == text {
			return true
		}
	}
	return false
}

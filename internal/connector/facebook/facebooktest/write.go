package facebooktest

import (
	"encoding/json"
	"net/http"
	"time"
	"unicode/utf8"
)

const (
	maxComment = 8000
	maxMessage = 2000
	// standardWindow is how long a page may answer a citizen's message, humanWindow how
	// long a person of the page may, privateWindow how long a comment takes a private reply.
	standardWindow = 24 * time.Hour
	humanWindow    = 7 * 24 * time.Hour
	privateWindow  = 7 * 24 * time.Hour
)

// reply publishes a comment of the caller.
func (s *Server) reply(r *http.Request, page *Page) answer {
	text, id := r.PostFormValue("message"), r.PathValue("id")
	on := s.byID[id]
	if on == nil || on.Removed || on.Kind == KindMessage || !s.sees(page, on) {
		return missing(id)
	}
	switch {
	case text == "":
		return invalid("(#100) param message must be non-empty")
	case utf8.RuneCountInString(text) > maxComment:
		return invalid("(#100) param message is too long")
	case s.said(page, on.ID, text):
		return refuse(http.StatusBadRequest, 506, 1455006, "Duplicate status message")
	}
	p, err := s.under(on.ID)
	if err != nil {
		return missing(on.ID)
	}
	p.FromPage, p.API = true, true
	published := s.say(p, page.Name, text, Draft{}, "add")
	s.sent[p.ParentID]++
	a := ok(map[string]any{"id": p.ID})
	a.done, a.react = &published, s.onReply
	return a
}

// said tells whether a page's own words already stand there.
func (s *Server) said(page *Page, on, text string) bool {
	for _, p := range s.posts {
		if !p.Removed && p.API && p.ParentID == on && p.Author == page.Name && p.Text == text {
			return true
		}
	}
	return false
}

// letterOrder is the body of a message.
type letterOrder struct {
	Recipient struct {
		ID        string `json:"id"`
		CommentID string `json:"comment_id"`
		PostID    string `json:"post_id"`
	} `json:"recipient"`
	MessagingType string `json:"messaging_type"`
	Tag           string `json:"tag"`
	Message       struct {
		Text string `json:"text"`
	} `json:"message"`
}

// send puts a message or a private reply into a citizen's inbox.
func (s *Server) send(r *http.Request, page *Page) answer {
	if no := own(r, page); no != nil {
		return *no
	}
	var in letterOrder
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return invalid("(#100) " + err.Error())
	}
	switch n := utf8.RuneCountInString(in.Message.Text); {
	case n == 0:
		return invalid("(#100) Message cannot be empty, must provide valid attachment or text")
	case n > maxMessage:
		return invalid("(#100) Length of param message[text] must be less than or equal to 2000")
	}
	if in.Recipient.ID != "" {
		return s.message(page, in)
	}
	return s.privateReply(page, in)
}

// message answers a citizen who wrote, within the window of the citizen's last message.
func (s *Server) message(page *Page, in letterOrder) answer {
	citizen := s.citizen(page, in.Recipient.ID)
	var heard *Post
	for _, p := range s.posts {
		if p.Kind == KindMessage && p.PageID == page.ID && p.To == citizen && !p.FromPage && (heard == nil || !p.At.Before(heard.At)) {
			heard = p
		}
	}
	if heard == nil {
		return refuse(http.StatusBadRequest, 100, 2018001, "(#100) No matching user found")
	}
	window := standardWindow
	switch {
	case in.MessagingType == "MESSAGE_TAG" && in.Tag == "HUMAN_AGENT":
		window = humanWindow
		if s.opts.NoHumanAgent {
			return refuse(http.StatusForbidden, 10, 0, "(#10) This app does not have the Human Agent feature.")
		}
	case in.MessagingType != "RESPONSE" || in.Tag != "":
		return invalid("(#100) Param messaging_type must be RESPONSE, or MESSAGE_TAG with a known tag")
	}
	if s.now().Sub(heard.At) > window {
		return outside()
	}
	return s.deliver(page, citizen, in.Message.Text, heard.ID)
}

func outside() answer {
	return refuse(http.StatusForbidden, 10, 2018278, "(#10) This message is sent outside of allowed window.")
}

// privateReply answers a post or comment on the caller's wall into its author's inbox, once.
func (s *Server) privateReply(page *Page, in letterOrder) answer {
	id, kind := in.Recipient.CommentID, KindComment
	if id == "" {
		id, kind = in.Recipient.PostID, KindPost
	}
	on := s.byID[id]
	switch {
	case on == nil || on.Removed || on.Kind != kind || on.PageID != page.ID:
		return missing(id)
	case on.FromPage:
		return refuse(http.StatusBadRequest, 10903, 0, "(#10903) This user cant reply to this activity")
	case s.private[id]:
		return refuse(http.StatusBadRequest, 10900, 0, "(#10900) Activity already replied to")
	case s.now().Sub(on.At) > privateWindow:
		return refuse(http.StatusBadRequest, 10901, 0, "(#10901) Activity is too old to be replied to")
	}
	s.private[id] = true
	return s.deliver(page, on.Author, in.Message.Text, id)
}

// deliver is a message that arrives; answers is what it counts for.
func (s *Server) deliver(page *Page, citizen, text, answers string) answer {
	p := s.letter(page.ID, citizen)
	p.FromPage, p.API = true, true
	published := s.say(p, page.Name, text, Draft{}, "add")
	s.sent[answers]++
	a := ok(map[string]any{"recipient_id": s.scopedID(page.ID, citizen), "message_id": p.ID})
	a.done, a.react = &published, s.onMessage
	return a
}

// citizen is the name behind a page-scoped id.
func (s *Server) citizen(page *Page, scoped string) string {
	for key, id := range s.scoped {
		if id == scoped && key[0] == page.ID {
			return key[1]
		}
	}
	return ""
}
